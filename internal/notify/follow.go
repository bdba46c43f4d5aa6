package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/roomlog"
	"madang/internal/db"
)

// feed is where a shard stands.
type feed struct {
	mu    sync.Mutex
	heard uint64 // row that a hint told of
	marks []mark // rows that wait until they are old enough, oldest first

	// Of the goroutine that goes through the shard; one at a time does.
	at    cursor
	saved cursor // as the database has it
}

// mark says that the rows up to pos were there at a time.
type mark struct {
	pos uint64
	at  time.Time
}

// maxMarks bounds the marks of a feed. One more makes the last wait for it.
const maxMarks = 16

// cursor is how far a shard is. See push_cursor.
type cursor struct {
	pos  uint64
	end  uint64
	room chat.RoomID
	user account.ID
}

const (
	// compareEvery is how often the feeds are compared with what was heard, for
	// hints that got lost.
	compareEvery = 5 * time.Second
	// saveEvery is how often cursors are written that nobody was woken for.
	saveEvery = 5 * time.Second
	// restAfter is how long nobody is woken after a failure, as of the database. The
	// batch that could not be noted is sent again.
	restAfter = 5 * time.Second
)

var (
	readCursors = db.SQL(`SELECT shard, epoch, pos, round_end, room_id, user_id FROM push_cursor`)
	putCursor   = db.SQL(`INSERT INTO push_cursor (shard, epoch, pos, round_end, room_id, user_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (shard) DO UPDATE SET epoch = excluded.epoch, pos = excluded.pos, round_end = excluded.round_end,
			room_id = excluded.room_id, user_id = excluded.user_id`)
)

// loadCursors reads how far all shards are. A shard without a cursor, or with one
// of another life of the log, begins at the end of its feed: nobody is woken for
// what was before.
func (n *Notify) loadCursors(ctx context.Context) error {
	type row struct {
		shard db.Shard
		epoch string
		cursor
	}
	rows, err := db.Select(ctx, n.db, func(s db.Scanner) (r row, err error) {
		var pos, end int64
		err = s.Scan(&r.shard, &r.epoch, &pos, &end, &r.room, &r.user)
		r.pos, r.end = uint64(pos), uint64(end)
		return r, err
	}, readCursors)
	if err != nil {
		return fmt.Errorf("how far notifications are: %w", err)
	}
	known := make(map[uint8]cursor, len(rows))
	for _, r := range rows {
		if r.epoch == n.chat.Epoch() {
			known[uint8(r.shard)] = r.cursor
		}
	}
	return n.db.Tx(ctx, func(tx *db.Tx) error {
		for s := range uint8(roomlog.Shards) {
			at, ok := known[s]
			if !ok {
				if at.pos, err = n.chat.FeedPos(ctx, s); err != nil {
					return err
				}
				if err := n.putCursor(ctx, tx, s, at); err != nil {
					return err
				}
			}
			f := &n.feeds[s]
			f.at, f.saved, f.heard = at, at, at.pos
			if at.end != 0 {
				f.marks = []mark{{at.end, n.clock.Now().Add(Grace)}}
				f.heard = at.end
			} else if end, err := n.chat.FeedPos(ctx, s); err != nil {
				return err
			} else if end > at.pos {
				f.marks = []mark{{end, n.clock.Now().Add(Grace)}}
				f.heard = end
			}
		}
		return nil
	})
}

func (n *Notify) putCursor(ctx context.Context, tx *db.Tx, shard uint8, at cursor) error {
	_, err := tx.Exec(ctx, putCursor, db.Shard(shard), n.chat.Epoch(), int64(at.pos), int64(at.end), at.room, at.user)
	return err
}

// hear takes the hints of the bus. It never waits.
func (n *Notify) hear(b *bus.Batch) {
	if b.Pos != 0 {
		f := &n.feeds[b.Shard]
		f.mu.Lock()
		f.heard = max(f.heard, b.Pos)
		f.mu.Unlock()
	}
	for i := range b.Events {
		if e := &b.Events[i]; e.Kind == bus.Read && n.index.has(e.User) {
			n.reads.note(inRoom{e.User, e.Room})
		}
	}
}

// follow goes through the feeds until ctx is done.
func (n *Notify) follow(ctx context.Context) error {
	var compared, saved time.Time
	for {
		now := n.clock.Now()
		if now.Sub(compared) >= compareEvery {
			n.trouble(ctx, "compare notifications with the feeds", n.compare(ctx))
			compared = now
		}
		n.trouble(ctx, "wake devices", n.goOn(ctx, now))
		if now.Sub(saved) >= saveEvery {
			n.trouble(ctx, "note how far notifications are", n.save(ctx))
			saved = now
		}
		if n.clock.Sleep(ctx, tick) != nil {
			n.lastSave(ctx)
			return nil
		}
	}
}

// lastSave notes how far notifications are when the program stops.
func (n *Notify) lastSave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	n.trouble(ctx, "note how far notifications are", n.save(ctx))
}

// compare notes rows of which no hint told.
func (n *Notify) compare(ctx context.Context) error {
	for s := range uint8(roomlog.Shards) {
		pos, err := n.chat.FeedPos(ctx, s)
		if err != nil {
			return err
		}
		f := &n.feeds[s]
		f.mu.Lock()
		f.heard = max(f.heard, pos)
		f.mu.Unlock()
	}
	return nil
}

// goOn marks what is new and goes through what is old enough.
func (n *Notify) goOn(ctx context.Context, now time.Time) error {
	b := &batch{notify: n}
	var group errgroup.Group
	group.SetLimit(parallel)
	for s := range uint8(roomlog.Shards) {
		until := n.feeds[s].due(now)
		if until <= n.feeds[s].at.pos || now.Before(n.rest) {
			continue
		}
		if n.index.empty() {
			n.feeds[s].at = cursor{pos: until}
			continue
		}
		group.Go(func() error {
			if err := n.through(ctx, s, until, b); err != nil {
				return fmt.Errorf("shard %d: %w", s, err)
			}
			return nil
		})
	}
	err := errors.Join(group.Wait(), b.end(ctx))
	if err != nil {
		n.rest = now.Add(restAfter)
	}
	return err
}

// due notes what was heard and gives the row up to which everything is old enough,
// 0 when nothing is. What could not be gone through stays due.
func (f *feed) due(now time.Time) (until uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := f.at.pos
	if k := len(f.marks); k > 0 {
		last = f.marks[k-1].pos
	}
	if f.heard > last {
		if len(f.marks) == maxMarks {
			f.marks = f.marks[:maxMarks-1]
		}
		f.marks = append(f.marks, mark{f.heard, now})
	}
	for len(f.marks) > 0 && f.marks[0].pos <= f.at.pos {
		f.marks = f.marks[1:]
	}
	for _, m := range f.marks {
		if now.Sub(m.at) < Patience {
			break
		}
		until = m.pos
	}
	return until
}

// save writes the cursors that moved without waking anybody.
func (n *Notify) save(ctx context.Context) error {
	var moved []uint8
	for s := range uint8(roomlog.Shards) {
		if f := &n.feeds[s]; f.at != f.saved {
			moved = append(moved, s)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	err := n.db.Tx(ctx, func(tx *db.Tx) error {
		for _, s := range moved {
			if err := n.putCursor(ctx, tx, s, n.feeds[s].at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range moved {
		n.feeds[s].saved = n.feeds[s].at
	}
	return nil
}
