package client_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/client"
)

// cutting is a line that breaks after so many bytes in a request or an answer,
// once for each number of its list. After a break it does something.
type cutting struct {
	next http.RoundTripper
	mu   sync.Mutex
	up   []int64 // bytes of a request
	down []int64 // bytes of an answer
	do   func()
	cuts int
}

var errCut = errors.New("the line was cut")

func (c *cutting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Method == http.MethodPatch && len(c.up) > 0 {
		n := c.up[0]
		c.up = c.up[1:]
		r = r.Clone(r.Context())
		r.Body = &cutBody{r.Body, n}
		_, err := c.next.RoundTrip(r)
		c.cut()
		return nil, err
	}
	answer, err := c.next.RoundTrip(r)
	if err == nil && r.Method == http.MethodGet && len(c.down) > 0 && answer.Header.Get("ETag") != "" {
		answer.Body = &cutBody{answer.Body, c.down[0]}
		c.down = c.down[1:]
		c.cut()
	}
	return answer, err
}

func (c *cutting) cut() {
	c.cuts++
	if c.do != nil {
		c.do()
	}
}

type cutBody struct {
	io.ReadCloser
	left int64
}

func (b *cutBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errCut
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(uint64(n), 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// The line breaks in the middle, the server starts anew in between, and the file
// is whole on both sides.
func TestFilesThroughABrokenLine(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		ann, ben := h.signUp("+821012345678", "Ann"), h.signUp("+821087654321", "Ben")
		want := noise(5_000_000)
		line := &cutting{next: h.http().Transport, up: []int64{2_500_000, 0, 1_000_000}, do: func() {
			h.stop()
			h.start()
		}}
		a := client.API{Server: h.url(), Token: ann.AccessToken, HTTP: &http.Client{Transport: line}}
		var begun client.ID
		m, err := a.Upload(t.Context(), client.Upload{
			Kind: "file", Name: "노이즈.bin", Size: int64(len(want)), Begun: func(id client.ID) { begun = id },
		}, bytes.NewReader(want))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(line.cuts, 3))
		qt.Assert(t, qt.Equals(m.ID, begun))
		qt.Assert(t, qt.Equals(m.State, "ready"))
		qt.Assert(t, qt.Equals(m.Size, int64(len(want))))

		// Ben is sent it.
		room, err := a.CreateRoom(t.Context(), "", ben.User.ID)
		qt.Assert(t, qt.IsNil(err))
		b := client.API{Server: h.url(), Token: ben.AccessToken, HTTP: &http.Client{Transport: line}}
		_, err = b.Media(t.Context(), m.ID)
		qt.Assert(t, qt.IsTrue(client.Is(err, "media_unknown")))
		message := map[string]any{"client_id": client.NewID(), "type": "file", "file": map[string]any{"media_id": m.ID, "name": m.Name}}
		qt.Assert(t, qt.IsNil(a.Do(t.Context(), http.MethodPost, "/v1/rooms/"+room.ID.String()+"/messages", message, nil)))
		m, err = b.Media(t.Context(), m.ID)
		qt.Assert(t, qt.IsNil(err))
		line.do, line.down = nil, []int64{1_000_000, 0, 3_000_000}
		var got bytes.Buffer
		n, err := b.Download(t.Context(), m.Links.Original, &got)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(n, int64(len(want))))
		qt.Assert(t, qt.Equals(line.cuts, 6))
		qt.Assert(t, qt.IsTrue(bytes.Equal(got.Bytes(), want)))
	})
}

// An upload that was left is gone on with by its id, also when all of it is there.
func TestUploadGoesOn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		ann := h.signUp("+821012345678", "Ann")
		a := client.API{Server: h.url(), Token: ann.AccessToken, HTTP: h.http()}
		want := noise(3_000_000)
		u := client.Upload{Kind: "file", Size: int64(len(want))}
		u.Begun = func(id client.ID) { u.ID = id }
		bad := errors.New("the disk is bad")
		_, err := a.Upload(t.Context(), u, &badFile{bytes.NewReader(want), 1_000_000, bad})
		qt.Assert(t, qt.ErrorIs(err, bad))
		short := bytes.NewReader(want[:2_000_000])
		_, err = a.Upload(t.Context(), u, short)
		qt.Assert(t, qt.ErrorIs(err, io.ErrUnexpectedEOF))
		for range 2 {
			m, err := a.Upload(t.Context(), u, bytes.NewReader(want))
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.Equals(m.ID, u.ID))
			var got bytes.Buffer
			_, err = a.Download(t.Context(), m.Links.Original, &got)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.IsTrue(bytes.Equal(got.Bytes(), want)))
		}
		// What is no photo is refused, not tried again.
		_, err = a.Upload(t.Context(), client.Upload{Kind: "photo", Size: 10}, bytes.NewReader(want[:10]))
		qt.Assert(t, qt.IsTrue(client.Is(err, "media_type_refused")), qt.Commentf("%v", err))
		_, err = a.Upload(t.Context(), client.Upload{Kind: "photo", Size: 1 << 40}, bytes.NewReader(want))
		qt.Assert(t, qt.IsTrue(client.Is(err, "upload_too_large")), qt.Commentf("%v", err))
		_, err = a.Download(t.Context(), "/files/none", io.Discard)
		qt.Assert(t, qt.IsTrue(client.Is(err, "media_unknown")), qt.Commentf("%v", err))
	})
}

type badFile struct {
	*bytes.Reader
	left int
	err  error
}

func (f *badFile) Read(b []byte) (int, error) {
	if f.left == 0 {
		return 0, f.err
	}
	n, err := f.Reader.Read(b[:min(len(b), f.left)])
	f.left -= n
	return n, err
}
