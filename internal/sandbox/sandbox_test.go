package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/db/dbtest"
	"madang/internal/node"
)

// forEach starts a node with a sandbox on each engine.
func forEach(t *testing.T, f func(t *testing.T, n *node.Node)) {
	databases := map[string]func(testing.TB) string{
		"sqlite":   func(testing.TB) string { return "" },
		"postgres": dbtest.PostgresURL,
	}
	for engine, database := range databases {
		t.Run(engine, func(t *testing.T) {
			f(t, start(t, node.Config{Database: database(t), Sandbox: true}))
		})
	}
}

func start(t *testing.T, c node.Config) *node.Node {
	t.Helper()
	c.Data = t.TempDir()
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	n, err := node.Start(t.Context(), c)
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(n.Stop())) })
	return n
}

// call makes a request and decodes the answer into out, if there is one.
func call(t *testing.T, n *node.Node, method, path, body string, out any, change ...func(*http.Request)) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, n.URL()+path, strings.NewReader(body))
	qt.Assert(t, qt.IsNil(err))
	for _, c := range change {
		c(r)
	}
	answer, err := http.DefaultClient.Do(r)
	qt.Assert(t, qt.IsNil(err))
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	qt.Assert(t, qt.IsNil(err))
	if out != nil {
		qt.Assert(t, qt.IsNil(json.Unmarshal(b, out)), qt.Commentf("%s", b))
	}
	return answer.StatusCode
}

type users struct {
	Users []struct {
		ID          string `json:"id"`
		DeviceID    string `json:"device_id"`
		Phone       string `json:"phone"`
		AccessToken string `json:"access_token"`
	} `json:"users"`
	Code string `json:"code"`
}

func TestUsers(t *testing.T) {
	forEach(t, func(t *testing.T, n *node.Node) {
		var made users
		qt.Assert(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/users", `{"count":5,"prefix":"kim","befriend":true}`, &made), 200))
		qt.Assert(t, qt.HasLen(made.Users, 5))
		seen := map[string]bool{}
		for _, u := range made.Users {
			seen[u.ID], seen[u.Phone], seen[u.AccessToken], seen[u.DeviceID] = true, true, true, true
		}
		qt.Check(t, qt.HasLen(seen, 20))
		as := func(i int) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+made.Users[i].AccessToken) }
		}
		var me struct {
			ID, Name, Phone string
		}
		qt.Check(t, qt.Equals(call(t, n, "GET", "/v1/me", "", &me, as(2)), 200))
		qt.Check(t, qt.Equals(me.ID, made.Users[2].ID))
		qt.Check(t, qt.Equals(me.Phone, made.Users[2].Phone))
		qt.Check(t, qt.Matches(me.Name, `kim \d+`))
		friends := func(i int) int {
			var list struct{ Friends []struct{} }
			qt.Check(t, qt.Equals(call(t, n, "GET", "/v1/friends", "", &list, as(i)), 200))
			return len(list.Friends)
		}
		qt.Check(t, qt.Equals(friends(0), 4))

		// Friends of somebody who is there already.
		var more users
		qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/users", `{"count":3,"befriend":"`+made.Users[0].ID+`"}`, &more), 200))
		qt.Check(t, qt.Equals(friends(0), 7))

		for body, code := range map[string]string{
			`{}`:                          "bad_request",
			`{"count":50001}`:             "bad_request",
			`{"count":1,"befriend":7}`:    "bad_request",
			`{"count":1,"befriend":"me"}`: "bad_request",
			`{"count":1,"befriend":"0190a6b8-33a1-7000-8000-000000000001"}`: "user_unknown",
			`{"count":1,"prefix":"` + strings.Repeat("k", 60) + `"}`:        "name_invalid",
			`{"count":`: "bad_json",
			`{"prefix":"` + strings.Repeat("k", 20<<10) + `"}`: "body_too_large",
		} {
			var problem users
			qt.Check(t, qt.IsTrue(call(t, n, "POST", "/sandbox/v1/users", body, &problem) >= 400))
			qt.Check(t, qt.Equals(problem.Code, code), qt.Commentf("%.80s", body))
		}
	})
}

// A load test asks for as many as there may be, and does not wait long.
func TestManyUsers(t *testing.T) {
	n := start(t, node.Config{Sandbox: true})
	var made users
	began := time.Now()
	qt.Assert(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/users", `{"count":50000}`, &made), 200))
	qt.Check(t, qt.HasLen(made.Users, 50_000))
	took := time.Since(began)
	t.Logf("50,000 users in %s", took)
	qt.Check(t, qt.IsTrue(took < time.Minute), qt.Commentf("%s", took))
	last := made.Users[49_999]
	as := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+last.AccessToken) }
	qt.Check(t, qt.Equals(call(t, n, "GET", "/v1/me", "", nil, as), 200))
}

