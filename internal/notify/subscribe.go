package notify

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/push"
)

var (
	putSubscription = db.SQL(`
		INSERT INTO push_subscription (shard, user_id, device_id, kind, address, address_hash, p256dh, auth, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (shard, user_id, device_id) DO UPDATE SET kind = excluded.kind, address = excluded.address,
			address_hash = excluded.address_hash, p256dh = excluded.p256dh, auth = excluded.auth, created_at = excluded.created_at`)
	dropElsewhere = db.SQL(`DELETE FROM push_subscription WHERE address_hash = $1 AND (user_id <> $2 OR device_id <> $3)
		RETURNING user_id`)
	dropSubscription = db.SQL(`DELETE FROM push_subscription WHERE shard = $1 AND user_id = $2 AND device_id = $3`)
	kindOfDevice     = db.SQL(`SELECT kind FROM push_subscription WHERE shard = $1 AND user_id = $2 AND device_id = $3`)
	countOfUser      = db.SQL(`SELECT count(*) FROM push_subscription WHERE shard = $1 AND user_id = $2`)
	dropSignedOut    = db.SQL(`DELETE FROM push_subscription WHERE NOT EXISTS (SELECT 1 FROM devices AS d
		WHERE d.shard = push_subscription.shard AND d.user_id = push_subscription.user_id AND d.id = push_subscription.device_id
		AND d.revoked_at IS NULL)`)
)

// addressHash finds a subscription by where it leads, without the address itself
// in an index.
func addressHash(s *push.Subscription) []byte {
	sum := sha256.Sum256([]byte(string(s.Kind) + " " + s.Address()))
	return sum[:]
}

// Subscribe says where a device is woken; it takes the place of what the device
// said before. An address leads to one device: who else had it, as the person who
// used the same browser before, is no longer woken there. It gives
// fault.PushUnsupported for a kind that the server has no way to, and
// fault.PushInvalid for a subscription that cannot be right.
func (n *Notify) Subscribe(ctx context.Context, s account.Session, sub push.Subscription) error {
	if err := n.push.Check(&sub); errors.Is(err, push.ErrUnsupported) {
		return fault.New(fault.PushUnsupported).In("kind")
	} else if err != nil {
		return fault.New(fault.PushInvalid).Because(err)
	}
	var others []account.ID
	err := n.db.Tx(ctx, func(tx *db.Tx) (err error) {
		hash := addressHash(&sub)
		if others, err = db.Select(ctx, tx, db.Value[account.ID], dropElsewhere, hash, s.User, s.Device); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, putSubscription, db.ShardOf(s.User), s.User, s.Device, string(sub.Kind), sub.Address(), hash,
			sub.P256dh, sub.Auth, n.clock.NowMs())
		return err
	})
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	for _, other := range others {
		if err := n.recount(ctx, other); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
	}
	return n.recount(ctx, s.User)
}

// Unsubscribe says that a device is no longer to be woken. Saying it twice is
// saying it once.
func (n *Notify) Unsubscribe(ctx context.Context, s account.Session) error {
	err := n.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropSubscription, db.ShardOf(s.User), s.User, s.Device)
		return err
	})
	if err = errors.Join(err, n.recount(ctx, s.User)); err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	return nil
}

// Subscribed is the kind by which a device is woken, empty when it is not.
func (n *Notify) Subscribed(ctx context.Context, s account.Session) (push.Kind, error) {
	kinds, err := db.Select(ctx, n.db, db.Value[string], kindOfDevice, db.ShardOf(s.User), s.User, s.Device)
	if err != nil || len(kinds) == 0 {
		return "", err
	}
	return push.Kind(kinds[0]), nil
}

// Kinds are the kinds of devices that the server can wake.
func (n *Notify) Kinds() []push.Kind {
	var kinds []push.Kind
	for _, k := range []push.Kind{push.Web, push.APNs, push.FCM} {
		if n.push.Has(k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// WebKey is the public key with which browsers subscribe.
func (n *Notify) WebKey() []byte { return n.push.PublicKey() }

// recount sets the index right for a person of whom subscriptions have come or gone.
func (n *Notify) recount(ctx context.Context, user account.ID) error {
	n.counting.Lock() // so that an older count does not take the place of a newer one
	defer n.counting.Unlock()
	var count int
	if err := n.db.QueryRow(ctx, countOfUser, db.ShardOf(user), user).Scan(&count); err != nil {
		return err
	}
	if n.index.set(user, count > 0) && count > 0 {
		n.wanted(user)
	}
	return nil
}

// changed hears of devices that are signed out. Their subscriptions are passed
// over from then on; the rows go with the next look.
func (n *Notify) changed(c account.Change) {
	if c.Kind == account.DeviceRevoked || c.Kind == account.AccountDeleted {
		n.signedOut.Store(true)
	}
}

// forgetSignedOut removes the subscriptions of devices that are signed out.
func (n *Notify) forgetSignedOut(ctx context.Context) error {
	return n.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropSignedOut)
		return err
	})
}
