package gateway_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/gateway"
	"madang/internal/wire"
)

// A bus that loses, doubles and reorders costs time and no entry, and no client
// sees a number before the one in front of it.
func TestBusThatLosesAndReorders(t *testing.T) {
	chattest.Each(t, func(t *testing.T, c *chattest.House) {
		var bad bus.Local
		random := rand.New(rand.NewPCG(1, 2))
		var late *bus.Batch
		var lost, reordered int
		c.Bus.Subscribe(func(b *bus.Batch) {
			if b.Pos == 0 {
				bad.Publish(b)
				return
			}
			switch random.IntN(10) {
			case 0:
				lost++
				return
			case 1:
				bad.Publish(b)
			case 2:
				if late == nil {
					late = b
					reordered++
					return
				}
			}
			bad.Publish(b)
			if late != nil {
				bad.Publish(late)
				late = nil
			}
		})
		h := openOver(t, c, func(c *gateway.Config) { c.Bus = &bad })
		p := h.people(2)
		room := h.direct(p[0], p[1])
		ben := h.connect(p[1])
		const n = 60
		for i := range n {
			h.Say(p[0].Actor, room, fmt.Sprint(i))
		}
		last := uint64(0)
		for last < n {
			_, e := ben.entry()
			// What was delivered in part may come again, nothing may be left out.
			qt.Assert(t, qt.IsTrue(e.Seq <= last+1), qt.Commentf("%d after %d", e.Seq, last))
			last = max(last, e.Seq)
		}
		t.Logf("%d batches lost, %d reordered, %d gaps", lost, reordered, h.Gaps())
		qt.Check(t, qt.IsTrue(h.Gaps() > 0))
	})
}

// The last batch of all is missed by nothing that follows it: the feed shows it.
func TestLostWithoutASign(t *testing.T) {
	h := openWith(t, func(c *gateway.Config) { c.Bus = &bus.Local{} })
	p := h.people(2)
	room := h.direct(p[0], p[1])
	ben := h.connect(p[1])
	h.Say(p[0].Actor, room, "into the void")
	qt.Check(t, qt.Equals(ben.message(), "into the void")) // within five seconds or so
	qt.Check(t, qt.IsTrue(h.Gaps() > 0))
}

// Who comes in while an entry is on its way hears nothing of it, though they are
// a member when it is delivered.
func TestNothingFromBeforeOneCameIn(t *testing.T) {
	chattest.Each(t, func(t *testing.T, c *chattest.House) {
		var held bus.Local
		var mu sync.Mutex
		var waiting []*bus.Batch
		hold := false
		c.Bus.Subscribe(func(b *bus.Batch) {
			mu.Lock()
			defer mu.Unlock()
			if hold {
				waiting = append(waiting, b)
				return
			}
			held.Publish(b)
		})
		h := openOver(t, c, func(c *gateway.Config) { c.Bus = &held })
		p := h.people(3)
		room := h.group(p[0], p[1])
		ben, cat := h.connect(p[1]), h.connect(p[2])
		mu.Lock()
		hold = true
		mu.Unlock()
		h.Say(p[0].Actor, room, "cat must not know")
		_, err := h.Chat.Invite(t.Context(), p[0].Actor, room, []chat.UserID{p[2].User})
		qt.Assert(t, qt.IsNil(err))
		mu.Lock()
		hold = false
		for _, b := range waiting {
			held.Publish(b)
		}
		mu.Unlock()
		qt.Check(t, qt.Equals(ben.message(), "cat must not know"))
		_, e := cat.entry()
		qt.Assert(t, qt.IsNotNil(e.Notice), qt.Commentf("%+v", e))
		qt.Check(t, qt.Equals(e.Notice.Event, wire.EventInvited))
		cat.quiet("room")
	})
}
