package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/push"
)

// recipient is a person with the devices to wake and how they want it.
type recipient struct {
	user     account.ID
	language string
	zone     *time.Location
	preview  bool
	quiet    []QuietHours
	devices  []sleeper
}

// sleeper is a device and where it is woken.
type sleeper struct {
	id   account.DeviceID
	push push.Subscription
	// failing says that its service did not take something that is to be tried
	// again: what is new waits with that, and nobody waits for the service.
	failing bool
}

// A device that was signed out is not woken, whatever became of its subscription.
var selectRecipients = db.SQL(`
	SELECT s.user_id, s.device_id, s.kind, s.address, s.p256dh, s.auth, coalesce(p.preview, $2), coalesce(p.quiet, ''),
		EXISTS (SELECT 1 FROM push_retry AS r WHERE r.shard = s.shard AND r.user_id = s.user_id AND r.device_id = s.device_id)
	FROM {keys $1} AS k
	JOIN push_subscription AS s ON s.shard = k.shard AND s.user_id = k.id
	JOIN devices AS d ON d.shard = s.shard AND d.user_id = s.user_id AND d.id = s.device_id AND d.revoked_at IS NULL
	LEFT JOIN push_setting AS p ON p.shard = s.shard AND p.user_id = s.user_id
	ORDER BY s.user_id, s.device_id`)

// recipients gives those of some people who have a device to wake.
func (n *Notify) recipients(ctx context.Context, users []account.ID) (map[account.ID]*recipient, error) {
	type row struct {
		user    account.ID
		device  sleeper
		preview bool
		quiet   string
	}
	rows, err := db.Select(ctx, n.db, func(s db.Scanner) (r row, err error) {
		var address string
		p := &r.device.push
		err = s.Scan(&r.user, &r.device.id, (*string)(&p.Kind), &address, &p.P256dh, &p.Auth, &r.preview, &r.quiet, &r.device.failing)
		p.SetAddress(address)
		return r, err
	}, selectRecipients, db.Keys(users), true)
	if err != nil {
		return nil, fmt.Errorf("devices to wake: %w", err)
	}
	persons, err := n.people.Persons(ctx, users)
	if err != nil {
		return nil, fmt.Errorf("people to wake: %w", err)
	}
	found := make(map[account.ID]*recipient)
	for _, r := range rows {
		to := found[r.user]
		if to == nil {
			p := persons[r.user]
			if p == nil || p.Deleted {
				continue
			}
			to = &recipient{user: r.user, language: p.Language, zone: zoneOf(p.TimeZone), preview: r.preview}
			if r.quiet != "" {
				if err := json.Unmarshal([]byte(r.quiet), &to.quiet); err != nil {
					return nil, fmt.Errorf("quiet hours of %s: %w", r.user, err)
				}
			}
			found[r.user] = to
		}
		to.devices = append(to.devices, r.device)
	}
	return found, nil
}

// quietAt reports whether the person has quiet hours at a time.
func (r *recipient) quietAt(t time.Time) bool { return isQuiet(r.quiet, t.In(r.zone)) }

// zoneOf is a person's time zone. One that this machine does not know is UTC.
func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

// only is the person with one of their devices, nil when that is not woken. r may
// be nil.
func (r *recipient) only(device account.DeviceID) *recipient {
	if r == nil {
		return nil
	}
	for _, d := range r.devices {
		if d.id == device {
			one := *r
			one.devices = []sleeper{d}
			return &one
		}
	}
	return nil
}
