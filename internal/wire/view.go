package wire

// User is a person as others see them.
type User struct {
	ID            ID     `json:"id"`
	Name          string `json:"name"`
	Handle        string `json:"handle,omitempty"`
	StatusMessage string `json:"status_message,omitempty"`
	PhotoID       ID     `json:"photo_id,omitzero"`
	Deleted       bool   `json:"deleted,omitempty"`     // the account is gone
	Placeholder   bool   `json:"placeholder,omitempty"` // a speaker of an imported conversation
}

// Me is a person as they see themselves.
type Me struct {
	User
	Phone    string `json:"phone"`
	Language string `json:"language"`
	TimeZone string `json:"time_zone"`
	Country  string `json:"country"`
	HasPIN   bool   `json:"has_pin"`
	Admin    bool   `json:"admin,omitempty"`
}

// Friend is somebody in the friend list, with the marks on the relation.
type Friend struct {
	User
	Phone     string `json:"phone,omitempty"`    // when the two know each other's numbers
	Nickname  string `json:"nickname,omitempty"` // what the owner of the list calls them
	Favourite bool   `json:"favourite,omitempty"`
	Hidden    bool   `json:"hidden,omitempty"`
	Blocked   bool   `json:"blocked,omitempty"`
}

// Device is one signed-in client of a person.
type Device struct {
	ID         ID     `json:"id"`
	Name       string `json:"name"`
	Client     string `json:"client,omitempty"` // browser and system, when known
	CreatedAt  Time   `json:"created_at"`
	LastSeenAt Time   `json:"last_seen_at"`
	Current    bool   `json:"current,omitempty"`
}

// Room is a conversation as one member sees it.
type Room struct {
	ID         ID       `json:"id"`
	Kind       RoomKind `json:"kind"`
	Title      string   `json:"title,omitempty"` // of groups that have one
	HeadSeq    uint64   `json:"head_seq"`
	TailSeq    uint64   `json:"tail_seq"` // entries below are no more, or not for this member
	JoinedSeq  uint64   `json:"joined_seq"`
	ReadSeq    uint64   `json:"read_seq"`
	Unread     uint64   `json:"unread"`
	Role       Role     `json:"role,omitempty"` // in groups
	MutedUntil Time     `json:"muted_until,omitzero"`
	Pinned     bool     `json:"pinned,omitempty"`
	// Notice is the message that is up as the notice of the room.
	Notice      *RoomNotice `json:"notice,omitempty"`
	Draft       *Draft      `json:"draft,omitempty"` // what this member has begun to write
	LastMessage *Entry      `json:"last_message,omitempty"`
	MemberCount int         `json:"member_count"`
	// Members are all of them in rooms of up to 20, the first 20 otherwise;
	// the rest is in GET /v1/rooms/{id}/members.
	Members []Member `json:"members"`
}

// RoomNotice is a message that a member put up for all, as it stands now.
type RoomNotice struct {
	Seq      uint64 `json:"seq"`
	UserID   ID     `json:"user_id"` // who put it up
	PinnedAt Time   `json:"pinned_at"`
	Message  *Entry `json:"message"`
}

// Draft is what a person has begun to write in a room and not sent.
type Draft struct {
	Text      string `json:"text"`
	ReplyTo   uint64 `json:"reply_to,omitempty"` // message of the room that it answers
	UpdatedAt Time   `json:"updated_at"`
}

// Member is a user in a room.
type Member struct {
	UserID      ID     `json:"user_id"`
	Name        string `json:"name"`
	PhotoID     ID     `json:"photo_id,omitzero"`
	Role        Role   `json:"role,omitempty"`
	JoinedSeq   uint64 `json:"joined_seq"`
	ReadSeq     uint64 `json:"read_seq"`
	Placeholder bool   `json:"placeholder,omitempty"`
}
