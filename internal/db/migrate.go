package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations go forward only. Each file is NNNN_topic.sql, begins with a title
// line ("-- Title") and is one text for both engines. Lines for one engine
// alone stand between a line "-- only postgres" or "-- only sqlite" and a line
// "-- all". A file with nothing left for an engine is counted as done there.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the schema up to date, each migration in a transaction of its
// own. Nodes that start at once wait for each other.
func (d *DB) Migrate(ctx context.Context) error {
	migrations, err := migrationsFor(migrationFiles, d.engine)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(migrations...), goose.WithDisableGlobalRegistry(true)}
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, d.write, nil, options...)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", describe(err))
	}
	return nil
}

// Version is the number of the last migration applied.
func (d *DB) Version(ctx context.Context) (int64, error) {
	var v int64
	err := d.read.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&v)
	return v, err
}

func migrationsFor(files fs.FS, engine Engine) ([]*goose.Migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []*goose.Migration
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s does not begin with a number", name)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		part, err := partFor(string(text), engine)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		up := &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if part == "" {
				return nil
			}
			// Without arguments both drivers take several statements at once.
			if _, err := tx.ExecContext(ctx, part); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}}
		all = append(all, goose.NewGoMigration(version, up, nil))
	}
	return all, nil
}

// partFor is what a migration holds for an engine; empty if it holds no
// statement for it.
func partFor(text string, engine Engine) (string, error) {
	title, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(title, "-- ") {
		return "", errors.New("a migration begins with a title line")
	}
	if strings.Contains(text, "+goose") {
		return "", errors.New("a migration is plain SQL that goes forward only, without goose annotations")
	}
	var b strings.Builder
	statements, include := false, true
	for line := range strings.Lines(text) {
		mark := strings.TrimSpace(line)
		if only, ok := strings.CutPrefix(mark, "-- only "); ok {
			if only != SQLite.String() && only != Postgres.String() {
				return "", fmt.Errorf("%q names no engine", mark)
			}
			include = only == engine.String()
			continue
		}
		if mark == "-- all" {
			include = true
			continue
		}
		if include {
			b.WriteString(line)
			statements = statements || (mark != "" && !strings.HasPrefix(mark, "--"))
		}
	}
	if !statements {
		return "", nil
	}
	return b.String(), nil
}
