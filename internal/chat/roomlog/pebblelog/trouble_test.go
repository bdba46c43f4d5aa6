package pebblelog_test

import (
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/go-quicktest/qt"

	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/logtest"
	"madang/internal/chat/roomlog/pebblelog"
	"madang/internal/fault"
	"madang/internal/wire"
)

var quiet = slog.New(slog.DiscardHandler)

func newRoom(t testing.TB, l *roomlog.Log, user wire.ID) roomlog.RoomID {
	room := logtest.NewID()
	_, err := l.Wait(t.Context(), &roomlog.Op{Room: room, Users: []wire.ID{user}, Apply: func(tx *roomlog.Tx) error {
		tx.Create(nil)
		tx.Join(user, 0, true)
		return nil
	}})
	qt.Assert(t, qt.IsNil(err))
	return room
}

func message(room roomlog.RoomID, user, client wire.ID) *roomlog.Op {
	return &roomlog.Op{Room: room, Sender: user, ClientID: client, Apply: func(tx *roomlog.Tx) error {
		tx.Append(roomlog.Entry{Kind: roomlog.Message, Body: []byte("text")})
		return nil
	}}
}

// showing is a message that names a file.
func showing(room roomlog.RoomID, user, client, media wire.ID) *roomlog.Op {
	return &roomlog.Op{Room: room, Sender: user, ClientID: client, Apply: func(tx *roomlog.Tx) error {
		e := tx.Append(roomlog.Entry{Kind: roomlog.Message, Body: []byte("film")})
		tx.Grant(media, e.Seq)
		return nil
	}}
}

// After a failed sync nothing is acknowledged any more, and what waits is
// answered.
func TestFailedSyncStops(t *testing.T) {
	var broken atomic.Bool
	fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if broken.Load() && strings.HasSuffix(op.Path, ".log") && (op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo) {
			return errorfs.ErrInjected
		}
		return nil
	}))
	e, err := pebblelog.Open("log", pebblelog.Options{FS: fs, Logger: quiet})
	qt.Assert(t, qt.IsNil(err))
	l := roomlog.New(e, roomlog.Options{Logger: quiet})
	user := logtest.NewID()
	room := newRoom(t, l, user)
	_, err = l.Wait(t.Context(), message(room, user, logtest.NewID()))
	qt.Assert(t, qt.IsNil(err))

	broken.Store(true)
	_, err = l.Wait(t.Context(), message(room, user, logtest.NewID()))
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.LogStopped)))
	<-l.Failed()
	qt.Assert(t, qt.IsNotNil(l.Err()))
	_, err = l.Wait(t.Context(), message(room, user, logtest.NewID()))
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.LogStopped)))
	h, _, err := l.Head(t.Context(), room)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(h.Seq, 1)) // readers never see what is not on disk
	qt.Assert(t, qt.IsNotNil(l.Close()))
}

// A disk that is nearly full refuses messages while the log stays whole.
func TestLittleSpaceRefuses(t *testing.T) {
	e, err := pebblelog.Open(t.TempDir(), pebblelog.Options{MinFree: 1 << 60})
	qt.Assert(t, qt.IsNil(err))
	l := roomlog.New(e, roomlog.Options{})
	_, err = l.Wait(t.Context(), message(logtest.NewID(), logtest.NewID(), logtest.NewID()))
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.StorageFull)))
	qt.Assert(t, qt.IsNil(l.Close()))
}

// TestPowerCut writes from many senders over a file system that forgets what
// was not synced, cuts it at random moments, and looks at what is left: every
// acknowledged message under its number, no gap, and with each message its grant.
func TestPowerCut(t *testing.T) {
	cuts := 60
	if testing.Short() {
		cuts = 10
	}
	fs := vfs.NewCrashableMem()
	e, err := pebblelog.Open("log", pebblelog.Options{FS: fs, Logger: quiet})
	qt.Assert(t, qt.IsNil(err))
	l := roomlog.New(e, roomlog.Options{Logger: quiet})
	user, film := logtest.NewID(), logtest.NewID()
	rooms := make([]roomlog.RoomID, 6)
	for i := range rooms {
		rooms[i] = newRoom(t, l, user)
	}
	type ack struct {
		room   roomlog.RoomID
		client wire.ID
		seq    uint64
	}
	var mu sync.Mutex
	var acks []ack
	// Every cut lets so many more messages through; without it the stores to
	// look at would grow faster than they are looked at.
	turns := make(chan struct{}, 150)
	var senders sync.WaitGroup
	for i := range 12 {
		room := rooms[i%len(rooms)]
		senders.Go(func() {
			for range turns {
				client := logtest.NewID()
				r, err := l.Wait(t.Context(), showing(room, user, client, film))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acks = append(acks, ack{room, client, r.Seq})
				mu.Unlock()
			}
		})
	}
	for i := range cuts {
		for range cap(turns) {
			turns <- struct{}{}
		}
		mu.Lock()
		n := len(acks) // acknowledged before the cut
		mu.Unlock()
		left := fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: rand.IntN(101), RNG: rand.New(rand.NewPCG(uint64(i), 1))})
		e, err := pebblelog.Open("log", pebblelog.Options{FS: left, Logger: quiet})
		qt.Assert(t, qt.IsNil(err))
		shown := make(map[roomlog.Grant]bool)
		for _, room := range rooms {
			h, ok, err := e.Head(t.Context(), room)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.IsTrue(ok))
			es, err := e.Entries(t.Context(), room, 1, h.Seq, 1<<20, false)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.HasLen(es, int(h.Seq)))
			for i, x := range es {
				qt.Assert(t, qt.Equals(x.Seq, uint64(i+1)))
				if x.Kind == roomlog.Message {
					shown[roomlog.Grant{Media: film, Room: room, Seq: x.Seq}] = true
				}
			}
		}
		grants, err := e.Grants(t.Context(), film, roomlog.Grant{}, 1<<20)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(grants, len(shown)))
		for _, g := range grants {
			qt.Assert(t, qt.IsTrue(shown[g]))
		}
		mu.Lock()
		before := acks[:n]
		mu.Unlock()
		for _, a := range before {
			k, ok, err := e.Key(t.Context(), a.room, user, a.client)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.IsTrue(ok))
			qt.Assert(t, qt.Equals(k.Seq, a.seq))
		}
		qt.Assert(t, qt.IsNil(e.Close()))
	}
	close(turns)
	senders.Wait()
	t.Logf("%d messages acknowledged, %d cuts", len(acks), cuts)
	qt.Assert(t, qt.IsNil(l.Close()))
}
