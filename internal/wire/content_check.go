package wire

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Rule names the group of rules that a content breaks, for callers that answer
// each with a code of its own.
type Rule uint8

// The groups of rules.
const (
	RuleContent  Rule = iota // the shape of a type, or its fields
	RuleTooLong              // more text than MaxTextGraphemes or MaxTextBytes
	RuleEmpty                // a text message without a text
	RuleMentions             // a mention outside the text, or one too many
)

// Breach is a rule of a content that is broken. It is safe to show.
type Breach struct {
	Rule   Rule
	Field  string // as the sender wrote it: "photos[3].media_id"
	Detail string // one sentence
}

// Error gives field and sentence.
func (b *Breach) Error() string { return b.Field + ": " + b.Detail }

func breach(field, format string, args ...any) *Breach {
	return &Breach{Field: field, Detail: fmt.Sprintf(format, args...)}
}

// The bounds of single fields.
const (
	maxSide       = 100_000             // pixels of a picture or film
	maxDurationMs = 24 * 60 * 60 * 1000 // of films and recordings
	maxFileSize   = 1 << 40
	maxURLBytes   = 2048
	maxWaveform   = 64
	maxButtons    = 5
)

// Check tells which rule the content breaks, nil for none. What needs more than
// the content itself is not checked: whether media exist, whether mentioned
// people are members, whether the message replied to is there.
func (c *Content) Check() *Breach {
	if b := c.checkShape(); b != nil {
		return b
	}
	if b := c.checkText(); b != nil {
		return b
	}
	switch c.Type {
	case TypePhoto:
		return checkPhotos(c.Photos)
	case TypeVideo:
		return c.Video.check()
	case TypeVoice:
		return c.Voice.check()
	case TypeFile:
		return c.File.check()
	case TypeContact:
		return c.Contact.check()
	case TypePlace:
		return c.Place.check()
	case TypeEmoticon:
		return c.Emoticon.check()
	case TypeCard:
		return c.Card.check()
	}
	return nil
}

// checkShape checks that the object of the type is there and no other.
func (c *Content) checkShape() *Breach {
	parts := [...]struct {
		typ   Type
		field string
		has   bool
	}{
		{TypePhoto, "photos", c.Photos != nil},
		{TypeVideo, "video", c.Video != nil},
		{TypeVoice, "voice", c.Voice != nil},
		{TypeFile, "file", c.File != nil},
		{TypeContact, "contact", c.Contact != nil},
		{TypePlace, "place", c.Place != nil},
		{TypeEmoticon, "emoticon", c.Emoticon != nil},
		{TypeCard, "card", c.Card != nil},
	}
	known := c.Type == TypeText
	for i := range parts {
		p := &parts[i]
		switch {
		case p.typ == c.Type && !p.has:
			return breach(p.field, "A message of type %q needs it.", string(c.Type))
		case p.typ != c.Type && p.has:
			return breach(p.field, "Only a message of type %q has it.", string(p.typ))
		}
		known = known || p.typ == c.Type
	}
	if !known {
		return breach("type", "There is no message type of this name.")
	}
	return nil
}

func (c *Content) checkText() *Breach {
	switch c.Type {
	case TypeText:
		if strings.TrimSpace(c.Text) == "" {
			return &Breach{RuleEmpty, "text", "A text message needs a text."}
		}
	case TypePhoto, TypeVideo, TypeFile:
	default:
		if c.Text != "" {
			return breach("text", "A message of type %q has no text.", string(c.Type))
		}
	}
	return CheckText(c.Text, c.Mentions)
}

// CheckText checks the text of a message or its caption, empty or not, and the
// mentions in it.
func CheckText(text string, mentions []Mention) *Breach {
	if len(text) > MaxTextBytes || TooManyGraphemes(text, MaxTextGraphemes) {
		return &Breach{RuleTooLong, "text", "A text has at most 10,000 characters."}
	}
	if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
		return breach("text", "A text is valid UTF-8 without NUL.")
	}
	return checkMentions(text, mentions)
}

// checkMentions walks text and mentions side by side, counting UTF-16 units.
func checkMentions(text string, mentions []Mention) *Breach {
	if len(mentions) == 0 {
		return nil
	}
	if len(mentions) > MaxMentions {
		return &Breach{RuleMentions, "mentions", fmt.Sprintf("A message mentions at most %d people.", MaxMentions)}
	}
	bad := func(i int, detail string) *Breach {
		return &Breach{RuleMentions, fmt.Sprintf("mentions[%d]", i), detail}
	}
	unit, rest := 0, text
	// advance moves to a number of units; it fails past the end and inside a
	// character of two units.
	advance := func(to int) bool {
		for unit < to && rest != "" {
			r, n := utf8.DecodeRuneInString(rest)
			rest = rest[n:]
			unit++
			if r > 0xffff {
				unit++
			}
		}
		return unit == to
	}
	for i, m := range mentions {
		switch {
		case m.UserID.IsZero():
			return bad(i, "A mention names a user_id.")
		case m.Offset < unit:
			return bad(i, "Mentions are in order of offset and do not overlap.")
		case m.Length < 1 || m.Length > 2*MaxTextBytes || m.Offset > 2*MaxTextBytes:
			return bad(i, "A mention lies inside the text.")
		case !advance(m.Offset) || !advance(m.Offset+m.Length):
			return bad(i, "A mention lies inside the text and does not split a character.")
		}
	}
	return nil
}

