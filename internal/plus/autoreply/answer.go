package autoreply

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"unicode/utf8"
)

// Limits of what a server may say.
const (
	MaxText    = 1000 // characters of a message
	MaxButtons = 100
	// maxButton is the length of a button's label in characters, which the description
	// leaves open.
	maxButton = 200
)

// Answer is what a server says to a message.
type Answer struct {
	Message  Message
	Keyboard *Keyboard // nil: the keys of a phone
}

// Message holds at least one of its parts.
type Message struct {
	Text  string
	Photo *Photo
	Link  *Link
}

// Photo is a JPEG or PNG picture; Width and Height are in pixels.
type Photo struct {
	URL           string
	Width, Height int
}

// Link is a button below the message.
type Link struct{ Label, URL string }

// Keyboard is what a person chooses from instead of writing. Without buttons they
// write.
type Keyboard struct{ Buttons []string }

// What servers send, with what they are seen to send beside it: other fields, buttons
// that are null, true or empty with a keyboard of type text.

type answerJSON struct {
	Message  *messageJSON  `json:"message"`
	Keyboard *keyboardJSON `json:"keyboard"`
}

type messageJSON struct {
	Text  *string `json:"text"`
	Photo *struct {
		URL    string `json:"url"`
		Width  int    `json:"width"`
		Height int    `json:"height"`
	} `json:"photo"`
	Button *struct {
		Label string `json:"label"`
		URL   string `json:"url"`
	} `json:"message_button"`
}

type keyboardJSON struct {
	Type    string          `json:"type"`
	Buttons json.RawMessage `json:"buttons"`
}

func parseAnswer(body []byte) (*Answer, error) {
	var in answerJSON
	if err := json.Unmarshal(clean(body), &in); err != nil {
		return nil, fail(WrongFormat, "the answer is not JSON of the right form: %w", err)
	}
	if in.Message == nil {
		return nil, fail(WrongFormat, `the answer has no "message"`)
	}
	m, err := in.Message.read()
	if err != nil {
		return nil, err
	}
	a := &Answer{Message: m}
	if in.Keyboard != nil {
		if a.Keyboard, err = in.Keyboard.read(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// parseHome reads the answer to a call of /keyboard. What is wrong there is told with
// the code of its own that the description gives it.
func parseHome(body []byte) (*Keyboard, error) {
	var in keyboardJSON
	if err := json.Unmarshal(clean(body), &in); err != nil {
		return nil, fail(TimedOut, "the keyboard is not JSON of the right form: %w", err)
	}
	k, err := in.read()
	if e, is := errors.AsType[*Error](err); is {
		e.Code = TimedOut
	}
	return k, err
}

// clean takes the mark away that some editors put before UTF-8.
func clean(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\ufeff")) }

func (in *messageJSON) read() (m Message, err error) {
	if in.Text != nil {
		m.Text = *in.Text
	}
	if n := utf8.RuneCountInString(m.Text); n > MaxText {
		return m, fail(WrongFormat, "the text has %d characters, and may have %d", n, MaxText)
	}
	if p := in.Photo; p != nil {
		if !isWebAddress(p.URL) || p.Width <= 0 || p.Height <= 0 {
			return m, fail(WrongFormat, `a photo needs "url", "width" and "height"`)
		}
		m.Photo = &Photo{p.URL, p.Width, p.Height}
	}
	if b := in.Button; b != nil {
		if !isWebAddress(b.URL) || b.Label == "" {
			return m, fail(WrongFormat, `a message_button needs "label" and "url"`)
		}
		m.Link = &Link{b.Label, b.URL}
	}
	if m.Text == "" && m.Photo == nil && m.Link == nil {
		return m, fail(WrongFormat, "the message is empty")
	}
	return m, nil
}

func (in *keyboardJSON) read() (*Keyboard, error) {
	switch in.Type {
	case "text":
		return &Keyboard{}, nil
	case "buttons":
	default:
		return nil, fail(WrongFormat, `a keyboard is of type "buttons" or "text", not %q`, in.Type)
	}
	k := &Keyboard{}
	if err := json.Unmarshal(in.Buttons, &k.Buttons); err != nil {
		return nil, fail(WrongFormat, "the buttons are not a list of texts: %w", err)
	}
	if n := len(k.Buttons); n == 0 || n > MaxButtons {
		return nil, fail(WrongFormat, "a keyboard of buttons has 1 to %d of them, not %d", MaxButtons, n)
	}
	for _, b := range k.Buttons {
		if n := utf8.RuneCountInString(b); n == 0 || n > maxButton {
			return nil, fail(WrongFormat, "a button has 1 to %d characters, not %d", maxButton, n)
		}
	}
	return k, nil
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
