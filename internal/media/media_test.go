package media_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/account"
	"madang/internal/blob"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// file is bytes that no other file of the test has.
func file(n int) []byte { return bytes.Repeat([]byte{'M', byte(n), byte(n >> 8), 'x', '\n'}, 1000+n) }

func begin(t testing.TB, f *media.Files, a chat.Actor, kind media.Kind, size int) wire.ID {
	t.Helper()
	id, err := f.Begin(t.Context(), a.User, true, media.Upload{Kind: kind, Name: "a.txt", Size: int64(size)})
	qt.Assert(t, qt.IsNil(err))
	return id
}

func upload(t testing.TB, f *media.Files, a chat.Actor, kind media.Kind, b []byte) wire.ID {
	t.Helper()
	id := begin(t, f, a, kind, len(b))
	n, err := f.Append(t.Context(), a.User, id, 0, bytes.NewReader(b))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(n, int64(len(b))))
	qt.Assert(t, qt.IsNil(f.Finish(t.Context(), a.User, id)))
	return id
}

// open reads a file through a link of a person.
func open(t testing.TB, f *media.Files, a chat.Actor, id wire.ID, v media.Variant) ([]byte, error) {
	t.Helper()
	x, err := f.Get(t.Context(), a.User, id)
	if err != nil {
		return nil, err
	}
	for _, l := range f.Links(a.User, &x) {
		if l.Variant == v {
			return follow(t, f, l.Token)
		}
	}
	t.Fatalf("no link to the variant %c", v)
	return nil, nil
}

func follow(t testing.TB, f *media.Files, token string) ([]byte, error) {
	c, err := f.Open(t.Context(), token)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(c)
	return b, errors.Join(err, c.Close())
}

func is(t testing.TB, err error, code fault.Code) {
	t.Helper()
	qt.Assert(t, qt.IsTrue(fault.Has(err, code)), qt.Commentf("%v is not %v", err, code))
}

// empty says that nothing is kept: no object, no row.
func empty(t testing.TB, h *chattest.House) {
	t.Helper()
	list, err := h.Files.Store.List(t.Context(), "", "", 10)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(list, 0))
	for _, table := range []string{"media", "media_piece", "media_content"} {
		var n int
		query := `SELECT count(*) FROM ` + table
		qt.Assert(t, qt.IsNil(h.DB.QueryRow(t.Context(), db.Raw(query, query)).Scan(&n)))
		qt.Assert(t, qt.Equals(n, 0), qt.Commentf(table))
	}
}

func show(t testing.TB, h *chattest.House, a chat.Actor, room chat.RoomID, id wire.ID) (uint64, error) {
	t.Helper()
	s, err := h.Chat.Send(t.Context(), a, chat.Send{Room: room, ClientID: chattest.NewID(), Content: wire.Content{
		Type: wire.TypeFile, File: &wire.File{MediaID: id, Name: "a.txt"},
	}})
	return s.Seq, err
}

func TestUploadInPieces(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		want := bytes.Repeat([]byte("0123456789abcdef"), 200_000) // 3.2 MB: four pieces
		id := begin(t, h.Files, ann, media.Plain, len(want))
		// The line breaks in the middle of a piece. What came is kept.
		n, err := h.Files.Append(t.Context(), ann.User, id, 0, io.MultiReader(bytes.NewReader(want[:1_500_000]), broken{}))
		qt.Assert(t, qt.ErrorIs(err, errBroken))
		qt.Assert(t, qt.Equals(n, 1_500_000))
		// Another node, or the same after a restart, goes on.
		again := media.Open(h.Files.Config)
		again.Hold(h.Chat)
		x, err := again.Progress(t.Context(), ann.User, id)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(x.UploadAt, 1_500_000))
		_, err = again.Append(t.Context(), ann.User, id, 1_400_000, bytes.NewReader(want[1_400_000:]))
		is(t, err, fault.UploadOffset)
		is(t, again.Finish(t.Context(), ann.User, id), fault.UploadOffset)
		_, err = again.Append(t.Context(), ben.User, id, 1_500_000, bytes.NewReader(want[1_500_000:]))
		is(t, err, fault.MediaUnknown)
		// More than was announced is left unread.
		n, err = again.Append(t.Context(), ann.User, id, 1_500_000, bytes.NewReader(append(want[1_500_000:len(want):len(want)], "more"...)))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(n, int64(len(want)-1_500_000)))
		// Nobody says that it is whole; asking is enough.
		x, err = again.Progress(t.Context(), ann.User, id)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(x.Ready()))
		got, err := open(t, again, ann, id, media.Original)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(bytes.Equal(got, want)))
		_, err = open(t, again, ben, id, media.Original)
		is(t, err, fault.MediaUnknown)
		left, err := h.Files.Store.List(t.Context(), "upload/", "", 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(left, 0))
	})
}

