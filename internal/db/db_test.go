package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

var (
	insertPhone = db.SQL(`INSERT INTO phones (shard, phone, user_id) VALUES ($1, $2, $3)`)
	// The parameters appear out of order on purpose.
	selectPhone = db.SQL(`SELECT user_id, shard FROM phones WHERE phone = $2 AND shard = $1`)
	countPhones = db.SQL(`SELECT count(*) FROM phones`)
	phonesIn    = db.SQL(`SELECT phone FROM phones WHERE phone IN {texts $1} AND user_id IN {blobs $2} AND shard IN {ints $3} ORDER BY phone`)
	engineName  = db.Switch(`SELECT 'sqlite'`, `SELECT 'postgres'`)
	takeAway    = db.SQL(`DELETE FROM phones WHERE phone = $1`)
	byKeys      = db.SQL(`SELECT p.phone, k.data FROM {keys $1} AS k JOIN phones AS p ON p.shard = k.shard AND p.user_id = k.id`)
	onlyOne     = db.Raw(`SELECT sqlite_version()`, ``)
)

func add(ctx context.Context, tx *db.Tx, phone string) error {
	_, err := tx.Exec(ctx, insertPhone, db.ShardOfText(phone), phone, []byte(phone))
	return err
}

func count(t *testing.T, r db.Reader) (n int) {
	t.Helper()
	qt.Assert(t, qt.IsNil(r.QueryRow(t.Context(), countPhones).Scan(&n)))
	return n
}

func TestReadWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		qt.Assert(t, qt.IsNil(d.Ping(ctx)))
		qt.Assert(t, qt.IsNil(d.Tx(ctx, func(tx *db.Tx) error {
			qt.Check(t, qt.Equals(tx.Engine(), d.Engine()))
			if err := add(ctx, tx, "+821012345678"); err != nil {
				return err
			}
			qt.Check(t, qt.Equals(count(t, tx), 1))
			return nil
		})))
		var id []byte
		var shard db.Shard
		err := d.QueryRow(ctx, selectPhone, db.ShardOfText("+821012345678"), "+821012345678").Scan(&id, &shard)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(string(id), "+821012345678"))
		qt.Check(t, qt.Equals(shard, db.ShardOfText("+821012345678")))
		err = d.QueryRow(ctx, selectPhone, 0, "nobody").Scan(&id, &shard)
		qt.Check(t, qt.ErrorIs(err, sql.ErrNoRows))

		var name string
		qt.Assert(t, qt.IsNil(d.QueryRow(ctx, engineName).Scan(&name)))
		qt.Check(t, qt.Equals(name, d.Engine().String()))
		var version string
		err = d.QueryRow(ctx, onlyOne).Scan(&version)
		if d.Engine() == db.Postgres {
			qt.Check(t, qt.ErrorMatches(err, `query has no text for postgres: SELECT sqlite_version.*`))
		} else {
			qt.Check(t, qt.IsNil(err))
		}
	})
}

func TestLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var shards []int64
		var ids [][]byte
		phones := []string{"+1", "+2'\"", "+3\\,{}"}
		qt.Assert(t, qt.IsNil(d.Tx(ctx, func(tx *db.Tx) error {
			for _, p := range phones {
				shards = append(shards, int64(db.ShardOfText(p).Stored()))
				ids = append(ids, []byte(p))
				if err := add(ctx, tx, p); err != nil {
					return err
				}
			}
			return nil
		})))
		read := func(p []string, i [][]byte, s []int64) []string {
			got, err := db.Select(ctx, d, db.Value[string], phonesIn, db.Texts(p), db.Bytes(i), db.Ints(s))
			qt.Assert(t, qt.IsNil(err))
			return got
		}
		got := read(phones, ids, shards)
		slices.Sort(got) // the engines' ideas of order differ
		qt.Check(t, qt.DeepEquals(got, phones))
		qt.Check(t, qt.DeepEquals(read(phones[1:2], ids, shards), phones[1:2]))
		qt.Check(t, qt.HasLen(read(nil, ids, shards), 0))
		qt.Check(t, qt.HasLen(read(phones, nil, nil), 0))
	})
}

func TestKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		ids := make([][16]byte, 100)
		data := make([][]byte, len(ids))
		qt.Assert(t, qt.IsNil(d.Tx(ctx, func(tx *db.Tx) error {
			for i := range ids {
				ids[i] = [16]byte{byte(i), 15: 'x'}
				if i%2 == 0 {
					data[i] = []byte{byte(i)}
				}
				if _, err := tx.Exec(ctx, insertPhone, db.ShardOf(ids[i]), fmt.Sprint(i), ids[i][:]); err != nil {
					return err
				}
			}
			return nil
		})))
		type row struct {
			phone string
			data  []byte
		}
		got, err := db.Select(ctx, d, func(s db.Scanner) (r row, err error) {
			return r, s.Scan(&r.phone, &r.data)
		}, byKeys, db.KeysWith(ids[:50], data[:50]))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(got, 50))
		for _, r := range got {
			if r.data != nil {
				qt.Check(t, qt.Equals(fmt.Sprint(r.data[0]), r.phone))
			}
		}
		got, err = db.Select(ctx, d, func(s db.Scanner) (r row, err error) {
			return r, s.Scan(&r.phone, &r.data)
		}, byKeys, db.Keys[[16]byte](nil))
		qt.Check(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(got, 0))
	})
}

func TestTxRollsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		stop := errors.New("stop")
		err := d.Tx(ctx, func(tx *db.Tx) error { return errors.Join(add(ctx, tx, "+1"), stop) })
		qt.Check(t, qt.ErrorIs(err, stop))
		func() {
			defer func() { qt.Check(t, qt.Equals(recover(), any("oh"))) }()
			_ = d.Tx(ctx, func(tx *db.Tx) error {
				qt.Check(t, qt.IsNil(add(ctx, tx, "+1")))
				panic("oh")
			})
		}()
		qt.Check(t, qt.Equals(count(t, d), 0))
		// The connection is usable again.
		qt.Check(t, qt.IsNil(d.Tx(ctx, func(tx *db.Tx) error { return add(ctx, tx, "+1") })))
		qt.Check(t, qt.Equals(count(t, d), 1))
	})
}

func TestUniqueAndSavepoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Tx(ctx, func(tx *db.Tx) error {
			qt.Check(t, qt.IsNil(add(ctx, tx, "+1")))
			err := tx.Savepoint(ctx, func(tx *db.Tx) error {
				return errors.Join(add(ctx, tx, "+2"), add(ctx, tx, "+1"))
			})
			qt.Check(t, qt.IsTrue(db.IsUnique(err)), qt.Commentf("%v", err))
			return add(ctx, tx, "+3")
		})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(count(t, d), 2))
		qt.Check(t, qt.IsFalse(db.IsUnique(sql.ErrNoRows)))
		qt.Check(t, qt.IsFalse(db.IsUnique(nil)))
	})
}

func TestCopy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var rows [][]any
		for i := range 5000 {
			phone := fmt.Sprint("+", i)
			rows = append(rows, []any{db.ShardOfText(phone), phone, []byte(phone)})
		}
		columns := []string{"shard", "phone", "user_id"}
		copyIn := func(rows [][]any) error {
			return d.Tx(ctx, func(tx *db.Tx) error { return tx.Copy(ctx, "phones", columns, rows) })
		}
		qt.Assert(t, qt.IsNil(copyIn(rows)))
		qt.Check(t, qt.Equals(count(t, d), len(rows)))
		qt.Check(t, qt.IsTrue(db.IsUnique(copyIn(rows[:1]))))
		qt.Check(t, qt.IsNil(copyIn(nil)))
	})
}

// Deadlocks are PostgreSQL's alone: on SQLite writers queue.
func TestDeadlockIsRetried(t *testing.T) {
	d := dbtest.Postgres(t)
	ctx := t.Context()
	qt.Assert(t, qt.IsNil(d.Tx(ctx, func(tx *db.Tx) error {
		return errors.Join(add(ctx, tx, "+1"), add(ctx, tx, "+2"))
	})))
	var firstTime, bothHold sync.WaitGroup
	bothHold.Add(2)
	var mu sync.Mutex
	runs := 0
	for _, order := range [][]string{{"+1", "+2"}, {"+2", "+1"}} {
		firstTime.Go(func() {
			waited := false
			err := d.Tx(ctx, func(tx *db.Tx) error {
				mu.Lock()
				runs++
				mu.Unlock()
				if _, err := tx.Exec(ctx, takeAway, order[0]); err != nil {
					return err
				}
				if !waited {
					waited = true
					bothHold.Done()
					bothHold.Wait()
				}
				if _, err := tx.Exec(ctx, takeAway, order[1]); err != nil {
					return err
				}
				return nil
			})
			qt.Check(t, qt.IsNil(err))
		})
	}
	firstTime.Wait()
	qt.Check(t, qt.Equals(runs, 3))
	qt.Check(t, qt.Equals(count(t, d), 0))
}

