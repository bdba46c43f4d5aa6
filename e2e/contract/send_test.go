package contract_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db/dbtest"
	"madang/internal/node"
	"madang/internal/wire"
)

func newID(h *house) wire.ID {
	h.t.Helper()
	id, err := account.NewID(h.node.Clock().Now())
	qt.Assert(h.t, qt.IsNil(err))
	return id
}

// Sending the same client_id again, on any device and by any door, before or
// after a restart, yields the same seq and no second message.
func TestSameClientIDOnAnyDevice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("", ben)
		phone, tablet, other := ann.device(), ann.device(), ben.device()
		client := newID(h)
		var first sent
		phone.ask("message.send", text(room, client, "once"), &first)

		// All at the same moment.
		var wg sync.WaitGroup
		for _, d := range []*device{phone, tablet} {
			for range 3 {
				wg.Go(func() {
					var again sent
					d.ask("message.send", text(room, client, "once"), &again)
					qt.Check(t, qt.Equals(again, first))
				})
			}
		}
		wg.Go(func() {
			var again sent
			ann.must("POST", "/v1/rooms/"+room.String()+"/messages", text(room, client, "once"), &again)
			qt.Check(t, qt.Equals(again, first))
		})
		wg.Wait()
		qt.Check(t, qt.Equals(tablet.refused("message.send", text(room, client, "something else")), "client_id_reused"))

		// The key is the sender's own: somebody else's message may have the same.
		var bens sent
		other.ask("message.send", text(room, client, "once"), &bens)
		qt.Check(t, qt.Equals(bens.Seq, first.Seq+1))

		phone.cut()
		h.stop()
		h.start()
		var again sent
		ann.device().ask("message.send", text(room, client, "once"), &again)
		qt.Check(t, qt.Equals(again, first))
		qt.Check(t, qt.HasLen(ben.page(room, "").Entries, 2))
	})
}

// On any node: two over the same database.
func TestSameClientIDOnTwoNodes(t *testing.T) {
	h := open(t, node.Config{Data: t.TempDir(), Database: dbtest.PostgresURL(t)})
	other := h.another()
	p := h.people(2)
	ann, ben := p[0], p[1]
	room := ann.room("", ben)
	doors := []*device{ann.device(), person{ann.TestUser, other}.device()}
	clients := make([]wire.ID, 40)
	var answers [2][]uint64
	for i := range clients {
		clients[i] = newID(h)
	}
	var wg sync.WaitGroup
	for door, d := range doors {
		wg.Go(func() {
			for i, c := range clients {
				var s sent
				d.ask("message.send", text(room, c, fmt.Sprint(i)), &s)
				answers[door] = append(answers[door], s.Seq)
			}
		})
	}
	wg.Wait()
	qt.Check(t, qt.DeepEquals(answers[0], answers[1]))
	got := ben.page(room, "?limit=200")
	qt.Assert(t, qt.HasLen(got.Entries, len(clients)))
	for i, seq := range answers[0] {
		qt.Check(t, qt.Equals(got.Entries[seq-1].Text, fmt.Sprint(i)))
	}
	// And what one node took is delivered by the other.
	d := person{ben.TestUser, other}.device()
	seq := doors[0].say(room, "across")
	qt.Check(t, qt.Equals(d.hears(room, seq).Text, "across"))
}

