// Package logtest is the suite that every engine of the room log must pass:
// does an engine keep what the log promises?
package logtest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Store opens the same engine again and again, as a restart would. The engine
// it gave before was closed.
type Store func(t testing.TB) roomlog.Engine

// Run runs the suite. fresh gives an empty store.
func Run(t *testing.T, fresh func(t testing.TB) Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Store)
	}{
		{"NumbersWithoutGaps", testNumbers},
		{"SameKeySameNumber", testKeys},
		{"KeysSurviveReopening", testKeysReopen},
		{"FailedOpStagesNothing", testFailedOp},
		{"Membership", testMembership},
		{"UnreadIsASubtraction", testUnread},
		{"ReadMarks", testReadMarks},
		{"MarksSurviveReopening", testMarksReopen},
		{"HideAndHiddenFrom", testHides},
		{"Rewrite", testRewrite},
		{"Trim", testTrim},
		{"Grants", testGrants},
		{"FeedHasNoGaps", testFeed},
		{"Pages", testPages},
		{"Scan", testScan},
		{"ManySenders", testManySenders},
		{"UnknownRoom", testUnknown},
		{"Model", testModel},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t)) })
	}
}

// NewID makes a random id.
func NewID() (id wire.ID) {
	rand.Read(id[:])
	return id
}

// log starts a log over the store and closes it with the test.
func (s Store) log(t testing.TB) *roomlog.Log {
	l := roomlog.New(s(t), roomlog.Options{})
	t.Cleanup(func() { l.Close() })
	return l
}

func do(t testing.TB, l *roomlog.Log, op roomlog.Op) roomlog.Result {
	t.Helper()
	r, err := l.Wait(t.Context(), &op)
	qt.Assert(t, qt.IsNil(err))
	return r
}

func create(t testing.TB, l *roomlog.Log, users ...wire.ID) roomlog.RoomID {
	t.Helper()
	room := NewID()
	do(t, l, roomlog.Op{Room: room, Users: users, Apply: func(tx *roomlog.Tx) error {
		tx.Create([]byte("meta"))
		for _, u := range users {
			tx.Join(u, 0, true)
		}
		return nil
	}})
	return room
}

func sendOp(room roomlog.RoomID, from, client wire.ID, text string) roomlog.Op {
	return roomlog.Op{
		Room: room, Sender: from, ClientID: client, Hash: uint64(len(text)),
		Apply: func(tx *roomlog.Tx) error {
			if m, ok := tx.Member(from); !ok || !m.Present {
				return fault.New(fault.NotAMember)
			}
			tx.Append(roomlog.Entry{Kind: roomlog.Message, Body: []byte(text)})
			return nil
		},
	}
}

func send(t testing.TB, l *roomlog.Log, room roomlog.RoomID, from wire.ID, text string) uint64 {
	t.Helper()
	return do(t, l, sendOp(room, from, NewID(), text)).Seq
}

func texts(t testing.TB, l *roomlog.Log, room roomlog.RoomID) (out []string) {
	t.Helper()
	es, err := l.Entries(t.Context(), room, 1, 1<<62, 1000, false)
	qt.Assert(t, qt.IsNil(err))
	for i, e := range es {
		qt.Assert(t, qt.Equals(e.Seq, es[0].Seq+uint64(i)))
		out = append(out, string(e.Body))
	}
	return out
}

func testNumbers(t *testing.T, s Store) {
	l := s.log(t)
	a, b := NewID(), NewID()
	room := create(t, l, a, b)
	for i := range uint64(20) {
		qt.Assert(t, qt.Equals(send(t, l, room, a, fmt.Sprint(i)), i+1))
	}
	h, ok, err := l.Head(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(ok))
	qt.Assert(t, qt.Equals(h.Seq, 20))
	qt.Assert(t, qt.Equals(h.Messages, 20))
	qt.Assert(t, qt.Equals(h.LastMessage, 20))
	qt.Assert(t, qt.Equals(h.Present, 2))
	qt.Assert(t, qt.Equals(string(h.Meta), "meta"))
	qt.Assert(t, qt.HasLen(texts(t, l, room), 20))
}

