package preview_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"code.dny.dev/ssrf"
	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/db"
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

// A server out in the world leads nobody into the network of this one: not by a
// redirect, to an address or to a name, and not by the picture of its page.
func TestNobodyIsLedInside(t *testing.T) {
	inside := newSite(t)
	named := strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)
	// All of 127.0.0.0/8 is this machine. One address of it is taken for the world.
	l, err := net.Listen("tcp", "127.0.0.2:0")
	qt.Assert(t, qt.IsNil(err))
	outside := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, inside.URL+"/page", http.StatusFound)
		case "/name":
			http.Redirect(w, r, named+"/page", http.StatusFound)
		case "/picture":
			fmt.Fprintf(w, `<title>Picture</title><meta property="og:image" content="%s/picture.png">`, inside.URL)
		}
	}), ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- outside.Serve(l) }()
	defer func() {
		qt.Check(t, qt.IsNil(outside.Close()))
		qt.Check(t, qt.ErrorIs(<-ended, http.ErrServerClosed))
	}()

	p := preview.Open(preview.Config{})
	world := ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.2/32")))
	p.Dial(&net.Dialer{Control: world.Safe})
	base := "http://" + l.Addr().String()
	for _, path := range []string{"/redirect", "/name"} {
		_, err := p.Fetch(t.Context(), base+path)
		qt.Check(t, qt.ErrorIs(err, ssrf.ErrProhibitedIP), qt.Commentf("%s", path))
	}
	found, err := p.Fetch(t.Context(), base+"/picture")
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(found.Title, "Picture"))
	qt.Assert(t, qt.IsNil(found.Picture))
	qt.Assert(t, qt.Equals(inside.hits.Load(), 0))
}

// answers are requests answered without a network.
type answers func(r *http.Request) *http.Response

// RoundTrip implements http.RoundTripper.
func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	w := a(r)
	w.Request = r
	return w, nil
}

// dripping gives its text, and then a space a second until nobody waits any more.
type dripping struct {
	ctx  context.Context
	text string
}

// Read implements io.Reader.
func (d *dripping) Read(b []byte) (int, error) {
	if d.text != "" {
		n := copy(b, d.text)
		d.text = d.text[n:]
		return n, nil
	}
	select {
	case <-time.After(time.Second):
		return copy(b, " "), nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

// A page that comes slowly is given up after five seconds; what was there by then
// counts, and its picture is not asked for any more.
func TestSlowPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := preview.Open(preview.Config{})
		p.Through(answers(func(r *http.Request) *http.Response {
			text := `<meta property="og:image" content="/p.png"><title>Slow</title>` + strings.Repeat(" ", 2000)
			return &http.Response{
				StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
				Body: io.NopCloser(&dripping{r.Context(), text}),
			}
		}))
		began := time.Now()
		found, err := p.Fetch(t.Context(), "http://example.org/")
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(found.Title, "Slow"))
		qt.Assert(t, qt.IsNil(found.Picture))
		qt.Assert(t, qt.Equals(time.Since(began), preview.Timeout))
	})
}

// What makes a parser panic is a page that shows nothing.
func TestPanicsStopNothing(t *testing.T) {
	p := preview.Open(preview.Config{})
	p.Through(answers(func(*http.Request) *http.Response { panic("a page of a stranger") }))
	_, err := p.Fetch(t.Context(), "http://example.org/")
	qt.Assert(t, qt.ErrorMatches(err, ".*a page of a stranger"))
}

// A redirect can lead to an address that is too long to be kept.
func TestLongAddresses(t *testing.T) {
	p := preview.Open(preview.Config{})
	p.Through(answers(func(r *http.Request) *http.Response {
		if r.URL.Path == "/" {
			return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {"/" + strings.Repeat("x", 3000)}}, Body: http.NoBody}
		}
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"Text/HTML;charset=utf-8;charset=utf-8"}},
			Body: io.NopCloser(strings.NewReader("<title>Long</title>")),
		}
	}))
	found, err := p.Fetch(t.Context(), "http://example.org/")
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(found.Title, "Long"))
	qt.Assert(t, qt.Equals(found.URL, "http://example.org/"))
}

