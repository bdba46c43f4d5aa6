package history

import (
	"cmp"
	"fmt"
	"slices"

	"madang/internal/wire"
)

// Rule is a sentence of the delivery contract that can be broken.
type Rule string

// The rules. The numbers are those of the delivery contract in
// docs/protocol.md.
const (
	Lost     Rule = "1: an acknowledged message is not where it was acknowledged"
	Undone   Rule = "1: an acknowledged change was lost"
	Twice    Rule = "2: a client_id has two numbers"
	Forged   Rule = "3: the server tells what nobody asked for"
	Gap      Rule = "3: numbers have a gap"
	Differs  Rule = "3: one number has two entries"
	Phantom  Rule = "3: somebody saw what is not on disk"
	Behind   Rule = "4: a device did not get everything"
	Unread   Rule = "5: unread is wrong"
	UnreadBy Rule = "5: unread_by is wrong"
)

// Violation is a place where the contract was broken.
type Violation struct {
	Rule Rule
	Room wire.ID
	Seq  uint64 // the entry, 0 when it is not about one
	Text string
}

// String says which rule was broken where and how.
func (v Violation) String() string {
	return fmt.Sprintf("%s\n\troom %s entry %d: %s", v.Rule, v.Room, v.Seq, v.Text)
}

// Check proves the contract over a history and the state it ended in. No
// violation means that it was kept. The events are in the order in which they
// were noted; the state must have been read after the last of them that is not
// an ask.
func Check(events []Event, state State) []Violation {
	c := newChecker(events, state)
	for id, members := range state {
		c.room(id, members)
	}
	c.told(events)
	c.sends()
	c.changes()
	c.marks()
	c.members()
	return c.sorted()
}

// CaughtUp proves that devices, given with the person each belongs to, were
// given every entry that the person can see, from the first to the last.
func CaughtUp(events []Event, state State, devices map[string]wire.ID) []Violation {
	c := &checker{state: state}
	type place struct {
		device string
		room   wire.ID
	}
	first, last := make(map[place]uint64), make(map[place]uint64)
	for _, e := range events {
		if e.What == Got {
			at := place{e.Device, e.Room}
			if first[at] == 0 {
				first[at] = e.Entry.Seq
			}
			last[at] = e.Entry.Seq
		}
	}
	for id, members := range state {
		for _, m := range members {
			for device, user := range devices {
				at := place{device, id}
				if user == m.User && m.Head >= m.Tail && (first[at] != m.Tail || last[at] != m.Head) {
					c.fail(Behind, id, last[at], "%s was given %d to %d of %d to %d", device, first[at], last[at], m.Tail, m.Head)
				}
			}
		}
	}
	return c.sorted()
}

// checker holds a history in a form in which it can be asked.
type checker struct {
	state State
	log   map[wire.ID]map[uint64]*wire.Entry // what stands under a number, by any member's word
	asked asks
	bad   []Violation
}

func newChecker(events []Event, state State) *checker {
	c := &checker{state: state, log: make(map[wire.ID]map[uint64]*wire.Entry), asked: gather(events)}
	for id, members := range state {
		log := make(map[uint64]*wire.Entry)
		for _, m := range members {
			for _, e := range m.Entries {
				if e.Kind != wire.KindHidden && log[e.Seq] == nil {
					log[e.Seq] = e
				}
			}
		}
		c.log[id] = log
	}
	return c
}

func (c *checker) fail(rule Rule, room wire.ID, seq uint64, format string, args ...any) {
	c.bad = append(c.bad, Violation{rule, room, seq, fmt.Sprintf(format, args...)})
}

// sorted gives the violations, those of a room together.
func (c *checker) sorted() []Violation {
	slices.SortStableFunc(c.bad, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(string(a.Room[:]), string(b.Room[:])), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(c.bad)
}

// head is the room's last number, 0 when there is no such room.
func (c *checker) head(room wire.ID) (head uint64) {
	for _, m := range c.state[room] {
		head = max(head, m.Head)
	}
	return head
}

func (c *checker) member(room, user wire.ID) (Member, bool) {
	for _, m := range c.state[room] {
		if m.User == user {
			return m, true
		}
	}
	return Member{}, false
}
