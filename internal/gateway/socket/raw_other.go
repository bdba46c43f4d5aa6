//go:build !unix

package socket

import (
	"net"
	"syscall"
)

// rawOf gives nothing: all connections are read from in readPlain.
func rawOf(net.Conn) syscall.RawConn { return nil }

// readReady is not used without a raw connection.
func (c *Conn) readReady(uintptr) bool { return true }

type rawWriter struct{}

// try leaves all writing to drainers.
func (w *rawWriter) try(*Conn, []byte) (int, error) { return 0, nil }
