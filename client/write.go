package client

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/gobwas/ws"

	"madang/internal/wire"
)

const (
	// maxQueued is how many bytes may wait to be written. A caller that has
	// more gets ErrBusy.
	maxQueued = 1 << 20
	// fullFrame is the size from which on a frame takes no further call. The
	// largest call and the largest frame of the protocol are wire.MaxFrameBytes.
	fullFrame = wire.MaxFrameBytes / 2
	// writeTimeout is how long the server may take nothing before the
	// connection counts as dead.
	writeTimeout = 30 * time.Second
)

// ErrBusy says that more waits to be written than a connection may hold: the
// server, or the network, takes it more slowly than it is queued.
var ErrBusy = errors.New("too much waits to be sent")

var errTooLarge = fmt.Errorf("a call has at most %d bytes", wire.MaxFrameBytes)

// Queue adds one call, a JSON-RPC object, to what leaves with the next
// [Conn.Flush] or at the end of what Serve is handling.
func (c *Conn) Queue(call []byte) error {
	return c.QueueFunc(func(b []byte) []byte { return append(b, call...) })
}

// QueueFunc is like [Conn.Queue] for a call that is appended in place. The
// function must only append to b and must not call methods of the connection.
func (c *Conn) QueueFunc(call func(b []byte) []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	if len(c.out.b) > maxQueued {
		return ErrBusy
	}
	return c.out.add(call)
}

// Flush writes what is queued, unless another goroutine is already writing:
// that one then takes it along. Whatever was queued during a write leaves as
// one frame. It fails when something was not written: a connection that ends
// right after the last byte has left is none of its business.
func (c *Conn) Flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writing {
		return nil
	}
	if c.err != nil {
		return c.err // what was queued has been dropped
	}
	c.writing = true
	defer func() { c.writing = false }()
	for len(c.out.b) > 0 {
		c.out.seal()
		out := c.out
		c.out = outgoing{}
		var expires time.Time
		if now := time.Now(); c.expires.Sub(now) < writeTimeout/2 {
			expires = now.Add(writeTimeout)
			c.expires = expires
		}
		c.mu.Unlock()
		err := c.write(out.b, expires)
		out.drop()
		c.mu.Lock()
		if err != nil {
			if c.err == nil {
				c.err = err
			}
			c.out.drop()
			return c.err
		}
	}
	return nil
}

func (c *Conn) write(b []byte, expires time.Time) error {
	if !expires.IsZero() {
		if err := c.nc.SetWriteDeadline(expires); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	if _, err := c.nc.Write(b); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// outgoing is frames that wait to be written. The last one may be open: it
// then takes further calls.
//
//	b: | sealed frames … | room for a head (8) | [ | call | , | call … |
//	                     ^ open
type outgoing struct {
	b      []byte
	pooled *[]byte
	open   int // where the open frame begins
	calls  int // how many it holds; 0: none is open
}

const headRoom = 8 // two bytes, two of length, four of mask: the usual head of a call

var writeBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 8<<10); return &b }}

// ready makes sure that there is a buffer.
func (o *outgoing) ready() {
	if o.b == nil {
		o.pooled = writeBuffers.Get().(*[]byte)
		o.b = (*o.pooled)[:0]
	}
}

// drop forgets everything and gives the buffer back, unless it has grown too
// large to be kept.
func (o *outgoing) drop() {
	if o.pooled != nil && cap(o.b) <= 128<<10 {
		*o.pooled = o.b[:0]
		writeBuffers.Put(o.pooled)
	}
	*o = outgoing{}
}

func (o *outgoing) add(call func([]byte) []byte) error {
	o.ready()
	before := len(o.b)
	if o.calls == 0 {
		o.open = before
		o.b = append(o.b, "        ["...)
	} else {
		o.b = append(o.b, ',')
	}
	start := len(o.b)
	o.b = call(o.b)
	size := len(o.b) - start
	if size > wire.MaxFrameBytes-2 {
		o.b = o.b[:before]
		return errTooLarge
	}
	if o.calls > 0 && len(o.b)-o.open > wire.MaxFrameBytes {
		// The call does not fit behind the others: it begins a frame of its own.
		own := append([]byte(nil), o.b[start:]...)
		o.b = o.b[:before]
		o.seal()
		o.open = len(o.b)
		o.b = append(append(o.b, "        ["...), own...)
	}
	o.calls++
	if o.calls == wire.MaxBatch || len(o.b)-o.open > fullFrame {
		o.seal()
	}
	return nil
}

// seal ends the open frame: a single call stands alone, several in an array.
func (o *outgoing) seal() {
	if o.calls == 0 {
		return
	}
	from := o.open + headRoom
	if o.calls == 1 {
		from++ // without the bracket
	} else {
		o.b = append(o.b, ']')
	}
	o.calls = 0
	length := len(o.b) - from
	var head [ws.MaxHeaderSize]byte
	n := putHead(&head, ws.OpText, length)
	if shift := o.open + n - from; shift > 0 {
		o.b = append(o.b, head[:shift]...)
	}
	copy(o.b[o.open+n:], o.b[from:from+length])
	o.b = o.b[:o.open+n+length]
	copy(o.b[o.open:], head[:n])
	ws.Cipher(o.b[o.open+n:], [4]byte(head[n-4:n]), 0)
}

// control adds a control frame behind what is queued.
func (o *outgoing) control(op ws.OpCode, payload []byte) {
	o.ready()
	o.seal()
	var head [ws.MaxHeaderSize]byte
	n := putHead(&head, op, len(payload))
	o.b = append(o.b, head[:n]...)
	at := len(o.b)
	o.b = append(o.b, payload...)
	ws.Cipher(o.b[at:], [4]byte(head[n-4:n]), 0)
}

// putHead writes the head of a whole masked frame (RFC 6455, section 5.2) and
// gives its size. The mask is its last four bytes.
func putHead(head *[ws.MaxHeaderSize]byte, op ws.OpCode, length int) int {
	const masked = 0x80
	head[0] = 0x80 | byte(op)
	n := 2
	switch {
	case length < 126:
		head[1] = masked | byte(length)
	case length <= 0xffff:
		head[1] = masked | 126
		binary.BigEndian.PutUint16(head[2:], uint16(length))
		n = 4
	default:
		head[1] = masked | 127
		binary.BigEndian.PutUint64(head[2:], uint64(length))
		n = 10
	}
	binary.BigEndian.PutUint32(head[n:], rand.Uint32())
	return n + 4
}
