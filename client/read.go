package client

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/gobwas/ws"
)

// readBuffer is the size of the pooled buffers that hold what a socket has.
// They are large because what the server gathered should come in with one read.
const readBuffer = 32 << 10

var readBuffers = sync.Pool{New: func() any { b := make([]byte, readBuffer); return &b }}

// input is what came in and is not handled yet. It belongs to the goroutine in
// Serve.
type input struct {
	buf    []byte  // nil while nothing is held
	pooled *[]byte // what buf is, when it came from the pool
	have   int     // bytes of buf
	need   int     // size of the frame that have is the beginning of, when known
	parts  []byte  // the fragments so far of a fragmented message
	inPart bool
}

// take begins with bytes that were read elsewhere.
func (in *input) take(b []byte) {
	in.ready()
	in.grow(len(b))
	in.have = copy(in.buf, b)
}

// ready makes sure that there is room to read into.
func (in *input) ready() {
	if in.buf == nil {
		in.pooled = readBuffers.Get().(*[]byte)
		in.buf = *in.pooled
	}
	in.grow(in.need)
}

func (in *input) grow(size int) {
	if size <= len(in.buf) {
		return
	}
	b := make([]byte, size)
	copy(b, in.buf[:in.have])
	have := in.have
	in.drop()
	in.buf, in.have = b, have
}

// rest gives the buffer back when it holds nothing.
func (in *input) rest() {
	if in.have == 0 && in.buf != nil {
		in.drop()
	}
}

func (in *input) drop() {
	if in.pooled != nil {
		readBuffers.Put(in.pooled)
	}
	in.buf, in.pooled, in.have, in.need = nil, nil, 0, 0
}

// handle calls f for every whole message that is held and keeps the rest.
func (in *input) handle(c *Conn, f func([]byte) error) error {
	at := 0
	for in.need = 0; at < in.have; {
		op, fin, payload, size, err := parseFrame(in.buf[at:in.have], c.max)
		if err != nil {
			return err
		}
		if payload == nil {
			in.need = size
			break
		}
		at += size
		if err := in.frame(c, op, fin, payload, f); err != nil {
			return err
		}
	}
	if at > 0 {
		in.have = copy(in.buf, in.buf[at:in.have])
	}
	in.rest()
	return nil
}

func (in *input) frame(c *Conn, op ws.OpCode, fin bool, payload []byte, f func([]byte) error) error {
	switch {
	case op == ws.OpText && fin && !in.inPart:
		return f(payload)
	case op == ws.OpText && !in.inPart, op == ws.OpContinuation && in.inPart:
		if len(in.parts)+len(payload) > c.max {
			return fmt.Errorf("%w: message of more than %d bytes", errProtocol, c.max)
		}
		in.parts = append(in.parts, payload...)
		if in.inPart = !fin; in.inPart {
			return nil
		}
		whole := in.parts
		in.parts = nil
		return f(whole)
	case op == ws.OpPing:
		c.mu.Lock()
		c.out.control(ws.OpPong, payload)
		c.mu.Unlock()
		return nil // leaves with the flush that follows
	case op == ws.OpPong:
		return nil
	case op == ws.OpClose:
		code, reason := ws.ParseCloseFrameData(payload)
		if code == 0 {
			code = ws.StatusNoStatusRcvd
		}
		_ = c.Close(1000, "") // the answer that RFC 6455 asks for
		return &CloseError{Code: int(code), Reason: reason}
	}
	return fmt.Errorf("%w: frame of opcode %d", errProtocol, op)
}

// parseFrame reads the frame that b begins with: the part of RFC 6455, section
// 5.2, that a server may send, without masks and extensions. Without the whole
// frame the payload is nil, and size is how many bytes it has when its head is
// there, else 0.
func parseFrame(b []byte, most int) (op ws.OpCode, fin bool, payload []byte, size int, err error) {
	if len(b) < 2 {
		return 0, false, nil, 0, nil
	}
	op, fin = ws.OpCode(b[0]&0x0f), b[0]&0x80 != 0
	if b[0]&0x70 != 0 || b[1]&0x80 != 0 {
		return 0, false, nil, 0, fmt.Errorf("%w: frame of a client or with an extension", errProtocol)
	}
	head, length := 2, uint64(b[1])
	switch length {
	case 126:
		if head = 4; len(b) < head {
			return 0, false, nil, 0, nil
		}
		length = uint64(binary.BigEndian.Uint16(b[2:]))
	case 127:
		if head = 10; len(b) < head {
			return 0, false, nil, 0, nil
		}
		length = binary.BigEndian.Uint64(b[2:])
	}
	if length > uint64(most) {
		return 0, false, nil, 0, fmt.Errorf("%w: frame of %d bytes, more than %d", errProtocol, length, most)
	}
	if op.IsControl() && (length > ws.MaxControlFramePayloadSize || !fin) {
		return 0, false, nil, 0, fmt.Errorf("%w: control frame too long or in parts", errProtocol)
	}
	if size = head + int(length); len(b) < size {
		return 0, false, nil, size, nil
	}
	return op, fin, b[head:size:size], size, nil
}

// readBlocking reads from a connection that has to be given a buffer to wait
// with.
func (c *Conn) readBlocking() error {
	c.in.ready()
	n, err := c.nc.Read(c.in.buf[c.in.have:])
	c.in.have += n
	if n > 0 {
		return nil // an error shows again at the next read
	}
	return err
}
