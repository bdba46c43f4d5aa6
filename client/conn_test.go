package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"
	"github.com/gobwas/ws"

	"madang/client"
)

// serveSocket serves sockets over real TCP, with an implementation of WebSocket
// that is not the one of the client.
func serveSocket(t testing.TB, f func(ctx context.Context, s *websocket.Conn) error) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var sockets sync.WaitGroup
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sockets.Add(1)
		defer sockets.Done()
		s, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer s.CloseNow()
		s.SetReadLimit(1 << 20)
		if err := f(ctx, s); err != nil && !errors.Is(err, context.Canceled) && websocket.CloseStatus(err) == -1 {
			t.Logf("socket: %v", err)
		}
	}))
	t.Cleanup(func() {
		cancel()
		server.Close()
		sockets.Wait() // the server forgets connections that became sockets
	})
	return server.URL
}

func dial(t testing.TB, url string, o client.DialOptions) *client.Conn {
	t.Helper()
	c, err := client.Dial(t.Context(), url, o)
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { _ = c.Close(1000, "") })
	return c
}

func echo(ctx context.Context, s *websocket.Conn) error {
	for {
		kind, b, err := s.Read(ctx)
		if err != nil {
			return err
		}
		if err := s.Write(ctx, kind, b); err != nil {
			return err
		}
	}
}

var errEnough = errors.New("enough")

func TestWhatIsQueuedTogetherLeavesAsOneFrame(t *testing.T) {
	c := dial(t, serveSocket(t, echo), client.DialOptions{})
	for i := range 150 {
		qt.Assert(t, qt.IsNil(c.Queue(fmt.Appendf(nil, `{"n":%d}`, i))))
	}
	qt.Assert(t, qt.IsNil(c.Flush()))
	qt.Assert(t, qt.IsNil(c.Queue([]byte(`{"n":150}`))))
	qt.Assert(t, qt.IsNil(c.Flush()))
	var sizes []int
	next := 0
	err := c.Serve(t.Context(), func(message []byte) error {
		var single struct{ N int }
		all := []struct{ N int }{{}}
		if message[0] == '[' {
			qt.Check(t, qt.IsNil(json.Unmarshal(message, &all)))
		} else {
			qt.Check(t, qt.IsNil(json.Unmarshal(message, &single)))
			all[0] = single
		}
		for _, one := range all {
			qt.Check(t, qt.Equals(one.N, next))
			next++
		}
		if sizes = append(sizes, len(all)); next == 151 {
			return errEnough
		}
		return nil
	})
	qt.Assert(t, qt.ErrorIs(err, errEnough))
	qt.Assert(t, qt.DeepEquals(sizes, []int{64, 64, 22, 1}))
}

func TestFramesOfEverySize(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("tls=%v", secure), func(t *testing.T) {
			url, options := serveSocket(t, echo), client.DialOptions{}
			if secure {
				server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if s, err := websocket.Accept(w, r, nil); err == nil {
						s.SetReadLimit(1 << 20)
						_ = echo(r.Context(), s)
					}
				}))
				t.Cleanup(server.Close)
				url, options.TLS = server.URL, server.Client().Transport.(*http.Transport).TLSClientConfig
			}
			c := dial(t, url, options)
			sizes := []int{2, 3, 124, 125, 126, 127, 4096, 32<<10 - 4, 32 << 10, 40_000, 65_534, 65_535, 65_536, 100_000, 128<<10 - 2}
			var want [][]byte
			for i, n := range sizes {
				want = append(want, []byte(`"`+strings.Repeat(string(rune('a'+i)), n-2)+`"`))
			}
			var writer sync.WaitGroup
			writer.Go(func() {
				for i := range want {
					qt.Check(t, qt.IsNil(c.Queue(want[i])))
					qt.Check(t, qt.IsNil(c.Flush()))
				}
			})
			i := 0
			err := c.Serve(t.Context(), func(message []byte) error {
				qt.Check(t, qt.IsTrue(bytes.Equal(message, want[i])), qt.Commentf("%d bytes came as %d", len(want[i]), len(message)))
				if i++; i == len(want) {
					return errEnough
				}
				return nil
			})
			qt.Assert(t, qt.ErrorIs(err, errEnough))
			writer.Wait()
		})
	}
}

func TestCallThatIsTooLargeIsRefusedAlone(t *testing.T) {
	c := dial(t, serveSocket(t, echo), client.DialOptions{})
	small := []byte(`{"small":true}`)
	qt.Assert(t, qt.IsNil(c.Queue(small)))
	qt.Assert(t, qt.IsNotNil(c.Queue(make([]byte, 128<<10))))
	// Together they are more than a frame: each has its own.
	large := []byte(`"` + strings.Repeat("x", 128<<10-4) + `"`)
	qt.Assert(t, qt.IsNil(c.Queue(large)))
	qt.Assert(t, qt.IsNil(c.Flush()))
	var got []string
	err := c.Serve(t.Context(), func(message []byte) error {
		if got = append(got, string(message)); len(got) == 2 {
			return errEnough
		}
		return nil
	})
	qt.Assert(t, qt.ErrorIs(err, errEnough))
	qt.Assert(t, qt.DeepEquals(got, []string{string(small), string(large)}))
}

func TestQueueIsBounded(t *testing.T) {
	c := dial(t, serveSocket(t, func(ctx context.Context, _ *websocket.Conn) error {
		<-ctx.Done() // reads nothing
		return nil
	}), client.DialOptions{})
	call := []byte(`"` + strings.Repeat("x", 60<<10) + `"`)
	var err error
	for range 1000 {
		if err = c.Queue(call); err != nil {
			break
		}
	}
	qt.Assert(t, qt.ErrorIs(err, client.ErrBusy))
}

