package gateway

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"

	"madang/internal/wire"
)

// A scanner walks over JSON text that is known to be UTF-8, without making
// values of it: enough to find the parts of a call, and to read the plain
// values of the hot ones. It is exact about strings and lenient about the
// inside of values that it skips; those are decoded by encoding/json, if at all.
type scanner struct {
	b []byte
	i int
}

// space skips white space and gives the byte after it, 0 at the end.
func (s *scanner) space() byte {
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// eat skips white space and c, and reports whether c was there.
func (s *scanner) eat(c byte) bool {
	if s.space() != c {
		return false
	}
	s.i++
	return true
}

// str reads a string and gives what is between its quotes. escaped says that
// it has escape sequences.
func (s *scanner) str() (raw []byte, escaped, ok bool) {
	if !s.eat('"') {
		return nil, false, false
	}
	start := s.i
	for {
		s.i += plainPrefix(s.b[s.i:])
		if s.i >= len(s.b) {
			return nil, false, false
		}
		switch s.b[s.i] {
		case '"':
			raw = s.b[start:s.i]
			s.i++
			return raw, escaped, true
		case '\\':
			escaped = true
			s.i += 2
			if s.i > len(s.b) {
				return nil, false, false
			}
		default:
			return nil, false, false // a control character
		}
	}
}

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plainPrefix is how many bytes of b, from its start, are neither a quote nor a
// backslash nor a control character. It looks at eight bytes at a time.
func plainPrefix(b []byte) int {
	i := 0
	for ; len(b)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		quote := x ^ lows*'"'
		slash := x ^ lows*'\\'
		// The high bit of a byte below is set where the byte is the one looked
		// for; it may also be set above the first such byte, never below it.
		hit := (x-lows*0x20)&^x | (quote-lows)&^quote | (slash-lows)&^slash
		if hit &= highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c < 0x20 || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// value skips a value and gives its text. Arrays and objects may nest depth
// deep.
func (s *scanner) value(depth int) (raw []byte, ok bool) {
	c := s.space()
	start := s.i
	switch c {
	case 0:
		return nil, false
	case '"':
		_, _, ok = s.str()
	case '{', '[':
		ok = s.nested(depth)
	default:
		ok = s.scalar()
	}
	return s.b[start:s.i], ok
}

// scalar skips a number, true, false or null.
func (s *scanner) scalar() bool {
	start := s.i
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z', c == '-', c == '+', c == '.', c == 'E':
		default:
			return s.i > start
		}
	}
	return s.i > start
}

// nested skips an array or object by counting brackets.
func (s *scanner) nested(depth int) bool {
	open := 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '{', '[':
			if open++; open > depth {
				return false
			}
			s.i++
		case '}', ']':
			s.i++
			if open--; open == 0 {
				return true
			}
		case '"':
			if _, _, ok := s.str(); !ok {
				return false
			}
		default:
			s.i++
		}
	}
	return false
}

// fields calls f with the key of each field of an object; f takes the value.
// Keys with escape sequences are given as they are written.
func (s *scanner) fields(f func(key []byte) bool) bool {
	if !s.eat('{') {
		return false
	}
	if s.eat('}') {
		return true
	}
	for {
		key, _, ok := s.str()
		if !ok || !s.eat(':') || !f(key) {
			return false
		}
		if s.eat('}') {
			return true
		}
		if !s.eat(',') {
			return false
		}
	}
}

// text reads a string into one of its own.
func (s *scanner) text() (string, bool) {
	raw, escaped, ok := s.str()
	if !ok || !escaped {
		return string(raw), ok
	}
	return unescape(raw)
}

// id reads a string that is a UUID.
func (s *scanner) id() (id wire.ID, ok bool) {
	raw, escaped, ok := s.str()
	if !ok || escaped || len(raw) != 36 {
		return id, false
	}
	return id, id.UnmarshalText(raw) == nil
}

// uint reads a whole number.
func (s *scanner) uint() (n uint64, ok bool) {
	s.space()
	start := s.i
	for ; s.i < len(s.b) && '0' <= s.b[s.i] && s.b[s.i] <= '9'; s.i++ {
		if s.i-start >= 18 {
			return 0, false // may not fit; let encoding/json see to it
		}
		n = n*10 + uint64(s.b[s.i]-'0')
	}
	if s.i == start || s.b[start] == '0' && s.i > start+1 {
		return 0, false
	}
	// A fraction or exponent, which follows here, is not for us.
	return n, s.i == len(s.b) || s.b[s.i] == ',' || s.b[s.i] == '}' || s.b[s.i] <= ' '
}

// unescape resolves the escape sequences of a string (RFC 8259, section 7).
func unescape(raw []byte) (string, bool) {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		n := plainPrefix(raw[i:])
		out = append(out, raw[i:i+n]...)
		if i += n; i+1 >= len(raw) {
			return string(out), i == len(raw)
		}
		c := raw[i+1]
		i += 2
		switch c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, ok := hex4(raw[i:])
			if !ok {
				return "", false
			}
			i += 4
			if utf16.IsSurrogate(r) {
				r, i = surrogate(r, raw, i)
			}
			out = utf8.AppendRune(out, r)
		default:
			return "", false
		}
	}
	return string(out), true
}

// surrogate joins the halves of a character beyond U+FFFF. A half alone becomes
// U+FFFD, as in encoding/json.
func surrogate(high rune, raw []byte, i int) (rune, int) {
	if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
		if low, ok := hex4(raw[i+2:]); ok {
			if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
				return r, i + 6
			}
		}
	}
	return utf8.RuneError, i
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// isValid reports whether b is one JSON value.
func isValid(b []byte) bool { return json.Valid(b) }