func testKeys(t *testing.T, s Store) {
	l := s.log(t)
	a, b := NewID(), NewID()
	room := create(t, l, a, b)
	key := NewID()
	first := do(t, l, sendOp(room, a, key, "one"))
	send(t, l, room, a, "two")
	again := do(t, l, sendOp(room, a, key, "one"))
	qt.Assert(t, qt.Equals(again, roomlog.Result{Seq: first.Seq, At: first.At, Duplicate: true}))

	other := sendOp(room, a, key, "something else")
	_, err := l.Wait(t.Context(), &other)
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.ClientIDReused)))

	// The key belongs to its sender, and to its room.
	qt.Assert(t, qt.IsFalse(do(t, l, sendOp(room, b, key, "one")).Duplicate))
	qt.Assert(t, qt.Equals(do(t, l, sendOp(create(t, l, a), a, key, "one")).Seq, 1))

	// Copies that wait in one batch get one number.
	key = NewID()
	var wg sync.WaitGroup
	seqs := make([]uint64, 50)
	for i := range seqs {
		wg.Go(func() { seqs[i] = do(t, l, sendOp(room, a, key, "copy")).Seq })
	}
	wg.Wait()
	qt.Assert(t, qt.HasLen(slices.Compact(seqs), 1))
	qt.Assert(t, qt.DeepEquals(texts(t, l, room), []string{"one", "two", "one", "copy"}))
}

func testKeysReopen(t *testing.T, s Store) {
	l := roomlog.New(s(t), roomlog.Options{})
	a := NewID()
	room := create(t, l, a)
	key := NewID()
	first := do(t, l, sendOp(room, a, key, "kept"))
	epoch := l.Epoch()
	qt.Assert(t, qt.IsNil(l.Close()))
	l = s.log(t)
	qt.Assert(t, qt.Equals(l.Epoch(), epoch))
	again := do(t, l, sendOp(room, a, key, "kept"))
	qt.Assert(t, qt.IsTrue(again.Duplicate))
	qt.Assert(t, qt.Equals(again.Seq, first.Seq))
	row, ok, err := l.Key(t.Context(), room, a, key)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(ok))
	qt.Assert(t, qt.Equals(row.Seq, first.Seq))
	qt.Assert(t, qt.Equals(send(t, l, room, a, "next"), first.Seq+1))
}

func testFailedOp(t *testing.T, s Store) {
	l := s.log(t)
	a, stranger := NewID(), NewID()
	room := create(t, l, a)
	key := NewID()
	op := sendOp(room, stranger, key, "no")
	_, err := l.Wait(t.Context(), &op)
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.NotAMember)))
	h, _, err := l.Head(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(h.Seq, 0))
	_, ok, err := l.Key(t.Context(), room, stranger, key)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(ok))
	members, _, err := l.Members(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(members, 1))
}

func change(t testing.TB, l *roomlog.Log, room roomlog.RoomID, who wire.ID, f func(tx *roomlog.Tx)) {
	t.Helper()
	do(t, l, roomlog.Op{Room: room, Sender: who, Users: []wire.ID{who}, Apply: func(tx *roomlog.Tx) error { f(tx); return nil }})
}

