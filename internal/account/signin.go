package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// SignIn is what a client brings to sign in or to sign up. Only Phone, Code and
// Client have to be set.
type SignIn struct {
	Phone  string // E.164
	Code   string // the six digits
	Client Client // the one that asked for the code

	// PIN of the account, if it has one.
	PIN string
	// Fresh starts a new account although the number has one: the PIN is
	// forgotten, or the number was somebody else's. The old account ends, and
	// nothing of it is carried over. See [RecoverySilence].
	Fresh bool

	// DeviceName is what the person calls the device; UserAgent what the client
	// calls itself.
	DeviceName, UserAgent string

	// The profile of a new account. Without a name it is the number's last
	// digits; what else is missing, or not known here, comes from the number.
	Name, Language, TimeZone, Country string

	// TermsVersion and PrivacyVersion are the texts that the person was shown.
	// Empty means the current ones: who signs in accepts them, as the page says.
	TermsVersion, PrivacyVersion string

	// SetupToken is that of the set-up link, which makes an administrator.
	SetupToken string
}

// SignedIn is what a client has after signing in.
type SignedIn struct {
	Token   string // to be kept by the client alone
	Session Session
	User    wire.Me
	Device  wire.Device
	New     bool // the account was made just now
}

// RecoverySilence is how long none of an account's devices may have been seen
// before its number can start a fresh account without the PIN. Whoever still
// uses the account is protected from a stolen or cloned SIM for ever; whoever
// gets a recycled number waits a week at most.
const RecoverySilence = 7 * 24 * time.Hour

// maxSignInRaces bounds how often a sign-in starts over because the number got
// another account meanwhile.
const maxSignInRaces = 3

var errRace = errors.New("the number's account has changed meanwhile")

// SignIn makes a device of the number's account, and the account if there is
// none. The code is spent only when it succeeds, so the same code goes with the
// PIN in a second call.
//
// It gives fault.CodeInvalid, CodeExpired or CodeLimit; PINRequired or
// PINInvalid; RecoveryPending when Fresh comes too early, with the time left;
// ConsentRequired when the versions shown are not the current ones; NameInvalid;
// SetupLinkInvalid.
func (p *People) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	number, err := parsePhone(in.Phone)
	if err != nil {
		return SignedIn{}, err
	}
	if err := p.checkConsent(in.TermsVersion, in.PrivacyVersion); err != nil {
		return SignedIn{}, err
	}
	if in.Name != "" {
		if in.Name, err = cleanName(in.Name); err != nil {
			return SignedIn{}, err
		}
	}
	for range maxSignInRaces {
		out, err := p.signIn(ctx, number, in)
		if !errors.Is(err, errRace) && !db.IsUnique(err) {
			return out, err
		}
	}
	return SignedIn{}, fmt.Errorf("sign in: %w", errRace)
}

