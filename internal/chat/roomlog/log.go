package roomlog

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"madang/internal/fault"
	"madang/internal/wire"
)

// Reader is what can be read of the log. Everything it gives is on disk: reads
// are cut off at the durable head, and an entry that a commit under way is
// rewriting is read when that commit has ended. Safe for concurrent use.
type Reader interface {
	// Epoch names the life of the store; it changes when a backup is restored.
	Epoch() string
	// Head gives the head row; ok is false for a room that does not exist.
	Head(ctx context.Context, room RoomID) (h Head, ok bool, err error)
	// Member gives a person's row with the head that goes with it; ok is false
	// for somebody who never was in the room.
	Member(ctx context.Context, room RoomID, user UserID) (m Member, h Head, ok bool, err error)
	// Members gives all rows, of present and former members, in order of ids,
	// with the head that goes with them.
	Members(ctx context.Context, room RoomID) ([]Member, Head, error)
	// Entries gives up to limit entries with from ≤ seq ≤ to, upward from
	// `from`, or downward from `to` when down is set. Entries above the head
	// and below the tail are left out.
	Entries(ctx context.Context, room RoomID, from, to uint64, limit int, down bool) ([]Entry, error)
	// Scan calls f with up to limit entries of from ≤ seq ≤ to, downward from
	// `to`, until f gives an error, which is returned. The entry and its body
	// are good for the call alone: nothing is copied. Entries above the head
	// and below the tail are left out.
	Scan(ctx context.Context, room RoomID, from, to uint64, limit int, f func(*Entry) error) error
	// Hides gives the entries from ≤ seq ≤ to that the user hid, in order.
	Hides(ctx context.Context, room RoomID, user UserID, from, to uint64) ([]uint64, error)
	// Key looks an idempotency key up.
	Key(ctx context.Context, room RoomID, sender UserID, client wire.ID) (k KeyRow, ok bool, err error)
	// Feed gives up to limit rows of a shard after pos, in order. When the row
	// pos+1 has been removed it starts with the oldest that is left.
	Feed(ctx context.Context, shard uint8, pos uint64, limit int) ([]FeedRow, error)
	// FeedPos is the number of a shard's last feed row, 0 for none.
	FeedPos(ctx context.Context, shard uint8) (uint64, error)
	// Grants gives up to limit grants of a file that come after another one, the
	// zero one for the beginning, in order of their rooms and numbers.
	Grants(ctx context.Context, media wire.ID, after Grant, limit int) ([]Grant, error)
	// Rooms calls f with every room, in no order.
	Rooms(ctx context.Context, f func(RoomID) error) error
}

// Engine keeps the rows of the log. It has two implementations and one suite
// of tests, logtest.
type Engine interface {
	Reader
	// Lanes is how many lanes the log has, 1 to Shards. All ops of a shard pass
	// through the lane shard modulo Lanes, and a commit holds ops of one lane.
	Lanes() int
	// Parallel is how many commits can usefully run at once, 1 to Lanes. A lane
	// whose turn has not come goes on gathering.
	Parallel() int
	// Commit runs b over the rooms' state and returns when the result is on
	// disk, with b.Pos filled in. After an error nothing of b may become
	// visible. It is called by one goroutine per lane.
	Commit(ctx context.Context, b *Batch) error
	// Failed is closed when the store can no longer promise anything, as after
	// a failed sync; Err then says why.
	Failed() <-chan struct{}
	Err() error
	Close() error
}

// Options of a log.
type Options struct {
	// Now gives the time of commits. Nil means time.Now.
	Now func() time.Time
	// OnCommit is told of each commit of a shard after it is on disk and before
	// its ops are done, on the lane's goroutine. It must not block.
	OnCommit func(*Commit)
	Logger   *slog.Logger
}

// Limits of a lane.
const (
	// maxQueued ops wait in a lane; further ones are answered with
	// fault.Overloaded.
	maxQueued = 16 << 10
	// maxBatch ops form one commit. Larger ones gain nothing and make the
	// first of them wait.
	maxBatch = 1024
)

// Log takes changes and passes them through its lanes.
type Log struct {
	Reader
	engine Engine
	opts   Options
	lanes  []*lane
	slots  chan struct{}   // holds a token per commit under way; lanes take turns in order of their asking
	ctx    context.Context // ends when Close gives up waiting
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// New starts the lanes over an engine, which the log owns from then on.
func New(engine Engine, opts Options) *Log {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	l := &Log{Reader: engine, engine: engine, opts: opts, slots: make(chan struct{}, engine.Parallel())}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	for range engine.Lanes() {
		ln := &lane{log: l, wake: make(chan struct{}, 1), ended: make(chan struct{})}
		l.lanes = append(l.lanes, ln)
		l.done.Go(ln.run)
	}
	l.done.Go(l.watch)
	return l
}

// watch answers what a failed engine will never finish.
func (l *Log) watch() {
	select {
	case <-l.ctx.Done():
	case <-l.engine.Failed():
		l.opts.Logger.Error("the room log has stopped; nothing acknowledged is lost", "cause", l.engine.Err())
		for _, ln := range l.lanes {
			ln.stop(fault.New(fault.LogStopped).Because(l.engine.Err()))
		}
	}
}

// Failed is closed when the log can take no more changes.
func (l *Log) Failed() <-chan struct{} { return l.engine.Failed() }

// Err says why the log has failed.
func (l *Log) Err() error { return l.engine.Err() }

// Do hands op to its lane. It never blocks; everything, a full lane too, is
// answered through op.Done, in the latter cases on the caller's goroutine.
func (l *Log) Do(op *Op) { l.lanes[int(ShardOf(op.Room))%len(l.lanes)].add(op) }

// Wait hands op to its lane and waits for its end. When ctx ends first the op
// goes on, and its fate is unknown to the caller.
func (l *Log) Wait(ctx context.Context, op *Op) (Result, error) {
	type answer struct {
		r   Result
		err error
	}
	c := make(chan answer, 1)
	op.Done = func(r Result, err error) { c <- answer{r, err} }
	l.Do(op)
	select {
	case a := <-c:
		return a.r, a.err
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
}

// Close refuses new ops, lets the lanes finish what they hold, and closes the
// engine. When the engine has failed it does not wait for it.
func (l *Log) Close() error {
	for _, ln := range l.lanes {
		ln.close()
	}
	ended := make(chan struct{})
	go func() {
		for _, ln := range l.lanes {
			<-ln.ended
		}
		close(ended)
	}()
	select {
	case <-ended:
	case <-l.engine.Failed():
		l.cancel()
		return l.engine.Err()
	}
	l.cancel()
	l.done.Wait()
	return l.engine.Close()
}

// Drop ends the log as a crash would: commits under way are broken off,
// nothing more is answered truthfully, and the engine is closed. For tests of
// what is left behind.
func (l *Log) Drop() {
	l.cancel()
	for _, ln := range l.lanes {
		ln.stop(fault.New(fault.ShuttingDown))
		<-ln.ended
	}
	l.done.Wait()
	if err := l.engine.Close(); err != nil {
		l.opts.Logger.Warn("close room log", "err", err)
	}
}