type phoneList struct {
	Messages []struct {
		Phone string    `json:"phone"`
		Text  string    `json:"text"`
		At    time.Time `json:"at"`
	} `json:"messages"`
}

func TestPhones(t *testing.T) {
	forEach(t, func(t *testing.T, n *node.Node) {
		var none phoneList
		qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/sms", "", &none), 200))
		qt.Check(t, qt.IsTrue(none.Messages != nil && len(none.Messages) == 0), qt.Commentf("an empty list, not null"))
		json := func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }
		for _, phone := range []string{"+821012345678", "+491701234567", "+821012345678"} {
			qt.Assert(t, qt.Equals(call(t, n, "POST", "/v1/auth/codes", `{"phone":"`+phone+`"}`, nil, json), 202))
		}
		for _, query := range []string{"%2B821012345678", "+821012345678", "821012345678"} {
			var got phoneList
			qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/sms?phone="+query, "", &got), 200))
			qt.Assert(t, qt.HasLen(got.Messages, 2))
			qt.Check(t, qt.Equals(got.Messages[0].Phone, "+821012345678"))
			qt.Check(t, qt.Matches(got.Messages[1].Text, `.*\d{6}.*`))
			qt.Check(t, qt.IsFalse(got.Messages[0].At.IsZero()))
		}
		var newest phoneList
		qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/sms", "", &newest), 200))
		qt.Assert(t, qt.HasLen(newest.Messages, 2))
		qt.Check(t, qt.Equals(newest.Messages[0].Phone, "+821012345678"))
		qt.Check(t, qt.Equals(newest.Messages[1].Phone, "+491701234567"))
	})
}

func page(t *testing.T, n *node.Node, path string, header ...string) (string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.URL()+path, nil)
	qt.Assert(t, qt.IsNil(err))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	qt.Assert(t, qt.IsNil(err))
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(answer.StatusCode, 200), qt.Commentf("%s", b))
	return string(b), answer.Header
}

func TestPage(t *testing.T) {
	n := start(t, node.Config{Sandbox: true})
	english, h := page(t, n, "/sandbox/")
	qt.Check(t, qt.Equals(h.Get("Content-Type"), "text/html; charset=utf-8"))
	qt.Check(t, qt.StringContains(english, "<h1>Phones</h1>"))
	qt.Check(t, qt.StringContains(h.Get("Content-Security-Policy"), "script-src 'self'"))
	korean, _ := page(t, n, "/sandbox/", "Accept-Language", "ko-KR,ko;q=0.9,en;q=0.8")
	qt.Check(t, qt.StringContains(korean, "<h1>전화기</h1>"))
	other, _ := page(t, n, "/sandbox/", "Accept-Language", "en-US,en;q=0.9,ko;q=0.8")
	qt.Check(t, qt.Equals(other, english))
	script, h := page(t, n, "/sandbox/phones.js")
	qt.Check(t, qt.Equals(h.Get("Content-Type"), "text/javascript; charset=utf-8"))
	qt.Check(t, qt.StringContains(script, "/sandbox/v1/sms"))
	_, h = page(t, n, "/sandbox/phones.css")
	qt.Check(t, qt.Equals(h.Get("Content-Type"), "text/css; charset=utf-8"))
}

func TestClock(t *testing.T) {
	n := start(t, node.Config{Sandbox: true})
	before := time.Now()
	var got struct {
		Now   time.Time
		Ahead string
		Code  string
	}
	qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/clock", `{"advance":"24h"}`, &got), 200))
	qt.Check(t, qt.Equals(got.Ahead, "24h0m0s"))
	qt.Check(t, qt.IsTrue(got.Now.Sub(before) >= 24*time.Hour-time.Second))
	qt.Check(t, qt.Equals(n.Clock().Offset(), 24*time.Hour))
	qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/clock", `{"advance":"30m"}`, &got), 200))
	qt.Check(t, qt.Equals(n.Clock().Offset(), 24*time.Hour+30*time.Minute))
	for _, bad := range []string{`{}`, `{"advance":"tomorrow"}`, `{"advance":"-1h"}`, `{"advance":"100000h"}`} {
		qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/clock", bad, &got), 422), qt.Commentf("%s", bad))
		qt.Check(t, qt.Equals(got.Code, "bad_request"))
	}

	// What waits for time sees it: a code is good for three minutes.
	asJSON := func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }
	phone := "+821012345678"
	qt.Assert(t, qt.Equals(call(t, n, "POST", "/v1/auth/codes", `{"phone":"`+phone+`"}`, nil, asJSON), 202))
	var inbox phoneList
	call(t, n, "GET", "/sandbox/v1/sms?phone="+url.QueryEscape(phone), "", &inbox)
	code := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, inbox.Messages[0].Text)[:6]
	qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/clock", `{"advance":"3m1s"}`, nil), 200))
	qt.Check(t, qt.Equals(call(t, n, "POST", "/v1/auth/sessions", `{"phone":"`+phone+`","code":"`+code+`"}`, &got, asJSON), 410))
	qt.Check(t, qt.Equals(got.Code, "code_expired"))
}

