package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// Upload is what the sender says of a file to come.
type Upload struct {
	Kind Kind
	Name string // at most 255 characters; what leads to a folder is cut off
	Size int64  // bytes
	// DurationMs and Waveform say of a recording what only its sender can know,
	// where the file itself does not tell: at most mediafile.WaveformValues
	// values of 0 to 255.
	DurationMs int64
	Waveform   []byte
}

// given is an Upload's part that is kept until the file is ready.
type given struct {
	DurationMs int64  `json:"d,omitempty"`
	Waveform   []byte `json:"w,omitempty"`
}

var (
	addUpload  = db.SQL(`INSERT INTO media (shard, id, owner, kind, state, created_at, look_at, name, upload_size, upload_at, given) VALUES ($1, $2, $3, $4, 'uploading', $5, $6, $7, $8, 0, $9)`)
	unfinished = db.SQL(`SELECT count(*) FROM media WHERE owner = $1 AND state IN ('uploading', 'storing')`)
	today      = db.SQL(`SELECT coalesce(sum(upload_size), 0) FROM media WHERE owner = $1 AND created_at > $2`)
	addPiece   = db.SQL(`INSERT INTO media_piece (shard, id, start, size, object) VALUES ($1, $2, $3, $4, $5)`)
	moveUpload = db.SQL(`UPDATE media SET upload_at = $4, look_at = $5 WHERE shard = $1 AND id = $2 AND upload_at = $3 AND state = 'uploading'`)
	piecesOf   = db.SQL(`SELECT start, size, object FROM media_piece WHERE shard = $1 AND id = $2 ORDER BY start`)
	dropPieces = db.SQL(`DELETE FROM media_piece WHERE shard = $1 AND id = $2`)
	dropFile   = db.SQL(`DELETE FROM media WHERE shard = $1 AND id = $2`)
	keepOpen   = db.SQL(`UPDATE media SET look_at = $3 WHERE shard = $1 AND id = $2 AND state IN ('uploading', 'storing')`)
	condemn    = db.SQL(`UPDATE media SET state = 'doomed', look_at = $3 WHERE shard = $1 AND id = $2 AND state IN ('uploading', 'storing') AND look_at <= $4`)
	touch      = db.SQL(`INSERT INTO media_content (hash, put_at) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET put_at = excluded.put_at`)
	setContent = db.SQL(`UPDATE media SET state = 'storing', hash = $3, mime = $4, size = $5, width = $6, height = $7, duration_ms = $8, blur = $9, waveform = $10
		WHERE shard = $1 AND id = $2 AND state IN ('uploading', 'storing')`)
	setReady = db.SQL(`UPDATE media SET state = 'ready', look_at = $3 WHERE shard = $1 AND id = $2 AND state = 'storing'`)
)

// Begin makes room for a file. Exempt frees from the limits of a person.
func (f *Files) Begin(ctx context.Context, user UserID, exempt bool, u Upload) (wire.ID, error) {
	if err := f.check(&u); err != nil {
		return wire.ID{}, err
	}
	id, err := account.NewID(f.Clock.Now())
	if err != nil {
		return id, err
	}
	more, err := json.Marshal(given{u.DurationMs, u.Waveform})
	if err != nil {
		return id, err
	}
	now := f.Clock.NowMs()
	err = f.DB.Tx(ctx, func(tx *db.Tx) error {
		if !exempt {
			var open, bytes int64
			err1 := tx.QueryRow(ctx, unfinished, user).Scan(&open)
			err2 := tx.QueryRow(ctx, today, user, now-dayMs).Scan(&bytes)
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			if open >= maxUnfinished || bytes+u.Size > f.DailyBytes {
				return fault.New(fault.UploadLimit).After(time.Hour)
			}
		}
		_, err := tx.Exec(ctx, addUpload, db.ShardOf(id), id, user, string(u.Kind), now, now+dayMs, u.Name, u.Size, string(more))
		return err
	})
	if err != nil {
		return wire.ID{}, fmt.Errorf("begin upload: %w", err)
	}
	return id, nil
}

