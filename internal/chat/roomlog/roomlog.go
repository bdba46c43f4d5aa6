// Package roomlog is the log behind rooms: what is in a room, under which
// number, and is it on disk?
//
// A room is a sequence of entries numbered 1, 2, 3 … without gaps, a head row,
// and a row per member with its marks. All changes are ops. The ops of a shard
// pass through one lane, which commits what has gathered while the last commit
// was on its way; an op is done when its commit is on disk. Two engines keep
// the rows: pebblelog (one node) and pglog (PostgreSQL, any number of nodes).
package roomlog

import (
	"madang/internal/db"
	"madang/internal/wire"
)

// Shards is the number of logical shards. A commit on PostgreSQL never spans
// two of them.
const Shards = db.Shards

// RoomID and UserID name rooms and people.
type (
	RoomID = wire.ID
	UserID = wire.ID
)

// ShardOf is the shard of a room, 0 to Shards-1.
func ShardOf(id RoomID) uint8 { return uint8(db.ShardOf(id)) }

// Head is the first row of a room.
type Head struct {
	Seq         uint64 // number of the last entry, 0 in an empty room
	Messages    uint64 // how many entries are messages
	LastMessage uint64 // seq of the last message, 0 for none
	// Control counts the changes of Meta and of the membership: a reader that
	// remembers it knows whether what it has of either is still right.
	Control uint64
	Tail    uint64 // entries below are gone by retention; 1 while all are there
	Present uint32 // members present
	At      int64  // time of the last entry in Unix milliseconds
	Meta    []byte // what the room is; chat's own encoding
}

// Member is a person's row in a room. It stays when they leave.
type Member struct {
	User    UserID
	Present bool
	Listed  bool  // shown in the person's list even without a message to see
	Role    uint8 // chat's own values
	// JoinedSeq is the head when the person came in last, counting the notice
	// of it: what follows is theirs to read.
	JoinedSeq uint64
	LeftSeq   uint64 // number of the entry that ended the last stay
	// Read is the read mark, never below JoinedSeq while present. The three
	// counts are Head.Messages, Own and Hidden as they stood at Read, which
	// makes unread a subtraction.
	Read         uint64
	ReadMessages uint64
	ReadOwn      uint64
	ReadHidden   uint64
	Own          uint64 // messages the person has sent in this room
	Hidden       uint64 // messages of others hidden from the person
	Hides        uint64 // entries that the person hid for themselves, of any kind
}

// Unread is how many messages the person has not read: those after the read
// mark, less their own, less those hidden from them.
func (m *Member) Unread(messages uint64) uint64 {
	if !m.Present {
		return 0
	}
	return (messages - m.ReadMessages) - (m.Own - m.ReadOwn) - (m.Hidden - m.ReadHidden)
}

// Kind is the kind of an entry. The values are stored.
type Kind uint8

// The kinds of entries. Only messages count as unread.
const (
	Message Kind = iota + 1
	Edit
	Deletion
	Reaction
	Notice
)

// Entry is one numbered row of a room as it is stored.
type Entry struct {
	Seq      uint64
	Kind     Kind
	Sender   UserID
	ClientID wire.ID // zero when the sender gave none
	At       int64   // Unix milliseconds of the commit, never falling within a room
	Messages uint64  // messages up to and with this entry
	Own      uint64  // of a message: messages of its sender up to and with it
	Target   uint64  // of edits, deletions, reactions: the message they change
	// Rev is the number of the last entry that rewrote this one, 0 for never.
	Rev        uint64
	HiddenFrom UserID // the member from whom the content is hidden, zero for nobody
	Body       []byte // chat's own encoding
}

// KeyRow is what is kept of an idempotency key, as long as its entry lives.
type KeyRow struct {
	Seq  uint64
	Hash uint64 // of the content as first sent
}

// Grant says that entry Seq of a room names a file: whoever may read the entry may
// read the file.
type Grant struct {
	Media wire.ID
	Room  RoomID
	Seq   uint64
}

// FeedRow tells which rooms one commit of a shard touched. Rows of a shard are
// numbered from 1 without gaps.
type FeedRow struct {
	Pos   uint64
	Rooms []FeedRoom
}

// FeedRoom is a room of a feed row. From and To are 0 when the commit changed
// membership or meta without an entry.
type FeedRoom struct {
	Room    RoomID
	From    uint64 // first new entry
	To      uint64 // last new entry
	Control bool   // membership or meta changed
}
