package socket

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"
	"unicode/utf8"
)

// collector is a receiver that checks what it gets.
type collector struct {
	t    *testing.T
	got  [][]byte
	conn Conn
}

func (c *collector) Receive(m []byte) {
	if !utf8.Valid(m) || len(m) > c.conn.limit() {
		c.t.Fatalf("received %d bytes, UTF-8: %v", len(m), utf8.Valid(m))
	}
	c.got = append(c.got, bytes.Clone(m))
}
func (c *collector) Drained() {}
func (c *collector) Closed()  {}

// feed gives b in pieces of at most n bytes to a connection, as reads would.
func feed(t *testing.T, b []byte, n int) (got [][]byte, code Code) {
	t.Helper()
	loop := &Loop{Limits: Limits{Bytes: 1 << 30, BytesBurst: 1 << 30, Frames: 1 << 20, FramesBurst: 1 << 20}}
	loop.init()
	a, peer := net.Pipe()
	defer a.Close()
	defer peer.Close()
	r := &collector{t: t}
	c := &r.conn
	c.loop, c.recv, c.nc = loop, r, a
	c.in.budget = budget{0, 1 << 30, 1 << 20}
	for len(b) > 0 {
		piece := bytes.Clone(b[:min(n, len(b))])
		b = b[len(piece):]
		c.handle(piece)
		if cap(c.in.partial) > 4*(c.limit()+maxHeader+readSize) || len(c.in.message) > c.limit() {
			t.Fatalf("holds %d and %d bytes", cap(c.in.partial), len(c.in.message))
		}
	}
	if c.last != nil {
		code = c.last.code
	}
	return r.got, code
}

// Whatever bytes come, in whatever pieces, the same messages come out of them,
// what is kept stays bounded, and nothing breaks.
func FuzzFrames(f *testing.F) {
	masked := func(first byte, length []byte, payload string) []byte {
		b := append([]byte{first}, length...)
		b = append(b, 0, 0, 0, 0)
		return append(b, payload...)
	}
	f.Add(masked(0x81, []byte{0x80 | 2}, "{}"), uint16(1))
	f.Add(append(masked(0x01, []byte{0x80 | 1}, "["), masked(0x80, []byte{0x80 | 1}, "]")...), uint16(3))
	f.Add(append(masked(0x89, []byte{0x80 | 4}, "ping"), masked(0x88, []byte{0x80 | 2}, "\x03\xe8")...), uint16(7))
	f.Add(masked(0x81, binary.BigEndian.AppendUint16([]byte{0x80 | 126}, 200), string(bytes.Repeat([]byte("a"), 200))), uint16(50))
	f.Add(masked(0x81, binary.BigEndian.AppendUint64([]byte{0x80 | 127}, 1<<62), "x"), uint16(2))
	f.Add([]byte{0x81, 0x01, 'a'}, uint16(9))
	f.Add(masked(0x82, []byte{0x80}, ""), uint16(9))
	f.Fuzz(func(t *testing.T, b []byte, n uint16) {
		whole, code := feed(t, b, len(b)+1)
		parts, partsCode := feed(t, b, int(n%4096)+1)
		if code != partsCode || len(whole) != len(parts) {
			t.Fatalf("%d messages and code %d as a whole, %d and %d in pieces", len(whole), code, len(parts), partsCode)
		}
		for i := range whole {
			if !bytes.Equal(whole[i], parts[i]) {
				t.Fatalf("message %d: %q as a whole, %q in pieces", i, whole[i], parts[i])
			}
		}
	})
}