func testMembership(t *testing.T, s Store) {
	l := s.log(t)
	a, b := NewID(), NewID()
	room := create(t, l, a)
	send(t, l, room, a, "before")
	change(t, l, room, b, func(tx *roomlog.Tx) {
		tx.Append(roomlog.Entry{Kind: roomlog.Notice})
		tx.Join(b, 2, true)
	})
	m, h, ok, err := l.Member(t.Context(), room, b)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(ok && m.Present && m.Listed))
	qt.Assert(t, qt.Equals(m.JoinedSeq, 2))
	qt.Assert(t, qt.Equals(m.Role, 2))
	qt.Assert(t, qt.Equals(h.Present, 2))
	qt.Assert(t, qt.Equals(m.Unread(h.Messages), 0))

	change(t, l, room, b, func(tx *roomlog.Tx) {
		tx.Append(roomlog.Entry{Kind: roomlog.Notice})
		tx.Leave(b)
	})
	op := sendOp(room, b, NewID(), "after leaving")
	_, err = l.Wait(t.Context(), &op)
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.NotAMember)))
	send(t, l, room, a, "while away")
	change(t, l, room, b, func(tx *roomlog.Tx) {
		tx.Append(roomlog.Entry{Kind: roomlog.Notice})
		tx.Join(b, 0, true)
	})
	m, h, _, err = l.Member(t.Context(), room, b)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(m.JoinedSeq, 5))
	qt.Assert(t, qt.Equals(m.Unread(h.Messages), 0))
	rows, h2, err := l.Members(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(rows, 2))
	qt.Assert(t, qt.Equals(h2.Control, h.Control))
	qt.Assert(t, qt.Equals(h.Control, 5))
}

func unread(t testing.TB, l *roomlog.Log, room roomlog.RoomID, who wire.ID) uint64 {
	t.Helper()
	m, h, _, err := l.Member(t.Context(), room, who)
	qt.Assert(t, qt.IsNil(err))
	return m.Unread(h.Messages)
}

func testUnread(t *testing.T, s Store) {
	l := s.log(t)
	a, b := NewID(), NewID()
	room := create(t, l, a, b)
	for range 3 {
		send(t, l, room, a, "x")
	}
	send(t, l, room, b, "y")
	change(t, l, room, a, func(tx *roomlog.Tx) { tx.Append(roomlog.Entry{Kind: roomlog.Notice}) })
	qt.Assert(t, qt.Equals(unread(t, l, room, a), 1))
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 3)) // sending does not read
	change(t, l, room, b, func(tx *roomlog.Tx) { tx.Read(b, roomlog.Mark{Seq: 1 << 40}) })
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 0))
	send(t, l, room, a, "x")
	send(t, l, room, b, "y")
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 1))
	change(t, l, room, b, func(tx *roomlog.Tx) { tx.Clear(b) })
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 0))
	m, _, _, err := l.Member(t.Context(), room, b)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(m.JoinedSeq, 7))
	qt.Assert(t, qt.IsFalse(m.Listed))
	qt.Assert(t, qt.IsTrue(m.Present))
}

func testReadMarks(t *testing.T, s Store) {
	l := s.log(t)
	a, b := NewID(), NewID()
	room := create(t, l, a, b)
	for range 10 {
		send(t, l, room, a, "x")
	}
	moved := func(to uint64) (ok bool) {
		change(t, l, room, b, func(tx *roomlog.Tx) { ok = tx.Read(b, roomlog.Mark{Seq: to, Messages: to}) })
		return ok
	}
	qt.Assert(t, qt.IsTrue(moved(4)))
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 6))
	qt.Assert(t, qt.IsFalse(moved(3))) // a lower one is ignored
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 6))
	qt.Assert(t, qt.IsTrue(moved(99))) // cut to the head
	m, _, _, err := l.Member(t.Context(), room, b)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(m.Read, 10))
	pos, err := l.FeedPos(t.Context(), roomlog.ShardOf(room))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(pos, 11)) // marks alone make no feed row
}

func testMarksReopen(t *testing.T, s Store) {
	l := roomlog.New(s(t), roomlog.Options{})
	a, b := NewID(), NewID()
	room := create(t, l, a, b)
	for range 5 {
		send(t, l, room, a, "x")
	}
	change(t, l, room, b, func(tx *roomlog.Tx) { tx.Read(b, roomlog.Mark{Seq: 3, Messages: 3}) })
	qt.Assert(t, qt.IsNil(l.Close()))
	l = s.log(t)
	m, _, _, err := l.Member(t.Context(), room, b)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(m.Read, 3))
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 2))
}

