package chat_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

// The sentences of the delivery contract (docs/protocol.md) that rooms hold by
// themselves. Those about crashes and sockets are tested where these are.

func TestContract2SameClientIDSameNumber(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		s := chattest.Text(room, "once")
		send := func(a actor) (chat.Sent, error) { return h.Chat.Send(context.Background(), a, s) }

		// On many devices at the same moment.
		var wg sync.WaitGroup
		var sent [20]chat.Sent
		for i := range sent {
			wg.Go(func() {
				device := ann
				device.Session = uint64(i)
				var err error
				sent[i], err = send(device)
				qt.Check(t, qt.IsNil(err))
			})
		}
		wg.Wait()
		for _, x := range sent {
			qt.Check(t, qt.Equals(x, sent[0]))
		}
		qt.Check(t, qt.Equals(sent[0].Seq, 2))
		// One message, one event.
		qt.Check(t, qt.DeepEquals(texts(h.Page(ben, room)), []string{"(created)", "once"}))
		qt.Check(t, qt.HasLen(h.Ear.Events(bus.Entry), 2))

		// After a restart, after an edit, after it was deleted.
		h.Stop()
		h.Start()
		again := func() {
			t.Helper()
			x, err := send(ann)
			qt.Check(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(x, sent[0]))
		}
		again()
		_, err := edit(t, h, ann, room, 2, "edited")
		qt.Assert(t, qt.IsNil(err))
		again()
		_, err = h.Chat.Delete(t.Context(), ann, room, 2, true)
		qt.Assert(t, qt.IsNil(err))
		again()
		qt.Check(t, qt.Equals(h.Room(ann, room).HeadSeq, 4))

		// The key is the sender's, in this room, for this message.
		other := s
		other.Content.Text = "something else"
		_, err = h.Chat.Send(t.Context(), ann, other)
		is(t, err, fault.ClientIDReused)
		bens, err := send(ben)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(bens.Seq, 5))
		other.Room = h.Direct(ann, ben)
		_, err = h.Chat.Send(t.Context(), ann, other)
		is(t, err, 0)

		// Whoever was removed still hears what became of it, and sends nothing new.
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, room)))
		again()
	})
}

func TestContract3EverybodySeesTheSameNumbers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const members, each = 8, 40
		u := h.Users(members)
		room := h.Group(u...)
		h.Ear.Forget()
		var wg sync.WaitGroup
		var mu sync.Mutex
		acknowledged := map[uint64]string{}
		for i, a := range u {
			wg.Go(func() {
				last := uint64(0)
				for k := range each {
					text := fmt.Sprint(i, " ", k)
					s, err := h.Chat.Send(context.Background(), a, chattest.Text(room, text))
					if !qt.Check(t, qt.IsNil(err)) {
						return
					}
					qt.Check(t, qt.IsTrue(s.Seq > last)) // one sender's messages keep their order
					last = s.Seq
					// What is acknowledged can be read at once.
					qt.Check(t, qt.Equals(h.Entry(u[(i+k)%members], room, s.Seq).Text, text))
					mu.Lock()
					_, taken := acknowledged[s.Seq]
					acknowledged[s.Seq] = text
					mu.Unlock()
					qt.Check(t, qt.IsFalse(taken))
				}
			})
		}
		wg.Wait()
		const total = members * each
		for _, a := range u {
			var got []wire.Entry
			for after := uint64(1); ; {
				m, err := h.Chat.Messages(t.Context(), a, room, chat.Page{After: after, Limit: 50})
				qt.Assert(t, qt.IsNil(err))
				if len(m.Entries) == 0 {
					break
				}
				got = append(got, h.Decode(m.Entries)...)
				after = got[len(got)-1].Seq
			}
			qt.Assert(t, qt.HasLen(got, total))
			for i, e := range got {
				qt.Check(t, qt.Equals(e.Seq, uint64(i+2)))
				qt.Check(t, qt.Equals(e.Text, acknowledged[e.Seq]))
				qt.Check(t, qt.IsTrue(i == 0 || e.CreatedAt >= got[i-1].CreatedAt))
			}
		}
		// The bus tells each of them once, in order.
		for i, ev := range h.Ear.Events(bus.Entry) {
			qt.Check(t, qt.Equals(ev.Seq, uint64(i+2)))
			qt.Check(t, qt.Equals(entryIn(t, ev.Frame).Text, acknowledged[ev.Seq]))
		}
		qt.Check(t, qt.HasLen(h.Ear.Events(bus.Entry), total))
	})
}

