package media

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// A file that nothing names goes a day after it was uploaded, or after what named
// it was deleted. It goes in two steps: first it is doomed, and can no longer be
// sent; an hour later, when every message that was on its way has arrived, it is
// looked at again and removed. So a message always wins over the cleaning.
const (
	doomMs = 3600_000
	// sweepMs is how often a file that is named is looked at, for the case that
	// nobody said when it no longer was.
	sweepMs = 7 * dayMs
	// lateMs is how long after its last byte an upload is made ready that was not,
	// because the server stopped: whoever sent it may not ask for it.
	lateMs = 5 * 60_000
	// cleanEvery is how often is looked for what is due, and cleanStep how much
	// is done before others have their turn.
	cleanEvery = 5 * time.Minute
	cleanStep  = 200
)

var (
	due       = db.SQL(`SELECT ` + columns + ` FROM media WHERE look_at <= $1 ORDER BY look_at LIMIT $2`)
	setLookAt = db.SQL(`UPDATE media SET state = $3, look_at = $4 WHERE shard = $1 AND id = $2`)
	lookSoon  = db.SQL(`UPDATE media SET look_at = $3 WHERE shard = $1 AND id = $2 AND state = 'ready' AND look_at > $3`)
	lockHash  = db.SQL(`INSERT INTO media_content (hash, put_at) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET put_at = media_content.put_at`)
	hashUsed  = db.SQL(`SELECT count(*) FROM media WHERE hash = $1`)
	dropHash  = db.SQL(`DELETE FROM media_content WHERE hash = $1`)
)

// Run cleans until ctx is done.
func (f *Files) Run(ctx context.Context) error {
	after := ""
	return f.Clock.Every(ctx, cleanEvery, func(ctx context.Context) error {
		if err := f.Clean(ctx); err != nil && ctx.Err() == nil {
			f.Logger.Error("remove files that nothing names; trying again in some minutes", "cause", err)
		}
		var err error
		if after, err = f.cleanPieces(ctx, after); err != nil && ctx.Err() == nil {
			f.Logger.Error("remove pieces of uploads that broke off; trying again in some minutes", "cause", err)
		}
		return nil
	})
}

// Clean looks at every file that is due.
func (f *Files) Clean(ctx context.Context) error {
	for {
		list, err := db.Select(ctx, f.DB, scanFile, due, f.Clock.NowMs(), cleanStep)
		if err != nil {
			return fmt.Errorf("list files that are due: %w", err)
		}
		var errs []error
		for i := range list {
			if err := f.visit(ctx, &list[i]); err != nil {
				errs = append(errs, fmt.Errorf("file %s: %w", list[i].ID, err))
			}
		}
		// Those that failed are still due; another round now would meet them again.
		if len(list) < cleanStep || len(errs) > 0 || ctx.Err() != nil {
			return errors.Join(append(errs, ctx.Err())...)
		}
	}
}

// visit sees whether a file is still wanted.
func (f *Files) visit(ctx context.Context, x *File) error {
	now := f.Clock.NowMs()
	if x.State == uploading || x.State == storing {
		if x.UploadAt < x.UploadSize {
			return f.discard(ctx, x.ID, now)
		}
		return f.late(ctx, x)
	}
	named, err := f.holder.Named(ctx, x.ID)
	switch {
	case err != nil:
		return err
	case named:
		return f.setLook(ctx, x.ID, ready, now+sweepMs)
	case x.State == ready:
		return f.setLook(ctx, x.ID, doomed, now+doomMs)
	}
	return f.remove(ctx, x)
}

// late makes an upload ready that came in whole. One that is refused is gone
// then; one that the store or the database failed is tried again a day later.
func (f *Files) late(ctx context.Context, x *File) error {
	err := f.Finish(ctx, x.Owner, x.ID)
	if err == nil {
		return nil
	}
	switch fault.From(err).Code.Kind() {
	case fault.Internal, fault.Unavailable:
		return err
	}
	return nil
}

func (f *Files) setLook(ctx context.Context, id wire.ID, s State, at int64) error {
	return f.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, setLookAt, db.ShardOf(id), id, string(s), at)
		return err
	})
}

// Unnamed says that something that named files does no longer: they are looked at
// a day from now. When that is not noted, because the server stops, the sweep
// finds it.
func (f *Files) Unnamed(ctx context.Context, ids ...wire.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return f.DB.Tx(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, lookSoon, db.ShardOf(id), id, f.Clock.NowMs()+dayMs); err != nil {
				return err
			}
		}
		return nil
	})
}

// remove removes a file that is doomed, with the pieces in which it came, and its
// content when no other file has the same.
func (f *Files) remove(ctx context.Context, x *File) error {
	if err := f.removePieces(ctx, x.ID); err != nil {
		return err
	}
	return f.DB.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, dropFile, db.ShardOf(x.ID), x.ID); err != nil || len(x.hash) == 0 {
			return err
		}
		return f.dropContent(ctx, tx, x.hash)
	})
}

// dropContent removes content that no file has.
func (f *Files) dropContent(ctx context.Context, tx *db.Tx, hash []byte) error {
	// Whoever puts the same content waits for this row, and then puts it anew.
	// What they wrote before is seen by the statement after it.
	if _, err := tx.Exec(ctx, lockHash, hash, f.Clock.NowMs()); err != nil {
		return err
	}
	var used int
	if err := tx.QueryRow(ctx, hashUsed, hash).Scan(&used); err != nil || used > 0 {
		return err
	}
	if _, err := tx.Exec(ctx, dropHash, hash); err != nil {
		return err
	}
	return f.Store.Delete(ctx, contentKey(hash, Original), contentKey(hash, Large), contentKey(hash, Small))
}

// cleanPieces removes objects of uploads that have no row any more, a step at a
// time, and gives where to go on. A crash between an object and its row leaves
// them.
func (f *Files) cleanPieces(ctx context.Context, after string) (string, error) {
	list, err := f.Store.List(ctx, uploadPrefix, after, cleanStep)
	if err != nil || len(list) == 0 {
		return "", err
	}
	old := f.Clock.Now().Add(-24 * time.Hour)
	for _, o := range list {
		text, _, _ := strings.Cut(strings.TrimPrefix(o.Key, uploadPrefix), "/")
		id, err := wire.ParseID(text)
		if err != nil || o.Modified.After(old) {
			continue
		}
		known, err := f.pieces(ctx, id)
		if err != nil {
			return after, err
		}
		wanted := false
		for _, p := range known {
			wanted = wanted || p.object == o.Key
		}
		if !wanted {
			if err := f.Store.Delete(ctx, o.Key); err != nil {
				return after, err
			}
		}
	}
	return list[len(list)-1].Key, nil
}
