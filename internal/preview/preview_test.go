package preview_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/preview"
)

// site is a stranger's server.
type site struct {
	*httptest.Server
	hits    atomic.Int64
	hold    chan struct{} // /slow answers when it is closed
	arrived chan struct{} // one for each that waits at /slow
}

func newSite(t *testing.T) *site {
	s := &site{hold: make(chan struct{}), arrived: make(chan struct{}, 100)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.hits.Add(1)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var n int
	switch {
	case r.URL.Path == "/page":
		fmt.Fprint(w, `<title>Hello</title><meta property="og:image" content="picture.png">`)
	case r.URL.Path == "/picture.png":
		w.Header().Set("Content-Type", "image/png")
		_ = png.Encode(w, image.NewRGBA(image.Rect(0, 0, 640, 320)))
	case r.URL.Path == "/slow":
		s.arrived <- struct{}{}
		select {
		case <-s.hold:
		case <-r.Context().Done():
		}
		fmt.Fprint(w, "<title>Slow</title>")
	case r.URL.Path == "/bomb":
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte("<title>Bomb</title><script>"))
		for range 100 {
			if _, err := z.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
		_ = z.Close()
	case r.URL.Path == "/pixels":
		fmt.Fprint(w, `<title>Pixels</title><meta property="og:image" content="/pixels.png">`)
	case r.URL.Path == "/pixels.png":
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(manyPixels)
	case r.URL.Path == "/file":
		w.Header().Set("Content-Type", "application/zip")
		fmt.Fprint(w, "<title>no</title>")
	case r.URL.Path == "/away":
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	case sscan(r.URL.Path, "/hop/%d", &n):
		if n == 0 {
			http.Redirect(w, r, "/page", http.StatusFound)
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/hop/%d", n-1), http.StatusFound)
	default:
		http.NotFound(w, r)
	}
}

func sscan(text, format string, n *int) bool {
	_, err := fmt.Sscanf(text, format, n)
	return err == nil
}

// manyPixels is the head of a picture that says it has 30,000 × 30,000 pixels.
var manyPixels = func() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	out := b.Bytes()
	copy(out[16:], []byte{0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30})
	return out
}()

func open(h *chattest.House, change func(c *preview.Config)) *preview.Previews {
	c := preview.Config{DB: h.DB, Chat: h.Chat, Clock: h.Clock, Private: true}
	if change != nil {
		change(&c)
	}
	return preview.Open(c)
}

func refused(t *testing.T, err error, code fault.Code) {
	t.Helper()
	qt.Assert(t, qt.IsTrue(fault.Has(err, code)), qt.Commentf("%v is not %v", err, code))
}

func TestPreview(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		s, p := newSite(t), open(h, nil)
		people := h.Users(3)
		ann, ben, eve := people[0], people[1], people[2]
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, "look: "+s.URL+"/page, nice")
		for range 2 { // the second time from what is kept
			found, err := p.Of(t.Context(), ben, room, seq)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.Equals(found.Title, "Hello"))
			qt.Assert(t, qt.Equals(found.URL, s.URL+"/page"))
			qt.Assert(t, qt.Equals(found.Width, 320))
			qt.Assert(t, qt.Equals(found.Height, 160))
			_, kind, err := image.DecodeConfig(bytes.NewReader(found.Picture))
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.Equals(kind, "jpeg"))
		}
		qt.Assert(t, qt.Equals(s.hits.Load(), 2)) // the page and its picture

		// Whoever does not see the message sees no preview of it.
		_, err := p.Of(t.Context(), eve, room, seq)
		refused(t, err, fault.RoomUnknown)
		_, err = p.Of(t.Context(), ann, room, seq+1)
		refused(t, err, fault.EntryUnknown)
		_, err = p.Of(t.Context(), ann, room, 0)
		refused(t, err, fault.SeqInvalid)
		gone := h.Say(ann, room, s.URL+"/page")
		_, err = h.Chat.Delete(t.Context(), ann, room, gone, true)
		qt.Assert(t, qt.IsNil(err))
		_, err = p.Of(t.Context(), ben, room, gone)
		qt.Assert(t, qt.IsNotNil(err))

		// There is nothing; that is kept for some minutes, too.
		nothing := h.Say(ann, room, s.URL+"/nothing")
		for range 2 {
			_, err = p.Of(t.Context(), ann, room, nothing)
			refused(t, err, fault.PreviewNone)
		}
		qt.Assert(t, qt.Equals(s.hits.Load(), 3))
		h.Clock.Advance(11 * time.Minute)
		_, err = p.Of(t.Context(), ann, room, nothing)
		refused(t, err, fault.PreviewNone)
		qt.Assert(t, qt.Equals(s.hits.Load(), 4))

		plain := h.Say(ann, room, "no address")
		_, err = p.Of(t.Context(), ann, room, plain)
		refused(t, err, fault.PreviewNone)

		// What is old goes, and what is too much.
		h.Clock.Advance(time.Hour)
		qt.Assert(t, qt.IsNil(p.Clean(t.Context(), 100)))
		_, err = p.Of(t.Context(), ben, room, seq)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(s.hits.Load(), 4))
		qt.Assert(t, qt.IsNil(p.Clean(t.Context(), 0)))
		_, err = p.Of(t.Context(), ben, room, seq)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(s.hits.Load(), 6))
	})
}