// The same page is looked at once at a time, and not too many at once: neither by
// one person nor by all.
func TestLooksAreBounded(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		s, p := newSite(t), open(h, nil)
		people := h.Users(preview.MaxLooks/preview.PerPerson + 1)
		room := h.Group(people...)
		pages := 0
		page := func() uint64 {
			pages++
			return h.Say(people[0], room, fmt.Sprintf("%s/slow?%d", s.URL, pages))
		}
		var all sync.WaitGroup
		failed := make(chan error, 4*preview.MaxLooks)
		look := func(a chat.Actor, seq uint64) {
			all.Go(func() {
				if _, err := p.Of(context.Background(), a, room, seq); err != nil {
					failed <- err
				}
			})
		}
		last := people[len(people)-1]
		for _, a := range people[:len(people)-1] {
			_, err := p.Of(t.Context(), last, room, h.Say(last, room, "no address"))
			refused(t, err, fault.PreviewNone) // needs no look
			for range preview.PerPerson {
				seq := page()
				look(a, seq)
				<-s.arrived
				look(last, seq) // waits for the look of the other
			}
			_, err = p.Of(t.Context(), a, room, page())
			refused(t, err, fault.PreviewBusy)
		}
		_, err := p.Of(t.Context(), last, room, page())
		refused(t, err, fault.PreviewBusy)
		close(s.hold)
		all.Wait()
		close(failed)
		var errs []error
		for err := range failed {
			errs = append(errs, err)
		}
		qt.Assert(t, qt.IsNil(errors.Join(errs...)))
		qt.Assert(t, qt.Equals(s.hits.Load(), preview.MaxLooks))
		_, err = p.Of(t.Context(), last, room, page())
		qt.Assert(t, qt.IsNil(err))
	})
}

// When the server stops, the looks under way end, and nothing is kept of pages that
// had no time to answer.
func TestStopping(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		s, p := newSite(t), open(h, nil)
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, s.URL+"/slow")
		ctx, cancel := context.WithCancel(t.Context())
		ran, looked := make(chan error, 1), make(chan error, 1)
		go func() { ran <- p.Run(ctx) }()
		go func() {
			_, err := p.Of(context.Background(), ann, room, seq)
			looked <- err
		}()
		<-s.arrived
		cancel()
		qt.Assert(t, qt.ErrorIs(<-ran, context.Canceled))
		refused(t, <-looked, fault.ShuttingDown)
		_, err := p.Of(t.Context(), ann, room, seq)
		refused(t, err, fault.ShuttingDown)
		qt.Assert(t, qt.Equals(s.hits.Load(), 1))

		close(s.hold)
		found, err := open(h, nil).Of(t.Context(), ann, room, seq)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(found.Title, "Slow"))
	})
}

// Cleaning goes on until all that is old is gone, however much, and leaves the rest.
func TestCleaning(t *testing.T) {
	count := db.Raw("SELECT count(*) FROM link_preview", "SELECT count(*) FROM link_preview")
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		p := open(h, nil)
		keep := func(n int, kind string, found *preview.Preview) {
			for i := range n {
				hash := sha256.Sum256(fmt.Append(nil, kind, i))
				qt.Assert(t, qt.IsNil(p.Keep(t.Context(), hash[:], found)))
				h.Clock.Advance(time.Millisecond)
			}
		}
		left := func(want int) {
			t.Helper()
			var n int
			qt.Assert(t, qt.IsNil(h.DB.QueryRow(t.Context(), count).Scan(&n)))
			qt.Assert(t, qt.Equals(n, want))
		}
		keep(preview.CleanStep+10, "nothing", nil)
		keep(5, "found", &preview.Preview{Title: "T"})
		qt.Assert(t, qt.IsNil(p.Clean(t.Context(), 1000)))
		left(preview.CleanStep + 15)
		h.Clock.Advance(11 * time.Minute)
		qt.Assert(t, qt.IsNil(p.Clean(t.Context(), 1000)))
		left(5)
		qt.Assert(t, qt.IsNil(p.Clean(t.Context(), 3)))
		left(3)
	})
}
