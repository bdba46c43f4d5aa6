package autoreply_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/plus/autoreply"
)

// bot is a partner's server. Its answers are written by path; what it was told is
// kept.
type bot struct {
	answer func(w http.ResponseWriter, r *http.Request, body map[string]string)
	calls  []string
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	body := make(map[string]string)
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &body); err != nil {
			http.Error(w, "a body that is no JSON ends this server", http.StatusInternalServerError)
			return
		}
	}
	b.calls = append(b.calls, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Method, r.URL.EscapedPath(), r.Header.Get("Content-Type"), raw)))
	b.answer(w, r, body)
}

func serve(t *testing.T, b *bot, path string) (*autoreply.Caller, *url.URL) {
	t.Helper()
	s := httptest.NewServer(b)
	t.Cleanup(s.Close)
	base, err := autoreply.ParseBase(s.URL + path)
	qt.Assert(t, qt.IsNil(err))
	return autoreply.New(autoreply.Config{Trusted: []string{base.Host}}), base
}

// burgers is a bot as the description of the interface has it.
func burgers(w http.ResponseWriter, r *http.Request, body map[string]string) {
	home := map[string]any{"type": "buttons", "buttons": []string{"Menu", "Opening hours"}}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case strings.HasSuffix(r.URL.Path, "/keyboard"):
		_ = json.NewEncoder(w).Encode(home)
	case strings.HasSuffix(r.URL.Path, "/message"):
		message := map[string]any{"text": "You said " + body["content"] + "."}
		if body["content"] == "Menu" {
			message = map[string]any{
				"text":           "Today",
				"photo":          map[string]any{"url": "https://burgers.example/today.png", "width": 720, "height": 630},
				"message_button": map[string]any{"label": "More", "url": "https://burgers.example/menu"},
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"message": message, "keyboard": home})
	default:
		fmt.Fprint(w, "SUCCESS")
	}
}

func TestCorrectBot(t *testing.T) {
	b := &bot{answer: burgers}
	c, base := serve(t, b, "/kakao/")
	ctx := t.Context()

	home, err := c.Keyboard(ctx, base)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.DeepEquals(home.Buttons, []string{"Menu", "Opening hours"}))

	a, err := c.Message(ctx, base, "k-1_a", "text", "Menu")
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.DeepEquals(a, &autoreply.Answer{
		Message: autoreply.Message{
			Text:  "Today",
			Photo: &autoreply.Photo{URL: "https://burgers.example/today.png", Width: 720, Height: 630},
			Link:  &autoreply.Link{Label: "More", URL: "https://burgers.example/menu"},
		},
		Keyboard: home,
	}))

	// What was written arrives as it was written.
	odd := `50% <b>&"햄버거"` + "\n"
	a, err = c.Message(ctx, base, "k-1_a", "text", odd)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(a.Message.Text, "You said "+odd+"."))

	qt.Assert(t, qt.IsNil(c.Added(ctx, base, "k-1_a")))
	qt.Assert(t, qt.IsNil(c.Blocked(ctx, base, "k-1_a")))
	qt.Assert(t, qt.IsNil(c.Left(ctx, base, "k-1_a")))

	const typed = "application/json; charset=utf-8"
	qt.Check(t, qt.DeepEquals(b.calls, []string{
		"GET /kakao/keyboard",
		`POST /kakao/message ` + typed + ` {"content":"Menu","type":"text","user_key":"k-1_a"}`,
		`POST /kakao/message ` + typed + ` {"content":"50% <b>&\"햄버거\"\n","type":"text","user_key":"k-1_a"}`,
		`POST /kakao/friend ` + typed + ` {"user_key":"k-1_a"}`,
		`DELETE /kakao/friend/k-1_a ` + typed + ` {"user_key":"k-1_a"}`,
		`DELETE /kakao/chat_room/k-1_a ` + typed + ` {"user_key":"k-1_a"}`,
	}))
}

