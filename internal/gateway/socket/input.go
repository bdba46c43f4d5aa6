package socket

import (
	"bytes"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// input is what a connection has brought that is not a whole message yet. Only
// the goroutine that handles what came touches it. Both slices are nil on a
// connection at rest.
type input struct {
	partial []byte // the beginning of a frame, as it came
	message []byte // the fragments so far of a message, unmasked
	within  bool   // a fragmented message has begun
	budget  budget
}

// take goes through what was read. b is changed and not kept.
func (c *Conn) take(b []byte) error {
	in := &c.in
	if err := in.budget.bytes(c.loop.limits(c), c.loop.now.Load(), len(b)); err != nil {
		return err
	}
	if in.partial != nil {
		// Bounded: an unfinished frame is shorter than limit + maxHeader, and b
		// is at most one read buffer. It grows as bytes come, not as announced.
		in.partial = append(in.partial, b...)
		b, in.partial = in.partial, nil
	}
	rest, err := c.frames(b)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		in.partial = bytes.Clone(rest)
	}
	return nil
}

// frames handles every whole frame in b and returns what is left.
func (c *Conn) frames(b []byte) ([]byte, error) {
	for len(b) > 0 {
		h, n, err := parseHeader(b, c.limit())
		if err != nil {
			return nil, err
		}
		if n == 0 || len(b)-n < int(h.Length) {
			return b, nil
		}
		payload := b[n : n+int(h.Length)]
		b = b[n+int(h.Length):]
		if err := c.in.budget.frame(c.loop.limits(c)); err != nil {
			return nil, err
		}
		ws.Cipher(payload, h.Mask, 0)
		if err := c.frame(h, payload); err != nil {
			return nil, err
		}
		if c.ending.Load() {
			return nil, nil
		}
	}
	return nil, nil
}

func (c *Conn) frame(h ws.Header, payload []byte) error {
	in := &c.in
	switch h.OpCode {
	case ws.OpPing:
		c.pong(payload)
		return nil
	case ws.OpPong:
		return nil
	case ws.OpClose:
		return c.closed(payload)
	case ws.OpText:
		if in.within {
			return errFragment
		}
		if h.Fin {
			return c.receive(payload)
		}
		in.within = true
		in.message = bytes.Clone(payload)
		return nil
	default: // ws.OpContinuation
		if !in.within {
			return errFragment
		}
		if len(in.message)+len(payload) > c.limit() {
			return errTooBig
		}
		in.message = append(in.message, payload...)
		if !h.Fin {
			return nil
		}
		message := in.message
		in.message, in.within = nil, false
		return c.receive(message)
	}
}

func (c *Conn) receive(message []byte) error {
	if !utf8.Valid(message) {
		return errUTF8
	}
	c.recv.Receive(message)
	return nil
}

// closed answers the peer's close frame with the same code (RFC 6455, section
// 5.5.1).
func (c *Conn) closed(payload []byte) error {
	code := Code(0)
	if len(payload) > 0 {
		status, text := ws.ParseCloseFrameData(payload)
		if ws.CheckCloseFrameData(status, text) != nil || !utf8.ValidString(text) {
			return errClose
		}
		code = Code(status)
	}
	c.finish(code, "", nil)
	return nil
}
