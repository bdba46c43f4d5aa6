// Package pebblelog keeps room logs of a single node in a Pebble store: how do
// the rows of a commit get on one disk, fast?
//
// Every commit is one synced Pebble batch. Pebble shows a batch to readers
// before its sync has ended; therefore heads and members are read from a cache
// that moves only after the sync, and entries are cut off at that head.
package pebblelog

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Options of a store. The zero value is right for a server.
type Options struct {
	// FS is where the store lies. Nil means the real file system.
	FS vfs.FS
	// Lanes is how many commits run at once. 0 means one per processor, at
	// most 4: with more, batches get smaller without getting faster.
	Lanes int
	// CacheBytes is the size of the block cache. 0 means 128 MiB.
	CacheBytes int64
	// MaxRows bounds the rooms held in memory, in member rows of about 110
	// bytes; the last entries of rooms count by their size. 0 means 1,000,000.
	// Rooms beyond are read anew when needed.
	MaxRows int
	// MinFree is the free disk space below which commits are refused with
	// fault.StorageFull. 0 means 64 MiB.
	MinFree uint64
	Logger  *slog.Logger
}

// Engine is a roomlog.Engine over Pebble.
type Engine struct {
	db    *pebble.DB
	dir   string
	opts  Options
	epoch string
	rooms rooms

	// One shard's commits come from one lane, so its position needs no lock.
	pos [roomlog.Shards]atomic.Uint64

	failOnce sync.Once
	failed   chan struct{}
	failErr  error

	space   atomic.Pointer[spaceState]
	commits atomic.Uint64
}

var _ roomlog.Engine = (*Engine)(nil)

// Open opens the store in dir, making it when there is none. After a crash it
// replays at most the last few hundred MiB that were written.
func Open(dir string, opts Options) (*Engine, error) {
	if opts.FS == nil {
		opts.FS = vfs.Default
	}
	if opts.Lanes == 0 {
		opts.Lanes = min(max(runtime.GOMAXPROCS(0), 1), 4)
	}
	if opts.CacheBytes == 0 {
		opts.CacheBytes = 128 << 20
	}
	if opts.MaxRows == 0 {
		opts.MaxRows = 1_000_000
	}
	if opts.MinFree == 0 {
		opts.MinFree = 64 << 20
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	e := &Engine{dir: dir, opts: opts, failed: make(chan struct{})}
	e.rooms.init(opts.MaxRows)

	po := &pebble.Options{
		FS:        orderedFS{opts.FS},
		Logger:    logger{e},
		CacheSize: opts.CacheBytes,
		// Looking a new idempotency key up walks the whole table in vain. With
		// 64 MiB that misses the processor's caches at every step: 600,000
		// appends took 20 µs each, with 16 MiB 10 µs, with 8 MiB 17 µs for the
		// compactions of ever more files.
		MemTableSize:                16 << 20,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		LBaseMaxBytes:               256 << 20,
		BytesPerSync:                1 << 20,
		MaxOpenFiles:                1000,
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
		FormatMajorVersion:          pebble.FormatNewest,
	}
	for i := range po.Levels {
		po.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
		po.Levels[i].FilterType = pebble.TableFilter
		po.Levels[i].BlockSize = 16 << 10
	}
	po.ApplyCompressionSettings(func() pebble.DBCompressionSettings { return pebble.DBCompressionFastest })
	db, err := pebble.Open(dir, po)
	if err != nil {
		return nil, fmt.Errorf("open room log in %s: %w", dir, err)
	}
	e.db = db
	if err := e.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read room log in %s: %w", dir, err), db.Close())
	}
	return e, nil
}

// load reads the epoch and the feed positions.
func (e *Engine) load() error {
	v, closer, err := e.db.Get(epochKey)
	switch {
	case err == nil:
		e.epoch = string(v)
		if err := closer.Close(); err != nil {
			return err
		}
	case errors.Is(err, pebble.ErrNotFound):
		e.epoch = rand.Text()
		if err := e.db.Set(epochKey, []byte(e.epoch), pebble.Sync); err != nil {
			return err
		}
	default:
		return err
	}
	for s := range uint8(roomlog.Shards) {
		prefix := []byte{tableFeed, s}
		it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: prefix, UpperBound: after(prefix)})
		if err != nil {
			return err
		}
		if it.Last() {
			e.pos[s].Store(binary.BigEndian.Uint64(it.Key()[2:]))
		}
		if err := it.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Epoch implements roomlog.Reader.
func (e *Engine) Epoch() string { return e.epoch }

// Lanes implements roomlog.Engine.
func (e *Engine) Lanes() int { return e.opts.Lanes }

// Parallel implements roomlog.Engine.
func (e *Engine) Parallel() int { return e.opts.Lanes }

// Failed implements roomlog.Engine.
func (e *Engine) Failed() <-chan struct{} { return e.failed }

