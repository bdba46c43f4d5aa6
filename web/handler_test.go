package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/go-quicktest/qt"
)

var built = fstest.MapFS{
	"index.html":            {Data: []byte("<!doctype html>page")},
	"icon.svg":              {Data: []byte("<svg/>")},
	".keep":                 {Data: []byte("kept")},
	"assets/main-abc.js":    {Data: []byte("plain")},
	"assets/main-abc.js.br": {Data: []byte("brotli")},
	"assets/main-abc.js.gz": {Data: []byte("gzip")},
}

func get(h http.Handler, method, path, encodings string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept-Encoding", encodings)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	h := handler(built)
	const forever, always = "public, max-age=31536000, immutable", "no-cache"
	tests := []struct {
		name, path, accept  string
		status              int
		body, coding, cache string
	}{
		{"page", "/", "", 200, "<!doctype html>page", "", always},
		{"place inside the client", "/rooms/0190", "", 200, "<!doctype html>page", "", always},
		{"file", "/icon.svg", "", 200, "<svg/>", "", always},
		{"hidden file", "/.keep", "", 200, "<!doctype html>page", "", always},
		{"outside", "/../../etc/passwd", "", 200, "<!doctype html>page", "", always},
		{"hashed", "/assets/main-abc.js", "", 200, "plain", "", forever},
		{"brotli", "/assets/main-abc.js", "gzip, deflate, br", 200, "brotli", "br", forever},
		{"gzip", "/assets/main-abc.js", "gzip;q=0.5, br;q=0", 200, "gzip", "gzip", forever},
		{"older build", "/assets/main-old.js", "", 404, "404 page not found\n", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(h, http.MethodGet, tt.path, tt.accept)
			qt.Check(t, qt.Equals(w.Code, tt.status))
			qt.Check(t, qt.Equals(w.Body.String(), tt.body))
			qt.Check(t, qt.Equals(w.Header().Get("Content-Encoding"), tt.coding))
			qt.Check(t, qt.Equals(w.Header().Get("Cache-Control"), tt.cache))
			qt.Check(t, qt.Equals(w.Header().Get("Content-Security-Policy"), Policy))
			qt.Check(t, qt.Equals(w.Header().Get("X-Content-Type-Options"), "nosniff"))
		})
	}
}

func TestHandlerTypes(t *testing.T) {
	h := handler(built)
	qt.Check(t, qt.Equals(get(h, "GET", "/assets/main-abc.js", "br").Header().Get("Content-Type"), "text/javascript; charset=utf-8"))
	qt.Check(t, qt.Equals(get(h, "GET", "/icon.svg", "").Header().Get("Content-Type"), "image/svg+xml"))
	qt.Check(t, qt.Equals(get(h, "GET", "/friends", "").Header().Get("Content-Type"), "text/html; charset=utf-8"))
}

func TestHandlerMethods(t *testing.T) {
	h := handler(built)
	w := get(h, http.MethodHead, "/assets/main-abc.js", "br")
	qt.Check(t, qt.Equals(w.Code, 200))
	qt.Check(t, qt.Equals(w.Body.Len(), 0))
	qt.Check(t, qt.Equals(w.Header().Get("Content-Length"), "6"))
	qt.Check(t, qt.Equals(get(h, http.MethodPost, "/", "").Code, http.StatusMethodNotAllowed))
}

func TestUnbuilt(t *testing.T) {
	w := get(handler(fstest.MapFS{".keep": {}}), http.MethodGet, "/", "")
	qt.Check(t, qt.Equals(w.Code, 404))
	qt.Check(t, qt.StringContains(w.Body.String(), "make build"))
}
