package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/db"
	"madang/internal/push"
)

const (
	// firstRetry is how long after a failure is tried again; each further time takes
	// twice as long, up to lastRetry.
	firstRetry = 15 * time.Second
	lastRetry  = time.Hour
	// maxTries is how often: over some five hours. A device that comes back later
	// finds what it missed by itself.
	maxTries = 12
	// retryEvery is how often is looked for what is due, and retryStep how much is
	// done before that is noted.
	retryEvery = time.Second
	retryStep  = 64
)

// What fails anew for the same room counts up, and leaves tries and time as they
// are: what is sent then is what is newest then.
var (
	putRetry = db.SQL(`INSERT INTO push_retry (shard, user_id, device_id, room_id, tries, wanted, due_at) VALUES ($1, $2, $3, $4, 0, 1, $5)
		ON CONFLICT (shard, user_id, device_id, room_id) DO UPDATE SET wanted = push_retry.wanted + 1`)
	dueRetries = db.SQL(`SELECT user_id, device_id, room_id, tries, wanted FROM push_retry WHERE due_at <= $1 ORDER BY due_at LIMIT $2`)
	laterRetry = db.SQL(`UPDATE push_retry SET tries = $5, due_at = $6 WHERE shard = $1 AND user_id = $2 AND device_id = $3 AND room_id = $4`)
	dropRetry  = db.SQL(`DELETE FROM push_retry WHERE shard = $1 AND user_id = $2 AND device_id = $3 AND room_id = $4 AND wanted <= $5`)
	// The service takes again: what else waits for it need not.
	retryNow = db.SQL(`UPDATE push_retry SET due_at = $4, tries = 0 WHERE shard = $1 AND user_id = $2 AND device_id = $3`)
)

// retry is a notification that a service did not take.
type retry struct {
	user   account.ID
	device account.DeviceID
	room   chat.RoomID
	tries  int64
	wanted int64
}

// tryAgain sends what is due until ctx is done.
func (n *Notify) tryAgain(ctx context.Context) error {
	for n.clock.Sleep(ctx, retryEvery) == nil {
		n.trouble(ctx, "send notifications that were not taken", n.Retry(ctx))
	}
	return nil
}

// Retry sends everything that is due now.
func (n *Notify) Retry(ctx context.Context) error {
	for {
		list, err := db.Select(ctx, n.db, func(s db.Scanner) (r retry, err error) {
			return r, s.Scan(&r.user, &r.device, &r.room, &r.tries, &r.wanted)
		}, dueRetries, n.clock.NowMs(), retryStep)
		if err != nil {
			return fmt.Errorf("list what is due: %w", err)
		}
		var group errgroup.Group
		group.SetLimit(retryStep)
		for i := range list {
			group.Go(func() error { return n.retry(ctx, &list[i]) })
		}
		if err := group.Wait(); err != nil || len(list) < retryStep {
			return err
		}
	}
}

// retry brings the notification of one device up to date. What it is to show now
// may not be what could not be sent before.
func (n *Notify) retry(ctx context.Context, r *retry) error {
	batch, err := n.refreshed(ctx, r.user, r.room, r.device)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	out := n.sendAgain(ctx, batch)
	err = n.gather.Do(ctx, func(tx *db.Tx) error {
		var failed error
		if len(batch) > 0 {
			failed = out[0][0]
		}
		if wait, again := n.waitAfter(failed, r.tries); again && r.tries+1 < maxTries {
			_, err := tx.Exec(ctx, laterRetry, db.ShardOf(r.user), r.user, r.device, r.room, r.tries+1, n.clock.NowMs()+wait.Milliseconds())
			return err
		}
		if _, err := tx.Exec(ctx, dropRetry, db.ShardOf(r.user), r.user, r.device, r.room, r.wanted); err != nil {
			return err
		}
		if len(batch) == 0 {
			return nil
		}
		if failed == nil {
			if _, err := tx.Exec(ctx, retryNow, db.ShardOf(r.user), r.user, r.device, n.clock.NowMs()); err != nil {
				return err
			}
		}
		if _, again := n.waitAfter(failed, 0); again {
			return nil // for the last time
		}
		return n.record(ctx, tx, batch, out)
	})
	return errors.Join(err, n.recountGone(ctx, batch, out))
}

// waitAfter tells whether a notification is to be sent again after what a service
// answered, and when at the earliest.
func (n *Notify) waitAfter(err error, tries int64) (wait time.Duration, again bool) {
	wait = min(lastRetry, firstRetry<<min(tries+1, 16))
	if later, ok := errors.AsType[*push.RetryError](err); ok {
		return max(wait, later.After), true
	}
	return wait, errors.Is(err, context.DeadlineExceeded)
}