// signIn takes two transactions, because a PIN is compared in between: that
// takes 20 ms of processor, and on SQLite everybody's writes would wait.
func (p *People) signIn(ctx context.Context, number phone, in SignIn) (SignedIn, error) {
	var verdict error
	var was owner
	err := p.d.Tx(ctx, func(tx *db.Tx) (err error) {
		verdict, err = p.checkCode(ctx, tx, number, forSignIn, in.Code, in.Client)
		if verdict != nil || err != nil {
			return err
		}
		was, err = readOwner(ctx, tx, number)
		if err != nil || was.pinHash == "" || in.Fresh {
			return err
		}
		if in.PIN == "" {
			verdict = fault.New(fault.PINRequired)
			return nil
		}
		verdict, err = p.takePINTry(ctx, tx, was.id)
		return err
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	if verdict != nil {
		return SignedIn{}, verdict
	}
	if was.pinHash != "" && !in.Fresh {
		if err := p.comparePIN(ctx, was.pinHash, in.PIN); err != nil {
			return SignedIn{}, err
		}
	}
	if in.Fresh {
		// What this node knows of the old devices counts too.
		if err := p.writeSeen(ctx); err != nil {
			return SignedIn{}, fmt.Errorf("sign in: %w", err)
		}
	}
	return p.finishSignIn(ctx, number, was, in)
}

func (p *People) finishSignIn(ctx context.Context, number phone, was owner, in SignIn) (SignedIn, error) {
	var out SignedIn
	var changes []Change
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		out, changes = SignedIn{}, nil
		if err := p.spendCode(ctx, tx, number, forSignIn, in.Code, in.Client); err != nil {
			return err
		}
		is, err := readOwner(ctx, tx, number)
		if err != nil {
			return err
		}
		if is != was {
			return errRace
		}
		user := is.id
		if in.Fresh && !user.IsZero() {
			ended, err := p.replace(ctx, tx, user)
			if err != nil {
				return err
			}
			changes, user = ended, ID{}
		}
		if user.IsZero() {
			out.New = true
			if user, err = p.create(ctx, tx, number, in); err != nil {
				return err
			}
		} else if is.pinHash != "" {
			if _, err := tx.Exec(ctx, rightPIN, db.ShardOf(user), user); err != nil {
				return err
			}
		}
		if in.SetupToken != "" {
			if err := p.useSetupLink(ctx, tx, user, in.SetupToken); err != nil {
				return err
			}
			changes = append(changes, Change{Kind: ProfileChanged, User: user})
		}
		if err := p.putConsents(ctx, tx, user, in.TermsVersion, in.PrivacyVersion); err != nil {
			return err
		}
		added, err := p.addDevice(ctx, tx, user, in.DeviceName, in.UserAgent)
		if err != nil {
			return err
		}
		person, err := readPerson(ctx, tx, user)
		if err != nil {
			return err
		}
		out.Token, out.Device, out.User = added.token, added.device, person.Me()
		out.Session = Session{User: user, Device: DeviceID(added.device.ID), Sandbox: person.Sandbox, Admin: person.Admin}
		changes = append(changes, added.changes...)
		return nil
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	p.tell(changes...)
	return out, nil
}

// replace ends the account that a number had until now, if it has been silent.
func (p *People) replace(ctx context.Context, tx *db.Tx, old ID) ([]Change, error) {
	var seen int64
	if err := tx.QueryRow(ctx, selectLastSeen, db.ShardOf(old), old).Scan(&seen); err != nil {
		return nil, err
	}
	left := time.UnixMilli(seen).Add(RecoverySilence).Sub(p.clock.Now())
	if left > 0 {
		return nil, fault.New(fault.RecoveryPending).After(left)
	}
	return p.end(ctx, tx, old, goneReplaced)
}

// selectLastSeen is when any device, also one that was signed out since, was
// there; of an account without devices when it was made.
var selectLastSeen = db.SQL(`
	SELECT coalesce(max(d.last_seen_at), max(u.created_at))
	FROM users AS u LEFT JOIN devices AS d ON d.shard = u.shard AND d.user_id = u.id
	WHERE u.shard = $1 AND u.id = $2`)

// owner is the account of a number, with what must not change between the two
// transactions of a sign-in. Zero is nobody.
type owner struct {
	id      ID
	pinHash string // empty: no PIN
}

var (
	selectPhone = db.SQL(`SELECT user_id FROM phones WHERE shard = $1 AND phone = $2`)
	insertPhone = db.SQL(`INSERT INTO phones (shard, phone, user_id) VALUES ($1, $2, $3)`)
	deletePhone = db.SQL(`DELETE FROM phones WHERE shard = $1 AND phone = $2 AND user_id = $3`)
	selectPIN   = db.SQL(`SELECT coalesce(pin_hash, '') FROM users WHERE shard = $1 AND id = $2`)
	insertUser  = db.SQL(`
		INSERT INTO users (shard, id, kind, name, status_message, phone, language, time_zone, country,
			pin_failures, pin_wait_until, is_admin, sandbox, created_at, updated_at)
		VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, 0, 0, FALSE, FALSE, $9, $9)`)
)

// numberOwner is whose number this is, zero when nobody's.
func numberOwner(ctx context.Context, r db.Reader, number phone) (ID, error) {
	var id ID
	err := r.QueryRow(ctx, selectPhone, db.ShardOfText(string(number)), string(number)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return ID{}, nil
	}
	return id, err
}

// ByPhone gives the account of a number. It is for the command line: an edge that
// offered it would tell everybody who is here. It gives fault.PhoneInvalid or
// UserUnknown.
func (p *People) ByPhone(ctx context.Context, text string) (*Person, error) {
	number, err := parsePhone(text)
	if err != nil {
		return nil, err
	}
	id, err := numberOwner(ctx, p.d, number)
	if err != nil {
		return nil, err
	}
	if id.IsZero() {
		return nil, fault.New(fault.UserUnknown)
	}
	return p.living(ctx, id)
}

func readOwner(ctx context.Context, r db.Reader, number phone) (o owner, err error) {
	if o.id, err = numberOwner(ctx, r, number); err != nil || o.id.IsZero() {
		return o, err
	}
	return o, r.QueryRow(ctx, selectPIN, db.ShardOf(o.id), o.id).Scan(&o.pinHash)
}

// create makes the account of a number.
func (p *People) create(ctx context.Context, tx *db.Tx, number phone, in SignIn) (ID, error) {
	now := p.clock.Now()
	id, err := NewID(now)
	if err != nil {
		return ID{}, err
	}
	name := in.Name
	if name == "" {
		name = number.last4()
	}
	country := in.Country
	if !isCountry(country) {
		country = number.country()
	}
	lang, ok := canonicalLanguage(in.Language)
	if !ok {
		lang = languageOf(country)
	}
	zone := in.TimeZone
	if !isTimeZone(zone) {
		zone = number.timeZone()
	}
	if _, err := tx.Exec(ctx, insertPhone, db.ShardOfText(string(number)), string(number), id); err != nil {
		return ID{}, err
	}
	_, err = tx.Exec(ctx, insertUser, db.ShardOf(id), id, kindPerson, name, string(number), lang, zone, country, now.UnixMilli())
	return id, err
}
