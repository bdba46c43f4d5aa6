package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
)

var (
	roomControl = db.SQL(`SELECT control FROM room WHERE shard = $1 AND id = $2`)
	readCursors = db.SQL(`SELECT shard, pos FROM projection_cursor`)
	readEpoch   = db.SQL(`SELECT epoch FROM projection_epoch`)
	putEpoch    = db.SQL(`INSERT INTO projection_epoch (one, epoch) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch`)

	// Everything is made again. What people set for themselves stays.
	forgetCursors = db.SQL(`DELETE FROM projection_cursor`)
	forgetRooms   = db.SQL(`DELETE FROM room`)
	forgetMembers = db.SQL(`UPDATE member SET present = $1, control = 0`)
	putCursor     = db.SQL(`INSERT INTO projection_cursor (shard, pos) VALUES ($1, $2)
		ON CONFLICT (shard) DO UPDATE SET pos = excluded.pos`)
)

// followEvery is how often the follower looks for changes whose projection was
// not written, and notes how far it is. After a crash that much is looked at
// again.
const followEvery = 5 * time.Second

// feedChunk is how many feed rows are read at once.
const feedChunk = 500

// follower is where the projection stands in the feed of one shard.
type follower struct {
	cursor uint64 // rows up to here are in the projection, and it says so

	mu sync.Mutex
	// seen is the row up to which this node made every commit itself, so that
	// changed names all rooms whose membership changed after cursor. missed
	// says that a row of somebody else came in between: then the feed is read.
	seen    uint64
	missed  bool
	changed map[RoomID]struct{}
}

// heard notes a commit of this node. It runs on the lane of the shard.
func (f *follower) heard(commit *roomlog.Commit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range commit.Events {
		if ch, ok := e.(*change); ok {
			f.changed[ch.room] = struct{}{}
		}
	}
	switch {
	case commit.Pos == f.seen+1:
		f.seen = commit.Pos
	case commit.Pos > f.seen:
		f.missed = true
	}
}

// take gives what is to be looked at since the last time.
func (f *follower) take() (changed map[RoomID]struct{}, seen uint64, missed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changed, f.changed = f.changed, make(map[RoomID]struct{})
	missed, f.missed = f.missed, false
	return changed, f.seen, missed
}

// putBack undoes take, when what it gave could not be looked at.
func (f *follower) putBack(changed map[RoomID]struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.Copy(f.changed, changed)
	f.missed = true
}

// reached notes that the feed was read up to pos.
func (f *follower) reached(pos uint64) {
	f.mu.Lock()
	f.seen = max(f.seen, pos)
	f.mu.Unlock()
}

// follow keeps the projection up to the feeds until ctx is done.
func (c *Chat) follow(ctx context.Context) error {
	for {
		if err := c.clock.Sleep(ctx, followEvery); err != nil {
			c.lastLook(ctx)
			return nil
		}
		if err := c.catchUp(ctx, c.db.Tx, new(scan)); err != nil && ctx.Err() == nil {
			c.logger.Error("rooms could not be brought up to their logs; trying again", "cause", err)
		}
	}
}

// lastLook notes how far the projection is when the program stops. What was
// answered is in it; the cursors only spare the next start some looking.
func (c *Chat) lastLook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := c.catchUp(ctx, c.db.Tx, new(scan)); err != nil {
		c.logger.Warn("the last look at the feeds of rooms failed; the next start looks again", "cause", err)
	}
}

// replay brings the projection up to the logs before anybody is served. When
// the logs are of another life than those it was made from, it begins anew.
func (c *Chat) replay(ctx context.Context) error {
	var epoch string
	err := c.db.QueryRow(ctx, readEpoch).Scan(&epoch)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	whole := scan{}
	if epoch != c.log.Epoch() {
		if err := c.db.Tx(ctx, c.forget); err != nil {
			return err
		}
		if err := c.scanRooms(ctx, c.db.Tx, &whole); err != nil {
			return err
		}
	}
	if err := c.readCursors(ctx); err != nil {
		return err
	}
	return c.catchUp(ctx, c.db.Tx, &whole)
}

