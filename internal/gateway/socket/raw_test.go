package socket_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

// rawDial opens a connection up to the handshake, for tests that send what no
// client would.
func rawDial(t testing.TB, url string) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { _ = nc.Close() })
	_, err = io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(nc.SetReadDeadline(time.Now().Add(20*time.Second))))
	br := bufio.NewReader(nc)
	for {
		line, err := br.ReadString('\n')
		qt.Assert(t, qt.IsNil(err))
		if line == "\r\n" {
			return nc, br
		}
	}
}

// appendClient writes a masked frame with the given first byte.
func appendClient(b []byte, first byte, payload string) []byte {
	b = append(b, first)
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{1, 2, 3, 4}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

// readFrame reads a whole, unmasked frame.
func readFrame(t testing.TB, br *bufio.Reader) (op int, payload string) {
	t.Helper()
	head := make([]byte, 2)
	_, err := io.ReadFull(br, head)
	qt.Assert(t, qt.IsNil(err))
	n := int(head[1])
	if n == 126 {
		ext := make([]byte, 2)
		_, err = io.ReadFull(br, ext)
		n = int(binary.BigEndian.Uint16(ext))
	} else if n == 127 {
		ext := make([]byte, 8)
		_, err = io.ReadFull(br, ext)
		n = int(binary.BigEndian.Uint64(ext))
	}
	qt.Assert(t, qt.IsNil(err))
	b := make([]byte, n)
	_, err = io.ReadFull(br, b)
	qt.Assert(t, qt.IsNil(err))
	return int(head[0] & 0x0f), string(b)
}
