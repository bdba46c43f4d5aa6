package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/fault"
)

type ctx = context.Context

// caller is who makes a request.
type caller struct {
	account.Session // zero when not signed in
	request         *http.Request
	address         netip.Addr
}

type callerKey struct{}

func callerOf(c ctx) *caller { return c.Value(callerKey{}).(*caller) }

// actor is the caller as the rooms know them.
func actor(c ctx) chat.Actor {
	s := callerOf(c).Session
	return chat.Actor{User: s.User, Device: s.Device, Exempt: s.Sandbox}
}

func self(c ctx) account.ID { return callerOf(c).User }

// guard stands before every operation: it finds out who calls, refuses calls
// that another site made a browser do, and counts.
func (a *API) guard(hc huma.Context, next func(huma.Context)) {
	r, w := humachi.Unwrap(hc)
	c := &caller{request: r, address: clientAddr(r, a.TrustedProxies)}
	err := a.admit(w, r, c, len(hc.Operation().Security) > 0)
	if err != nil {
		if f := fault.From(err); f.Code.Kind() == fault.Unauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		// The error is written below, with the status of its kind.
		_ = huma.WriteErr(a.huma, hc, http.StatusInternalServerError, "", err)
		return
	}
	if c.User != (account.ID{}) {
		w.Header().Set("Cache-Control", "private, no-store")
	}
	next(huma.WithValue(hc, callerKey{}, c))
}

func (a *API) admit(w http.ResponseWriter, r *http.Request, c *caller, signIn bool) error {
	token := tokenOf(r)
	if _, given := r.Header["Authorization"]; !given {
		// Only a browser that another site directs sends these without meaning
		// to: with its cookie, or to sign in as somebody else.
		if err := a.origin.Check(r); err != nil {
			return fault.New(fault.OriginRefused).Because(err)
		}
	}
	// A token that has to be looked up costs a query before it turns out to be
	// none; an address that has used up its quota gets no more of them.
	if token != "" && !a.Accounts.Knows(token) {
		if s := a.addresses.peek(networkOf(c.address)); !s.ok {
			a.addresses.header(w.Header(), s)
			return fault.New(fault.RateLimited).After(s.wait)
		}
	}
	var authErr error
	if token != "" {
		c.Session, authErr = a.Accounts.Authenticate(r.Context(), token)
	} else if signIn {
		authErr = fault.New(fault.SignInRequired)
	}
	if !c.Sandbox {
		l, key := a.addresses, networkOf(c.address)
		if c.User != (account.ID{}) {
			l, key = a.accounts, c.User.String()
		}
		s := l.take(key)
		l.header(w.Header(), s)
		if !s.ok {
			return fault.New(fault.RateLimited).After(s.wait)
		}
	}
	if signIn {
		return authErr
	}
	// A call that needs no sign-in does not mind a token that is none.
	return nil
}

// tokenOf finds the token of a request: in the header, else in a browser's
// cookie.
func tokenOf(r *http.Request) string {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(token)
		}
		return ""
	}
	if c, err := r.Cookie(CookieName(r)); err == nil {
		return c.Value
	}
	return ""
}
