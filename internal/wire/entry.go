package wire

// Kind is what a row of a room's log is.
type Kind string

// The kinds of an entry. Only messages count as unread.
const (
	KindMessage  Kind = "message"
	KindEdit     Kind = "edit"
	KindDeletion Kind = "deletion"
	KindReaction Kind = "reaction"
	KindNotice   Kind = "notice"
	KindHidden   Kind = "hidden" // keeps its number, has no content
)

// Entry is one numbered row of a room's log as a client sees it. Edits,
// deletions and reactions name their target and bring its present state with
// them, so that a client which has the target only needs to replace it.
type Entry struct {
	Seq       uint64 `json:"seq"`
	Kind      Kind   `json:"kind"`
	SenderID  ID     `json:"sender_id,omitzero"`
	ClientID  ID     `json:"client_id,omitzero"`
	CreatedAt Time   `json:"created_at,omitzero"`

	// Of messages.
	*Content  `json:",omitempty"`
	UnreadBy  *int       `json:"unread_by,omitempty"`
	EditedAt  Time       `json:"edited_at,omitzero"`
	Deleted   bool       `json:"deleted,omitempty"` // deleted for all: no content is left
	Reactions []Reaction `json:"reactions,omitempty"`

	// Of edits, deletions and reactions; the first two also of notices that put
	// a message up.
	TargetSeq uint64 `json:"target_seq,omitempty"`
	Target    *Entry `json:"target,omitempty"`
	Emoji     string `json:"emoji,omitempty"`
	Removed   bool   `json:"removed,omitempty"` // the reaction was taken back

	// Of notices.
	Notice *Notice `json:"notice,omitempty"`
}

// Reaction is one emoji under a message and who chose it. UserIDs holds the
// first 20; Count is exact.
type Reaction struct {
	Emoji   string `json:"emoji"`
	Count   int    `json:"count"`
	UserIDs []ID   `json:"user_ids"`
}

// Event is what a notice tells.
type Event string

// The events of notices.
const (
	EventCreated  Event = "created"  // sender made the room with user_ids
	EventInvited  Event = "invited"  // sender brought user_ids in
	EventJoined   Event = "joined"   // sender came in by a link
	EventLeft     Event = "left"     // sender left
	EventRemoved  Event = "removed"  // sender removed user_ids
	EventRenamed  Event = "renamed"  // sender gave the title
	EventRole     Event = "role"     // sender gave user_ids the role
	EventPinned   Event = "pinned"   // sender put the target up as the notice of the room
	EventUnpinned Event = "unpinned" // sender took the notice of the room down
	EventImported Event = "imported" // a conversation was brought in from elsewhere
	EventText     Event = "text"     // a line of an imported conversation
)

// Notice tells a change of the room. Clients make the sentence in the reader's
// language from it.
type Notice struct {
	Event   Event  `json:"event"`
	UserIDs []ID   `json:"user_ids,omitempty"`
	Title   string `json:"title,omitempty"`
	Role    Role   `json:"role,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Role is what a member of a group may do.
type Role string

// The roles: an owner may do everything, an admin may invite, remove members
// and rename, a member may write and invite. Outside groups everybody is a
// member.
const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
)

// RoomKind is the kind of a room.
type RoomKind string

// The kinds of rooms that exist today.
const (
	RoomDirect RoomKind = "direct"
	RoomGroup  RoomKind = "group"
	RoomMemo   RoomKind = "memo"
)
