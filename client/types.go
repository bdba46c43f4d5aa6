package client

import (
	"github.com/gofrs/uuid/v5"

	"madang/internal/wire"
)

// What travels between clients and the server. The types are those that the
// server itself uses; their JSON is the protocol's.
type (
	// ID is the identity of a user, device, room or send: a UUID. The zero ID
	// means "none".
	ID = wire.ID
	// Time is a moment in Unix milliseconds; its Time method gives a time.Time.
	Time = wire.Time
	// Entry is one numbered row of a room.
	Entry = wire.Entry
	// Content is what a message holds: a type and the object of that type.
	Content = wire.Content
	// Kind is what an entry is: KindMessage and so on.
	Kind = wire.Kind
	// Room is a conversation as its member sees it.
	Room = wire.Room
	// Member is a user in a room.
	Member = wire.Member
	// User is a person as others see them.
	User = wire.User
	// Me is a person as they see themselves.
	Me = wire.Me
	// Device is one signed-in client of a person.
	Device = wire.Device
	// Mention marks a member's name in a text.
	Mention = wire.Mention
)

// The kinds of an entry. Only messages count as unread. A hidden entry keeps
// its number and has no content.
const (
	KindMessage  = wire.KindMessage
	KindEdit     = wire.KindEdit
	KindDeletion = wire.KindDeletion
	KindReaction = wire.KindReaction
	KindNotice   = wire.KindNotice
	KindHidden   = wire.KindHidden
)

// ParseID reads an id in its 36-character form.
func ParseID(s string) (ID, error) { return wire.ParseID(s) }

// NewID makes an id that nobody else has, as for a message about to be sent.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// Text is the content of a plain text message.
func Text(text string) Content { return Content{Type: wire.TypeText, Text: text} }
