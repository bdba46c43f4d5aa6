// Package media answers: which files did people upload, what is in them, and who
// may have them?
//
// A file has an id, one per upload, and a row; its bytes are objects of a
// [blob.Store], kept once for all files of the same content. It lives as long as
// something names it: an entry of a room, or a profile. Which those are is known
// to a [Holder], the package chat.
package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"madang/internal/account"
	"madang/internal/blob"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// UserID names people.
type UserID = account.ID

// Kind is what a file is sent as.
type Kind string

// The kinds of files.
const (
	Photo Kind = "photo"
	Video Kind = "video"
	Voice Kind = "voice"
	Plain Kind = "file"
)

// Known reports whether there is such a kind.
func (k Kind) Known() bool { return k == Photo || k == Video || k == Voice || k == Plain }

// State is how far a file is.
type State string

// The states of files, in their order.
const (
	uploading State = "uploading" // pieces are coming in
	storing   State = "storing"   // all are there; the content is on its way to its place
	ready     State = "ready"     // it can be sent
	doomed    State = "doomed"    // nothing names it, and nothing may begin to
)

// File is what is known of a file.
type File struct {
	ID    wire.ID
	Owner UserID
	Kind  Kind
	State State
	Name  string // as the sender called it

	UploadSize int64 // bytes announced
	UploadAt   int64 // bytes received

	// What it is, once it is ready.
	Mime          string
	Size          int64 // bytes
	Width, Height int   // pixels
	Duration      time.Duration
	Blur          string // of photos: a BlurHash
	Waveform      []byte // of recordings: mediafile.WaveformValues values, or nil
	CreatedAt     int64  // Unix milliseconds
	// LookAt is when it is looked at whether it is still wanted, in Unix
	// milliseconds: an upload to which nothing was added until then is removed.
	LookAt int64

	given string
	hash  []byte
}

// Ready reports whether the file can be sent and read.
func (f *File) Ready() bool { return f.State == ready }

// Holder knows what names files.
type Holder interface {
	// Named reports whether anything names the file.
	Named(ctx context.Context, id wire.ID) (bool, error)
	// MayRead reports whether a person may read the file because of what names
	// it.
	MayRead(ctx context.Context, user UserID, id wire.ID) (bool, error)
}

// Config is what files stand on.
type Config struct {
	DB    *db.DB
	Store blob.Store // owned by the files, which close it
	Clock *clock.Clock
	Key   []byte // signs links
	// MaxUpload is the largest file in bytes; 0 is DefaultMaxUpload.
	MaxUpload int64
	// DailyBytes is how much a person may upload in 24 hours; 0 is
	// DefaultDailyBytes.
	DailyBytes int64
	// Temp is the folder for files that are being looked at; empty is the
	// system's. What a crash leaves there has no name any more.
	Temp   string
	Logger *slog.Logger // nil is slog.Default()
}

// Defaults of [Config].
const (
	DefaultMaxUpload  = 300 << 20
	DefaultDailyBytes = 20 << 30
)

// Limits.
const (
	maxUnfinished = 200       // uploads of a person that are not ready
	maxName       = 255       // characters of a file's name
	pieceBytes    = 1 << 20   // of a piece of an upload, at most
	maxReceiving  = 256       // uploads that send at the same time; each holds a piece
	maxFinishing  = 8         // uploads that are made ready at the same time
	photoMemory   = 128 << 20 // bytes for the photos among them
	dayMs         = 24 * 3600_000
)

// Files are the files of this server. They are safe for concurrent use.
type Files struct {
	Config
	studio    *mediafile.Studio
	receiving *semaphore.Weighted
	finishing *semaphore.Weighted
	holder    Holder

	mu   sync.Mutex
	busy map[wire.ID]chan struct{} // being finished on this node
}

// Open makes the files of a server. The first call behind it is [Files.Hold].
func Open(c Config) *Files {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = DefaultMaxUpload
	}
	if c.DailyBytes == 0 {
		c.DailyBytes = DefaultDailyBytes
	}
	return &Files{
		Config:    c,
		studio:    mediafile.NewStudio(photoMemory),
		receiving: semaphore.NewWeighted(maxReceiving),
		finishing: semaphore.NewWeighted(maxFinishing),
		busy:      make(map[wire.ID]chan struct{}),
	}
}

// Hold says who knows what names files. It is called once, before anything is
// served.
func (f *Files) Hold(h Holder) { f.holder = h }

// Close closes the store.
func (f *Files) Close() error { return f.Store.Close() }

const columns = `id, owner, kind, state, name, upload_size, upload_at, given, mime, size, width, height, duration_ms, blur, waveform, hash, created_at, look_at`

var (
	fileByID   = db.SQL(`SELECT ` + columns + ` FROM media WHERE shard = $1 AND id = $2`)
	filesByIDs = db.SQL(`SELECT m.` + `id, m.owner, m.kind, m.state, m.name, m.upload_size, m.upload_at, m.given, m.mime, m.size, m.width, m.height,
		m.duration_ms, m.blur, m.waveform, m.hash, m.created_at, m.look_at FROM {keys $1} k JOIN media m ON m.shard = k.shard AND m.id = k.id`)
)

