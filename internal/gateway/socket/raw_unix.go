//go:build unix

package socket

import (
	"syscall"
)

// rawReader reads from a descriptor when it has bytes, and borrows the buffer
// only then.
type rawReader struct {
	buf *[readSize]byte
	n   int
	err error
}

func (r *rawReader) ready(fd uintptr) bool {
	buf := buffers.Get().(*[readSize]byte)
	for {
		n, err := syscall.Read(int(fd), buf[:])
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			buffers.Put(buf)
			return false
		}
		r.buf, r.n, r.err = buf, n, err
		return true
	}
}

// readRaw waits for the descriptor and returns at the end of the connection.
func (c *Conn) readRaw() {
	r := new(rawReader)
	ready := r.ready
	for {
		if c.raw.Read(ready) != nil {
			return // closed by ourselves
		}
		if r.err == nil && r.n > 0 {
			c.handle(r.buf[:r.n])
		}
		buffers.Put(r.buf)
		r.buf = nil // else a waiting reader would keep it from the collector
		if r.err != nil || r.n <= 0 {
			return
		}
	}
}

// rawWriter writes to a descriptor without waiting.
type rawWriter struct {
	b    []byte
	n    int
	err  error
	once func(fd uintptr) bool // w.write, made once
}

func (w *rawWriter) write(fd uintptr) bool {
	for {
		n, err := syscall.Write(int(fd), w.b)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			n, err = 0, nil
		}
		w.n, w.err = n, err
		return true
	}
}

// try writes as much of b as the kernel takes now. It takes nothing from
// connections that only a drainer can write to.
func (w *rawWriter) try(c *Conn, b []byte) (int, error) {
	if c.raw == nil {
		return 0, nil
	}
	if w.once == nil {
		w.once = w.write
	}
	w.b = b
	err := c.raw.Write(w.once)
	w.b = nil
	if err != nil {
		return 0, err
	}
	return w.n, w.err
}
