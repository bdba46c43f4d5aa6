package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/db"
)

// reads are read marks of people whose devices may show something to take back.
// When there are too many, all that is shown is looked through instead.
type reads struct {
	mu   sync.Mutex
	keys map[inRoom]struct{}
	lost bool
}

const (
	// maxReads bounds the read marks that wait. They are taken four times a second.
	maxReads = 50_000
	// lookEvery is how often all that is shown is compared with the read marks, for
	// marks that nobody heard of.
	lookEvery = time.Minute
	lookStep  = 500
)

func (r *reads) note(key inRoom) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.keys) >= maxReads {
		r.lost = true
		return
	}
	if r.keys == nil {
		r.keys = make(map[inRoom]struct{})
	}
	r.keys[key] = struct{}{}
}

func (r *reads) take() (keys map[inRoom]struct{}, lost bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, lost = r.keys, r.lost
	r.keys, r.lost = nil, false
	return keys, lost
}

var (
	shownIn   = db.SQL(`SELECT seq FROM push_shown WHERE shard = $1 AND user_id = $2 AND room_id = $3`)
	shownNext = db.SQL(`SELECT shard, user_id, room_id FROM push_shown WHERE (shard, user_id, room_id) > ($1, $2, $3)
		ORDER BY shard, user_id, room_id LIMIT $4`)
)

// takeBack takes notifications of what was read off the screens until ctx is done.
func (n *Notify) takeBack(ctx context.Context) error {
	var looked time.Time
	for {
		keys, lost := n.reads.take()
		n.trouble(ctx, "take notifications back", n.backAll(ctx, keys))
		if now := n.clock.Now(); lost || now.Sub(looked) >= lookEvery {
			n.trouble(ctx, "compare notifications with read marks", n.look(ctx))
			if n.signedOut.Swap(false) {
				n.trouble(ctx, "forget devices that are signed out", n.forgetSignedOut(ctx))
			}
			looked = now
		}
		if n.clock.Sleep(ctx, tick) != nil {
			return nil
		}
	}
}

// look goes through all that is shown.
func (n *Notify) look(ctx context.Context) error {
	type place struct {
		shard int64 // as stored
		key   inRoom
	}
	at := place{shard: -1} // before all
	for {
		list, err := db.Select(ctx, n.db, func(s db.Scanner) (p place, err error) {
			return p, s.Scan(&p.shard, &p.key.user, &p.key.room)
		}, shownNext, at.shard, at.key.user[:], at.key.room[:], lookStep)
		if err != nil {
			return fmt.Errorf("list what is shown: %w", err)
		}
		keys := make(map[inRoom]struct{}, len(list))
		for _, p := range list {
			keys[p.key] = struct{}{}
			at = p
		}
		if err := n.backAll(ctx, keys); err != nil || len(list) < lookStep {
			return err
		}
	}
}

// backAll takes the notifications of people in rooms back, as far as they have
// read what those show or are no longer in the room.
func (n *Notify) backAll(ctx context.Context, keys map[inRoom]struct{}) error {
	var group errgroup.Group
	group.SetLimit(parallel)
	for key := range keys {
		group.Go(func() error {
			err := n.takeBackOne(ctx, key.user, key.room)
			if err != nil {
				n.reads.note(key)
			}
			return err
		})
	}
	return group.Wait()
}

func (n *Notify) takeBackOne(ctx context.Context, user account.ID, room chat.RoomID) error {
	shown, err := db.Select(ctx, n.db, db.Value[int64], shownIn, db.ShardOf(user), user, room)
	if err != nil || len(shown) == 0 {
		return err
	}
	standings, err := n.chat.Standings(ctx, room, []account.ID{user})
	if err != nil {
		return err
	}
	s := &standings[0]
	if s.Present && s.Read < uint64(shown[0]) {
		return nil
	}
	recipients, err := n.recipients(ctx, []account.ID{user})
	if err != nil {
		return err
	}
	to := recipients[user]
	if to == nil {
		to = &recipient{user: user} // nobody to tell; the row goes
	}
	batch, err := n.takenBack(ctx, to, room, s.Read)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	out := n.sendFirst(ctx, batch)
	err = n.gather.Do(ctx, func(tx *db.Tx) error {
		// What was shown meanwhile stays.
		now, err := shownSeq(ctx, tx, user, room)
		if err != nil {
			return err
		}
		if now != shown[0] {
			return nil
		}
		return n.record(ctx, tx, batch, out)
	})
	return errors.Join(err, n.recountGone(ctx, batch, out))
}

// shownSeq is the message that is shown, 0 for none.
func shownSeq(ctx context.Context, tx *db.Tx, user account.ID, room chat.RoomID) (int64, error) {
	list, err := db.Select(ctx, tx, db.Value[int64], shownIn, db.ShardOf(user), user, room)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0], nil
}