// Err implements roomlog.Engine.
func (e *Engine) Err() error {
	select {
	case <-e.failed:
		return e.failErr
	default:
		return nil
	}
}

// Commits is how many batches were committed since opening, one sync each at
// most.
func (e *Engine) Commits() uint64 { return e.commits.Load() }

// Close closes the store. The lanes must have ended.
func (e *Engine) Close() error { return e.db.Close() }

func (e *Engine) fail(err error) {
	e.failOnce.Do(func() {
		e.failErr = err
		close(e.failed)
		e.rooms.wakeAll()
	})
}

// logger passes Pebble's words on. A fatal one, as after a failed sync, means
// that nothing more can be promised: the engine fails, and the goroutine that
// met it ends, because Pebble does not expect to go on.
type logger struct{ e *Engine }

func (l logger) Infof(format string, args ...any) {
	l.e.opts.Logger.Debug("pebble", "text", fmt.Sprintf(format, args...))
}

func (l logger) Errorf(format string, args ...any) {
	l.e.opts.Logger.Error("pebble", "text", fmt.Sprintf(format, args...))
}

func (l logger) Fatalf(format string, args ...any) {
	l.e.fail(fmt.Errorf(format, args...))
	runtime.Goexit()
}

// Commit implements roomlog.Engine.
func (e *Engine) Commit(_ context.Context, b *roomlog.Batch) error {
	if err := e.checkSpace(); err != nil {
		return err
	}
	defer e.rooms.release(b)
	if err := b.Run((*base)(e)); err != nil {
		return fmt.Errorf("apply to room log: %w", err)
	}
	pb := e.db.NewBatch()
	n, err := e.write(pb, b)
	if err != nil || n == 0 {
		return errors.Join(err, pb.Close())
	}
	e.rooms.reserve(b)
	if err := pb.Commit(pebble.Sync); err != nil {
		err = fmt.Errorf("sync room log: %w", err)
		e.fail(err)
		return err
	}
	e.commits.Add(1)
	e.rooms.publish(b)
	// After the rooms: a feed row never tells of entries that cannot be read.
	for s, p := range b.Pos {
		if p != 0 {
			e.pos[s].Store(p)
		}
	}
	return pb.Close()
}

// write puts the drafts into pb and counts those that change anything.
func (e *Engine) write(pb *pebble.Batch, b *roomlog.Batch) (int, error) {
	var w writer
	w.pb = pb
	n := 0
	for _, d := range b.Order {
		if !d.Changed {
			continue
		}
		n++
		for i := range d.Entries {
			w.entry(d.Room, &d.Entries[i])
		}
		for _, x := range d.Rewrites {
			w.entry(d.Room, &x)
		}
		for k, row := range d.Keys {
			w.key = clientKey(w.key[:0], d.Room, k.Sender, k.Client)
			w.val = roomlog.AppendKey(w.val[:0], row)
			w.set()
		}
		for _, m := range d.Members {
			w.key = memberKey(w.key[:0], d.Room, m.User)
			w.val = roomlog.AppendMember(w.val[:0], m)
			w.set()
		}
		for _, h := range d.Hides {
			w.key = hideKey(w.key[:0], d.Room, h.User, h.Seq)
			w.val = w.val[:0]
			w.set()
		}
		for g, there := range d.Grants {
			w.key = grantKey(w.key[:0], g)
			if w.val = w.val[:0]; there {
				w.set()
			} else if w.err == nil {
				w.err = w.pb.Delete(w.key, nil)
			}
		}
		if d.TrimFrom != 0 {
			if err := e.trim(&w, d); err != nil {
				return n, err
			}
		}
		w.key = roomKey(w.key[:0], tableHead, d.Room)
		w.val = roomlog.AppendHead(w.val[:0], &d.Head)
		w.set()
	}
	for s, rooms := range b.Feeds() {
		b.Pos[s] = e.pos[s].Load() + 1
		w.key = feedKey(w.key[:0], s, b.Pos[s])
		w.val = roomlog.AppendFeed(w.val[:0], rooms)
		w.set()
		if b.Pos[s]%feedTrimEvery == 0 && b.Pos[s] > feedKeep {
			w.del(feedKey(nil, s, 0), feedKey(nil, s, b.Pos[s]-feedKeep))
		}
	}
	return n, w.err
}

// A shard keeps at least its last feedKeep feed rows; older ones go in lots.
// Followers that have been away longer look at the rooms themselves.
const (
	feedKeep      = 1 << 20
	feedTrimEvery = 1 << 14
)