func testHides(t *testing.T, s Store) {
	l := s.log(t)
	a, b := NewID(), NewID()
	room := create(t, l, a, b)
	send(t, l, room, a, "seen")
	op := sendOp(room, a, NewID(), "")
	op.Users = []wire.ID{b}
	op.Apply = func(tx *roomlog.Tx) error {
		tx.Append(roomlog.Entry{Kind: roomlog.Message, HiddenFrom: b, Body: []byte("blocked")})
		return nil
	}
	do(t, l, op)
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 1))
	change(t, l, room, b, func(tx *roomlog.Tx) { tx.Hide(b, 1, true) })
	change(t, l, room, b, func(tx *roomlog.Tx) { tx.Hide(b, 1, true) }) // once only
	qt.Assert(t, qt.Equals(unread(t, l, room, b), 0))
	seqs, err := l.Hides(t.Context(), room, b, 1, 100)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.DeepEquals(seqs, []uint64{1}))
	seqs, err = l.Hides(t.Context(), room, b, 2, 100)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(seqs, 0))
	es, err := l.Entries(t.Context(), room, 2, 2, 1, false)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(es[0].HiddenFrom, b))
}

func testRewrite(t *testing.T, s Store) {
	l := s.log(t)
	a := NewID()
	room := create(t, l, a)
	send(t, l, room, a, "first")
	edit := func(seq uint64, text string) {
		do(t, l, roomlog.Op{Room: room, Sender: a, Targets: []uint64{seq}, Apply: func(tx *roomlog.Tx) error {
			e, ok := tx.Entry(seq)
			if !ok {
				return fault.New(fault.EntryUnknown)
			}
			tx.Append(roomlog.Entry{Kind: roomlog.Edit, Target: seq})
			e.Body = []byte(text)
			tx.Rewrite(e)
			return nil
		}})
	}
	edit(1, "second")
	edit(1, "third")
	es, err := l.Entries(t.Context(), room, 1, 10, 10, false)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(es, 3))
	qt.Assert(t, qt.Equals(string(es[0].Body), "third"))
	qt.Assert(t, qt.Equals(es[0].Rev, 3))
	qt.Assert(t, qt.Equals(es[0].Own, 1))
	qt.Assert(t, qt.Equals(es[1].Target, 1))
	qt.Assert(t, qt.Equals(es[2].Kind, roomlog.Edit))
	h, _, err := l.Head(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(h.Messages, 1))
	qt.Assert(t, qt.Equals(h.LastMessage, 1))
}

func testTrim(t *testing.T, s Store) {
	l := s.log(t)
	a := NewID()
	room := create(t, l, a)
	key := NewID()
	do(t, l, sendOp(room, a, key, "old"))
	for range 9 {
		send(t, l, room, a, "x")
	}
	change(t, l, room, a, func(tx *roomlog.Tx) { tx.Trim(6) })
	h, _, err := l.Head(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(h.Tail, 6))
	qt.Assert(t, qt.Equals(h.Seq, 10))
	es, err := l.Entries(t.Context(), room, 1, 100, 100, false)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(es, 5))
	qt.Assert(t, qt.Equals(es[0].Seq, 6))
	// A key lives as long as its entry.
	qt.Assert(t, qt.Equals(do(t, l, sendOp(room, a, key, "old")).Seq, 11))
	change(t, l, room, a, func(tx *roomlog.Tx) { tx.Trim(1 << 40) })
	qt.Assert(t, qt.HasLen(texts(t, l, room), 0))
	qt.Assert(t, qt.Equals(send(t, l, room, a, "on"), 12))
}

func testFeed(t *testing.T, s Store) {
	l := s.log(t)
	a := NewID()
	room := create(t, l, a)
	shard := roomlog.ShardOf(room)
	for range 5 {
		send(t, l, room, a, "x")
	}
	rows, err := l.Feed(t.Context(), shard, 0, 100)
	qt.Assert(t, qt.IsNil(err))
	next := uint64(1)
	for i, r := range rows {
		qt.Assert(t, qt.Equals(r.Pos, uint64(i+1)))
		qt.Assert(t, qt.HasLen(r.Rooms, 1))
		f := r.Rooms[0]
		qt.Assert(t, qt.Equals(f.Room, room))
		qt.Assert(t, qt.Equals(f.Control, i == 0))
		if i == 0 {
			qt.Assert(t, qt.Equals(f.From, 0))
			continue
		}
		qt.Assert(t, qt.Equals(f.From, next))
		next = f.To + 1
	}
	qt.Assert(t, qt.Equals(next, 6))
	pos, err := l.FeedPos(t.Context(), shard)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(pos, uint64(len(rows))))
	some, err := l.Feed(t.Context(), shard, 2, 2)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.DeepEquals(some, rows[2:4]))
	none, err := l.Feed(t.Context(), shard, pos, 10)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(none, 0))
}

