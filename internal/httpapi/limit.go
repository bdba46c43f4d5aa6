package httpapi

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// quota is how many calls a caller may make: burst at once, and one more each
// time interval has passed.
type quota struct {
	name     string // as the RateLimit header shows it
	burst    int
	interval time.Duration
}

// The quotas of REST. They bound what one caller costs the others and lie far
// above what a client that works needs; the domain has narrower limits of its
// own for what costs money or can be guessed.
var (
	accountQuota = quota{name: "account", burst: 300, interval: 20 * time.Millisecond}
	addressQuota = quota{name: "address", burst: 300, interval: 20 * time.Millisecond}
)

// limiterSize bounds the callers that a limiter remembers. When it is full of
// callers who have all called within their window, newcomers share one quota.
const limiterSize = 100_000

// limiter counts calls by the generic cell rate algorithm: of each caller it
// keeps only the moment at which their quota is whole again.
type limiter struct {
	quota quota
	now   func() time.Time

	mu    sync.Mutex
	whole map[string]time.Time
}

func newLimiter(q quota, now func() time.Time) *limiter {
	return &limiter{quota: q, now: now, whole: make(map[string]time.Time)}
}

// standing is what a caller has left after a call.
type standing struct {
	ok        bool
	remaining int
	whole     time.Duration // until the quota is whole again
	wait      time.Duration // until the next call is taken, when ok is false
}

// take counts a call.
func (l *limiter) take(key string) standing { return l.stand(key, true) }

// peek tells how a call would be taken, and counts none.
func (l *limiter) peek(key string) standing { return l.stand(key, false) }

func (l *limiter) stand(key string, counts bool) standing {
	now := l.now()
	window := time.Duration(l.quota.burst) * l.quota.interval
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.whole[key]; !known && len(l.whole) >= limiterSize {
		for k, t := range l.whole {
			if !t.After(now) {
				delete(l.whole, k)
			}
		}
		if len(l.whole) >= limiterSize {
			key = ""
		}
	}
	whole := l.whole[key]
	if whole.Before(now) {
		whole = now
	}
	next := whole.Add(l.quota.interval)
	if over := next.Sub(now) - window; over > 0 {
		return standing{whole: whole.Sub(now), wait: over}
	}
	if counts {
		l.whole[key] = next
	}
	left := window - next.Sub(now)
	return standing{ok: true, remaining: int(left / l.quota.interval), whole: next.Sub(now)}
}

// header writes the standing as draft-ietf-httpapi-ratelimit-headers-10 has it.
func (l *limiter) header(h http.Header, s standing) {
	window := time.Duration(l.quota.burst) * l.quota.interval
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", l.quota.name, l.quota.burst, seconds(window)))
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", l.quota.name, s.remaining, seconds(s.whole)))
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
