package history_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/e2e/crash/history"
	"madang/internal/wire"
)

// story is a history in which everything that the checker knows has happened.
// What stands under which number is written beside it.
func story() *world {
	w := newWorld(3) // 1: created
	a, b, c := w.users[0], w.users[1], w.users[2]
	w.send(a, "hello", true)    // 2
	w.send(b, "hi", true)       // 3
	w.send(a, "unheard", false) // 4: made it, but nobody told the sender
	w.giveAll()
	w.markRead(b, 4, true)
	w.markRead(c, 3, true)
	w.edit(2, "hello there", true) // 5
	w.edit(2, "hello all", false)  // asked for, never done
	w.deleteForAll(3)              // 6
	w.hide(c, 2)
	w.send(c, "bye", true) // 7
	w.giveAll()
	w.Note(history.Event{What: history.Heard, Device: "0 desk", User: a, Room: w.room, Reader: b, Seq: 4})
	w.Note(history.Event{What: history.Entered, Device: "0 desk", User: a, Room: w.room, Reader: c})
	w.note(history.Leave, b, 0, "") // and nobody answered
	look := w.id()
	w.Note(history.Event{What: history.Look, Device: "1 desk", User: b, Client: look})
	w.Note(history.Event{What: history.Looked, Device: "1 desk", User: b, Client: look, Room: w.room, Seq: 7, To: 4})
	return w
}

func TestGoodHistory(t *testing.T) {
	w := story()
	qt.Assert(t, qt.HasLen(w.check(w.state()), 0))
}

