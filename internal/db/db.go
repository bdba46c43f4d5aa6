// Package db answers: how does the rest of the program read and write SQL, the
// same way on SQLite and on PostgreSQL?
//
// A package keeps its queries beside the functions that use them, as
// package-level variables made by [SQL]: one text with numbered parameters in
// the common part of both dialects, or two texts joined by [Switch] where the
// dialects truly differ. Reads go through [DB.Query], [DB.QueryRow] and
// [Select]; [DB.Tx] is the only way to write.
//
// Times are BIGINT Unix milliseconds passed in from Go, ids are BYTEA of 16
// bytes. Every key that may become hot begins with a [Shard].
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Engine says which database stands behind a [DB].
type Engine uint8

// The engines.
const (
	SQLite Engine = iota
	Postgres
)

// String is the engine's name as tests and logs show it.
func (e Engine) String() string {
	if e == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine Engine

	// On SQLite write has one connection, so that writers queue in this
	// process instead of failing on each other's locks, and read has many that
	// cannot write. On PostgreSQL both are the same pool.
	write, read *sql.DB
	pool        *pgxpool.Pool // PostgreSQL only

	// SQLite only; PostgreSQL's driver keeps prepared statements itself.
	writes atomic.Pointer[map[*Query]*sql.Stmt] // made by PrepareAll
	reads  sync.Map                             // *Query → *sql.Stmt, made when first used
}

// Open opens the database at url, which is one of:
//
//   - postgres://user@host/name?…: PostgreSQL 15 or later. The parameters are
//     those of pgx; pool_max_conns (default 16) bounds the connections.
//   - sqlite:///absolute/path, sqlite://relative/path or a plain path: a SQLite
//     file, made if missing, readable by this user alone.
//
// The schema is brought up to date by [DB.Migrate], which the caller runs next.
func Open(ctx context.Context, url string) (*DB, error) {
	if isPostgres(url) {
		return openPostgres(ctx, url)
	}
	return openSQLite(ctx, sqlitePath(url))
}

// Engine says which database this is.
func (d *DB) Engine() Engine { return d.engine }

// Pool is the native PostgreSQL pool for what is too hot for database/sql. It
// is nil on SQLite. It closes with d.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := d.read.PingContext(ctx); err != nil {
		return fmt.Errorf("ping %s: %w", d.engine, err)
	}
	return nil
}

// Close waits for queries in progress and closes all connections. On SQLite it
// also empties the write-ahead log into the database file.
func (d *DB) Close() error {
	if d.pool != nil {
		err := d.write.Close()
		d.pool.Close()
		return err
	}
	// The readers go first: the last connection to close does the checkpoint,
	// and only one that may write can.
	return errors.Join(d.read.Close(), d.write.Close())
}