func TestOff(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		s, p := newSite(t), open(h, func(c *preview.Config) { c.Off = true })
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, s.URL+"/page")
		_, err := p.Of(t.Context(), ann, room, seq)
		refused(t, err, fault.PreviewNone)
		qt.Assert(t, qt.Equals(s.hits.Load(), 0))
	})
}

// What strangers' servers can do costs little and shows nothing.
func TestStrangeServers(t *testing.T) {
	s := newSite(t)
	p := preview.Open(preview.Config{Private: true})
	for path, want := range map[string]string{
		"/hop/2":  "Hello", // three redirects
		"/hop/3":  "",
		"/away":   "",
		"/file":   "",
		"/none":   "",
		"/bomb":   "Bomb", // of which no more than a megabyte was read
		"/pixels": "Pixels",
	} {
		found, err := p.Fetch(t.Context(), s.URL+path)
		if want == "" {
			qt.Check(t, qt.IsNotNil(err), qt.Commentf("%s", path))
			continue
		}
		qt.Assert(t, qt.IsNil(err), qt.Commentf("%s", path))
		qt.Check(t, qt.Equals(found.Title, want))
		qt.Check(t, qt.Equals(found.Picture != nil, want == "Hello"))
	}
	picture, err := p.Fetch(t.Context(), s.URL+"/picture.png")
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNotNil(picture.Picture))

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := p.Fetch(ctx, s.URL+"/slow")
		ended <- err
	}()
	<-s.arrived
	cancel()
	qt.Assert(t, qt.IsNotNil(<-ended))
}

// Nothing on this machine or in its network is reached.
func TestPrivateAddressesAreRefused(t *testing.T) {
	s := newSite(t)
	p := preview.Open(preview.Config{})
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	for _, address := range []string{
		s.URL + "/page", "http://localhost" + port + "/page", "http://127.0.0.1/", "http://[::1]/", "http://0.0.0.0/", "http://10.0.0.1/",
		"http://192.168.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]/", "http://[fd00::1]/",
	} {
		_, err := p.Fetch(t.Context(), address)
		qt.Check(t, qt.ErrorMatches(err, ".*(prohibited|denied|not permitted).*"), qt.Commentf("%s", address))
	}
	qt.Assert(t, qt.Equals(s.hits.Load(), 0))
}

// The same page is looked at once at a time, and not too many at once.
func TestLooksAreBounded(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		s, p := newSite(t), open(h, nil)
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		var seqs []uint64
		for i := range 17 {
			seqs = append(seqs, h.Say(ann, room, fmt.Sprintf("%s/slow?%d", s.URL, i)))
		}
		var all sync.WaitGroup
		failed := make(chan error, 100)
		look := func(a chat.Actor, seq uint64) {
			all.Go(func() {
				if _, err := p.Of(context.Background(), a, room, seq); err != nil {
					failed <- err
				}
			})
		}
		for _, seq := range seqs[:16] {
			look(ann, seq)
			look(ben, seq)
		}
		for range 16 {
			<-s.arrived
		}
		_, err := p.Of(t.Context(), ann, room, seqs[16])
		refused(t, err, fault.PreviewBusy)
		close(s.hold)
		all.Wait()
		close(failed)
		var errs []error
		for err := range failed {
			errs = append(errs, err)
		}
		qt.Assert(t, qt.IsNil(errors.Join(errs...)))
		qt.Assert(t, qt.Equals(s.hits.Load(), 16))
	})
}