// Of many that append at the same place one is taken, and the file is whole.
func TestAppendAtOnce(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		const part, parts = 10_000, 4
		id := begin(t, h.Files, ann, media.Plain, part*parts)
		for p := range parts {
			var wg sync.WaitGroup
			var mu sync.Mutex
			taken := 0
			for who := range 6 {
				wg.Go(func() {
					b := bytes.Repeat([]byte{byte('a' + p), byte('0' + who)}, part/2)
					_, err := h.Files.Append(context.Background(), ann.User, id, int64(p*part), bytes.NewReader(b))
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						taken++
					} else if !fault.Has(err, fault.UploadOffset) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			qt.Assert(t, qt.Equals(taken, 1))
		}
		got, err := open(t, h.Files, ann, id, media.Original)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(len(got), part*parts))
		for p := range parts {
			one := got[p*part : (p+1)*part]
			qt.Assert(t, qt.IsTrue(bytes.Equal(one, bytes.Repeat([]byte{byte('a' + p), one[1]}, part/2))))
		}
	})
}

func TestPhotoHasVariants(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		id, err := h.Files.MakeSample(t.Context(), ann.User, media.Photo)
		qt.Assert(t, qt.IsNil(err))
		x, err := h.Files.Get(t.Context(), ann.User, id)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(x.Mime, mediafile.PNG))
		qt.Assert(t, qt.DeepEquals([]int{x.Width, x.Height}, []int{320, 240}))
		for _, v := range []media.Variant{media.Original, media.Large, media.Small} {
			b, err := open(t, h.Files, ann, id, v)
			qt.Assert(t, qt.IsNil(err))
			_, format, err := image.DecodeConfig(bytes.NewReader(b))
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.Equals(format, map[media.Variant]string{media.Original: "png", media.Large: "jpeg", media.Small: "jpeg"}[v]))
		}
	})
}

// The waveform of the sender counts where the file does not tell, and only there.
func TestVoice(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		id, err := h.Files.MakeSample(t.Context(), ann.User, media.Voice)
		qt.Assert(t, qt.IsNil(err))
		room := h.Direct(ann, ben)
		s, err := h.Chat.Send(t.Context(), ann, chat.Send{Room: room, ClientID: chattest.NewID(), Content: wire.Content{
			Type: wire.TypeVoice, Voice: &wire.Voice{MediaID: id, DurationMs: 99_999, Waveform: []int{1, 2, 3}},
		}})
		qt.Assert(t, qt.IsNil(err))
		v := h.Entry(ben, room, s.Seq).Voice
		qt.Assert(t, qt.Equals(v.DurationMs, 1000))
		qt.Assert(t, qt.HasLen(v.Waveform, mediafile.WaveformValues))
		qt.Assert(t, qt.Equals(v.Waveform[mediafile.WaveformValues-1], 255))
	})
}

