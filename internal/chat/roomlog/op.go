package roomlog

import "madang/internal/wire"

// Op is one change of one room. Make it with its needs and hand it to
// [Log.Do]; do not touch it until Done was called.
type Op struct {
	Room RoomID
	// Sender, ClientID and Hash are the idempotency key: when an entry with
	// the first two exists, Apply is not called, and the result is that entry
	// (same Hash) or fault.ClientIDReused. A zero ClientID means no key.
	Sender   UserID
	ClientID wire.ID
	Hash     uint64
	// Users names the members that Apply looks at beside Sender, Targets the
	// entries. Everyone makes all members available.
	Users    []UserID
	Targets  []uint64
	Everyone bool
	// Apply checks and stages the change. It runs in the lane, must not block,
	// and may run again when the commit has to be repeated. It must make all
	// checks before it stages anything: after an error nothing of the op may
	// be staged.
	Apply func(tx *Tx) error
	// Done is called exactly once, on the lane's goroutine, when the op is on
	// disk or has failed. It must not block.
	Done func(Result, error)

	seq       uint64
	at        int64
	duplicate bool
	err       error
	event     any
}

// Result is what became of an op.
type Result struct {
	Seq       uint64 // last entry that the op appended; of a duplicate, the first one's
	At        int64  // its time in Unix milliseconds
	Duplicate bool
}

// Commit is what one commit changed in one shard, as told to the observer of
// the log.
type Commit struct {
	Shard uint8
	// Pos is the number of the shard's feed row, 0 when there is none because
	// only marks moved.
	Pos    uint64
	Events []any // what the ops gave to Tx.Tell, in order of the ops
}
