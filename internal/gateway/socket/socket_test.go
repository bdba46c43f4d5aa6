package socket_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"
	"go.uber.org/goleak"

	"madang/internal/gateway/socket"
	"madang/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// peer is a receiver that keeps what it got.
type peer struct {
	socket.Conn
	echo     bool
	messages chan string
	drained  chan struct{}
	closed   chan struct{}
}

func newPeer(echo bool) *peer {
	return &peer{
		echo: echo, messages: make(chan string, 16),
		drained: make(chan struct{}, 1), closed: make(chan struct{}),
	}
}

func (p *peer) Receive(m []byte) {
	if p.echo {
		p.Copy(m)
	}
	select {
	case p.messages <- string(m):
	default:
	}
}
func (p *peer) Drained() { p.drained <- struct{}{} }
func (p *peer) Closed()  { close(p.closed) }

// server is a loop behind a real HTTP server.
type server struct {
	*socket.Loop
	url    string
	client *http.Client
	peers  chan *peer
}

func serve(t testing.TB, l *socket.Loop, echo bool) *server {
	t.Helper()
	return serveOn(t, l, echo, (*httptest.Server).Start)
}

func serveOn(t testing.TB, l *socket.Loop, echo bool, start func(*httptest.Server)) *server {
	t.Helper()
	s := &server{Loop: l, peers: make(chan *peer, 20_000)}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = l.Run(ctx) })
	h := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nc, early, err := socket.Upgrade(w, r)
		if err != nil {
			return
		}
		p := newPeer(echo)
		if l.Attach(&p.Conn, nc, early, p) {
			s.peers <- p
		}
	}))
	start(h)
	s.url, s.client = h.URL, h.Client()
	t.Cleanup(func() {
		cancel()
		running.Wait()
		h.Close()
	})
	return s
}

func (s *server) dial(t testing.TB) (*websocket.Conn, *peer) {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{HTTPClient: s.client})
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { _ = c.CloseNow() })
	return c, <-s.peers
}

func read(t testing.TB, c *websocket.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, b, err := c.Read(ctx)
	qt.Assert(t, qt.IsNil(err))
	return string(b)
}

func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came within 10 s")
		panic("unreachable")
	}
}

// closeCode reads until the connection ends and gives the code it ended with.
func closeCode(t testing.TB, c *websocket.Conn) (code socket.Code, texts []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		_, b, err := c.Read(ctx)
		if err != nil {
			return socket.Code(websocket.CloseStatus(err)), texts
		}
		texts = append(texts, string(b))
	}
}

func TestEcho(t *testing.T) {
	s := serve(t, &socket.Loop{}, true)
	c, p := s.dial(t)
	p.Greet(false)
	for _, m := range []string{"", "a", "마당", strings.Repeat("x", 125), strings.Repeat("y", 126), strings.Repeat("z", wire.MaxFrameBytes)} {
		c.SetReadLimit(-1)
		qt.Assert(t, qt.IsNil(c.Write(t.Context(), websocket.MessageText, []byte(m))))
		qt.Assert(t, qt.Equals(read(t, c), m))
	}
}

// Connections that are not the kernel's own go the same ways, by other means.
func TestTLS(t *testing.T) {
	s := serveOn(t, &socket.Loop{}, true, (*httptest.Server).StartTLS)
	c, p := s.dial(t)
	c.SetReadLimit(-1)
	p.Greet(false)
	for _, m := range []string{"a", strings.Repeat("마당", 20_000)} {
		qt.Assert(t, qt.IsNil(c.Write(t.Context(), websocket.MessageText, []byte(m))))
		qt.Assert(t, qt.Equals(read(t, c), m))
	}
	p.Answer(bytes.Repeat([]byte("x"), 4<<20))
	p.Send([]byte(`"more"`))
	qt.Check(t, qt.HasLen(read(t, c), 4<<20))
	qt.Check(t, qt.Equals(read(t, c), `"more"`))
	p.Close(socket.CodeStopping, "stopping", []byte(`"bye"`))
	code, texts := closeCode(t, c)
	qt.Check(t, qt.Equals(code, socket.CodeStopping))
	qt.Check(t, qt.DeepEquals(texts, []string{`"bye"`}))
	_ = c.CloseNow()
	receive(t, p.closed)
}

func TestQueuedTextsLeaveAsOneArray(t *testing.T) {
	s := serve(t, &socket.Loop{}, false)
	c, p := s.dial(t)
	var b socket.Batch
	for _, m := range []string{`1`, `{"a":2}`, `[3]`} {
		b.Send(&p.Conn, []byte(m))
	}
	b.Flush(s.Loop)
	qt.Assert(t, qt.Equals(read(t, c), `[1,{"a":2},[3]]`))
	p.Send([]byte(`4`))
	qt.Assert(t, qt.Equals(read(t, c), `4`))
}

func TestCopyLeavesSoonByItself(t *testing.T) {
	s := serve(t, &socket.Loop{}, false)
	c, p := s.dial(t)
	for range 50 {
		p.Copy([]byte(`"x"`))
		qt.Assert(t, qt.Equals(read(t, c), `"x"`))
	}
}

