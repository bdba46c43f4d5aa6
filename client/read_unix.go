//go:build unix

package client

import (
	"io"
	"syscall"
)

// readsRaw says that sockets can be waited for without a buffer.
const readsRaw = true

// read waits until something has come and reads what is there. It takes a
// buffer only when there is something to read, so that an idle connection
// holds none.
func (c *Conn) read() error {
	if c.raw == nil {
		return c.readBlocking()
	}
	var n int
	var failed error
	err := c.raw.Read(func(fd uintptr) bool {
		c.in.ready()
		for {
			n, failed = syscall.Read(int(fd), c.in.buf[c.in.have:])
			if failed != syscall.EINTR {
				break
			}
		}
		if failed == syscall.EAGAIN {
			c.in.rest()
			return false
		}
		return true
	})
	switch {
	case err != nil:
		return err
	case failed != nil:
		return failed
	case n == 0:
		return io.EOF
	}
	c.in.have += n
	return nil
}
