package sms

import (
	"container/list"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"madang/internal/clock"
)

// The terminal's memory is bounded: this many messages of each of this many
// phones. The phone that was quiet longest is forgotten first.
const (
	keptPerPhone = 20
	keptPhones   = 10_000
)

// Received is a message as a phone got it.
type Received struct {
	To   string
	Text string
	At   time.Time
}

// Terminal writes each message as a line to the terminal of whoever runs the
// server, and remembers the last ones for the sandbox's phone page. It is for a
// server without a provider: everybody who reads the terminal can sign in as
// anybody.
type Terminal struct {
	clock *clock.Clock

	mu     sync.Mutex
	out    io.Writer
	phones map[string]*list.Element // of *phone
	order  *list.List               // the phone with the newest message in front
}

type phone struct {
	number   string
	messages []Received // oldest first
}

// NewTerminal makes a terminal sender that writes to out.
func NewTerminal(out io.Writer, c *clock.Clock) *Terminal {
	return &Terminal{clock: c, out: out, phones: make(map[string]*list.Element), order: list.New()}
}

// Send implements [Sender].
func (t *Terminal) Send(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keepLocked(Received{To: m.To, Text: m.Text, At: t.clock.Now()})
	// One line each, so that a text can neither fake nor hide another.
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, m.Text)
	if _, err := fmt.Fprintf(t.out, "SMS to %s: %s\n", m.To, text); err != nil {
		return fmt.Errorf("sms: write: %w", err)
	}
	return nil
}

func (t *Terminal) keepLocked(r Received) {
	element, ok := t.phones[r.To]
	if !ok {
		if len(t.phones) == keptPhones {
			oldest := t.order.Back()
			t.order.Remove(oldest)
			delete(t.phones, oldest.Value.(*phone).number)
		}
		element = t.order.PushFront(&phone{number: r.To})
		t.phones[r.To] = element
	}
	t.order.MoveToFront(element)
	p := element.Value.(*phone)
	if len(p.messages) == keptPerPhone {
		p.messages = append(p.messages[:0], p.messages[1:]...)
	}
	p.messages = append(p.messages, r)
}

// Recent gives the last messages that a phone got, oldest first.
func (t *Terminal) Recent(number string) []Received {
	t.mu.Lock()
	defer t.mu.Unlock()
	element, ok := t.phones[number]
	if !ok {
		return nil
	}
	return append([]Received(nil), element.Value.(*phone).messages...)
}

// Newest gives the last message of each of the n phones that got one last,
// newest first.
func (t *Terminal) Newest(n int) []Received {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []Received
	for e := t.order.Front(); e != nil && len(all) < n; e = e.Next() {
		messages := e.Value.(*phone).messages
		all = append(all, messages[len(messages)-1])
	}
	return all
}
