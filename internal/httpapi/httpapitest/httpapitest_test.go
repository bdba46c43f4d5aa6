package httpapitest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/httpapi/httpapitest"
)

// canned answers every request the same.
type canned struct {
	status int
	kind   string
	body   string
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Request: r, Header: http.Header{"Content-Type": {c.kind}},
		Body: io.NopCloser(strings.NewReader(c.body)), ContentLength: int64(len(c.body)),
	}, nil
}

// spy takes the failures of a test.
type spy struct {
	testing.TB
	failed []string
}

func (s *spy) Helper() {}
func (s *spy) Errorf(format string, args ...any) {
	s.failed = append(s.failed, fmt.Sprintf(format, args...))
}

func TestTransportSeesWhatDoesNotFit(t *testing.T) {
	const (
		user    = `{"id":"0190a6b8-33a1-7000-8000-000000000001","name":"Ann"}`
		problem = `{"type":"/docs#not_found","title":"t","status":404,"detail":"d","code":"user_unknown"}`
		json    = "application/json"
	)
	tests := []struct {
		name   string
		path   string
		answer canned
		fits   bool
	}{
		{"as described", "/v1/users/1", canned{200, json, user}, true},
		{"problem", "/v1/users/1", canned{404, "application/problem+json", problem}, true},
		{"elsewhere", "/sandbox/v1/clock", canned{200, json, `{"any":"thing"}`}, true},
		{"field that is not described", "/v1/users/1", canned{200, json, user[:len(user)-1] + `,"secret":1}`}, false},
		{"field of another type", "/v1/users/1", canned{200, json, strings.Replace(user, `"Ann"`, `7`, 1)}, false},
		{"id that is none", "/v1/users/1", canned{200, json, strings.Replace(user, `0190a6b8`, `x`, 1)}, false},
		{"missing field", "/v1/users/1", canned{200, json, `{"name":"Ann"}`}, false},
		{"null for a list", "/v1/devices", canned{200, json, `{"devices":null}`}, false},
		{"wrong in a list", "/v1/devices", canned{200, json, `{"devices":[{}]}`}, false},
		{"another success", "/v1/users/1", canned{201, json, user}, false},
		{"error in another form", "/v1/users/1", canned{404, "text/plain", "not found"}, false},
		{"problem without code", "/v1/users/1", canned{404, "application/problem+json", `{"title":"t"}`}, false},
		{"success without form", "/v1/users/1", canned{200, "text/html", "<p>"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &spy{TB: t}
			client := http.Client{Transport: httpapitest.Transport(s, tt.answer)}
			answer, err := client.Get("http://127.0.0.1" + tt.path)
			qt.Assert(t, qt.IsNil(err))
			body, err := io.ReadAll(answer.Body)
			qt.Check(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(string(body), tt.answer.body), qt.Commentf("the answer passes through"))
			qt.Check(t, qt.IsNil(answer.Body.Close()))
			qt.Check(t, qt.Equals(len(s.failed) == 0, tt.fits), qt.Commentf("%q", s.failed))
		})
	}
}
