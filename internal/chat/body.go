package chat

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// body is what the log keeps of a message beside its number: the content as
// canonical JSON, ready to be copied into frames, and its state.
//
//	flags 1 | [edited at] | [reactions] | [shown edited at, length of shown, shown] | content
//
// Numbers are unsigned varints. Most messages are one byte and the content.
type body struct {
	deleted   bool  // for all; no content is left
	editedAt  int64 // Unix milliseconds, 0 for never
	reactions []reaction
	// shown is the content that the other party of a direct room keeps seeing
	// when they blocked the sender before the edit. Nil: no difference.
	shown         []byte
	shownEditedAt int64 // as editedAt, of shown
	content       []byte
}

// reaction is one emoji and who chose it, in order of time. A veiled one is
// seen by its own user alone: they are blocked by the other party of a direct
// room. Veiled ones have one user.
type reaction struct {
	emoji  string
	veiled bool
	users  []UserID
}

const (
	bodyDeleted = 1 << iota
	bodyEdited
	bodyReactions
	bodyShown
)

var errBody = errors.New("body of a message is corrupt")

func (m *body) encode(b []byte) []byte {
	var flags byte
	if m.deleted {
		flags |= bodyDeleted
	}
	if m.editedAt != 0 {
		flags |= bodyEdited
	}
	if len(m.reactions) > 0 {
		flags |= bodyReactions
	}
	if m.shown != nil {
		flags |= bodyShown
	}
	b = append(b, flags)
	if m.editedAt != 0 {
		b = binary.AppendUvarint(b, uint64(m.editedAt))
	}
	if len(m.reactions) > 0 {
		b = binary.AppendUvarint(b, uint64(len(m.reactions)))
		for i := range m.reactions {
			r := &m.reactions[i]
			b = binary.AppendUvarint(b, uint64(len(r.emoji)))
			b = append(b, r.emoji...)
			veiled := byte(0)
			if r.veiled {
				veiled = 1
			}
			b = append(b, veiled)
			b = binary.AppendUvarint(b, uint64(len(r.users)))
			for _, u := range r.users {
				b = append(b, u[:]...)
			}
		}
	}
	if m.shown != nil {
		b = binary.AppendUvarint(b, uint64(m.shownEditedAt))
		b = binary.AppendUvarint(b, uint64(len(m.shown)))
		b = append(b, m.shown...)
	}
	return append(b, m.content...)
}

// parseBody reads a body. Its parts point into b.
func parseBody(b []byte) (body, error) {
	if len(b) == 0 {
		return body{}, errBody
	}
	flags := b[0]
	c := cutter{rest: b[1:]}
	m := body{deleted: flags&bodyDeleted != 0}
	if flags&bodyEdited != 0 {
		m.editedAt = int64(c.number())
	}
	if flags&bodyReactions != 0 {
		for n := c.number(); n > 0 && !c.bad; n-- {
			r := reaction{emoji: string(c.cut(c.number()))}
			veiled := c.cut(1)
			r.veiled = len(veiled) == 1 && veiled[0] == 1
			count := c.number()
			if count == 0 || count > uint64(len(c.rest))/16 || (r.veiled && count != 1) {
				return body{}, errBody
			}
			r.users = make([]UserID, count)
			for i := range r.users {
				copy(r.users[i][:], c.cut(16))
			}
			m.reactions = append(m.reactions, r)
		}
	}
	if flags&bodyShown != 0 {
		m.shownEditedAt = int64(c.number())
		m.shown = c.cut(c.number())
	}
	if c.bad {
		return body{}, errBody
	}
	m.content = c.rest
	return m, nil
}

// cutter takes parts off the front of bytes; bad says that there were too few.
type cutter struct {
	rest []byte
	bad  bool
}

func (c *cutter) number() uint64 {
	v, n := binary.Uvarint(c.rest)
	if n <= 0 {
		c.bad = true
		return 0
	}
	c.rest = c.rest[n:]
	return v
}

func (c *cutter) cut(n uint64) []byte {
	if n > uint64(len(c.rest)) {
		c.bad = true
		return nil
	}
	part := c.rest[:n:n]
	c.rest = c.rest[n:]
	return part
}

// bodyOf reads the body of a message.
func bodyOf(e *roomlog.Entry) (body, error) {
	m, err := parseBody(e.Body)
	if err != nil {
		return m, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	return m, nil
}

// isDeleted is body.deleted without reading the rest.
func isDeleted(e *roomlog.Entry) bool { return len(e.Body) > 0 && e.Body[0]&bodyDeleted != 0 }

// wire gives the content's fields.
func (m *body) wire() (wire.Content, error) {
	var c wire.Content
	if err := json.Unmarshal(m.content, &c); err != nil {
		return c, fmt.Errorf("content: %w", err)
	}
	return c, nil
}

// react adds or removes a user's emoji and reports whether anything changed, and
// whether what it removed was veiled. The reactions are copied first: the old
// ones may be on their way to readers.
func (m *body) react(user UserID, emoji string, remove, veiled bool) (changed, wasVeiled bool) {
	list := slices.Clone(m.reactions)
	at := slices.IndexFunc(list, func(r reaction) bool {
		return r.emoji == emoji && slices.Contains(r.users, user)
	})
	switch {
	case remove == (at < 0):
		return false, false
	case remove:
		r := &list[at]
		wasVeiled = r.veiled
		users := make([]UserID, 0, len(r.users))
		for _, u := range r.users {
			if u != user {
				users = append(users, u)
			}
		}
		if r.users = users; len(users) == 0 {
			list = slices.Delete(list, at, at+1)
		}
	default:
		same := slices.IndexFunc(list, func(r reaction) bool { return r.emoji == emoji && !r.veiled })
		if veiled || same < 0 {
			list = append(list, reaction{emoji, veiled, []UserID{user}})
		} else {
			list[same].users = append(slices.Clip(list[same].users), user)
		}
	}
	m.reactions = list
	return true, wasVeiled
}

// emojis is how many different emoji the message carries.
func (m *body) emojis() int {
	n := 0
	for i := range m.reactions {
		e := m.reactions[i].emoji
		if !slices.ContainsFunc(m.reactions[:i], func(r reaction) bool { return r.emoji == e }) {
			n++
		}
	}
	return n
}
