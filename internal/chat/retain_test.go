package chat_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
)

// What is too old goes, for good and for all; what is younger keeps its number,
// and the counts stay right.
func TestTrimBefore(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		key := chattest.Text(room, "old 0")
		first, err := h.Chat.Send(t.Context(), ann, key)
		qt.Assert(t, qt.IsNil(err))
		for i := range 9 {
			h.Say(ann, room, fmt.Sprint("old ", i+1))
		}
		h.Say(ben, room, "an old answer")
		h.Clock.Advance(48 * time.Hour)
		for i := range 3 {
			h.Say(ann, room, fmt.Sprint("new ", i))
		}
		h.Say(ben, room, "a new answer")
		qt.Assert(t, qt.Equals(h.Room(ben, room).Unread, 13))
		qt.Assert(t, qt.Equals(h.Room(ann, room).Unread, 2))

		qt.Assert(t, qt.IsNil(h.Chat.TrimBefore(t.Context(), h.Clock.Now().Add(-24*time.Hour))))
		page := h.Page(ben, room)
		qt.Assert(t, qt.HasLen(page, 4))
		qt.Assert(t, qt.Equals(page[0].Seq, 12))
		qt.Assert(t, qt.Equals(page[0].Text, "new 0"))
		r := h.Room(ben, room)
		qt.Assert(t, qt.Equals(r.TailSeq, 12))
		qt.Assert(t, qt.Equals(r.HeadSeq, 15))
		qt.Assert(t, qt.Equals(r.Unread, 3))
		qt.Assert(t, qt.Equals(h.Room(ann, room).Unread, 1))

		// A client that was away is told from where the log still reaches.
		answer, err := h.Chat.Sync(t.Context(), ben, h.Chat.Epoch(), map[chat.RoomID]uint64{room: 2})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(answer.Rooms, 1))
		qt.Assert(t, qt.Equals(answer.Rooms[0].Tail, 12))
		qt.Assert(t, qt.HasLen(answer.Rooms[0].Entries, 4))

		// A key lives as long as its entry.
		again, err := h.Chat.Send(t.Context(), ann, key)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(first.Seq, 1))
		qt.Assert(t, qt.Equals(again.Seq, 16))

		// Once more changes nothing; later everything is old.
		qt.Assert(t, qt.IsNil(h.Chat.TrimBefore(t.Context(), h.Clock.Now().Add(-24*time.Hour))))
		qt.Assert(t, qt.HasLen(h.Page(ben, room), 5))
		h.Clock.Advance(48 * time.Hour)
		qt.Assert(t, qt.IsNil(h.Chat.TrimBefore(t.Context(), h.Clock.Now())))
		qt.Assert(t, qt.HasLen(h.Page(ben, room), 0))
		qt.Assert(t, qt.Equals(h.Room(ben, room).Unread, 0))
		qt.Assert(t, qt.Equals(h.Say(ann, room, "and on"), 17))
		qt.Assert(t, qt.Equals(h.Room(ben, room).Unread, 1))
	})
}
