package chat_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/wire"
)

func edit(t *testing.T, h *house, a actor, room chat.RoomID, seq uint64, text string) (uint64, error) {
	t.Helper()
	return h.Chat.Edit(t.Context(), a, room, seq, text, nil)
}

func TestEdit(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, "helo")
		h.Ear.Forget()
		n, err := edit(t, h, ann, room, seq, "hello")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(n, seq+1))

		page := h.Page(ben, room)
		qt.Assert(t, qt.HasLen(page, 2))
		qt.Check(t, qt.Equals(page[0].Text, "hello"))
		qt.Check(t, qt.Equals(page[0].EditedAt, page[1].CreatedAt))
		qt.Check(t, qt.Equals(page[1].Kind, wire.KindEdit))
		qt.Check(t, qt.Equals(page[1].TargetSeq, seq))
		qt.Check(t, qt.Equals(page[1].Target.Text, "hello"))
		qt.Check(t, qt.IsNil(page[1].Target.UnreadBy))

		events := h.Ear.Events(bus.Entry)
		qt.Assert(t, qt.HasLen(events, 1))
		frame := entryIn(t, events[0].Frame)
		qt.Check(t, qt.Equals(frame.Target.Text, "hello"))

		// It does not count.
		r := h.Room(ben, room)
		qt.Check(t, qt.Equals(r.Unread, 1))
		qt.Check(t, qt.Equals(r.LastMessage.Text, "hello"))
	})
}

// entryIn is the entry that a notification brings.
func entryIn(t *testing.T, frame []byte) wire.Entry {
	t.Helper()
	var n struct {
		Method string
		Params struct {
			RoomID wire.ID `json:"room_id"`
			Entry  wire.Entry
		}
	}
	qt.Assert(t, qt.IsNil(json.Unmarshal(frame, &n)))
	qt.Check(t, qt.Equals(n.Method, "entry"))
	return n.Params.Entry
}

func TestEditRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		room := h.Group(ann, ben)
		seq := h.Say(ann, room, "hello")
		deleted := h.Say(ann, room, "deleted")
		_, err := h.Chat.Delete(t.Context(), ann, room, deleted, true)
		qt.Assert(t, qt.IsNil(err))
		card, err := h.Chat.Send(t.Context(), ann, chat.Send{Room: room, ClientID: chattest.NewID(), Content: wire.Content{Type: wire.TypeCard, Card: &wire.Card{Title: "t"}}})
		qt.Assert(t, qt.IsNil(err))
		for _, c := range []struct {
			name string
			who  actor
			seq  uint64
			text string
			code fault.Code
		}{
			{"another's", ben, seq, "x", fault.NotYourMessage},
			{"stranger", cid, seq, "x", fault.RoomUnknown},
			{"no number", ann, 0, "x", fault.SeqInvalid},
			{"nothing there", ann, 99, "x", fault.EntryUnknown},
			{"notice", ann, 1, "x", fault.EntryUnknown},
			{"deleted", ann, deleted, "x", fault.MessageDeleted},
			{"card", ann, card.Seq, "x", fault.NotAText},
			{"empty", ann, seq, " ", fault.TextEmpty},
			{"too long", ann, seq, strings.Repeat("x", wire.MaxTextGraphemes+1), fault.TextTooLong},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := edit(t, h, c.who, room, c.seq, c.text)
				is(t, err, c.code)
			})
		}
		_, err = h.Chat.Edit(t.Context(), ann, room, seq, "@cid", []wire.Mention{{UserID: cid.User, Length: 4}})
		is(t, err, fault.MentionInvalid)
		h.Clock.Advance(wire.EditWindow + time.Second)
		_, err = edit(t, h, ann, room, seq, "late")
		is(t, err, fault.EditTooLate)
		qt.Check(t, qt.Equals(h.Entry(ben, room, seq).Text, "hello"))
	})
}

func TestEditCaption(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		photo, err := h.Files.MakeSample(t.Context(), ann.User, media.Photo)
		qt.Assert(t, qt.IsNil(err))
		content := wire.Content{Type: wire.TypePhoto, Photos: []wire.Photo{{MediaID: photo}}, Text: "beach"}
		s, err := h.Chat.Send(t.Context(), ann, chat.Send{Room: room, ClientID: chattest.NewID(), Content: content})
		qt.Assert(t, qt.IsNil(err))
		_, err = edit(t, h, ann, room, s.Seq, "")
		qt.Assert(t, qt.IsNil(err))
		content.Text = ""
		qt.Check(t, qt.DeepEquals(*h.Entry(ben, room, s.Seq).Content, content))
	})
}

func TestDeleteForAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		room := h.Group(ann, ben, cid)
		qt.Assert(t, qt.IsNil(h.Chat.SetRole(t.Context(), ann, room, ben.User, wire.RoleAdmin)))
		seq := h.Say(cid, room, "secret")
		_, err := h.Chat.React(t.Context(), ann, room, seq, "👍", false)
		qt.Assert(t, qt.IsNil(err))
		own := h.Say(ann, room, "by the owner")
		head := h.Room(cid, room).HeadSeq

		_, err = h.Chat.Delete(t.Context(), cid, room, own, true)
		is(t, err, fault.NotYourMessage)
		_, err = h.Chat.Delete(t.Context(), dan, room, own, true)
		is(t, err, fault.RoomUnknown)
		n, err := h.Chat.Delete(t.Context(), ben, room, seq, true) // an admin
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(n, head+1))
		_, err = h.Chat.Delete(t.Context(), cid, room, seq, true)
		is(t, err, fault.MessageDeleted)

		e := h.Entry(ann, room, seq)
		qt.Check(t, qt.IsTrue(e.Deleted))
		qt.Check(t, qt.IsNil(e.Content))
		qt.Check(t, qt.HasLen(e.Reactions, 0))
		qt.Check(t, qt.Equals(e.SenderID, cid.User))
		// It keeps its place and its count.
		qt.Check(t, qt.Equals(h.Room(ann, room).Unread, 1))
		qt.Check(t, qt.Equals(*e.UnreadBy, 2))
		target := h.Entry(ann, room, n).Target
		qt.Check(t, qt.IsTrue(target.Deleted))

		m, err := h.Chat.Messages(t.Context(), ann, room, chat.Page{})
		qt.Assert(t, qt.IsNil(err))
		for _, e := range m.Entries {
			qt.Check(t, qt.IsFalse(strings.Contains(string(e.JSON), "secret")))
		}
	})
}

func TestOnlyTheSenderDeletesInADirectRoom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, "hi")
		_, err := h.Chat.Delete(t.Context(), ben, room, seq, true)
		is(t, err, fault.NotYourMessage)
		_, err = h.Chat.Delete(t.Context(), ann, room, seq, true)
		is(t, err, 0)
	})
}

func TestDeleteForMe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, "hi")
		mine := h.Say(ben, room, "mine")
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 1))
		h.Ear.Forget()
		ben.Session = 9
		for range 2 {
			n, err := h.Chat.Delete(t.Context(), ben, room, seq, false)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(n, 0))
		}
		people := h.Ear.Events(bus.People)
		qt.Assert(t, qt.HasLen(people, 1))
		qt.Check(t, qt.DeepEquals(people[0].Users, [][16]byte{ben.User}))
		qt.Check(t, qt.Equals(people[0].Session, 9))
		qt.Check(t, qt.DeepEquals(entryIn(t, people[0].Frame), wire.Entry{Seq: seq, Kind: wire.KindHidden}))

		r := h.Room(ben, room)
		qt.Check(t, qt.Equals(r.Unread, 0))
		qt.Check(t, qt.Equals(r.HeadSeq, 2))
		qt.Check(t, qt.Equals(r.LastMessage.Text, "mine"))
		_, err := h.Chat.Delete(t.Context(), ben, room, mine, false)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsNil(h.Room(ben, room).LastMessage))
		qt.Check(t, qt.DeepEquals(h.Page(ben, room), []wire.Entry{{Seq: 1, Kind: wire.KindHidden}, {Seq: 2, Kind: wire.KindHidden}}))
		qt.Check(t, qt.DeepEquals(texts(h.Page(ann, room)), []string{"hi", "mine"}))

		// What is out of sight cannot be used any more, and is not shown as a target.
		_, err = h.Chat.React(t.Context(), ben, room, seq, "👍", false)
		is(t, err, fault.EntryUnknown)
		n, err := edit(t, h, ann, room, seq, "hi there")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(*h.Entry(ben, room, n).Target, wire.Entry{Seq: seq, Kind: wire.KindHidden}))
		_, err = h.Chat.Delete(t.Context(), cid, room, seq, false)
		is(t, err, fault.RoomUnknown)
		_, err = h.Chat.Delete(t.Context(), ben, room, n, false)
		is(t, err, fault.EntryUnknown)
	})
}