// TestFaults changes a good history, or the state it ended in, as a fault of
// the server would, and sees that the checker names the rule.
func TestFaults(t *testing.T) {
	// Looking something up in a state.
	member := func(s history.State, w *world, i int) *history.Member { return &s[w.room][i] }
	everyone := func(s history.State, w *world, f func(m *history.Member)) {
		for i := range w.users {
			f(member(s, w, i))
		}
	}
	tests := []struct {
		name string
		want history.Rule
		do   func(w *world, s history.State)
	}{
		{"the log lost its end", history.Lost, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) { m.Head, m.Entries = 6, m.Entries[:6] })
		}},
		{"somebody saw the lost end", history.Phantom, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) { m.Head, m.Entries = 6, m.Entries[:6] })
		}},
		{"the log has a hole", history.Gap, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) { m.Entries = slices.Delete(m.Entries, 3, 4) })
		}},
		{"an acknowledged entry is nowhere", history.Lost, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) { m.Entries = slices.Delete(m.Entries, 1, 2) })
		}},
		{"another message has the number", history.Lost, func(w *world, s history.State) {
			client := w.id()
			w.Note(history.Event{What: history.Send, User: w.users[0], Room: w.room, Client: client, Text: "x"})
			everyone(s, w, func(m *history.Member) {
				m.Entries[6] = &wire.Entry{
					Seq: 7, Kind: wire.KindMessage, SenderID: w.users[0], ClientID: client,
					Content: &wire.Content{Type: wire.TypeText, Text: "x"},
				}
			})
		}},
		{"acknowledged under two numbers", history.Twice, func(w *world, s history.State) {
			e := w.log[1]
			w.Note(history.Event{What: history.Sent, User: e.SenderID, Room: w.room, Client: e.ClientID, Seq: 4})
		}},
		{"a message stands twice", history.Twice, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) {
				twin := *member(s, w, 0).Entries[1]
				twin.Seq = 8
				m.Head, m.Entries = 8, append(m.Entries, &twin)
			})
		}},
		{"nobody sent it", history.Forged, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) {
				m.Head = 8
				m.Entries = append(m.Entries, &wire.Entry{Seq: 8, Kind: wire.KindMessage, SenderID: w.users[0], ClientID: wire.ID{1}})
			})
		}},
		{"it says what nobody wrote", history.Forged, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) { m.Entries[3].Text = "changed" })
		}},
		{"members read different texts", history.Differs, func(w *world, s history.State) {
			member(s, w, 1).Entries[1].Text = "hello"
		}},
		{"members see different heads", history.Differs, func(w *world, s history.State) {
			m := member(s, w, 1)
			m.Head, m.Entries = 6, m.Entries[:6]
		}},
		{"an edit was undone", history.Undone, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) {
				if m.Entries[1].Content != nil {
					m.Entries[1].Text = "hello"
				}
			})
		}},
		{"a deletion was undone", history.Undone, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) {
				m.Entries[2].Deleted, m.Entries[2].Content = false, &wire.Content{Type: wire.TypeText, Text: "hi"}
			})
		}},
		{"a deleted message still has its text", history.Undone, func(w *world, s history.State) {
			everyone(s, w, func(m *history.Member) { m.Entries[2].Content = &wire.Content{Type: wire.TypeText, Text: "hi"} })
		}},
		{"a deletion for oneself was undone", history.Undone, func(w *world, s history.State) {
			m := member(s, w, 2)
			m.Entries[1] = member(s, w, 0).Entries[1]
			m.Unread = 1
		}},
		{"hidden without being asked", history.Forged, func(w *world, s history.State) {
			member(s, w, 1).Entries[3] = &wire.Entry{Seq: 4, Kind: wire.KindHidden}
		}},
		{"a read mark was lost", history.Undone, func(w *world, s history.State) { member(s, w, 1).Read = 3 }},
		{"a heard read mark was lost", history.Phantom, func(w *world, s history.State) { member(s, w, 1).Read = 3 }},
		{"a read mark was made up", history.Forged, func(w *world, s history.State) { member(s, w, 0).Read = 5 }},
		{"unread", history.Unread, func(w *world, s history.State) { member(s, w, 0).Unread++ }},
		{"unread_by", history.UnreadBy, func(w *world, s history.State) { *member(s, w, 0).Entries[3].UnreadBy++ }},
		{"a device was given an entry twice", history.Gap, func(w *world, s history.State) {
			w.given["0 desk"]--
			w.give("0 desk", 1)
		}},
		{"a device was given an entry too early", history.Gap, func(w *world, s history.State) {
			w.send(w.users[0], "one", true)
			w.send(w.users[0], "two", true)
			w.given["0 desk"]++
			w.give("0 desk", 1)
		}},
		{"a device was told that something is no more", history.Gap, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Skipped, Device: "0 desk", User: w.users[0], Room: w.room, Seq: 8, To: 9})
		}},
		{"a device was given what is not there", history.Phantom, func(w *world, s history.State) {
			w.send(w.users[0], "not on disk", false)
			w.give("1 desk", 1)
		}},
		{"a device was given another entry", history.Differs, func(w *world, s history.State) {
			w.given["1 desk"]--
			other := *w.log[6]
			other.ClientID = wire.ID{9}
			w.log[6] = &other
			w.Note(history.Event{What: history.Send, User: other.SenderID, Room: w.room, Client: other.ClientID, Text: "bye"})
			w.give("1 desk", 1)
		}},
		{"a list showed a head that is not there", history.Phantom, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Looked, User: w.users[0], Room: w.room, Seq: 8})
		}},
		{"a list showed a mark that is not there", history.Phantom, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Looked, User: w.users[0], Room: w.room, To: 1})
		}},
		{"a list showed a head of before", history.Undone, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Look, User: w.users[1]})
			w.Note(history.Event{What: history.Looked, User: w.users[1], Room: w.room, Seq: 6, To: 4})
		}},
		{"a list showed a mark of before", history.Undone, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Look, User: w.users[1]})
			w.Note(history.Event{What: history.Looked, User: w.users[1], Room: w.room, Seq: 7, To: 3})
		}},
		{"somebody is not in a room that they entered", history.Undone, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Entered, Room: w.room, Reader: wire.ID{7}})
		}},
		{"somebody is in a room that they left", history.Undone, func(w *world, s history.State) {
			w.note(history.Leave, w.users[0], 0, "")
			w.note(history.Left, w.users[0], 0, "")
		}},
		{"numbers were void", history.Lost, func(w *world, s history.State) {
			w.Note(history.Event{What: history.Reset, User: w.users[0]})
		}},
		{"a device misses the end", history.Behind, func(w *world, s history.State) {
			seq := w.send(w.users[0], "last", true)
			everyone(s, w, func(m *history.Member) {
				m.Head, m.Entries = seq, append(m.Entries, w.seen(m.User, w.log[seq-1]))
				if m.User != w.users[0] {
					m.Unread++
				}
			})
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := story()
			s := w.state()
			test.do(w, s)
			bad := w.check(s)
			qt.Assert(t, qt.SliceContains(rules(bad), test.want), qt.Commentf("%v", bad))
		})
	}
}

