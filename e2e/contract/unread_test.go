package contract_test

import (
	"fmt"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/wire"
)

// unread = messages with seq > max(read_seq, joined_seq), less one's own, less
// those hidden; edits, reactions and notices never count; a message deleted for
// all keeps its place and count; sending does not read.
func TestUnreadCountsMessages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		ann, ben, cho := p[0], p[1], p[2]
		room := ann.room("group", ben)
		a, b := ann.device(), ben.device()
		unread := func(who person, want uint64) {
			t.Helper()
			qt.Check(t, qt.Equals(who.view(room).Unread, want))
		}
		first := a.say(room, "one")
		gone := a.say(room, "two")
		unread(ben, 2)
		unread(ann, 0)
		a.ask("message.edit", object{"room_id": room, "seq": first, "text": "one, edited"}, nil)
		a.ask("message.react", object{"room_id": room, "seq": first, "emoji": "👍"}, nil)
		ann.must("PATCH", "/v1/rooms/"+room.String(), object{"title": "other"}, nil)
		unread(ben, 2)
		a.ask("message.delete", object{"room_id": room, "seq": gone, "for": "all"}, nil)
		unread(ben, 2)
		b.say(room, "sending does not read")
		unread(ben, 2)
		unread(ann, 1)
		// Who comes in has nothing to read yet.
		ann.must("POST", "/v1/rooms/"+room.String()+"/members", object{"user_ids": []wire.ID{cho.ID}}, nil)
		unread(cho, 0)
		last := a.say(room, "three")
		unread(cho, 1)
		// What one hides from oneself is not to be read either.
		b.ask("message.delete", object{"room_id": room, "seq": last, "for": "me"}, nil)
		unread(ben, 2)
		unread(cho, 1)
		// The same by sync and in the list.
		s := b.sync(b.epoch, map[wire.ID]uint64{room: 0})
		qt.Check(t, qt.Equals(s.Rooms[0].Unread, 2))
		var list struct{ Rooms []wire.Room }
		b.ask("rooms", object{}, &list)
		qt.Check(t, qt.Equals(list.Rooms[0].Unread, 2))
	})
}

// unread_by of a message = present members with joined_seq < seq and read_seq <
// seq, without the sender.
func TestUnreadByCountsPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(4)
		ann, ben, cho, dan := p[0], p[1], p[2], p[3]
		room := ann.room("group", ben, cho)
		a, b := ann.device(), ben.device()
		by := func(seq uint64, want int) {
			t.Helper()
			for _, who := range []person{ann, ben} {
				qt.Check(t, qt.Equals(*who.entry(room, seq).UnreadBy, want))
			}
		}
		first := a.say(room, "one")
		qt.Check(t, qt.Equals(*b.hears(room, first).UnreadBy, 2))
		by(first, 2)
		b.ask("room.read", object{"room_id": room, "seq": first}, nil)
		by(first, 1)
		// Who comes later is not expected to have read it, and who leaves no more.
		ann.must("POST", "/v1/rooms/"+room.String()+"/members", object{"user_ids": []wire.ID{dan.ID}}, nil)
		by(first, 1)
		second := b.say(room, "two")
		by(second, 3)
		ann.must("DELETE", "/v1/rooms/"+room.String()+"/members/"+cho.ID.String(), nil, nil)
		by(first, 0)
		by(second, 2)
	})
}

// A lower read mark is ignored, one above the head is cut to it, and all devices
// of the room hear of it.
func TestReadMarksOnlyRise(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("", ben)
		a, b, tablet := ann.device(), ben.device(), ben.device()
		for i := range 5 {
			a.say(room, fmt.Sprint(i))
		}
		read := func(seq, at uint64) {
			t.Helper()
			b.ask("room.read", object{"room_id": room, "seq": seq}, nil)
			view := ben.view(room)
			qt.Check(t, qt.Equals(view.ReadSeq, at))
			qt.Check(t, qt.Equals(view.Unread, 5-at))
			for _, d := range []*device{a, tablet} {
				d.until("the mark", func() bool {
					return d.has("read", fmt.Sprintf(`"user_id":"%s","seq":%d}`, ben.ID, at))
				})
			}
		}
		read(3, 3)
		read(2, 3)
		read(99, 5)
		// The mark outlives a restart, as it was acknowledged.
		h.stop()
		h.start()
		qt.Check(t, qt.Equals(ben.view(room).ReadSeq, 5))
		qt.Check(t, qt.Equals(*ann.entry(room, 5).UnreadBy, 0))
	})
}

// Both numbers are exact on a device that has caught up: it works them out by
// itself from entries and marks, and they are what the server says.
func TestUnreadIsExactOnceCaughtUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		ann, ben, cho := p[0], p[1], p[2]
		room := ann.room("group", ben, cho)
		a, c := ann.device(), cho.device()
		for i := range 20 {
			seq := a.say(room, fmt.Sprint(i))
			if i%3 == 0 {
				c.say(room, fmt.Sprint(i, " too"))
			}
			if i == 8 {
				c.ask("room.read", object{"room_id": room, "seq": seq}, nil)
				ben.must("PUT", "/v1/rooms/"+room.String()+"/read", object{"seq": seq - 4}, nil)
			}
		}
		d := ben.device()
		s := d.sync(d.epoch, map[wire.ID]uint64{room: 0}).Rooms[0]
		marks := map[wire.ID]wire.Member{}
		for _, m := range ben.view(room).Members {
			marks[m.UserID] = m
		}
		unread := uint64(0)
		for _, e := range s.Entries {
			if e.Kind != wire.KindMessage {
				continue
			}
			me := marks[ben.ID]
			if e.Seq > max(me.ReadSeq, me.JoinedSeq) && e.SenderID != ben.ID {
				unread++
			}
			by := 0
			for _, m := range marks {
				if m.JoinedSeq < e.Seq && m.ReadSeq < e.Seq && m.UserID != e.SenderID {
					by++
				}
			}
			qt.Check(t, qt.Equals(*e.UnreadBy, by), qt.Commentf("message %d", e.Seq))
		}
		qt.Check(t, qt.Equals(s.Unread, unread))
		qt.Check(t, qt.Equals(ben.view(room).Unread, unread))
	})
}
