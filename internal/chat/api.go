package chat

import (
	"context"
	"errors"
	"time"

	"madang/internal/bus"
	"madang/internal/wire"
)

// Chat is the rooms of this server. It is safe for concurrent use.
type Chat struct{}

var errNotYet = errors.New("chat: not there yet")

// Run keeps the projection's cursors saved until ctx is done.
func (c *Chat) Run(ctx context.Context) error { return errNotYet }

// Epoch names the store's life; numbers of another one mean nothing.
func (c *Chat) Epoch() string { return "" }

// Send appends a message and returns when it is on disk.
func (c *Chat) Send(ctx context.Context, a Actor, s Send) (Sent, error) { return Sent{}, errNotYet }

// SendAsync is Send that never waits for the disk: done is called exactly once,
// possibly before SendAsync returns, often on the lane's goroutine, and must
// not block.
func (c *Chat) SendAsync(a Actor, s Send, done func(Sent, error)) { done(Sent{}, errNotYet) }

// Read moves the read mark of the actor up to seq.
func (c *Chat) Read(ctx context.Context, a Actor, room RoomID, seq uint64) error { return errNotYet }

// ReadAsync is Read that never waits for the disk; done as in SendAsync.
func (c *Chat) ReadAsync(a Actor, room RoomID, seq uint64, done func(error)) { done(errNotYet) }

// Messages gives a page of entries.
func (c *Chat) Messages(ctx context.Context, a Actor, room RoomID, p Page) (Messages, error) {
	return Messages{}, errNotYet
}

// Rooms lists the actor's rooms, pinned first, then by last activity.
func (c *Chat) Rooms(ctx context.Context, a Actor, cursor string, limit int) (rooms []Room, next string, err error) {
	return nil, "", errNotYet
}

// Room gives one room.
func (c *Chat) Room(ctx context.Context, a Actor, room RoomID) (Room, error) {
	return Room{}, errNotYet
}

// Members lists the present members.
func (c *Chat) Members(ctx context.Context, a Actor, room RoomID, cursor string, limit int) (members []wire.Member, next string, err error) {
	return nil, "", errNotYet
}

// Create makes or finds a room.
func (c *Chat) Create(ctx context.Context, a Actor, n NewRoom) (Room, error) {
	return Room{}, errNotYet
}

// Edit gives a message another text.
func (c *Chat) Edit(ctx context.Context, a Actor, room RoomID, seq uint64, text string, mentions []wire.Mention) (uint64, error) {
	return 0, errNotYet
}

// Delete deletes a message for all, or hides it from the actor; then the
// number is 0.
func (c *Chat) Delete(ctx context.Context, a Actor, room RoomID, seq uint64, forAll bool) (uint64, error) {
	return 0, errNotYet
}

// React adds or removes an emoji under a message.
func (c *Chat) React(ctx context.Context, a Actor, room RoomID, seq uint64, emoji string, remove bool) (uint64, error) {
	return 0, errNotYet
}

// Forward copies a message into other rooms.
func (c *Chat) Forward(ctx context.Context, a Actor, room RoomID, seq uint64, to []Target) ([]Sent, error) {
	return nil, errNotYet
}

// Invite brings people into a group.
func (c *Chat) Invite(ctx context.Context, a Actor, room RoomID, users []UserID) (Room, error) {
	return Room{}, errNotYet
}

// Remove takes a member out of a group.
func (c *Chat) Remove(ctx context.Context, a Actor, room RoomID, user UserID) error { return errNotYet }

// Leave leaves a group, or clears a direct or memo room.
func (c *Chat) Leave(ctx context.Context, a Actor, room RoomID) error { return errNotYet }

// SetRole changes a member's role; giving RoleOwner hands the group over.
func (c *Chat) SetRole(ctx context.Context, a Actor, room RoomID, user UserID, role wire.Role) error {
	return errNotYet
}

// Rename gives a group another title.
func (c *Chat) Rename(ctx context.Context, a Actor, room RoomID, title string) error {
	return errNotYet
}

// SetMute silences the room for the actor until a time; zero ends it.
func (c *Chat) SetMute(ctx context.Context, a Actor, room RoomID, until wire.Time) error {
	return errNotYet
}

// SetPin pins the room in the actor's list, or lets it go.
func (c *Chat) SetPin(ctx context.Context, a Actor, room RoomID, pinned bool) error {
	return errNotYet
}

// CreateInvite makes a link into a group; expiresIn 0 means DefaultInvite.
func (c *Chat) CreateInvite(ctx context.Context, a Actor, room RoomID, expiresIn time.Duration) (Invite, error) {
	return Invite{}, errNotYet
}

// RevokeInvites ends all links into a group.
func (c *Chat) RevokeInvites(ctx context.Context, a Actor, room RoomID) error { return errNotYet }

// PeekInvite shows what a link leads to.
func (c *Chat) PeekInvite(ctx context.Context, a Actor, token string) (Invitation, error) {
	return Invitation{}, errNotYet
}

// JoinByInvite enters a group by a link.
func (c *Chat) JoinByInvite(ctx context.Context, a Actor, token string) (Room, error) {
	return Room{}, errNotYet
}

// Sync tells what a client has missed that has the given numbers.
func (c *Chat) Sync(ctx context.Context, a Actor, epoch string, have map[RoomID]uint64) (SyncAnswer, error) {
	return SyncAnswer{}, errNotYet
}

// Typing tells the others in the room that the actor writes.
func (c *Chat) Typing(ctx context.Context, a Actor, room RoomID) error { return errNotYet }

// Audience gives who hears of a room, with the control version it is of. The
// slice is shared and must not be changed.
func (c *Chat) Audience(ctx context.Context, room RoomID) (control uint64, members []UserID, err error) {
	return 0, nil, errNotYet
}

// FeedPos is the number of the shard's last feed row that is on disk.
func (c *Chat) FeedPos(shard uint8) uint64 { return 0 }

// MissedSince rebuilds what the shard's commits after pos told, oldest first,
// at most some hundred commits a call. Read marks are not among it.
func (c *Chat) MissedSince(ctx context.Context, shard uint8, pos uint64) ([]*bus.Batch, error) {
	return nil, errNotYet
}

// UnreadSteps gives, newest first, [seq, n] for the last messages: n people
// have yet to read the message seq. It is what the gathered read frame of a
// large room holds.
func (c *Chat) UnreadSteps(ctx context.Context, room RoomID, last int) ([][2]uint64, error) {
	return nil, errNotYet
}

// MakeTestMedia makes a file that messages can name. Only the sandbox calls it.
func (c *Chat) MakeTestMedia(ctx context.Context, owner UserID, kind MediaKind) (wire.ID, error) {
	return wire.ID{}, errNotYet
}

// MediaKind is what a file is.
type MediaKind string

// The kinds of files.
const (
	MediaPhoto MediaKind = "photo"
	MediaVideo MediaKind = "video"
	MediaVoice MediaKind = "voice"
	MediaFile  MediaKind = "file"
)

// AppendJSON writes the room as encoding/json writes [wire.Room].
func (r *Room) AppendJSON(b []byte) []byte { return b }

// AppendJSON writes the members of the answer to sync, as the protocol has them.
func (s *SyncAnswer) AppendJSON(b []byte) []byte { return b }

// AppendJSON writes the page: entries, head_seq, tail_seq.
func (m *Messages) AppendJSON(b []byte) []byte { return b }
