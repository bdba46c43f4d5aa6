package chat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

// write keeps a draft and gives the text that is kept after it.
func write(t *testing.T, h *house, a actor, room chat.RoomID, d wire.Draft) string {
	t.Helper()
	kept, err := h.Chat.SetDraft(t.Context(), a, room, d)
	qt.Assert(t, qt.IsNil(err))
	shown := h.Room(a, room).Draft
	qt.Assert(t, qt.DeepEquals(shown, kept))
	if kept == nil {
		return ""
	}
	return kept.Text
}

func TestDraft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		seq := h.Say(ben, room, "tea?")
		h.Ear.Forget()

		qt.Check(t, qt.Equals(write(t, h, ann, room, wire.Draft{Text: "ye\ns", ReplyTo: seq}), "ye\ns"))
		want := &wire.Draft{Text: "ye\ns", ReplyTo: seq, UpdatedAt: wire.Time(h.Clock.NowMs())}
		got := h.List(ann)[0].Draft
		qt.Assert(t, qt.IsNotNil(got))
		qt.Check(t, qt.IsTrue(want.UpdatedAt-got.UpdatedAt < 10_000))
		want.UpdatedAt = got.UpdatedAt
		qt.Check(t, qt.DeepEquals(got, want))
		qt.Check(t, qt.IsNil(h.List(ben)[0].Draft))

		told := h.Ear.Events(bus.People)
		qt.Assert(t, qt.HasLen(told, 1))
		qt.Check(t, qt.DeepEquals(told[0].Users, [][16]byte{ann.User}))
		qt.Check(t, qt.Equals(string(told[0].Frame), fmt.Sprintf(
			`{"jsonrpc":"2.0","method":"draft","params":{"room_id":"%s","draft":{"text":"ye\ns","reply_to":%d,"updated_at":"%s"}}}`,
			room, seq, got.UpdatedAt.Time().Format("2006-01-02T15:04:05.000Z"))))

		h.Ear.Forget()
		qt.Check(t, qt.Equals(write(t, h, ann, room, wire.Draft{Text: " \n", ReplyTo: seq}), ""))
		told = h.Ear.Events(bus.People)
		qt.Assert(t, qt.HasLen(told, 1))
		qt.Check(t, qt.Equals(string(told[0].Frame), fmt.Sprintf(`{"jsonrpc":"2.0","method":"draft","params":{"room_id":"%s"}}`, room)))

		for _, c := range []struct {
			a    actor
			d    wire.Draft
			want fault.Code
		}{
			{ann, wire.Draft{Text: strings.Repeat("가", wire.MaxTextGraphemes+1)}, fault.TextTooLong},
			{ann, wire.Draft{Text: "a\x00b"}, fault.MessageInvalid},
			{ann, wire.Draft{Text: "x", ReplyTo: seq + 1}, fault.ReplyInvalid},
			{stranger(), wire.Draft{Text: "x"}, fault.RoomUnknown},
		} {
			_, err := h.Chat.SetDraft(t.Context(), c.a, room, c.d)
			is(t, err, c.want)
		}
	})
}

// What was written earlier loses against what was written later, however late
// it comes, and so it does against a removal.
func TestDraftOfADeviceThatWasAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		now := h.Clock.NowMs()
		at := func(text string, ms int64) wire.Draft { return wire.Draft{Text: text, UpdatedAt: wire.Time(now + ms)} }
		qt.Check(t, qt.Equals(write(t, h, ann, room, at("second", -20)), "second"))
		h.Ear.Forget()
		qt.Check(t, qt.Equals(write(t, h, ann, room, at("first", -21)), "second"))
		qt.Check(t, qt.HasLen(h.Ear.Events(bus.People), 0))
		qt.Check(t, qt.Equals(write(t, h, ann, room, at("", -10)), ""))
		qt.Check(t, qt.Equals(write(t, h, ann, room, at("third", -15)), ""))
		// A device whose clock is ahead does not shut out the others.
		qt.Check(t, qt.Equals(write(t, h, ann, room, at("ahead", 3600_000)), "ahead"))
		h.Clock.Advance(time.Second)
		qt.Check(t, qt.Equals(write(t, h, ann, room, wire.Draft{Text: "now"}), "now"))
	})
}

func TestDraftGoesWithTheRoom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		draft := wire.Draft{Text: "x"}

		direct := h.Direct(ann, ben)
		write(t, h, ann, direct, draft)
		write(t, h, ben, direct, draft)
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, direct)))
		qt.Check(t, qt.IsNil(h.Room(ann, direct).Draft))
		qt.Check(t, qt.IsNotNil(h.Room(ben, direct).Draft))

		group := h.Group(ann, ben, cid)
		for _, a := range u {
			write(t, h, a, group, draft)
		}
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ben, group)))
		qt.Assert(t, qt.IsNil(h.Chat.Remove(t.Context(), ann, group, cid.User)))
		_, err := h.Chat.Invite(t.Context(), ann, group, ids(ben, cid))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsNotNil(h.Room(ann, group).Draft))
		qt.Check(t, qt.IsNil(h.Room(ben, group).Draft))
		qt.Check(t, qt.IsNil(h.Room(cid, group).Draft))

		qt.Assert(t, qt.IsNil(h.Chat.LeaveAll(t.Context(), ben.User)))
		qt.Check(t, qt.IsNil(h.Room(ben, direct).Draft))
	})
}

func TestDraftsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		var room chat.RoomID
		for range wire.MaxDrafts {
			r, err := h.Chat.Create(t.Context(), ann, chat.NewRoom{Title: "x", Key: chattest.NewID().String()})
			qt.Assert(t, qt.IsNil(err))
			room = r.ID
			_, err = h.Chat.SetDraft(t.Context(), ann, room, wire.Draft{Text: "x"})
			qt.Assert(t, qt.IsNil(err))
		}
		more := h.Direct(ann, ben)
		_, err := h.Chat.SetDraft(t.Context(), ann, more, wire.Draft{Text: "x"})
		is(t, err, fault.DraftLimit)
		qt.Check(t, qt.Equals(write(t, h, ann, room, wire.Draft{Text: "y"}), "y"))
		qt.Check(t, qt.Equals(write(t, h, ann, room, wire.Draft{}), ""))
		qt.Check(t, qt.Equals(write(t, h, ann, more, wire.Draft{Text: "x"}), "x"))
	})
}
