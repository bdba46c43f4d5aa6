// Package bus carries hints between the parts that commit and the parts that
// deliver, on one node or between nodes: "these entries are on disk". A hint
// may get lost; numbers show it and the log has the truth.
package bus

import "sync"

// Batch is what one lane commit, or one signal outside the log, has to tell.
// Its frames are shared by all receivers and must not be changed.
type Batch struct {
	// Shard and Pos name the feed row of the commit. Pos is 0 for batches that
	// have none: read marks alone, typing, notices about people.
	Shard  uint8
	Pos    uint64
	Events []Event
}

// Kind is what an event tells.
type Kind uint8

// The kinds of events.
const (
	Entry  Kind = iota + 1 // a new entry of Room; Frame is its notification
	Read                   // User has read Room up to Seq
	Room                   // Frame for all present members of Room, typing for one
	People                 // Frame for all sessions of Users
	Close                  // the sessions of Device (of User) end with Code
)

// Event is one thing to tell. Which fields are set depends on Kind.
type Event struct {
	Kind Kind
	Room [16]byte
	Seq  uint64
	// Control is the room's control version after the event (see
	// roomlog.Head): a higher one than known says that membership changed.
	Control uint64
	User    [16]byte // sender of an entry; reader; owner of Device
	// Session is the socket that caused the event on its node: it has the
	// answer and needs no copy. 0 means none.
	Session uint64
	// HiddenFrom is a member who gets Hidden instead of Frame. Zero: nobody.
	HiddenFrom [16]byte
	Users      [][16]byte // of People; of Entry: people outside the room now who must hear of it (removed, left)
	Device     [16]byte
	Code       string
	Frame      []byte // encoded JSON-RPC notification
	Hidden     []byte
}

// Local is the bus of a single node: Publish calls every subscriber in turn on
// the publisher's goroutine. The zero Local is ready for use. It is safe for
// concurrent use; batches of one shard come from one goroutine and so stay in
// order.
type Local struct {
	mu   sync.RWMutex
	subs []func(*Batch)
}

// Publish tells all subscribers. It returns when each has taken the batch;
// subscribers must not block.
func (l *Local) Publish(b *Batch) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, f := range l.subs {
		f(b)
	}
}

// Subscribe adds a receiver of all batches.
func (l *Local) Subscribe(f func(*Batch)) {
	l.mu.Lock()
	l.subs = append(l.subs, f)
	l.mu.Unlock()
}
