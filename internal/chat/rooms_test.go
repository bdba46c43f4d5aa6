package chat_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

func TestRoomsAreInOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(6)
		ann := u[0]
		var rooms []chat.RoomID
		for _, other := range u[1:] {
			room := h.Direct(ann, other)
			h.Clock.Advance(time.Second)
			h.Say(other, room, "hi")
			rooms = append(rooms, room)
		}
		h.Clock.Advance(time.Second)
		h.Say(ann, rooms[1], "again")
		qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), ann, rooms[0], true)))
		h.Clock.Advance(time.Second)
		qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), ann, rooms[2], true)))
		want := []chat.RoomID{rooms[2], rooms[0], rooms[1], rooms[4], rooms[3]}

		var got []chat.RoomID
		for cursor := ""; ; {
			page, next, err := h.Chat.Rooms(t.Context(), ann, cursor, 2)
			qt.Assert(t, qt.IsNil(err))
			for i := range page {
				got = append(got, page[i].ID)
			}
			if cursor = next; next == "" {
				break
			}
		}
		qt.Check(t, qt.DeepEquals(got, want))
		_, _, err := h.Chat.Rooms(t.Context(), ann, "x", 2)
		is(t, err, fault.CursorInvalid)
		_, _, err = h.Chat.Rooms(t.Context(), ann, "", 1000)
		is(t, err, fault.BadRequest)
		_, _, err = h.Chat.Members(t.Context(), ann, rooms[0], "x", 2)
		is(t, err, fault.CursorInvalid)
		_, _, err = h.Chat.Members(t.Context(), u[5], rooms[0], "", 2)
		is(t, err, fault.RoomUnknown)
		list, _, err := h.Chat.Rooms(t.Context(), stranger(), "", 0)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(list, 0))
	})
}

// A room is written as encoding/json writes the type of the protocol.
func TestRoomJSON(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		room := h.Group(u...)
		h.Say(u[0], room, "안녕 <&>")
		qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), u[1], room, true)))
		qt.Assert(t, qt.IsNil(h.Chat.SetMute(t.Context(), u[1], room, wire.Time(h.Clock.NowMs()+60_000))))
		qt.Assert(t, qt.IsNil(h.Chat.SetNotice(t.Context(), u[2], room, 2)))
		_, err := h.Chat.SetDraft(t.Context(), u[1], room, wire.Draft{Text: "<draft>", ReplyTo: 2})
		qt.Assert(t, qt.IsNil(err))
		for _, id := range []chat.RoomID{room, h.Direct(u[1], u[2])} {
			r, err := h.Chat.Room(t.Context(), u[1], id)
			qt.Assert(t, qt.IsNil(err))
			w, err := r.Wire()
			qt.Assert(t, qt.IsNil(err))
			want, err := json.Marshal(w)
			qt.Assert(t, qt.IsNil(err))
			got, err := json.Marshal(r) // escapes for HTML as well
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(string(got), string(want)))
		}
	})
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		for range 9 {
			h.Say(ann, room, "x")
		}
		for _, c := range []struct {
			name     string
			page     chat.Page
			from, to uint64
		}{
			{"newest", chat.Page{Limit: 3}, 7, 9},
			{"all", chat.Page{}, 1, 9},
			{"before", chat.Page{Before: 5, Limit: 3}, 2, 4},
			{"before the first", chat.Page{Before: 1}, 1, 0},
			{"before beyond", chat.Page{Before: 99, Limit: 2}, 8, 9},
			{"after", chat.Page{After: 5, Limit: 3}, 6, 8},
			{"after the last", chat.Page{After: 9}, 1, 0},
			{"after beyond", chat.Page{After: 1 << 60}, 1, 0},
			{"from the start", chat.Page{FromStart: true, Limit: 2}, 1, 2},
		} {
			t.Run(c.name, func(t *testing.T) {
				m, err := h.Chat.Messages(t.Context(), ben, room, c.page)
				qt.Assert(t, qt.IsNil(err))
				var got, want []uint64
				for _, e := range m.Entries {
					got = append(got, e.Seq)
				}
				for s := c.from; s <= c.to; s++ {
					want = append(want, s)
				}
				qt.Check(t, qt.DeepEquals(got, want))
				qt.Check(t, qt.Equals(m.Head, 9))
				qt.Check(t, qt.Equals(m.Tail, 1))
				var back struct {
					Entries []wire.Entry
					HeadSeq uint64 `json:"head_seq"`
					TailSeq uint64 `json:"tail_seq"`
				}
				qt.Assert(t, qt.IsNil(json.Unmarshal(m.AppendJSON(nil), &back)))
				qt.Check(t, qt.DeepEquals(back.Entries, h.Decode(m.Entries)))
				qt.Check(t, qt.Equals(back.HeadSeq, 9))
			})
		}
		for _, p := range []chat.Page{{Limit: -1}, {Limit: 1000}, {Before: 1, After: 1}} {
			_, err := h.Chat.Messages(t.Context(), ben, room, p)
			is(t, err, fault.BadRequest)
		}
		_, err := h.Chat.Messages(t.Context(), stranger(), room, chat.Page{})
		is(t, err, fault.RoomUnknown)
		_, err = h.Chat.Messages(t.Context(), ben, chattest.NewID(), chat.Page{})
		is(t, err, fault.RoomUnknown)
	})
}
