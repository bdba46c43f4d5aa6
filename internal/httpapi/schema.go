package httpapi

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"madang/internal/chat"
	"madang/internal/wire"
)

// The types of package wire know how to write themselves as JSON; these tell
// huma what comes out. Package wire stays free of huma this way.
type (
	idSchema       struct{}
	timeSchema     struct{}
	kindSchema     struct{}
	typeSchema     struct{}
	eventSchema    struct{}
	roleSchema     struct{}
	roomKindSchema struct{}
)

func (idSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

func (timeSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Examples: []any{"2026-11-23T09:00:00.000Z"}}
}

func (kindSchema) Schema(huma.Registry) *huma.Schema {
	return enum(wire.KindMessage, wire.KindEdit, wire.KindDeletion, wire.KindReaction, wire.KindNotice, wire.KindHidden)
}

func (typeSchema) Schema(huma.Registry) *huma.Schema {
	return enum(wire.TypeText, wire.TypePhoto, wire.TypeVideo, wire.TypeVoice, wire.TypeFile,
		wire.TypeContact, wire.TypePlace, wire.TypeEmoticon, wire.TypeCard)
}

func (eventSchema) Schema(huma.Registry) *huma.Schema {
	return enum(wire.EventCreated, wire.EventInvited, wire.EventJoined, wire.EventLeft, wire.EventRemoved,
		wire.EventRenamed, wire.EventRole, wire.EventPinned, wire.EventUnpinned, wire.EventImported, wire.EventText)
}

func (roleSchema) Schema(huma.Registry) *huma.Schema {
	return enum(wire.RoleOwner, wire.RoleAdmin, wire.RoleMember)
}

func (roomKindSchema) Schema(huma.Registry) *huma.Schema {
	return enum(wire.RoomDirect, wire.RoomGroup, wire.RoomMemo)
}

func enum[T ~string](values ...T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// optionalID is an id that a change may leave as it is (not given), set, or
// take away (null or "").
type optionalID struct {
	given bool
	id    wire.ID
}

// Schema implements huma.SchemaProvider.
func (optionalID) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: "^([0-9a-fA-F-]{36})?$", Nullable: true}
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *optionalID) UnmarshalJSON(b []byte) error {
	*o = optionalID{given: true}
	if string(b) == "null" {
		return nil
	}
	return json.Unmarshal(b, &o.id)
}

// pointer is nil when nothing was given.
func (o *optionalID) pointer() *wire.ID {
	if !o.given {
		return nil
	}
	return &o.id
}

func registry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", schemaName)
	alias[wire.ID, idSchema](r)
	alias[wire.Time, timeSchema](r)
	alias[wire.Kind, kindSchema](r)
	alias[wire.Type, typeSchema](r)
	alias[wire.Event, eventSchema](r)
	alias[wire.Role, roleSchema](r)
	alias[wire.RoomKind, roomKindSchema](r)
	alias[chat.Room, wire.Room](r)
	alias[chat.Entry, wire.Entry](r)
	alias[messagesBody, entriesPage](r)
	alias[foundBody, foundPage](r)
	alias[syncBody, syncAnswer](r)
	// An entry has a content only when it is a message.
	entry := r.Schema(reflect.TypeFor[wire.Entry](), false, "")
	entry.Required = slices.DeleteFunc(entry.Required, func(name string) bool { return name == "type" })
	return r
}

// schemaName names what an operation takes SetPhoneBody, and what it gives
// FriendsAnswer, after the Go types setPhoneIn and friendsOut.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if n, ok := strings.CutSuffix(name, "InBody"); ok {
		return n + "Body"
	}
	if n, ok := strings.CutSuffix(name, "OutBody"); ok {
		return n + "Answer"
	}
	return name
}

// alias says that a T looks like an As.
func alias[T, As any](r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[T](), reflect.TypeFor[As]())
}
