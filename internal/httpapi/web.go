package httpapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"madang/internal/fault"
)

// pages serves the built web client. The build gives files below assets/ names
// with a hash of what is in them, so these never change; all others are asked
// for again each time and answered with "not modified".
type pages struct {
	files map[string]*page
}

type page struct {
	contentType string
	immutable   bool
	etag        string
	plain       []byte
	encoded     map[string][]byte // "br" and "gzip", when the build made them
}

//go:embed page/unbuilt.html
var unbuilt []byte

// encodings are what the build may have made of a file, best first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// The types that our files have, whatever the machine's own table says.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// newPages reads all files. Nil, or files without an index.html, make a page
// that says how to build the client.
func newPages(files fs.FS) (*pages, error) {
	p := &pages{files: make(map[string]*page)}
	if files != nil {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return p.add(files, name)
		})
		if err != nil {
			return nil, fmt.Errorf("read web client: %w", err)
		}
	}
	if p.files["index.html"] == nil {
		p.files["index.html"] = newPage("index.html", unbuilt)
	}
	return p, nil
}

func (p *pages) add(files fs.FS, name string) error {
	if strings.HasPrefix(path.Base(name), ".") || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return nil
	}
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	f := newPage(name, plain)
	for _, e := range encodings {
		if b, err := fs.ReadFile(files, name+e.suffix); err == nil {
			f.encoded[e.name] = b
		}
	}
	p.files[name] = f
	return nil
}

func newPage(name string, plain []byte) *page {
	ct := contentTypes[path.Ext(name)]
	if ct == "" {
		ct = mime.TypeByExtension(path.Ext(name))
	}
	if ct == "" {
		ct = "application/octet-stream"
	}
	sum := sha256.Sum256(plain)
	return &page{
		contentType: ct,
		immutable:   strings.HasPrefix(name, "assets/"),
		etag:        hex.EncodeToString(sum[:12]),
		plain:       plain,
		encoded:     make(map[string][]byte),
	}
}

// ServeHTTP gives the file at the address. Any other address that a browser
// opens gets the client, which knows its own pages, so that a link to a room
// can be opened.
func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f := p.files[name]
	if f == nil && isPlace(name) && strings.Contains(r.Header.Get("Accept"), "text/html") {
		f = p.files["index.html"]
	}
	if name == "" {
		f = p.files["index.html"]
	}
	if name == sharePlace && r.Method == http.MethodPost {
		// The system's "share" posts a form, which the client's service worker takes.
		// Where that is not there, as on a first visit, the client says so itself.
		http.Redirect(w, r, "/"+sharePlace, http.StatusSeeOther)
		return
	}
	if f == nil || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		WriteProblem(w, r, fault.New(fault.NotFoundAnywhere))
		return
	}
	f.serve(w, r)
}

// sharePlace is where the manifest has other programs share to.
const sharePlace = "share"

// isPlace reports whether a path can be a page of the client: not a call, and
// not a script of an older build, which a page must not pass for.
func isPlace(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return first != "v1" && first != "sandbox" && first != "assets"
}

func (f *page) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	if f.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body, etag := f.plain, f.etag
	if len(f.encoded) > 0 {
		h.Set("Vary", "Accept-Encoding")
		for _, e := range encodings {
			if b := f.encoded[e.name]; b != nil && accepts(r.Header.Get("Accept-Encoding"), e.name) {
				h.Set("Content-Encoding", e.name)
				body, etag = b, f.etag+"-"+e.name
				break
			}
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// accepts reports whether an Accept-Encoding header names the encoding and
// does not refuse it with q=0 (RFC 9110, section 12.5.3).
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, given := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		return !given || strings.Trim(q, "0.") != ""
	}
	return false
}
