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

// read is the reader's goroutine.
func (c *Conn) read(early []byte) {
	c.heard.Store(c.loop.now.Load())
	if len(early) > 0 {
		c.handle(early)
	}
	if c.raw != nil {
		c.readRaw()
	} else {
		c.readPlain()
	}
	c.kill()
	c.loop.remove(c)
	c.recv.Closed()
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

// readPlain waits in Read, for connections that are not plain TCP.
func (c *Conn) readPlain() {
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
