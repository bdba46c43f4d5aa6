package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// Keys of objects.
const (
	uploadPrefix  = "upload/"  // upload/ID/RANDOM: a piece
	contentPrefix = "content/" // content/HH/HASH/VARIANT, HH being the first two digits
)

// Variant is one of the forms in which a file is kept.
type Variant byte

// The variants. Photos have all of them, other files the original alone.
const (
	Original Variant = 'o'
	Large    Variant = 'l' // JPEG, mediafile.LargeSide pixels
	Small    Variant = 's' // JPEG, mediafile.SmallSide pixels
)

func contentKey(hash []byte, v Variant) string {
	h := hex.EncodeToString(hash)
	return contentPrefix + h[:2] + "/" + h + "/" + string(rune(v))
}

// Finish makes an upload ready that has come in whole. A file that is not what
// its kind says is refused, and nothing of it stays. Doing so twice, at once or
// after a crash, is doing it once.
func (f *Files) Finish(ctx context.Context, user UserID, id wire.ID) error {
	// The work goes on when the caller gives up: they will ask again.
	ctx = context.WithoutCancel(ctx)
	done, mine := f.claim(id)
	for !mine {
		<-done
		done, mine = f.claim(id)
	}
	defer f.release(id, done)
	x, err := f.own(ctx, user, id)
	switch {
	case err != nil || x.Ready():
		return err
	case x.UploadAt < x.UploadSize:
		return fault.New(fault.UploadOffset)
	}
	if err := f.finishing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer f.finishing.Release(1)
	// The work may be long, and nobody is to remove what it stands on.
	if err := f.keepUntil(ctx, id, f.Clock.NowMs()+dayMs); err != nil {
		return err
	}
	if err := f.finish(ctx, &x); err != nil {
		err = refused(err)
		if fault.From(err).Code.Kind() == fault.Invalid || fault.Has(err, fault.UploadTooLarge) {
			return errors.Join(err, f.discard(ctx, id, math.MaxInt64))
		}
		return fmt.Errorf("make upload %s ready: %w", id, err)
	}
	return nil
}

// keepUntil puts off that an upload is looked at. Of one that is on its way out
// fault.MediaUnknown tells.
func (f *Files) keepUntil(ctx context.Context, id wire.ID, at int64) error {
	return f.DB.Tx(ctx, func(tx *db.Tx) error {
		kept, err := tx.Exec(ctx, keepOpen, db.ShardOf(id), id, at)
		if err == nil && kept == 0 {
			err = fault.New(fault.MediaUnknown)
		}
		return err
	})
}

// claim makes the caller the only one on this node who finishes an upload, or
// gives what is closed when somebody else has ended. Nodes that do the same at
// once do it twice, to the same effect.
func (f *Files) claim(id wire.ID) (done chan struct{}, mine bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if done, ok := f.busy[id]; ok {
		return done, false
	}
	done = make(chan struct{})
	f.busy[id] = done
	return done, true
}

func (f *Files) release(id wire.ID, done chan struct{}) {
	f.mu.Lock()
	delete(f.busy, id)
	f.mu.Unlock()
	close(done)
}

// finish looks at the whole file, puts its content in place, and says that it is
// there.
func (f *Files) finish(ctx context.Context, x *File) error {
	whole, err := f.join(ctx, x)
	if err != nil {
		return err
	}
	defer whole.Close()
	content, err := f.look(ctx, x, whole)
	if err != nil {
		return err
	}
	err = f.DB.Tx(ctx, func(tx *db.Tx) error {
		// From here on the cleaning leaves content of this hash alone.
		if _, err := tx.Exec(ctx, touch, x.hash, f.Clock.NowMs()); err != nil {
			return err
		}
		noted, err := tx.Exec(ctx, setContent, db.ShardOf(x.ID), x.ID, x.hash, x.Mime, x.Size, x.Width, x.Height,
			x.Duration.Milliseconds(), x.Blur, x.Waveform)
		if err == nil && noted == 0 {
			err = errOvertaken
		}
		return err
	})
	if errors.Is(err, errOvertaken) {
		return f.overtaken(ctx, x)
	}
	if err != nil {
		return err
	}
	// Put also when the content is there already, so that nobody can tell.
	for _, c := range content {
		if err := f.Store.Put(ctx, contentKey(x.hash, c.variant), c.r, c.size); err != nil {
			return full(err)
		}
	}
	err = f.DB.Tx(ctx, func(tx *db.Tx) error {
		noted, err := tx.Exec(ctx, setReady, db.ShardOf(x.ID), x.ID, f.Clock.NowMs()+dayMs)
		if err == nil && noted == 0 {
			err = errOvertaken
		}
		return err
	})
	if errors.Is(err, errOvertaken) {
		return f.overtaken(ctx, x)
	}
	if err != nil {
		return err
	}
	return f.removePieces(ctx, x.ID)
}

