package chat_test

import (
	"encoding/json"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

func TestSync(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		quiet, busy, fresh, left := h.Direct(ann, ben), h.Direct(ann, cid), h.Direct(ann, dan), h.Group(ann, ben)
		h.Say(ben, quiet, "x")
		for range 150 {
			h.Say(cid, busy, "x")
		}
		h.Say(dan, fresh, "x")
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, left)))
		h.Read(ann, busy, 3)
		never := chattest.NewID()
		have := map[chat.RoomID]uint64{quiet: 1, busy: 5, left: 1, never: 1}
		answer, err := h.Chat.Sync(t.Context(), ann, h.Chat.Epoch(), have)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(answer.Reset))
		qt.Assert(t, qt.HasLen(answer.Rooms, 1))
		r := answer.Rooms[0]
		qt.Check(t, qt.Equals(r.Room, busy))
		qt.Assert(t, qt.HasLen(r.Entries, wire.MaxSyncEntries))
		qt.Check(t, qt.Equals(r.Entries[0].Seq, 6))
		qt.Check(t, qt.Equals(r.Entries[99].Seq, 105))
		qt.Check(t, qt.IsTrue(r.More))
		qt.Check(t, qt.Equals(r.Head, 150))
		qt.Check(t, qt.Equals(r.Read, 3))
		qt.Check(t, qt.Equals(r.Unread, 147))
		qt.Check(t, qt.DeepEquals(answer.New, []chat.RoomID{fresh}))
		qt.Check(t, qt.HasLen(answer.Gone, 2))

		have[busy] = 105
		answer, err = h.Chat.Sync(t.Context(), ann, h.Chat.Epoch(), have)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(answer.Rooms[0].Entries, 45))
		qt.Check(t, qt.IsFalse(answer.Rooms[0].More))

		var back struct {
			Epoch string
			Rooms []struct {
				RoomID  wire.ID `json:"room_id"`
				Entries []wire.Entry
				HeadSeq uint64 `json:"head_seq"`
				TailSeq uint64 `json:"tail_seq"`
				ReadSeq uint64 `json:"read_seq"`
				Unread  uint64
			}
			New, Gone []wire.ID
		}
		qt.Assert(t, qt.IsNil(json.Unmarshal(answer.AppendJSON(nil), &back)))
		qt.Check(t, qt.Equals(back.Epoch, h.Chat.Epoch()))
		qt.Check(t, qt.DeepEquals(back.Rooms[0].Entries, h.Decode(answer.Rooms[0].Entries)))
		qt.Check(t, qt.Equals(back.Rooms[0].Unread, 147))
		qt.Check(t, qt.DeepEquals(back.New, answer.New))
		qt.Check(t, qt.DeepEquals(back.Gone, answer.Gone))

		answer, err = h.Chat.Sync(t.Context(), ann, "another life", have)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(answer.Reset))
		qt.Check(t, qt.HasLen(answer.Rooms, 0))
		qt.Check(t, qt.Equals(string(answer.AppendJSON(nil)), `{"epoch":"`+h.Chat.Epoch()+`","reset":true,"rooms":[]}`))

		many := make(map[chat.RoomID]uint64)
		for range wire.MaxSyncRooms + 1 {
			many[chattest.NewID()] = 1
		}
		_, err = h.Chat.Sync(t.Context(), ann, h.Chat.Epoch(), many)
		is(t, err, fault.BadRequest)
	})
}

// A client has a room from the log before the room is in its member's list.
func TestSyncAheadOfProjection(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(2)
		room := h.Group(u[0], u[1])
		h.Say(u[0], room, "x")
		qt.Assert(t, qt.IsNil(h.DB.Tx(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), db.SQL(`DELETE FROM member WHERE room_id = $1`), room)
			return err
		})))
		answer, err := h.Chat.Sync(t.Context(), u[1], h.Chat.Epoch(), map[chat.RoomID]uint64{room: 1})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(answer.Gone, 0))
		qt.Assert(t, qt.HasLen(answer.Rooms, 1))
		qt.Check(t, qt.Equals(answer.Rooms[0].Room, room))
		qt.Check(t, qt.HasLen(answer.Rooms[0].Entries, 1))
	})
}

// What the bus told can be told again out of the log.
func TestMissedSince(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		direct := h.Direct(ann, ben)
		h.Ear.Forget()
		at := map[uint8]uint64{}
		for s := range uint8(roomlog.Shards) {
			pos, err := h.Chat.FeedPos(t.Context(), s)
			qt.Assert(t, qt.IsNil(err))
			at[s] = pos
		}
		group := h.Group(ann, ben)
		h.Say(ann, direct, "one")
		h.Say(ben, direct, "two")
		h.Block(ann, ben, true)
		h.Say(ben, direct, "not for ann")
		_, err := h.Chat.Invite(t.Context(), ann, group, ids(cid))
		qt.Assert(t, qt.IsNil(err))
		h.Say(cid, group, "three")
		_, err = h.Chat.React(t.Context(), ann, group, 3, "👍", false)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(h.Chat.Remove(t.Context(), ann, group, cid.User)))

		type key struct {
			room [16]byte
			seq  uint64
		}
		told := map[key]bus.Event{}
		people := map[string]bool{}
		for _, b := range h.Ear.Batches() {
			for _, ev := range b.Events {
				switch ev.Kind {
				case bus.Entry:
					told[key{ev.Room, ev.Seq}] = ev
				case bus.People:
					for _, u := range ev.Users {
						people[chat.UserID(u).String()+string(ev.Frame)] = true
					}
				}
			}
		}
		again := 0
		for s, pos := range at {
			missed, err := h.Chat.MissedSince(t.Context(), s, pos)
			qt.Assert(t, qt.IsNil(err))
			for _, b := range missed {
				pos++
				qt.Check(t, qt.Equals(b.Pos, pos))
				qt.Check(t, qt.Equals(b.Shard, s))
				for _, ev := range b.Events {
					switch ev.Kind {
					case bus.Entry:
						again++
						first, ok := told[key{ev.Room, ev.Seq}]
						qt.Assert(t, qt.IsTrue(ok))
						qt.Check(t, qt.Equals(ev.HiddenFrom, first.HiddenFrom))
						qt.Check(t, qt.DeepEquals(ev.Users, first.Users))
						qt.Check(t, qt.Equals(string(ev.Hidden), string(first.Hidden)))
						was, is := entryIn(t, first.Frame), entryIn(t, ev.Frame)
						// The state is that of now.
						was.UnreadBy, is.UnreadBy, was.Reactions, is.Reactions = nil, nil, nil, nil
						qt.Check(t, qt.DeepEquals(is, was))
					case bus.People:
						for _, u := range ev.Users {
							qt.Check(t, qt.IsTrue(people[chat.UserID(u).String()+string(ev.Frame)]))
						}
					}
				}
			}
		}
		qt.Check(t, qt.Equals(again, len(told)))
		qt.Check(t, qt.Equals(again, 8))
	})
}
