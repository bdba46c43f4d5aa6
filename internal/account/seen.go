package account

import (
	"context"
	"maps"
	"sync"
	"time"

	"madang/internal/db"
)

// seenEvery is how exactly it is kept when a device was last seen: the interval
// of a socket's pings at its longest, and far below the seven days that matter.
const seenEvery = 5 * time.Minute

// maxSeen bounds the devices noted between two writes; more are noted another
// time.
const maxSeen = 200_000

// seen gathers when devices were last seen, so that a request costs no write.
type seen struct {
	mu      sync.Mutex
	devices map[DeviceID]seenAt
}

type seenAt struct {
	user ID
	ms   int64
}

func (p *People) note(s *signedIn) {
	now, last := p.clock.NowMs(), s.seen.Load()
	if now-last < seenEvery.Milliseconds() || !s.seen.CompareAndSwap(last, now) {
		return
	}
	p.Seen(s.User, s.Device)
}

// Seen notes that a device is there. The gateway calls it every few minutes for
// the sockets that are open: [People.Authenticate] sees only their beginning,
// and a number whose devices nobody sees for seven days may start anew.
func (p *People) Seen(user ID, device DeviceID) {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	if p.seen.devices == nil {
		p.seen.devices = make(map[DeviceID]seenAt)
	}
	if _, ok := p.seen.devices[device]; ok || len(p.seen.devices) < maxSeen {
		p.seen.devices[device] = seenAt{user: user, ms: p.clock.NowMs()}
	}
}

var updateSeen = db.SQL(`
	UPDATE devices SET last_seen_at = $4 WHERE shard = $1 AND user_id = $2 AND id = $3 AND last_seen_at < $4`)

// seenBatch is how many devices are written in a transaction.
const seenBatch = 1000

// writeSeen writes what was noted. What cannot be written stays noted.
func (p *People) writeSeen(ctx context.Context) error {
	p.seen.mu.Lock()
	noted := p.seen.devices
	p.seen.devices = nil
	p.seen.mu.Unlock()
	for len(noted) > 0 {
		batch := make([]DeviceID, 0, min(len(noted), seenBatch))
		for device := range noted {
			if batch = append(batch, device); len(batch) == seenBatch {
				break
			}
		}
		err := p.d.Tx(ctx, func(tx *db.Tx) error {
			for _, device := range batch {
				at := noted[device]
				if _, err := tx.Exec(ctx, updateSeen, db.ShardOf(at.user), at.user, device, at.ms); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			p.keepSeen(noted)
			return err
		}
		for _, device := range batch {
			delete(noted, device)
		}
	}
	return nil
}

// keepSeen puts back what could not be written, except for devices that were
// seen again since.
func (p *People) keepSeen(noted map[DeviceID]seenAt) {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	maps.Copy(noted, p.seen.devices)
	p.seen.devices = noted
}
