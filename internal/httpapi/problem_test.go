package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/fault"
)

// ask sends a request to an API without stores and decodes the problem.
func ask(t *testing.T, api *API, r *http.Request) (*httptest.ResponseRecorder, Problem) {
	t.Helper()
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	var p Problem
	qt.Assert(t, qt.Equals(w.Header().Get("Content-Type"), problemType))
	qt.Assert(t, qt.IsNil(json.Unmarshal(w.Body.Bytes(), &p)))
	qt.Check(t, qt.Equals(p.Status, w.Code))
	return w, p
}

// quiet keeps what a test provokes out of its output, and gives it back.
func quiet(t *testing.T) *strings.Builder {
	var out strings.Builder
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &out
}

func TestProblemOf(t *testing.T) {
	logged := quiet(t)
	tests := []struct {
		name string
		err  error
		want Problem
	}{
		{"fault", fault.New(fault.RoomUnknown), Problem{Code: "room_unknown", Status: 404, Detail: fault.RoomUnknown.Text()}},
		{"wrapped, with a sentence of its own", errors.Join(fault.Newf(fault.TextTooLong, "Shorter.")), Problem{Code: "text_too_long", Status: 413, Detail: "Shorter."}},
		{"field", fault.New(fault.PhoneInvalid).In("phones[3].number"), Problem{
			Code: "phone_invalid", Status: 422, Detail: fault.PhoneInvalid.Text(),
			Errors: []ProblemPart{{Detail: fault.PhoneInvalid.Text(), Pointer: "#/phones/3/number"}},
		}},
		{"no fault", errors.New("disk on fire, password hunter2"), Problem{Code: "internal", Status: 500, Detail: fault.InternalError.Text()}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := problemOf(t.Context(), tt.err)
			qt.Check(t, qt.Equals(got.Code, tt.want.Code))
			qt.Check(t, qt.Equals(got.Status, tt.want.Status))
			qt.Check(t, qt.Equals(got.Detail, tt.want.Detail))
			qt.Check(t, qt.DeepEquals(got.Errors, tt.want.Errors))
		})
	}
	qt.Check(t, qt.StringContains(logged.String(), "hunter2"), qt.Commentf("what the caller must not see is in the log"))
	wait := problemOf(t.Context(), fault.New(fault.CodeLimit).After(1500*time.Millisecond))
	qt.Check(t, qt.Equals(wait.headers.Get("Retry-After"), "2"))
}

func TestPanicIsAnAnswer(t *testing.T) {
	logged := quiet(t)
	api, err := New(Config{Sandbox: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh no") })})
	qt.Assert(t, qt.IsNil(err))
	w, p := ask(t, api, httptest.NewRequest(http.MethodGet, "/sandbox/", nil))
	qt.Check(t, qt.Equals(p.Code, "internal"))
	qt.Check(t, qt.Equals(p.Instance, "urn:uuid:"+w.Header().Get("X-Request-Id")))
	qt.Check(t, qt.StringContains(logged.String(), "oh no"))
	qt.Check(t, qt.StringContains(logged.String(), w.Header().Get("X-Request-Id")))

	aborting, err := New(Config{Sandbox: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })})
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.PanicMatches(func() {
		aborting.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/sandbox/", nil))
	}, ".*abort.*"))
}

func TestNotReady(t *testing.T) {
	quiet(t)
	var cause error
	api, err := New(Config{Ready: func(context.Context) error { return cause }})
	qt.Assert(t, qt.IsNil(err))
	ready := func() *http.Request { return httptest.NewRequest(http.MethodGet, "/readyz", nil) }
	for code, err := range map[string]error{
		"log_stopped":   fault.New(fault.LogStopped),
		"shutting_down": fault.New(fault.ShuttingDown),
		"overloaded":    errors.New("ping: no route to host"),
	} {
		cause = err
		w, p := ask(t, api, ready())
		qt.Check(t, qt.Equals(w.Code, 503))
		qt.Check(t, qt.Equals(p.Code, code))
		qt.Check(t, qt.Not(qt.StringContains(p.Detail, "route")))
	}
	cause = nil
	w := httptest.NewRecorder()
	api.ServeHTTP(w, ready())
	qt.Check(t, qt.Equals(w.Code, 200))
}

func TestSocketGetsTheConnection(t *testing.T) {
	var got http.ResponseWriter
	api, err := New(Config{Socket: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { got = w })})
	qt.Assert(t, qt.IsNil(err))
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/ws", nil))
	qt.Check(t, qt.Equals(got, http.ResponseWriter(w)), qt.Commentf("nothing is wrapped around it"))
}

func TestCookieName(t *testing.T) {
	tests := []struct{ url, want string }{
		{"http://127.0.0.1:8080/", "madang"},
		{"http://localhost/", "madang"},
		{"http://app.localhost:1/", "madang"},
		{"http://[::1]:8080/", "madang"},
		{"https://127.0.0.1:8443/", "__Host-madang"},
		{"http://chat.example.org/", "__Host-madang"}, // behind a proxy that speaks https
		{"http://192.168.0.2:8080/", "__Host-madang"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodGet, tt.url, nil)
		qt.Check(t, qt.Equals(CookieName(r), tt.want), qt.Commentf("%s", tt.url))
		c := sessionCookie(r, "token")
		qt.Check(t, qt.Equals(c.Secure, tt.want == "__Host-madang"), qt.Commentf("%s", tt.url))
	}
}

func TestBodyLimitIsExact(t *testing.T) {
	api, err := New(Config{})
	qt.Assert(t, qt.IsNil(err))
	post := func(n int) *http.Request {
		body := strings.Repeat(" ", n-2) + "{}"
		r := httptest.NewRequest(http.MethodPost, "/v1/auth/codes", io.NopCloser(strings.NewReader(body)))
		r.Header.Set("Content-Type", "application/json")
		return r
	}
	_, p := ask(t, api, post(128<<10))
	qt.Check(t, qt.Equals(p.Code, "bad_request"), qt.Commentf("the phone is missing"))
	_, p = ask(t, api, post(128<<10+1))
	qt.Check(t, qt.Equals(p.Code, "body_too_large"))
}
