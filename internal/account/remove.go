package account

import (
	"context"
	"fmt"

	"madang/internal/db"
	"madang/internal/fault"
)

// removeBatch is how many other people's rows about somebody who left are
// removed in one transaction.
const removeBatch = 1000

var (
	endUser = db.SQL(`
		UPDATE users SET name = '', status_message = '', photo_id = NULL, handle = NULL, phone = NULL, language = '',
			time_zone = '', country = '', pin_hash = NULL, is_admin = FALSE, gone = $3, gone_at = $4, updated_at = $4
		WHERE shard = $1 AND id = $2 AND gone IS NULL`)
	deleteDevices  = db.SQL(`DELETE FROM devices WHERE shard = $1 AND user_id = $2`)
	deleteConsents = db.SQL(`DELETE FROM consents WHERE shard = $1 AND user_id = $2`)
	deleteBook     = db.SQL(`DELETE FROM contact_books WHERE shard = $1 AND user_id = $2`)
	deleteBlocks   = db.SQL(`DELETE FROM blocks WHERE shard = $1 AND user_id = $2`)
	deleteFriends  = db.SQL(`DELETE FROM friends WHERE shard = $1 AND user_id = $2`)
	unknowMany     = db.SQL(`
		DELETE FROM known_by WHERE owner_id = $1 AND (shard, user_id) IN (SELECT k.shard, k.id FROM {keys $2} AS k)`)
	insertLeaving  = db.SQL(`INSERT INTO leavings (shard, user_id) VALUES ($1, $2)`)
	selectLeavings = db.SQL(`SELECT user_id FROM leavings LIMIT 100`)
	deleteLeaving  = db.SQL(`DELETE FROM leavings WHERE shard = $1 AND user_id = $2`)
	selectKnownBy  = db.SQL(`SELECT owner_id FROM known_by WHERE shard = $1 AND user_id = $2 LIMIT $3`)
	deleteKnownBy  = db.SQL(`DELETE FROM known_by WHERE shard = $1 AND user_id = $2 AND owner_id IN {blobs $3}`)
	unfriendMany   = db.SQL(`
		DELETE FROM friends WHERE friend_id = $1 AND (shard, user_id) IN (SELECT k.shard, k.id FROM {keys $2} AS k)`)
)

// Delete ends a person's account. Number and handle are free at once, all
// devices are signed out, and nothing of the profile is kept: rooms show a
// deleted account where the person was. It cannot be undone. It gives
// fault.PINRequired or PINInvalid when the account has a PIN.
func (p *People) Delete(ctx context.Context, me ID, pin string) error {
	if _, err := p.checkPIN(ctx, me, pin); err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	var changes []Change
	err := p.d.Tx(ctx, func(tx *db.Tx) (err error) {
		changes, err = p.end(ctx, tx, me, goneDeleted)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete account: %w", err)
	}
	p.tell(changes...)
	// The account is gone; a rest in other people's lists is not worth an error.
	p.log(ctx, "finish leaving", p.finishLeaving(ctx, me))
	return nil
}

// end makes an account one that is gone. Its rows in other people's lists may be
// many; they are removed afterwards, by finishLeaving or by the sweep.
func (p *People) end(ctx context.Context, tx *db.Tx, user ID, how string) ([]Change, error) {
	person, err := readPerson(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	shard := db.ShardOf(user)
	n, err := tx.Exec(ctx, endUser, shard, user, how, p.clock.NowMs())
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fault.New(fault.UserUnknown)
	}
	if person.Phone != "" {
		if _, err := tx.Exec(ctx, deletePhone, db.ShardOfText(person.Phone), person.Phone, user); err != nil {
			return nil, err
		}
	}
	if person.Handle != "" {
		if _, err := tx.Exec(ctx, deleteHandle, db.ShardOfText(person.Handle), person.Handle, user); err != nil {
			return nil, err
		}
	}
	var changes []Change
	devices, err := readDevices(ctx, tx, user)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		c, err := p.revoke(ctx, tx, user, DeviceID(d.ID))
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	friends, err := db.Select(ctx, tx, db.Value[ID], selectFriendIDs, shard, user)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, unknowMany, user, db.Keys(friends)); err != nil {
		return nil, err
	}
	for _, q := range []*db.Query{deleteDevices, deleteConsents, deleteBook, deleteBlocks, deleteFriends, insertLeaving} {
		if _, err := tx.Exec(ctx, q, shard, user); err != nil {
			return nil, err
		}
	}
	return append(changes, Change{Kind: AccountDeleted, User: user}), nil
}

// finishLeavings finishes the leaving of those for whom that was interrupted.
func (p *People) finishLeavings(ctx context.Context) error {
	left, err := db.Select(ctx, p.d, db.Value[ID], selectLeavings)
	if err != nil {
		return err
	}
	for _, user := range left {
		if err := p.finishLeaving(ctx, user); err != nil {
			return err
		}
	}
	return nil
}

// OnLeaving has fn called for everybody whose account has ended, until it has
// returned nil once: what other packages hold of a person outlives the account
// only that long. It may be called again after it has done its work. It is set
// before Run.
func (p *People) OnLeaving(fn func(ctx context.Context, user ID) error) { p.leaving = fn }

// finishLeaving takes somebody who left out of what others hold of them, and
// from other people's friend lists.
func (p *People) finishLeaving(ctx context.Context, user ID) error {
	if p.leaving != nil {
		if err := p.leaving(ctx, user); err != nil {
			return fmt.Errorf("leaving of %s: %w", user, err)
		}
	}
	shard := db.ShardOf(user)
	for done := false; !done; {
		err := p.d.Tx(ctx, func(tx *db.Tx) error {
			owners, err := db.Select(ctx, tx, db.Value[ID], selectKnownBy, shard, user, removeBatch)
			if err != nil {
				return err
			}
			if done = len(owners) == 0; done {
				_, err := tx.Exec(ctx, deleteLeaving, shard, user)
				return err
			}
			if _, err := tx.Exec(ctx, unfriendMany, user, db.Keys(owners)); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, deleteKnownBy, shard, user, db.Blobs(owners))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
