package wire

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendJSON writes the content in its canonical form: the bytes that
// encoding/json makes of it without escaping for HTML. Equal contents give
// equal bytes. Numbers must be finite, see [Content.Check].
func (c *Content) AppendJSON(b []byte) []byte {
	b = append(b, `{"type":`...)
	b = AppendString(b, string(c.Type))
	if c.Text != "" {
		b = append(b, `,"text":`...)
		b = AppendString(b, c.Text)
	}
	if len(c.Photos) > 0 {
		b = append(b, `,"photos":`...)
		b = appendList(b, c.Photos, (*Photo).append)
	}
	if c.Video != nil {
		b = append(b, `,"video":`...)
		b = c.Video.append(b)
	}
	if c.Voice != nil {
		b = append(b, `,"voice":`...)
		b = c.Voice.append(b)
	}
	if c.File != nil {
		b = append(b, `,"file":`...)
		b = c.File.append(b)
	}
	if c.Contact != nil {
		b = append(b, `,"contact":`...)
		b = c.Contact.append(b)
	}
	if c.Place != nil {
		b = append(b, `,"place":`...)
		b = c.Place.append(b)
	}
	if c.Emoticon != nil {
		b = append(b, `,"emoticon":{"pack":`...)
		b = AppendString(b, c.Emoticon.Pack)
		b = append(b, `,"id":`...)
		b = AppendString(b, c.Emoticon.ID)
		b = append(b, '}')
	}
	if c.Card != nil {
		b = append(b, `,"card":`...)
		b = c.Card.append(b)
	}
	if c.ReplyTo != 0 {
		b = append(b, `,"reply_to":`...)
		b = strconv.AppendUint(b, c.ReplyTo, 10)
	}
	if len(c.Mentions) > 0 {
		b = append(b, `,"mentions":`...)
		b = appendList(b, c.Mentions, (*Mention).append)
	}
	if c.Forwarded {
		b = append(b, `,"forwarded":true`...)
	}
	return append(b, '}')
}

func appendList[T any](b []byte, list []T, one func(*T, []byte) []byte) []byte {
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(&list[i], b)
	}
	return append(b, ']')
}

func appendSomeID(b []byte, name string, id ID) []byte {
	if id.IsZero() {
		return b
	}
	b = append(b, name...)
	b = append(b, '"')
	b = id.Append(b)
	return append(b, '"')
}

// AppendID writes the id as a JSON string.
func AppendID(b []byte, id ID) []byte {
	b = append(b, '"')
	b = id.Append(b)
	return append(b, '"')
}

func appendInt(b []byte, name string, n int64) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(append(b, name...), n, 10)
}

func appendText(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	return AppendString(append(b, name...), s)
}

func (p *Photo) append(b []byte) []byte {
	b = AppendID(append(b, `{"media_id":`...), p.MediaID)
	b = appendInt(b, `,"width":`, int64(p.Width))
	b = appendInt(b, `,"height":`, int64(p.Height))
	b = appendText(b, `,"blur":`, p.Blur)
	return append(b, '}')
}

func (v *Video) append(b []byte) []byte {
	b = AppendID(append(b, `{"media_id":`...), v.MediaID)
	b = appendSomeID(b, `,"poster_id":`, v.PosterID)
	b = appendInt(b, `,"width":`, int64(v.Width))
	b = appendInt(b, `,"height":`, int64(v.Height))
	b = appendInt(b, `,"duration_ms":`, v.DurationMs)
	return append(b, '}')
}

func (v *Voice) append(b []byte) []byte {
	b = AppendID(append(b, `{"media_id":`...), v.MediaID)
	b = appendInt(b, `,"duration_ms":`, v.DurationMs)
	if len(v.Waveform) > 0 {
		b = append(b, `,"waveform":`...)
		b = appendList(b, v.Waveform, func(n *int, b []byte) []byte { return strconv.AppendInt(b, int64(*n), 10) })
	}
	return append(b, '}')
}

func (f *File) append(b []byte) []byte {
	b = AppendID(append(b, `{"media_id":`...), f.MediaID)
	b = AppendString(append(b, `,"name":`...), f.Name)
	b = appendInt(b, `,"size":`, f.Size)
	b = appendText(b, `,"mime":`, f.Mime)
	return append(b, '}')
}

func (c *Contact) append(b []byte) []byte {
	b = AppendString(append(b, `{"name":`...), c.Name)
	b = appendSomeID(b, `,"user_id":`, c.UserID)
	b = appendText(b, `,"phone":`, c.Phone)
	return append(b, '}')
}

func (p *Place) append(b []byte) []byte {
	b = appendFloat(append(b, `{"latitude":`...), p.Latitude)
	b = appendFloat(append(b, `,"longitude":`...), p.Longitude)
	b = appendText(b, `,"name":`, p.Name)
	b = appendText(b, `,"address":`, p.Address)
	return append(b, '}')
}

func (c *Card) append(b []byte) []byte {
	b = AppendString(append(b, `{"title":`...), c.Title)
	b = appendText(b, `,"description":`, c.Description)
	b = appendSomeID(b, `,"image_id":`, c.ImageID)
	b = appendText(b, `,"url":`, c.URL)
	if len(c.Buttons) > 0 {
		b = append(b, `,"buttons":`...)
		b = appendList(b, c.Buttons, func(btn *Button, b []byte) []byte {
			b = AppendString(append(b, `{"title":`...), btn.Title)
			b = AppendString(append(b, `,"url":`...), btn.URL)
			return append(b, '}')
		})
	}
	return append(b, '}')
}

func (m *Mention) append(b []byte) []byte {
	b = AppendID(append(b, `{"user_id":`...), m.UserID)
	b = strconv.AppendInt(append(b, `,"offset":`...), int64(m.Offset), 10)
	b = strconv.AppendInt(append(b, `,"length":`...), int64(m.Length), 10)
	return append(b, '}')
}

// appendFloat writes f as encoding/json does: shortest, with an exponent only
// for very small and very large numbers (ECMA-262, Number::toString).
func appendFloat(b []byte, f float64) []byte {
	abs := math.Abs(f)
	if abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		b = strconv.AppendFloat(b, f, 'e', -1, 64)
		// e-09 is written e-9.
		if n := len(b); n >= 4 && b[n-4] == 'e' && (b[n-3] == '-' || b[n-3] == '+') && b[n-2] == '0' {
			b[n-2] = b[n-1]
			b = b[:n-1]
		}
		return b
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// plain marks the ASCII characters that stand for themselves in a JSON string.
var plain = func() (t [utf8.RuneSelf]bool) {
	for c := range t {
		t[c] = c >= 0x20 && c != '"' && c != '\\'
	}
	return t
}()

// AppendString writes s as a JSON string, the way encoding/json does without
// escaping for HTML. Bytes that are not UTF-8 become U+FFFD.
func AppendString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if plain[c] {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
			}
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, s[start:i]...)
			b = append(b, `\ufffd`...)
			i++
			start = i
			continue
		}
		// U+2028 and U+2029 end a line in JavaScript and are written escaped.
		if r == '\u2028' || r == '\u2029' {
			b = append(b, s[start:i]...)
			b = append(b, `\u202`...)
			b = append(b, digits[r&15])
			i += n
			start = i
			continue
		}
		i += n
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