// What servers answer beside the description.
func TestAnswers(t *testing.T) {
	long := strings.Repeat("가", autoreply.MaxText)
	for _, c := range []struct {
		name, kind, body string
		status           int
		want             autoreply.Code
		text             string
		buttons          int
	}{
		{name: "as HTML", kind: "text/html", body: `{"message":{"text":"hi"}}`, text: "hi"},
		{name: "pretty, escaped, with a mark before it", kind: "text/plain", body: "\ufeff{\n  \"message\": {\n \"text\": \"\\uc548\\ub155\" } }\n\n", text: "안녕"},
		{name: "other fields", body: `{"message":{"text":"hi","mood":1},"keyboard":{"type":"text","text":true},"version":"2"}`, text: "hi"},
		{name: "no buttons beside text", body: `{"message":{"text":"hi"},"keyboard":{"type":"text","buttons":[]}}`, text: "hi"},
		{name: "null buttons beside text", body: `{"message":{"text":"hi"},"keyboard":{"type":"text","buttons":null}}`, text: "hi"},
		{name: "null keyboard and parts", body: `{"message":{"text":"hi","photo":null,"message_button":null},"keyboard":null}`, text: "hi"},
		{name: "the longest text", body: `{"message":{"text":"` + long + `"}}`, text: long},
		{name: "the most buttons", body: `{"message":{"text":"hi"},"keyboard":{"type":"buttons","buttons":[` + strings.Repeat(`"a",`, 99) + `"a"]}}`, text: "hi", buttons: 100},
		{name: "status 201", status: 201, body: `{"message":{"text":"hi"}}`, text: "hi"},

		{name: "nothing", want: autoreply.WrongFormat},
		{name: "no wrapper", body: `{"text":"hi"}`, want: autoreply.WrongFormat},
		{name: "an empty message", body: `{"message":{}}`, want: autoreply.WrongFormat},
		{name: "an empty text", body: `{"message":{"text":""}}`, want: autoreply.WrongFormat},
		{name: "a text that is a number", body: `{"message":{"text":5}}`, want: autoreply.WrongFormat},
		{name: "too long", body: `{"message":{"text":"` + long + `가"}}`, want: autoreply.WrongFormat},
		{name: "a photo without size", body: `{"message":{"photo":{"url":"https://x.example/p.png"}}}`, want: autoreply.WrongFormat},
		{name: "a photo of another kind", body: `{"message":{"photo":{"url":"javascript:alert(1)","width":1,"height":1}}}`, want: autoreply.WrongFormat},
		{name: "a button without label", body: `{"message":{"text":"hi","message_button":{"url":"https://x.example"}}}`, want: autoreply.WrongFormat},
		{name: "a button to a script", body: `{"message":{"message_button":{"label":"a","url":"javascript:alert(1)"}}}`, want: autoreply.WrongFormat},
		{name: "no buttons", body: `{"message":{"text":"hi"},"keyboard":{"type":"buttons","buttons":[]}}`, want: autoreply.WrongFormat},
		{name: "too many buttons", body: `{"message":{"text":"hi"},"keyboard":{"type":"buttons","buttons":[` + strings.Repeat(`"a",`, 100) + `"a"]}}`, want: autoreply.WrongFormat},
		{name: "buttons that are no texts", body: `{"message":{"text":"hi"},"keyboard":{"type":"buttons","buttons":[1]}}`, want: autoreply.WrongFormat},
		{name: "a button without words", body: `{"message":{"text":"hi"},"keyboard":{"type":"buttons","buttons":["a",""]}}`, want: autoreply.WrongFormat},
		{name: "a keyboard of no type", body: `{"message":{"text":"hi"},"keyboard":{}}`, want: autoreply.WrongFormat},
		{name: "spoiled", body: `<br />Warning: line 3 {"message":{"text":"hi"}}`, want: autoreply.WrongFormat},
		{name: "cut off", body: `{"message":{"text":"hi"`, want: autoreply.WrongFormat},
		{name: "endless", body: strings.Repeat(" ", 300<<10) + `{"message":{"text":"hi"}}`, want: autoreply.WrongFormat},
		{name: "its own fault, in HTML", status: 500, kind: "text/html", body: "<h1>Application error</h1>", want: autoreply.WrongFormat},
		{name: "no such route", status: 404, body: "Not found", want: autoreply.WrongAddress},
		{name: "somewhere else", status: 301, body: "", want: autoreply.WrongAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &bot{answer: func(w http.ResponseWriter, _ *http.Request, _ map[string]string) {
				if c.kind != "" {
					w.Header().Set("Content-Type", c.kind)
				}
				if c.status != 0 {
					w.Header().Set("Location", "/elsewhere")
					w.WriteHeader(c.status)
				}
				fmt.Fprint(w, c.body)
			}}
			caller, base := serve(t, b, "")
			a, err := caller.Message(t.Context(), base, "key", "text", "hello")
			qt.Check(t, qt.HasLen(b.calls, 1))
			if c.want != autoreply.Success {
				isCode(t, err, c.want)
				return
			}
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(a.Message.Text, c.text))
			if a.Keyboard != nil {
				qt.Check(t, qt.HasLen(a.Keyboard.Buttons, c.buttons))
			}
		})
	}
}

