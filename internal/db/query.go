package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Query is one SQL statement in the words of each engine.
type Query struct {
	text [2]string // by Engine; empty: not for this engine
}

// registry holds every query of the program, for [DB.PrepareAll]. Queries are
// registered while packages are initialised.
var registry struct {
	sync.Mutex
	queries []*Query
}

// SQL registers a statement that reads the same on both engines. Call it where
// a package-level variable is declared.
//
// Parameters are written $1, $2 … A list of values, whatever its length, is given
// as one argument (see [Blobs], [Texts], [Ints], [Keys]) and written so:
//
//	WHERE id IN {blobs $1}     WHERE phone IN {texts $1}     WHERE seq IN {ints $1}
//	FROM {keys $1} AS k JOIN users AS u ON u.shard = k.shard AND u.id = k.id
func SQL(text string) *Query { return Switch(text, text) }

// Switch registers a statement for which the engines need different words. An
// empty text means that the statement is not used on that engine.
func Switch(sqlite, postgres string) *Query {
	q := Raw(sqlite, postgres)
	registry.Lock()
	defer registry.Unlock()
	registry.queries = append(registry.queries, q)
	return q
}

// Raw makes a statement that is not registered: for tests, and for statements
// on objects that do not always exist.
func Raw(sqlite, postgres string) *Query {
	q := &Query{}
	q.text[SQLite] = parameters.ReplaceAllString(listsOf(sqlite, SQLite), "?$1")
	q.text[Postgres] = listsOf(postgres, Postgres)
	return q
}

// SQLite calls what is written $1 a named parameter and numbers names by their
// first appearance; ?1 says the number.
var parameters = regexp.MustCompile(`\$(\d+)`)

// Text is the statement for an engine; empty if it is not used there.
func (q *Query) Text(e Engine) string { return q.text[e] }

// on is the statement for d's engine.
func (q *Query) on(d *DB) (string, error) {
	text := q.text[d.engine]
	if text == "" {
		return "", fmt.Errorf("query has no text for %s: %s", d.engine, firstLine(q.text[1-d.engine]))
	}
	return text, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// PrepareAll prepares every registered statement, so that a typo or a missing
// column stops the program at its start and not a user later. All faults come
// back at once. Call it after [DB.Migrate] and before the first Tx: SQLite uses
// the statements prepared here from then on.
func (d *DB) PrepareAll(ctx context.Context) error {
	registry.Lock()
	queries := registry.queries[:len(registry.queries):len(registry.queries)]
	registry.Unlock()
	if d.engine == Postgres {
		return d.checkAll(ctx, queries)
	}
	stmts := make(map[*Query]*sql.Stmt, len(queries))
	var faults []error
	for _, q := range queries {
		text := q.text[SQLite]
		if text == "" {
			continue
		}
		stmt, err := d.write.PrepareContext(ctx, text)
		if err != nil {
			faults = append(faults, fmt.Errorf("prepare %q: %w", text, err))
			continue
		}
		stmts[q] = stmt
	}
	if len(faults) == 0 {
		d.writes.Store(&stmts)
	}
	return errors.Join(faults...)
}

// checkAll prepares each statement on one connection and lets it go again.
func (d *DB) checkAll(ctx context.Context, queries []*Query) error {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer conn.Release()
	var faults []error
	for _, q := range queries {
		text := q.text[Postgres]
		if text == "" {
			continue
		}
		// The unnamed statement is replaced by the next and needs no end.
		if _, err := conn.Conn().PgConn().Prepare(ctx, "", text, nil); err != nil {
			faults = append(faults, fmt.Errorf("prepare %q: %w", text, err))
		}
	}
	return errors.Join(faults...)
}