func TestGather(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		g := db.NewGather(d, 8)
		ended := make(chan error)
		go func() { ended <- g.Run(ctx) }()

		const callers = 200
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				phone := fmt.Sprint("+", i)
				err := g.Do(t.Context(), func(tx *db.Tx) error {
					if err := add(t.Context(), tx, phone); err != nil {
						return err
					}
					switch i % 10 {
					case 3:
						return add(t.Context(), tx, phone) // breaks the key
					case 4:
						panic("oh")
					}
					return nil
				})
				switch i % 10 {
				case 3:
					qt.Check(t, qt.IsTrue(db.IsUnique(err)), qt.Commentf("%v", err))
				case 4:
					qt.Check(t, qt.ErrorMatches(err, `(?s)panic in a gathered write: oh.*`))
				default:
					qt.Check(t, qt.IsNil(err))
				}
			})
		}
		wg.Wait()
		qt.Check(t, qt.Equals(count(t, d), callers*8/10))

		stop()
		qt.Check(t, qt.IsNil(<-ended))
		err := g.Do(t.Context(), func(*db.Tx) error { return nil })
		qt.Check(t, qt.IsTrue(fault.Has(err, fault.ShuttingDown)))
	})
}

func TestGatherFullQueueWaitsForContext(t *testing.T) {
	g := db.NewGather(dbtest.SQLite(t), 1)
	canceled, cancel := context.WithCancel(t.Context())
	nothing := func(*db.Tx) error { return nil }
	first := make(chan error)
	go func() { first <- g.Do(t.Context(), nothing) }()
	// Nobody runs g, so the queue stays full once the first is in it; whichever
	// of the two comes second waits, and gives up.
	second := make(chan error)
	go func() { second <- g.Do(canceled, func(*db.Tx) error { return errors.New("must not run") }) }()
	cancel()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- g.Run(ctx) }()
	qt.Check(t, qt.IsNil(<-first))
	qt.Check(t, qt.ErrorIs(<-second, context.Canceled))
	stop()
	qt.Check(t, qt.IsNil(<-ended))
}

func TestSQLiteFile(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "new folder", "100%?.db")
	d, err := db.Open(ctx, path)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(d.Migrate(ctx)))
	qt.Assert(t, qt.IsNil(d.Migrate(ctx))) // nothing left to do
	version, err := d.Version(ctx)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.IsTrue(version >= 1))
	info, err := os.Stat(path)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(info.Mode().Perm(), 0o600))

	setting := func(r db.Reader, name string) (value string) {
		qt.Assert(t, qt.IsNil(r.QueryRow(ctx, db.Raw("PRAGMA "+name, "")).Scan(&value)))
		return value
	}
	qt.Check(t, qt.Equals(setting(d, "journal_mode"), "wal"))
	qt.Check(t, qt.Equals(setting(d, "query_only"), "1"))
	qt.Assert(t, qt.IsNil(d.Tx(ctx, func(tx *db.Tx) error {
		qt.Check(t, qt.Equals(setting(tx, "synchronous"), "2")) // FULL
		qt.Check(t, qt.Equals(setting(tx, "foreign_keys"), "1"))
		return add(ctx, tx, "+1")
	})))
	qt.Assert(t, qt.IsNil(d.Close()))

	// Closing left one file with everything in it.
	files, err := os.ReadDir(filepath.Dir(path))
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.HasLen(files, 1))
	d, err = db.Open(ctx, "sqlite://"+path)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(count(t, d), 1))
	qt.Check(t, qt.IsNil(d.Close()))
}

func TestSQLiteFullDisk(t *testing.T) {
	ctx := t.Context()
	d := dbtest.SQLite(t)
	err := d.Tx(ctx, func(tx *db.Tx) error {
		// No page more than there are.
		var pages, limit int
		qt.Assert(t, qt.IsNil(tx.QueryRow(ctx, db.Raw("PRAGMA page_count", "")).Scan(&pages)))
		qt.Assert(t, qt.IsNil(tx.QueryRow(ctx, db.Raw(fmt.Sprintf("PRAGMA max_page_count(%d)", pages), "")).Scan(&limit)))
		for i := range 5000 {
			if err := add(ctx, tx, fmt.Sprint("+", i)); err != nil {
				return err
			}
		}
		return nil
	})
	qt.Check(t, qt.IsTrue(fault.Has(err, fault.StorageFull)), qt.Commentf("%v", err))
}

func TestOpenRefuses(t *testing.T) {
	for _, url := range []string{"", "sqlite://", ":memory:", "postgres://%zz", t.TempDir()} {
		_, err := db.Open(t.Context(), url)
		qt.Check(t, qt.IsNotNil(err), qt.Commentf("%q", url))
	}
}

func TestPrepareAllFindsTypos(t *testing.T) {
	// Registered only here: the other databases of this run are open before.
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		qt.Check(t, qt.IsNil(d.PrepareAll(t.Context())))
	})
	engines := []*db.DB{dbtest.SQLite(t), dbtest.Postgres(t)}
	undo := db.Register(db.Raw(`SELECT nothing FROM phones`, `SELECT nothing FROM phones`))
	defer undo()
	for _, d := range engines {
		qt.Check(t, qt.ErrorMatches(d.PrepareAll(t.Context()), `prepare "SELECT nothing.*`), qt.Commentf("%v", d.Engine()))
	}
}
