// Package httpapitest answers: is every answer of the API what the OpenAPI
// document says it is?
//
// [Client] is an HTTP client for tests that checks each answer it gets: the
// status is one that the operation has, the body has all fields that it must
// have, none that are not described, and each of the described type. A test
// that talks to the API through it fails when handlers and document part.
package httpapitest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"

	"madang/internal/httpapi"
)

// Client makes a client whose answers are checked. What does not fit fails t.
func Client(t testing.TB) *http.Client {
	return &http.Client{Transport: Transport(t, http.DefaultTransport)}
}

// Transport checks the answers that come through next. Addresses that are no
// operation, such as pages and the sandbox, pass unchecked; problems are checked
// everywhere. It is safe for concurrent use.
func Transport(t testing.TB, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatalf("httpapitest: %v", err)
	}
	return &transport{t: t, next: next, doc: doc}
}

type transport struct {
	t    testing.TB
	next http.RoundTripper
	doc  *checker
}

// checker is the document, made once for all tests of a program.
type checker struct {
	mu        sync.Mutex
	validator validator.Validator
}

var document = sync.OnceValues(func() (*checker, error) {
	var spec bytes.Buffer
	if err := httpapi.Spec(&spec); err != nil {
		return nil, err
	}
	doc, err := libopenapi.NewDocument(spec.Bytes())
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	v, errs := validator.NewValidator(doc, config.WithStrictMode(), config.WithFormatAssertions())
	if len(errs) > 0 {
		return nil, fmt.Errorf("read OpenAPI document: %w", errs[0])
	}
	if ok, found := v.ValidateDocument(); !ok {
		return nil, fmt.Errorf("the OpenAPI document is not valid: %s", found[0].Message)
	}
	return &checker{validator: v}, nil
})

// RoundTrip implements http.RoundTripper.
func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := tr.next.RoundTrip(r)
	if err != nil || !described(r.URL.Path) {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	if err = firstError(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if problem := tr.doc.check(r, answer, body); problem != "" {
		tr.t.Errorf("%s %s answered %d %s\nwhich the OpenAPI document does not allow: %s",
			r.Method, r.URL, answer.StatusCode, body, problem)
	}
	return answer, nil
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func described(path string) bool {
	return (strings.HasPrefix(path, "/v1/") && path != "/v1/ws") || path == "/livez" || path == "/readyz"
}

// check says what is wrong with an answer, or nothing.
func (c *checker) check(r *http.Request, answer *http.Response, body []byte) string {
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode >= 400 && kind != "application/problem+json" {
		return "an error is no problem detail but " + kind
	}
	if r.Method == http.MethodHead && answer.StatusCode >= 400 {
		return "" // what is wrong would stand in the body
	}
	if answer.StatusCode == http.StatusNotFound && strings.Contains(string(body), `"code":"not_found"`) ||
		answer.StatusCode == http.StatusMethodNotAllowed {
		return "" // no operation at all
	}
	if answer.StatusCode == http.StatusNoContent {
		if len(body) > 0 {
			return "a 204 has a body"
		}
		return ""
	}
	// Headers that every answer has, such as those for browsers, are not
	// described with each operation; what is checked is the body.
	copied := *answer
	copied.Body = io.NopCloser(bytes.NewReader(body))
	copied.Header = http.Header{"Content-Type": answer.Header["Content-Type"]}
	c.mu.Lock()
	defer c.mu.Unlock()
	ok, errs := c.validator.ValidateHttpResponse(r, &copied)
	if ok {
		return ""
	}
	var all []string
	for _, e := range errs {
		all = append(all, strings.TrimSpace(e.Message+": "+e.Reason))
		for _, s := range e.SchemaValidationErrors {
			all = append(all, s.FieldPath+" "+s.Reason)
		}
	}
	return strings.Join(all, "; ")
}
