package contract_test

import (
	"fmt"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/wire"
)

// A client that says "I have n" gets everything after n.
func TestEverythingAfterN(t *testing.T) {
	const missed = 250
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room, quiet := ann.room("busy", ben), ann.room("", ben)
		d := ben.device()
		n := ann.device().say(room, "heard")
		d.hears(room, n)
		d.cut()

		writer := ann.device()
		for i := range missed {
			writer.say(room, fmt.Sprint(i))
		}
		var edit struct{ Seq uint64 }
		writer.ask("message.edit", object{"room_id": room, "seq": n, "text": "other words"}, &edit)

		d = ben.device()
		s := d.sync(d.epoch, map[wire.ID]uint64{room: n, quiet: 0})
		qt.Assert(t, qt.HasLen(s.Rooms, 1))
		got := s.Rooms[0]
		qt.Check(t, qt.Equals(got.RoomID, room))
		qt.Check(t, qt.IsTrue(got.More))
		qt.Check(t, qt.Equals(got.Head, n+missed+1))
		qt.Check(t, qt.Equals(got.Unread, missed+1))
		have := n
		for list := got.Entries; len(list) > 0; {
			for _, e := range list {
				qt.Assert(t, qt.Equals(e.Seq, have+1))
				have = e.Seq
				if have == edit.Seq {
					qt.Check(t, qt.Equals(e.TargetSeq, n))
					qt.Check(t, qt.Equals(e.Target.Text, "other words"))
				} else {
					qt.Check(t, qt.Equals(e.Text, fmt.Sprint(have-n-1)))
				}
			}
			var next page
			d.ask("room.messages", object{"room_id": room, "after": have, "limit": 200}, &next)
			list = next.Entries
		}
		qt.Check(t, qt.Equals(have, edit.Seq))
		qt.Check(t, qt.HasLen(d.sync(d.epoch, map[wire.ID]uint64{room: have, quiet: 0}).Rooms, 0))
		// What follows is pushed: between sync and push there is no gap.
		qt.Check(t, qt.Equals(d.hears(room, writer.say(room, "live")).Text, "live"))
	})
}

// A device that says hello first and asks then misses nothing, whenever others
// write.
func TestNoGapBetweenSyncAndPush(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("", ben)
		stop, stopped := make(chan struct{}), make(chan struct{})
		writer, last := ann.device(), uint64(0)
		go func() {
			defer close(stopped)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					last = writer.say(room, fmt.Sprint(i))
				}
			}
		}()
		// A device that comes and goes, with what it has.
		have := uint64(0)
		var d *device
		for range 10 {
			d = ben.device()
			s := d.sync(d.epoch, map[wire.ID]uint64{room: have})
			list := s.Rooms
			if len(list) > 0 {
				for _, e := range list[0].Entries {
					qt.Assert(t, qt.Equals(e.Seq, have+1))
					have = e.Seq
				}
			}
			for len(list) > 0 && have < list[0].Head {
				var next page
				d.ask("room.messages", object{"room_id": room, "after": have}, &next)
				for _, e := range next.Entries {
					qt.Assert(t, qt.Equals(e.Seq, have+1))
					have = e.Seq
				}
			}
			// From here on the pushes alone have to do.
			aim := have + 5
			d.hears(room, aim)
			for _, e := range d.heard(room) {
				if e.Seq > have {
					qt.Assert(t, qt.Equals(e.Seq, have+1))
					have = e.Seq
				}
			}
			d.cut()
		}
		close(stop)
		<-stopped
		qt.Check(t, qt.Equals(ben.view(room).HeadSeq, last))
	})
}

// Or is told from where the log still reaches, for them.
func TestToldFromWhereTheLogReaches(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		ann, ben, cho := p[0], p[1], p[2]
		group, direct, left := ann.room("group", ben, cho), ann.room("", ben), ann.room("left", ben)
		writer := ann.device()
		for _, r := range []wire.ID{group, direct, left} {
			writer.say(r, "before")
		}
		have := map[wire.ID]uint64{group: 2, direct: 1, left: 2}
		// While ben is away, he is taken out of a group and brought back, clears a
		// direct room, leaves a group, and comes into another one.
		ann.must("DELETE", "/v1/rooms/"+group.String()+"/members/"+ben.ID.String(), nil, nil)
		missed := writer.say(group, "not for ben")
		ann.must("POST", "/v1/rooms/"+group.String()+"/members", object{"user_ids": []wire.ID{ben.ID}}, nil)
		again := ann.view(group).HeadSeq
		writer.say(direct, "cleared")
		ben.must("DELETE", "/v1/rooms/"+direct.String()+"/members/me", nil, nil)
		seen := writer.say(direct, "after")
		ben.must("DELETE", "/v1/rooms/"+left.String()+"/members/me", nil, nil)
		fresh := ann.room("fresh", ben)

		d := ben.device()
		s := d.sync(d.epoch, have)
		tails := map[wire.ID]uint64{}
		first := map[wire.ID]uint64{}
		for _, r := range s.Rooms {
			tails[r.RoomID], first[r.RoomID] = r.Tail, r.Entries[0].Seq
		}
		qt.Check(t, qt.DeepEquals(tails, map[wire.ID]uint64{group: again, direct: seen}))
		qt.Check(t, qt.DeepEquals(first, tails))
		qt.Check(t, qt.DeepEquals(s.Gone, []wire.ID{left}))
		qt.Check(t, qt.DeepEquals(s.New, []wire.ID{fresh}))
		for _, e := range ben.page(group, "?limit=200").Entries {
			qt.Check(t, qt.IsTrue(e.Seq > missed))
		}
	})
}

// Another epoch means start again.
func TestAnotherEpochStartsAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("", ben)
		ann.device().say(room, "hello")
		d := ben.device()
		s := d.sync("of another life", map[wire.ID]uint64{room: 7})
		qt.Check(t, qt.IsTrue(s.Reset))
		qt.Check(t, qt.Equals(s.Epoch, d.epoch))
		qt.Check(t, qt.HasLen(s.Rooms, 0))
		// Pages and the list of rooms tell the epoch too; it outlives a restart.
		var rooms struct{ Epoch string }
		d.ask("rooms", object{}, &rooms)
		qt.Check(t, qt.Equals(rooms.Epoch, d.epoch))
		qt.Check(t, qt.Equals(ben.page(room, "").Epoch, d.epoch))
		d.cut()
		h.stop()
		h.start()
		qt.Check(t, qt.Equals(ben.device().epoch, s.Epoch))
	})
}