func (f *Files) check(u *Upload) error {
	u.Name = strings.ToValidUTF8(u.Name, "")
	if i := strings.LastIndexAny(u.Name, `/\`); i >= 0 {
		u.Name = u.Name[i+1:]
	}
	u.Name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, u.Name)
	switch {
	case !u.Kind.Known():
		return fault.Newf(fault.UploadInvalid, "kind is photo, video, voice or file.").In("kind")
	case utf8.RuneCountInString(u.Name) > maxName:
		return fault.Newf(fault.UploadInvalid, "A name has at most %d characters.", maxName).In("filename")
	case u.Size < 1:
		return fault.Newf(fault.UploadInvalid, "The file is empty.").In("upload_length")
	case u.Size > f.MaxUpload || u.Kind == Photo && u.Size > mediafile.MaxPhotoBytes:
		limit := f.MaxUpload
		if u.Kind == Photo {
			limit = min(limit, mediafile.MaxPhotoBytes)
		}
		return fault.Newf(fault.UploadTooLarge, "This server takes files of this kind up to %d MB.", limit>>20)
	case len(u.Waveform) > mediafile.WaveformValues:
		return fault.Newf(fault.UploadInvalid, "A waveform has at most %d values.", mediafile.WaveformValues).In("waveform")
	case u.DurationMs < 0 || u.DurationMs > dayMs:
		return fault.Newf(fault.UploadInvalid, "A recording is 0 to 24 hours long.").In("duration_ms")
	}
	return nil
}

// own gives an upload to its owner. To anybody else there is none.
func (f *Files) own(ctx context.Context, user UserID, id wire.ID) (File, error) {
	x, ok, err := f.find(ctx, f.DB, id)
	if err == nil && (!ok || x.Owner != user || x.State == doomed) {
		err = fault.New(fault.MediaUnknown)
	}
	return x, err
}

// Progress gives an upload of the person as it stands. One that came in whole is
// made ready first, as [Files.Get] does.
func (f *Files) Progress(ctx context.Context, user UserID, id wire.ID) (File, error) {
	x, err := f.own(ctx, user, id)
	if err == nil && !x.Ready() && x.UploadAt == x.UploadSize {
		if err = f.Finish(ctx, user, id); err == nil {
			x.State = ready
		}
	}
	return x, err
}

// Append adds what comes out of r behind the offset, which is where the upload
// stands, and gives how many bytes of it are on disk. An error does not undo
// those. Of two that append at the same place one gets fault.UploadOffset.
func (f *Files) Append(ctx context.Context, user UserID, id wire.ID, offset int64, r io.Reader) (int64, error) {
	x, err := f.own(ctx, user, id)
	switch {
	case err != nil:
		return 0, err
	case x.State != uploading || x.UploadAt != offset:
		return 0, fault.New(fault.UploadOffset)
	}
	if !f.receiving.TryAcquire(1) {
		return 0, fault.New(fault.UploadBusy).After(2 * time.Second)
	}
	defer f.receiving.Release(1)
	// What has come is kept also when the line breaks, which ends ctx.
	keep := context.WithoutCancel(ctx)
	var buf []byte
	var written int64
	for offset+written < x.UploadSize {
		var end error
		buf, end = fill(buf[:0], io.LimitReader(r, x.UploadSize-offset-written))
		if len(buf) > 0 {
			if err := f.piece(keep, id, offset+written, x.UploadSize, buf); err != nil {
				return written, err
			}
			written += int64(len(buf))
		}
		if errors.Is(end, io.EOF) {
			return written, nil
		}
		if end != nil {
			return written, end
		}
	}
	return written, nil
}

// Expiry is when an upload is removed to which something is added now, and then
// nothing more, in Unix milliseconds.
func (f *Files) Expiry() int64 { return f.Clock.NowMs() + dayMs }

// fill reads a piece. The buffer grows with what comes, so that somebody who
// sends slowly holds little.
func fill(buf []byte, r io.Reader) ([]byte, error) {
	for len(buf) < pieceBytes {
		if len(buf) == cap(buf) {
			buf = append(buf, make([]byte, max(32<<10, len(buf)))...)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):min(cap(buf), pieceBytes)])
		buf = buf[:len(buf)+n]
		if err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// piece keeps a piece and moves the upload behind it.
func (f *Files) piece(ctx context.Context, id wire.ID, at, total int64, b []byte) error {
	object := uploadPrefix + strings.ToLower(id.String()+"/"+rand.Text())
	if err := f.Store.Put(ctx, object, bytes.NewReader(b), int64(len(b))); err != nil {
		return full(err)
	}
	err := f.DB.Tx(ctx, func(tx *db.Tx) error {
		next := at + int64(len(b))
		look := f.Expiry()
		if next == total {
			look = f.Clock.NowMs() + lateMs
		}
		moved, err := tx.Exec(ctx, moveUpload, db.ShardOf(id), id, at, next, look)
		if err != nil {
			return err
		}
		if moved == 0 {
			return fault.New(fault.UploadOffset)
		}
		_, err = tx.Exec(ctx, addPiece, db.ShardOf(id), id, at, int64(len(b)), object)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("note piece of upload %s: %w", id, err), f.Store.Delete(ctx, object))
	}
	return nil
}

// full gives an error of the store that is about its disk as what it is.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Newf(fault.StorageFull, "The server's disk is full; the file was not taken. Try again later.").Because(err)
	}
	return err
}

// Abort removes a file of the person that nothing names.
func (f *Files) Abort(ctx context.Context, user UserID, id wire.ID) error {
	x, err := f.own(ctx, user, id)
	if err != nil {
		return err
	}
	named, err := f.holder.Named(ctx, id)
	if err != nil {
		return err
	}
	if named {
		return fault.New(fault.MediaNamed)
	}
	if x.State == ready {
		// A message that names it may be on its way: the cleaning looks again.
		return f.setLook(ctx, id, doomed, f.Clock.NowMs()+doomMs)
	}
	return f.discard(ctx, id, math.MaxInt64)
}

// discard removes an upload that is not ready and at which was to be looked by
// now. From the first step on nothing can be added to it.
func (f *Files) discard(ctx context.Context, id wire.ID, now int64) error {
	var condemned int64
	err := f.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		condemned, err = tx.Exec(ctx, condemn, db.ShardOf(id), id, f.Clock.NowMs(), now)
		return err
	})
	if err != nil || condemned == 0 {
		return err
	}
	x, ok, err := f.find(ctx, f.DB, id)
	if err != nil || !ok {
		return err
	}
	return f.remove(ctx, &x)
}

type piece struct {
	start, size int64
	object      string
}

func (f *Files) pieces(ctx context.Context, id wire.ID) ([]piece, error) {
	return db.Select(ctx, f.DB, func(s db.Scanner) (p piece, err error) {
		err = s.Scan(&p.start, &p.size, &p.object)
		return p, err
	}, piecesOf, db.ShardOf(id), id)
}

// removePieces removes the pieces of an upload: the objects first, so that what
// is left of a try that broke off is still known.
func (f *Files) removePieces(ctx context.Context, id wire.ID) error {
	list, err := f.pieces(ctx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	objects := make([]string, len(list))
	for i := range list {
		objects[i] = list[i].object
	}
	if err := f.Store.Delete(ctx, objects...); err != nil {
		return err
	}
	return f.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropPieces, db.ShardOf(id), id)
		return err
	})
}
