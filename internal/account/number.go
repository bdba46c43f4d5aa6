package account

import (
	"context"
	"fmt"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// RequestNumber sends a code to the number that a person wants to have instead
// of their present one. Like [People.RequestCode] it does not tell whether the
// number has an account.
func (p *People) RequestNumber(ctx context.Context, me ID, r CodeRequest) (CodeSent, error) {
	person, err := p.living(ctx, me)
	if err != nil {
		return CodeSent{}, err
	}
	if r.Language == "" {
		r.Language = person.Language
	}
	return p.requestCode(ctx, r, forNumberOf(me))
}

// forNumberOf is the purpose of a code that changes a person's number: it can
// neither sign in nor change another's.
func forNumberOf(me ID) string { return me.String() }

// NumberChange is what a person brings to change their number.
type NumberChange struct {
	Phone  string // the new number, E.164
	Code   string // that was sent there
	Client Client
	PIN    string // if the account has one
}

var updateNumber = db.SQL(`UPDATE users SET phone = $3, updated_at = $4 WHERE shard = $1 AND id = $2 AND gone IS NULL`)

// SetNumber gives a person's account another number. Friends who found them by
// the old number keep them, but do not see the new number unless they are in
// the person's own list.
//
// It gives fault.CodeInvalid, CodeExpired or CodeLimit, PINRequired, PINInvalid,
// or PhoneTaken; that only to somebody who holds the number.
func (p *People) SetNumber(ctx context.Context, me ID, in NumberChange) (wire.Me, error) {
	number, err := parsePhone(in.Phone)
	if err != nil {
		return wire.Me{}, err
	}
	if _, err := p.checkPIN(ctx, me, in.PIN); err != nil {
		return wire.Me{}, fmt.Errorf("set number: %w", err)
	}
	purpose := forNumberOf(me)
	var verdict error
	err = p.d.Tx(ctx, func(tx *db.Tx) (err error) {
		verdict, err = p.checkCode(ctx, tx, number, purpose, in.Code, in.Client)
		return err
	})
	if err != nil {
		return wire.Me{}, fmt.Errorf("set number: %w", err)
	}
	if verdict != nil {
		return wire.Me{}, verdict
	}
	var after *Person
	err = p.d.Tx(ctx, func(tx *db.Tx) error {
		if err := p.spendCode(ctx, tx, number, purpose, in.Code, in.Client); err != nil {
			return err
		}
		now, err := readPerson(ctx, tx, me)
		if err != nil {
			return err
		}
		if now.Phone == string(number) {
			after = now
			return nil
		}
		owner, err := numberOwner(ctx, tx, number)
		if err != nil {
			return err
		}
		if !owner.IsZero() {
			return fault.New(fault.PhoneTaken).In("phone")
		}
		if now.Phone != "" {
			if _, err := tx.Exec(ctx, deletePhone, db.ShardOfText(now.Phone), now.Phone, me); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, insertPhone, db.ShardOfText(string(number)), string(number), me); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, updateNumber, db.ShardOf(me), me, string(number), p.clock.NowMs())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.UserUnknown)
		}
		after, err = readPerson(ctx, tx, me)
		return err
	})
	if db.IsUnique(err) {
		// Somebody signed up with it in the same moment.
		err = fault.New(fault.PhoneTaken).In("phone")
	}
	if err != nil {
		return wire.Me{}, fmt.Errorf("set number: %w", err)
	}
	p.tell(Change{Kind: ProfileChanged, User: me})
	return after.Me(), nil
}