func TestServerMayPingFragmentAndClose(t *testing.T) {
	url := serveSocket(t, func(ctx context.Context, s *websocket.Conn) error {
		go func() { _, _, _ = s.Read(ctx) }() // pongs are read here
		for range 3 {
			if err := s.Ping(ctx); err != nil { // waits for the pong
				return err
			}
		}
		w, err := s.Writer(ctx, websocket.MessageText)
		if err != nil {
			return err
		}
		for range 10 {
			// More than its buffer, so that every write is a frame.
			if _, err := io.WriteString(w, strings.Repeat("part", 5000)); err != nil {
				return err
			}
		}
		if err := w.Close(); err != nil {
			return err
		}
		return s.Close(client.CloseResume, "slow")
	})
	c := dial(t, url, client.DialOptions{})
	var got []string
	err := c.Serve(t.Context(), func(message []byte) error {
		got = append(got, string(message))
		return nil
	})
	closed, ok := errors.AsType[*client.CloseError](err)
	qt.Assert(t, qt.IsTrue(ok), qt.Commentf("%v", err))
	qt.Assert(t, qt.DeepEquals(closed, &client.CloseError{Code: client.CloseResume, Reason: "slow"}))
	qt.Assert(t, qt.DeepEquals(got, []string{strings.Repeat("part", 50_000)}))
	qt.Assert(t, qt.IsNotNil(c.Queue([]byte("{}"))))
}

func TestFramesThatBreakTheProtocolEndTheConnection(t *testing.T) {
	frame := func(h ws.Header, payload int) []byte {
		var b bytes.Buffer
		qt.Assert(t, qt.IsNil(ws.WriteHeader(&b, h)))
		return append(b.Bytes(), make([]byte, payload)...)
	}
	for name, bytes := range map[string][]byte{
		"masked":             frame(ws.Header{Fin: true, OpCode: ws.OpText, Length: 2, Masked: true}, 2),
		"reserved bit":       frame(ws.Header{Fin: true, OpCode: ws.OpText, Length: 2, Rsv: ws.Rsv(true, false, false)}, 2),
		"binary":             frame(ws.Header{Fin: true, OpCode: ws.OpBinary, Length: 2}, 2),
		"unknown opcode":     frame(ws.Header{Fin: true, OpCode: 5, Length: 2}, 2),
		"continues nothing":  frame(ws.Header{Fin: true, OpCode: ws.OpContinuation, Length: 2}, 2),
		"fragmented ping":    frame(ws.Header{OpCode: ws.OpPing, Length: 2}, 2),
		"long ping":          frame(ws.Header{Fin: true, OpCode: ws.OpPing, Length: 126}, 126),
		"larger than wanted": frame(ws.Header{Fin: true, OpCode: ws.OpText, Length: 1 << 40}, 0),
		"text in a fragment": append(frame(ws.Header{OpCode: ws.OpText, Length: 2}, 2), frame(ws.Header{Fin: true, OpCode: ws.OpText, Length: 2}, 2)...),
		"too many fragments": append(frame(ws.Header{OpCode: ws.OpText, Length: 600}, 600), frame(ws.Header{OpCode: ws.OpContinuation, Length: 600}, 600)...),
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				conn, _, _, err := ws.UpgradeHTTP(r, w)
				if err != nil {
					return
				}
				_, _ = conn.Write(bytes)
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}))
			defer server.Close()
			c := dial(t, server.URL, client.DialOptions{MaxMessage: 1000})
			err := c.Serve(t.Context(), func([]byte) error { t.Error("was handled"); return nil })
			qt.Assert(t, qt.ErrorMatches(err, ".*not the protocol.*"))
		})
	}
}

// lateConn comes back from a write only when it is told to.
type lateConn struct {
	net.Conn
	back <-chan struct{}
}

func (c *lateConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if c.back != nil {
		<-c.back
	}
	return n, err
}

// A server that answers and goes away does so before the write of the question
// has come back.
func TestEndRightAfterWriteIsNoFaultOfTheWrite(t *testing.T) {
	url := serveSocket(t, func(ctx context.Context, s *websocket.Conn) error {
		if _, _, err := s.Read(ctx); err != nil {
			return err
		}
		return s.Close(websocket.StatusGoingAway, "")
	})
	late := &lateConn{}
	c := dial(t, url, client.DialOptions{NetDial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		nc, err := new(net.Dialer).DialContext(ctx, network, addr)
		late.Conn = nc
		return late, err
	}})
	ended := make(chan struct{})
	late.back = ended
	go func() {
		defer close(ended)
		_ = c.Serve(t.Context(), func([]byte) error { return nil })
	}()
	qt.Assert(t, qt.IsNil(c.Queue([]byte(`{"id":1}`))))
	qt.Assert(t, qt.IsNil(c.Flush()))
	qt.Assert(t, qt.IsNotNil(c.Queue([]byte(`{"id":2}`))))
	qt.Assert(t, qt.IsNotNil(c.Flush()))
}

func TestServeEndsWithItsContext(t *testing.T) {
	c := dial(t, serveSocket(t, echo), client.DialOptions{})
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnough)
	qt.Assert(t, qt.ErrorIs(c.Serve(ctx, func([]byte) error { return nil }), errEnough))
}

func TestDialFails(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	_, err := client.Dial(t.Context(), server.URL, client.DialOptions{})
	qt.Assert(t, qt.ErrorMatches(err, "connect to http://.*404.*"))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = client.Dial(ctx, server.URL, client.DialOptions{})
	qt.Assert(t, qt.IsNotNil(err))
}
