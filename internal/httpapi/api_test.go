package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-quicktest/qt"
	"github.com/gofrs/uuid/v5"

	"madang/internal/db/dbtest"
	"madang/internal/httpapi/httpapitest"
	"madang/internal/node"
)

// flows are the tests of the API, each a story of its own with people of its
// own. All run on one node of each engine, and the form of every answer is
// checked against the OpenAPI document on the way.
var flows = map[string]func(*testing.T, *server){
	"sign in":        signIn,
	"sign-in cookie": signInCookie,
	"PIN":            pin,
	"administrator":  administrator,
	"profile":        profile,
	"number":         number,
	"deletion":       deletion,
	"devices":        devices,
	"friends":        friends,
	"contacts":       contacts,
	"blocks":         blocks,
	"rooms":          rooms,
	"groups":         groups,
	"invitations":    invitations,
	"messages":       messages,
	"pages":          messagePages,
	"contents":       contents,
	"uploads":        uploads,
	"bad uploads":    badUploads,
	"forwarding":     forwarding,
	"previews":       previews,
	"sync":           syncing,
	"refusals":       refusals,
	"quotas":         quotas,
	"browsers":       browsers,
	"notifications":  notifications,
	"documents":      documents,
}

func TestAPI(t *testing.T) {
	databases := map[string]func(testing.TB) string{
		"sqlite":   func(testing.TB) string { return "" },
		"postgres": dbtest.PostgresURL,
	}
	for engine, database := range databases {
		t.Run(engine, func(t *testing.T) {
			n, err := node.Start(t.Context(), node.Config{
				Listen: "127.0.0.1:0", Data: t.TempDir(), Database: database(t), Sandbox: true,
			})
			qt.Assert(t, qt.IsNil(err))
			defer func() { qt.Check(t, qt.IsNil(n.Stop())) }()
			for name, flow := range flows {
				t.Run(name, func(t *testing.T) { flow(t, &server{t, n, httpapitest.Client(t)}) })
			}
		})
	}
}

// server is the node as a test sees it.
type server struct {
	t    *testing.T
	node *node.Node
	http *http.Client
}

// object is a JSON object.
type object map[string]any

// request is one call.
type request struct {
	method, path string
	body         any // nil: none; a string: as it stands; else as JSON
	token        string
	header       http.Header
}

func (s *server) do(r request) *http.Response {
	s.t.Helper()
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		qt.Assert(s.t, qt.IsNil(err))
		body = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), r.method, s.node.URL()+r.path, body)
	qt.Assert(s.t, qt.IsNil(err))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	answer, err := s.http.Do(req)
	qt.Assert(s.t, qt.IsNil(err))
	s.t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// ask makes a call that must be answered with the status, and gives the answer.
func (s *server) ask(status int, r request) object {
	s.t.Helper()
	return s.read(status, s.do(r))
}

func (s *server) read(status int, answer *http.Response) object {
	s.t.Helper()
	body, err := io.ReadAll(answer.Body)
	qt.Assert(s.t, qt.IsNil(err))
	qt.Assert(s.t, qt.Equals(answer.StatusCode, status), qt.Commentf("%s %s: %s", answer.Request.Method, answer.Request.URL.Path, body))
	var o object
	if len(body) > 0 {
		qt.Assert(s.t, qt.IsNil(json.Unmarshal(body, &o)), qt.Commentf("%s", body))
	}
	return o
}

// refused makes a call that must be refused with the code.
func (s *server) refused(status int, code string, r request) object {
	s.t.Helper()
	problem := s.ask(status, r)
	qt.Check(s.t, qt.Equals(problem.text("code"), code), qt.Commentf("%v", problem))
	return problem
}

// person is somebody who is signed in.
type person struct {
	*server
	id, phone, token string
}