func TestMedia(t *testing.T) {
	forEach(t, func(t *testing.T, n *node.Node) {
		var made users
		qt.Assert(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/users", `{"count":1}`, &made), 200))
		owner := made.Users[0].ID
		for _, kind := range []string{"photo", "video", "voice", "file"} {
			var m struct{ ID string }
			qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/media", `{"owner_id":"`+owner+`","kind":"`+kind+`"}`, &m), 200))
			qt.Check(t, qt.HasLen(m.ID, 36))
		}
		var problem users
		qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/media", `{"owner_id":"`+owner+`","kind":"smell"}`, &problem), 422))
		qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/media", `{"owner_id":"me","kind":"photo"}`, &problem), 422))
		qt.Check(t, qt.Equals(problem.Code, "bad_json"))
	})
}

func TestProcess(t *testing.T) {
	n := start(t, node.Config{Sandbox: true})
	var p struct {
		CPUSeconds float64 `json:"cpu_seconds"`
		RSSBytes   uint64  `json:"rss_bytes"`
		PeakBytes  uint64  `json:"peak_bytes"`
		HeapBytes  uint64  `json:"heap_bytes"`
		Goroutines int     `json:"goroutines"`
		Commits    *uint64 `json:"commits"`
		Syncs      *uint64 `json:"syncs"`
	}
	qt.Assert(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/process", "", &p), 200))
	qt.Check(t, qt.IsTrue(p.CPUSeconds > 0))
	qt.Check(t, qt.IsTrue(p.RSSBytes > 1<<20))
	qt.Check(t, qt.IsTrue(p.PeakBytes > 1<<20))
	qt.Check(t, qt.IsTrue(p.HeapBytes > 0))
	qt.Check(t, qt.IsTrue(p.Goroutines > 5))
	qt.Check(t, qt.IsNotNil(p.Commits))
	qt.Check(t, qt.IsNotNil(p.Syncs))
}

func TestStrangers(t *testing.T) {
	n := start(t, node.Config{Sandbox: true})
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	one := `{"count":1}`
	qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/users", one, nil, header("Sec-Fetch-Site", "cross-site")), 403))
	qt.Check(t, qt.Equals(call(t, n, "POST", "/sandbox/v1/users", one, nil, header("Origin", "https://evil.example")), 403))
	qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/sms", "", nil, host("evil.example:80")), 403), qt.Commentf("a name that was pointed here"))
	qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/sms", "", nil, host("localhost:80")), 200))
	qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/sms", "", nil, host("[::1]:80")), 200))
	qt.Check(t, qt.Equals(call(t, n, "GET", "/sandbox/v1/nothing", "", nil), 404))
	qt.Check(t, qt.Equals(call(t, n, "DELETE", "/sandbox/v1/sms", "", nil), 404))

	secret := start(t, node.Config{Listen: "0.0.0.0:0", Sandbox: true, SandboxSecret: "open sesame"})
	qt.Check(t, qt.Equals(call(t, secret, "POST", "/sandbox/v1/users", one, nil), 401))
	qt.Check(t, qt.Equals(call(t, secret, "GET", "/sandbox/", "", nil), 401))
	qt.Check(t, qt.Equals(call(t, secret, "POST", "/sandbox/v1/users", one, nil, header("Authorization", "Bearer open")), 401))
	qt.Check(t, qt.Equals(call(t, secret, "POST", "/sandbox/v1/users", one, nil, header("Authorization", "Bearer open sesame")), 200))
	qt.Check(t, qt.Equals(call(t, secret, "POST", "/sandbox/v1/users?secret=open+sesame", one, nil, host("sandbox.example")), 200))
	text, _ := page(t, secret, "/sandbox/?secret=open+sesame")
	qt.Check(t, qt.StringContains(text, `src="/sandbox/phones.js?secret=open%20sesame"`))
	page(t, secret, "/sandbox/phones.js?secret=open+sesame")
}
