package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/sms"
)

// A code is six digits, good for three minutes and five tries.
const (
	codeLife  = 3 * time.Minute
	codeTries = 5
)

// Client is who asks for a code and who brings it back. A code is good only for
// the client that asked for it: somebody who sees it on a lock screen, or talks a
// person into reading it out, cannot use it.
type Client struct {
	// Binding is a random secret that the client was given before it asked, such
	// as a cookie, or that it made itself. Clients without one are told apart by
	// Address.
	Binding string
	// Address is where the request came from, an IP address.
	Address string
}

// mark is what a code is bound to, without keeping the address of anybody.
func (c Client) mark(k key) []byte {
	if c.Binding != "" {
		return k.hash("client", "binding", c.Binding)
	}
	return k.hash("client", "address", network(c.Address))
}

// CodeRequest asks for a code.
type CodeRequest struct {
	Phone    string // E.164
	Client   Client
	Language string // BCP 47, the text's; empty: that of the number's country
}

// CodeSent says that a code is on its way.
type CodeSent struct {
	Phone     string // as it is to be used with the code
	ExpiresAt time.Time
}

// What a code is for: signing in, or making the number that of an account, whose
// id then stands in its place.
const forSignIn = "sign_in"

// RequestCode sends a sign-in code to a number. The answer does not tell whether
// the number has an account. A newer code replaces the client's older one.
//
// It gives fault.PhoneInvalid, fault.CodeLimit with the time to wait, or
// fault.SMSUnavailable.
func (p *People) RequestCode(ctx context.Context, r CodeRequest) (CodeSent, error) {
	return p.requestCode(ctx, r, forSignIn)
}

var (
	putCode = db.SQL(`
		INSERT INTO codes (shard, phone, purpose, client, code_hash, tries, expires_at) VALUES ($1, $2, $3, $4, $5, 0, $6)
		ON CONFLICT (shard, phone, purpose, client)
		DO UPDATE SET code_hash = excluded.code_hash, tries = 0, expires_at = excluded.expires_at`)
	tryCode = db.SQL(`
		UPDATE codes SET tries = tries + 1 WHERE shard = $1 AND phone = $2 AND purpose = $3 AND client = $4
		RETURNING code_hash, tries, expires_at`)
	untryCode = db.SQL(`
		UPDATE codes SET tries = tries - 1 WHERE shard = $1 AND phone = $2 AND purpose = $3 AND client = $4`)
	useCode = db.SQL(`
		DELETE FROM codes
		WHERE shard = $1 AND phone = $2 AND purpose = $3 AND client = $4 AND code_hash = $5 AND expires_at > $6`)
	pastCodes = db.SQL(`DELETE FROM codes WHERE expires_at <= $1`)
)

func (p *People) requestCode(ctx context.Context, r CodeRequest, purpose string) (CodeSent, error) {
	number, err := parsePhone(r.Phone)
	if err != nil {
		return CodeSent{}, err
	}
	if !number.mayText() {
		return CodeSent{}, fault.New(fault.PhoneInvalid).In("phone")
	}
	code, err := newCode()
	if err != nil {
		return CodeSent{}, err
	}
	client := r.Client.mark(p.key)
	expires := p.clock.Now().Add(codeLife)
	err = p.d.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, putCode, db.ShardOfText(string(number)), string(number), purpose, client,
			p.codeHash(number, purpose, code), expires.UnixMilli())
		if err != nil {
			return err
		}
		exempt, err := p.isExempt(ctx, tx, number)
		if err != nil || exempt {
			return err
		}
		return p.count(ctx, tx, p.codeLimits(number, r.Client.Address))
	})
	if err != nil {
		return CodeSent{}, fmt.Errorf("request code: %w", err)
	}
	language := r.Language
	if language == "" {
		language = languageOf(number.country())
	}
	if err := p.sms.Send(ctx, sms.Message{To: string(number), Text: codeText(language, code)}); err != nil {
		return CodeSent{}, fault.New(fault.SMSUnavailable).Because(err)
	}
	return CodeSent{Phone: string(number), ExpiresAt: expires}, nil
}

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// codeHash is what is kept of a code.
func (p *People) codeHash(number phone, purpose, code string) []byte {
	return p.key.hash("code", string(number), purpose, code)
}

// checkCode compares a code with the one that the client was sent. It counts the
// try and the failure, which have to be committed whatever the verdict is; so
// the verdict (fault.CodeInvalid, CodeExpired or CodeLimit, nil for a right
// code) comes apart from err. A right code stays good until [People.spendCode].
func (p *People) checkCode(ctx context.Context, tx *db.Tx, number phone, purpose, code string, c Client) (verdict, err error) {
	exempt, err := p.isExempt(ctx, tx, number)
	if err != nil {
		return nil, err
	}
	failures := p.failureLimits(number, c.Address)
	if !exempt {
		// Before anything is compared: a guess over the limit tells nothing.
		if err := p.check(ctx, tx, failures); err != nil {
			if fault.Has(err, fault.CodeLimit) {
				return err, nil
			}
			return nil, err
		}
	}
	shard, client := db.ShardOfText(string(number)), c.mark(p.key)
	var hash []byte
	var tries, expires int64
	err = tx.QueryRow(ctx, tryCode, shard, string(number), purpose, client).Scan(&hash, &tries, &expires)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		// Nothing was sent to this client, so there was nothing to guess. If the
		// number and everybody paid for it, a stranger could lock both.
		verdict, failures = fault.New(fault.CodeInvalid).In("code"), p.strayLimits(c.Address)
	case err != nil:
		return nil, err
	case expires <= p.clock.NowMs() || tries > codeTries:
		return fault.New(fault.CodeExpired).In("code"), nil
	case hmac.Equal(hash, p.codeHash(number, purpose, code)):
		// The try is given back: the client may need the same code again, with
		// a PIN.
		_, err := tx.Exec(ctx, untryCode, shard, string(number), purpose, client)
		return nil, err
	default:
		verdict = fault.New(fault.CodeInvalid).In("code")
	}
	if exempt {
		return verdict, nil
	}
	if err := p.count(ctx, tx, failures); err != nil && !fault.Has(err, fault.CodeLimit) {
		return nil, err
	}
	return verdict, nil
}

// spendCode takes a code that checkCode found right. It gives fault.CodeExpired
// when another request was faster, or time has passed.
func (p *People) spendCode(ctx context.Context, tx *db.Tx, number phone, purpose, code string, c Client) error {
	n, err := tx.Exec(ctx, useCode, db.ShardOfText(string(number)), string(number), purpose, c.mark(p.key),
		p.codeHash(number, purpose, code), p.clock.NowMs())
	if err == nil && n == 0 {
		err = fault.New(fault.CodeExpired).In("code")
	}
	return err
}

// isExempt reports whether a number belongs to the sandbox, whose numbers no
// limit counts.
func (p *People) isExempt(ctx context.Context, r db.Reader, number phone) (bool, error) {
	if !p.options.Sandbox {
		return false, nil
	}
	if number.isSandbox() {
		return true, nil
	}
	owner, err := numberOwner(ctx, r, number)
	if err != nil || owner.IsZero() {
		return false, err
	}
	person, err := readPerson(ctx, r, owner)
	if err != nil {
		return false, err
	}
	return person.Sandbox, nil
}
