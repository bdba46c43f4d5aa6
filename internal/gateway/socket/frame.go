package socket

import (
	"encoding/binary"

	"github.com/gobwas/ws"
)

// Every frame (RFC 6455, section 5.2) begins with
//
//	byte 0       FIN 1 bit, RSV 3 bits, opcode 4 bits
//	byte 1       MASK 1 bit, length 7 bits: 0 to 125, or
//	             126: two bytes of length follow, or
//	             127: eight bytes of length follow
//	4 bytes      the mask, in frames from a client
const maxHeader = 14

var (
	errMask     = &closing{CodeProtocol, "frames from a client are masked"}
	errReserved = &closing{CodeProtocol, "reserved bits or opcodes are in use"}
	errControl  = &closing{CodeProtocol, "control frames are whole and at most 125 bytes long"}
	errFragment = &closing{CodeProtocol, "fragments are out of order"}
	errBinary   = &closing{CodeBadFrame, "only text frames are understood"}
	errTooBig   = &closing{CodeTooBig, "the message is too large"}
	errUTF8     = &closing{CodeInvalidUTF8, "the text is not UTF-8"}
	errClose    = &closing{CodeProtocol, "the close frame is malformed"}
)

// parseHeader reads the header of a client's frame at the start of b. n is its
// length, 0 when b holds only a part of it. It checks all that a header alone
// can be wrong in.
func parseHeader(b []byte, limit int) (h ws.Header, n int, err error) {
	if len(b) < 2 {
		return h, 0, nil
	}
	h.Fin = b[0]&0x80 != 0
	h.Rsv = b[0] & 0x70 >> 4
	h.OpCode = ws.OpCode(b[0] & 0x0f)
	h.Masked = b[1]&0x80 != 0
	h.Length = int64(b[1] & 0x7f)
	n = 2
	switch {
	case !h.Masked:
		return h, 0, errMask
	case h.Rsv != 0 || h.OpCode.IsReserved():
		return h, 0, errReserved
	case h.OpCode.IsControl() && (!h.Fin || h.Length > ws.MaxControlFramePayloadSize):
		return h, 0, errControl
	case h.OpCode == ws.OpBinary:
		return h, 0, errBinary
	}
	switch h.Length {
	case 126:
		n = 4
		if len(b) >= n {
			h.Length = int64(binary.BigEndian.Uint16(b[2:]))
		}
	case 127:
		n = 10
		if len(b) >= n {
			size := binary.BigEndian.Uint64(b[2:])
			if size > uint64(limit) {
				return h, 0, errTooBig
			}
			h.Length = int64(size)
		}
	}
	if len(b) < n+4 {
		return h, 0, nil
	}
	if h.Length > int64(limit) {
		return h, 0, errTooBig
	}
	copy(h.Mask[:], b[n:])
	return h, n + 4, nil
}

// appendHeader writes the header of a whole, unmasked frame of ours.
func appendHeader(b []byte, op ws.OpCode, length int) []byte {
	b = append(b, 0x80|byte(op))
	switch {
	case length < 126:
		return append(b, byte(length))
	case length <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, 126), uint16(length))
	default:
		return binary.BigEndian.AppendUint64(append(b, 127), uint64(length))
	}
}

// appendClose writes a close frame. A code of 0 is one without a reason, which
// answers a peer's own close frame of that form.
func appendClose(b []byte, code Code, reason string) []byte {
	if code == 0 {
		return appendHeader(b, ws.OpClose, 0)
	}
	b = appendHeader(b, ws.OpClose, 2+len(reason))
	b = binary.BigEndian.AppendUint16(b, uint16(code))
	return append(b, reason...)
}
