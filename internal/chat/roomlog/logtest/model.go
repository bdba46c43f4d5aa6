package logtest

import (
	"testing"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// modelRoom is what a room should be, in the plainest form: a list, and for
// each person what they may see and have read.
type modelRoom struct {
	id      roomlog.RoomID
	meta    string
	entries []modelEntry
	people  map[wire.ID]*modelPerson
}

type modelEntry struct {
	message bool
	sender  wire.ID
	text    string
	target  int
	hidden  map[wire.ID]bool
}

type modelPerson struct {
	present bool
	joined  int
	read    int
}

func (m *modelRoom) unread(u wire.ID) (n uint64) {
	p := m.people[u]
	if !p.present {
		return 0
	}
	for i, e := range m.entries {
		if i+1 > max(p.read, p.joined) && e.message && e.sender != u && !e.hidden[u] {
			n++
		}
	}
	return n
}

// testModel does random changes to a few rooms, from time to time reopens the
// store, and compares everything that can be read with the model.
func testModel(t *testing.T, s Store) {
	rapid.Check(t, func(rt *rapid.T) {
		l := roomlog.New(s(t), roomlog.Options{})
		defer func() { l.Close() }()
		users := []wire.ID{NewID(), NewID(), NewID()}
		var rooms []*modelRoom
		for range 2 {
			m := &modelRoom{id: create(t, l, users...), meta: "meta", people: map[wire.ID]*modelPerson{}}
			for _, u := range users {
				m.people[u] = &modelPerson{present: true}
			}
			rooms = append(rooms, m)
		}
		pick := func(rt *rapid.T) (*modelRoom, wire.ID) {
			return rapid.SampledFrom(rooms).Draw(rt, "room"), rapid.SampledFrom(users).Draw(rt, "user")
		}
		rt.Repeat(map[string]func(*rapid.T){
			"send": func(rt *rapid.T) {
				m, u := pick(rt)
				text := rapid.StringN(0, 20, -1).Draw(rt, "text")
				op := sendOp(m.id, u, NewID(), text)
				r, err := l.Wait(t.Context(), &op)
				if !m.people[u].present {
					if err == nil {
						rt.Fatalf("a former member sent %d", r.Seq)
					}
					return
				}
				m.entries = append(m.entries, modelEntry{message: true, sender: u, text: text, hidden: map[wire.ID]bool{}})
				if err != nil || r.Seq != uint64(len(m.entries)) {
					rt.Fatalf("got number %d, %v; want %d", r.Seq, err, len(m.entries))
				}
			},
			"leave": func(rt *rapid.T) {
				m, u := pick(rt)
				if !m.people[u].present {
					rt.Skip("is away")
				}
				change(t, l, m.id, u, func(tx *roomlog.Tx) {
					tx.Append(roomlog.Entry{Kind: roomlog.Notice})
					tx.Leave(u)
				})
				m.entries = append(m.entries, modelEntry{sender: u})
				m.people[u].present = false
			},
			"join": func(rt *rapid.T) {
				m, u := pick(rt)
				if m.people[u].present {
					rt.Skip("is there")
				}
				change(t, l, m.id, u, func(tx *roomlog.Tx) {
					tx.Append(roomlog.Entry{Kind: roomlog.Notice})
					tx.Join(u, 0, true)
				})
				m.entries = append(m.entries, modelEntry{sender: u})
				n := len(m.entries)
				*m.people[u] = modelPerson{present: true, joined: n, read: n}
			},
			// An entry about another one, with a change of what the room is.
			"post": func(rt *rapid.T) {
				m, u := pick(rt)
				if len(m.entries) == 0 {
					rt.Skip("empty")
				}
				n := rapid.IntRange(1, len(m.entries)).Draw(rt, "target")
				m.meta = rapid.StringN(1, 20, -1).Draw(rt, "meta")
				_, before, _, err := l.Member(t.Context(), m.id, u)
				qt.Assert(t, qt.IsNil(err))
				change(t, l, m.id, u, func(tx *roomlog.Tx) {
					tx.Append(roomlog.Entry{Kind: roomlog.Notice, Target: uint64(n)})
					tx.SetMeta([]byte(m.meta))
				})
				_, after, _, err := l.Member(t.Context(), m.id, u)
				qt.Assert(t, qt.IsNil(err))
				qt.Assert(t, qt.Equals(after.Control, before.Control+1))
				m.entries = append(m.entries, modelEntry{sender: u, target: n})
			},
			"read": func(rt *rapid.T) {
				m, u := pick(rt)
				p := m.people[u]
				if !p.present {
					rt.Skip("is away")
				}
				to := rapid.IntRange(0, len(m.entries)+2).Draw(rt, "to")
				mark := roomlog.Mark{Seq: uint64(to)}
				for _, e := range m.entries[:min(to, len(m.entries))] {
					if e.message {
						mark.Messages++
						if e.sender == u {
							mark.Own++
						} else if e.hidden[u] {
							mark.Hidden++
						}
					}
				}
				change(t, l, m.id, u, func(tx *roomlog.Tx) { tx.Read(u, mark) })
				p.read = max(p.read, min(to, len(m.entries)))
			},
			"hide": func(rt *rapid.T) {
				m, u := pick(rt)
				if len(m.entries) == 0 {
					rt.Skip("empty")
				}
				i := rapid.IntRange(0, len(m.entries)-1).Draw(rt, "entry")
				e := &m.entries[i]
				if !e.message {
					rt.Skip("a notice")
				}
				change(t, l, m.id, u, func(tx *roomlog.Tx) { tx.Hide(u, uint64(i+1), e.sender != u) })
				e.hidden[u] = true
			},
			"reopen": func(rt *rapid.T) {
				if rapid.IntRange(0, 4).Draw(rt, "often") != 0 {
					rt.Skip("not now")
				}
				if err := l.Close(); err != nil {
					rt.Fatal(err)
				}
				l = roomlog.New(s(t), roomlog.Options{})
			},
			"": func(rt *rapid.T) {
				for _, m := range rooms {
					compare(t, l, m)
				}
			},
		})
	})
}

func compare(t testing.TB, l *roomlog.Log, m *modelRoom) {
	t.Helper()
	es, err := l.Entries(t.Context(), m.id, 1, 1<<62, 1<<20, false)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(es, len(m.entries)))
	for i, e := range es {
		qt.Assert(t, qt.Equals(e.Seq, uint64(i+1)))
		qt.Assert(t, qt.Equals(e.Sender, m.entries[i].sender))
		qt.Assert(t, qt.Equals(string(e.Body), m.entries[i].text))
		qt.Assert(t, qt.Equals(e.Target, uint64(m.entries[i].target)))
	}
	for u, p := range m.people {
		row, h, ok, err := l.Member(t.Context(), m.id, u)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(ok))
		qt.Assert(t, qt.Equals(string(h.Meta), m.meta))
		qt.Assert(t, qt.Equals(row.Present, p.present))
		qt.Assert(t, qt.Equals(row.JoinedSeq, uint64(p.joined)))
		qt.Assert(t, qt.Equals(row.Unread(h.Messages), m.unread(u)))
	}
}
