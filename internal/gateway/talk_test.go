package gateway_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat/chattest"
	"madang/internal/wire"
)

// each runs a test on a chat over each engine.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	chattest.Each(t, func(t *testing.T, c *chattest.House) { f(t, openOver(t, c, nil)) })
}

func TestTwoPeopleTalk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		room := h.direct(p[0], p[1])
		ann, ben := h.connect(p[0]), h.connect(p[1])
		annToo := h.connect(p[0])

		got := ann.say(room, "안녕 \"ben\"\n")
		qt.Check(t, qt.Equals(got.Seq, 1))
		qt.Check(t, qt.Equals(got.ID, room.String()+".1"))
		qt.Check(t, qt.IsTrue(got.CreatedAt > 0))
		for _, c := range []*client{ben, annToo} {
			r, e := c.entry()
			qt.Check(t, qt.Equals(r, room))
			qt.Check(t, qt.Equals(e.Seq, 1))
			qt.Check(t, qt.Equals(e.Text, "안녕 \"ben\"\n"))
			qt.Check(t, qt.Equals(e.SenderID, p[0].User))
			qt.Check(t, qt.Equals(e.CreatedAt, got.CreatedAt))
		}
		// The session that sent has the answer and no copy.
		ann.quiet()

		ben.call("room.read", map[string]any{"room_id": room, "seq": 1}, nil)
		want := fmt.Sprintf(`{"room_id":"%s","user_id":"%s","seq":1}`, room, p[1].User)
		qt.Check(t, qt.Equals(ann.notice("read"), want))
		qt.Check(t, qt.Equals(annToo.notice("read"), want))

		ann.call("typing", map[string]any{"room_id": room}, nil)
		qt.Check(t, qt.Equals(ben.notice("typing"), fmt.Sprintf(`{"room_id":"%s","user_id":"%s"}`, room, p[0].User)))
		ann.quiet()
		qt.Check(t, qt.Equals(h.Gaps(), 0))
	})
}

func TestDraftOnAnotherDevice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		room := h.direct(p[0], p[1])
		ann, annToo, ben := h.connect(p[0]), h.connect(p[0]), h.connect(p[1])
		type kept struct {
			Draft *wire.Draft `json:"draft"`
		}
		var got kept
		ann.call("room.draft", map[string]any{"room_id": room, "text": "I th"}, &got)
		qt.Assert(t, qt.IsNotNil(got.Draft))
		qt.Check(t, qt.Equals(got.Draft.Text, "I th"))
		var told kept
		qt.Assert(t, qt.IsNil(json.Unmarshal([]byte(annToo.notice("draft")), &told)))
		qt.Check(t, qt.DeepEquals(told, got))

		annToo.call("room.draft", map[string]any{"room_id": room, "text": ""}, &told)
		qt.Check(t, qt.Equals(ann.notice("draft"), fmt.Sprintf(`{"room_id":"%s"}`, room)))
		annToo.quiet()
		ben.quiet()
	})
}

func TestEditDeleteReactForward(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		room, other := h.direct(p[0], p[1]), h.direct(p[0], p[2])
		ann, ben, cat := h.connect(p[0]), h.connect(p[1]), h.connect(p[2])
		ann.say(room, "first")
		_, _ = ben.entry()

		var seq struct{ Seq uint64 }
		ann.call("message.edit", map[string]any{"room_id": room, "seq": 1, "text": "second"}, &seq)
		qt.Check(t, qt.Equals(seq.Seq, 2))
		_, e := ben.entry()
		qt.Check(t, qt.Equals(e.Kind, wire.KindEdit))
		qt.Check(t, qt.Equals(e.TargetSeq, 1))
		qt.Check(t, qt.Equals(e.Target.Text, "second"))

		ben.call("message.react", map[string]any{"room_id": room, "seq": 1, "emoji": "👍"}, &seq)
		qt.Check(t, qt.Equals(seq.Seq, 3))
		_, e = ann.entry()
		qt.Check(t, qt.Equals(e.Emoji, "👍"))

		client := chattest.NewID()
		var forwarded struct {
			Sent []struct {
				RoomID wire.ID `json:"room_id"`
				sent
			}
		}
		ann.call("message.forward", map[string]any{"room_id": room, "seq": 1, "to_room_ids": []wire.ID{other}, "client_ids": []wire.ID{client}}, &forwarded)
		qt.Assert(t, qt.HasLen(forwarded.Sent, 1))
		qt.Check(t, qt.Equals(forwarded.Sent[0].RoomID, other))
		qt.Check(t, qt.Equals(forwarded.Sent[0].ID, other.String()+".1"))
		_, e = cat.entry()
		qt.Check(t, qt.Equals(e.Text, "second"))
		qt.Check(t, qt.IsTrue(e.Forwarded))
		into, e := ann.entry() // who forwards hears of the copies too
		qt.Check(t, qt.Equals(into, other))
		qt.Check(t, qt.Equals(e.Seq, 1))
		qt.Check(t, qt.Equals(e.ClientID, client))

		ann.call("message.delete", map[string]any{"room_id": room, "seq": 1, "for": "all"}, &seq)
		qt.Check(t, qt.Equals(seq.Seq, 4))
		_, e = ben.entry()
		qt.Check(t, qt.Equals(e.Kind, wire.KindDeletion))
		qt.Check(t, qt.IsTrue(e.Target.Deleted))
		qt.Check(t, qt.Equals(ben.refused("message.delete", map[string]any{"room_id": room, "seq": 1, "for": "them"}), "bad_request"))
	})
}

