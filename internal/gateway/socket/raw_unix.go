//go:build unix

package socket

import (
	"net"
	"syscall"
)

// rawOf gives access to the descriptor of a plain TCP connection, nil for others.
func rawOf(nc net.Conn) syscall.RawConn {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// readReady reads from the descriptor when it has bytes, and borrows the buffer
// only then. What it read is nothing when the connection has ended.
func (c *Conn) readReady(fd uintptr) bool {
	buf := buffers.Get().(*[readSize]byte)
	for {
		n, err := syscall.Read(int(fd), buf[:])
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			buffers.Put(buf)
			return false
		case n <= 0:
			buffers.Put(buf)
			c.readN = 0
			return true
		}
		c.read, c.readN = buf, n
		return true
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