func TestSameBytesAreKeptOnce(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		one, two := upload(t, h.Files, ann, media.Plain, file(1)), upload(t, h.Files, ben, media.Plain, file(1))
		qt.Assert(t, qt.Not(qt.Equals(one, two)))
		list, err := h.Files.Store.List(t.Context(), "content/", "", 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(list, 1))
		// Having the bytes is no right to what somebody else made of them.
		_, err = open(t, h.Files, ben, one, media.Original)
		is(t, err, fault.MediaUnknown)
		// One goes; the other stays whole.
		qt.Assert(t, qt.IsNil(h.Files.Abort(t.Context(), ann.User, one)))
		_, err = h.Files.Get(t.Context(), ann.User, one)
		is(t, err, fault.MediaUnknown)
		clean(t, h, 2*time.Hour)
		got, err := open(t, h.Files, ben, two, media.Original)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(bytes.Equal(got, file(1))))
		clean(t, h, 26*time.Hour)
		clean(t, h, 2*time.Hour)
		empty(t, h)
	})
}

// clean lets time pass and cleans.
func clean(t testing.TB, h *chattest.House, d time.Duration) {
	t.Helper()
	h.Clock.Advance(d)
	qt.Assert(t, qt.IsNil(h.Files.Clean(t.Context())))
}

func TestBadUploadsLeaveNothing(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		var photo bytes.Buffer
		qt.Assert(t, qt.IsNil(png.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 50, 50)))))
		bomb := bytes.Clone(photo.Bytes())
		copy(bomb[16:], "\x00\x01\x00\x00\x00\x01\x00\x00") // 65,536 pixels each way
		for name, c := range map[string]struct {
			kind media.Kind
			data []byte
			code fault.Code
		}{
			"text as photo":   {media.Photo, []byte("<svg onload=alert(1)>"), fault.MediaType},
			"photo cut off":   {media.Photo, photo.Bytes()[:60], fault.MediaUnreadable},
			"photo as a film": {media.Video, photo.Bytes(), fault.MediaType},
			"text as a voice": {media.Voice, file(1), fault.MediaType},
			"bomb":            {media.Photo, bomb, fault.MediaUnreadable}, // its checksum is wrong, too
		} {
			id := begin(t, h.Files, ann, c.kind, len(c.data))
			_, err := h.Files.Append(t.Context(), ann.User, id, 0, bytes.NewReader(c.data))
			qt.Assert(t, qt.IsNil(err))
			err = h.Files.Finish(t.Context(), ann.User, id)
			qt.Check(t, qt.IsTrue(fault.Has(err, c.code)), qt.Commentf("%s: %v", name, err))
			_, err = h.Files.Get(t.Context(), ann.User, id)
			is(t, err, fault.MediaUnknown)
			empty(t, h)
		}
		// One that is never finished goes after a day.
		id := begin(t, h.Files, ann, media.Plain, 5000)
		_, err := h.Files.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 3000)))
		qt.Assert(t, qt.IsNil(err))
		clean(t, h, 23*time.Hour)
		_, err = h.Files.Progress(t.Context(), ann.User, id)
		qt.Assert(t, qt.IsNil(err))
		clean(t, h, 2*time.Hour)
		empty(t, h)
	})
}

