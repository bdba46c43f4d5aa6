package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat/chattest"
	"madang/internal/gateway"
	"madang/internal/wire"
)

func cookieName(*http.Request) string { return "madang" }

// openWithHeader opens a socket as a browser would, and gives the problem's code
// when it is refused.
func (h *house) openWithHeader(headers ...string) (c *client, code string) {
	h.t.Helper()
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	ws, r, err := websocket.Dial(h.t.Context(), h.url, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		var p struct {
			Code   string
			Status int
		}
		qt.Assert(h.t, qt.IsNotNil(r), qt.Commentf("%v", err))
		qt.Assert(h.t, qt.IsNil(json.NewDecoder(r.Body).Decode(&p)))
		qt.Check(h.t, qt.Equals(r.StatusCode, p.Status))
		qt.Check(h.t, qt.Equals(r.Header.Get("Content-Type"), "application/problem+json"))
		return nil, p.Code
	}
	h.t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t: h.t, ws: ws}, ""
}

func TestOrigin(t *testing.T) {
	h := openWith(t, func(c *gateway.Config) {
		c.CookieName = cookieName
		c.Origins = []string{"https://chat.example.org"}
	})
	p := h.people(1)[0]
	cookie := "madang=" + p.token
	host := strings.TrimPrefix(h.url, "http://")
	for name, test := range map[string]struct {
		headers []string
		refused string // opening the socket
		hello   string // error of a hello without a token
	}{
		"own page":                   {[]string{"Origin", "http://" + host, "Cookie", cookie}, "", ""},
		"own page behind a proxy":    {[]string{"Origin", "https://" + host, "Cookie", cookie}, "", ""},
		"a page that was named":      {[]string{"Origin", "https://chat.example.org", "Cookie", cookie}, "", ""},
		"own page without a cookie":  {[]string{"Origin", "http://" + host}, "", "sign_in_required"},
		"a cookie that is none":      {[]string{"Origin", "http://" + host, "Cookie", "madang=x"}, "", "token_invalid"},
		"somebody else's page":       {[]string{"Origin", "https://evil.example", "Cookie", cookie}, "origin_refused", ""},
		"the named page, not secure": {[]string{"Origin", "http://chat.example.org", "Cookie", cookie}, "origin_refused", ""},
		"the host as a prefix":       {[]string{"Origin", "http://" + host + ".evil.example", "Cookie", cookie}, "origin_refused", ""},
		"a sandboxed frame":          {[]string{"Origin", "null", "Cookie", cookie}, "origin_refused", ""},
		// Without an Origin it is no browser, and a cookie has no authority.
		"a cookie without an origin": {[]string{"Cookie", cookie}, "", "sign_in_required"},
	} {
		t.Run(name, func(t *testing.T) {
			h := *h
			h.t = t
			c, code := h.openWithHeader(test.headers...)
			qt.Assert(t, qt.Equals(code, test.refused))
			if c == nil {
				return
			}
			if test.hello == "" {
				c.call("hello", map[string]any{}, nil)
				return
			}
			qt.Check(t, qt.Equals(c.refused("hello", map[string]any{}), test.hello))
			status, bye := c.ended()
			qt.Check(t, qt.Equals(status, 4001))
			qt.Check(t, qt.Matches(bye, `.*"code":"`+test.hello+`".*`))
		})
	}
}

func TestOriginsOfTheConfigurationAreChecked(t *testing.T) {
	for _, o := range []string{"chat.example.org", "https://chat.example.org/", "https://", ""} {
		_, err := gateway.New(gateway.Config{Origins: []string{o}})
		qt.Check(t, qt.ErrorMatches(err, `.*is no origin.*`), qt.Commentf("%s", o))
	}
}

func TestHello(t *testing.T) {
	h := open(t)
	p := h.people(1)[0]
	c := h.dial()
	qt.Check(t, qt.Equals(c.refused("rooms", map[string]any{}), "hello_first"))
	qt.Check(t, qt.Equals(c.refused("message.send", text(wire.ID{1}, "x")), "hello_first"))
	var greeting struct {
		User     wire.Me
		DeviceID account.DeviceID `json:"device_id"`
		Session  string
		Epoch    string
		Time     wire.Time
		Limits   map[string]int
	}
	c.call("hello", map[string]any{"token": p.token, "device": map[string]string{"name": "tablet"}}, &greeting)
	qt.Check(t, qt.Equals(greeting.User.ID, p.User))
	qt.Check(t, qt.Equals(greeting.DeviceID, p.Device))
	qt.Check(t, qt.Equals(greeting.Epoch, h.Chat.Epoch()))
	qt.Check(t, qt.Not(qt.Equals(greeting.Session, "")))
	qt.Check(t, qt.IsTrue(time.Since(greeting.Time.Time()).Abs() < time.Minute))
	qt.Check(t, qt.Equals(greeting.Limits["frame_bytes"], wire.MaxFrameBytes))
	qt.Check(t, qt.Equals(greeting.Limits["ping_seconds"], 55))
	qt.Check(t, qt.Equals(c.refused("hello", map[string]any{"token": p.token}), "bad_request"))
}

