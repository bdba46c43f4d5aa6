package httpapi

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"madang/internal/mediafile"
)

// filesPath is where links to files lead: /files/TOKEN, with a name behind it for
// saving that means nothing. Nothing else of the server is below it, so an
// operator can serve it under a host of its own.
const filesPath = "/files/"

// shown are the types that a browser may show by itself. Everything else is
// saved, whatever it is: a page or a drawing with a script in it would run as
// ours.
var shown = map[string]bool{
	mediafile.JPEG: true, mediafile.PNG: true, mediafile.GIF: true, mediafile.WebP: true,
	mediafile.MP4: true, mediafile.WebM: true, mediafile.M4A: true, "audio/webm": true,
	mediafile.Ogg: true, mediafile.MP3: true, mediafile.Wave: true,
}

// serveFile answers GET and HEAD of a link.
func (a *API) serveFile(w http.ResponseWriter, r *http.Request) {
	c, err := a.Files.Open(r.Context(), chi.URLParam(r, "token"))
	if err != nil {
		WriteProblem(w, r, err)
		return
	}
	defer c.Close()
	h := w.Header()
	h.Set("Content-Type", c.Mime)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if a.FilesOrigin != "" {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin") // our pages are another host then
	}
	h.Set("Content-Disposition", disposition(c.Mime, c.File.Name))
	h.Set("ETag", `"`+c.Tag+`"`)
	h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(c.Fresh.Seconds())))
	http.ServeContent(&movingWriter{ResponseWriter: w, control: http.NewResponseController(w)}, r, "", time.Time{}, c)
}

func disposition(kind, name string) string {
	how := "attachment"
	if shown[kind] {
		how = "inline"
	}
	if name == "" {
		return how
	}
	// An empty value is a name that no header can carry.
	if v := mime.FormatMediaType(how, map[string]string{"filename": strings.ToValidUTF8(name, "")}); v != "" {
		return v
	}
	return how
}

// movingWriter gives the connection more time as long as bytes move.
type movingWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	until   time.Time
}

// Unwrap is for http.ResponseController.
func (w *movingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write implements http.ResponseWriter.
func (w *movingWriter) Write(b []byte) (int, error) {
	// The deadline of a connection is in the machine's time.
	if now := time.Now(); w.until.Sub(now) < streamIdle/2 {
		w.until = now.Add(streamIdle)
		if err := w.control.SetWriteDeadline(w.until); err != nil {
			return 0, err
		}
	}
	return w.ResponseWriter.Write(b)
}