func TestUploadLimits(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		for name, c := range map[string]struct {
			upload media.Upload
			code   fault.Code
		}{
			"no kind":         {media.Upload{Size: 1}, fault.UploadInvalid},
			"empty":           {media.Upload{Kind: media.Plain}, fault.UploadInvalid},
			"too large":       {media.Upload{Kind: media.Plain, Size: media.DefaultMaxUpload + 1}, fault.UploadTooLarge},
			"too large photo": {media.Upload{Kind: media.Photo, Size: mediafile.MaxPhotoBytes + 1}, fault.UploadTooLarge},
			"long name":       {media.Upload{Kind: media.Plain, Size: 1, Name: string(bytes.Repeat([]byte("x"), 256))}, fault.UploadInvalid},
			"long waveform":   {media.Upload{Kind: media.Voice, Size: 1, Waveform: make([]byte, 65)}, fault.UploadInvalid},
			"long recording":  {media.Upload{Kind: media.Voice, Size: 1, DurationMs: 1 << 40}, fault.UploadInvalid},
		} {
			_, err := h.Files.Begin(t.Context(), ann.User, false, c.upload)
			qt.Check(t, qt.IsTrue(fault.Has(err, c.code)), qt.Commentf("%s: %v", name, err))
		}
		// A name leads nowhere.
		id, err := h.Files.Begin(t.Context(), ann.User, false, media.Upload{Kind: media.Plain, Size: 1, Name: "../../etc/pass\nwd"})
		qt.Assert(t, qt.IsNil(err))
		x, err := h.Files.Get(t.Context(), ann.User, id)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(x.Name, "passwd"))

		for range 199 {
			_, err := h.Files.Begin(t.Context(), ann.User, false, media.Upload{Kind: media.Plain, Size: 1})
			qt.Assert(t, qt.IsNil(err))
		}
		_, err = h.Files.Begin(t.Context(), ann.User, false, media.Upload{Kind: media.Plain, Size: 1})
		is(t, err, fault.UploadLimit)
		_, err = h.Files.Begin(t.Context(), ben.User, false, media.Upload{Kind: media.Plain, Size: 1})
		qt.Assert(t, qt.IsNil(err))

		few := media.Open(h.Files.Config)
		few.DailyBytes = 1000
		_, err = few.Begin(t.Context(), ben.User, false, media.Upload{Kind: media.Plain, Size: 1000})
		is(t, err, fault.UploadLimit)
		h.Clock.Advance(25 * time.Hour)
		_, err = few.Begin(t.Context(), ben.User, false, media.Upload{Kind: media.Plain, Size: 1000})
		qt.Assert(t, qt.IsNil(err))
	})
}

// A disk that is full is said to be, and what had come in before is still there
// when it has room again.
func TestFullDisk(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann := h.Users(1)[0]
		disk := &fullStore{Store: h.Files.Store}
		c := h.Files.Config
		c.Store = disk
		f := media.Open(c)
		f.Hold(h.Chat)
		id := begin(t, f, ann, media.Plain, 2000)
		_, err := f.Append(t.Context(), ann.User, id, 0, bytes.NewReader(make([]byte, 1000)))
		qt.Assert(t, qt.IsNil(err))
		disk.full = true
		n, err := f.Append(t.Context(), ann.User, id, 1000, bytes.NewReader(make([]byte, 1000)))
		is(t, err, fault.StorageFull)
		qt.Assert(t, qt.Equals(n, 0))
		disk.full = false
		_, err = f.Append(t.Context(), ann.User, id, 1000, bytes.NewReader(make([]byte, 1000)))
		qt.Assert(t, qt.IsNil(err))
		disk.full = true
		is(t, f.Finish(t.Context(), ann.User, id), fault.StorageFull)
		disk.full = false
		got, err := open(t, f, ann, id, media.Original)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(got, 2000))
	})
}

type fullStore struct {
	blob.Store
	full bool
}

func (s *fullStore) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if s.full {
		return fmt.Errorf("write %s: %w", key, syscall.ENOSPC)
	}
	return s.Store.Put(ctx, key, r, size)
}

func TestLinks(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		id := upload(t, h.Files, ann, media.Plain, file(1))
		seq, err := show(t, h, ann, room, id)
		qt.Assert(t, qt.IsNil(err))
		x, err := h.Files.Get(t.Context(), ben.User, id)
		qt.Assert(t, qt.IsNil(err))
		token := h.Files.Links(ben.User, &x)[0].Token
		got, err := follow(t, h.Files, token)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(bytes.Equal(got, file(1))))
		qt.Assert(t, qt.Equals(h.Files.Links(ben.User, &x)[0].Token, token)) // the same for hours

		// Any change of it is no link.
		for i := range token {
			forged := []byte(token)
			forged[i] ^= 1
			if _, err := follow(t, h.Files, string(forged)); err == nil {
				t.Errorf("byte %d can be changed", i)
			}
		}
		// It ends with the right of its person, at once.
		_, err = h.Chat.Delete(t.Context(), ann, room, seq, true)
		qt.Assert(t, qt.IsNil(err))
		_, err = follow(t, h.Files, token)
		is(t, err, fault.MediaUnknown)
		own := h.Files.Links(ann.User, &x)[0].Token
		_, err = follow(t, h.Files, own)
		qt.Assert(t, qt.IsNil(err))
		h.Clock.Advance(13 * time.Hour)
		_, err = follow(t, h.Files, own)
		is(t, err, fault.LinkExpired)
	})
}

