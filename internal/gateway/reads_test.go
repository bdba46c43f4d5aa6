package gateway_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/wire"
)

// In a room over wire.SmallRoom members read marks go out gathered, to those who
// have it open; the reader's own devices hear at once.
func TestReadMarksOfLargeRooms(t *testing.T) {
	h := open(t)
	p := h.people(wire.SmallRoom + 20)
	room := h.group(p[:90]...)
	var rest []chat.UserID
	for _, one := range p[90:] {
		rest = append(rest, one.User)
	}
	_, err := h.Chat.Invite(t.Context(), p[0].Actor, room, rest)
	qt.Assert(t, qt.IsNil(err))

	watcher, other := h.connect(p[0]), h.connect(p[1])
	reader, readerToo := h.connect(p[2]), h.connect(p[2])
	seq := watcher.say(room, "everybody, please read").Seq
	watcher.call("room.open", map[string]any{"room_id": room}, nil)
	reader.call("room.read", map[string]any{"room_id": room, "seq": seq}, nil)
	for _, one := range p[3:13] {
		h.Read(one.Actor, room, seq)
	}
	qt.Check(t, qt.Equals(readerToo.notice("read"), fmt.Sprintf(`{"room_id":"%s","user_id":"%s","seq":%d}`, room, p[2].User, seq)))

	frames := 0
	for left := uint64(len(p)); left > uint64(len(p)-12); frames++ {
		var params struct {
			RoomID   wire.ID     `json:"room_id"`
			UnreadBy [][2]uint64 `json:"unread_by"`
		}
		qt.Assert(t, qt.IsNil(json.Unmarshal([]byte(watcher.notice("read")), &params)))
		qt.Check(t, qt.Equals(params.RoomID, room))
		qt.Assert(t, qt.IsTrue(len(params.UnreadBy) > 0))
		qt.Check(t, qt.Equals(params.UnreadBy[0][0], seq))
		left = params.UnreadBy[0][1]
	}
	qt.Check(t, qt.IsTrue(frames <= 3), qt.Commentf("%d frames for 11 readers", frames))
	other.quiet("entry", "room")

	// Somebody who closed the room, or is no member, hears nothing.
	watcher.call("room.open", map[string]any{"room_id": nil}, nil)
	h.Read(p[20].Actor, room, seq)
	outsider := h.people(1)[0]
	c := h.connect(outsider)
	qt.Check(t, qt.Equals(c.refused("room.open", map[string]any{"room_id": room}), "room_unknown"))
}