func checkPhotos(photos []Photo) *Breach {
	if len(photos) < 1 || len(photos) > MaxPhotos {
		return breach("photos", "A photo message has 1 to %d photos.", MaxPhotos)
	}
	for i := range photos {
		p := &photos[i]
		field := func(name string) string { return fmt.Sprintf("photos[%d].%s", i, name) }
		switch {
		case p.MediaID.IsZero():
			return breach(field("media_id"), "A photo names its file.")
		case !between(p.Width, 0, maxSide) || !between(p.Height, 0, maxSide):
			return breach(field("width"), "Width and height are 0 to %d pixels.", maxSide)
		case !isLine(p.Blur, 0, 100):
			return breach(field("blur"), "The placeholder has at most 100 characters.")
		}
	}
	return nil
}

func (v *Video) check() *Breach {
	switch {
	case v.MediaID.IsZero():
		return breach("video.media_id", "A video names its file.")
	case !between(v.Width, 0, maxSide) || !between(v.Height, 0, maxSide):
		return breach("video.width", "Width and height are 0 to %d pixels.", maxSide)
	case !between(v.DurationMs, 0, maxDurationMs):
		return breach("video.duration_ms", "A video lasts at most 24 hours.")
	}
	return nil
}

func (v *Voice) check() *Breach {
	switch {
	case v.MediaID.IsZero():
		return breach("voice.media_id", "A recording names its file.")
	case !between(v.DurationMs, 0, maxDurationMs):
		return breach("voice.duration_ms", "A recording lasts at most 24 hours.")
	case len(v.Waveform) > maxWaveform:
		return breach("voice.waveform", "A waveform has at most %d values.", maxWaveform)
	}
	for i, w := range v.Waveform {
		if !between(w, 0, 255) {
			return breach(fmt.Sprintf("voice.waveform[%d]", i), "A value of a waveform is 0 to 255.")
		}
	}
	return nil
}

func (f *File) check() *Breach {
	switch {
	case f.MediaID.IsZero():
		return breach("file.media_id", "A file message names its file.")
	case !isLine(f.Name, 1, 255) || strings.ContainsAny(f.Name, `/\`) || f.Name == "." || f.Name == "..":
		return breach("file.name", "A file name has 1 to 255 characters and no path.")
	case !between(f.Size, 0, maxFileSize):
		return breach("file.size", "The size is 0 or the number of bytes.")
	case !isLine(f.Mime, 0, 100):
		return breach("file.mime", "A media type has at most 100 characters.")
	}
	return nil
}

func (c *Contact) check() *Breach {
	switch {
	case !isLine(c.Name, 1, 100):
		return breach("contact.name", "A contact's name has 1 to 100 characters.")
	case c.UserID.IsZero() && c.Phone == "":
		return breach("contact", "A contact has a user_id or a phone number.")
	case c.Phone != "" && !isE164(c.Phone):
		return breach("contact.phone", "Write the phone number with its country code, as in +821012345678.")
	}
	return nil
}

// isE164 reports whether s has the form of ITU-T E.164: + and 7 to 15 digits,
// the first not 0.
func isE164(s string) bool {
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || s[1] == '0' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}

func (p *Place) check() *Breach {
	switch {
	case !(math.Abs(p.Latitude) <= 90):
		return breach("place.latitude", "A latitude is -90 to 90.")
	case !(math.Abs(p.Longitude) <= 180):
		return breach("place.longitude", "A longitude is -180 to 180.")
	case !isLine(p.Name, 0, 100):
		return breach("place.name", "A place's name has at most 100 characters.")
	case !isLine(p.Address, 0, 300):
		return breach("place.address", "An address has at most 300 characters.")
	}
	return nil
}

func (e *Emoticon) check() *Breach {
	if !isSlug(e.Pack) {
		return breach("emoticon.pack", "A pack is named by 1 to 40 of a-z, 0-9, - and _.")
	}
	if !isSlug(e.ID) {
		return breach("emoticon.id", "An emoticon is named by 1 to 40 of a-z, 0-9, - and _.")
	}
	return nil
}

func isSlug(s string) bool {
	return len(s) >= 1 && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func (c *Card) check() *Breach {
	switch {
	case !isLine(c.Title, 1, 200):
		return breach("card.title", "A card's title has 1 to 200 characters.")
	case !utf8.ValidString(c.Description) || strings.IndexByte(c.Description, 0) >= 0 ||
		len(c.Description) > 1000*16 || TooManyGraphemes(c.Description, 1000):
		return breach("card.description", "A card's description has at most 1,000 characters.")
	case c.URL != "" && !isWebURL(c.URL):
		return breach("card.url", "A link begins with https:// or http://.")
	case len(c.Buttons) > maxButtons:
		return breach("card.buttons", "A card has at most %d buttons.", maxButtons)
	}
	for i := range c.Buttons {
		b := &c.Buttons[i]
		if !isLine(b.Title, 1, 40) {
			return breach(fmt.Sprintf("card.buttons[%d].title", i), "A button's title has 1 to 40 characters.")
		}
		if !isWebURL(b.URL) {
			return breach(fmt.Sprintf("card.buttons[%d].url", i), "A button's link begins with https:// or http://.")
		}
	}
	return nil
}

// isWebURL reports whether s is an absolute link of the web, without a name or
// password in it: those serve to make one address look like another.
func isWebURL(s string) bool {
	if len(s) > maxURLBytes || !isLine(s, 1, maxURLBytes) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

func between[T int | int64](n, low, high T) bool { return low <= n && n <= high }
