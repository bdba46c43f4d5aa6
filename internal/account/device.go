package account

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/mileusna/useragent"
	"github.com/rivo/uniseg"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// MaxDevices is how many devices an account has at once. Signing in on one more
// signs out the one that was not seen for longest.
const MaxDevices = 50

// revokedKept is how long a device that was signed out still counts as having
// been seen, for [RecoverySilence].
const revokedKept = 2 * RecoverySilence

var (
	insertDevice = db.SQL(`
		INSERT INTO devices (shard, user_id, id, name, client, token_hash, created_at, last_seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`)
	insertToken   = db.SQL(`INSERT INTO tokens (shard, hash, user_id, device_id) VALUES ($1, $2, $3, $4)`)
	deleteToken   = db.SQL(`DELETE FROM tokens WHERE shard = $1 AND hash = $2`)
	selectDevices = db.SQL(`
		SELECT id, name, client, created_at, last_seen_at FROM devices
		WHERE shard = $1 AND user_id = $2 AND revoked_at IS NULL ORDER BY last_seen_at DESC, id DESC`)
	revokeDevice = db.SQL(`
		UPDATE devices SET revoked_at = $4 WHERE shard = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL
		RETURNING token_hash`)
	forgetDevices = db.SQL(`DELETE FROM devices WHERE shard = $1 AND user_id = $2 AND revoked_at < $3`)
)

// addedDevice is a device with the only copy of its token.
type addedDevice struct {
	device  wire.Device
	token   string
	changes []Change
}

func (p *People) addDevice(ctx context.Context, tx *db.Tx, user ID, name, userAgent string) (addedDevice, error) {
	now := p.clock.Now()
	shard := db.ShardOf(user)
	if _, err := tx.Exec(ctx, forgetDevices, shard, user, now.Add(-revokedKept).UnixMilli()); err != nil {
		return addedDevice{}, err
	}
	devices, err := readDevices(ctx, tx, user)
	if err != nil {
		return addedDevice{}, err
	}
	var added addedDevice
	for i := MaxDevices - 1; i < len(devices); i++ {
		c, err := p.revoke(ctx, tx, user, DeviceID(devices[i].ID))
		if err != nil {
			return addedDevice{}, err
		}
		added.changes = append(added.changes, c)
	}
	id, err := NewID(now)
	if err != nil {
		return addedDevice{}, err
	}
	client := clientOf(userAgent)
	added.device = wire.Device{
		ID: id, Name: deviceName(name, client), Client: client,
		CreatedAt: wire.TimeOf(now), LastSeenAt: wire.TimeOf(now), Current: true,
	}
	var hash tokenHash
	added.token, hash = newToken()
	_, err = tx.Exec(ctx, insertDevice, shard, user, id, added.device.Name, client, hash[:], now.UnixMilli())
	if err != nil {
		return addedDevice{}, err
	}
	if _, err := tx.Exec(ctx, insertToken, db.ShardOfBytes(hash[:]), hash[:], user, id); err != nil {
		return addedDevice{}, err
	}
	added.changes = append(added.changes, Change{
		Kind: DeviceAdded, User: user, Device: DeviceID(id), DeviceName: added.device.Name, Client: client,
	})
	return added, nil
}

func readDevices(ctx context.Context, r db.Reader, user ID) ([]wire.Device, error) {
	return db.Select(ctx, r, func(s db.Scanner) (d wire.Device, err error) {
		return d, s.Scan(&d.ID, &d.Name, &d.Client, (*int64)(&d.CreatedAt), (*int64)(&d.LastSeenAt))
	}, selectDevices, db.ShardOf(user), user)
}

// Devices are the person's signed-in devices, the one seen last first. The
// session's own is marked as current. When one was seen is known to five minutes.
func (p *People) Devices(ctx context.Context, s Session) ([]wire.Device, error) {
	devices, err := readDevices(ctx, p.d, s.User)
	for i := range devices {
		devices[i].Current = DeviceID(devices[i].ID) == s.Device
	}
	return devices, err
}

// revoke signs a device out. It gives fault.DeviceUnknown when the person has no
// such device.
func (p *People) revoke(ctx context.Context, tx *db.Tx, user ID, device DeviceID) (Change, error) {
	hashes, err := db.Select(ctx, tx, db.Value[[]byte], revokeDevice, db.ShardOf(user), user, device, p.clock.NowMs())
	if err != nil {
		return Change{}, err
	}
	if len(hashes) == 0 {
		return Change{}, fault.New(fault.DeviceUnknown)
	}
	if _, err := tx.Exec(ctx, deleteToken, db.ShardOfBytes(hashes[0]), hashes[0]); err != nil {
		return Change{}, err
	}
	return Change{Kind: DeviceRevoked, User: user, Device: device, Token: hashes[0]}, nil
}

// Revoke signs one of the person's devices out, also the one that asks. Its
// token is refused from then on. It gives fault.DeviceUnknown for a device that
// is not theirs or is signed out already.
func (p *People) Revoke(ctx context.Context, me ID, device DeviceID) error {
	var change Change
	err := p.d.Tx(ctx, func(tx *db.Tx) (err error) {
		change, err = p.revoke(ctx, tx, me, device)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke device: %w", err)
	}
	p.tell(change)
	return nil
}

// SignOut signs the session's own device out.
func (p *People) SignOut(ctx context.Context, s Session) error {
	return p.Revoke(ctx, s.User, s.Device)
}

// RevokeOthers signs out all of the person's devices but the session's own, and
// gives their number.
func (p *People) RevokeOthers(ctx context.Context, s Session) (int, error) {
	var changes []Change
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		changes = nil
		devices, err := readDevices(ctx, tx, s.User)
		if err != nil {
			return err
		}
		for _, d := range devices {
			if DeviceID(d.ID) == s.Device {
				continue
			}
			c, err := p.revoke(ctx, tx, s.User, DeviceID(d.ID))
			if fault.Has(err, fault.DeviceUnknown) {
				continue // signed out meanwhile
			}
			if err != nil {
				return err
			}
			changes = append(changes, c)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("revoke devices: %w", err)
	}
	p.tell(changes...)
	return len(changes), nil
}

// clientOf is a user agent in words, such as "Chrome on Windows"; empty when it
// says nothing.
func clientOf(userAgent string) string {
	if len(userAgent) > 1024 {
		userAgent = userAgent[:1024]
	}
	ua := useragent.Parse(userAgent)
	switch {
	case ua.Name == "" || ua.Name == userAgent:
		return cut(printable(userAgent), maxDeviceName)
	case ua.OS == "":
		return cut(printable(ua.Name), maxDeviceName)
	}
	return cut(printable(ua.Name+" on "+ua.OS), maxDeviceName)
}

// maxDeviceName bounds a device's name, in graphemes.
const maxDeviceName = 60

func deviceName(name, client string) string {
	name = cut(strings.TrimSpace(printable(name)), maxDeviceName)
	if name == "" {
		name = client
	}
	if name == "" {
		return "Device"
	}
	return name
}

// printable leaves out what a client may not put onto other people's screens.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// cut is s without what is longer than n graphemes.
func cut(s string, n int) string {
	g := uniseg.NewGraphemes(s)
	for ; n > 0; n-- {
		if !g.Next() {
			return s
		}
	}
	_, to := g.Positions()
	return s[:to]
}