func testPages(t *testing.T, s Store) {
	l := s.log(t)
	a := NewID()
	room := create(t, l, a)
	for range 30 {
		send(t, l, room, a, "x")
	}
	seqs := func(from, to uint64, limit int, down bool) (out []uint64) {
		es, err := l.Entries(t.Context(), room, from, to, limit, down)
		qt.Assert(t, qt.IsNil(err))
		for _, e := range es {
			out = append(out, e.Seq)
		}
		return out
	}
	qt.Assert(t, qt.DeepEquals(seqs(1, 100, 3, true), []uint64{30, 29, 28}))
	qt.Assert(t, qt.DeepEquals(seqs(5, 7, 10, false), []uint64{5, 6, 7}))
	qt.Assert(t, qt.DeepEquals(seqs(29, 1<<62, 10, false), []uint64{29, 30}))
	qt.Assert(t, qt.HasLen(seqs(31, 40, 10, false), 0))
	qt.Assert(t, qt.HasLen(seqs(0, 0, 10, true), 0))
	qt.Assert(t, qt.DeepEquals(seqs(0, 2, 10, true), []uint64{2, 1}))
}

func testManySenders(t *testing.T, s Store) {
	l := s.log(t)
	const senders, each = 8, 40
	users := make([]wire.ID, senders)
	for i := range users {
		users[i] = NewID()
	}
	rooms := []roomlog.RoomID{create(t, l, users...), create(t, l, users...), create(t, l, users...)}
	var wg sync.WaitGroup
	for _, u := range users {
		wg.Go(func() {
			for i := range each {
				send(t, l, rooms[i%len(rooms)], u, "x")
			}
		})
	}
	wg.Wait()
	total := 0
	for _, r := range rooms {
		h, _, err := l.Head(t.Context(), r)
		qt.Assert(t, qt.IsNil(err))
		es, err := l.Entries(t.Context(), r, 1, h.Seq, senders*each, false)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(es, int(h.Seq)))
		own := make(map[wire.ID]uint64)
		for i, e := range es {
			qt.Assert(t, qt.Equals(e.Seq, uint64(i+1)))
			qt.Assert(t, qt.Equals(e.Messages, uint64(i+1)))
			own[e.Sender]++
			qt.Assert(t, qt.Equals(e.Own, own[e.Sender]))
		}
		total += len(es)
	}
	qt.Assert(t, qt.Equals(total, senders*each))
	n := 0
	qt.Assert(t, qt.IsNil(l.Rooms(t.Context(), func(roomlog.RoomID) error { n++; return nil })))
	qt.Assert(t, qt.Equals(n, len(rooms)))
}

func testUnknown(t *testing.T, s Store) {
	l := s.log(t)
	ctx := context.Background()
	room, user := NewID(), NewID()
	_, ok, err := l.Head(ctx, room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(ok))
	_, _, ok, err = l.Member(ctx, room, user)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(ok))
	rows, _, err := l.Members(ctx, room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(rows, 0))
	es, err := l.Entries(ctx, room, 1, 10, 10, false)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(es, 0))
	op := roomlog.Op{Room: room, Apply: func(tx *roomlog.Tx) error {
		if !tx.Exists() {
			return fault.New(fault.RoomUnknown)
		}
		return nil
	}}
	_, err = l.Wait(ctx, &op)
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.RoomUnknown)))
	_, ok, err = l.Head(ctx, room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(ok))
}