// Who joins later, who left, who hid a message or cleared the room: each reads
// the files of what they see and no other.
func TestFilesFollowWhatIsSeen(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		room := h.Group(ann, ben)
		before := upload(t, h.Files, ann, media.Plain, file(1))
		seq, err := show(t, h, ann, room, before)
		qt.Assert(t, qt.IsNil(err))
		_, err = h.Chat.Invite(t.Context(), ann, room, []wire.ID{cid.User})
		qt.Assert(t, qt.IsNil(err))
		after := upload(t, h.Files, ann, media.Plain, file(2))
		_, err = show(t, h, ann, room, after)
		qt.Assert(t, qt.IsNil(err))

		may := func(a chat.Actor, id wire.ID, want bool) {
			t.Helper()
			_, err := h.Files.Get(t.Context(), a.User, id)
			if want {
				qt.Assert(t, qt.IsNil(err))
			} else {
				is(t, err, fault.MediaUnknown)
			}
		}
		may(ben, before, true)
		may(cid, before, false)
		may(cid, after, true)
		may(dan, after, false)

		// What somebody can read they can pass on; who gets it can read it there.
		to := h.Direct(cid, dan)
		_, err = show(t, h, cid, to, before)
		is(t, err, fault.MediaUnknown)
		_, err = show(t, h, cid, to, after)
		qt.Assert(t, qt.IsNil(err))
		may(dan, after, true)
		may(dan, before, false)

		_, err = h.Chat.Delete(t.Context(), ben, room, seq, false) // out of ben's own sight
		qt.Assert(t, qt.IsNil(err))
		may(ben, before, false)
		may(ann, before, true)
		qt.Assert(t, qt.IsNil(h.Chat.Remove(t.Context(), ann, room, ben.User)))
		may(ben, after, false)
	})
}

func TestProfilePhotos(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		u := h.Users(4)
		ann, friend, mate, stranger := u[0], u[1], u[2], u[3]
		photo, err := h.Files.MakeSample(t.Context(), ann.User, media.Photo)
		qt.Assert(t, qt.IsNil(err))
		setPhoto(t, h, ann, photo)
		_, err = h.People.AddFriend(t.Context(), friend.User, ann.User)
		qt.Assert(t, qt.IsNil(err))
		h.Group(ann, mate)
		for who, want := range map[chat.Actor]bool{ann: true, friend: true, mate: true, stranger: false} {
			_, err := h.Files.Get(t.Context(), who.User, photo)
			qt.Check(t, qt.Equals(err == nil, want))
		}
		// It stays as long as it is shown, and goes a day after.
		clean(t, h, 48*time.Hour)
		clean(t, h, 48*time.Hour)
		_, err = open(t, h.Files, friend, photo, media.Small)
		qt.Assert(t, qt.IsNil(err))
		setPhoto(t, h, ann, wire.ID{})
		_, err = h.Files.Get(t.Context(), friend.User, photo)
		is(t, err, fault.MediaUnknown)
		clean(t, h, 25*time.Hour)
		clean(t, h, 2*time.Hour)
		empty(t, h)
	})
}