func isCode(t *testing.T, err error, want autoreply.Code) {
	t.Helper()
	var e *autoreply.Error
	qt.Assert(t, qt.ErrorAs(err, &e))
	qt.Check(t, qt.Equals(e.Code, want))
}

func TestWrongKeyboardAtTheStart(t *testing.T) {
	for _, body := range []string{``, `[]`, `{"type":"buttons"}`, `{"message":{"text":"hi"}}`} {
		b := &bot{answer: func(w http.ResponseWriter, _ *http.Request, _ map[string]string) { fmt.Fprint(w, body) }}
		c, base := serve(t, b, "")
		_, err := c.Keyboard(t.Context(), base)
		isCode(t, err, autoreply.TimedOut)
	}
}

// Calls that only tell something are answered by servers in every way.
func TestTelling(t *testing.T) {
	for _, c := range []struct {
		body   string
		status int
		fails  bool
	}{
		{"{}", 200, false},
		{"200", 200, false},
		{"SUCCESS", 200, false},
		{`{"success":true}`, 200, false},
		{"", 200, false},
		{"", 204, false},
		{"Cannot POST /friend", 404, false},
		{"", 405, false},
		{"<h1>oh</h1>", 500, true},
		{"", 302, true},
	} {
		b := &bot{answer: func(w http.ResponseWriter, _ *http.Request, _ map[string]string) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}}
		caller, base := serve(t, b, "/")
		for _, tell := range []func(context.Context, *url.URL, string) error{caller.Added, caller.Blocked, caller.Left} {
			err := tell(t.Context(), base, "key")
			qt.Check(t, qt.Equals(err != nil, c.fails), qt.Commentf("%d %q: %v", c.status, c.body, err))
		}
	}
}

// A server that never answers is waited for five seconds, and one that sends its
// answer drop by drop no longer.
func TestSlowBot(t *testing.T) {
	for name, drops := range map[string]bool{"silent": false, "dripping": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, stop := autoreply.NewOver(func(w http.ResponseWriter, r *http.Request) {
					for {
						if drops {
							fmt.Fprint(w, " ")
							_ = http.NewResponseController(w).Flush()
						}
						select {
						case <-r.Context().Done():
							return
						case <-time.After(time.Second):
						}
					}
				})
				defer stop()
				base, err := autoreply.ParseBase("http://bot.example")
				qt.Assert(t, qt.IsNil(err))
				begun := time.Now()
				_, err = c.Message(t.Context(), base, "key", "text", "hello")
				isCode(t, err, autoreply.TimedOut)
				qt.Check(t, qt.Equals(time.Since(begun), autoreply.Limit))
			})
		})
	}
}