// testGrants gives and takes grants at random, also both in one commit, and
// compares with a set, also after reopening.
func testGrants(t *testing.T, s Store) {
	l := roomlog.New(s(t), roomlog.Options{})
	defer func() { l.Close() }()
	a := NewID()
	rooms := []roomlog.RoomID{create(t, l, a), create(t, l, a), create(t, l, a)}
	media := []wire.ID{NewID(), NewID()}
	want := make(map[roomlog.Grant]bool)
	random := mathrand.New(mathrand.NewPCG(1, 2))
	for range 60 {
		room := rooms[random.IntN(len(rooms))]
		changes := make([]roomlog.Grant, 1+random.IntN(4))
		for i := range changes {
			changes[i] = roomlog.Grant{Media: media[random.IntN(len(media))], Room: room, Seq: uint64(1 + random.IntN(3))}
		}
		first := random.IntN(2)
		do(t, l, roomlog.Op{Room: room, Apply: func(tx *roomlog.Tx) error {
			for i, g := range changes {
				if (i+first)%2 == 0 {
					tx.Grant(g.Media, g.Seq)
				} else {
					tx.Revoke(g.Media, g.Seq)
				}
			}
			return nil
		}})
		for i, g := range changes {
			if (i+first)%2 == 0 {
				want[g] = true
			} else {
				delete(want, g)
			}
		}
		if random.IntN(20) == 0 {
			qt.Assert(t, qt.IsNil(l.Close()))
			l = roomlog.New(s(t), roomlog.Options{})
		}
		for _, m := range media {
			var wanted []roomlog.Grant
			for g := range want {
				if g.Media == m {
					wanted = append(wanted, g)
				}
			}
			slices.SortFunc(wanted, func(a, b roomlog.Grant) int {
				return cmp.Or(bytes.Compare(a.Room[:], b.Room[:]), cmp.Compare(a.Seq, b.Seq))
			})
			var got []roomlog.Grant
			for after := (roomlog.Grant{}); ; after = got[len(got)-1] {
				page, err := l.Grants(t.Context(), m, after, 2)
				qt.Assert(t, qt.IsNil(err))
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
			}
			qt.Assert(t, qt.DeepEquals(got, wanted))
		}
	}
	none, err := l.Grants(t.Context(), NewID(), roomlog.Grant{}, 10)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(none, 0))
}

// testScan compares scans with pages, and ends some of them early.
func testScan(t *testing.T, s Store) {
	l := s.log(t)
	a := NewID()
	room := create(t, l, a)
	for i := range 50 {
		send(t, l, room, a, fmt.Sprint("text ", i))
	}
	do(t, l, roomlog.Op{Room: room, Apply: func(tx *roomlog.Tx) error { tx.Trim(6); return nil }})
	errStop := errors.New("stop")
	for _, c := range []struct {
		from, to uint64
		limit    int
	}{{0, 1 << 62, 1000}, {1, 50, 10}, {10, 20, 1000}, {20, 10, 10}, {40, 60, 3}, {1, 5, 10}, {7, 7, 1}, {1, 50, 0}} {
		want, err := l.Entries(t.Context(), room, c.from, c.to, c.limit, true)
		qt.Assert(t, qt.IsNil(err))
		got := []roomlog.Entry{}
		want = append([]roomlog.Entry{}, want...)
		qt.Assert(t, qt.IsNil(l.Scan(t.Context(), room, c.from, c.to, c.limit, func(e *roomlog.Entry) error {
			kept := *e
			kept.Body = slices.Clone(e.Body)
			got = append(got, kept)
			return nil
		})))
		qt.Assert(t, qt.DeepEquals(got, want))
		seen := 0
		err = l.Scan(t.Context(), room, c.from, c.to, c.limit, func(*roomlog.Entry) error {
			if seen++; seen == 2 {
				return errStop
			}
			return nil
		})
		qt.Assert(t, qt.Equals(seen, min(2, len(want))))
		qt.Assert(t, qt.Equals(err != nil, len(want) >= 2))
	}
	qt.Assert(t, qt.IsNil(l.Scan(t.Context(), NewID(), 0, 10, 10, func(*roomlog.Entry) error { return errStop })))
}
