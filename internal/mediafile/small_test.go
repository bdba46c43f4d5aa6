package mediafile

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/go-quicktest/qt"
)

func small(data []byte) (*Small, error) {
	return NewStudio(8<<20).Small(context.Background(), data)
}

func TestSmall(t *testing.T) {
	var pngData bytes.Buffer
	qt.Assert(t, qt.IsNil(png.Encode(&pngData, quarters(640, 320))))
	for name, c := range map[string]struct {
		data          []byte
		width, height int
		corners       string
	}{
		"PNG":           {pngData.Bytes(), 320, 160, "rgbw"},
		"photo":         {jpegOf(t, quarters(400, 300)), 320, 240, "rgbw"},
		"turned photo":  {taken(jpegOf(t, quarters(400, 300)), 6), 240, 320, "wrgb"},
		"small already": {jpegOf(t, quarters(64, 48)), 64, 48, "rgbw"},
	} {
		s, err := small(c.data)
		qt.Assert(t, qt.IsNil(err), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(s.Width, c.width), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(s.Height, c.height), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(corners(t, s.JPEG), c.corners), qt.Commentf("%s", name))
		size, err := jpeg.DecodeConfig(bytes.NewReader(s.JPEG))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(size.Width, c.width), qt.Commentf("%s", name))
		qt.Check(t, qt.IsFalse(bytes.Contains(s.JPEG, []byte(secret))), qt.Commentf("%s", name))
	}
	for name, data := range map[string][]byte{"GIF": film(t, 3), "WebP": webpFilm(t, 3)} {
		s, err := small(data)
		qt.Assert(t, qt.IsNil(err), qt.Commentf("%s", name))
		qt.Check(t, qt.IsTrue(s.Width > 0 && s.Height > 0), qt.Commentf("%s", name))
	}
}

// A profile of colours is bytes of a stranger, and is not passed on.
func TestSmallHasNoProfile(t *testing.T) {
	photo := jpegOf(t, quarters(64, 64))
	profile := "ICC_PROFILE\x00\x01\x01" + string(make([]byte, 16)) + "RGB " + secret + string(make([]byte, 128))
	s, err := small([]byte(string(photo[:2]) + segment(0xe2, profile) + string(photo[2:])))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(bytes.Contains(s.JPEG, []byte("ICC_PROFILE"))))
}

// Nothing takes more memory than the studio has, whatever the file says of itself.
func TestSmallIsBounded(t *testing.T) {
	var large bytes.Buffer
	qt.Assert(t, qt.IsNil(png.Encode(&large, image.NewGray(image.Rect(0, 0, 1100, 1000)))))
	// A picture that is larger than the file says.
	liar := appendChunk(nil, "VP8X", make([]byte, 10))
	liar = riff(appendChunk(liar, "VP8L", []byte("\x2f\xff\xc1\x7f\x00\x00\x00\x00\x00"))) // 512 × 512
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                  {nil, ErrUnreadable},
		"text":                     {[]byte("<svg onload=alert(1)>"), ErrType},
		"bomb":                     {hugePNG(100_000, 100_000), ErrPixels},
		"more than the budget":     {large.Bytes(), ErrPixels},
		"without a picture":        {hugePNG(10, 10), ErrUnreadable},
		"WebP larger than it says": {liar, ErrPixels},
	} {
		_, err := small(c.data)
		qt.Check(t, qt.ErrorIs(err, c.want), qt.Commentf("%s", name))
	}

	s := NewStudio(8 << 20)
	qt.Assert(t, qt.IsTrue(s.memory.TryAcquire(8<<20))) // full
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Small(ctx, jpegOf(t, quarters(64, 64)))
	qt.Assert(t, qt.ErrorIs(err, ctx.Err()))
}

func FuzzSmall(f *testing.F) {
	f.Add(taken(jpegOf(f, quarters(16, 16)), 6))
	f.Add(film(f, 3))
	f.Add(webpFilm(f, 3))
	f.Add(hugePNG(10, 10))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := small(data)
		if err != nil {
			for _, known := range []error{ErrType, ErrUnreadable, ErrPixels, ErrFrames} {
				if errors.Is(err, known) {
					return
				}
			}
			t.Fatalf("an error of no known kind: %v", err)
		}
		size, err := jpeg.DecodeConfig(bytes.NewReader(s.JPEG))
		if err != nil || size.Width != s.Width || size.Height != s.Height || max(s.Width, s.Height) > SmallSide {
			t.Fatalf("no small picture: %d × %d: %v", s.Width, s.Height, err)
		}
	})
}