func scanFile(s db.Scanner) (File, error) {
	var x File
	var ms int64
	err := s.Scan(&x.ID, &x.Owner, &x.Kind, &x.State, &x.Name, &x.UploadSize, &x.UploadAt, &x.given,
		&x.Mime, &x.Size, &x.Width, &x.Height, &ms, &x.Blur, &x.Waveform, &x.hash, &x.CreatedAt, &x.LookAt)
	x.Duration = time.Duration(ms) * time.Millisecond
	return x, err
}

// find gives a file; ok is false when there is none.
func (f *Files) find(ctx context.Context, r db.Reader, id wire.ID) (x File, ok bool, err error) {
	list, err := db.Select(ctx, r, scanFile, fileByID, db.ShardOf(id), id)
	if err != nil {
		return x, false, fmt.Errorf("look for file %s: %w", id, err)
	}
	if len(list) == 0 {
		return x, false, nil
	}
	return list[0], true, nil
}

// Usable gives a file that the person may send: one of their own, or one that
// something names which they can read. Of any other, whether there is such a
// file or not, fault.MediaUnknown tells the same.
func (f *Files) Usable(ctx context.Context, r db.Reader, user UserID, id wire.ID, want Kind) (File, error) {
	x, err := f.readable(ctx, r, user, id)
	switch {
	case err != nil:
		return File{}, err
	case x.Kind != want:
		return File{}, fault.New(fault.MediaKind)
	}
	return x, nil
}

func (f *Files) readable(ctx context.Context, r db.Reader, user UserID, id wire.ID) (File, error) {
	x, ok, err := f.find(ctx, r, id)
	if err != nil {
		return x, err
	}
	may := ok && x.Ready() && x.Owner == user
	if ok && x.Ready() && !may {
		if may, err = f.holder.MayRead(ctx, user, id); err != nil {
			return x, fmt.Errorf("who may read file %s: %w", id, err)
		}
	}
	if !may {
		return File{}, fault.New(fault.MediaUnknown)
	}
	return x, nil
}

// Get gives a file to somebody who may read it, and to its owner also before it
// is ready. An upload that came in whole and was not made ready, because the
// server stopped in between, is made ready first.
func (f *Files) Get(ctx context.Context, user UserID, id wire.ID) (File, error) {
	x, ok, err := f.find(ctx, f.DB, id)
	if err != nil {
		return x, err
	}
	if ok && x.Owner == user && (x.State == uploading || x.State == storing) {
		if x.UploadAt < x.UploadSize {
			return x, nil
		}
		if err := f.Finish(ctx, user, id); err != nil {
			return x, err
		}
	}
	return f.readable(ctx, f.DB, user, id)
}

// MaxGet is how many files one call of [Files.List] gives.
const MaxGet = 100

// List gives those of the files that are ready and that the person may read, in
// the order asked for.
func (f *Files) List(ctx context.Context, user UserID, ids []wire.ID) ([]File, error) {
	if len(ids) > MaxGet {
		return nil, fault.Newf(fault.BadRequest, "One call names at most %d files.", MaxGet).In("ids")
	}
	found, err := db.Select(ctx, f.DB, scanFile, filesByIDs, db.Keys(ids))
	if err != nil {
		return nil, fmt.Errorf("look for files: %w", err)
	}
	byID := make(map[wire.ID]File, len(found))
	for _, x := range found {
		byID[x.ID] = x
	}
	list := make([]File, 0, len(found))
	for _, id := range ids {
		x, ok := byID[id]
		if !ok || !x.Ready() {
			continue
		}
		if x.Owner != user {
			if ok, err = f.holder.MayRead(ctx, user, id); err != nil {
				return nil, fmt.Errorf("who may read file %s: %w", id, err)
			}
		}
		if ok {
			list = append(list, x)
		}
	}
	return list, nil
}

// CheckPhoto checks that a person may show a photo in their profile. It is the
// CheckPhoto of [account.Options].
func (f *Files) CheckPhoto(ctx context.Context, tx *db.Tx, owner account.ID, photo wire.ID) error {
	_, err := f.Usable(ctx, tx, owner, photo, Photo)
	var refused *fault.Error
	if errors.As(err, &refused) {
		return refused.In("photo_id")
	}
	return err
}

// PhotoLeft is the PhotoLeft of [account.Options].
func (f *Files) PhotoLeft(ctx context.Context, photo wire.ID) {
	if err := f.Unnamed(context.WithoutCancel(ctx), photo); err != nil {
		f.Logger.Warn("a photo that a profile no longer shows could not be marked; it goes some days later", "cause", err)
	}
}

// refused turns what is wrong with a file into an answer.
func refused(err error) error {
	for cause, code := range map[error]fault.Code{
		mediafile.ErrType: fault.MediaType, mediafile.ErrUnreadable: fault.MediaUnreadable, mediafile.ErrTooLarge: fault.UploadTooLarge,
		mediafile.ErrPixels: fault.TooManyPixels, mediafile.ErrFrames: fault.TooManyFrames,
	} {
		if errors.Is(err, cause) {
			return fault.New(code).Because(err)
		}
	}
	return err
}
