package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/db"
	"madang/internal/push"
)

// A service that is slow holds up the others in its batch, so the first try is
// short; what it does not take is tried again apart from them.
const (
	firstTimeout = 3 * time.Second
	retryTimeout = 10 * time.Second
)

var (
	putShown = db.SQL(`INSERT INTO push_shown (shard, user_id, room_id, seq, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shard, user_id, room_id) DO UPDATE SET seq = excluded.seq, at = excluded.at`)
	dropShown = db.SQL(`DELETE FROM push_shown WHERE shard = $1 AND user_id = $2 AND room_id = $3`)
	dropDead  = db.SQL(`DELETE FROM push_subscription WHERE shard = $1 AND user_id = $2 AND device_id = $3 AND address_hash = $4`)
)

// errFailing is in place of the answer of a service that is not asked now.
var errFailing = &push.RetryError{Cause: errors.New("the service did not take what came before")}

// results are what became of the notifications of a batch, device by device.
type results [][]error

// sendFirst sends what is new. Devices whose service fails, or was slow, are passed
// over: they are tried again apart from the others.
func (n *Notify) sendFirst(ctx context.Context, batch []delivery) results {
	return n.send(ctx, batch, firstTimeout, n.slots, func(d *sleeper) bool { return d.failing || n.slow.is(d.id, n.clock.Now()) })
}

// sendAgain is send for those who can wait: for a service, and for each other.
func (n *Notify) sendAgain(ctx context.Context, batch []delivery) results {
	return n.send(ctx, batch, retryTimeout, n.again, func(*sleeper) bool { return false })
}

// send hands the notifications of a batch to their services and returns when each
// has been taken or not.
func (n *Notify) send(ctx context.Context, batch []delivery, timeout time.Duration, slots chan struct{}, pass func(*sleeper) bool) results {
	out := make(results, len(batch))
	var all sync.WaitGroup
	for i := range batch {
		d := &batch[i]
		out[i] = make([]error, len(d.to.devices))
		for j := range d.to.devices {
			to := &d.to.devices[j]
			if pass(to) {
				out[i][j] = errFailing
				continue
			}
			slots <- struct{}{}
			all.Go(func() {
				defer func() { <-slots }()
				ctx, cancel := context.WithTimeout(ctx, timeout)
				defer cancel()
				began := n.clock.Now()
				out[i][j] = n.push.Push(ctx, &to.push, &d.note)
				if now := n.clock.Now(); now.Sub(began) > slowAfter {
					n.slow.note(to.id, now.Add(slowFor))
				}
			})
		}
	}
	all.Wait()
	return out
}

// A service that takes long holds up all that is in the same batch, so for a while
// nobody waits for it.
const (
	slowAfter = 2 * time.Second
	slowFor   = time.Minute
)

// slow knows devices whose service took long lately.
type slow struct {
	mu    sync.Mutex
	until map[account.DeviceID]time.Time
}

// maxSlow bounds the devices in memory. Beyond, all are forgotten.
const maxSlow = 10_000

func (s *slow) note(d account.DeviceID, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil || len(s.until) >= maxSlow {
		s.until = make(map[account.DeviceID]time.Time)
	}
	s.until[d] = until
}

func (s *slow) is(d account.DeviceID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.until[d])
}

// record notes what became of a batch: what devices show now, what is to be tried
// again, and subscriptions that are dead.
func (n *Notify) record(ctx context.Context, tx *db.Tx, batch []delivery, out results) error {
	for i := range batch {
		d := &batch[i]
		shard := db.ShardOf(d.to.user)
		var err error
		if d.seq == 0 {
			_, err = tx.Exec(ctx, dropShown, shard, d.to.user, d.room)
		} else {
			_, err = tx.Exec(ctx, putShown, shard, d.to.user, d.room, int64(d.seq), n.clock.NowMs())
		}
		if err != nil {
			return err
		}
		for j := range d.to.devices {
			if err := n.recordOne(ctx, tx, d.to.user, d.room, &d.to.devices[j], out[i][j]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *Notify) recordOne(ctx context.Context, tx *db.Tx, user account.ID, room chat.RoomID, to *sleeper, err error) error {
	wait, again := n.waitAfter(err, -1)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, push.ErrGone):
		return forget(ctx, tx, user, to)
	case again:
		_, err := tx.Exec(ctx, putRetry, db.ShardOf(user), user, to.id, room, n.clock.NowMs()+wait.Milliseconds())
		return err
	}
	n.log.Warn("a push service refused a notification for good", "kind", to.push.Kind, "user", user, "device", to.id, "cause", err)
	return nil
}

// forget removes a subscription that is dead, unless the device has another by now.
func forget(ctx context.Context, tx *db.Tx, user account.ID, to *sleeper) error {
	if _, err := tx.Exec(ctx, dropDead, db.ShardOf(user), user, to.id, addressHash(&to.push)); err != nil {
		return fmt.Errorf("forget a dead subscription: %w", err)
	}
	return nil
}

// recountGone looks anew at people whose subscriptions were forgotten with a batch.
func (n *Notify) recountGone(ctx context.Context, batch []delivery, out results) error {
	for i := range batch {
		if slices.ContainsFunc(out[i], func(err error) bool { return errors.Is(err, push.ErrGone) }) {
			if err := n.recount(ctx, batch[i].to.user); err != nil {
				return err
			}
		}
	}
	return nil
}

// readMeanwhile notes those of a batch who read a room while they were woken for
// it: the read mark came before there was anything to take back.
func (n *Notify) readMeanwhile(ctx context.Context, batch []delivery) error {
	byRoom := make(map[chat.RoomID][]account.ID)
	seqs := make(map[inRoom]uint64, len(batch))
	for i := range batch {
		if d := &batch[i]; d.seq != 0 {
			byRoom[d.room] = append(byRoom[d.room], d.to.user)
			seqs[inRoom{d.to.user, d.room}] = d.seq
		}
	}
	for room, users := range byRoom {
		standings, err := n.chat.Standings(ctx, room, users)
		if err != nil {
			return err
		}
		for i := range standings {
			if key := (inRoom{standings[i].User, room}); standings[i].Read >= seqs[key] {
				n.reads.note(key)
			}
		}
	}
	return nil
}
