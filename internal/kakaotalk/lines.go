package kakaotalk

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// line is a line of the file, or one piece of a line above MaxLineBytes.
type line struct {
	no     int
	text   string // without its line break
	cont   bool   // goes on where the piece before ended
	more   bool   // the line goes on in the next piece
	soft   bool   // the line before ended with a bare LF
	broken bool   // had bytes that no text has
}

// lineReader cuts a file into lines. A line ends with LF or CR LF; a lone CR is
// part of its line.
type lineReader struct {
	r     *bufio.Reader
	carry []byte // what a piece must not end with: half a character, a CR
	no    int
	cont  bool
	soft  bool
}

// decode gives the text behind a byte order mark (UTF-8, UTF-16 in both
// orders), without the mark. Without one the bytes are taken as UTF-8.
func decode(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, MaxLineBytes)}
}

// next gives the next line or piece. After the last it returns io.EOF.
func (lr *lineReader) next() (line, error) {
	buf, err := lr.r.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return line{}, err
	}
	if len(buf) == 0 && len(lr.carry) == 0 {
		return line{}, io.EOF // nothing after the last line break
	}
	b := buf
	if len(lr.carry) > 0 {
		b = append(lr.carry, buf...)
	}
	l := line{cont: lr.cont, soft: lr.soft}
	if !lr.cont {
		lr.no++
	}
	l.no = lr.no
	lr.carry, lr.cont = nil, false
	if errors.Is(err, bufio.ErrBufferFull) {
		l.more, lr.cont = true, true
		cut := len(b) - unfinished(b)
		lr.carry = append(lr.carry, b[cut:]...)
		b = b[:cut]
	} else {
		n := len(b)
		b = trimByte(b, '\n')
		if len(b) < n {
			n = len(b)
			b = trimByte(b, '\r')
			lr.soft = len(b) == n
		}
	}
	l.text = string(b)
	if !utf8.ValidString(l.text) || strings.IndexByte(l.text, 0) >= 0 {
		l.broken = true
		l.text = strings.ReplaceAll(strings.ToValidUTF8(l.text, "\uFFFD"), "\x00", "\uFFFD")
	}
	return l, nil
}

// unfinished is the number of bytes at the end of b that may belong to what
// follows.
func unfinished(b []byte) int {
	if len(b) > 0 && b[len(b)-1] == '\r' {
		return 1
	}
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if tail := b[len(b)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return i
			}
			break
		}
	}
	return 0
}

func trimByte(b []byte, c byte) []byte {
	if n := len(b); n > 0 && b[n-1] == c {
		return b[:n-1]
	}
	return b
}

// trim removes spaces of every kind, and the invisible characters that old
// clients put around texts.
func trim(s string) string { return strings.TrimFunc(s, isSpace) }

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\u00a0', '\u2009', '\u202f', '\u3000', '\u200b', '\u200e', '\u200f', '\ufeff':
		return true
	}
	return false
}