// A caller that has gone away is no failure of the bot.
func TestCallerEnds(t *testing.T) {
	b := &bot{answer: func(_ http.ResponseWriter, r *http.Request, _ map[string]string) { <-r.Context().Done() }}
	c, base := serve(t, b, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Message(ctx, base, "key", "text", "hello")
	qt.Check(t, qt.ErrorIs(err, context.Canceled))
}

// Owners' addresses lead to public servers only, unless an administrator has named
// the host.
func TestPrivateAddresses(t *testing.T) {
	b := &bot{answer: burgers}
	_, base := serve(t, b, "")
	c := autoreply.New(autoreply.Config{})
	_, err := c.Keyboard(t.Context(), base)
	isCode(t, err, autoreply.WrongAddress)
	qt.Check(t, qt.HasLen(b.calls, 0))
}

func TestParseBase(t *testing.T) {
	for _, text := range []string{"http://bot.example", "https://bot.example:8443/a/b/", " https://bot.example/ "} {
		_, err := autoreply.ParseBase(text)
		qt.Check(t, qt.IsNil(err), qt.Commentf("%s", text))
	}
	for _, text := range []string{"", "bot.example", "ftp://bot.example", "http://", "https://a:b@bot.example", "https://bot.example/?a=1", "https://bot.example/#a", "https://bot.example/" + strings.Repeat("a", 2000), "http://%zz"} {
		_, err := autoreply.ParseBase(text)
		isCode(t, err, autoreply.WrongAddress)
	}
}

// The codes and their statuses are part of what partners were told.
func TestStatus(t *testing.T) {
	for code, want := range map[autoreply.Code]int{
		autoreply.Success: 200, autoreply.BadRequest: 400, autoreply.WrongKey: 400, autoreply.WrongAddress: 400,
		autoreply.WrongFormat: 503, autoreply.TimedOut: 408, autoreply.NoProfile: 400, autoreply.NoUser: 400,
		autoreply.NotAFriend: 400, autoreply.NotSupported: 400,
	} {
		qt.Check(t, qt.Equals(code.Status(), want), qt.Commentf("%d", code))
	}
}

func TestHealth(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, seoul)
	var h autoreply.Health
	told := 0
	fail := func(n int) {
		for range n {
			next, tell := h.After(now, true)
			h = next
			if tell {
				told++
			}
		}
	}
	fail(9)
	qt.Check(t, qt.IsFalse(h.Failing()))
	h, _ = h.After(now, false)
	fail(9)
	qt.Check(t, qt.Equals(told, 0))
	fail(1)
	qt.Check(t, qt.IsTrue(h.Failing()))
	qt.Check(t, qt.Equals(told, 1))
	fail(981)
	qt.Check(t, qt.Equals(h.Failed, 1000))
	qt.Check(t, qt.IsFalse(h.Stopped))
	qt.Check(t, qt.Equals(told, 1))

	// Another day is counted from its beginning, which is midnight there.
	yesterday := h
	now = time.Date(2026, 5, 2, 0, 0, 0, 0, seoul)
	fail(1)
	qt.Check(t, qt.Equals(h.Failed, 1))

	h, now = yesterday, time.Date(2026, 5, 1, 23, 59, 59, 0, seoul)
	fail(2)
	qt.Check(t, qt.IsTrue(h.Stopped))
	qt.Check(t, qt.Equals(told, 2))
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"message":{"text":"hi","photo":{"url":"https://x/p.png","width":720,"height":630}},"keyboard":{"type":"buttons","buttons":["A"]}}`))
	f.Add([]byte(`{"type":"text","buttons":null}`))
	f.Add([]byte("\ufeff{"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if a, err := autoreply.ParseAnswer(body); err == nil {
			m := a.Message
			qt.Check(t, qt.IsTrue(m.Text != "" || m.Photo != nil || m.Link != nil))
			qt.Check(t, qt.IsTrue(len([]rune(m.Text)) <= autoreply.MaxText))
			qt.Check(t, qt.IsTrue(a.Keyboard == nil || len(a.Keyboard.Buttons) <= autoreply.MaxButtons))
		}
		if k, err := autoreply.ParseHome(body); err == nil {
			qt.Check(t, qt.IsTrue(len(k.Buttons) <= autoreply.MaxButtons))
		}
	})
}
