package notify

import (
	"context"
	"maps"
	"slices"

	"madang/internal/account"
	"madang/internal/chat"
)

const (
	// roundRows is how many rows of a feed are gone through at once, and feedChunk
	// how many are read at once. Many rows mean fewer looks at a busy room.
	roundRows = 10_000
	feedChunk = 1000
	// newsLimit is how many of the newest messages of a room are kept for those who
	// are to be woken, and as many again that mention somebody.
	newsLimit = 200
)

// touched is a room in which a round finds entries.
type touched struct {
	room     chat.RoomID
	from, to uint64
}

// through goes from a shard's cursor to the row until. What is to be sent goes into
// the batch, and the cursor moves with that.
func (n *Notify) through(ctx context.Context, shard uint8, until uint64, b *batch) error {
	r := round{notify: n, shard: shard, at: n.feeds[shard].at, batch: b}
	for r.at.pos < until && ctx.Err() == nil {
		if r.at.end == 0 {
			r.at.end = min(until, r.at.pos+roundRows)
		}
		if err := r.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// round is a pass over the rooms that a part of a shard's feed touched.
type round struct {
	notify *Notify
	shard  uint8
	at     cursor
	batch  *batch
}

// run goes through the rooms that the rows up to the cursor's end touched.
func (r *round) run(ctx context.Context) error {
	rooms, err := r.notify.touched(ctx, r.shard, r.at.pos, r.at.end)
	if err != nil {
		return err
	}
	from := r.at
	for _, t := range rooms {
		if less(t.room, from.room) {
			continue // done before
		}
		after := account.ID{}
		if t.room == from.room {
			after = from.user
		}
		if err := r.inRoom(ctx, t, after); err != nil {
			return err
		}
	}
	r.at = cursor{pos: r.at.end}
	return r.batch.add(ctx, r.shard, r.at, nil)
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
	for some := range slices.Chunk(users, BatchSize/2) {
		if ctx.Err() != nil {
			return ctx.Err() // the rest is done after the next start
		}
		list, err := n.decide(ctx, t.room, &news, some)
		if err != nil {
			return err
		}
		r.at.room, r.at.user = t.room, some[len(some)-1]
		if err := r.batch.add(ctx, r.shard, r.at, list); err != nil {
			return err
		}
	}
	return nil
}
