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
	// marks that nobody heard of; lookStep is how much of it at a time.
	lookEvery = 5 * time.Minute
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
	shownIn      = db.SQL(`SELECT seq FROM push_shown WHERE shard = $1 AND user_id = $2 AND room_id = $3`)
	dropOldShown = db.SQL(`DELETE FROM push_shown WHERE at <= $1`)
	shownNext    = db.SQL(`SELECT shard, user_id, room_id FROM push_shown WHERE (shard, user_id, room_id) > ($1, $2, $3)
		ORDER BY shard, user_id, room_id LIMIT $4`)
)

// takeBack takes notifications of what was read off the screens until ctx is done.
func (n *Notify) takeBack(ctx context.Context) error {
	var looked time.Time // when a look at everything began
	var at *lookAt       // where it is; nil: none is under way
	for {
		keys, lost := n.reads.take()
		err := n.backAll(ctx, keys)
		if now := n.clock.Now(); at == nil && (lost || now.Sub(looked) >= lookEvery) {
			looked, at = now, &lookAt{shard: -1}
			err = errors.Join(err, n.forgetOld(ctx))
		}
		if at != nil {
			var lerr error
			at, lerr = n.look(ctx, at)
			err = errors.Join(err, lerr)
		}
		pause := tick
		if err != nil {
			n.trouble(ctx, "take notifications back", err)
			pause = restAfter
		}
		if n.clock.Sleep(ctx, pause) != nil {
			return nil
		}
	}
}

// lookAt is a place among all that is shown.
type lookAt struct {
	shard int64 // as stored
	inRoom
}

// look goes through the next part of all that is shown, and gives where to go on;
// nil is the end.
func (n *Notify) look(ctx context.Context, at *lookAt) (*lookAt, error) {
	list, err := db.Select(ctx, n.db, func(s db.Scanner) (p lookAt, err error) {
		return p, s.Scan(&p.shard, &p.user, &p.room)
	}, shownNext, at.shard, at.user[:], at.room[:], lookStep)
	if err != nil {
		return at, fmt.Errorf("list what is shown: %w", err)
	}
	keys := make(map[inRoom]struct{}, len(list))
	for _, p := range list {
		keys[p.inRoom] = struct{}{}
	}
	if err := n.backAll(ctx, keys); err != nil {
		return at, err
	}
	if len(list) < lookStep {
		return nil, nil
	}
	return &list[len(list)-1], nil
}

// forgetOld forgets what has been shown for so long that it is not taken back any
// more, what is shown to people without a device, and subscriptions of devices that
// are signed out.
func (n *Notify) forgetOld(ctx context.Context) error {
	return n.db.Tx(ctx, func(tx *db.Tx) error {
		if n.signedOut.Swap(false) {
			if _, err := tx.Exec(ctx, dropSignedOut); err != nil {
				n.signedOut.Store(true)
				return err
			}
		}
		_, err := tx.Exec(ctx, dropOldShown, n.clock.NowMs()-keepShown.Milliseconds())
		return err
	})
}

// keepShown is how long a notification that nobody looks at can be taken back.
const keepShown = 30 * 24 * time.Hour

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
	shown, err := n.shown(ctx, n.db, user, room)
	if err != nil || shown == 0 {
		return err
	}
	standings, err := n.chat.Standings(ctx, room, []account.ID{user})
	if err != nil {
		return err
	}
	s := &standings[0]
	if s.Present && s.Read < shown {
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
	batch, err := n.takenBack(ctx, to, room, max(s.Read, shown))
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	out := n.sendFirst(ctx, batch)
	err = n.gather.Do(ctx, func(tx *db.Tx) error {
		now, err := n.shown(ctx, tx, user, room)
		if err != nil {
			return err
		}
		if now == shown {
			return n.record(ctx, tx, batch, out)
		}
		// Something newer was shown meanwhile; for a device that was off this may
		// have taken its place. It is sent again.
		for i := range to.devices {
			if _, err := tx.Exec(ctx, putRetry, db.ShardOf(user), user, to.devices[i].id, room, n.clock.NowMs()); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, n.recountGone(ctx, batch, out))
}

// shown is the message that a person's devices show of a room, 0 for none.
func (n *Notify) shown(ctx context.Context, r db.Reader, user account.ID, room chat.RoomID) (uint64, error) {
	list, err := db.Select(ctx, r, db.Value[int64], shownIn, db.ShardOf(user), user, room)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return uint64(list[0]), nil
}
