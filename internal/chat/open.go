package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/chat/roomlog"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/media"
)

// Config is what rooms are made of.
type Config struct {
	DB *db.DB
	// Engine keeps the logs. The chat owns it from Open on and closes it, also
	// when Open fails.
	Engine   roomlog.Engine
	Accounts *account.People
	// Files are what messages can name. The chat tells them what does.
	Files *media.Files
	Bus   *bus.Local
	// Clock gives the time of entries and of limits. Nil is real time.
	Clock  *clock.Clock
	Logger *slog.Logger // nil means slog.Default()
	// Keep is how long entries are kept; 0 is for ever.
	Keep time.Duration
}

// Chat is the rooms of this server. It is safe for concurrent use.
type Chat struct {
	db       *db.DB
	log      *roomlog.Log
	accounts *account.People
	files    *media.Files
	bus      *bus.Local
	clock    *clock.Clock
	logger   *slog.Logger
	keep     time.Duration

	gather    *db.Gather // writes the projection
	followers [roomlog.Shards]follower

	// What a room is and who its parties are never changes.
	infos     *otter.Cache[RoomID, *info]
	audiences *otter.Cache[RoomID, *audience]
	limiters  *otter.Cache[UserID, *rate.Limiter]
}

// The sizes of the caches, in rooms and people. A room takes about 150 bytes
// in infos and 16 a member in audiences.
const (
	maxInfos     = 100_000
	maxAudiences = 1 << 20 // members of all cached rooms together
	maxLimiters  = 100_000
)

// gatherQueue bounds how many membership changes wait for SQL at once; further
// ones wait for a place.
const gatherQueue = 4096

// Open starts the lanes of the logs and brings the projection up to them. The
// schema must be up to date. Changes of membership are answered once Run runs.
func Open(ctx context.Context, cfg Config) (*Chat, error) {
	c := &Chat{
		db: cfg.DB, accounts: cfg.Accounts, files: cfg.Files, bus: cfg.Bus, clock: cfg.Clock, logger: cfg.Logger, keep: cfg.Keep,
		gather: db.NewGather(cfg.DB, gatherQueue),
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	for i := range c.followers {
		c.followers[i].changed = make(map[RoomID]struct{})
		c.followers[i].missed = true // read the feed from the cursor first
	}
	var err1, err2, err3 error
	c.infos, err1 = otter.New(&otter.Options[RoomID, *info]{MaximumSize: maxInfos})
	c.audiences, err2 = otter.New(&otter.Options[RoomID, *audience]{
		MaximumWeight: maxAudiences,
		Weigher:       func(_ RoomID, a *audience) uint32 { return uint32(len(a.present)) + 10 },
	})
	c.limiters, err3 = otter.New(&otter.Options[UserID, *rate.Limiter]{MaximumSize: maxLimiters})
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, errors.Join(fmt.Errorf("open rooms: %w", err), cfg.Engine.Close())
	}
	c.log = roomlog.New(cfg.Engine, roomlog.Options{Now: cfg.Clock.Now, OnCommit: c.tell, Logger: c.logger})
	c.files.Hold(c)
	if err := c.replay(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("replay rooms into SQL: %w", err), c.Close())
	}
	return c, nil
}

// Run writes the projection, and removes what is too old, until ctx is done.
func (c *Chat) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.gather.Run(ctx) })
	g.Go(func() error { return c.follow(ctx) })
	g.Go(func() error { return c.retain(ctx) })
	return g.Wait()
}

// Close refuses further changes, finishes those under way, and closes the
// logs.
func (c *Chat) Close() error {
	err := c.log.Close()
	c.infos.StopAllGoroutines()
	c.audiences.StopAllGoroutines()
	c.limiters.StopAllGoroutines()
	return err
}

// Failed is closed when the logs can take no more changes; Err then says why.
func (c *Chat) Failed() <-chan struct{} { return c.log.Failed() }

// Err says why the logs have failed.
func (c *Chat) Err() error { return c.log.Err() }

// Epoch names the store's life; numbers of another one mean nothing.
func (c *Chat) Epoch() string { return c.log.Epoch() }

// FeedPos is the number of the shard's last feed row that is on disk.
func (c *Chat) FeedPos(ctx context.Context, shard uint8) (uint64, error) {
	return c.log.FeedPos(ctx, shard)
}
