package socket

import (
	"bytes"
	"net"
	"time"

	"github.com/gobwas/ws"
)

const (
	// stallTimeout is how long a connection may take nothing at all while
	// there is something for it; then it is gone.
	stallTimeout = 10 * time.Second
	// drainPiece is what must pass within stallTimeout.
	drainPiece = 64 << 10
	// maxWriterBuffer is what a writer keeps for the next connection.
	maxWriterBuffer = 256 << 10
)

// output is what a writer took from a connection.
type output struct {
	out  *outbox
	pong []byte
	ping bool
	last *farewell
}

// takeLocked takes all that is queued and makes the caller the only one who
// writes.
func (c *Conn) takeLocked() output {
	o := output{c.out, c.pongs, c.ping, c.last}
	c.out, c.pongs, c.ping = nil, nil, false
	c.state = writing
	return o
}

// append writes the frames to b and gives the outbox back.
func (o output) append(b []byte) []byte {
	if o.pong != nil {
		b = append(appendHeader(b, ws.OpPong, len(o.pong)), o.pong...)
	}
	if o.ping {
		b = appendHeader(b, ws.OpPing, 0)
	}
	if o.out != nil {
		b = o.out.appendFrames(b)
		o.out.release()
	}
	if l := o.last; l != nil {
		if l.bye != nil {
			b = appendText(b, l.bye)
		}
		b = appendClose(b, l.code, l.reason)
	}
	return b
}

// writer writes for one connection after the other and never waits.
type writer struct {
	raw rawWriter
	buf []byte
}

// write lets everything queued for c leave at once.
func (w *writer) write(c *Conn) {
	c.mu.Lock()
	if c.dead {
		c.mu.Unlock()
		return
	}
	o := c.takeLocked()
	c.mu.Unlock()
	w.buf = o.append(w.buf[:0])
	n, err := w.raw.try(c, w.buf)
	switch {
	case err != nil:
		c.kill()
	case n < len(w.buf):
		c.mu.Lock()
		c.draining = true
		c.mu.Unlock()
		rest := bytes.Clone(w.buf[n:])
		if !c.loop.start(func() { c.drain(rest, o.last != nil) }) {
			c.kill()
		}
	default:
		if c.written(o.last != nil) {
			c.loop.output.put(c, c, true)
		}
	}
	if cap(w.buf) > maxWriterBuffer {
		w.buf = nil
	}
}

// written ends a write that took everything. It reports whether there is more
// by now and the caller has to list the connection.
func (c *Conn) written(last bool) (more bool) {
	if last {
		c.closeWrite()
	}
	c.mu.Lock()
	if c.state == again {
		c.state = listed
		c.mu.Unlock()
		return true
	}
	c.state = idle
	drained := c.backlog
	c.backlog, c.draining = false, false
	c.mu.Unlock()
	if drained {
		c.recv.Drained()
	}
	return false
}

// drain is the goroutine of a connection that the kernel takes no more from. It
// has what is left of a write and stays until the connection has caught up.
func (c *Conn) drain(rest []byte, last bool) {
	for {
		for len(rest) > 0 {
			piece := rest[:min(len(rest), drainPiece)]
			// An error of SetWriteDeadline shows in Write again.
			_ = c.nc.SetWriteDeadline(time.Now().Add(stallTimeout))
			n, err := c.nc.Write(piece)
			if err != nil {
				c.kill()
				return
			}
			rest = rest[n:]
		}
		_ = c.nc.SetWriteDeadline(time.Time{})
		if !c.written(last) {
			return
		}
		c.mu.Lock()
		if c.dead {
			c.mu.Unlock()
			return
		}
		o := c.takeLocked()
		c.mu.Unlock()
		rest, last = o.append(rest[:0]), o.last != nil
	}
}

// closeWrite tells the peer that nothing follows. The peer closes then; until
// it does, what comes is read and thrown away, because closing with bytes unread
// would make the kernel take back what was just written.
func (c *Conn) closeWrite() {
	if half, ok := c.nc.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		return
	}
	_ = c.nc.Close() // cannot be half closed; nothing else is left to do
}

var _ interface{ CloseWrite() error } = (*net.TCPConn)(nil)
