// Package history answers: did a server that was killed again and again keep
// the delivery contract towards everybody who talked to it?
//
// A [Recorder] takes down what people asked for, what they were told and what
// they saw, while it happens. Afterwards a [State] is read from the server, and
// [Check] proves the contract over the whole: it knows the protocol's words and
// shares no code with the server.
package history

import (
	"slices"
	"sync"

	"madang/internal/wire"
)

// What says what an [Event] is.
type What string

// What happens. An ask is noted before its call is made, the answer after it
// came: what was asked for may be done, what was answered must be.
const (
	Send    What = "send"    // ask: Client, Text
	Sent    What = "sent"    // answer: Client, Seq
	Read    What = "read"    // ask: Seq
	ReadSet What = "readset" // answer: Seq as it was asked
	Edit    What = "edit"    // ask: Seq, Text
	Edited  What = "edited"  // answer: Seq, Text as they were asked
	Delete  What = "delete"  // ask, for all: Seq
	Deleted What = "deleted" // answer: Seq
	Hide    What = "hide"    // ask, to delete for oneself: Seq
	Hidden  What = "hidden"  // answer: Seq
	Leave   What = "leave"   // ask, to leave Room for good
	Left    What = "left"    // answer
	Entered What = "entered" // answer: Reader is in Room now

	Got     What = "got"     // a device was given Entry, in its turn
	Skipped What = "skipped" // a device was told that Seq to To are no more
	Heard   What = "heard"   // a device was told that Reader has read up to Seq
	Look    What = "look"    // a device asked for its list of rooms, under the id Client
	Looked  What = "looked"  // and saw in it Room with the head Seq and its own mark To
	Reset   What = "reset"   // a device was told that all numbers are void
)

// Event is one thing that a device asked, was told or saw. Which fields are set
// depends on What.
type Event struct {
	What   What
	Device string // names one receiver of entries
	User   wire.ID
	Room   wire.ID
	Client wire.ID
	Seq    uint64
	To     uint64
	Text   string
	Reader wire.ID // whom a Heard or Entered is about
	Entry  *wire.Entry
}

// ask reports whether the event is somebody's wish, which the server may or may
// not have come to.
func (e *Event) ask() bool {
	switch e.What {
	case Send, Read, Edit, Delete, Hide, Leave:
		return true
	}
	return false
}

// Recorder takes down events in the order in which they happen. The zero
// Recorder is ready; it may be used by many goroutines at once.
type Recorder struct {
	mu     sync.Mutex
	events []Event
}

// Note adds an event. An entry must not be changed afterwards.
func (r *Recorder) Note(e Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
}

// Len is how many events there are.
func (r *Recorder) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.events)
}

// Events gives everything up to now. What is noted later does not change it.
func (r *Recorder) Events() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clip(r.events)
}

// Between gives what a store holds to that was taken away between two lengths
// of the record: everything before the first, and of what came until the second
// only the asks. What was answered or shown in between may have come out of it
// or not.
func (r *Recorder) Between(before, after int) []Event {
	events := r.Events()
	out := slices.Clone(events[:before])
	for _, e := range events[before:after] {
		if e.ask() {
			out = append(out, e)
		}
	}
	return out
}

// State is what a server that nobody writes to tells about its rooms.
type State map[wire.ID][]Member

// Member is a room as one of its present members is shown it. The numbers of
// unread are only comparable when all members were read while nothing changed.
type Member struct {
	User   wire.ID
	Head   uint64
	Tail   uint64 // first number that this person can see
	Joined uint64
	Read   uint64
	Unread uint64
	// Entries is everything from Tail to Head, as pages of history give it.
	Entries []*wire.Entry
}
