// Package sms answers: how does a short text reach somebody's phone?
//
// There are two ways: [Terminal] shows texts to whoever runs the server, and
// [Gateway] hands them to any SMS provider with an HTTP API. Both pass the same
// tests.
package sms

import (
	"context"
	"errors"
	"unicode/utf8"
)

// Message is one text to one phone.
type Message struct {
	To   string // E.164, such as +821012345678
	Text string // up to MaxTextBytes of UTF-8
}

// MaxTextBytes bounds a text. Providers cut longer ones into several messages;
// what we send fits into one or two.
const MaxTextBytes = 640

// Sender sends messages. It is safe for concurrent use.
type Sender interface {
	// Send hands m over and returns when it was accepted for delivery, or why
	// it was not. Delivery itself is not confirmed by anybody.
	Send(ctx context.Context, m Message) error
}

var errMessage = errors.New("sms: a message has a number in E.164 and a text of up to 640 bytes")

func (m Message) check() error {
	if len(m.To) < 3 || len(m.To) > 16 || m.To[0] != '+' || m.Text == "" || len(m.Text) > MaxTextBytes || !utf8.ValidString(m.Text) {
		return errMessage
	}
	for _, c := range m.To[1:] {
		if c < '0' || c > '9' {
			return errMessage
		}
	}
	return nil
}
