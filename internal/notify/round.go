package notify

import (
	"context"
	"maps"
	"slices"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/db"
	"madang/internal/push"
)

const (
	// roundRows is how many rows of a feed are gone through at once, and feedChunk
	// how many are read at once. Many rows mean fewer looks at a busy room.
	roundRows = 10_000
	feedChunk = 1000
	// newsLimit is how many of the newest entries of a room are looked at for
	// somebody who is to be woken.
	newsLimit = 200
	// batchSize is how many people are woken before that is noted, and so how many
	// can be woken twice by a crash.
	batchSize = 256
)

// touched is a room in which a round finds entries.
type touched struct {
	room     chat.RoomID
	from, to uint64
}

// through goes from a shard's cursor to the row until.
func (n *Notify) through(ctx context.Context, shard uint8, until uint64) error {
	f := &n.feeds[shard]
	for f.at.pos < until && ctx.Err() == nil {
		if f.at.end == 0 {
			f.at.end = min(until, f.at.pos+roundRows)
		}
		if err := n.round(ctx, shard); err != nil {
			return err
		}
	}
	return nil
}

// round goes through the rooms that the rows up to the cursor's end touched.
func (n *Notify) round(ctx context.Context, shard uint8) error {
	f := &n.feeds[shard]
	rooms, err := n.touched(ctx, shard, f.at.pos, f.at.end)
	if err != nil {
		return err
	}
	r := round{notify: n, shard: shard, at: f.at}
	for _, t := range rooms {
		if less(t.room, f.at.room) {
			continue // done before
		}
		after := account.ID{}
		if t.room == f.at.room {
			after = f.at.user
		}
		if err := r.inRoom(ctx, t, after); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	r.at = cursor{pos: f.at.end}
	return r.flush(ctx)
}

// touched gives the rooms in which there are entries in the rows after pos up to
// end, in order.
func (n *Notify) touched(ctx context.Context, shard uint8, pos, end uint64) ([]touched, error) {
	rooms := make(map[chat.RoomID]touched)
	for pos < end {
		rows, err := n.chat.Feed(ctx, shard, pos, int(min(feedChunk, end-pos)))
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			break // an older copy of the log stands here now; its end was noted by mistake
		}
		for i := range rows {
			if rows[i].Pos > end {
				break
			}
			for _, r := range rows[i].Rooms {
				if r.From == 0 {
					continue
				}
				t, ok := rooms[r.Room]
				if !ok {
					t = touched{r.Room, r.From, r.To}
				}
				t.from, t.to = min(t.from, r.From), max(t.to, r.To)
				rooms[r.Room] = t
			}
		}
		pos = rows[len(rows)-1].Pos
	}
	return slices.SortedFunc(maps.Values(rooms), func(a, b touched) int { return slices.Compare(a.room[:], b.room[:]) }), nil
}

// round is a pass over a part of a shard's feed.
type round struct {
	notify *Notify
	shard  uint8
	at     cursor // done when the batch is
	batch  []delivery
}

// delivery is one notification for all devices of a person.
type delivery struct {
	to   *recipient
	room chat.RoomID
	seq  uint64 // of the message; 0: nothing is to be shown any more
	note push.Notification
}

// inRoom wakes those in a room who come after a person.
func (r *round) inRoom(ctx context.Context, t touched, after account.ID) error {
	n := r.notify
	_, present, err := n.chat.Audience(ctx, t.room)
	if err != nil {
		return err
	}
	users := n.index.among(present, after)
	if len(users) == 0 {
		return nil
	}
	news, err := n.chat.News(ctx, t.room, t.from, t.to, newsLimit)
	if err != nil || len(news.Messages)+len(news.Deleted) == 0 {
		return err
	}
	for some := range slices.Chunk(users, batchSize) {
		wakes, err := n.decide(ctx, t.room, &news, some)
		if err != nil {
			return err
		}
		r.batch = append(r.batch, wakes...)
		r.at.room, r.at.user = t.room, some[len(some)-1]
		if len(r.batch) >= batchSize {
			if err := r.flush(ctx); err != nil || ctx.Err() != nil {
				return err
			}
		}
	}
	return nil
}

// flush sends the batch and notes it. A batch that was begun is finished although
// the program is stopping, so that nothing of it is sent again.
func (r *round) flush(ctx context.Context) error {
	n := r.notify
	f := &n.feeds[r.shard]
	if len(r.batch) == 0 {
		f.at = r.at
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	results := n.send(ctx, r.batch, firstTimeout)
	err := n.gather.Do(ctx, func(tx *db.Tx) error {
		if err := n.record(ctx, tx, r.batch, results); err != nil {
			return err
		}
		return n.putCursor(ctx, tx, r.shard, r.at)
	})
	if err != nil {
		return err
	}
	f.at, f.saved = r.at, r.at
	err = n.readMeanwhile(ctx, r.batch)
	r.batch = r.batch[:0]
	return err
}
