package socket

import (
	"errors"
	"io"
	"sync"
)

// readSize is what one read can bring. The buffers are shared by all
// connections: only one with bytes to handle holds one.
const readSize = 32 << 10

var buffers = sync.Pool{New: func() any { return new([readSize]byte) }}

// begin starts to read. early is what was read before.
func (c *Conn) begin(early []byte) {
	c.heard.Store(c.loop.now.Load())
	if len(early) > 0 {
		c.handle(early)
	}
	if c.raw != nil {
		c.ready = c.readReady
		go c.wait()
	} else {
		go c.readPlain()
	}
}

// wait is the goroutine of a connection at rest. When bytes have come it leaves
// them to a handler and ends; the handler starts another one. So whatever is
// done with what came, a connection at rest keeps the smallest of stacks: one
// that has grown does not shrink to that again.
func (c *Conn) wait() {
	if c.raw.Read(c.ready) == nil && c.readN > 0 {
		c.loop.input.put(c, c, true)
		return
	}
	c.end()
}

// handleInput takes what wait has read.
func (c *Conn) handleInput() {
	c.handle(c.read[:c.readN])
	buffers.Put(c.read)
	c.read = nil
	go c.wait()
}

// end takes the connection away.
func (c *Conn) end() {
	c.kill()
	c.loop.remove(c)
	c.recv.Closed()
	c.loop.group.Done()
}

// handle goes through bytes just read.
func (c *Conn) handle(b []byte) {
	c.heard.Store(c.loop.now.Load())
	if c.ending.Load() {
		return
	}
	err := c.take(b)
	if err == nil {
		return
	}
	bad, ok := errors.AsType[*closing](err)
	if !ok {
		bad = &closing{CodeProtocol, "unreadable"}
	}
	c.in.partial, c.in.message = nil, nil
	c.finish(bad.code, bad.reason, c.loop.bye(bad.code, bad.reason))
}

// readPlain waits in Read, for connections that are not plain TCP. They have
// buffers of their own at any rate.
func (c *Conn) readPlain() {
	defer c.end()
	buf := make([]byte, 4<<10)
	for {
		n, err := c.nc.Read(buf)
		if n > 0 {
			c.handle(buf[:n])
		}
		if err != nil && !errors.Is(err, io.ErrNoProgress) {
			return
		}
	}
}