// trim removes the entries that a draft trimmed, and their keys.
func (e *Engine) trim(w *writer, d *roomlog.Draft) error {
	lo, hi := entryKey(nil, d.Room, d.TrimFrom), entryKey(nil, d.Room, d.Head.Tail)
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: hi})
	if err != nil {
		return err
	}
	for ok := it.First(); ok && w.err == nil; ok = it.Next() {
		x, err := roomlog.ParseEntry(binary.BigEndian.Uint64(it.Key()[18:]), it.Value())
		if err != nil {
			return errors.Join(err, it.Close())
		}
		if !x.ClientID.IsZero() {
			w.err = w.pb.Delete(clientKey(nil, d.Room, x.Sender, x.ClientID), nil)
		}
	}
	w.del(lo, hi)
	return it.Close()
}

// writer appends to a Pebble batch, keeping the first error and two buffers.
type writer struct {
	pb       *pebble.Batch
	key, val []byte
	err      error
}

func (w *writer) set() {
	op := w.pb.SetDeferred(len(w.key), len(w.val))
	copy(op.Key, w.key)
	copy(op.Value, w.val)
	if err := op.Finish(); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *writer) entry(room roomlog.RoomID, x *roomlog.Entry) {
	w.key = entryKey(w.key[:0], room, x.Seq)
	w.val = roomlog.AppendEntry(w.val[:0], x)
	w.set()
}

func (w *writer) del(from, to []byte) {
	if err := w.pb.DeleteRange(from, to, nil); err != nil && w.err == nil {
		w.err = err
	}
}

// spaceState is what the last look at the disk said.
type spaceState struct {
	at   time.Time
	free uint64
}

// checkSpace looks at the free space at most once a second and refuses the
// commit while there is too little: a full disk under a log or a table cannot
// be undone, an answer to the sender can.
func (e *Engine) checkSpace() error {
	s := e.space.Load()
	if s == nil || time.Since(s.at) > time.Second {
		u, err := e.opts.FS.GetDiskUsage(e.dir)
		if err != nil { // a file system that cannot tell
			u.AvailBytes = ^uint64(0)
		}
		s = &spaceState{time.Now(), u.AvailBytes}
		e.space.Store(s)
	}
	if s.free < e.opts.MinFree {
		return fault.New(fault.StorageFull).Because(fmt.Errorf("%d bytes free in %s", s.free, e.dir))
	}
	return nil
}

// base is the engine as seen by a batch: the state after the last commit of
// the shard, which only the shard's own lane changes.
type base Engine

func (b *base) Head(room roomlog.RoomID) (roomlog.Head, bool, error) {
	r, err := (*Engine)(b).hold(room)
	if err != nil || !r.exists() {
		return roomlog.Head{}, false, err
	}
	return r.head, true, nil
}

func (b *base) Member(room roomlog.RoomID, user roomlog.UserID) (roomlog.Member, bool, error) {
	r, err := (*Engine)(b).room(room)
	if err != nil || r == nil {
		return roomlog.Member{}, false, err
	}
	m, ok := r.member(user)
	return m, ok, nil
}

func (b *base) Members(room roomlog.RoomID) ([]roomlog.Member, error) {
	r, err := (*Engine)(b).room(room)
	if err != nil || r == nil {
		return nil, err
	}
	return r.members, nil
}

func (b *base) Entry(room roomlog.RoomID, seq uint64) (roomlog.Entry, bool, error) {
	v, closer, err := b.db.Get(entryKey(nil, room, seq))
	if errors.Is(err, pebble.ErrNotFound) {
		return roomlog.Entry{}, false, nil
	}
	if err != nil {
		return roomlog.Entry{}, false, err
	}
	e, err := roomlog.ParseEntry(seq, v)
	return e, err == nil, errors.Join(err, closer.Close())
}

func (b *base) Key(room roomlog.RoomID, sender roomlog.UserID, client wire.ID) (roomlog.KeyRow, bool, error) {
	var buf [50]byte
	v, closer, err := b.db.Get(clientKey(buf[:0], room, sender, client))
	if errors.Is(err, pebble.ErrNotFound) {
		return roomlog.KeyRow{}, false, nil
	}
	if err != nil {
		return roomlog.KeyRow{}, false, err
	}
	k, err := roomlog.ParseKey(v)
	return k, err == nil, errors.Join(err, closer.Close())
}

func (b *base) HiddenFor(room roomlog.RoomID, user roomlog.UserID, seq uint64) (bool, error) {
	_, closer, err := b.db.Get(hideKey(nil, room, user, seq))
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, closer.Close()
}

// NewEpoch gives the store in dir a new epoch, as is needed after a backup was
// restored into it. The store must not be open.
func NewEpoch(dir string) error {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("new epoch: %w", err)
	}
	db, err := pebble.Open(dir, &pebble.Options{FormatMajorVersion: pebble.FormatNewest})
	if err != nil {
		return fmt.Errorf("new epoch: %w", err)
	}
	return errors.Join(db.Set(epochKey, []byte(rand.Text()), pebble.Sync), db.Close())
}
