// Package pglog keeps room logs in PostgreSQL, for any number of nodes: how do
// several nodes give numbers in the same rooms without ever disagreeing?
//
// A commit is one READ COMMITTED transaction over one shard. It first locks
// the shard's row, which puts the commits of all nodes in an order and makes
// deadlocks impossible; the statements that follow see everything that the
// commits before it left. It takes two round trips: lock and reads, writes and
// COMMIT.
package pglog

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
)

// Options of an engine. The zero value is right for a server.
type Options struct {
	// Conns is how many commits of this node may run at once. 0 means 16; the
	// lanes whose turn has not come gather larger batches meanwhile.
	Conns int
	// Patience is how long a commit is tried again while the database is away.
	// 0 means 20 s. Then its ops are answered with fault.StoreAway.
	Patience time.Duration
}

// Engine is a roomlog.Engine over PostgreSQL.
type Engine struct {
	pool   *pgxpool.Pool
	opts   Options
	epoch  string
	failed chan struct{} // never closed: a lost database may come back
}

var _ roomlog.Engine = (*Engine)(nil)

// Open gives the engine over a migrated database, which must be PostgreSQL.
func Open(ctx context.Context, d *db.DB, opts Options) (*Engine, error) {
	if d.Pool() == nil {
		return nil, errors.New("open room log: the database is not PostgreSQL")
	}
	if opts.Conns == 0 {
		opts.Conns = 16
	}
	if opts.Patience == 0 {
		opts.Patience = 20 * time.Second
	}
	config := d.Pool().Config()
	config.MaxConns = int32(opts.Conns)
	config.MinConns = 0
	// Whatever the server's default is: a commit is acknowledged when its
	// transaction is on disk.
	config.ConnConfig.RuntimeParams["synchronous_commit"] = "on"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open room log: %w", err)
	}
	e := &Engine{pool: pool, opts: opts, failed: make(chan struct{})}
	if err := e.prepare(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open room log: %w", err)
	}
	return e, nil
}

// prepare makes the rows that must exist: the epoch and one per shard.
func (e *Engine) prepare(ctx context.Context) error {
	_, err := e.pool.Exec(ctx, `INSERT INTO roomlog_epoch (one, epoch) VALUES (TRUE, $1) ON CONFLICT DO NOTHING`, rand.Text())
	if err != nil {
		return err
	}
	if err := e.pool.QueryRow(ctx, `SELECT epoch FROM roomlog_epoch`).Scan(&e.epoch); err != nil {
		return err
	}
	shards := make([]int32, roomlog.Shards)
	for s := range shards {
		shards[s] = stored(uint8(s))
	}
	_, err = e.pool.Exec(ctx, `INSERT INTO roomlog_shard (shard, pos) SELECT s, 0 FROM unnest($1::int[]) AS s ON CONFLICT DO NOTHING`, shards)
	return err
}

func stored(shard uint8) int32 { return db.Shard(shard).Stored() }

// Epoch implements roomlog.Reader.
func (e *Engine) Epoch() string { return e.epoch }

// Lanes implements roomlog.Engine. A commit never spans shards, so each has
// its own lane.
func (e *Engine) Lanes() int { return roomlog.Shards }

// Parallel implements roomlog.Engine.
func (e *Engine) Parallel() int { return e.opts.Conns }

// Failed implements roomlog.Engine.
func (e *Engine) Failed() <-chan struct{} { return e.failed }

// Err implements roomlog.Engine.
func (e *Engine) Err() error { return nil }

// Close implements roomlog.Engine.
func (e *Engine) Close() error {
	e.pool.Close()
	return nil
}

