package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"sync/atomic"

	"github.com/maypok86/otter/v2"

	"madang/internal/db"
	"madang/internal/fault"
)

// A token is 32 random bytes. The client gets them in base64url; what is kept is
// their SHA-256: with that much chance in it, a plain hash cannot be searched.
type tokenHash [sha256.Size]byte

const tokenBytes = 32

func newToken() (string, tokenHash) {
	var b [tokenBytes]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:]), sha256.Sum256(b[:])
}

// hashToken is the hash of a token as a client sent it; false when it is none.
func hashToken(token string) (tokenHash, bool) {
	var b [tokenBytes]byte
	if base64.RawURLEncoding.DecodedLen(len(token)) != tokenBytes {
		return tokenHash{}, false
	}
	if _, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(token)); err != nil {
		return tokenHash{}, false
	}
	return sha256.Sum256(b[:]), true
}

func tokenHashOf(b []byte) (tokenHash, bool) {
	if len(b) != len(tokenHash{}) {
		return tokenHash{}, false
	}
	return tokenHash(b), true
}

// Session says whose device speaks.
type Session struct {
	User    ID
	Device  DeviceID
	Sandbox bool // exempt from daily and rate limits
	Admin   bool
}

// signedIn is a session in the cache.
type signedIn struct {
	Session
	seen atomic.Int64 // when the device was last noted as seen, Unix ms
}

var (
	selectToken = db.SQL(`SELECT user_id, device_id FROM tokens WHERE shard = $1 AND hash = $2`)
	selectSeen  = db.SQL(`SELECT last_seen_at FROM devices WHERE shard = $1 AND user_id = $2 AND id = $3 AND revoked_at IS NULL`)
)

// Authenticate tells whose token this is, and notes that the device was seen. It
// gives fault.SignInRequired without a token and fault.TokenInvalid for one that
// is none or was revoked. On the node that revokes, a token is refused from that
// moment; on the others when they hear of it, at most ten seconds later.
func (p *People) Authenticate(ctx context.Context, token string) (Session, error) {
	if token == "" {
		return Session{}, fault.New(fault.SignInRequired)
	}
	hash, ok := hashToken(token)
	if !ok {
		return Session{}, fault.New(fault.TokenInvalid)
	}
	s, err := p.sessions.Get(ctx, hash, otter.LoaderFunc[tokenHash, *signedIn](p.loadSession))
	if errors.Is(err, otter.ErrNotFound) {
		return Session{}, fault.New(fault.TokenInvalid)
	}
	if err != nil {
		return Session{}, err
	}
	p.note(s)
	return s.Session, nil
}

// Knows reports whether [People.Authenticate] can tell whose token this is
// without asking the database.
func (p *People) Knows(token string) bool {
	hash, ok := hashToken(token)
	if !ok {
		return false
	}
	_, known := p.sessions.GetIfPresent(hash)
	return known
}

func (p *People) loadSession(ctx context.Context, hash tokenHash) (*signedIn, error) {
	ctx = context.WithoutCancel(ctx) // others may wait for this load too
	s := &signedIn{}
	err := p.d.QueryRow(ctx, selectToken, db.ShardOfBytes(hash[:]), hash[:]).Scan(&s.User, &s.Device)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, otter.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	var seen int64
	err = p.d.QueryRow(ctx, selectSeen, db.ShardOf(s.User), s.User, s.Device).Scan(&seen)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, otter.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	s.seen.Store(seen)
	person, err := readPerson(ctx, p.d, s.User)
	if err != nil {
		return nil, err
	}
	if person.Deleted {
		return nil, otter.ErrNotFound
	}
	s.Sandbox, s.Admin = person.Sandbox, person.Admin
	return s, nil
}