func TestReact(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		seq := h.Say(ann, room, "hi")
		react := func(a actor, emoji string, remove bool) uint64 {
			t.Helper()
			n, err := h.Chat.React(t.Context(), a, room, seq, emoji, remove)
			qt.Assert(t, qt.IsNil(err))
			return n
		}
		qt.Check(t, qt.Equals(react(ann, "❤️", true), seq)) // nothing to take back
		n := react(ben, "❤️", false)
		qt.Check(t, qt.Equals(n, seq+1))
		qt.Check(t, qt.Equals(react(ben, "❤️", false), n)) // once is enough
		react(ann, "❤️", false)
		react(ann, "👍🏽", false)
		e := h.Entry(ann, room, seq)
		qt.Check(t, qt.DeepEquals(e.Reactions, []wire.Reaction{
			{Emoji: "❤️", Count: 2, UserIDs: ids(ben, ann)}, {Emoji: "👍🏽", Count: 1, UserIDs: ids(ann)},
		}))
		about := h.Entry(ann, room, n)
		qt.Check(t, qt.Equals(about.Kind, wire.KindReaction))
		qt.Check(t, qt.Equals(about.Emoji, "❤️"))
		qt.Check(t, qt.IsFalse(about.Removed))
		qt.Check(t, qt.HasLen(about.Target.Reactions, 2))
		n = react(ben, "❤️", true)
		qt.Check(t, qt.IsTrue(h.Entry(ann, room, n).Removed))
		react(ann, "❤️", true)
		qt.Check(t, qt.HasLen(h.Entry(ann, room, seq).Reactions, 1))
		// Editing keeps them.
		_, err := edit(t, h, ann, room, seq, "hello")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(h.Entry(ann, room, seq).Reactions, 1))

		_, err = h.Chat.React(t.Context(), ann, room, seq, "yes", false)
		is(t, err, fault.ReactionInvalid)
		_, err = h.Chat.React(t.Context(), stranger(), room, seq, "👍", false)
		is(t, err, fault.RoomUnknown)
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 1))
	})
}

func TestReactionsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(25)
		room := h.Group(u...)
		seq := h.Say(u[0], room, "hi")
		for i := range wire.MaxReactions {
			_, err := h.Chat.React(t.Context(), u[0], room, seq, string(rune(0x1f600+i)), false)
			qt.Assert(t, qt.IsNil(err))
		}
		_, err := h.Chat.React(t.Context(), u[1], room, seq, "👍", false)
		is(t, err, fault.TooManyReactions)
		for _, a := range u[1:] {
			_, err := h.Chat.React(t.Context(), a, room, seq, "😀", false)
			qt.Assert(t, qt.IsNil(err))
		}
		r := h.Entry(u[3], room, seq).Reactions
		qt.Check(t, qt.HasLen(r, wire.MaxReactions))
		qt.Check(t, qt.Equals(r[0].Count, 25))
		qt.Check(t, qt.DeepEquals(r[0].UserIDs, ids(u[:20]...)))
	})
}

// Who came in later does not get older messages by way of what is done to them.
func TestTargetsFromBeforeOnesTimeAreHidden(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		room := h.Group(ann, ben)
		seq := h.Say(ann, room, "before")
		_, err := h.Chat.Invite(t.Context(), ben, room, ids(cid))
		qt.Assert(t, qt.IsNil(err))
		h.Ear.Forget()
		n, err := edit(t, h, ann, room, seq, "before, edited")
		qt.Assert(t, qt.IsNil(err))
		page := h.Page(cid, room)
		qt.Check(t, qt.DeepEquals(texts(page), []string{"(invited)", fmt.Sprintf("<edit %d>", seq)}))
		qt.Check(t, qt.DeepEquals(*page[1].Target, wire.Entry{Seq: seq, Kind: wire.KindHidden}))
		qt.Check(t, qt.Equals(h.Entry(ben, room, n).Target.Text, "before, edited"))
		// The frame is for all of them.
		ev := h.Ear.Events(bus.Entry)
		qt.Assert(t, qt.HasLen(ev, 1))
		qt.Check(t, qt.IsNil(entryIn(t, ev[0].Frame).Target))
		// To the newcomer it is not there.
		_, err = h.Chat.React(t.Context(), cid, room, seq, "👍", false)
		is(t, err, fault.EntryUnknown)
		_, err = h.Chat.Delete(t.Context(), cid, room, seq, false)
		is(t, err, fault.EntryUnknown)
		s := chattest.Text(room, "re")
		s.Content.ReplyTo = seq
		_, err = h.Chat.Send(t.Context(), cid, s)
		is(t, err, fault.ReplyInvalid)
		_, err = h.Chat.Forward(t.Context(), cid, room, seq, []chat.Target{{Room: room, ClientID: chattest.NewID()}})
		is(t, err, fault.EntryUnknown)
	})
}