// TestBetween: what was answered after the power was cut proves nothing, what
// was asked for until then explains what is left.
func TestBetween(t *testing.T) {
	w := newWorld(2)
	before := w.Len()
	w.send(w.users[0], "on its way", true)
	w.giveAll()
	after := w.Len()
	got := w.Between(before, after)
	qt.Assert(t, qt.HasLen(got, 1))
	qt.Assert(t, qt.Equals(got[0].What, history.Send))

	with, without := w.state(), newWorld(2).state()
	qt.Assert(t, qt.HasLen(history.Check(got, with), 0))
	qt.Assert(t, qt.HasLen(history.Check(got, without), 0))
	qt.Assert(t, qt.HasLen(history.Check(w.Events(), with), 0))
	qt.Assert(t, qt.SliceContains(rules(history.Check(w.Events(), without)), history.Lost))
}

// TestRightServer plays random histories of a server that does everything
// right, on devices that are given entries when they please: the checker must
// not find anything. Taking the last acknowledged entry out of the log must
// always be found.
func TestRightServer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.IntRange(1, 4).Draw(t, "people"))
		user := func() wire.ID { return rapid.SampledFrom(w.users).Draw(t, "user") }
		var names []string
		for d := range w.devices() {
			names = append(names, d)
		}
		slices.Sort(names)
		// pick gives one of the messages that f accepts.
		pick := func(f func(e *wire.Entry) bool) uint64 {
			var seqs []uint64
			for _, e := range w.log {
				if e.Kind == wire.KindMessage && f(e) {
					seqs = append(seqs, e.Seq)
				}
			}
			if len(seqs) == 0 {
				t.Skip("no message for that yet")
			}
			return rapid.SampledFrom(seqs).Draw(t, "message")
		}
		there := func(e *wire.Entry) bool { return !w.gone[e.Seq] }
		n := 0
		t.Repeat(map[string]func(*rapid.T){
			"send": func(t *rapid.T) {
				n++
				w.send(user(), fmt.Sprint("text ", n), rapid.Bool().Draw(t, "acknowledged"))
			},
			"edit": func(t *rapid.T) {
				n++
				w.edit(pick(there), fmt.Sprint("edit ", n), rapid.Bool().Draw(t, "done"))
			},
			"delete": func(*rapid.T) { w.deleteForAll(pick(there)) },
			"hide": func(*rapid.T) {
				u := user()
				w.hide(u, pick(func(*wire.Entry) bool { return true }))
			},
			"read": func(t *rapid.T) {
				w.markRead(user(), rapid.Uint64Range(1, uint64(len(w.log))).Draw(t, "seq"), rapid.Bool().Draw(t, "done"))
			},
			"give": func(t *rapid.T) {
				w.give(rapid.SampledFrom(names).Draw(t, "device"), rapid.IntRange(1, 5).Draw(t, "entries"))
			},
		})
		w.giveAll()
		s := w.state()
		if bad := w.check(s); len(bad) > 0 {
			t.Fatalf("%v", bad)
		}
		last := w.send(w.users[0], "the last one", true)
		if bad := history.Check(w.Events(), s); !slices.Contains(rules(bad), history.Lost) {
			t.Fatalf("entry %d is not there, and nobody noticed: %v", last, bad)
		}
	})
}
