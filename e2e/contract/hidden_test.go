package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/wire"
)

// What is sent in a direct room by somebody one blocks keeps its number and has
// no content, by any door; it counts for nobody and wakes nobody; the sender
// sees no difference.
func TestHiddenFromWhoBlocks(t *testing.T) {
	const secret = "unwanted"
	each(t, func(t *testing.T, h *house) {
		p := h.people(3)
		ann, ben, cho := p[0], p[1], p[2]
		room, like := ann.room("", ben), cho.room("", ben)
		a, b, tablet := ann.device(), ben.device(), ben.device()
		before := b.say(room, "before")
		b.say(like, "before")
		a.hears(room, before)
		ann.must("PUT", "/v1/blocks/"+ben.ID.String(), nil, nil)
		a.forget()

		seq := b.say(room, secret)
		b.ask("typing", object{"room_id": room}, nil)
		b.ask("message.edit", object{"room_id": room, "seq": before, "text": secret}, nil)
		b.ask("message.react", object{"room_id": room, "seq": before, "emoji": "👎"}, nil)
		last := a.say(room, "mine") // whatever is told of ben's comes before
		b.hears(room, last)
		a.until("three signs", func() bool { return len(a.entriesOf(room)) == 3 })
		for i, e := range a.heard(room) {
			qt.Check(t, qt.DeepEquals(e, wire.Entry{Seq: seq + uint64(i), Kind: wire.KindHidden}))
		}
		qt.Check(t, qt.IsFalse(a.got("typing", "")))
		s := a.sync(a.epoch, map[wire.ID]uint64{room: before})
		for i, e := range s.Rooms[0].Entries[:3] {
			qt.Check(t, qt.DeepEquals(e, wire.Entry{Seq: seq + uint64(i), Kind: wire.KindHidden}))
		}
		qt.Check(t, qt.DeepEquals(ann.entry(room, seq), wire.Entry{Seq: seq, Kind: wire.KindHidden}))
		qt.Check(t, qt.Equals(ann.entry(room, before).Text, "before"))
		qt.Check(t, qt.HasLen(ann.entry(room, before).Reactions, 0))
		view := ann.view(room)
		qt.Check(t, qt.Equals(view.Unread, 1)) // what came before the block
		qt.Check(t, qt.Equals(view.LastMessage.Text, "mine"))
		all := a.everything() + fmt.Sprint(s, ann.page(room, ""), view)
		qt.Check(t, qt.IsFalse(strings.Contains(all, secret) || strings.Contains(all, "👎")))

		// Ben, on all his devices, sees what he sees where nobody blocks him.
		other := b.say(like, secret)
		want, got := ben.entry(like, other), ben.entry(room, seq)
		qt.Check(t, qt.Equals(tablet.hears(room, seq).Text, secret))
		qt.Check(t, qt.Equals(got.Text, want.Text))
		qt.Check(t, qt.Equals(*got.UnreadBy, *want.UnreadBy))
		qt.Check(t, qt.Equals(ben.entry(room, before).Text, secret))
		qt.Check(t, qt.HasLen(ben.entry(room, before).Reactions, 1))
		// It stays hidden when the block is lifted.
		ann.must("DELETE", "/v1/blocks/"+ben.ID.String(), nil, nil)
		qt.Check(t, qt.Equals(ann.entry(room, seq).Kind, wire.KindHidden))
	})
}

// In groups blocking hides nothing.
func TestBlockingHidesNothingInGroups(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room := ann.room("group", ben)
		ann.must("PUT", "/v1/blocks/"+ben.ID.String(), nil, nil)
		a := ann.device()
		seq := ben.device().say(room, "heard")
		qt.Check(t, qt.Equals(a.hears(room, seq).Text, "heard"))
		qt.Check(t, qt.Equals(ann.view(room).Unread, 1))
	})
}

// Leaving a direct room clears it up to the head for that person; rejoining a
// group starts at the new joined_seq.
func TestLeavingClears(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.people(2)
		ann, ben := p[0], p[1]
		room, group := ann.room("", ben), ann.room("group", ben)
		a := ann.device()
		for _, r := range []wire.ID{room, group} {
			a.say(r, "before")
			ben.must("DELETE", "/v1/rooms/"+r.String()+"/members/me", nil, nil)
		}
		var list struct{ Rooms []wire.Room }
		ben.must("GET", "/v1/rooms", nil, &list)
		qt.Check(t, qt.HasLen(list.Rooms, 0))
		qt.Check(t, qt.HasLen(ben.page(room, "").Entries, 0))
		qt.Check(t, qt.Equals(ben.call("GET", "/v1/rooms/"+group.String()+"/messages", nil, nil), "not_a_member"))
		qt.Check(t, qt.HasLen(ann.page(room, "").Entries, 1)) // for that person alone

		a.say(group, "meanwhile")
		ann.must("POST", "/v1/rooms/"+group.String()+"/members", object{"user_ids": []wire.ID{ben.ID}}, nil)
		joined := ann.view(group).HeadSeq
		for _, r := range []wire.ID{room, group} {
			seq := a.say(r, "after")
			view := ben.view(r)
			qt.Check(t, qt.Equals(view.Unread, 1))
			for _, got := range []page{ben.page(r, ""), ben.page(r, "?after=0"), ben.page(r, "?before="+number(seq+1))} {
				qt.Check(t, qt.Equals(got.Tail, view.TailSeq))
				qt.Check(t, qt.Equals(got.Entries[0].Seq, view.TailSeq))
				qt.Check(t, qt.Equals(got.Entries[len(got.Entries)-1].Seq, seq))
			}
		}
		qt.Check(t, qt.Equals(ben.view(group).JoinedSeq, joined))
		qt.Check(t, qt.Equals(ben.view(group).TailSeq, joined)) // the notice of it is the first
	})
}
