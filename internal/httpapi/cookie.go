package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Browsers may hold the session token in a cookie that no script can read. Its
// name begins with __Host-, which browsers take over https alone and for this
// host alone (RFC 6265bis, section 4.1.3.2). On a plain-http loopback address,
// where there is no https to be had, it goes without.
const (
	secureCookie   = "__Host-madang"
	loopbackCookie = "madang"
)

// CookieName is the name of the session cookie for a request.
func CookieName(r *http.Request) string {
	if plainLoopback(r) {
		return loopbackCookie
	}
	return secureCookie
}

// sessionCookie makes the cookie that holds the token; an empty token makes
// the one that takes it away.
func sessionCookie(r *http.Request, token string) http.Cookie {
	c := http.Cookie{
		Name:     CookieName(r),
		Value:    token,
		Path:     "/",
		HttpOnly: true,
		Secure:   !plainLoopback(r),
		SameSite: http.SameSiteStrictMode,
		MaxAge:   int((400 * 24 * time.Hour).Seconds()), // the longest that browsers keep
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// plainLoopback reports whether the browser sees this server as plain http on
// its own machine. Behind a proxy that speaks TLS the Host header has the
// server's name, and so does the browser.
func plainLoopback(r *http.Request) bool {
	if r.TLS != nil {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}
