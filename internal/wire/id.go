package wire

import (
	"encoding/hex"
	"errors"
)

// ID is a 128-bit identity of a user, device, room or message send, written as
// a UUID (RFC 9562, section 4): 36 lower-case characters with hyphens. The zero
// ID means "none" and is left out of JSON.
type ID [16]byte

var errID = errors.New("not a UUID")

// ParseID reads the 36-character form, in upper or lower case.
func ParseID(s string) (ID, error) {
	var id ID
	return id, id.UnmarshalText([]byte(s))
}

// IsZero reports whether the id means "none".
func (id ID) IsZero() bool { return id == ID{} }

// Append writes the 36-character form to b.
func (id ID) Append(b []byte) []byte {
	b = hex.AppendEncode(b, id[:4])
	b = append(b, '-')
	b = hex.AppendEncode(b, id[4:6])
	b = append(b, '-')
	b = hex.AppendEncode(b, id[6:8])
	b = append(b, '-')
	b = hex.AppendEncode(b, id[8:10])
	b = append(b, '-')
	return hex.AppendEncode(b, id[10:])
}

// String is the 36-character form.
func (id ID) String() string { return string(id.Append(make([]byte, 0, 36))) }

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return id.Append(make([]byte, 0, 36)), nil }

// UnmarshalText implements encoding.TextUnmarshaler. An empty text gives the
// zero ID.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return errID
	}
	var out ID
	n := 0
	for i := 0; i < 36; {
		if b[i] == '-' {
			i++
			continue
		}
		hi, lo := nibble(b[i]), nibble(b[i+1])
		if hi > 15 || lo > 15 {
			return errID
		}
		out[n] = hi<<4 | lo
		n++
		i += 2
	}
	*id = out
	return nil
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}
