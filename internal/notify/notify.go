// Package notify answers: whose sleeping devices are woken for a message, and
// what do they show?
//
// A member none of whose devices has a message two seconds after its commit is
// woken: each of their subscribed devices gets a notification, one per room, which
// the next one of the room replaces. Reading takes it back everywhere.
//
// Nothing is queued per receiver. A cursor follows the feed of each shard of the
// room log (follow.go); what the rows after it changed is gone through in rounds
// (round.go), whose progress is written after each batch of notifications. So
// after a crash everybody is woken, and at most one batch twice: a device knows a
// repeat by the number of the message. What a push service cannot take now is a row
// that is due later (retry.go).
//
// # Goroutines
//
// One that looks four times a second for what is due, at most [parallel] rounds at
// once, one batch of notifications on its way, one that takes back, one
// that tries again, one that joins writes. All are started and ended by
// [Notify.Run].
package notify

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/roomlog"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/push"
)

// Config is what notifications stand on. All but Logger are needed.
type Config struct {
	DB       *db.DB
	Chat     *chat.Chat
	Accounts *account.People
	Push     *push.Service
	Bus      *bus.Local
	Clock    *clock.Clock
	Logger   *slog.Logger
}

// Notify wakes devices. It is safe for concurrent use.
type Notify struct {
	db     *db.DB
	chat   *chat.Chat
	people *account.People
	push   *push.Service
	bus    *bus.Local
	clock  *clock.Clock
	log    *slog.Logger

	gather *db.Gather
	index  index
	has    has
	reads  reads
	feeds  [roomlog.Shards]feed
	rest   time.Time // nothing is sent before, because something failed; of follow
	// signedOut says that there may be subscriptions of devices that are signed out.
	signedOut atomic.Bool
	slots     chan struct{} // one for each notification on its way
	again     chan struct{} // one for each that is tried again
	tests     chan struct{} // one for each test
	tried     tried
	slow      slow

	counting sync.Mutex // of subscriptions
	mu       sync.Mutex
	onWanted []func(user account.ID)
}

const (
	// Patience is how long after its commit a message waits for a device to say
	// that it has it.
	Patience = 2 * time.Second
	// Grace is how much longer what was there before a start waits: devices that had
	// it have to come back first and say so again.
	Grace = 5 * time.Second
	// tick is how often is looked for what is due.
	tick = 250 * time.Millisecond
	// parallel is how many shards are gone through at once.
	parallel = 16
	// sending is how many notifications are on their way at once.
	sending = 256
	// maxAge is how old a message may be to wake anybody: after a long stop, or
	// for a device that was not reached.
	maxAge = 24 * time.Hour
)

// Open prepares notifications and listens to the bus from then on. The caller runs
// [Notify.Run].
func Open(ctx context.Context, c Config) (*Notify, error) {
	n := &Notify{
		db: c.DB, chat: c.Chat, people: c.Accounts, push: c.Push, bus: c.Bus, clock: c.Clock, log: c.Logger,
		gather: db.NewGather(c.DB, 2*parallel), slots: make(chan struct{}, sending), again: make(chan struct{}, retryStep), tests: make(chan struct{}, maxTests),
	}
	if n.log == nil {
		n.log = slog.Default()
	}
	if err := n.forgetSignedOut(ctx); err != nil {
		return nil, err
	}
	if err := n.loadIndex(ctx); err != nil {
		return nil, err
	}
	if err := n.loadCursors(ctx); err != nil {
		return nil, err
	}
	n.people.OnChange(n.changed)
	n.bus.Subscribe(n.hear)
	return n, nil
}

// Run wakes devices until ctx is done. What is on its way then is finished for a
// moment; the rest is done after the next start.
func (n *Notify) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	// The writes of rounds that end with ctx are still taken.
	writing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var writes errgroup.Group
	writes.Go(func() error { return n.gather.Run(writing) })
	group.Go(func() error { return n.follow(ctx) })
	group.Go(func() error { return n.takeBack(ctx) })
	group.Go(func() error { return n.tryAgain(ctx) })
	err := group.Wait()
	stop()
	return errors.Join(err, writes.Wait())
}

// trouble tells of work that failed and is tried again.
func (n *Notify) trouble(ctx context.Context, what string, err error, args ...any) {
	if err != nil && ctx.Err() == nil {
		n.log.Error(what+"; will be tried again", append(args, "cause", err)...)
	}
}