func TestFragmentsAndControlFrames(t *testing.T) {
	s := serve(t, &socket.Loop{}, true)
	nc, br := rawDial(t, s.url)
	p := <-s.peers
	var out []byte
	out = appendClient(out, 0x01, `{"hel`)
	out = appendClient(out, 0x89, `still here?`) // a ping between fragments
	out = appendClient(out, 0x00, `lo":`)
	out = appendClient(out, 0x80, `1}`)
	// One byte at a time, so that every split of a frame is met.
	for i := range out {
		_, err := nc.Write(out[i : i+1])
		qt.Assert(t, qt.IsNil(err))
	}
	qt.Assert(t, qt.Equals(receive(t, p.messages), `{"hello":1}`))
	op, payload := readFrame(t, br)
	qt.Assert(t, qt.Equals(op, 0xa))
	qt.Assert(t, qt.Equals(payload, "still here?"))
	op, payload = readFrame(t, br)
	qt.Assert(t, qt.Equals(op, 0x1))
	qt.Assert(t, qt.Equals(payload, `{"hello":1}`))
	// A close frame is answered with its own code.
	_, err := nc.Write(appendClient(nil, 0x88, "\x03\xe8bye"))
	qt.Assert(t, qt.IsNil(err))
	op, payload = readFrame(t, br)
	qt.Assert(t, qt.Equals(op, 0x8))
	qt.Assert(t, qt.Equals(payload, "\x03\xe8"))
	_ = nc.Close()
	receive(t, p.closed)
}

func TestBadFramesCloseTheConnection(t *testing.T) {
	big := strings.Repeat("b", socket.MaxStrangerBytes+1)
	for name, test := range map[string]struct {
		bytes []byte
		code  socket.Code
	}{
		"unmasked":                 {[]byte{0x81, 0x01, 'a'}, socket.CodeProtocol},
		"reserved bit":             {appendClient(nil, 0xc1, "a"), socket.CodeProtocol},
		"reserved opcode":          {appendClient(nil, 0x83, "a"), socket.CodeProtocol},
		"fragmented ping":          {appendClient(nil, 0x09, "a"), socket.CodeProtocol},
		"long ping":                {appendClient(nil, 0x89, strings.Repeat("p", 126)), socket.CodeProtocol},
		"binary":                   {appendClient(nil, 0x82, "a"), socket.CodeBadFrame},
		"continuation first":       {appendClient(nil, 0x80, "a"), socket.CodeProtocol},
		"text within fragments":    {appendClient(appendClient(nil, 0x01, "a"), 0x81, "b"), socket.CodeProtocol},
		"not UTF-8":                {appendClient(nil, 0x81, "\xff"), socket.CodeInvalidUTF8},
		"UTF-8 cut off at the end": {appendClient(appendClient(nil, 0x01, "\xeb\xa7"), 0x80, ""), socket.CodeInvalidUTF8},
		"too big":                  {appendClient(nil, 0x81, big), socket.CodeTooBig},
		"too big by fragments":     {appendClient(appendClient(nil, 0x01, big[1:]), 0x80, "xx"), socket.CodeTooBig},
		"a length of 2^63":         {[]byte{0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}, socket.CodeTooBig},
		"close with half a code":   {appendClient(nil, 0x88, "\x03"), socket.CodeProtocol},
		"close with a wrong code":  {appendClient(nil, 0x88, "\x03\xec"), socket.CodeProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, &socket.Loop{}, false)
			nc, br := rawDial(t, s.url)
			p := <-s.peers
			_, err := nc.Write(test.bytes)
			qt.Assert(t, qt.IsNil(err))
			op, payload := readFrame(t, br)
			qt.Assert(t, qt.Equals(op, 0x8))
			qt.Assert(t, qt.Equals(socket.Code(payload[0])<<8|socket.Code(payload[1]), test.code))
			_ = nc.Close()
			receive(t, p.closed)
			qt.Assert(t, qt.HasLen(p.messages, 0))
		})
	}
}

func TestByeComesBeforeTheCloseFrame(t *testing.T) {
	s := serve(t, &socket.Loop{}, false)
	c, p := s.dial(t)
	p.Send([]byte(`"first"`))
	p.Close(socket.CodeStopping, "stopping", []byte(`"bye"`))
	p.Send([]byte(`"after"`))
	code, texts := closeCode(t, c)
	qt.Assert(t, qt.Equals(code, socket.CodeStopping))
	qt.Assert(t, qt.Equals(strings.Join(texts, " "), `"first" "bye"`))
	_ = c.CloseNow()
	receive(t, p.closed)
}

func TestFloodClosesOnlyTheFlooder(t *testing.T) {
	for name, limits := range map[string]socket.Limits{
		"frames": {Frames: 10, FramesBurst: 100},
		"bytes":  {Bytes: 1000, BytesBurst: 1000},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, &socket.Loop{Limits: limits}, true)
			good, _ := s.dial(t)
			bad, p := s.dial(t)
			for range 200 {
				if bad.Write(t.Context(), websocket.MessageText, []byte(`"flooding"`)) != nil {
					break
				}
			}
			code, _ := closeCode(t, bad)
			qt.Assert(t, qt.Equals(code, socket.CodeLimits))
			_ = bad.CloseNow()
			receive(t, p.closed)
			qt.Assert(t, qt.IsNil(good.Write(t.Context(), websocket.MessageText, []byte(`"fine"`))))
			qt.Assert(t, qt.Equals(read(t, good), `"fine"`))
		})
	}
}

func TestStopEndsEverything(t *testing.T) {
	l := &socket.Loop{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	a, b := net.Pipe()
	defer b.Close()
	p := newPeer(false)
	qt.Assert(t, qt.IsTrue(l.Attach(&p.Conn, a, nil, p)))
	qt.Assert(t, qt.Equals(l.Len(), 1))
	cancel()
	qt.Assert(t, qt.IsNil(receive(t, done)))
	receive(t, p.closed)
	qt.Assert(t, qt.Equals(l.Len(), 0))
	c, d := net.Pipe()
	defer d.Close()
	late := newPeer(false)
	qt.Assert(t, qt.IsFalse(l.Attach(&late.Conn, c, nil, late)))
}
