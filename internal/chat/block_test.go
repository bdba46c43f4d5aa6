package chat_test

import (
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

// blocked are ann, and ben whom she blocks, in their direct room with one
// message of before.
func blocked(t *testing.T, h *house) (ann, ben actor, room chat.RoomID, before uint64) {
	t.Helper()
	ann, ben = h.Two()
	room = h.Direct(ann, ben)
	before = h.Say(ben, room, "before")
	h.Block(ann, ben, true)
	return ann, ben, room, before
}

func TestContract6BlockedMessageIsHidden(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben, room, _ := blocked(t, h)
		h.Read(ann, room, 1)
		h.Ear.Forget()
		seq := h.Say(ben, room, "do you hear me")
		qt.Check(t, qt.Equals(seq, 2))
		hidden := wire.Entry{Seq: 2, Kind: wire.KindHidden}

		// ben sees no difference.
		e := h.Entry(ben, room, 2)
		qt.Check(t, qt.Equals(e.Text, "do you hear me"))
		qt.Check(t, qt.Equals(*e.UnreadBy, 1))
		qt.Check(t, qt.Equals(h.Room(ben, room).LastMessage.Text, "do you hear me"))

		// ann sees a number by every door.
		qt.Check(t, qt.DeepEquals(h.Entry(ann, room, 2), hidden))
		r := h.Room(ann, room)
		qt.Check(t, qt.Equals(r.Unread, 0))
		qt.Check(t, qt.Equals(r.HeadSeq, 2))
		qt.Check(t, qt.Equals(r.LastMessage.Text, "before"))
		answer, err := h.Chat.Sync(t.Context(), ann, h.Chat.Epoch(), map[chat.RoomID]uint64{room: 1})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(h.Decode(answer.Rooms[0].Entries), []wire.Entry{hidden}))
		ev := h.Ear.Events(bus.Entry)
		qt.Assert(t, qt.HasLen(ev, 1))
		qt.Check(t, qt.Equals(chat.UserID(ev[0].HiddenFrom), ann.User))
		qt.Check(t, qt.DeepEquals(entryIn(t, ev[0].Hidden), hidden))
		qt.Check(t, qt.Equals(entryIn(t, ev[0].Frame).Text, "do you hear me"))

		// She cannot use what she does not see.
		_, err = h.Chat.React(t.Context(), ann, room, 2, "👍", false)
		is(t, err, fault.EntryUnknown)
		_, err = h.Chat.Forward(t.Context(), ann, room, 2, []chat.Target{{Room: room, ClientID: chattest.NewID()}})
		is(t, err, fault.EntryUnknown)
		// Nor does letting go of the block bring it back.
		h.Block(ann, ben, false)
		qt.Check(t, qt.DeepEquals(h.Entry(ann, room, 2), hidden))
		h.Say(ben, room, "and now?")
		qt.Check(t, qt.Equals(h.Room(ann, room).Unread, 1))
		qt.Check(t, qt.Equals(h.Room(ann, room).LastMessage.Text, "and now?"))
	})
}

// A room in which there is nothing else for them does not come into the list of
// the one who blocks.
func TestBlockedRoomIsNotListed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		h.Block(ann, ben, true)
		room := h.Direct(ben, ann)
		h.Say(ben, room, "hi")
		h.Say(ben, room, "hi?")
		qt.Check(t, qt.HasLen(h.List(ann), 0))
		qt.Check(t, qt.HasLen(h.List(ben), 1))
	})
}

func TestBlockedDeedsAreVeiled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben, room, before := blocked(t, h)
		hers := h.Say(ann, room, "hers")
		h.Ear.Forget()

		n, err := edit(t, h, ben, room, before, "before, edited")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(h.Entry(ben, room, before).Text, "before, edited"))
		qt.Check(t, qt.Equals(h.Entry(ben, room, n).Target.Text, "before, edited"))
		qt.Check(t, qt.Equals(h.Entry(ann, room, before).Text, "before"))
		qt.Check(t, qt.Equals(h.Entry(ann, room, before).EditedAt, 0))
		qt.Check(t, qt.DeepEquals(h.Entry(ann, room, n), wire.Entry{Seq: n, Kind: wire.KindHidden}))

		_, err = h.Chat.React(t.Context(), ben, room, hers, "👍", false)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(h.Entry(ann, room, hers).Reactions, 0))
		qt.Check(t, qt.DeepEquals(h.Entry(ben, room, hers).Reactions, []wire.Reaction{{Emoji: "👍", Count: 1, UserIDs: ids(ben)}}))
		for _, ev := range h.Ear.Events(bus.Entry) {
			qt.Check(t, qt.Equals(chat.UserID(ev.HiddenFrom), ann.User))
		}
		h.Ear.Forget()
		m, err := h.Chat.React(t.Context(), ann, room, hers, "👍", false)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(h.Entry(ann, room, hers).Reactions, []wire.Reaction{{Emoji: "👍", Count: 1, UserIDs: ids(ann)}}))
		qt.Check(t, qt.DeepEquals(h.Entry(ben, room, hers).Reactions, []wire.Reaction{{Emoji: "👍", Count: 2, UserIDs: ids(ben, ann)}}))
		// One frame for both: without the target, of which they see different things.
		ev := h.Ear.Events(bus.Entry)
		qt.Assert(t, qt.HasLen(ev, 1))
		qt.Check(t, qt.IsNil(entryIn(t, ev[0].Frame).Target))
		qt.Check(t, qt.Equals(h.Entry(ben, room, m).Target.Reactions[0].Count, 2))
		qt.Check(t, qt.Equals(h.Entry(ann, room, m).Target.Reactions[0].Count, 1))

		// What is deleted is gone for both.
		_, err = h.Chat.Delete(t.Context(), ben, room, before, true)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(h.Entry(ann, room, before).Deleted))

		// Typing reaches nobody.
		h.Ear.Forget()
		qt.Assert(t, qt.IsNil(h.Chat.Typing(t.Context(), ben, room)))
		qt.Check(t, qt.HasLen(h.Ear.Batches(), 0))
		qt.Assert(t, qt.IsNil(h.Chat.Typing(t.Context(), ann, room)))
		qt.Check(t, qt.HasLen(h.Ear.Events(bus.Room), 1))
	})
}

func TestContract6BlockingHidesNothingInGroups(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		room := h.Group(cid, ann, ben)
		h.Block(ann, ben, true)
		seq := h.Say(ben, room, "hi all")
		qt.Check(t, qt.Equals(h.Entry(ann, room, seq).Text, "hi all"))
		qt.Check(t, qt.Equals(h.Room(ann, room).Unread, 1))
	})
}

func TestWhoBlocksIsNotBroughtIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		h.Block(ann, ben, true)
		_, err := h.Chat.Create(t.Context(), ben, chat.NewRoom{MemberIDs: ids(cid, ann)})
		is(t, err, fault.InviteRefused)
		qt.Check(t, qt.Equals(fieldOf(err), "member_ids[1]"))
		room := h.Group(ben, cid)
		_, err = h.Chat.Invite(t.Context(), ben, room, ids(dan, ann))
		is(t, err, fault.InviteRefused)
		qt.Check(t, qt.Equals(fieldOf(err), "user_ids[1]"))
		qt.Check(t, qt.Equals(h.Room(ben, room).MemberCount, 2))
		_, err = h.Chat.Invite(t.Context(), cid, room, ids(dan, ann))
		is(t, err, 0)
	})
}