// A mark below the head among the reader's own messages is counted by a worker.
func TestReadBelowTheHead(t *testing.T) {
	h := open(t)
	p := h.people(2)
	room := h.direct(p[0], p[1])
	ann, ben := h.connect(p[0]), h.connect(p[1])
	for range 3 {
		ann.say(room, "x")
		ben.say(room, "y")
	}
	ben.call("room.read", map[string]any{"room_id": room, "seq": 3}, nil)
	qt.Check(t, qt.Equals(h.Room(p[1].Actor, room).ReadSeq, 3))
	qt.Check(t, qt.Equals(h.Room(p[1].Actor, room).Unread, 1))
	ben.call("room.read", map[string]any{"room_id": room, "seq": 6}, nil)
	qt.Check(t, qt.Equals(h.Room(p[1].Actor, room).Unread, 0))
}

func TestForwardThatFailsHalfWay(t *testing.T) {
	h := open(t)
	p := h.people(3)
	room, mine, foreign := h.direct(p[0], p[1]), h.direct(p[0], p[2]), h.direct(p[1], p[2])
	ann := h.connect(p[0])
	ann.say(room, "first")
	qt.Check(t, qt.Equals(ann.refused("message.forward", map[string]any{
		"room_id": room, "seq": 1, "to_room_ids": []wire.ID{mine, foreign}, "client_ids": []wire.ID{chattest.NewID(), chattest.NewID()},
	}), "room_unknown"))
	into, e := ann.entry()
	qt.Check(t, qt.Equals(into, mine))
	qt.Check(t, qt.Equals(e.Text, "first"))
}

