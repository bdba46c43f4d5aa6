// Package clock answers: what time is it, and wake me when it is that time?
//
// Domain code takes time and timers from a [Clock] instead of package time, for
// one reason: a sandbox can move the clock of a running server forward
// ([Clock.Advance]), and everything that waits for a moment that is now past
// wakes. Under testing/synctest a Clock follows the bubble's time, because it
// uses nothing but package time itself.
//
// All methods are safe for concurrent use. A nil *Clock is real time that
// cannot be moved.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock is real time plus an offset. The zero value is ready to use.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
	timers map[*Timer]struct{} // those that have not fired or been stopped
}

// New makes a clock that shows real time.
func New() *Clock { return &Clock{} }

// Now is the time in UTC, cut to milliseconds: the precision in which times are
// stored and shown, so that a time read back equals the time written.
func (c *Clock) Now() time.Time {
	return time.Now().Add(c.Offset()).UTC().Truncate(time.Millisecond)
}

// NowMs is Now in Unix milliseconds, the form in which times are stored.
func (c *Clock) NowMs() int64 { return c.Now().UnixMilli() }

// Offset is how far the clock is ahead of real time.
func (c *Clock) Offset() time.Duration {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// Advance moves the clock by d and fires the timers whose time has come. It
// does nothing to a nil clock. A negative d moves it back; timers then wait
// longer.
func (c *Clock) Advance(d time.Duration) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moveLocked(c.offset + d)
}

// SetOffset moves the clock to the given offset from real time. Nodes use it to
// follow a clock that was advanced on another node; setting an offset twice is
// setting it once.
func (c *Clock) SetOffset(d time.Duration) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moveLocked(d)
}

func (c *Clock) moveLocked(offset time.Duration) {
	if offset == c.offset {
		return
	}
	c.offset = offset
	now := time.Now().Add(offset)
	for t := range c.timers {
		t.real.Reset(max(0, t.at.Sub(now)))
	}
}

// Timer fires once, when its clock reaches a moment.
type Timer struct {
	// C receives the clock's time when the timer fires. It holds one value.
	C <-chan time.Time

	clock *Clock
	at    time.Time // on the clock
	fired chan time.Time
	real  *time.Timer
}

// NewTimer makes a timer that fires d from now. Stop it when it is no longer
// wanted.
func (c *Clock) NewTimer(d time.Duration) *Timer {
	t := &Timer{clock: c, fired: make(chan time.Time, 1)}
	t.C = t.fired
	if c == nil {
		t.at = time.Now().Add(d)
		t.real = time.AfterFunc(d, t.fire)
		return t
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t.at = time.Now().Add(c.offset + d)
	t.real = time.AfterFunc(d, t.fire)
	if c.timers == nil {
		c.timers = make(map[*Timer]struct{})
	}
	c.timers[t] = struct{}{}
	return t
}

// fire runs on the real timer's goroutine. The clock may have been moved back
// between the real timer's expiry and this call; then it waits on.
func (t *Timer) fire() {
	c := t.clock
	if c == nil {
		t.fired <- time.Now().UTC()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, waiting := c.timers[t]; !waiting {
		return
	}
	now := time.Now().Add(c.offset)
	if left := t.at.Sub(now); left > 0 {
		t.real.Reset(left)
		return
	}
	delete(c.timers, t)
	t.fired <- now.UTC().Truncate(time.Millisecond)
}

// Stop keeps the timer from firing, and reports whether it did.
func (t *Timer) Stop() bool {
	if t.clock == nil {
		return t.real.Stop()
	}
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	_, waiting := t.clock.timers[t]
	delete(t.clock.timers, t)
	t.real.Stop()
	return waiting
}

// Sleep waits for d on the clock, or until ctx is done; then it gives ctx's
// error.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := c.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Until waits until the clock shows at, or until ctx is done; then it gives
// ctx's error.
func (c *Clock) Until(ctx context.Context, at time.Time) error {
	return c.Sleep(ctx, at.Sub(c.Now()))
}

// Every calls fn each time d has passed on the clock, until ctx is done or fn
// fails; then it gives that error. Calls do not overlap: the next wait begins
// when fn has returned. An advance by many d calls fn once.
func (c *Clock) Every(ctx context.Context, d time.Duration, fn func(context.Context) error) error {
	for {
		if err := c.Sleep(ctx, d); err != nil {
			return err
		}
		if err := fn(ctx); err != nil {
			return err
		}
	}
}
