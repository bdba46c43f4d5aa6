// Package search answers: where was this said, and who or what is called so?
//
// Messages are found by reading the logs, newest first, until enough is found or
// the time for one answer is over; the cursor goes on from there. There is no
// index to be kept, so a search costs nothing before somebody searches
// (docs/decisions/0007-search-reads-the-logs.md). Friends and rooms, of which a
// person has few, are gone through in the same way.
package search

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/clock"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Limits of a search.
const (
	maxPage     = 100
	defaultPage = 30
	// answerTime is how long one answer looks before it gives what it has.
	answerTime = 90 * time.Millisecond
	// keepScans searches are kept where they stopped, for keepTime, so that the
	// next page need not find its place in every room again. One that is gone is
	// begun anew from its cursor.
	keepScans   = 256
	keepTime    = 5 * time.Minute
	keepWaiting = 20_000 // of one that has found more than that nothing is kept
	perPerson   = 2      // searches of one person at a time
)

// Search finds what people look for. It is safe for concurrent use.
type Search struct {
	chat   *chat.Chat
	people *account.People
	clock  *clock.Clock
	answer time.Duration // answerTime
	scans  *otter.Cache[string, *stopped]

	mu      sync.Mutex
	running map[chat.UserID]int
	all     int
}

// New makes a search over the rooms and people of a server.
func New(c *chat.Chat, p *account.People, clock *clock.Clock) (*Search, error) {
	scans, err := otter.New(&otter.Options[string, *stopped]{
		MaximumSize: keepScans, ExpiryCalculator: otter.ExpiryWriting[string, *stopped](keepTime),
	})
	if err != nil {
		return nil, fmt.Errorf("open search: %w", err)
	}
	return &Search{chat: c, people: p, clock: clock, answer: answerTime, scans: scans, running: make(map[chat.UserID]int)}, nil
}

// Close forgets where searches stopped.
func (s *Search) Close() { s.scans.StopAllGoroutines() }

// Kind is what a message holds that is looked for.
type Kind string

// The kinds that can be looked for, beside the types of messages.
const (
	AnyKind  Kind = ""
	LinkKind Kind = "link"  // a text with an address in it
	Media    Kind = "media" // photos and films
)

// Messages says which messages are looked for.
type Messages struct {
	Text   string
	Room   chat.RoomID // zero: all rooms of the person
	Sender chat.UserID // zero: everybody
	Since  time.Time   // zero: for ever
	Until  time.Time
	Kind   Kind
	Limit  int    // 1 to 100; 0: 30
	Cursor string // of the last page
}

// Page is a part of what was found.
type Page struct {
	Found []chat.Found
	// Next continues the search. Empty: everything was looked at.
	Next string
	// Reached is how far back the search has looked; zero when at its end.
	Reached wire.Time
}

// stopped is a search between two pages.
type stopped struct {
	scan *chat.Scanner
	of   string // person and query
}

// cursor is where a search goes on.
type cursor struct {
	At   int64       `json:"a"`
	Room chat.RoomID `json:"r"`
	Seq  uint64      `json:"s"`
	Scan string      `json:"k,omitempty"`
}

// Messages finds messages that the actor sees, newest first. A page can have
// fewer than asked for, and none, while there is more to look at.
func (s *Search) Messages(ctx context.Context, a chat.Actor, m Messages) (Page, error) {
	switch {
	case m.Limit == 0:
		m.Limit = defaultPage
	case m.Limit < 0 || m.Limit > maxPage:
		return Page{}, fault.Newf(fault.BadRequest, "A page has 1 to %d messages.", maxPage).In("limit")
	}
	match, err := m.match()
	if err != nil {
		return Page{}, err
	}
	leave, err := s.enter(a)
	if err != nil {
		return Page{}, err
	}
	defer leave()
	until := s.clock.Now().Add(s.answer)
	scan, err := s.scanner(ctx, a, &m, match)
	if err != nil {
		return Page{}, err
	}
	places, done, err := scan.Next(ctx, m.Limit, until)
	if err != nil {
		return Page{}, err
	}
	found, err := s.chat.Show(ctx, a, places)
	if err != nil || done {
		return Page{Found: found}, err
	}
	return Page{found, s.keep(a, &m, scan), wire.Time(min(scan.Last().At, s.clock.NowMs()))}, nil
}

// match makes the test of a message's content.
func (m *Messages) match() (func([]byte) bool, error) {
	q, err := Parse(m.Text)
	if err != nil {
		return nil, err
	}
	if q.Empty() && m.Kind == AnyKind && m.Sender.IsZero() && m.Since.IsZero() && m.Until.IsZero() {
		return nil, fault.Newf(fault.SearchInvalid, "Say what is looked for: words, a kind, a sender or a time.").In("q")
	}
	wanted, err := m.Kind.test()
	if err != nil {
		return nil, err
	}
	return func(content []byte) bool {
		return (wanted == nil || wanted(content)) && (q.Empty() || q.inContent(content))
	}, nil
}