// errOvertaken says that the upload is no longer one.
var errOvertaken = errors.New("no longer an upload")

// overtaken ends the work on an upload that another node made ready meanwhile, or
// that its owner took back: then what was put for it goes again.
func (f *Files) overtaken(ctx context.Context, x *File) error {
	now, ok, err := f.find(ctx, f.DB, x.ID)
	if err != nil || ok && now.Ready() {
		return err
	}
	err = f.DB.Tx(ctx, func(tx *db.Tx) error { return f.dropContent(ctx, tx, x.hash) })
	return errors.Join(fault.New(fault.MediaUnknown), err)
}

// join copies the pieces into a file without a name.
func (f *Files) join(ctx context.Context, x *File) (*os.File, error) {
	list, err := f.pieces(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	whole, err := os.CreateTemp(f.Temp, "upload")
	if err != nil {
		return nil, full(err)
	}
	err = os.Remove(whole.Name())
	at := int64(0)
	for _, p := range list {
		if err == nil && p.start != at {
			err = fmt.Errorf("a piece begins at %d, not at %d", p.start, at)
		}
		if err == nil {
			err = f.copyPiece(ctx, whole, p)
		}
		at += p.size
	}
	if err == nil && at != x.UploadSize {
		err = fmt.Errorf("%d bytes are there, not %d", at, x.UploadSize)
	}
	if err != nil {
		return nil, errors.Join(full(err), whole.Close())
	}
	return whole, nil
}

func (f *Files) copyPiece(ctx context.Context, to io.Writer, p piece) error {
	o, err := f.Store.Open(ctx, p.object)
	if errors.Is(err, fs.ErrNotExist) {
		// Trying again would not bring it back.
		return fault.Newf(fault.MediaUnreadable, "A part of the file was lost; send it anew.").Because(err)
	}
	if err != nil {
		return err
	}
	n, err := io.Copy(to, o)
	if err == nil && n != p.size {
		err = fmt.Errorf("piece %s has %d bytes, not %d", p.object, n, p.size)
	}
	return errors.Join(err, o.Close())
}

// content is a variant to be put.
type content struct {
	variant Variant
	r       io.Reader
	size    int64
}

func inMemory(v Variant, b []byte) content { return content{v, bytes.NewReader(b), int64(len(b))} }

// look fills in what the file is, and gives what is kept of it.
func (f *Files) look(ctx context.Context, x *File, whole *os.File) ([]content, error) {
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch x.Kind {
	case Photo:
		p, err := f.studio.Photo(ctx, whole, x.UploadSize)
		if err != nil {
			return nil, err
		}
		x.Mime, x.Width, x.Height, x.Blur, x.Size = p.Mime, p.Width, p.Height, p.Blur, int64(len(p.Original))
		sum := sha256.Sum256(p.Original)
		x.hash = sum[:]
		return []content{inMemory(Original, p.Original), inMemory(Large, p.Large), inMemory(Small, p.Small)}, nil
	case Video:
		v, err := mediafile.ReadVideo(ctx, whole, x.UploadSize)
		if err != nil {
			return nil, err
		}
		x.Mime, x.Width, x.Height, x.Duration = v.Mime, v.Width, v.Height, v.Duration
	case Voice:
		v, err := mediafile.ReadVoice(ctx, whole, x.UploadSize)
		if err != nil {
			return nil, err
		}
		x.Mime, x.Duration, x.Waveform = v.Mime, v.Duration, v.Waveform
		var g given
		if err := json.Unmarshal([]byte(x.given), &g); err != nil {
			return nil, err
		}
		if x.Waveform == nil && len(g.Waveform) > 0 {
			x.Waveform = g.Waveform
		}
		if x.Duration == 0 {
			x.Duration = time.Duration(g.DurationMs) * time.Millisecond
		}
	default:
		head := make([]byte, mediafile.HeadBytes)
		n, err := whole.ReadAt(head, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		x.Mime = mediafile.Sniff(head[:n])
	}
	x.Size = x.UploadSize
	return f.asItIs(x, whole)
}

// asItIs keeps the file as it came.
func (f *Files) asItIs(x *File, whole *os.File) ([]content, error) {
	h := sha256.New()
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if _, err := io.Copy(h, whole); err != nil {
		return nil, err
	}
	x.hash = h.Sum(nil)
	_, err := whole.Seek(0, io.SeekStart)
	return []content{{Original, whole, x.Size}}, err
}
