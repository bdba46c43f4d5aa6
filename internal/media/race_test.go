package media_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/blob"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/wire"
)

// node is files like those of a house on another node, whose store is another.
func node(h *chattest.House, s blob.Store) *media.Files {
	c := h.Files.Config
	c.Store = s
	f := media.Open(c)
	f.Hold(h.Chat)
	return f
}

// atPut does something just before objects below a prefix are put.
type atPut struct {
	blob.Store
	prefix string
	once   sync.Once
	do     func()
}

func (s *atPut) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if strings.HasPrefix(key, s.prefix) {
		s.once.Do(s.do)
	}
	return s.Store.Put(ctx, key, r, size)
}

// The server stops behind the last byte, and its sender does not ask again: the
// cleaning makes the file ready, and a day later it goes as all do that nothing
// names.
func TestWholeUploadIsMadeReadyUnasked(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		id := begin(t, h.Files, ann, media.Plain, 5000)
		_, err := h.Files.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 5000)))
		qt.Assert(t, qt.IsNil(err))
		text := begin(t, h.Files, ann, media.Photo, 5)
		_, err = h.Files.Append(t.Context(), ann.User, text, 0, strings.NewReader("plain"))
		qt.Assert(t, qt.IsNil(err))
		clean(t, h, time.Minute)
		list, err := h.Files.List(t.Context(), ann.User, []wire.ID{id, text})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(list, 0))
		clean(t, h, 5*time.Minute)
		list, err = h.Files.List(t.Context(), ann.User, []wire.ID{id, text})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(list, 1)) // and what is no photo is gone
		qt.Assert(t, qt.Equals(list[0].ID, id))
		clean(t, h, 25*time.Hour)
		clean(t, h, 2*time.Hour)
		empty(t, h)
	})
}

// While the disk is full the cleaning loses no upload and is not held up.
func TestLateUploadsWaitForRoom(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		disk := &fullStore{Store: h.Files.Store}
		f := node(h, disk)
		id := begin(t, f, ann, media.Plain, 2000)
		_, err := f.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 2000)))
		qt.Assert(t, qt.IsNil(err))
		disk.full = true
		h.Clock.Advance(time.Hour)
		is(t, f.Clean(t.Context()), fault.StorageFull)
		qt.Assert(t, qt.IsNil(f.Clean(t.Context()))) // not again at once
		disk.full = false
		h.Clock.Advance(25 * time.Hour)
		qt.Assert(t, qt.IsNil(f.Clean(t.Context())))
		got, err := open(t, f, ann, id, media.Original)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(got, 2000))
	})
}

// An upload is taken back, on another node, at the worst of moments: between a
// piece and its note, and between the note of the content and its place.
func TestTakenBackMeanwhile(t *testing.T) {
	for _, prefix := range []string{"upload/", "content/"} {
		t.Run(prefix, func(t *testing.T) {
			chattest.Each(t, func(t *testing.T, h *chattest.House) {
				ann := h.Users(1)[0]
				id := begin(t, h.Files, ann, media.Plain, 2000)
				_, err := h.Files.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 1000)))
				qt.Assert(t, qt.IsNil(err))
				f := node(h, &atPut{Store: h.Files.Store, prefix: prefix, do: func() {
					qt.Check(t, qt.IsNil(h.Files.Abort(context.Background(), ann.User, id)))
				}})
				_, err = f.Append(t.Context(), ann.User, id, 1000, bytes.NewReader(make([]byte, 1000)))
				if prefix == "upload/" {
					is(t, err, fault.UploadOffset)
				} else {
					qt.Assert(t, qt.IsNil(err))
					is(t, f.Finish(t.Context(), ann.User, id), fault.MediaUnknown)
				}
				_, err = h.Files.Get(t.Context(), ann.User, id)
				is(t, err, fault.MediaUnknown)
				empty(t, h)
			})
		})
	}
}

// Two nodes make the same upload ready at once.
func TestFinishedTwice(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		id := begin(t, h.Files, ann, media.Plain, 2000)
		_, err := h.Files.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 2000)))
		qt.Assert(t, qt.IsNil(err))
		f := node(h, &atPut{Store: h.Files.Store, prefix: "content/", do: func() {
			qt.Check(t, qt.IsNil(h.Files.Finish(context.Background(), ann.User, id)))
		}})
		qt.Assert(t, qt.IsNil(f.Finish(t.Context(), ann.User, id)))
		got, err := open(t, h.Files, ann, id, media.Original)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(got, 2000))
	})
}

// People upload the same few contents and take them back, while several nodes
// clean: a file that is ready can be read, and in the end nothing is left.
func TestSameContentComesAndGoes(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		users := h.Users(4)
		nodes := []*media.Files{h.Files, node(h, h.Files.Store)}
		for round := range 6 {
			var wg sync.WaitGroup
			for i, a := range users {
				wg.Go(func() {
					f := nodes[i%len(nodes)]
					b := file((round + i) % 2)
					id, err := f.Begin(context.Background(), a.User, true, media.Upload{Kind: media.Plain, Size: int64(len(b))})
					if err == nil {
						_, err = f.Append(context.Background(), a.User, id, 0, bytes.NewReader(b))
					}
					if err == nil {
						err = f.Finish(context.Background(), a.User, id)
					}
					if err != nil {
						t.Errorf("upload: %v", err)
						return
					}
					if got, err := open(t, f, a, id, media.Original); err != nil || !bytes.Equal(got, b) {
						t.Errorf("a file that is ready cannot be read: %v", err)
					}
					if err := f.Abort(context.Background(), a.User, id); err != nil {
						t.Errorf("take back: %v", err)
					}
				})
			}
			for _, f := range nodes {
				wg.Go(func() {
					if err := f.Clean(context.Background()); err != nil {
						t.Errorf("clean: %v", err)
					}
				})
			}
			wg.Wait()
			h.Clock.Advance(2 * time.Hour) // those taken back are due now
		}
		clean(t, h, 2*time.Hour)
		empty(t, h)
	})
}

// A piece that the store lost ends the upload with an answer, not with another
// try each day.
func TestLostPiece(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		id := begin(t, h.Files, ann, media.Plain, 2000)
		_, err := h.Files.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 2000)))
		qt.Assert(t, qt.IsNil(err))
		list, err := h.Files.Store.List(t.Context(), "upload/", "", 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(list, 1))
		qt.Assert(t, qt.IsNil(h.Files.Store.Delete(t.Context(), list[0].Key)))
		is(t, h.Files.Finish(t.Context(), ann.User, id), fault.MediaUnreadable)
		empty(t, h)
	})
}
