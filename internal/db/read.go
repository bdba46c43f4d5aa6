package db

import (
	"context"
	"database/sql"
	"fmt"
)

// Reader runs statements that read: a [DB] outside of transactions, a [Tx]
// within one. A function that only reads takes a Reader when it is called in
// both places.
type Reader interface {
	Query(ctx context.Context, q *Query, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, q *Query, args ...any) Row
	Engine() Engine
}

// Scanner is one row to read values from.
type Scanner interface {
	Scan(dest ...any) error
}

// Row is the first row of a result, or the reason why there is none.
type Row struct {
	row *sql.Row
	err error
}

// Scan reads the row's values. It gives sql.ErrNoRows when there is no row.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(dest...)
}

// Query reads rows outside of any transaction. It sees what was committed
// before the call; the caller closes the rows. Within a transaction use the
// Tx's own method: here its writes are not visible.
func (d *DB) Query(ctx context.Context, q *Query, args ...any) (*sql.Rows, error) {
	text, err := q.on(d)
	if err != nil {
		return nil, err
	}
	if args, err = d.engine.arguments(args); err != nil {
		return nil, err
	}
	if d.engine == Postgres {
		return d.read.QueryContext(ctx, text, args...)
	}
	stmt, err := d.readStmt(ctx, q, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryRow reads one row outside of any transaction.
func (d *DB) QueryRow(ctx context.Context, q *Query, args ...any) Row {
	text, err := q.on(d)
	if err != nil {
		return Row{err: err}
	}
	if args, err = d.engine.arguments(args); err != nil {
		return Row{err: err}
	}
	if d.engine == Postgres {
		return Row{row: d.read.QueryRowContext(ctx, text, args...)}
	}
	stmt, err := d.readStmt(ctx, q, text)
	if err != nil {
		return Row{err: err}
	}
	return Row{row: stmt.QueryRowContext(ctx, args...)}
}

func (d *DB) readStmt(ctx context.Context, q *Query, text string) (*sql.Stmt, error) {
	if stmt, ok := d.reads.Load(q); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := d.read.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", text, err)
	}
	kept, loaded := d.reads.LoadOrStore(q, stmt)
	if loaded {
		// Somebody was faster.
		if err := stmt.Close(); err != nil {
			return nil, err
		}
	}
	return kept.(*sql.Stmt), nil
}

// Select reads all rows of a query, each with scan.
func Select[T any](ctx context.Context, r Reader, scan func(Scanner) (T, error), q *Query, args ...any) ([]T, error) {
	rows, err := r.Query(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// Value is a scan function for [Select] over rows of one column.
func Value[T any](s Scanner) (T, error) {
	var v T
	err := s.Scan(&v)
	return v, err
}