func TestRevokedDevice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		room := h.direct(p[0], p[1])
		gone, other := h.connect(p[0]), h.connect(p[1])
		qt.Assert(t, qt.IsNil(h.People.Revoke(t.Context(), p[0].User, p[0].Device)))
		h.Say(p[1].Actor, room, "not for a stolen phone")
		status, bye := gone.ended()
		qt.Check(t, qt.Equals(status, 4001))
		qt.Check(t, qt.Matches(bye, `.*"code":"token_invalid".*`))
		for _, f := range gone.queued {
			qt.Check(t, qt.Not(qt.Equals(f.Method, "entry")))
		}
		late := h.dial()
		qt.Check(t, qt.Equals(late.refused("hello", map[string]any{"token": p[0].token}), "token_invalid"))
		other.quiet("entry", "room")
	})
}

func TestDeletedAccount(t *testing.T) {
	h := open(t)
	p := h.people(1)[0]
	c := h.connect(p)
	qt.Assert(t, qt.IsNil(h.People.Delete(t.Context(), p.User, "")))
	status, _ := c.ended()
	qt.Check(t, qt.Equals(status, 4001))
}

// Others of a person's devices hear of changes to the account.
func TestNoticesOfTheAccount(t *testing.T) {
	h := open(t)
	p := h.people(2)
	c := h.connect(p[0])
	name := "Ann"
	_, err := h.People.SetProfile(t.Context(), p[0].User, account.Profile{Name: &name})
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(c.notice("people"), fmt.Sprintf(`{"event":"profile","user_id":"%s"}`, p[0].User)))
	_, err = h.People.AddFriend(t.Context(), p[0].User, p[1].User)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Matches(c.notice("people"), `{"event":"friend".*`))
}

func TestTooManySocketsOfOnePerson(t *testing.T) {
	h := open(t)
	p := h.people(2)
	oldest := h.connect(p[0])
	for range 19 {
		h.connect(p[0])
	}
	oldest.call("ping", nil, nil) // twenty are fine
	newest := h.connect(p[0])
	status, bye := oldest.ended()
	qt.Check(t, qt.Equals(status, 4004))
	qt.Check(t, qt.Matches(bye, `.*"code":"rate_limited".*`))
	room := h.direct(p[0], p[1])
	h.Say(p[1].Actor, room, "still there?")
	qt.Check(t, qt.Equals(newest.message(), "still there?"))
}

func TestNoRoomForAnotherSocket(t *testing.T) {
	h := openWith(t, func(c *gateway.Config) { c.MaxConns = 2 })
	h.dial()
	h.dial()
	_, code := h.openWithHeader()
	qt.Check(t, qt.Equals(code, "overloaded"))
}

// Everybody is told to come back, each at another time, and what was accepted is
// answered first.
func TestStop(t *testing.T) {
	h := open(t)
	p := h.people(20)
	room := h.direct(p[0], p[1])
	var clients []*client
	for _, one := range p {
		clients = append(clients, h.connect(one))
	}
	id := clients[0].ask("message.send", map[string]any{"room_id": room, "client_id": chattest.NewID(), "type": "text", "text": "last words"})
	qt.Check(t, qt.IsNil(clients[0].answer(id).Error))
	stopped := make(chan struct{})
	go func() {
		h.stop()
		close(stopped)
	}()
	times := map[string]bool{}
	for _, c := range clients {
		status, bye := c.ended()
		qt.Check(t, qt.Equals(status, 4002))
		qt.Check(t, qt.Matches(bye, `{"code":"shutting_down",.*"reconnect_after_ms":[1-9]\d*}`))
		times[bye] = true
	}
	qt.Check(t, qt.IsTrue(len(times) > 10))
	<-stopped
	_, code := h.openWithHeader()
	qt.Check(t, qt.Equals(code, "shutting_down"))
	qt.Check(t, qt.Equals(h.Len(), 0))
}
