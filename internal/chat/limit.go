package chat

import (
	"time"

	"golang.org/x/time/rate"

	"madang/internal/fault"
	"madang/internal/wire"
)

// allow takes one message off what an account may send. A limiter that the
// cache forgot is full again after SendBurst/SendRate seconds anyway.
func (c *Chat) allow(a Actor) error {
	if a.Exempt {
		return nil
	}
	l, ok := c.limiters.GetIfPresent(a.User)
	if !ok {
		l, _ = c.limiters.SetIfAbsent(a.User, rate.NewLimiter(wire.SendRate, wire.SendBurst))
	}
	now := c.clock.Now()
	if l.AllowN(now, 1) {
		return nil
	}
	missing := 1 - l.TokensAt(now)
	return fault.New(fault.RateLimited).After(time.Duration(missing / wire.SendRate * float64(time.Second)))
}
