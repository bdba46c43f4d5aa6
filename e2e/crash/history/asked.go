package history

import (
	"slices"

	"madang/internal/wire"
)

// asks are everybody's wishes, and which of them were answered.
type asks struct {
	sends   map[sendKey]*sendAsk
	entries map[entryKey]*entryAsk
	hides   map[hideKey]bool // true: answered
	marks   map[markKey]*markAsk
	inside  map[markKey]presence
}

// presence is whether somebody must be in a room.
type presence int8

const (
	maybe presence = iota
	in
	out
)

type sendKey struct{ room, sender, client wire.ID }

type sendAsk struct {
	texts []string // one, unless the asker broke the rules
	seqs  []uint64 // as acknowledged, each number once
}

type entryKey struct {
	room wire.ID
	seq  uint64
}

// entryAsk is what was asked of one message.
type entryAsk struct {
	edits   []string // texts in the order of the asks
	done    int      // how many of edits, from the first, are in force at least
	deleted bool     // asked for
	gone    bool     // answered
}

type hideKey struct {
	user, room wire.ID
	seq        uint64
}

type markKey struct{ user, room wire.ID }

// markAsk is what was asked of a read mark.
type markAsk struct {
	// least is where the mark must stand: the highest one answered, as far as
	// the person knew of entries when asking. most is the highest one asked.
	least, most uint64
}

func gather(events []Event) asks {
	a := asks{make(map[sendKey]*sendAsk), make(map[entryKey]*entryAsk), make(map[hideKey]bool), make(map[markKey]*markAsk), make(map[markKey]presence)}
	now := make(known)
	for _, e := range events {
		now.learn(e)
		switch e.What {
		case Send:
			s := of(a.sends, sendKey{e.Room, e.User, e.Client})
			if !slices.Contains(s.texts, e.Text) {
				s.texts = append(s.texts, e.Text)
			}
		case Sent:
			s := of(a.sends, sendKey{e.Room, e.User, e.Client})
			if !slices.Contains(s.seqs, e.Seq) {
				s.seqs = append(s.seqs, e.Seq)
			}
		case Edit:
			m := of(a.entries, entryKey{e.Room, e.Seq})
			m.edits = append(m.edits, e.Text)
		case Edited:
			m := of(a.entries, entryKey{e.Room, e.Seq})
			m.done = max(m.done, 1+lastIndex(m.edits, e.Text))
		case Delete:
			of(a.entries, entryKey{e.Room, e.Seq}).deleted = true
		case Deleted:
			of(a.entries, entryKey{e.Room, e.Seq}).gone = true
		case Hide:
			if k := (hideKey{e.User, e.Room, e.Seq}); !a.hides[k] {
				a.hides[k] = false
			}
		case Hidden:
			a.hides[hideKey{e.User, e.Room, e.Seq}] = true
		case Entered:
			a.inside[markKey{e.Reader, e.Room}] = in
		case Leave:
			a.inside[markKey{e.User, e.Room}] = maybe
		case Left:
			a.inside[markKey{e.User, e.Room}] = out
		case Read:
			m := of(a.marks, markKey{e.User, e.Room})
			m.most = max(m.most, e.Seq)
		case ReadSet:
			k := markKey{e.User, e.Room}
			m := of(a.marks, k)
			m.least = max(m.least, now[k].mark)
		}
	}
	return a
}

// of gives the value of a key, made when there is none.
func of[K comparable, V any](m map[K]*V, k K) *V {
	if m[k] == nil {
		m[k] = new(V)
	}
	return m[k]
}

func lastIndex(list []string, s string) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == s {
			return i
		}
	}
	return -1
}

// texts are all that a message may ever have said: first what was sent.
func (a *asks) texts(room wire.ID, e *wire.Entry) []string {
	var texts []string
	if s := a.sends[sendKey{room, e.SenderID, e.ClientID}]; s != nil {
		texts = append(texts, s.texts...)
	}
	if m := a.entries[entryKey{room, e.Seq}]; m != nil {
		texts = append(texts, m.edits...)
	}
	return texts
}
