package pebblelog_test

import (
	"math"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/go-quicktest/qt"

	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/logtest"
	"madang/internal/chat/roomlog/pebblelog"
	"madang/internal/wire"
)

// TestReadersWaitForTheDisk looks at a commit while its sync is on its way.
// Pebble would show it by then; no reader of the log may see any of it.
func TestReadersWaitForTheDisk(t *testing.T) {
	var hold, released atomic.Bool
	reached, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if hold.Load() && (op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData) {
			once.Do(func() { close(reached) })
			<-release
		}
		return nil
	}))
	e, err := pebblelog.Open("log", pebblelog.Options{FS: fs, Lanes: 1, Logger: quiet})
	qt.Assert(t, qt.IsNil(err))
	l := roomlog.New(e, roomlog.Options{Logger: quiet})
	ctx := t.Context()
	ann, ben, client := logtest.NewID(), logtest.NewID(), logtest.NewID()
	room, fresh := newRoom(t, l, ann), logtest.NewID()
	_, err = l.Wait(ctx, message(room, ann, logtest.NewID()))
	qt.Assert(t, qt.IsNil(err))
	shard := roomlog.ShardOf(room)
	pos, err := l.FeedPos(ctx, shard)
	qt.Assert(t, qt.IsNil(err))

	// The lane takes the first op alone. The others gather behind it and form
	// the commit that is held.
	var answers sync.WaitGroup
	do := func(op *roomlog.Op) {
		answers.Add(1)
		op.Done = func(_ roomlog.Result, err error) {
			defer answers.Done()
			if err != nil || hold.Load() && !released.Load() {
				t.Errorf("answered with %v before the sync", err)
			}
		}
		l.Do(op)
	}
	begun, gathered := make(chan struct{}), make(chan struct{})
	do(&roomlog.Op{Room: logtest.NewID(), Apply: func(*roomlog.Tx) error {
		close(begun)
		<-gathered
		return nil
	}})
	<-begun
	do(&roomlog.Op{Room: room, Apply: func(*roomlog.Tx) error { hold.Store(true); return nil }})
	do(message(room, ann, client))
	do(&roomlog.Op{Room: room, Sender: ben, Users: []wire.ID{ben}, Apply: func(tx *roomlog.Tx) error {
		tx.Join(ben, 0, true)
		return nil
	}})
	do(&roomlog.Op{Room: room, Sender: ann, Targets: []uint64{1}, Apply: func(tx *roomlog.Tx) error {
		x, _ := tx.Entry(1)
		tx.Append(roomlog.Entry{Kind: roomlog.Edit, Target: 1})
		x.Body = []byte("changed")
		tx.Rewrite(x)
		tx.Read(ann, roomlog.Mark{Seq: 9})
		return nil
	}})
	do(&roomlog.Op{Room: fresh, Sender: ann, Apply: func(tx *roomlog.Tx) error {
		tx.Create(nil)
		tx.Join(ann, 0, true)
		tx.Append(roomlog.Entry{Kind: roomlog.Message})
		return nil
	}})
	close(gathered)
	<-reached

	h, _, err := l.Head(ctx, room)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(h.Seq, 1))
	list, err := l.Entries(ctx, room, 2, math.MaxInt64, 10, false)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.HasLen(list, 0))
	m, _, _, err := l.Member(ctx, room, ann)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(m.Read, 0))
	rows, _, err := l.Members(ctx, room)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.HasLen(rows, 1))
	_, ok, err := l.Key(ctx, room, ann, client)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.IsFalse(ok))
	now, err := l.FeedPos(ctx, shard)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(now, pos))
	feed, err := l.Feed(ctx, shard, pos, 10)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.HasLen(feed, 0))
	_, ok, err = l.Head(ctx, fresh)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.IsFalse(ok))
	list, err = l.Entries(ctx, fresh, 1, math.MaxInt64, 10, false)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.HasLen(list, 0))

	// An entry that is being rewritten is read when that is on disk.
	answers.Go(func() {
		list, err := l.Entries(ctx, room, 1, 1, 1, false)
		if err != nil || len(list) != 1 || !released.Load() && string(list[0].Body) == "changed" {
			t.Errorf("read %v, %v before the sync", list, err)
		}
	})
	released.Store(true)
	close(release)
	answers.Wait()
	h, _, err = l.Head(ctx, room)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(h.Seq, 3))
	_, ok, err = l.Key(ctx, room, ann, client)
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.IsTrue(ok))
	qt.Assert(t, qt.IsNil(l.Close()))
}
