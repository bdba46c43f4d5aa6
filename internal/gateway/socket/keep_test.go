package socket_test

import (
	"bufio"
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/gateway/socket"
)

// Pings go out 55 s after the last word, and only then.
func TestPingsAreSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &socket.Loop{}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _ = l.Run(ctx) }()
		defer synctest.Wait()
		defer cancel()
		a, b := net.Pipe()
		defer b.Close()
		p := newPeer(false)
		qt.Assert(t, qt.IsTrue(l.Attach(&p.Conn, a, nil, p)))
		p.Greet(false)

		type event struct {
			op int
			at time.Duration
		}
		start := time.Now()
		events := make(chan event, 10)
		go func() {
			br := bufio.NewReader(b)
			for {
				head, err := br.Peek(2)
				if err != nil {
					close(events)
					return
				}
				op := int(head[0] & 0x0f)
				_, _ = br.Discard(2 + int(head[1]))
				events <- event{op, time.Since(start)}
			}
		}()
		// Speaking every 40 s keeps pings away.
		for range 5 {
			time.Sleep(40 * time.Second)
			_, err := b.Write(appendClient(nil, 0x81, `{}`))
			qt.Assert(t, qt.IsNil(err))
		}
		qt.Assert(t, qt.HasLen(events, 0))
		spoke := time.Since(start)
		e := <-events
		qt.Assert(t, qt.Equals(e.op, 0x9))
		within(t, e.at-spoke, 55*time.Second)
		_, err := b.Write(appendClient(nil, 0x8a, ``)) // pong
		qt.Assert(t, qt.IsNil(err))
		ponged := time.Since(start)
		e = <-events
		qt.Assert(t, qt.Equals(e.op, 0x9))
		within(t, e.at-ponged, 55*time.Second)
		e = <-events // no pong this time
		qt.Assert(t, qt.Equals(e.op, 0x8))
		within(t, e.at-ponged, 110*time.Second)
		<-p.closed
	})
}

// within allows for the keeper's round of two seconds and its coarse clock.
func within(t *testing.T, got, want time.Duration) {
	t.Helper()
	if got < want-time.Second || got > want+3*time.Second {
		t.Fatalf("after %v, want %v", got, want)
	}
}
