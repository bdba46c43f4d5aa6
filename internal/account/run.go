package account

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/db"
)

// How often what was noted of devices is written, and what has expired is
// removed.
const (
	seenInterval  = 10 * time.Second
	sweepInterval = 10 * time.Minute
)

// Run does what has no caller, until ctx is done: it writes when devices were
// last seen, removes expired codes and counters, and finishes the leaving of
// people whom many had in their lists. It returns nil when ctx was the end.
func (p *People) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return p.clock.Every(ctx, seenInterval, func(ctx context.Context) error {
			p.log(ctx, "write when devices were seen", p.writeSeen(ctx))
			return nil
		})
	})
	group.Go(func() error {
		p.log(ctx, "sweep accounts", p.sweep(ctx))
		return p.clock.Every(ctx, sweepInterval, func(ctx context.Context) error {
			p.log(ctx, "sweep accounts", p.sweep(ctx))
			return nil
		})
	})
	err := group.Wait()
	// What is still noted is written although the program is stopping.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	p.log(last, "write when devices were seen", p.writeSeen(last))
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// log tells of work that failed and is tried again the next time.
func (p *People) log(ctx context.Context, what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		p.options.Log.ErrorContext(ctx, what, "error", err)
	}
}

// sweep removes what has expired and finishes leavings.
func (p *People) sweep(ctx context.Context) error {
	now := p.clock.NowMs()
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, pastCodes, now-sweepInterval.Milliseconds()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, pastLimits, now)
		return err
	})
	return errors.Join(err, p.finishLeavings(ctx))
}