// A client that keeps nothing but its numbers gets everything after them, in
// whatever pieces it asks.
func TestContract4EverythingAfterN(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		r := rand.New(rand.NewPCG(7, 7))
		rooms := []chat.RoomID{h.Direct(u[0], u[1]), h.Direct(u[0], u[2]), h.Group(u...)}
		have := map[chat.RoomID]uint64{rooms[0]: 0, rooms[1]: 0, rooms[2]: 0}
		got := map[chat.RoomID][]wire.Entry{}
		for range 30 {
			for range r.IntN(20) {
				room := rooms[r.IntN(3)]
				h.Say(u[0], room, fmt.Sprint("message ", r.Uint32()))
			}
			answer, err := h.Chat.Sync(t.Context(), u[0], h.Chat.Epoch(), have)
			qt.Assert(t, qt.IsNil(err))
			for _, room := range answer.Rooms {
				got[room.Room] = append(got[room.Room], h.Decode(room.Entries)...)
				have[room.Room] = room.Entries[len(room.Entries)-1].Seq
				qt.Check(t, qt.Equals(have[room.Room], room.Head))
			}
		}
		for _, room := range rooms {
			var all []wire.Entry
			for {
				m, err := h.Chat.Messages(t.Context(), u[0], room, chat.Page{After: uint64(len(all)), FromStart: true})
				qt.Assert(t, qt.IsNil(err))
				if len(m.Entries) == 0 {
					break
				}
				all = append(all, h.Decode(m.Entries)...)
			}
			qt.Check(t, qt.DeepEquals(got[room], all))
		}
		answer, err := h.Chat.Sync(t.Context(), u[0], "another epoch", have)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(answer.Reset))
	})
}

func TestContract7PagesShowThePresentState(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		edited, deleted, liked := h.Say(ann, room, "v1"), h.Say(ann, room, "secret words"), h.Say(ann, room, "nice")
		_, err := edit(t, h, ann, room, edited, "v2")
		qt.Assert(t, qt.IsNil(err))
		_, err = edit(t, h, ann, room, deleted, "secret words, edited")
		qt.Assert(t, qt.IsNil(err))
		_, err = h.Chat.Delete(t.Context(), ann, room, deleted, true)
		qt.Assert(t, qt.IsNil(err))
		_, err = h.Chat.React(t.Context(), ben, room, liked, "👍", false)
		qt.Assert(t, qt.IsNil(err))
		check := func() {
			t.Helper()
			page := h.Page(ben, room)
			qt.Check(t, qt.DeepEquals(texts(page), []string{
				"(created)", "v2", "<deleted>", "nice", "<edit 2>", "<edit 3>", "<deletion 3>", "<reaction 4>",
			}))
			qt.Check(t, qt.Equals(page[4].Target.Text, "v2"))
			qt.Check(t, qt.IsTrue(page[5].Target.Deleted)) // an edit of what was deleted later shows nothing of it
			qt.Check(t, qt.HasLen(page[7].Target.Reactions, 1))
			qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 3))
			answer, err := h.Chat.Sync(t.Context(), ben, h.Chat.Epoch(), map[chat.RoomID]uint64{room: 1})
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.DeepEquals(h.Decode(answer.Rooms[0].Entries), page[1:]))
		}
		check()
		h.Stop()
		h.Start()
		check()
	})
}

// Membership is checked where the number is given: nobody writes after the
// entry that removed them.
func TestNobodyWritesAfterTheirRemoval(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		for range 5 {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					for {
						_, err := h.Chat.Send(context.Background(), ben, chattest.Text(room, "x"))
						if err != nil {
							is(t, err, fault.NotAMember)
							return
						}
					}
				})
			}
			qt.Check(t, qt.IsNil(h.Chat.Remove(t.Context(), ann, room, ben.User)))
			wg.Wait()
			page := h.Page(ann, room)
			last := page[len(page)-1]
			qt.Assert(t, qt.Equals(last.Kind, wire.KindNotice))
			qt.Assert(t, qt.Equals(last.Notice.Event, wire.EventRemoved))
			_, err := h.Chat.Invite(t.Context(), ann, room, ids(ben))
			qt.Assert(t, qt.IsNil(err))
		}
	})
}

// A change whose caller gave up before it was projected comes into the list by
// way of the follower.
func TestFollowerProjectsWhatWasLeft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		ctx, cancel := context.WithCancel(t.Context())
		// Between the commit and its projection.
		h.Bus.Subscribe(func(*bus.Batch) { cancel() })
		_, err := h.Chat.Create(ctx, ann, chat.NewRoom{MemberIDs: ids(ben), Title: "left", Key: "k"})
		qt.Check(t, qt.ErrorIs(err, context.Canceled))
		qt.Check(t, qt.HasLen(dbRooms(t, h, ben), 0))
		deadline := time.After(20 * time.Second)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for len(dbRooms(t, h, ben)) == 0 {
			select {
			case <-deadline:
				t.Fatal("the group never came into the list")
			case <-tick.C:
				h.Clock.Advance(10 * time.Second)
			}
		}
	})
}
