package socket

import (
	"net"
	"sync"
	"sync/atomic"
	"syscall"

	"madang/internal/wire"
)

// Receiver is who a connection belongs to.
type Receiver interface {
	// Receive takes one message, valid UTF-8. It is called for one message
	// after the other, from a goroutine that has other connections waiting. The
	// bytes may be changed and must not be kept.
	Receive(message []byte)
	// Drained is called once after [Conn.Backlog] reported true, when the
	// queue is empty. It must not block.
	Drained()
	// Closed is called once, when the connection has ended and nothing will be
	// received any more.
	Closed()
}

// Conn is one connection. It is meant to be a part of what its Receiver keeps;
// [Loop.Attach] brings it to life. The methods are safe for concurrent use and
// none of them waits.
type Conn struct {
	loop *Loop
	recv Receiver
	nc   net.Conn
	raw  syscall.RawConn // nil where bytes are not the kernel's, as with TLS

	ready  func(fd uintptr) bool // reads, for raw
	read   *[readSize]byte       // what was read and waits for a handler
	readN  int
	in     input
	heard  atomic.Uint32 // tick of the last bytes from the peer
	ending atomic.Bool   // what else comes is thrown away
	known  atomic.Bool   // Greet was called
	exempt atomic.Bool   // from limits over time

	mu       sync.Mutex
	state    state
	dead     bool // nothing can be written any more
	ping     bool // a ping is due
	draining bool // a drainer is at work
	backlog  bool // the receiver waits for Drained
	out      *outbox
	pongs    []byte // payload of the pong that is due, nil for none
	last     *farewell
	next     [2]*Conn // in the queues of the loop

	born   uint32 // tick
	pinged uint32 // tick of the last ping; only the keeper looks
	ended  atomic.Uint32
	left   *Conn // neighbours in the registry
	right  *Conn
	shard  uint8
}

// state says who is about to write to a connection.
type state uint8

const (
	idle    state = iota // nobody, and nothing is queued
	listed               // a writer will take it from the list
	writing              // a writer or a drainer is at it
	again                // the same, and more was queued meanwhile
)

// farewell is the last thing that a connection says.
type farewell struct {
	bye    []byte // a text to go before the close frame, or nil
	code   Code
	reason string
}

// MaxStrangerBytes is the largest message that a connection may bring before
// it has said who it is.
const MaxStrangerBytes = 8 << 10

// limit is the largest message that is taken now.
func (c *Conn) limit() int {
	if c.known.Load() {
		return wire.MaxFrameBytes
	}
	return MaxStrangerBytes
}

// Greet says that the peer is known now: larger messages are taken, and it need
// not hurry any more. exempt lifts the limits over time.
func (c *Conn) Greet(exempt bool) {
	c.exempt.Store(exempt)
	c.known.Store(true)
}

// limits are those of the connection now; nil means none.
func (l *Loop) limits(c *Conn) *Limits {
	if c.exempt.Load() {
		return nil
	}
	return &l.Limits
}

// Send queues a text that is shared with others and must not change any more.
// A queue that is over its bounds ends the connection with CodeResume.
func (c *Conn) Send(text []byte) {
	if c.push(text, shared) {
		c.loop.output.put(c, c, true)
	}
}

// Copy queues a copy of a short text for this connection alone. Like Send
// otherwise, but meant to be called for many connections in a row: it wakes at
// most one writer, so that more can gather.
func (c *Conn) Copy(text []byte) {
	if c.push(text, copied) {
		c.loop.output.put(c, c, false)
	}
}

// Answer queues the answer to a call that could be large. It does not count
// towards the bounds of the queue; make the next one only when [Conn.Backlog]
// is false.
func (c *Conn) Answer(text []byte) {
	if c.push(text, answer) {
		c.loop.output.put(c, c, true)
	}
}

// Backlog reports whether so much is queued that nothing large should be added.
// When it does, Receiver.Drained will be called.
func (c *Conn) Backlog() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || c.last != nil {
		return false
	}
	c.backlog = c.draining || c.out != nil && c.out.held+c.out.large > maxQueued/2
	return c.backlog
}

type kind uint8

const (
	shared kind = iota
	copied
	answer
)

// push queues a text and reports whether the caller has to list the connection.
func (c *Conn) push(text []byte, k kind) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || c.last != nil {
		return false
	}
	if c.out == nil {
		c.out = outboxes.Get().(*outbox)
	}
	o := c.out
	switch {
	case k == answer:
		o.large += len(text)
		o.frames = append(o.frames, text)
	case o.full(len(text)):
		o.release()
		c.out = nil
		return c.finishLocked(CodeResume, "too slow", c.loop.bye(CodeResume, "too slow"))
	case k == copied:
		o.held += len(text)
		o.copyIn(text)
	default:
		o.held += len(text)
		o.frames = append(o.frames, text)
	}
	return c.dueLocked()
}

// dueLocked notes that there is something to write and reports whether the
// caller has to list the connection.
func (c *Conn) dueLocked() bool {
	switch c.state {
	case idle:
		c.state = listed
		return true
	case writing:
		c.state = again
	}
	return false
}

// Close ends the connection when all that is queued has left: with bye, when
// not nil, as the last text, then a close frame. The first reason given counts.
// What the peer still sends is thrown away.
func (c *Conn) Close(code Code, reason string, bye []byte) { c.finish(code, reason, bye) }

func (c *Conn) finish(code Code, reason string, bye []byte) {
	c.mu.Lock()
	due := c.finishLocked(code, reason, bye)
	c.mu.Unlock()
	if due {
		c.loop.output.put(c, c, true)
	}
}

func (c *Conn) finishLocked(code Code, reason string, bye []byte) bool {
	if c.dead || c.last != nil {
		return false
	}
	c.last = &farewell{bye, code, reason}
	c.ended.Store(c.loop.now.Load())
	c.ending.Store(true)
	return c.dueLocked()
}

// pong makes the answer to a ping due. An unsent earlier one is forgotten,
// which RFC 6455, section 5.5.3 allows.
func (c *Conn) pong(payload []byte) {
	c.control(append(make([]byte, 0, len(payload)), payload...), false)
}

// control makes a pong, when not nil, or a ping due.
func (c *Conn) control(pong []byte, ping bool) {
	c.mu.Lock()
	due := false
	if !c.dead && c.last == nil {
		if pong != nil {
			c.pongs = pong
		}
		c.ping = c.ping || ping
		due = c.dueLocked()
	}
	c.mu.Unlock()
	if due {
		c.loop.output.put(c, c, true)
	}
}

// kill ends the connection at once; whoever waits for it then takes it away.
func (c *Conn) kill() {
	c.mu.Lock()
	c.dead = true
	out := c.out
	c.out = nil
	c.mu.Unlock()
	out.release()
	_ = c.nc.Close() // nobody is left to be told
}

// Ended reports whether the connection was told to close or is gone.
func (c *Conn) Ended() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead || c.last != nil
}
