package notify

import (
	"context"
	"errors"
	"sync"

	"madang/internal/chat"
	"madang/internal/db"
	"madang/internal/push"
)

// BatchSize is how many people are woken before that is noted, and so how many can
// be woken twice by a crash: one batch is on its way at a time.
const BatchSize = 512

// delivery is one notification for all devices of a person.
type delivery struct {
	to   *recipient
	room chat.RoomID
	seq  uint64 // of the message; 0: nothing is to be shown any more
	note push.Notification
}

// batch gathers the notifications of all shards that are gone through, with how far
// each shard is once they are sent. The rounds of several shards fill it together.
type batch struct {
	notify *Notify
	mu     sync.Mutex
	list   []delivery
	at     map[uint8]cursor
	err    error // why it could not be noted; nothing more is taken then
}

// add puts in what a round has decided and how far it has come. It sends what was
// there before when all together would be too many.
func (b *batch) add(ctx context.Context, shard uint8, at cursor, list []delivery) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.list)+len(list) > BatchSize {
		b.flush(ctx)
	}
	if b.err != nil {
		return b.err
	}
	if b.at == nil {
		b.at = make(map[uint8]cursor)
	}
	b.at[shard] = at
	b.list = append(b.list, list...)
	return nil
}

// end sends what is left.
func (b *batch) end(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flush(ctx)
	return b.err
}

// flush sends the batch and notes it. One that was begun is finished although the
// program is stopping, so that nothing of it is sent again. The caller holds the
// lock.
func (b *batch) flush(ctx context.Context) {
	n := b.notify
	if b.err != nil {
		return
	}
	if len(b.list) == 0 {
		// Nobody was woken: the cursors are written now and then.
		for shard, at := range b.at {
			n.feeds[shard].at = at
		}
		clear(b.at)
		return
	}
	ctx = context.WithoutCancel(ctx)
	out := n.sendFirst(ctx, b.list)
	b.err = n.gather.Do(ctx, func(tx *db.Tx) error {
		if err := n.record(ctx, tx, b.list, out); err != nil {
			return err
		}
		for shard, at := range b.at {
			if err := n.putCursor(ctx, tx, shard, at); err != nil {
				return err
			}
		}
		return nil
	})
	if b.err != nil {
		return
	}
	for shard, at := range b.at {
		n.feeds[shard].at, n.feeds[shard].saved = at, at
	}
	b.err = errors.Join(n.recountGone(ctx, b.list, out), n.readMeanwhile(ctx, b.list))
	b.list = b.list[:0]
	clear(b.at)
}
