package web

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Policy is the Content-Security-Policy of the client: everything from our own
// address, nothing inline, no frames. Pictures may also be data and blob URLs
// because the client makes previews of its own.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const unbuilt = "The web page is not part of this build. Build it with: make build\n"

// Handler serves the client. Files whose name carries a hash of their content
// may be kept for ever; every other path that has no file is a place inside
// the client and gets its page, so that a link to a room can be opened.
//
// Files that exist in a compressed form beside them (.br, .gz, written by the
// build) are sent in it to browsers that take it.
func Handler() http.Handler { return handler(Files()) }

func handler(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // addresses name rooms and may hold invitations
		h.Set("Cross-Origin-Opener-Policy", "same-origin")

		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		hashed := strings.HasPrefix(name, "assets/")
		if !isFile(files, name) || strings.HasPrefix(name, ".") {
			if hashed {
				http.NotFound(w, r) // of an older build: the page must not pass for a script
				return
			}
			name = "index.html"
		}
		if hashed {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		serve(w, r, files, name)
	})
}

func isFile(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}

func serve(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	sent, coding := name, ""
	for _, c := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if accepts(r, c.coding) && isFile(files, name+c.suffix) {
			sent, coding = name+c.suffix, c.coding
			break
		}
	}
	body, err := fs.ReadFile(files, sent)
	if err != nil {
		http.Error(w, unbuilt, http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	h.Add("Vary", "Accept-Encoding")
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	if coding != "" || r.Method == http.MethodHead {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the browser went away
		}
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// accepts reads Accept-Encoding as far as browsers use it: a coding is taken
// when it is named and not given the weight zero.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && !strings.HasPrefix(weight, "q=0.000")
		}
	}
	return false
}

// contentType names the types we serve ourselves, because the machine's own
// table may be missing or wrong.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
