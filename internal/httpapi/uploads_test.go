package httpapi_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/httpapi/httpapitest"
	"madang/internal/node"
)

// tus is a request of the upload protocol.
func tus(method, path, token, body string, headers ...string) request {
	h := http.Header{"Tus-Resumable": {"1.0.0"}}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	r := request{method: method, path: path, token: token, header: h}
	if method == http.MethodPatch {
		h.Set("Content-Type", "application/offset+octet-stream")
	}
	if body != "" {
		r.body = body
	}
	return r
}

// metadata is the value of Upload-Metadata.
func metadata(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(parts, ",")
}

func (s *server) answers(status int, r request) *http.Response {
	s.t.Helper()
	answer := s.do(r)
	qt.Assert(s.t, qt.Equals(answer.StatusCode, status))
	return answer
}

// upload sends a file as a whole and gives its id.
func (s *server) upload(token, kind, name, content string) string {
	s.t.Helper()
	answer := s.answers(http.StatusCreated, tus(http.MethodPost, "/v1/media/uploads", token, "",
		"Upload-Length", strconv.Itoa(len(content)), "Upload-Metadata", metadata("kind", kind, "filename", name)))
	place := answer.Header.Get("Location")
	qt.Assert(s.t, qt.IsTrue(strings.HasPrefix(place, "/v1/media/uploads/")))
	s.answers(http.StatusNoContent, tus(http.MethodPatch, place, token, content, "Upload-Offset", "0"))
	return strings.TrimPrefix(place, "/v1/media/uploads/")
}

func uploads(t *testing.T, s *server) {
	u := s.people(2)
	ann, ben := u[0], u[1]
	const content = "0123456789"

	// In two parts, with a question between them.
	answer := s.answers(http.StatusCreated, tus(http.MethodPost, "/v1/media/uploads", ann.token, "",
		"Upload-Length", "10", "Upload-Metadata", metadata("kind", "file", "filename", "수첩.txt")))
	place := answer.Header.Get("Location")
	qt.Check(t, qt.IsNil(s.expires(answer)))
	answer = s.answers(http.StatusNoContent, tus(http.MethodPatch, place, ann.token, content[:4], "Upload-Offset", "0"))
	qt.Check(t, qt.Equals(answer.Header.Get("Upload-Offset"), "4"))
	qt.Check(t, qt.IsNil(s.expires(answer)))
	answer = s.answers(http.StatusOK, tus(http.MethodHead, place, ann.token, ""))
	qt.Check(t, qt.Equals(answer.Header.Get("Upload-Offset"), "4"))
	qt.Check(t, qt.Equals(answer.Header.Get("Upload-Length"), "10"))
	qt.Check(t, qt.IsNil(s.expires(answer)))
	id := strings.TrimPrefix(place, "/v1/media/uploads/")
	m := s.ask(http.StatusOK, request{method: "GET", path: "/v1/media/" + id, token: ann.token})
	qt.Check(t, qt.Equals(m["state"], any("uploading")))
	qt.Check(t, qt.Equals(m["received"], any(4.0)))
	s.answers(http.StatusConflict, tus(http.MethodPatch, place, ann.token, content[2:], "Upload-Offset", "2"))
	answer = s.answers(http.StatusNoContent, tus(http.MethodPatch, place, ann.token, content[4:], "Upload-Offset", "4"))
	qt.Check(t, qt.Equals(answer.Header.Get("Upload-Expires"), "")) // it is whole
	answer = s.answers(http.StatusOK, tus(http.MethodOptions, "/v1/media/uploads", "", ""))
	qt.Check(t, qt.Equals(answer.Header.Get("Tus-Extension"), "creation,creation-with-upload,termination,expiration"))

	// Nobody else has it, or can go on with it.
	s.answers(http.StatusNotFound, tus(http.MethodHead, place, ben.token, ""))
	s.refused(http.StatusNotFound, "media_unknown", tus(http.MethodPatch, place, ben.token, "x", "Upload-Offset", "10"))
	s.refused(http.StatusNotFound, "media_unknown", tus(http.MethodDelete, place, ben.token, ""))
	s.refused(http.StatusUnauthorized, "sign_in_required", tus(http.MethodPost, "/v1/media/uploads", "", "", "Upload-Length", "1"))
	s.refused(http.StatusNotFound, "media_unknown", request{method: "GET", path: "/v1/media/" + id, token: ben.token})

	// What the server says of it, and its bytes.
	m = s.ask(http.StatusOK, request{method: "GET", path: "/v1/media/" + id, token: ann.token})
	qt.Check(t, qt.Equals(m["state"], any("ready")))
	qt.Check(t, qt.Equals(m["mime"], any("text/plain")))
	link := m["links"].(map[string]any)["original"].(string)
	answer = s.answers(http.StatusOK, request{method: "GET", path: link})
	qt.Check(t, qt.Equals(body(t, answer), content))
	qt.Check(t, qt.Equals(answer.Header.Get("X-Content-Type-Options"), "nosniff"))
	qt.Check(t, qt.Equals(answer.Header.Get("Content-Disposition"), "attachment; filename*=utf-8''%EC%88%98%EC%B2%A9.txt"))
	qt.Check(t, qt.Equals(answer.Header.Get("Content-Security-Policy"), "default-src 'none'; sandbox"))
	answer = s.answers(http.StatusPartialContent, request{method: "GET", path: link, header: http.Header{"Range": {"bytes=3-5"}}})
	qt.Check(t, qt.Equals(body(t, answer), "345"))
	answer = s.answers(http.StatusNotModified, request{method: "GET", path: link, header: http.Header{"If-None-Match": {answer.Header.Get("ETag")}}})
	qt.Check(t, qt.Equals(body(t, answer), ""))
	s.refused(http.StatusNotFound, "media_unknown", request{method: "GET", path: "/files/none"})

	// It can be taken back.
	s.answers(http.StatusNoContent, tus(http.MethodDelete, place, ann.token, ""))
	s.refused(http.StatusNotFound, "media_unknown", request{method: "GET", path: "/v1/media/" + id, token: ann.token})
	s.refused(http.StatusNotFound, "media_unknown", request{method: "GET", path: link})
}