// Commit implements roomlog.Engine. While the database is away, or after it
// broke off a transaction, the commit is tried again. Whether a transaction
// that was cut off at its COMMIT took place is told by the token in its feed
// row, so nothing is done twice.
func (e *Engine) Commit(ctx context.Context, b *roomlog.Batch) error {
	token, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return err
	}
	c := commit{batch: b, shard: roomlog.ShardOf(b.Ops[0].Room), token: token.Int64()}
	deadline := time.Now().Add(e.opts.Patience)
	pause := 10 * time.Millisecond
	for {
		err := c.try(ctx, e.pool)
		if err == nil {
			return nil
		}
		if !passing(err) || ctx.Err() != nil || time.Now().Add(pause).After(deadline) {
			return fault.New(fault.StoreAway).Because(fmt.Errorf("commit of %d ops in shard %d: %w", len(b.Ops), c.shard, err))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(pause*2, time.Second)
	}
}

// passing reports whether the same transaction may succeed when tried again:
// the server was away or is going, or it chose this transaction to fail.
func passing(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code[:2] {
		case "08", "40", "53", "55", "57", "25": // connection, rollback, resources, lock, operator, read-only after failover
			return true
		}
		return false
	}
	return true
}

// commit is one batch on its way into the database.
type commit struct {
	batch *roomlog.Batch
	shard uint8
	token int64
	// pos is the feed row of the last try, 0 before one got that far.
	pos uint64
}

func (c *commit) try(ctx context.Context, pool *pgxpool.Pool) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // destroys connections that are inside a transaction
	base, pos, done, err := c.read(ctx, conn.Conn())
	if err != nil {
		return errors.Join(err, rollback(ctx, conn))
	}
	if done {
		c.batch.Pos[c.shard] = c.pos
		return rollback(ctx, conn)
	}
	if err := c.batch.Run(base); err != nil {
		return errors.Join(fmt.Errorf("apply to room log: %w", err), rollback(ctx, conn))
	}
	w := writes{shard: stored(c.shard)}
	w.drafts(c.batch.Order)
	for _, d := range c.batch.Order {
		if d.TrimFrom == 0 {
			continue
		}
		if err := w.trim(ctx, conn.Conn(), d); err != nil {
			return errors.Join(fmt.Errorf("trim: %w", err), rollback(ctx, conn))
		}
	}
	if w.queued == 0 {
		return rollback(ctx, conn)
	}
	written := uint64(0)
	if rooms := c.batch.Feeds()[c.shard]; len(rooms) > 0 {
		written = pos + 1
		c.pos = written
		w.feed(written, c.token, rooms)
	}
	w.queue(`COMMIT`)
	if err := conn.SendBatch(ctx, &w.batch).Close(); err != nil {
		return errors.Join(fmt.Errorf("write: %w", err), rollback(ctx, conn))
	}
	c.batch.Pos[c.shard] = written
	return nil
}

// rollback ends the transaction. When that fails the connection is closed,
// which has the same effect.
func rollback(ctx context.Context, conn *pgxpool.Conn) error {
	if conn.Conn().IsClosed() || conn.Conn().PgConn().TxStatus() == 'I' {
		return nil
	}
	if _, err := conn.Exec(ctx, `ROLLBACK`); err != nil {
		return conn.Conn().Close(ctx)
	}
	return nil
}

// read begins the transaction, locks the shard and reads what the ops name.
// done says that an earlier try of the same commit did take place.
func (c *commit) read(ctx context.Context, conn *pgx.Conn) (base *base, pos uint64, done bool, err error) {
	base = newBase(ctx, conn, stored(c.shard), c.batch.Ops)
	var q pgx.Batch
	q.Queue(`BEGIN`)
	q.Queue(`SELECT pos FROM roomlog_shard WHERE shard = $1 FOR UPDATE`, base.shard).QueryRow(func(r pgx.Row) error { return r.Scan(&pos) })
	if c.pos != 0 {
		q.Queue(`SELECT token FROM roomlog_feed WHERE shard = $1 AND pos = $2`, base.shard, c.pos).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var token int64
				if err := rows.Scan(&token); err != nil {
					return err
				}
				done = token == c.token
			}
			return rows.Err()
		})
	}
	base.queue(&q)
	if err := conn.SendBatch(ctx, &q).Close(); err != nil {
		return nil, 0, false, fmt.Errorf("lock and read: %w", err)
	}
	return base, pos, done, nil
}
