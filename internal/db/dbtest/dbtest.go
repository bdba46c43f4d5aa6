// Package dbtest answers: where does a test get a real, empty, migrated
// database of each engine from?
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"madang/internal/db"
	"madang/internal/db/pgtest"
)

// Each runs f as the subtests "sqlite" and "postgres", each with a fresh
// database. With -short, which the race run uses, it is SQLite alone: goroutines are
// the same over both, and everything runs over both without the race detector.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run(db.SQLite.String(), func(t *testing.T) { f(t, SQLite(t)) })
	if !testing.Short() {
		t.Run(db.Postgres.String(), func(t *testing.T) { f(t, Postgres(t)) })
	}
}

// SQLite gives a migrated SQLite database that is closed at the end of the test.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, SQLiteURL(t))
}

// Postgres gives a migrated PostgreSQL database that is closed and dropped at
// the end of the test. A missing server fails the test.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL is the address of a migrated PostgreSQL database, for tests that
// open it several times, as several nodes do.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return pgtest.Template(t, "madang", migrate)
}

// SQLiteURL is the address of a migrated SQLite database.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	path := filepath.Join(t.TempDir(), "madang.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return "sqlite://" + path
}

// sqliteTemplate is the content of a migrated database file: copying it takes a
// fraction of what the migrations take.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "dbtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		d.Close()
		return err
	}
	return d.Close()
}

// open opens and prepares as the program does, so that every test also finds a
// statement that does not fit the schema.
func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("dbtest: close: %v", err)
		}
	})
	if err := d.PrepareAll(t.Context()); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return d
}
