package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"madang/internal/db"
	"madang/internal/fault"
)

// Cost of a PIN's hash: the second choice of the OWASP Password Storage Cheat
// Sheet for argon2id, 19 MiB and two passes. The parameters stand in each hash,
// so that they can be raised.
const (
	argonMemory = 19 << 10 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// After five wrong PINs in a row the account takes none for an hour, after ten
// and each further five for a day. Each of those tries also takes a code sent to
// the number.
const (
	pinTries     = 5
	pinFirstWait = time.Hour
	pinNextWait  = 24 * time.Hour
)

// checkPINForm tells whether a text can be a PIN: four to eight digits.
func checkPINForm(pin string) error {
	if len(pin) < 4 || len(pin) > 8 || strings.Trim(pin, "0123456789") != "" {
		return fault.Newf(fault.ProfileInvalid, "A PIN has 4 to 8 digits.").In("pin")
	}
	return nil
}

var (
	countPIN = db.SQL(`
		UPDATE users SET
			pin_failures   = pin_failures + 1,
			pin_wait_until = CASE
				WHEN (pin_failures + 1) % 5 <> 0 THEN pin_wait_until
				WHEN pin_failures + 1 <= 5       THEN $4
				ELSE $5 END
		WHERE shard = $1 AND id = $2 AND pin_wait_until <= $3`)
	selectPINWait = db.SQL(`SELECT pin_wait_until FROM users WHERE shard = $1 AND id = $2`)
	rightPIN      = db.SQL(`UPDATE users SET pin_failures = 0, pin_wait_until = 0 WHERE shard = $1 AND id = $2`)
	updatePIN     = db.SQL(`
		UPDATE users SET pin_hash = $3, pin_failures = 0, pin_wait_until = 0, updated_at = $4
		WHERE shard = $1 AND id = $2 AND coalesce(pin_hash, '') = $5 AND gone IS NULL`)
)

// takePINTry counts a try before the PIN is compared, so that a thousand tries
// at once are five. The verdict is fault.PINInvalid with the time to wait when
// there is none left; rightPIN gives the tries back.
func (p *People) takePINTry(ctx context.Context, tx *db.Tx, user ID) (verdict, err error) {
	now := p.clock.Now()
	n, err := tx.Exec(ctx, countPIN, db.ShardOf(user), user, now.UnixMilli(),
		now.Add(pinFirstWait).UnixMilli(), now.Add(pinNextWait).UnixMilli())
	if err != nil || n > 0 {
		return nil, err
	}
	var until int64
	if err := tx.QueryRow(ctx, selectPINWait, db.ShardOf(user), user).Scan(&until); err != nil {
		return nil, err
	}
	wait := time.UnixMilli(until).Sub(now)
	return fault.Newf(fault.PINInvalid, "Too many wrong PINs; wait before trying again.").In("pin").After(wait), nil
}

// comparePIN gives fault.PINInvalid when pin is not the one of hash.
func (p *People) comparePIN(ctx context.Context, hash, pin string) error {
	if checkPINForm(pin) != nil {
		return fault.New(fault.PINInvalid).In("pin")
	}
	release, err := p.pinSlot(ctx)
	if err != nil {
		return err
	}
	defer release()
	right, err := pinMatches(hash, pin)
	if err != nil {
		return err
	}
	if !right {
		return fault.New(fault.PINInvalid).In("pin")
	}
	return nil
}

// pinSlot waits until another PIN may be hashed.
func (p *People) pinSlot(ctx context.Context) (release func(), err error) {
	select {
	case p.pinSlots <- struct{}{}:
		return func() { <-p.pinSlots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// checkPIN asks a person who is signed in for their PIN before something that a
// stolen phone must not do. Without a PIN there is nothing to ask. It gives
// fault.PINRequired or fault.PINInvalid, and the hash that was compared.
func (p *People) checkPIN(ctx context.Context, user ID, pin string) (hash string, err error) {
	var verdict error
	err = p.d.Tx(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, selectPIN, db.ShardOf(user), user).Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.UserUnknown)
		}
		if err != nil || hash == "" {
			return err
		}
		if pin == "" {
			verdict = fault.New(fault.PINRequired)
			return nil
		}
		verdict, err = p.takePINTry(ctx, tx, user)
		return err
	})
	if err != nil || verdict != nil || hash == "" {
		return hash, errors.Join(err, verdict)
	}
	if err := p.comparePIN(ctx, hash, pin); err != nil {
		return hash, err
	}
	return hash, p.d.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, rightPIN, db.ShardOf(user), user)
		return err
	})
}

// SetPIN sets, changes or (with an empty pin) removes the PIN that signing in on
// a new device asks for. If there is one already, old has to be it. It gives
// fault.PINRequired, PINInvalid, or ProfileInvalid for what is no PIN.
func (p *People) SetPIN(ctx context.Context, me ID, old, pin string) error {
	var hash sql.NullString
	if pin != "" {
		if err := checkPINForm(pin); err != nil {
			return err
		}
	}
	before, err := p.checkPIN(ctx, me, old)
	if err != nil {
		return fmt.Errorf("set PIN: %w", err)
	}
	if pin != "" {
		release, err := p.pinSlot(ctx)
		if err != nil {
			return err
		}
		hash.String, hash.Valid = hashPIN(pin), true
		release()
	}
	err = p.d.Tx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, updatePIN, db.ShardOf(me), me, hash, p.clock.NowMs(), before)
		if err == nil && n == 0 {
			// Another device has set one meanwhile.
			return fault.New(fault.PINRequired)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set PIN: %w", err)
	}
	p.tell(Change{Kind: ProfileChanged, User: me})
	return nil
}

// hashPIN is the PIN's hash in the PHC string format
// (https://github.com/P-H-C/phc-string-format).
func hashPIN(pin string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(pin), salt, argonTime, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemory, argonTime, argonLanes, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

var errPINHash = errors.New("stored PIN hash is not one of ours")

func pinMatches(hash, pin string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errPINHash
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errPINHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false, errPINHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errPINHash
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) == 0 {
		return false, errPINHash
	}
	got := argon2.IDKey([]byte(pin), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
