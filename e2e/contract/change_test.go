package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/wire"
)

// An edit, deletion or reaction is an entry of its own, and pages always show
// the present state of what it changed.
func TestChangesAreEntries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("", ben)
		a, b := ann.device(), ben.device()
		seq := a.say(room, "first words")
		head := seq
		change := func(d, hearer *device, method string, params object, kind wire.Kind, check func(e wire.Entry)) {
			t.Helper()
			params["room_id"], params["seq"] = room, seq
			var made struct{ Seq uint64 }
			d.ask(method, params, &made)
			head++
			qt.Assert(t, qt.Equals(made.Seq, head))
			for _, e := range []wire.Entry{hearer.hears(room, head), ben.entry(room, head)} {
				qt.Check(t, qt.Equals(e.Kind, kind))
				qt.Check(t, qt.Equals(e.TargetSeq, seq))
				check(*e.Target)
			}
			for _, who := range []person{ann, ben} {
				check(who.entry(room, seq))
			}
		}
		change(a, b, "message.edit", object{"text": "second words"}, wire.KindEdit, func(e wire.Entry) {
			qt.Check(t, qt.Equals(e.Text, "second words"))
			qt.Check(t, qt.IsTrue(e.EditedAt > 0))
		})
		change(b, a, "message.react", object{"emoji": "👍"}, wire.KindReaction, func(e wire.Entry) {
			qt.Check(t, qt.DeepEquals(e.Reactions, []wire.Reaction{{Emoji: "👍", Count: 1, UserIDs: []wire.ID{ben.ID}}}))
			qt.Check(t, qt.Equals(e.Text, "second words"))
		})
		change(b, a, "message.react", object{"emoji": "👍", "remove": true}, wire.KindReaction, func(e wire.Entry) {
			qt.Check(t, qt.HasLen(e.Reactions, 0))
		})
		change(a, b, "message.delete", object{"for": "all"}, wire.KindDeletion, func(e wire.Entry) {
			qt.Check(t, qt.IsTrue(e.Deleted))
			qt.Check(t, qt.IsNil(e.Content))
		})
		qt.Check(t, qt.Equals(ben.view(room).HeadSeq, head))
	})
}

// Deleted text is gone: from pages, entries about it, sync, previews, and for
// everything that could bring it back. That holds after a restart.
func TestDeletedTextIsGone(t *testing.T) {
	const secret = "regretted"
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("", ben)
		a, b := ann.device(), ben.device()
		seq := a.say(room, "plain")
		a.ask("message.edit", object{"room_id": room, "seq": seq, "text": secret}, nil)
		b.ask("message.react", object{"room_id": room, "seq": seq, "emoji": "👍"}, nil)
		client := newID(h)
		var again sent
		a.ask("message.send", text(room, client, secret), &again)
		for _, s := range []uint64{seq, again.Seq} {
			a.ask("message.delete", object{"room_id": room, "seq": s, "for": "all"}, nil)
		}
		nowhere := func(d *device) {
			t.Helper()
			var list struct{ Rooms []wire.Room }
			d.ask("rooms", object{}, &list)
			all := fmt.Sprintf("%+v", list) + fmt.Sprintf("%+v", *list.Rooms[0].LastMessage)
			s := d.sync(d.epoch, map[wire.ID]uint64{room: 0})
			for _, e := range append(s.Rooms[0].Entries, d.page(room, "").Entries...) {
				for _, x := range []*wire.Entry{&e, e.Target} {
					if x != nil && x.Content != nil {
						all += fmt.Sprintf("%+v", *x.Content)
					}
				}
			}
			qt.Check(t, qt.IsFalse(strings.Contains(all, secret)), qt.Commentf("%s", all))
			qt.Check(t, qt.Equals(d.refused("message.forward", object{
				"room_id": room, "seq": seq, "to_room_ids": []wire.ID{room}, "client_ids": []wire.ID{newID(h)},
			}), "message_deleted"))
			reply := text(room, newID(h), "?")
			reply["reply_to"] = seq
			qt.Check(t, qt.Equals(d.refused("message.send", reply), "reply_invalid"))
		}
		nowhere(b)
		nowhere(a)
		// Nor does sending it again bring it back.
		var third sent
		a.ask("message.send", text(room, client, secret), &third)
		qt.Check(t, qt.Equals(third.Seq, again.Seq))
		nowhere(b)
		h.stop()
		h.start()
		nowhere(ben.device())
	})
}

// A slow receiver does not slow others: its socket is closed with "resume", and
// it comes back by number.
func TestSlowReceiverComesBackByNumber(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		ann, ben, cho := p[0], p[1], p[2]
		room := ann.room("group", ben, cho)
		slow := ben.sleeper()
		fast, writer := cho.device(), ann.device()
		// More than the buffers between two sockets hold.
		long, head := strings.Repeat("말", wire.MaxTextGraphemes), uint64(1)
		for range 300 {
			head = writer.say(room, long)
			fast.hears(room, head)
			fast.forget()
		}
		code, last := slow.wake()
		qt.Check(t, qt.Equals(code, 4000))
		qt.Check(t, qt.Matches(last, `.*"method":"bye","params":{"code":"resume".*`))
		have := uint64(1)
		d := ben.device()
		for have < head {
			var next page
			d.ask("room.messages", object{"room_id": room, "after": have, "limit": 50}, &next)
			for _, e := range next.Entries {
				qt.Assert(t, qt.Equals(e.Seq, have+1))
				have = e.Seq
			}
		}
	})
}