// scanner gives the scan of a search: the one that stopped, or a new one from the
// cursor.
func (s *Search) scanner(ctx context.Context, a chat.Actor, m *Messages, match func([]byte) bool) (*chat.Scanner, error) {
	var after *chat.Place
	if m.Cursor != "" {
		c, err := parseCursor(m.Cursor)
		if err != nil {
			return nil, err
		}
		after = &chat.Place{At: c.At, Room: c.Room, Seq: c.Seq}
		// Taken out: one search goes on by one request.
		if old, ok := s.scans.Invalidate(c.Scan); ok && old.of == m.of(a) && old.scan.Last() == *after {
			return old.scan, nil
		}
	}
	q := chat.Scan{Room: m.Room, Sender: m.Sender, Match: match}
	if !m.Since.IsZero() {
		q.Since = m.Since.UnixMilli()
	}
	if !m.Until.IsZero() {
		q.Until = m.Until.UnixMilli()
	}
	return s.chat.Scan(ctx, a, q, after)
}

// of names a person and what they look for.
func (m *Messages) of(a chat.Actor) string {
	return fmt.Sprintf("%s %s %s %d %d %s %s", a.User, m.Room, m.Sender, m.Since.UnixMilli(), m.Until.UnixMilli(), m.Kind, m.Text)
}

func (s *Search) keep(a chat.Actor, m *Messages, scan *chat.Scanner) string {
	last := scan.Last()
	c := cursor{At: last.At, Room: last.Room, Seq: last.Seq}
	if scan.Waiting() <= keepWaiting {
		c.Scan = rand.Text()
		s.scans.Set(c.Scan, &stopped{scan, m.of(a)})
	}
	b, err := json.Marshal(c)
	if err != nil {
		return "" // a struct of numbers and ids has nothing that could fail
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseCursor(text string) (cursor, error) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return c, fault.New(fault.CursorInvalid).In("cursor").Because(err)
	}
	return c, nil
}

// enter counts a search in, and gives what counts it out.
func (s *Search) enter(a chat.Actor) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[a.User] >= perPerson || s.all >= 4*runtime.GOMAXPROCS(0) {
		return nil, fault.New(fault.SearchBusy).After(time.Second)
	}
	s.running[a.User]++
	s.all++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.all--
		if s.running[a.User]--; s.running[a.User] == 0 {
			delete(s.running, a.User)
		}
	}, nil
}

// test gives the test of a kind; nil when everything is of it.
func (k Kind) test() (func([]byte) bool, error) {
	switch k {
	case AnyKind:
		return nil, nil //nolint:nilnil // no test is a test that all pass
	case LinkKind:
		return func(content []byte) bool {
			return bytes.Contains(content, []byte("https://")) || bytes.Contains(content, []byte("http://"))
		}, nil
	case Media:
		return func(content []byte) bool { return isType(content, wire.TypePhoto) || isType(content, wire.TypeVideo) }, nil
	case Kind(wire.TypePhoto), Kind(wire.TypeVideo), Kind(wire.TypeVoice), Kind(wire.TypeFile), Kind(wire.TypeContact),
		Kind(wire.TypePlace), Kind(wire.TypeCard), Kind(wire.TypeText):
		return func(content []byte) bool { return isType(content, wire.Type(k)) }, nil
	}
	return nil, fault.Newf(fault.SearchInvalid, "kind is photo, video, media, voice, file, link, contact, place, card or text.").In("kind")
}

// typeHead is how the canonical form of every content begins.
const typeHead = `{"type":"`

func isType(content []byte, t wire.Type) bool {
	rest, ok := bytes.CutPrefix(content, []byte(typeHead))
	return ok && len(rest) > len(t) && string(rest[:len(t)]) == string(t) && rest[len(t)] == '"'
}

// inContent reports whether the query is found in a content's words: its text or
// caption, the name of a file, a contact, a place, or a card. The text is looked
// at where it lies, as long as nothing in it is escaped; nearly none is.
func (q *Query) inContent(content []byte) bool {
	rest := content[min(len(content), len(typeHead)):]
	if i := bytes.IndexByte(rest, '"'); i >= 0 && isType(content, wire.TypeText) {
		if text, ok := bytes.CutPrefix(rest[i:], []byte(`","text":"`)); ok {
			if end := bytes.IndexAny(text, `"\`); end >= 0 && text[end] == '"' {
				return q.In(text[:end])
			}
		}
	}
	var c wire.Content
	if err := json.Unmarshal(content, &c); err != nil {
		return false
	}
	text := []byte(c.Text)
	add := func(more ...string) {
		for _, s := range more {
			text = append(append(text, '\n'), s...)
		}
	}
	switch {
	case c.File != nil:
		add(c.File.Name)
	case c.Contact != nil:
		add(c.Contact.Name)
	case c.Place != nil:
		add(c.Place.Name, c.Place.Address)
	case c.Card != nil:
		add(c.Card.Title, c.Card.Description)
	}
	return q.In(text)
}
