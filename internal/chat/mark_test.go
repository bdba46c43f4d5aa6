package chat_test

import (
	"math/rand/v2"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
)

func TestContract5ReadMarks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, eve := u[0], u[1], u[2]
		room := h.Direct(ann, ben)
		for range 5 {
			h.Say(ann, room, "x")
		}
		h.Ear.Forget()
		ben.Session = 4
		unread := func() (uint64, uint64) {
			r := h.Room(ben, room)
			return r.ReadSeq, r.Unread
		}
		for _, c := range []struct{ to, at, unread uint64 }{
			{2, 2, 3}, {2, 2, 3}, {1, 2, 3}, {4, 4, 1}, {99, 5, 0}, {99, 5, 0}, {3, 5, 0},
		} {
			h.Read(ben, room, c.to)
			at, n := unread()
			qt.Check(t, qt.Equals(at, c.at))
			qt.Check(t, qt.Equals(n, c.unread))
		}
		var told []uint64
		for _, ev := range h.Ear.Events(bus.Read) {
			told = append(told, ev.Seq)
			qt.Check(t, qt.Equals(ev.Session, 4))
			qt.Check(t, qt.Equals(chat.UserID(ev.User), ben.User))
		}
		qt.Check(t, qt.DeepEquals(told, []uint64{2, 4, 5})) // only what moved
		qt.Check(t, qt.Equals(string(h.Ear.Events(bus.Read)[0].Frame),
			`{"jsonrpc":"2.0","method":"read","params":{"room_id":"`+room.String()+`","user_id":"`+ben.User.String()+`","seq":2}}`))
		is(t, h.Chat.Read(t.Context(), ben, room, 0), fault.SeqInvalid)
		is(t, h.Chat.Read(t.Context(), eve, room, 1), fault.RoomUnknown)
	})
}

func TestContract5UnreadBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		room := h.Group(ann, ben, cid)
		one := h.Say(ann, room, "one")
		two := h.Say(ben, room, "two")
		by := func(seq uint64) int { return *h.Entry(ann, room, seq).UnreadBy }
		qt.Check(t, qt.Equals(by(one), 2))
		qt.Check(t, qt.Equals(by(two), 2)) // sending does not read for you, but a sender is not counted
		h.Read(ben, room, one)
		qt.Check(t, qt.Equals(by(one), 1))
		h.Read(cid, room, two)
		qt.Check(t, qt.Equals(by(one), 0))
		qt.Check(t, qt.Equals(by(two), 1))
		h.Read(ann, room, two)
		qt.Check(t, qt.Equals(by(two), 0))
		// Who comes later is not waited for, who leaves neither.
		three := h.Say(ann, room, "three")
		_, err := h.Chat.Invite(t.Context(), ann, room, ids(dan))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(by(three), 2))
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ben, room)))
		qt.Check(t, qt.Equals(by(three), 1))
		steps, err := h.Chat.UnreadSteps(t.Context(), room, 100)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(steps, [][2]uint64{{three, 1}, {two, 0}, {one, 0}}))
	})
}

// guess is what a person should have unread, by the words of the contract.
type guess struct {
	read   uint64
	hidden map[uint64]bool
}

// Random sends, reads to anywhere, hidings and blocks in one direct room, against
// a count of the messages one by one.
func TestContract5UnreadIsWhatIsLeftToRead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 1))
		var both [2]actor
		both[0], both[1] = h.Two()
		room := h.Direct(both[0], both[1])
		guesses := [2]guess{{hidden: map[uint64]bool{}}, {hidden: map[uint64]bool{}}}
		var senders []int // by seq-1; -1 for entries that are no messages
		blocked := [2]bool{}
		for range 400 {
			who := r.IntN(2)
			a, g := both[who], &guesses[who]
			head := uint64(len(senders))
			switch k := r.IntN(10); {
			case k < 4 || head == 0:
				seq := h.Say(a, room, "x")
				qt.Assert(t, qt.Equals(seq, head+1))
				senders = append(senders, who)
				if blocked[1-who] {
					guesses[1-who].hidden[seq] = true
				}
			case k < 7:
				to := 1 + r.Uint64N(head+2)
				h.Read(a, room, to)
				g.read = max(g.read, min(to, head))
			case k < 8:
				seq := 1 + r.Uint64N(head)
				_, err := h.Chat.Delete(t.Context(), a, room, seq, false)
				if senders[seq-1] < 0 {
					is(t, err, fault.EntryUnknown)
				} else {
					is(t, err, 0)
					g.hidden[seq] = true
				}
			case k < 9:
				seq := 1 + r.Uint64N(head)
				if n, err := h.Chat.React(t.Context(), a, room, seq, "👍", r.IntN(2) == 0); err == nil && n > head {
					senders = append(senders, -1)
				}
			default:
				blocked[who] = !blocked[who]
				h.Block(a, both[1-who], blocked[who])
			}
			for i, a := range both {
				want := uint64(0)
				for j, sender := range senders {
					if seq := uint64(j + 1); sender == 1-i && seq > guesses[i].read && !guesses[i].hidden[seq] {
						want++
					}
				}
				view := h.Room(a, room)
				qt.Assert(t, qt.Equals(view.ReadSeq, guesses[i].read))
				qt.Assert(t, qt.Equals(view.Unread, want))
			}
		}
	})
}

// Marks into the middle of a long stretch count the entries on the shorter side.
func TestReadMarkInALongRoom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		const n = 2500
		done := make(chan error, n)
		for i := range n {
			who := ann
			if i%5 == 0 {
				who = ben
			}
			h.Chat.SendAsync(who, chattest.Text(room, "x"), func(_ chat.Sent, err error) { done <- err })
		}
		for range n {
			qt.Assert(t, qt.IsNil(<-done))
		}
		for _, c := range []struct{ to, unread uint64 }{{500, 1600}, {1900, 480}, {2499, 1}, {2500, 0}} {
			h.Read(ben, room, c.to)
			qt.Check(t, qt.Equals(h.Room(ben, room).Unread, c.unread))
		}
	})
}

// A mark between the person's own messages has to be counted, which ReadAsync
// leaves to Read.
func TestReadAsyncDoesNotCount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(2)
		ann, ben := u[0], u[1]
		room := h.Direct(ann, ben)
		for range 3 {
			h.Say(ann, room, "x")
			h.Say(ben, room, "y")
		}
		async := func(seq uint64) error {
			ended := make(chan error, 1)
			h.Chat.ReadAsync(ben, room, seq, func(err error) { ended <- err })
			return <-ended
		}
		qt.Check(t, qt.ErrorIs(async(3), chat.ErrMustCount))
		qt.Check(t, qt.Equals(h.Room(ben, room).ReadSeq, 0))
		qt.Assert(t, qt.IsNil(h.Chat.Read(t.Context(), ben, room, 3)))
		qt.Check(t, qt.Equals(h.Room(ben, room).ReadSeq, 3))
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 1))
		qt.Assert(t, qt.IsNil(async(6)))
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 0))
	})
}
