package socket_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"

	"madang/internal/gateway/socket"
)

// A connection whose peer does not read is closed when its queue is full; what
// it holds meanwhile is bounded, and others get theirs at once.
func TestSlowReaderIsClosedAndOthersAreUnharmed(t *testing.T) {
	s := serve(t, &socket.Loop{Bye: func(c socket.Code, _ string) []byte { return []byte(`"bye"`) }}, false)
	slow, ps := s.dial(t)
	slow.SetReadLimit(-1)
	good, pg := s.dial(t)
	good.SetReadLimit(-1)
	text := append(append([]byte(`"`), bytes.Repeat([]byte("x"), 4000)...), '"')
	before := heap()
	var sent, got int
	for sent < 100<<20 {
		var b socket.Batch
		b.Send(&ps.Conn, text)
		b.Send(&pg.Conn, text)
		b.Flush(s.Loop)
		sent += len(text)
		for got < sent { // the good one has everything before the next text
			got += strings.Count(read(t, good), "x") + 2
		}
		if ps.Ended() {
			break
		}
	}
	qt.Assert(t, qt.IsTrue(ps.Ended()))
	if grown := int64(heap()) - int64(before); grown > 8<<20 {
		t.Fatalf("a slow reader made the heap grow by %d bytes", grown)
	}
	// When it reads again at last, it learns why.
	code, texts := closeCode(t, slow)
	qt.Assert(t, qt.Equals(code, socket.CodeResume))
	qt.Assert(t, qt.Equals(texts[len(texts)-1], `"bye"`))
	_ = slow.CloseNow()
	receive(t, ps.closed)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// Answers that are large do not count towards the queue's bounds, but the
// receiver is told to wait with the next one.
func TestBacklogOfLargeAnswers(t *testing.T) {
	s := serve(t, &socket.Loop{}, false)
	c, p := s.dial(t)
	c.SetReadLimit(-1)
	large := append(append([]byte(`"`), bytes.Repeat([]byte("x"), 12<<20)...), '"')
	qt.Assert(t, qt.IsFalse(p.Backlog()))
	p.Answer(large)
	for range 100 {
		p.Send([]byte(`"small"`))
	}
	waiting := p.Backlog()
	text := read(t, c)
	qt.Assert(t, qt.HasLen(text, len(large)))
	if waiting {
		receive(t, p.drained)
	}
	qt.Assert(t, qt.IsFalse(p.Ended()))
	small := 0
	for small < 100 {
		small += strings.Count(read(t, c), "small")
	}
	qt.Assert(t, qt.Equals(small, 100))
}

// A peer that vanished without a word is noticed by its silence; one that
// answers pings is not disturbed.
func TestHalfOpenSocketIsClosed(t *testing.T) {
	t.Parallel() // it takes twice PingAfter, which is more than a round of the keeper
	s := serve(t, &socket.Loop{PingAfter: 2500 * time.Millisecond}, false)
	alive, pa := s.dial(t)
	pa.Greet(false)
	reading := alive.CloseRead(t.Context()) // answers pings
	_, br := rawDial(t, s.url)              // does not
	pd := <-s.peers
	pd.Greet(false)
	op, _ := readFrame(t, br)
	qt.Assert(t, qt.Equals(op, 0x9))
	op, payload := readFrame(t, br)
	qt.Assert(t, qt.Equals(op, 0x8))
	qt.Assert(t, qt.Equals(socket.Code(payload[0])<<8|socket.Code(payload[1]), socket.CodeSilent))
	receive(t, pd.closed) // though the peer never closed its side
	qt.Assert(t, qt.IsFalse(pa.Ended()))
	qt.Assert(t, qt.IsNil(alive.Ping(reading)))
}

func TestStrangerWhoSaysNothingIsClosed(t *testing.T) {
	t.Parallel()
	s := serve(t, &socket.Loop{HelloTimeout: 500 * time.Millisecond}, false)
	c, p := s.dial(t)
	qt.Assert(t, qt.IsNil(c.Write(t.Context(), websocket.MessageText, []byte(`{}`)))) // speaking is not enough
	code, _ := closeCode(t, c)
	qt.Assert(t, qt.Equals(code, socket.CodeNoHello))
	_ = c.CloseNow()
	receive(t, p.closed)
}
