// Package account answers: who are the people, how do they prove it, and whom
// do they know?
//
// A person has one account, found by a phone number, and signs in with a code
// sent there; each client that is signed in is a device with a token of its own.
// Accounts know each other one way: A has B in the friend list.
//
// [People] holds it all. Its methods check every rule themselves, so that any
// edge may call them with what a stranger sent. What concerns other parts of the
// program after a change, such as open sockets of a device that was signed out,
// is told by a [Change].
package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/maypok86/otter/v2"

	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/sms"
	"madang/internal/wire"
)

// People are all accounts of the platform. It is safe for concurrent use.
type People struct {
	d       *db.DB
	clock   *clock.Clock
	sms     sms.Sender
	key     key
	options Options
	limits  Limits

	persons  *otter.Cache[ID, *Person]
	sessions *otter.Cache[tokenHash, *signedIn]
	blocks   *otter.Cache[ID, idSet] // by who blocks

	seen     seen
	pinSlots chan struct{} // bounds the PINs hashed at once, 19 MiB each
	changes  changes
	leaving  func(ctx context.Context, user ID) error // nil, or set before Run
}

// Options are what the program decides. The zero value of a field is its
// default, except for Key.
type Options struct {
	// Key is the secret behind keyed hashes, see [LoadKey]. 32 bytes.
	Key []byte
	// Sandbox says that no real message is ever sent: numbers that
	// [People.CreateTestUsers] hands out are then exempt from limits, and
	// addresses are not counted.
	Sandbox bool
	// TermsVersion and PrivacyVersion name the texts that people accept now.
	// Empty means "1".
	TermsVersion, PrivacyVersion string
	// Limits bound sign-in.
	Limits Limits
	// CheckPhoto tells whether a person may use a photo for their profile; it
	// gives fault.MediaUnknown or fault.MediaKind if not. Without it no photo
	// can be set.
	CheckPhoto func(ctx context.Context, tx *db.Tx, owner ID, photo wire.ID) error
	// PhotoLeft is told of a photo that a profile no longer shows, when that is
	// on disk. Nil: nobody is.
	PhotoLeft func(ctx context.Context, photo wire.ID)
	// Log takes what nobody is told in an answer. Nil means slog's default.
	Log *slog.Logger
}

// Sizes of the caches, in entries. A person takes about 400 bytes, a session
// 200.
const (
	cachedPersons  = 100_000
	cachedSessions = 100_000
	cachedBlocks   = 100_000
)

// cacheTTL is how long another node may go on with what was cached when the hint
// of a change is lost. It is short for sessions, where it is about a stolen
// phone.
const (
	cacheTTL   = time.Minute
	sessionTTL = 10 * time.Second
)

// Open prepares the accounts in d. The caller runs [People.Run] and calls
// [People.Close] at the end.
func Open(d *db.DB, c *clock.Clock, sender sms.Sender, o Options) (*People, error) {
	if len(o.Key) != keyBytes {
		return nil, fmt.Errorf("account: the key has %d bytes, not %d", len(o.Key), keyBytes)
	}
	if sender == nil {
		return nil, errors.New("account: no SMS sender")
	}
	if o.TermsVersion == "" {
		o.TermsVersion = "1"
	}
	if o.PrivacyVersion == "" {
		o.PrivacyVersion = "1"
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	p := &People{
		d: d, clock: c, sms: sender, key: key(o.Key), options: o,
		limits:   o.Limits.filled(o.Sandbox),
		pinSlots: make(chan struct{}, max(2, runtime.NumCPU())),
	}
	var err error
	p.persons, err = otter.New(&otter.Options[ID, *Person]{
		MaximumSize: cachedPersons, ExpiryCalculator: otter.ExpiryWriting[ID, *Person](cacheTTL),
	})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	p.sessions, err = otter.New(&otter.Options[tokenHash, *signedIn]{
		MaximumSize: cachedSessions, ExpiryCalculator: otter.ExpiryWriting[tokenHash, *signedIn](sessionTTL),
	})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	p.blocks, err = otter.New(&otter.Options[ID, idSet]{
		MaximumWeight:    10 * cachedBlocks,
		Weigher:          func(_ ID, set idSet) uint32 { return uint32(1 + len(set)) },
		ExpiryCalculator: otter.ExpiryWriting[ID, idSet](cacheTTL),
	})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	return p, nil
}

// Close ends the goroutines of the caches. p is not used afterwards.
func (p *People) Close() {
	p.persons.StopAllGoroutines()
	p.sessions.StopAllGoroutines()
	p.blocks.StopAllGoroutines()
}