// expires says what is wrong with the end of an upload: it is a day away.
func (s *server) expires(answer *http.Response) error {
	end, err := http.ParseTime(answer.Header.Get("Upload-Expires"))
	if err != nil {
		return err
	}
	if left := end.Sub(s.node.Clock().Now()); left < 23*time.Hour || left > 25*time.Hour {
		return fmt.Errorf("it ends in %s", left)
	}
	return nil
}

// Links lead to the host that files have of their own, which serves nothing else.
func TestFilesOrigin(t *testing.T) {
	const origin, host = "https://files.example.org:8443", "files.example.org:8443"
	n, err := node.Start(t.Context(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true, FilesOrigin: origin})
	qt.Assert(t, qt.IsNil(err))
	defer func() { qt.Check(t, qt.IsNil(n.Stop())) }()
	s := &server{t, n, httpapitest.Client(t)}
	ann := s.people(1)[0]
	id := s.upload(ann.token, "file", "a.txt", "hello")
	link := ann.get("/v1/media/" + id)["links"].(map[string]any)["original"].(string)
	path, ok := strings.CutPrefix(link, origin)
	qt.Assert(t, qt.IsTrue(ok), qt.Commentf(link))
	at := func(path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.URL()+path, nil)
		qt.Assert(t, qt.IsNil(err))
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		qt.Assert(t, qt.IsNil(err))
		t.Cleanup(func() { answer.Body.Close() })
		return answer
	}
	answer := at(path)
	qt.Check(t, qt.Equals(body(t, answer), "hello"))
	qt.Check(t, qt.Equals(answer.Header.Get("Cross-Origin-Resource-Policy"), "cross-origin"))
	for _, path := range []string{"/", "/v1/me", "/v1/ws", "/livez", "/openapi.json", "/sandbox/", "/filesystem"} {
		qt.Check(t, qt.Equals(at(path).StatusCode, http.StatusNotFound), qt.Commentf(path))
	}
	answer = s.answers(http.StatusOK, request{method: "GET", path: "/livez"})
	qt.Check(t, qt.StringContains(answer.Header.Get("Content-Security-Policy"), "img-src 'self' blob: "+origin+"; media-src 'self' blob: "+origin+";"))
}

func badUploads(t *testing.T, s *server) {
	ann := s.people(1)[0]
	for name, c := range map[string]struct {
		length, metadata string
		status           int
		code             string
	}{
		"no kind":       {"1", metadata("filename", "a"), http.StatusUnprocessableEntity, "upload_invalid"},
		"unknown kind":  {"1", metadata("kind", "hologram"), http.StatusUnprocessableEntity, "upload_invalid"},
		"empty":         {"0", metadata("kind", "file"), http.StatusUnprocessableEntity, "upload_invalid"},
		"bad duration":  {"1", metadata("kind", "voice", "duration_ms", "long"), http.StatusUnprocessableEntity, "upload_invalid"},
		"bad waveform":  {"1", metadata("kind", "voice", "waveform", "1,2,300"), http.StatusUnprocessableEntity, "upload_invalid"},
		"long waveform": {"1", metadata("kind", "voice", "waveform", strings.Repeat("1,", 64)+"1"), http.StatusUnprocessableEntity, "upload_invalid"},
		"large photo":   {"70000000", metadata("kind", "photo"), http.StatusRequestEntityTooLarge, "upload_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			(&server{t, s.node, s.http}).refused(c.status, c.code, tus(http.MethodPost, "/v1/media/uploads", ann.token, "",
				"Upload-Length", c.length, "Upload-Metadata", c.metadata))
		})
	}
	s.refused(http.StatusRequestEntityTooLarge, "upload_too_large", tus(http.MethodPost, "/v1/media/uploads", ann.token, "",
		"Upload-Length", fmt.Sprint(1<<40), "Upload-Metadata", metadata("kind", "file")))
	s.answers(http.StatusNotFound, tus(http.MethodHead, "/v1/media/uploads/none", ann.token, ""))

	// A page that calls itself a photo is refused when it is whole, and gone.
	page := `<!doctype html><script>alert(1)</script>`
	answer := s.answers(http.StatusCreated, tus(http.MethodPost, "/v1/media/uploads", ann.token, "",
		"Upload-Length", strconv.Itoa(len(page)), "Upload-Metadata", metadata("kind", "photo", "filename", "a.jpg")))
	place := answer.Header.Get("Location")
	s.refused(http.StatusUnprocessableEntity, "media_type_refused", tus(http.MethodPatch, place, ann.token, page, "Upload-Offset", "0"))
	s.answers(http.StatusNotFound, tus(http.MethodHead, place, ann.token, ""))

	// As a file it is taken, and never shown as a page.
	id := s.upload(ann.token, "file", "a.html", page)
	m := s.ask(http.StatusOK, request{method: "GET", path: "/v1/media/" + id, token: ann.token})
	answer = s.answers(http.StatusOK, request{method: "GET", path: m["links"].(map[string]any)["original"].(string)})
	qt.Check(t, qt.Equals(answer.Header.Get("Content-Type"), "text/plain"))
	qt.Check(t, qt.Equals(answer.Header.Get("Content-Disposition"), "attachment; filename=a.html"))
}

func body(t *testing.T, answer *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(answer.Body)
	qt.Assert(t, qt.IsNil(err))
	return string(b)
}