// Retention takes the files of what it takes.
func TestRetentionTakesFiles(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		old := upload(t, h.Files, ann, media.Plain, file(1))
		_, err := show(t, h, ann, room, old)
		qt.Assert(t, qt.IsNil(err))
		clean(t, h, 30*24*time.Hour)
		recent := upload(t, h.Files, ann, media.Plain, file(2))
		_, err = show(t, h, ann, room, recent)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(h.Chat.TrimBefore(t.Context(), h.Clock.Now().Add(-24*time.Hour))))
		_, err = h.Files.Get(t.Context(), ben.User, old)
		is(t, err, fault.MediaUnknown)
		clean(t, h, 25*time.Hour)
		clean(t, h, 2*time.Hour)
		list, err := h.Files.Store.List(t.Context(), "content/", "", 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(list, 1))
		_, err = open(t, h.Files, ben, recent, media.Original)
		qt.Assert(t, qt.IsNil(err))
	})
}

// A message that was sent answers with its number for ever, also when its file is
// gone.
func TestSentAgainWithoutItsFile(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		id := upload(t, h.Files, ann, media.Plain, file(1))
		m := chat.Send{Room: room, ClientID: chattest.NewID(), Content: wire.Content{
			Type: wire.TypeFile, File: &wire.File{MediaID: id, Name: "a.txt"},
		}}
		sent, err := h.Chat.Send(t.Context(), ann, m)
		qt.Assert(t, qt.IsNil(err))
		_, err = h.Chat.Delete(t.Context(), ann, room, sent.Seq, true)
		qt.Assert(t, qt.IsNil(err))
		clean(t, h, 25*time.Hour)
		clean(t, h, 2*time.Hour)
		empty(t, h)
		again, err := h.Chat.Send(t.Context(), ann, m)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(again, sent))
	})
}

// TestCleaning does what people do, in any order, while time passes and the
// cleaning runs: a file that a message shows can always be read, and of one that
// nothing shows nothing is left in the end.
func TestCleaning(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		rooms := []chat.RoomID{h.Direct(ann, ben), h.Group(ann, ben)}
		number := 0
		rapid.Check(t, func(rt *rapid.T) {
			type message struct {
				room chat.RoomID
				seq  uint64
				file int
			}
			var files []wire.ID
			var contents []int
			var shown []message
			pick := func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(rt, what) }
			for range rapid.IntRange(5, 25).Draw(rt, "steps") {
				switch what := pick(6, "what"); {
				case what == 0 || len(files) == 0:
					number += pick(2, "new content")
					files, contents = append(files, upload(t, h.Files, ann, media.Plain, file(number))), append(contents, number)
				case what == 1 || what == 2:
					i, room := pick(len(files), "file"), rooms[pick(2, "room")]
					seq, err := show(t, h, ann, room, files[i])
					if err == nil {
						shown = append(shown, message{room, seq, i})
					} else {
						is(t, err, fault.MediaUnknown) // gone, or about to go
					}
				case what == 3 && len(shown) > 0:
					i := pick(len(shown), "message")
					_, err := h.Chat.Delete(t.Context(), ann, shown[i].room, shown[i].seq, true)
					qt.Assert(t, qt.IsNil(err))
					shown = append(shown[:i], shown[i+1:]...)
				default:
					clean(t, h, time.Duration(rapid.IntRange(1, 40).Draw(rt, "hours"))*time.Hour)
				}
				for _, m := range shown {
					got, err := open(t, h.Files, ben, files[m.file], media.Original)
					if err != nil || !bytes.Equal(got, file(contents[m.file])) {
						rt.Fatalf("a file that a message shows cannot be read: %v", err)
					}
				}
			}
			for _, m := range shown {
				_, err := h.Chat.Delete(t.Context(), ann, m.room, m.seq, true)
				qt.Assert(t, qt.IsNil(err))
			}
			for range 3 {
				clean(t, h, 25*time.Hour)
			}
			empty(t, h)
		})
	})
}

func setPhoto(t testing.TB, h *chattest.House, a chat.Actor, id wire.ID) {
	t.Helper()
	_, err := h.People.SetProfile(t.Context(), a.User, account.Profile{PhotoID: &id})
	qt.Assert(t, qt.IsNil(err))
}

var errBroken = errors.New("the line broke")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }
