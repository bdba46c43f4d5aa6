package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

func sqlitePath(url string) string {
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		return path
	}
	return strings.TrimPrefix(url, "sqlite:")
}

// defaultMaxConns bounds the PostgreSQL connections of one node. PostgreSQL
// serves a few connections per core best and accepts 100 by default, which
// leaves room for six nodes.
const defaultMaxConns = 16

func openPostgres(ctx context.Context, address string) (*DB, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		// pgx leaves the password out of this error.
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	if !strings.Contains(address, "pool_max_conns") {
		config.MaxConns = defaultMaxConns
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "madang"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	both := stdlib.OpenDBFromPool(pool)
	return &DB{engine: Postgres, write: both, read: both, pool: pool}, nil
}

// busyTimeout is how long a write waits for another process, such as a backup
// or an admin command, that holds the file's lock. Writers of this process wait
// for the one connection instead.
const busyTimeout = 10 * time.Second

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if path == "" || strings.Contains(path, ":memory:") {
		return nil, errors.New("open sqlite: the address names no file")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	// SQLite would make the file readable by everybody.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}

	write, err := openPool(ctx, path, 1, "synchronous(FULL)", "foreign_keys(1)")
	if err != nil {
		return nil, err
	}
	read, err := openPool(ctx, path, max(4, 2*runtime.NumCPU()), "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return &DB{engine: SQLite, write: write, read: read}, nil
}

// openPool opens path with up to conns connections, each with the pragmas.
func openPool(ctx context.Context, path string, conns int, pragmas ...string) (*sql.DB, error) {
	settings := url.Values{"_txlock": {"immediate"}}
	settings["_pragma"] = append([]string{
		// First, so that the change to WAL waits for a lock too.
		fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"journal_mode(WAL)",
		"temp_store(MEMORY)",
	}, pragmas...)
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: settings.Encode()}
	pool, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	// Connections stay: opening one costs more than most queries.
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite %s: %w", path, err), pool.Close())
	}
	return pool, nil
}
