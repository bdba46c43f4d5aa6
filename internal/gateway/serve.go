package gateway

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"madang/internal/fault"
	"madang/internal/gateway/socket"
)

// ServeHTTP opens a socket: GET /v1/ws. Anything that speaks against it is said
// as a problem (RFC 9457) before the connection is upgraded.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	cookie, err := g.admit(r)
	if err != nil {
		refuse(w, fault.From(err))
		return
	}
	if g.taken.Add(1) > int64(g.most) {
		g.taken.Add(-1)
		refuse(w, fault.Newf(fault.Overloaded, "The server has as many connections as it can hold; try again in a minute.").After(spreadOf(g.most)))
		return
	}
	nc, early, err := socket.Upgrade(w, r)
	if err != nil {
		g.taken.Add(-1)
		return // the client was told
	}
	s := &session{gw: g, number: g.numbers.Add(1), cookie: cookie}
	if !g.loop.Attach(&s.Conn, nc, early, s) {
		g.taken.Add(-1)
	}
}

// admit says whether a request may open a socket, and gives the token that it
// may say hello with.
func (g *Gateway) admit(r *http.Request) (cookie string, err error) {
	origin := r.Header.Get("Origin")
	switch {
	case g.stopping.Load():
		return "", fault.New(fault.ShuttingDown).After(spreadOf(0))
	case origin == "":
		// No browser: it shows its token in hello. Only pages have the cookie's
		// authority, and only those that just proved where they are from:
		// browsers send cookies along with sockets that any page opens.
		return "", nil
	case !g.allowed(origin, r):
		return "", fault.New(fault.OriginRefused)
	}
	return g.cookieOf(r), nil
}

// allowed reports whether a page of this origin (RFC 6454, section 7) may open
// sockets: one of this very host, or one that was named.
func (g *Gateway) allowed(origin string, r *http.Request) bool {
	if g.origins[origin] {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

func (g *Gateway) cookieOf(r *http.Request) string {
	if g.cookie == nil {
		return ""
	}
	c, err := r.Cookie(g.cookie(r))
	if err != nil || len(c.Value) > 200 {
		return ""
	}
	return strings.Clone(c.Value) // the header it is in need not stay
}

// refuse answers a request that does not become a socket.
func refuse(w http.ResponseWriter, e *fault.Error) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if e.RetryAfter > 0 {
		h.Set("Retry-After", retryAfter(e.RetryAfter))
	}
	w.WriteHeader(e.Code.Kind().Status())
	// A client that is gone is nobody to tell.
	_ = json.NewEncoder(w).Encode(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Code   string `json:"code"`
	}{"/docs#" + e.Code.String(), e.Code.Text(), e.Code.Kind().Status(), e.Sentence(), e.Code.String()})
}

// retryAfter is a wait in whole seconds, never less than asked for.
func retryAfter(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}
