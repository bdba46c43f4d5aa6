// Package chat answers: which rooms are there, who is in them, what was said,
// and who has read it?
//
// A room is a log (package roomlog); every change is an op in the lane of its
// shard, which checks membership where it gives the number. What the log says
// is the truth. SQL holds what can be made again from it (which rooms a person
// is in) and what is a person's own (mute, pin). Every exported function checks
// that its [Actor] may do what it asks; edges only decode, call and encode.
package chat

import (
	"strconv"
	"time"

	"madang/internal/account"
	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// RoomID and UserID name rooms and people.
type (
	RoomID = roomlog.RoomID
	UserID = roomlog.UserID
)

// Actor is who asks, and by which device and socket.
type Actor struct {
	User   UserID
	Device account.DeviceID
	// Session is the socket that asks, as the gateway numbers them on this
	// node: it gets the answer and no copy of the event. 0 is for calls that
	// come by another door.
	Session uint64
	// Exempt frees from limits in time: the sandbox's users.
	Exempt bool
}

// Send is a message to be sent.
type Send struct {
	Room RoomID
	// ClientID is the sender's own id of the message, made anew for each: the
	// same one again gives the same number again. It must not be zero.
	ClientID wire.ID
	Content  wire.Content
}

// Sent is what became of a message.
type Sent struct {
	Room RoomID
	Seq  uint64
	At   wire.Time
}

// AppendID writes the message's id, "room_id.seq", to b.
func (s *Sent) AppendID(b []byte) []byte {
	b = s.Room.Append(b)
	b = append(b, '.')
	return strconv.AppendUint(b, s.Seq, 10)
}

// ID is the message's id, "room_id.seq".
func (s *Sent) ID() string { return string(s.AppendID(make([]byte, 0, 57))) }

// Target is where a message is forwarded to.
type Target struct {
	Room     RoomID
	ClientID wire.ID
}

// Page asks for entries of a room. Before gives the newest below it, After the
// oldest above it; both 0 is the newest of all. Both set is refused.
type Page struct {
	Before uint64
	After  uint64
	// FromStart says that an After of 0 was meant: the oldest of all.
	FromStart bool
	Limit     int // 1 to wire.MaxPage; 0 means 50
}

// Messages is a page of entries, oldest first.
type Messages struct {
	Entries []Entry
	Head    uint64 // number of the room's last entry
	Tail    uint64 // first number that this person can still see
}

// NewRoom asks for a room: no member is the memo room, one and no title the
// direct room with them, everything else a group.
type NewRoom struct {
	MemberIDs []UserID
	Title     string
	// Key makes asking for a group twice give the same group. Empty: no key.
	Key string
}

// Invite is a link into a group.
type Invite struct {
	Token     string
	ExpiresAt wire.Time
}

// Invitation is what a link shows before it is used.
type Invitation struct {
	Room        RoomID
	Title       string
	MemberCount int
	Joined      bool // the one who asks is a member already
}

// SyncRoom is what one room has that the client has not.
type SyncRoom struct {
	Room    RoomID
	Entries []Entry
	Head    uint64
	Tail    uint64
	Read    uint64
	Unread  uint64
	More    bool // there is more after the last of Entries
}

// SyncAnswer is what a client that comes back has missed.
type SyncAnswer struct {
	Epoch string
	Reset bool // the client's numbers are of another life of the store: start again
	Rooms []SyncRoom
	New   []RoomID // rooms that the client did not name
	Gone  []RoomID // rooms that the client named and is not in
}

// DefaultInvite is how long a link holds when nothing else is said, MaxInvite
// the longest.
const (
	DefaultInvite = 7 * 24 * time.Hour
	MaxInvite     = 30 * 24 * time.Hour
)
