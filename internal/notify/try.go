package notify

import (
	"context"
	"errors"
	"sync"
	"time"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/push"
)

// Tried is what became of a test at one device.
type Tried struct {
	Device account.DeviceID
	Kind   push.Kind
	Err    error // nil: the service took it
}

// TryAll sends a test to all of a person's subscribed devices. A device without a
// subscription is none; fault.PushMissing says that there is no other. Those whose
// subscription is dead are forgotten.
func (n *Notify) TryAll(ctx context.Context, user account.ID) ([]Tried, error) {
	recipients, err := n.recipients(ctx, []account.ID{user})
	if err != nil {
		return nil, err
	}
	to := recipients[user]
	if to == nil {
		return nil, fault.New(fault.PushMissing)
	}
	return n.try(ctx, to)
}

// Try sends a test to the device that asks. It gives fault.PushMissing when that
// has no subscription, or no longer a living one, and fault.PushRefused when the
// service does not take it, and fault.RateLimited for a second one within some
// seconds.
func (n *Notify) Try(ctx context.Context, s account.Session) error {
	if wait := n.tried.again(s.User, n.clock.Now()); wait > 0 {
		return fault.New(fault.RateLimited).After(wait)
	}
	recipients, err := n.recipients(ctx, []account.ID{s.User})
	if err != nil {
		return err
	}
	to := recipients[s.User].only(s.Device)
	if to == nil {
		return fault.New(fault.PushMissing)
	}
	tried, err := n.try(ctx, to)
	switch {
	case err != nil:
		return err
	case errors.Is(tried[0].Err, push.ErrGone):
		return fault.New(fault.PushMissing).Because(tried[0].Err)
	case tried[0].Err != nil:
		return fault.New(fault.PushRefused).Because(tried[0].Err)
	}
	return nil
}

func (n *Notify) try(ctx context.Context, to *recipient) ([]Tried, error) {
	batch := []delivery{{to: to, note: testNote(to)}}
	out := n.send(ctx, batch, retryTimeout, n.tests, func(*sleeper) bool { return false })
	tried := make([]Tried, len(to.devices))
	err := n.db.Tx(ctx, func(tx *db.Tx) error {
		for i := range to.devices {
			d := &to.devices[i]
			tried[i] = Tried{d.id, d.push.Kind, out[0][i]}
			if !errors.Is(out[0][i], push.ErrGone) {
				continue
			}
			if err := forget(ctx, tx, to.user, d); err != nil {
				return err
			}
		}
		return nil
	})
	return tried, errors.Join(err, n.recountGone(ctx, batch, out))
}

// Tests have a way of their own, which they cannot make narrow for others.
const (
	maxTests  = 8 // on their way at once
	testPause = 5 * time.Second
	maxTried  = 10_000 // people in memory; beyond, all are forgotten
)

// tried knows who has sent a test lately.
type tried struct {
	mu sync.Mutex
	at map[account.ID]time.Time
}

// again notes a test and gives how long the person has to wait for it, 0 when it may
// go now.
func (t *tried) again(user account.ID, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.at[user]; ok && now.Sub(last) < testPause {
		return testPause - now.Sub(last)
	}
	if t.at == nil || len(t.at) >= maxTried {
		t.at = make(map[account.ID]time.Time)
	}
	t.at[user] = now
	return 0
}
