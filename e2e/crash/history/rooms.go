package history

import (
	"maps"
	"slices"

	"madang/internal/wire"
)

// room checks what a room looks like to its members at the end.
func (c *checker) room(id wire.ID, members []Member) {
	head := c.head(id)
	for _, m := range members {
		if m.Head != head {
			c.fail(Differs, id, m.Head, "%s sees the head %d, somebody else %d", m.User, m.Head, head)
		}
		c.pages(id, m)
		c.unread(id, m)
	}
	for _, e := range c.log[id] {
		c.explained(id, e)
	}
	seen := make(map[sendKey]uint64)
	for _, seq := range slices.Sorted(maps.Keys(c.log[id])) {
		e := c.log[id][seq]
		if e.ClientID.IsZero() || e.Kind != wire.KindMessage {
			continue
		}
		k := sendKey{id, e.SenderID, e.ClientID}
		if was := seen[k]; was != 0 {
			c.fail(Twice, id, seq, "client_id %s stands at %d too", e.ClientID, was)
		}
		seen[k] = seq
	}
}

// pages checks that one member's history is whole and the same as everybody
// else's.
func (c *checker) pages(id wire.ID, m Member) {
	next := m.Tail
	for _, e := range m.Entries {
		if e.Seq != next {
			c.fail(Gap, id, e.Seq, "in the history of %s it follows %d", m.User, next-1)
		}
		next = e.Seq + 1
		hidden, asked := c.asked.hides[hideKey{m.User, id, e.Seq}]
		switch {
		case e.Kind == wire.KindHidden && !asked:
			c.fail(Forged, id, e.Seq, "it is hidden from %s, who did not ask for that", m.User)
		case e.Kind != wire.KindHidden && hidden:
			c.fail(Undone, id, e.Seq, "%s deleted it for themselves and sees it", m.User)
		case e.Kind != wire.KindHidden:
			c.same(id, e, "the history of "+m.User.String())
			if t := c.log[id][e.Seq]; textOf(e) != textOf(t) || e.Deleted != t.Deleted {
				c.fail(Differs, id, e.Seq, "%s reads %q, somebody else %q", m.User, textOf(e), textOf(t))
			}
		}
	}
	if next != m.Head+1 {
		c.fail(Gap, id, m.Head, "the history of %s ends at %d", m.User, next-1)
	}
}

// same checks that an entry is the one that stands under its number. Its text
// is left out: that may have been another one at another time.
func (c *checker) same(id wire.ID, e *wire.Entry, where string) {
	t := c.log[id][e.Seq]
	switch {
	case t == nil && e.Seq > c.head(id):
		c.fail(Phantom, id, e.Seq, "%s has it, the log ends at %d", where, c.head(id))
	case t == nil:
		// Hidden from everybody who is left: nothing to compare with.
	case e.Kind != t.Kind || e.SenderID != t.SenderID || e.ClientID != t.ClientID || e.CreatedAt != t.CreatedAt ||
		e.TargetSeq != t.TargetSeq || e.Emoji != t.Emoji || e.Removed != t.Removed:
		c.fail(Differs, id, e.Seq, "%s has a %s of %s (client_id %s, target %d, at %d), the log a %s of %s (client_id %s, target %d, at %d)",
			where, e.Kind, e.SenderID, e.ClientID, e.TargetSeq, e.CreatedAt, t.Kind, t.SenderID, t.ClientID, t.TargetSeq, t.CreatedAt)
	}
}

// explained checks that somebody asked for what stands in the log.
func (c *checker) explained(id wire.ID, e *wire.Entry) {
	target := c.asked.entries[entryKey{id, e.TargetSeq}]
	switch e.Kind {
	case wire.KindMessage:
		if c.asked.sends[sendKey{id, e.SenderID, e.ClientID}] == nil {
			c.fail(Forged, id, e.Seq, "nobody sent client_id %s", e.ClientID)
			return
		}
		c.said(id, e)
	case wire.KindEdit:
		if target == nil || len(target.edits) == 0 {
			c.fail(Forged, id, e.Seq, "nobody edited %d", e.TargetSeq)
		}
	case wire.KindDeletion:
		if target == nil || !target.deleted {
			c.fail(Forged, id, e.Seq, "nobody deleted %d", e.TargetSeq)
		}
	}
}

// said checks that a message, whenever it was looked at, says what its sender
// once wanted it to say.
func (c *checker) said(id wire.ID, e *wire.Entry) {
	m := c.asked.entries[entryKey{id, e.Seq}]
	switch {
	case e.Deleted && (m == nil || !m.deleted):
		c.fail(Forged, id, e.Seq, "it is deleted, and nobody asked for that")
	case e.Deleted && textOf(e) != "":
		c.fail(Undone, id, e.Seq, "it is deleted and still says %q", textOf(e))
	case !e.Deleted && !slices.Contains(c.asked.texts(id, e), textOf(e)):
		c.fail(Forged, id, e.Seq, "it says %q, which nobody wrote", textOf(e))
	}
}

// unread checks a member's unread and the unread_by of the messages they see.
func (c *checker) unread(id wire.ID, m Member) {
	after, n := max(m.Read, m.Joined), uint64(0)
	for _, e := range m.Entries {
		if e.Kind != wire.KindMessage {
			continue
		}
		if e.Seq > after && e.SenderID != m.User {
			n++
		}
		if e.UnreadBy == nil {
			c.fail(UnreadBy, id, e.Seq, "%s is not told", m.User)
			continue
		}
		by := 0
		for _, reader := range c.state[id] {
			if reader.User != e.SenderID && reader.Joined < e.Seq && reader.Read < e.Seq {
				by++
			}
		}
		if *e.UnreadBy != by {
			c.fail(UnreadBy, id, e.Seq, "%s sees unread_by %d, it is %d", m.User, *e.UnreadBy, by)
		}
	}
	if n != m.Unread {
		c.fail(Unread, id, m.Read, "%s has unread %d, it is %d (read %d, joined %d, head %d)", m.User, m.Unread, n, m.Read, m.Joined, m.Head)
	}
}

func textOf(e *wire.Entry) string {
	if e == nil || e.Content == nil {
		return ""
	}
	return e.Text
}