// Messages that a session sends without waiting keep their order, those that
// went out before hello was answered too.
func TestOrderOfOneSession(t *testing.T) {
	h := open(t)
	p := h.people(2)
	room := h.direct(p[0], p[1])
	ben := h.connect(p[1])
	ann := h.dial()
	ann.lastID = 1
	calls := []string{fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":%q}}`, p[0].token)}
	for i := range 5 {
		b, err := json.Marshal(text(room, fmt.Sprint(i)))
		qt.Assert(t, qt.IsNil(err))
		calls = append(calls, fmt.Sprintf(`{"jsonrpc":"2.0","method":"message.send","params":%s}`, b))
	}
	ann.write("[" + strings.Join(calls, ",") + "]")
	ann.answer("1")
	for i := 5; i < 200; i++ {
		ann.ask("message.send", text(room, fmt.Sprint(i)))
	}
	for i := range 200 {
		_, e := ben.entry()
		qt.Assert(t, qt.Equals(e.Text, fmt.Sprint(i)))
		qt.Assert(t, qt.Equals(e.Seq, uint64(i+1)))
	}
	qt.Check(t, qt.Equals(h.Gaps(), 0))
}

// A device that was away asks by number and gets what it missed.
func TestSyncAfterBeingAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		room := h.direct(p[0], p[1])
		var greeting struct{ Epoch string }
		ben := h.dial()
		ben.call("hello", map[string]any{"token": p[1].token}, &greeting)
		ann := h.connect(p[0])
		ann.say(room, "one")
		_, _ = ben.entry()
		_ = ben.ws.CloseNow()
		ann.say(room, "two")
		ann.say(room, "three")
		fresh := h.direct(p[2], p[1])
		h.Say(p[2].Actor, fresh, "hello ben")

		ben = h.connect(p[1])
		var answer struct {
			Epoch string
			Reset bool
			Rooms []struct {
				RoomID  wire.ID `json:"room_id"`
				Entries []wire.Entry
				HeadSeq uint64 `json:"head_seq"`
				Unread  uint64
			}
			New []wire.ID
		}
		ben.call("sync", map[string]any{"epoch": greeting.Epoch, "rooms": map[string]int{room.String(): 1}}, &answer)
		qt.Check(t, qt.Equals(answer.Epoch, greeting.Epoch))
		qt.Assert(t, qt.HasLen(answer.Rooms, 1))
		qt.Assert(t, qt.HasLen(answer.Rooms[0].Entries, 2))
		qt.Check(t, qt.Equals(answer.Rooms[0].Entries[1].Text, "three"))
		qt.Check(t, qt.Equals(answer.Rooms[0].Unread, 3))
		qt.Check(t, qt.DeepEquals(answer.New, []wire.ID{fresh}))

		var page struct {
			Entries []wire.Entry
			HeadSeq uint64 `json:"head_seq"`
			Epoch   string
		}
		ben.call("room.messages", map[string]any{"room_id": room, "after": 0, "limit": 2}, &page)
		qt.Assert(t, qt.HasLen(page.Entries, 2))
		qt.Check(t, qt.Equals(page.Entries[0].Text, "one"))
		qt.Check(t, qt.Equals(page.HeadSeq, 3))
		qt.Check(t, qt.Equals(page.Epoch, greeting.Epoch))

		var list struct {
			Rooms []wire.Room
			Epoch string
		}
		ben.call("rooms", map[string]any{}, &list)
		qt.Check(t, qt.HasLen(list.Rooms, 2))
		qt.Check(t, qt.Equals(list.Epoch, greeting.Epoch))
		ben.call("have", map[string]any{"rooms": map[string]int{room.String(): 3}}, nil)
	})
}

// Who comes into a group hears from then on, who goes out hears of that and of
// nothing after.
func TestComingAndGoing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		room := h.group(p[0], p[1])
		ann, ben, cat := h.connect(p[0]), h.connect(p[1]), h.connect(p[2])
		ann.say(room, "before cat")
		qt.Check(t, qt.Equals(ben.message(), "before cat"))

		_, err := h.Chat.Invite(t.Context(), p[0].Actor, room, []wire.ID{p[2].User})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(cat.notice("room"), fmt.Sprintf(`{"room_id":"%s"}`, room)))
		_, e := cat.entry()
		qt.Assert(t, qt.IsNotNil(e.Notice), qt.Commentf("%+v", e))
		qt.Check(t, qt.Equals(e.Notice.Event, wire.EventInvited))
		ann.say(room, "with cat")
		qt.Check(t, qt.Equals(cat.message(), "with cat"))

		qt.Assert(t, qt.IsNil(h.Chat.Remove(t.Context(), p[0].Actor, room, p[2].User)))
		_, e = cat.entry()
		qt.Check(t, qt.Equals(e.Notice.Event, wire.EventRemoved))
		qt.Check(t, qt.Equals(cat.notice("room"), fmt.Sprintf(`{"room_id":"%s","gone":true}`, room)))
		ann.say(room, "without cat")
		qt.Check(t, qt.Equals(ben.message(), "with cat"))
		qt.Check(t, qt.Equals(ben.message(), "without cat"))
		cat.quiet()
		qt.Check(t, qt.Equals(cat.refused("message.send", text(room, "let me in")), "not_a_member"))
	})
}

// What somebody sends to a person who blocks them arrives as a number only.
func TestHiddenFromWhoBlocks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		room := h.direct(p[0], p[1])
		ann, annToo, ben := h.connect(p[0]), h.connect(p[0]), h.connect(p[1])
		yes := true
		_, err := h.People.MarkFriend(t.Context(), p[1].User, p[0].User, account.Marks{Blocked: &yes})
		qt.Assert(t, qt.IsNil(err))
		ann.say(room, "are you there?")
		_, e := annToo.entry()
		qt.Check(t, qt.Equals(e.Text, "are you there?"))
		_, e = ben.entry()
		qt.Check(t, qt.DeepEquals(e, wire.Entry{Seq: 1, Kind: wire.KindHidden}))
	})
}