// All members see the same numbers in the same order, without gaps, by every
// door: pushes, history, sync.
func TestEveryDoorShowsTheSame(t *testing.T) {
	const many, people = 40, 4
	each(t, func(t *testing.T, h *house) {
		p := h.people(people)
		room := p[0].room("all", p[1:]...)
		var devices []*device
		for _, x := range p {
			devices = append(devices, x.device(), x.device())
		}
		// The first device of each writes; by its answers it knows its own.
		own := make([]map[uint64]string, len(devices))
		var wg sync.WaitGroup
		for i, d := range devices {
			own[i] = map[uint64]string{}
			if i%2 == 1 {
				continue
			}
			wg.Go(func() {
				for n := range many {
					words := fmt.Sprint(i, " says ", n)
					own[i][d.say(room, words)] = words
				}
			})
		}
		wg.Wait()
		head := uint64(1 + people*many)
		want := p[0].page(room, "?limit=200")
		qt.Assert(t, qt.Equals(want.Head, head))
		qt.Assert(t, qt.HasLen(want.Entries, int(head)))
		for i, e := range want.Entries {
			qt.Assert(t, qt.Equals(e.Seq, uint64(i+1)))
		}
		for i, d := range devices {
			// What was pushed and what was answered is everything, each once, and
			// what was pushed came in order.
			d.until("every message", func() bool { return messages(d.entriesOf(room)) == int(head)-1-len(own[i]) })
			got := map[uint64]string{}
			last := uint64(0)
			for _, e := range d.heard(room) {
				qt.Assert(t, qt.IsTrue(e.Seq > last), qt.Commentf("%d after %d", e.Seq, last))
				last = e.Seq
				if e.Kind == wire.KindMessage { // and not the notice of the room's making
					got[e.Seq] = e.Text
				}
			}
			for seq, words := range own[i] {
				_, twice := got[seq]
				qt.Check(t, qt.IsFalse(twice))
				got[seq] = words
			}
			for _, e := range want.Entries[1:] {
				qt.Assert(t, qt.Equals(got[e.Seq], e.Text))
			}
			qt.Check(t, qt.HasLen(got, int(head)-1))
		}
		for _, x := range p[1:] {
			qt.Check(t, qt.DeepEquals(x.page(room, "?limit=200").Entries, want.Entries))
			var forth []wire.Entry
			for len(forth) < int(head) {
				forth = append(forth, x.page(room, "?limit=37&after="+number(uint64(len(forth)))).Entries...)
			}
			qt.Check(t, qt.DeepEquals(forth, want.Entries))
			var socket page
			d := x.device()
			d.ask("room.messages", object{"room_id": room, "before": head + 1, "limit": 200}, &socket)
			qt.Check(t, qt.DeepEquals(socket.Entries, want.Entries))
			s := d.sync(d.epoch, map[wire.ID]uint64{room: 100})
			qt.Assert(t, qt.HasLen(s.Rooms, 1))
			qt.Check(t, qt.DeepEquals(s.Rooms[0].Entries, want.Entries[100:]))
			view := x.view(room)
			qt.Check(t, qt.Equals(view.HeadSeq, head))
			qt.Check(t, qt.DeepEquals(*view.LastMessage, want.Entries[head-1]))
			qt.Check(t, qt.Equals(view.Unread, (people-1)*many))
		}
	})
}

func messages(list []wire.Entry) (n int) {
	for _, e := range list {
		if e.Kind == wire.KindMessage {
			n++
		}
	}
	return n
}

// The lane checks the sender's membership where it gives the number, so nobody
// writes after their removal.
func TestNobodyWritesAfterRemoval(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		ann, ben, cho := p[0], p[1], p[2]
		room := ann.room("group", ben, cho)
		d := ben.device()
		started := make(chan struct{})
		var codes []string
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 200 {
				if i == 20 {
					close(started)
				}
				codes = append(codes, d.refused("message.send", text(room, newID(h), fmt.Sprint(i))))
			}
		})
		<-started
		ann.must("DELETE", "/v1/rooms/"+room.String()+"/members/"+ben.ID.String(), nil, nil)
		wg.Wait()
		taken := 0
		for i, c := range codes {
			if c == "" {
				taken++
				qt.Check(t, qt.Equals(taken, i+1), qt.Commentf("taken after a refusal"))
			} else {
				qt.Check(t, qt.Equals(c, "not_a_member"))
			}
		}
		removed, stand := uint64(0), 0
		for after := uint64(0); ; {
			got := cho.page(room, "?limit=200&after="+number(after))
			if len(got.Entries) == 0 {
				break
			}
			for _, e := range got.Entries {
				after = e.Seq
				if e.Notice != nil && e.Notice.Event == wire.EventRemoved {
					removed = e.Seq
				}
				if e.Kind == wire.KindMessage {
					stand++
					qt.Check(t, qt.Equals(removed, 0), qt.Commentf("entry %d is behind the removal", e.Seq))
				}
			}
		}
		qt.Check(t, qt.Equals(stand, taken))
		qt.Check(t, qt.Not(qt.Equals(removed, 0)))
	})
}
