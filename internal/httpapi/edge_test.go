package httpapi_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/fault"
)

func refusals(t *testing.T, s *server) {
	ann := s.people(1)[0]
	s.refused(401, "sign_in_required", request{method: "GET", path: "/v1/me"})
	s.refused(401, "token_invalid", request{method: "GET", path: "/v1/me", token: "nonsense"})
	s.refused(401, "sign_in_required", request{method: "GET", path: "/v1/me", header: http.Header{"Authorization": {"Basic YTpi"}}})
	qt.Check(t, qt.Equals(s.do(request{method: "GET", path: "/v1/me"}).Header.Get("WWW-Authenticate"), "Bearer"))

	ann.fail(422, "bad_json", "PATCH", "/v1/me", `{"name":`)
	ann.fail(422, "bad_json", "PATCH", "/v1/me", "")
	ann.fail(422, "bad_json", "PATCH", "/v1/me", `{"x":`+strings.Repeat("[", 20)+strings.Repeat("]", 20)+`}`)
	ann.fail(422, "bad_request", "PATCH", "/v1/me", `[]`)
	ann.fail(413, "body_too_large", "PATCH", "/v1/me", `{"name":"`+strings.Repeat("x", 128<<10)+`"}`)
	s.refused(422, "bad_json", request{method: "PATCH", path: "/v1/me", token: ann.token, body: "name=Ann", header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
	}})
	qt.Check(t, qt.Equals(ann.call(200, "PATCH", "/v1/me", object{"name": "Ann", "unheard_of": 1}).text("name"), "Ann"))

	ann.fail(404, "not_found", "GET", "/v1/nothing", nil)
	ann.fail(405, "not_found", "PUT", "/v1/me", object{})

	answer := s.do(request{method: "GET", path: "/v1/rooms/" + newID(), token: ann.token})
	problem := s.read(404, answer)
	qt.Check(t, qt.Equals(problem.text("type"), "/docs#room_unknown"))
	qt.Check(t, qt.Equals(problem.text("title"), fault.RoomUnknown.Text()))
	qt.Check(t, qt.Equals(problem.number("status"), 404))
	qt.Check(t, qt.Equals(problem.text("instance"), "urn:uuid:"+answer.Header.Get("X-Request-Id")))
}

// Test users are exempt; everybody else is counted.
func quotas(t *testing.T, s *server) {
	qt.Check(t, qt.Equals(s.do(request{method: "GET", path: "/v1/me", token: s.people(1)[0].token}).Header.Get("RateLimit"), ""))
	ann := s.signUp("Ann")
	first := s.do(request{method: "GET", path: "/v1/me", token: ann.token})
	qt.Check(t, qt.Equals(first.Header.Get("RateLimit-Policy"), `"account";q=300;w=6`))
	qt.Check(t, qt.Matches(first.Header.Get("RateLimit"), `"account";r=299;t=1`))
	for range 20_000 {
		answer := s.do(request{method: "GET", path: "/v1/me", token: ann.token})
		if answer.StatusCode == http.StatusTooManyRequests {
			qt.Check(t, qt.Equals(s.read(429, answer).text("code"), "rate_limited"))
			wait, err := strconv.Atoi(answer.Header.Get("Retry-After"))
			qt.Check(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(wait, 1))
			return
		}
		_, err := io.Copy(io.Discard, answer.Body)
		qt.Assert(t, qt.IsNil(err))
	}
	t.Error("twenty thousand calls in a row were not too many")
}

func browsers(t *testing.T, s *server) {
	for _, path := range []string{"/", "/v1/me", "/docs", "/nothing", "/sandbox/"} {
		h := s.do(request{method: "GET", path: path}).Header
		qt.Check(t, qt.StringContains(h.Get("Content-Security-Policy"), "default-src 'none'"), qt.Commentf("%s", path))
		qt.Check(t, qt.Not(qt.StringContains(h.Get("Content-Security-Policy"), "unsafe")), qt.Commentf("%s", path))
		qt.Check(t, qt.StringContains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'"), qt.Commentf("%s", path))
		qt.Check(t, qt.Equals(h.Get("X-Content-Type-Options"), "nosniff"), qt.Commentf("%s", path))
		qt.Check(t, qt.Equals(h.Get("Referrer-Policy"), "no-referrer"), qt.Commentf("%s", path))
	}
	qt.Check(t, qt.Equals(s.do(request{method: "HEAD", path: "/docs"}).StatusCode, 200))
}

func documents(t *testing.T, s *server) {
	s.ask(200, request{method: "GET", path: "/livez"})
	s.ask(200, request{method: "GET", path: "/readyz"})
	spec := s.ask(200, request{method: "GET", path: "/openapi.json"})
	qt.Check(t, qt.Equals(spec.text("openapi"), "3.1.0"))

	page := s.do(request{method: "GET", path: "/docs"})
	body, err := io.ReadAll(page.Body)
	qt.Assert(t, qt.IsNil(err))
	text := string(body)
	qt.Check(t, qt.Equals(page.Header.Get("Content-Type"), "text/html; charset=utf-8"))
	for _, row := range fault.Rows {
		qt.Check(t, qt.StringContains(text, `<tr id="`+row.Name+`">`), qt.Commentf("problems link to their code"))
	}
	paths, _ := spec.at("paths").(map[string]any)
	qt.Assert(t, qt.Not(qt.HasLen(paths, 0)))
	for path := range paths {
		qt.Check(t, qt.StringContains(text, "<code>"+path+"</code>"))
	}
	qt.Check(t, qt.Not(qt.StringContains(text, "http://")), qt.Commentf("nothing comes from elsewhere"))
	qt.Check(t, qt.Not(qt.StringContains(text, "https://")))
	qt.Check(t, qt.Not(qt.StringContains(text, "<script")))
	qt.Check(t, qt.Equals(s.do(request{method: "GET", path: "/docs/docs.css"}).Header.Get("Content-Type"), "text/css; charset=utf-8"))
}
