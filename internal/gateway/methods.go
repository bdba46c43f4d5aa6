package gateway

import (
	"context"
	"maps"
	"slices"

	"madang/internal/chat"
)

// method is what a call does. Exactly one of quick and slow is set.
type method struct {
	// quick begins the call as the frame is read and never waits for the disk;
	// it sees to the answer and to session.finish itself.
	quick func(s *session, a *chat.Actor, id, params []byte)
	// slow makes the call on a worker and appends the result, an object, to
	// out; nil means {}.
	slow func(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error)
	// stranger says that it is allowed before hello.
	stranger bool
}

// methods are all there is to call. docs/protocol.md says what each takes and
// gives.
var methods map[string]method

// The table is filled here because methods refer to sessions, and those to the
// table.
func init() {
	methods = map[string]method{
		"hello": {slow: hello, stranger: true},
		"ping":  {quick: ping},
		"have":  {slow: have},

		"message.send":    {quick: sendMessage},
		"message.edit":    {slow: editMessage},
		"message.delete":  {slow: deleteMessage},
		"message.react":   {slow: react},
		"message.forward": {slow: forward},

		"room.read":     {quick: readRoom},
		"room.messages": {slow: roomMessages},
		"room.open":     {slow: openRoom},
		"room.draft":    {slow: draftRoom},
		"typing":        {slow: typing},

		"rooms": {slow: rooms},
		"sync":  {slow: syncRooms},
	}
}

// Methods names all there is to call, in order.
func Methods() []string { return slices.Sorted(maps.Keys(methods)) }
