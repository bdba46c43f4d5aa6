package history

import (
	"slices"

	"madang/internal/wire"
)

// told checks what devices were given, in the order in which it came.
func (c *checker) told(events []Event) {
	type place struct {
		device string
		room   wire.ID
	}
	next := make(map[place]uint64)
	now, looks := make(known), make(map[wire.ID]known)
	for _, e := range events {
		at := place{e.Device, e.Room}
		head := c.head(e.Room)
		now.learn(e)
		switch e.What {
		case Look:
			looks[e.Client] = now.of(e.User)
		case Got:
			if want, begun := next[at]; begun && e.Entry.Seq != want {
				c.fail(Gap, e.Room, e.Entry.Seq, "%s was given it after %d", e.Device, want-1)
			}
			next[at] = e.Entry.Seq + 1
			c.received(e)
		case Skipped:
			m, _ := c.member(e.Room, e.User)
			if e.To >= m.Tail {
				c.fail(Gap, e.Room, e.Seq, "%s was told that %d to %d are no more", e.Device, e.Seq, e.To)
			}
			next[at] = e.To + 1
		case Heard:
			m, ok := c.member(e.Room, e.Reader)
			if ok && m.Read < e.Seq {
				c.fail(Phantom, e.Room, e.Seq, "%s heard that %s has read it; the mark stands at %d", e.Device, e.Reader, m.Read)
			}
		case Looked:
			if was := looks[e.Client][markKey{e.User, e.Room}]; e.Seq < was.head || e.To < was.mark {
				c.fail(Undone, e.Room, e.Seq, "%s saw head %d and own mark %d where they were %d and %d before", e.Device, e.Seq, e.To, was.head, was.mark)
			}
			if e.Seq > head {
				c.fail(Phantom, e.Room, e.Seq, "%s saw this head; it is %d", e.Device, head)
			}
			if m, ok := c.member(e.Room, e.User); ok && m.Read < e.To {
				c.fail(Phantom, e.Room, e.To, "%s saw the own read mark here; it stands at %d", e.Device, m.Read)
			}
		case Reset:
			c.fail(Lost, e.Room, 0, "%s was told that all numbers are void", e.Device)
		}
	}
}

// received checks one entry that a device was given.
func (c *checker) received(e Event) {
	if e.Entry.Seq > c.head(e.Room) {
		c.fail(Phantom, e.Room, e.Entry.Seq, "%s was given it, the log ends at %d", e.Device, c.head(e.Room))
		return
	}
	if e.Entry.Kind == wire.KindHidden {
		if _, asked := c.asked.hides[hideKey{e.User, e.Room, e.Entry.Seq}]; !asked {
			c.fail(Forged, e.Room, e.Entry.Seq, "%s was given it hidden, and did not ask for that", e.Device)
		}
		return
	}
	c.same(e.Room, e.Entry, e.Device)
	if e.Entry.Kind == wire.KindMessage {
		c.said(e.Room, e.Entry)
	}
	if t := e.Entry.Target; t != nil && t.Kind == wire.KindMessage {
		c.said(e.Room, t)
	}
}

// sends checks every acknowledgement against the log.
func (c *checker) sends() {
	for k, s := range c.asked.sends {
		if len(s.texts) > 1 {
			c.fail(Forged, k.room, 0, "client_id %s was sent with %d texts, which is a mistake of the load", k.client, len(s.texts))
		}
		if len(s.seqs) > 1 {
			c.fail(Twice, k.room, s.seqs[1], "client_id %s was acknowledged as %d", k.client, s.seqs)
		}
		for _, seq := range s.seqs {
			e := c.log[k.room][seq]
			switch {
			case seq > c.head(k.room):
				c.fail(Lost, k.room, seq, "client_id %s: the log ends at %d", k.client, c.head(k.room))
			case e == nil:
				if !c.hiddenFromAll(k.room, seq) {
					c.fail(Lost, k.room, seq, "client_id %s: nobody can see it", k.client)
				}
			case e.Kind != wire.KindMessage || e.SenderID != k.sender || e.ClientID != k.client:
				c.fail(Lost, k.room, seq, "client_id %s: there is a %s of %s with client_id %s", k.client, e.Kind, e.SenderID, e.ClientID)
			}
		}
	}
}

// hiddenFromAll reports whether everybody who could see an entry has deleted
// it for themselves.
func (c *checker) hiddenFromAll(room wire.ID, seq uint64) bool {
	for _, m := range c.state[room] {
		if _, asked := c.asked.hides[hideKey{m.User, room, seq}]; !asked && seq >= m.Tail {
			return false
		}
	}
	return true
}

// changes checks that acknowledged edits and deletions are in force.
func (c *checker) changes() {
	for k, m := range c.asked.entries {
		e := c.log[k.room][k.seq]
		if e == nil {
			continue // the acknowledgement of the message is checked elsewhere
		}
		if m.gone && !e.Deleted {
			c.fail(Undone, k.room, k.seq, "it was deleted and says %q", textOf(e))
		}
		if e.Deleted || m.done == 0 {
			continue
		}
		if !slices.Contains(m.edits[m.done-1:], textOf(e)) {
			c.fail(Undone, k.room, k.seq, "it was edited to %q and says %q", m.edits[m.done-1], textOf(e))
		}
	}
}

// marks checks that read marks stand where they were set.
func (c *checker) marks() {
	for k, a := range c.asked.marks {
		m, ok := c.member(k.room, k.user)
		if ok && m.Read < a.least {
			c.fail(Undone, k.room, a.least, "%s has read it, the mark stands at %d", k.user, m.Read)
		}
	}
	for id, members := range c.state {
		for _, m := range members {
			most := m.Joined
			if a := c.asked.marks[markKey{m.User, id}]; a != nil {
				most = max(most, a.most)
			}
			if m.Read > most || m.Read > m.Head {
				c.fail(Forged, id, m.Read, "the mark of %s stands here; they asked for %d of %d", m.User, most, m.Head)
			}
		}
	}
}

// members checks that whoever entered a room is in it, and whoever left is not.
func (c *checker) members() {
	for k, must := range c.asked.inside {
		_, is := c.member(k.room, k.user)
		switch {
		case must == in && !is:
			c.fail(Undone, k.room, 0, "%s entered and is not in it", k.user)
		case must == out && is:
			c.fail(Undone, k.room, 0, "%s left and is in it", k.user)
		}
	}
}

// known is what each person was told of each room so far: nothing that they
// look at afterwards may lie behind that.
type known map[markKey]standing

type standing struct {
	head uint64            // the highest number given or acknowledged
	mark uint64            // the highest own read mark acknowledged
	asks map[uint64]uint64 // read marks asked: the head as it was known
}

func (k known) learn(e Event) {
	at := markKey{e.User, e.Room}
	s := k[at]
	switch e.What {
	case Got:
		s.head = max(s.head, e.Entry.Seq)
	case Sent:
		s.head = max(s.head, e.Seq)
	case Read:
		if s.asks == nil {
			s.asks = make(map[uint64]uint64)
		}
		if _, ok := s.asks[e.Seq]; !ok {
			s.asks[e.Seq] = s.head
		}
	case ReadSet:
		s.mark = max(s.mark, min(e.Seq, s.asks[e.Seq]))
	default:
		return
	}
	k[at] = s
}

// of gives what one person knows now.
func (k known) of(user wire.ID) known {
	mine := make(known)
	for at, s := range k {
		if at.user == user {
			mine[at] = s
		}
	}
	return mine
}
