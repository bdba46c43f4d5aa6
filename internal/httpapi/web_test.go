package httpapi

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/go-quicktest/qt"
)

var built = fstest.MapFS{
	"index.html":             {Data: []byte("<!doctype html>client")},
	"icon.svg":               {Data: []byte("<svg/>")},
	".keep":                  {},
	"assets/main-abc.js":     {Data: []byte("plain")},
	"assets/main-abc.js.br":  {Data: []byte("brotli")},
	"assets/main-abc.js.gz":  {Data: []byte("gzip")},
	"assets/style-1a2b.css":  {Data: []byte("body{}")},
	"manifest.webmanifest":   {Data: []byte("{}")},
	"sw.js":                  {Data: []byte("worker")},
	"assets/font-xyz.woff2":  {Data: []byte("font")},
	"assets/thing.unknown-x": {Data: []byte("?")},
}

func TestWeb(t *testing.T) {
	api, err := New(Config{Web: built})
	qt.Assert(t, qt.IsNil(err))
	const forever, always, html = "public, max-age=31536000, immutable", "no-cache", "text/html,*/*;q=0.8"
	tests := []struct {
		name, path, accept, encodings string
		status                        int
		body, coding, cache, kind     string
	}{
		{"root", "/", "", "", 200, "<!doctype html>client", "", always, "text/html; charset=utf-8"},
		{"place inside the client", "/chats/0190", html, "", 200, "<!doctype html>client", "", always, "text/html; charset=utf-8"},
		{"a person's place", "/@mina.kim", html, "", 200, "<!doctype html>client", "", always, "text/html; charset=utf-8"},
		{"file", "/icon.svg", "", "", 200, "<svg/>", "", always, "image/svg+xml"},
		{"service worker", "/sw.js", "", "", 200, "worker", "", always, "text/javascript; charset=utf-8"},
		{"hidden file", "/.keep", "", "", 404, "", "", "no-store", problemType},
		{"outside", "/../../etc/passwd", "", "", 404, "", "", "no-store", problemType},
		{"hashed", "/assets/main-abc.js", "", "", 200, "plain", "", forever, "text/javascript; charset=utf-8"},
		{"brotli", "/assets/main-abc.js", "", "gzip, deflate, br", 200, "brotli", "br", forever, "text/javascript; charset=utf-8"},
		{"gzip", "/assets/main-abc.js", "", "gzip;q=0.5, br;q=0", 200, "gzip", "gzip", forever, "text/javascript; charset=utf-8"},
		{"of an older build", "/assets/main-old.js", html, "", 404, "", "", "no-store", problemType},
		{"no such call", "/v1/nothing", html, "", 404, "", "", "no-store", problemType},
		{"font", "/assets/font-xyz.woff2", "", "", 200, "font", "", forever, "font/woff2"},
		{"unknown type", "/assets/thing.unknown-x", "", "", 200, "?", "", forever, "application/octet-stream"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, tt.path, nil)
			r.Header.Set("Accept-Encoding", tt.encodings)
			r.Header.Set("Accept", tt.accept)
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			qt.Check(t, qt.Equals(w.Code, tt.status))
			if tt.status == 200 {
				qt.Check(t, qt.Equals(w.Body.String(), tt.body))
			}
			qt.Check(t, qt.Equals(w.Header().Get("Content-Encoding"), tt.coding))
			qt.Check(t, qt.Equals(w.Header().Get("Content-Type"), tt.kind))
			qt.Check(t, qt.Equals(w.Header().Get("Cache-Control"), tt.cache))
			qt.Check(t, qt.Equals(w.Header().Get("Content-Security-Policy"), api.policy()))
			qt.Check(t, qt.Equals(w.Header().Get("X-Content-Type-Options"), "nosniff"))
		})
	}
}

func TestWebNotModified(t *testing.T) {
	api, err := New(Config{Web: built})
	qt.Assert(t, qt.IsNil(err))
	get := func(etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("If-None-Match", etag)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		return w
	}
	first := get("")
	qt.Assert(t, qt.Equals(first.Code, 200))
	qt.Check(t, qt.Equals(get(first.Header().Get("ETag")).Code, http.StatusNotModified))
	qt.Check(t, qt.Equals(get(`"another"`).Code, 200))
}

// What other programs share is for the service worker; without one, people get to
// the client all the same.
func TestWebShare(t *testing.T) {
	api, err := New(Config{Web: built})
	qt.Assert(t, qt.IsNil(err))
	r := httptest.NewRequest(http.MethodPost, "/share", nil)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	qt.Check(t, qt.Equals(w.Code, http.StatusSeeOther))
	qt.Check(t, qt.Equals(w.Header().Get("Location"), "/share"))
	r = httptest.NewRequest(http.MethodGet, "/share", nil)
	r.Header.Set("Accept", "text/html")
	w = httptest.NewRecorder()
	api.ServeHTTP(w, r)
	qt.Check(t, qt.Equals(w.Body.String(), "<!doctype html>client"))
}

func TestWebUnbuilt(t *testing.T) {
	api, err := New(Config{Web: fstest.MapFS{".keep": {}}})
	qt.Assert(t, qt.IsNil(err))
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	qt.Check(t, qt.Equals(w.Code, 200))
	qt.Check(t, qt.StringContains(w.Body.String(), "make build"))

	w = httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	qt.Check(t, qt.Equals(w.Code, http.StatusNotFound))
}