// people makes test users.
func (s *server) people(n int) []*person {
	s.t.Helper()
	made := s.ask(200, request{method: "POST", path: "/sandbox/v1/users", body: object{"count": n}})
	all := make([]*person, n)
	for i, u := range made.list("users") {
		all[i] = &person{s, u.text("id"), u.text("phone"), u.text("access_token")}
	}
	return all
}

func (p *person) get(path string) object {
	p.t.Helper()
	return p.call(200, "GET", path, nil)
}

func (p *person) call(status int, method, path string, body any) object {
	p.t.Helper()
	return p.ask(status, request{method: method, path: path, body: body, token: p.token})
}

func (p *person) fail(status int, code, method, path string, body any) object {
	p.t.Helper()
	return p.refused(status, code, request{method: method, path: path, body: body, token: p.token})
}

// direct is the room of two people.
func (p *person) direct(with *person) string {
	p.t.Helper()
	return p.call(200, "POST", "/v1/rooms", object{"member_ids": []string{with.id}}).text("id")
}

// group makes a group of a person with others.
func (p *person) group(title string, others ...*person) string {
	p.t.Helper()
	ids := []string{}
	for _, o := range others {
		ids = append(ids, o.id)
	}
	return p.call(200, "POST", "/v1/rooms", object{"member_ids": ids, "title": title}).text("id")
}

// say sends a text and gives its number.
func (p *person) say(room, text string) int {
	p.t.Helper()
	return p.call(201, "POST", "/v1/rooms/"+room+"/messages", object{"client_id": newID(), "type": "text", "text": text}).number("seq")
}

func newID() string { return uuid.Must(uuid.NewV4()).String() }

// at follows a path such as "user.id" or "entries.0.seq".
func (o object) at(path string) any {
	var v any = map[string]any(o)
	for step := range strings.SplitSeq(path, ".") {
		switch w := v.(type) {
		case map[string]any:
			v = w[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(w) {
				return nil
			}
			v = w[i]
		default:
			return nil
		}
	}
	return v
}

func (o object) text(path string) string { s, _ := o.at(path).(string); return s }
func (o object) number(path string) int  { f, _ := o.at(path).(float64); return int(f) }
func (o object) truth(path string) bool  { b, _ := o.at(path).(bool); return b }
func (o object) has(path string) bool    { return o.at(path) != nil }
func (o object) list(path string) (all []object) {
	items, _ := o.at(path).([]any)
	for _, v := range items {
		m, _ := v.(map[string]any)
		all = append(all, m)
	}
	return all
}

// texts are the values of one field of a list.
func texts(list []object, field string) []string {
	all := []string{}
	for _, o := range list {
		all = append(all, o.text(field))
	}
	return all
}

// nextPhone makes numbers that nobody else in the tests has.
var nextPhone atomic.Int64

func newPhone() string { return fmt.Sprintf("+821055%06d", nextPhone.Add(1)) }

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// codeFor asks for a code and reads it from the virtual phone.
func (s *server) codeFor(phone string) string {
	s.t.Helper()
	s.ask(202, request{method: "POST", path: "/v1/auth/codes", body: object{"phone": phone}})
	return s.lastCode(phone)
}

func (s *server) lastCode(phone string) string {
	s.t.Helper()
	got := s.ask(200, request{method: "GET", path: "/sandbox/v1/sms?phone=" + url.QueryEscape(phone)}).list("messages")
	qt.Assert(s.t, qt.Not(qt.HasLen(got, 0)))
	last := got[len(got)-1]
	qt.Check(s.t, qt.Equals(last.text("phone"), phone))
	return sixDigits.FindString(last.text("text"))
}

// signUp makes a real account, one that is not exempt from limits.
func (s *server) signUp(name string) *person {
	s.t.Helper()
	p := &person{server: s, phone: newPhone()}
	session := s.ask(201, request{method: "POST", path: "/v1/auth/sessions", body: object{
		"phone": p.phone, "code": s.codeFor(p.phone), "name": name, "device_name": "test",
	}})
	p.id, p.token = session.text("user.id"), session.text("access_token")
	return p
}
