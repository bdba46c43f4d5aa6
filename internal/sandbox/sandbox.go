// Package sandbox answers: how does somebody try the server, or a program
// against it, without real phones, real people and real time?
//
// It is an edge below /sandbox/: the messages that phones would have got, test
// users made by the thousand, a clock that can be moved, test files, and what
// the process costs. A server that serves real people never has it: it is off
// unless asked for, and refused together with a real SMS sender. One part, the
// phone page, also stands on a loopback address where no SMS sender is set,
// because there is no other way to get a code.
package sandbox

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/go-chi/chi/v5"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/clock"
	"madang/internal/fault"
	"madang/internal/httpapi"
	"madang/internal/media"
	"madang/internal/sms"
)

// Config is what the sandbox plays with.
type Config struct {
	Phones *sms.Terminal
	// PhonesOnly leaves nothing but the phone page: everything that changes the
	// server is away.
	PhonesOnly bool
	// Secret must come with every request, as a bearer token or as ?secret=.
	// Empty: none is asked for, and only requests to a loopback name are
	// served. That is enough against other sites, not behind a proxy, which may
	// ask by such a name for anybody.
	Secret string

	People *account.People
	Chat   *chat.Chat
	Files  *media.Files
	Clock  *clock.Clock
	// Commits tells how many commits the room log has made since the start.
	// Each of them ended with one sync to disk. Nil where it is not known.
	Commits func() uint64
}

// New makes the handler of everything below /sandbox/.
func New(c Config) http.Handler {
	s := &sandbox{c}
	r := chi.NewRouter()
	r.Use(s.guard)
	r.NotFound(notFound)
	r.MethodNotAllowed(notFound)
	r.Get("/", s.page)
	r.Get("/phones.js", s.asset(pageScript, "text/javascript; charset=utf-8"))
	r.Get("/phones.css", s.asset(pageStyle, "text/css; charset=utf-8"))
	r.Get("/v1/sms", s.messages)
	if !c.PhonesOnly {
		r.Post("/v1/users", s.users)
		r.Post("/v1/clock", s.clock)
		r.Post("/v1/media", s.media)
		r.Get("/v1/process", s.process)
	}
	return r
}

type sandbox struct{ Config }

func notFound(w http.ResponseWriter, r *http.Request) {
	httpapi.WriteProblem(w, r, fault.New(fault.NotFoundAnywhere))
}

// guard keeps pages of other sites out, and everybody without the secret. A
// page cannot read answers of another origin, but it can make its own name
// point to a loopback address: hence the look at the name it asked for.
func (s *sandbox) guard(next http.Handler) http.Handler {
	var origin http.CrossOriginProtection
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case origin.Check(r) != nil, s.Secret == "" && !loopbackName(r.Host):
			httpapi.WriteProblem(w, r, fault.New(fault.OriginRefused))
		case s.Secret != "" && !equal(secretOf(r), s.Secret):
			w.Header().Set("WWW-Authenticate", "Bearer")
			httpapi.WriteProblem(w, r, fault.Newf(fault.SignInRequired, "The sandbox of this server asks for its secret."))
		default:
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r)
		}
	})
}

func secretOf(r *http.Request) string {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return token
	}
	return r.URL.Query().Get("secret")
}

// equal compares in constant time, whatever the lengths.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func loopbackName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

// maxBodyBytes bounds a request; all of them are a handful of fields.
const maxBodyBytes = 16 << 10

// read decodes a request's body into v.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	err := d.Decode(v)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.BodyTooLarge).Because(tooLarge)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fault.New(fault.BadJSON).Because(err)
	}
	return nil
}

// answer writes v, or what went wrong.
func answer(w http.ResponseWriter, r *http.Request, status int, v any, err error) {
	if err != nil {
		httpapi.WriteProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The status is on its way: a client that is gone is nobody to tell.
	_ = json.NewEncoder(w).Encode(v)
}

type ctx = context.Context
