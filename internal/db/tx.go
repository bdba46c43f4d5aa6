package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"madang/internal/fault"
)

// Tx is a transaction in progress. It belongs to the function that was given
// it: it is neither safe for concurrent use nor usable after that returned.
type Tx struct {
	d    *DB
	tx   *sql.Tx
	conn *sql.Conn // PostgreSQL: the transaction's connection, for Copy
}

// maxRetries bounds how often a transaction that lost against another is run
// again.
const maxRetries = 5

// Tx runs fn in a transaction and commits it if fn gives no error. The write is
// on disk when Tx returns nil. On PostgreSQL the isolation is READ COMMITTED,
// and a transaction that lost a deadlock or a serialization check is run again
// a few times; so fn must start over cleanly when it is called again. On SQLite
// transactions run one after the other: calling Tx within fn waits forever.
//
// A full disk comes back as fault.StorageFull.
func (d *DB) Tx(ctx context.Context, fn func(tx *Tx) error) error {
	for try := 0; ; try++ {
		err := d.txOnce(ctx, fn)
		if err == nil || try == maxRetries || !isRetryable(err) {
			return describe(err)
		}
		// Wait a little and not as long as the others that lost.
		pause := time.NewTimer(time.Duration(1+rand.IntN(10<<try)) * time.Millisecond)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return describe(err)
		}
	}
}

func (d *DB) txOnce(ctx context.Context, fn func(tx *Tx) error) (err error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if done {
			return
		}
		// Also on panic. A rollback fails only with the connection, and then
		// fn's error says more.
		if rerr := tx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) && err == nil {
			err = fmt.Errorf("roll back: %w", rerr)
		}
	}()
	if err := fn(&Tx{d: d, tx: tx, conn: conn}); err != nil {
		return err
	}
	done = true
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// describe turns a full disk into its fault and leaves other errors as they are.
func describe(err error) error {
	if isFull(err) && !fault.Has(err, fault.StorageFull) {
		return fault.New(fault.StorageFull).Because(err)
	}
	return err
}

// Engine says which database this is.
func (tx *Tx) Engine() Engine { return tx.d.engine }

// stmt is q's prepared statement on SQLite, nil when there is none to use.
func (tx *Tx) stmt(ctx context.Context, q *Query) *sql.Stmt {
	if stmts := tx.d.writes.Load(); stmts != nil {
		if stmt := (*stmts)[q]; stmt != nil {
			return tx.tx.StmtContext(ctx, stmt)
		}
	}
	return nil
}

// Exec runs a statement and gives the number of rows that it changed.
func (tx *Tx) Exec(ctx context.Context, q *Query, args ...any) (int64, error) {
	text, err := q.on(tx.d)
	if err != nil {
		return 0, err
	}
	if args, err = tx.d.engine.arguments(args); err != nil {
		return 0, err
	}
	var res sql.Result
	if stmt := tx.stmt(ctx, q); stmt != nil {
		res, err = stmt.ExecContext(ctx, args...)
	} else {
		res, err = tx.tx.ExecContext(ctx, text, args...)
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query reads rows and sees the transaction's own writes. The caller closes the
// rows before it uses tx again.
func (tx *Tx) Query(ctx context.Context, q *Query, args ...any) (*sql.Rows, error) {
	text, err := q.on(tx.d)
	if err != nil {
		return nil, err
	}
	if args, err = tx.d.engine.arguments(args); err != nil {
		return nil, err
	}
	if stmt := tx.stmt(ctx, q); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return tx.tx.QueryContext(ctx, text, args...)
}

// QueryRow reads one row, also that of a RETURNING clause.
func (tx *Tx) QueryRow(ctx context.Context, q *Query, args ...any) Row {
	text, err := q.on(tx.d)
	if err != nil {
		return Row{err: err}
	}
	if args, err = tx.d.engine.arguments(args); err != nil {
		return Row{err: err}
	}
	if stmt := tx.stmt(ctx, q); stmt != nil {
		return Row{row: stmt.QueryRowContext(ctx, args...)}
	}
	return Row{row: tx.tx.QueryRowContext(ctx, text, args...)}
}

// Savepoint runs fn so that its writes are undone when it fails, while the
// transaction goes on. It gives fn's error. On PostgreSQL this is also the way
// to go on after a statement that failed.
func (tx *Tx) Savepoint(ctx context.Context, fn func(tx *Tx) error) error {
	if _, err := tx.tx.ExecContext(ctx, "SAVEPOINT part"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	if err := fn(tx); err != nil {
		if _, rerr := tx.tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT part"); rerr != nil {
			return &broken{errors.Join(err, fmt.Errorf("undo: %w", rerr))}
		}
		if _, rerr := tx.tx.ExecContext(ctx, "RELEASE SAVEPOINT part"); rerr != nil {
			return &broken{errors.Join(err, fmt.Errorf("undo: %w", rerr))}
		}
		return err
	}
	if _, err := tx.tx.ExecContext(ctx, "RELEASE SAVEPOINT part"); err != nil {
		return &broken{fmt.Errorf("savepoint: %w", err)}
	}
	return nil
}

// broken is an error after which the whole transaction cannot go on.
type broken struct{ error }

func (b *broken) Unwrap() error { return b.error }

// Copy inserts rows into a table in bulk: by COPY on PostgreSQL, by one prepared
// statement on SQLite. Each row has a value for each column. A row that breaks a
// constraint fails the whole call.
func (tx *Tx) Copy(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.d.engine == Postgres {
		return tx.conn.Raw(func(driver any) error {
			conn := driver.(*stdlib.Conn).Conn()
			_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
			return err
		})
	}
	stmt, err := tx.tx.PrepareContext(ctx, insertText(table, columns))
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}
