package chat_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// post puts a message up as the notice of a room.
func post(t *testing.T, h *house, a actor, room chat.RoomID, seq uint64) {
	t.Helper()
	qt.Assert(t, qt.IsNil(h.Chat.SetNotice(t.Context(), a, room, seq)))
}

// up is what the notice of a room says to somebody.
func up(h *house, a actor, room chat.RoomID) string {
	n := h.Room(a, room).Notice
	if n == nil {
		return ""
	}
	return n.Message.Text
}

func TestNotice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		room := h.Group(ann, ben)
		first, second := h.Say(ann, room, "first"), h.Say(ann, room, "second")
		post(t, h, ben, room, first)
		n := h.List(ann)[0].Notice
		qt.Assert(t, qt.IsNotNil(n))
		qt.Check(t, qt.Equals(n.Seq, first))
		qt.Check(t, qt.Equals(n.UserID, ben.User))
		qt.Check(t, qt.Equals(n.Message.SenderID, ann.User))
		e := h.Page(ann, room)[3]
		qt.Check(t, qt.Equals(n.PinnedAt, e.CreatedAt))
		qt.Check(t, qt.DeepEquals(e.Notice, &wire.Notice{Event: wire.EventPinned}))
		qt.Check(t, qt.Equals(e.SenderID, ben.User))
		qt.Check(t, qt.Equals(e.Target.Text, "first"))

		// The same one again is no change; another one takes its place.
		post(t, h, ann, room, first)
		qt.Check(t, qt.Equals(h.Room(ann, room).HeadSeq, e.Seq))
		post(t, h, ann, room, second)
		qt.Check(t, qt.Equals(up(h, ben, room), "second"))
		_, err := h.Chat.Edit(t.Context(), ann, room, second, "2nd", nil)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(up(h, ben, room), "2nd"))

		// It outlives a restart, and the one who put it up.
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, room)))
		h.Stop()
		h.Start()
		qt.Check(t, qt.Equals(up(h, ben, room), "2nd"))
		// Those who came in after a message do not see it by this door either.
		_, err = h.Chat.Invite(t.Context(), ben, room, ids(cid))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(up(h, cid, room), ""))
		qt.Check(t, qt.Equals(up(h, ben, room), "2nd"))

		post(t, h, cid, room, 0)
		qt.Check(t, qt.Equals(up(h, ben, room), ""))
		last := h.Room(ben, room).HeadSeq
		qt.Check(t, qt.DeepEquals(h.Entry(ben, room, last).Notice, &wire.Notice{Event: wire.EventUnpinned}))
		post(t, h, cid, room, 0)
		qt.Check(t, qt.Equals(h.Room(ben, room).HeadSeq, last))

		for _, c := range []struct {
			a    actor
			seq  uint64
			want fault.Code
		}{
			{ben, 999, fault.EntryUnknown},
			{ben, 1, fault.EntryUnknown}, // a notice itself
			{cid, second, fault.EntryUnknown},
			{ann, first, fault.NotAMember},
			{stranger(), first, fault.RoomUnknown},
			{stranger(), 0, fault.RoomUnknown},
		} {
			is(t, h.Chat.SetNotice(t.Context(), c.a, room, c.seq), c.want)
		}
	})
}

// A message that is deleted for all is gone as a notice; one that somebody
// deletes for themselves, for them.
func TestNoticeOfADeletedMessage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		seq := h.Say(ann, room, "secret")
		post(t, h, ann, room, seq)
		_, err := h.Chat.Delete(t.Context(), ben, room, seq, false)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(up(h, ben, room), ""))
		qt.Check(t, qt.Equals(up(h, ann, room), "secret"))
		_, err = h.Chat.Delete(t.Context(), ann, room, seq, true)
		qt.Assert(t, qt.IsNil(err))
		for _, a := range []actor{ann, ben} {
			r, err := h.Chat.Room(t.Context(), a, room)
			qt.Assert(t, qt.IsNil(err))
			b, err := json.Marshal(r)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.IsFalse(bytes.Contains(b, []byte("secret"))))
			qt.Check(t, qt.IsNil(h.Room(a, room).Notice))
		}
		is(t, h.Chat.SetNotice(t.Context(), ann, room, seq), fault.MessageDeleted)
	})
}

// Who is blocked puts notices up for themselves alone.
func TestNoticeOfWhoIsBlocked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		one, two := h.Say(ann, room, "one"), h.Say(ben, room, "two")
		post(t, h, ann, room, one)
		h.Block(ann, ben, true)
		post(t, h, ben, room, two)
		qt.Check(t, qt.Equals(up(h, ben, room), "two"))
		qt.Check(t, qt.Equals(up(h, ann, room), "one"))
		qt.Check(t, qt.Equals(h.Page(ann, room)[3].Kind, wire.KindHidden))
		qt.Check(t, qt.Equals(h.Page(ben, room)[3].Notice.Event, wire.EventPinned))
		// What ann never got stays so when she lets him talk again.
		three := h.Say(ben, room, "three")
		h.Block(ann, ben, false)
		post(t, h, ben, room, three)
		qt.Check(t, qt.Equals(up(h, ben, room), "three"))
		qt.Check(t, qt.Equals(up(h, ann, room), "one"))
		post(t, h, ben, room, 0)
		qt.Check(t, qt.Equals(up(h, ben, room), ""))
		qt.Check(t, qt.Equals(up(h, ann, room), ""))
	})
}

// The frame of it holds the message, unless somebody in the room may not see it.
func TestNoticeFrame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		room := h.Group(u[0], u[1])
		seq := h.Say(u[0], room, "for us")
		frame := func() string {
			h.Ear.Forget()
			post(t, h, u[0], room, seq)
			ev := h.Ear.Events(bus.Entry)
			qt.Assert(t, qt.HasLen(ev, 1))
			qt.Check(t, qt.HasLen(h.Ear.Events(bus.People), 0))
			return string(ev[0].Frame)
		}
		qt.Check(t, qt.StringContains(frame(), `"text":"for us"`))
		post(t, h, u[0], room, 0)
		_, err := h.Chat.Invite(t.Context(), u[0], room, ids(u[2]))
		qt.Assert(t, qt.IsNil(err))
		got := frame()
		qt.Check(t, qt.Not(qt.StringContains(got, "for us")))
		qt.Check(t, qt.StringContains(got, `"target_seq":2,"notice":{"event":"pinned"}`))
	})
}