// forget empties the projection and notes whose it will be.
func (c *Chat) forget(tx *db.Tx) error {
	ctx := context.Background()
	_, err1 := tx.Exec(ctx, forgetCursors)
	_, err2 := tx.Exec(ctx, forgetRooms)
	_, err3 := tx.Exec(ctx, forgetMembers, false)
	_, err4 := tx.Exec(ctx, putEpoch, c.log.Epoch())
	return errors.Join(err1, err2, err3, err4)
}

func (c *Chat) readCursors(ctx context.Context) error {
	rows, err := c.db.Query(ctx, readCursors)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s db.Shard
		var pos int64
		if err := rows.Scan(&s, &pos); err != nil {
			return err
		}
		c.followers[s].cursor = uint64(pos)
	}
	return rows.Err()
}

// catchUp goes from the cursors to the ends of the feeds, and moves the cursors
// there. Only one goroutine calls it at a time.
func (c *Chat) catchUp(ctx context.Context, write writer, scan *scan) error {
	moved := make(map[uint8]uint64)
	var failed error
	for s := range uint8(roomlog.Shards) {
		pos, err := c.catchUpShard(ctx, s, write, scan)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("shard %d: %w", s, err))
			continue
		}
		if pos != c.followers[s].cursor {
			moved[s] = pos
		}
	}
	if len(moved) == 0 {
		return failed
	}
	err := write(ctx, func(tx *db.Tx) error {
		for _, s := range slices.Sorted(maps.Keys(moved)) {
			if _, err := tx.Exec(ctx, putCursor, db.Shard(s), int64(moved[s])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(failed, err)
	}
	for s, pos := range moved {
		c.followers[s].cursor = pos
	}
	return failed
}

// catchUpShard verifies what changed in a shard since its cursor, and gives the
// new one.
func (c *Chat) catchUpShard(ctx context.Context, s uint8, write writer, scan *scan) (uint64, error) {
	f := &c.followers[s]
	changed, seen, missed := f.take()
	for room := range changed {
		if err := c.verify(ctx, room, write); err != nil {
			f.putBack(changed)
			return 0, err
		}
	}
	if !missed && seen >= f.cursor && seen != 0 {
		return seen, nil
	}
	end, err := c.followFeed(ctx, s, f.cursor, write, scan)
	if err != nil {
		f.putBack(nil)
		return 0, err
	}
	f.reached(end)
	return end, nil
}

// scan is a look at all rooms, made at most once per catch-up.
type scan struct{ done bool }

func (c *Chat) scanRooms(ctx context.Context, write writer, s *scan) error {
	if s.done {
		return nil
	}
	if err := c.log.Rooms(ctx, func(room RoomID) error { return c.verify(ctx, room, write) }); err != nil {
		return err
	}
	s.done = true
	return nil
}

// followFeed verifies the rooms whose membership changed after pos, and gives
// the number of the last row that there is.
func (c *Chat) followFeed(ctx context.Context, s uint8, pos uint64, write writer, scan *scan) (uint64, error) {
	end, err := c.log.FeedPos(ctx, s)
	if err != nil {
		return 0, err
	}
	if pos > end {
		pos = 0 // the logs are older than the projection: look at all there is
	}
	changed := make(map[RoomID]struct{})
	for pos < end {
		rows, err := c.log.Feed(ctx, s, pos, feedChunk)
		if err != nil {
			return 0, err
		}
		if len(rows) == 0 {
			break
		}
		if rows[0].Pos != pos+1 {
			// The feed no longer reaches back to the cursor.
			if err := c.scanRooms(ctx, write, scan); err != nil {
				return 0, err
			}
		}
		for i := range rows {
			for _, r := range rows[i].Rooms {
				if r.Control {
					changed[r.Room] = struct{}{}
				}
			}
		}
		pos = rows[len(rows)-1].Pos
	}
	for room := range changed {
		if err := c.verify(ctx, room, write); err != nil {
			return 0, err
		}
	}
	return pos, nil
}

// verify compares a room with its log and writes it when the log is ahead.
func (c *Chat) verify(ctx context.Context, room RoomID, write writer) error {
	h, ok, err := c.log.Head(ctx, room)
	if err != nil || !ok {
		return err
	}
	var control int64
	err = c.db.QueryRow(ctx, roomControl, db.ShardOf(room), room).Scan(&control)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if uint64(control) >= h.Control {
		return nil
	}
	return c.projectRoom(ctx, room, write)
}
