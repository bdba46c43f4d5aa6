package mediafile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"
)

// quarters is a picture whose corners are red, green, blue and white, beginning
// at the top left and going with the clock.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			switch right, low := x >= w/2, y >= h/2; {
			case right && low:
				c = color.RGBA{0, 0, 255, 255}
			case right:
				c = color.RGBA{0, 255, 0, 255}
			case low:
				c = color.RGBA{255, 255, 255, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// corners names the colours of the corners, beginning at the top left and going
// with the clock.
func corners(t testing.TB, data []byte) string {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	qt.Assert(t, qt.IsNil(err))
	b := img.Bounds()
	name := func(x, y int) byte {
		r, g, bl, _ := img.At(x, y).RGBA()
		switch r, g, bl := r > 0x8000, g > 0x8000, bl > 0x8000; {
		case r && g && bl:
			return 'w'
		case r && !g && !bl:
			return 'r'
		case !r && g && !bl:
			return 'g'
		case !r && !g && bl:
			return 'b'
		}
		return '?'
	}
	x0, y0, x1, y1 := b.Min.X+b.Dx()/8, b.Min.Y+b.Dy()/8, b.Max.X-1-b.Dx()/8, b.Max.Y-1-b.Dy()/8
	return string([]byte{name(x0, y0), name(x1, y0), name(x1, y1), name(x0, y1)})
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	qt.Assert(t, qt.IsNil(jpeg.Encode(&b, img, nil)))
	return b.Bytes()
}

// secret is what stands in the metadata of the test's pictures.
const secret = "37.5665N 126.9780E"

// exif makes the content of an EXIF block that says how a picture is turned, and
// who took it.
func exif(turn int) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00")
	b = append(b, 2, 0)
	le := binary.LittleEndian
	entry := func(tag, kind uint16, count, value uint32) {
		b = le.AppendUint16(b, tag)
		b = le.AppendUint16(b, kind)
		b = le.AppendUint32(b, count)
		b = le.AppendUint32(b, value)
	}
	entry(0x0112, 3, 1, uint32(turn))
	entry(0x013b, 2, uint32(len(secret)), 8+2+2*12+4)
	b = le.AppendUint32(b, 0)
	return append(b, secret...)
}

func segment(marker byte, content string) string {
	return string([]byte{0xff, marker}) + string(binary.BigEndian.AppendUint16(nil, uint16(len(content)+2))) + content
}

// taken puts metadata of all kinds into a JPEG.
func taken(data []byte, turn int) []byte {
	s := string(data[:2])
	s += segment(0xe1, "Exif\x00\x00"+string(exif(turn)))
	s += segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret)
	s += segment(0xed, "Photoshop 3.0\x00"+secret)
	s += segment(0xfe, secret)
	return []byte(s + string(data[2:]) + secret)
}

func read(data []byte) (*Photo, error) {
	return NewStudio(64<<20).Photo(context.Background(), bytes.NewReader(data), int64(len(data)))
}

func TestPhotoIsTurnedAndTellsNothing(t *testing.T) {
	upright := jpegOf(t, quarters(400, 300))
	for turn, want := range []string{1: "rgbw", 2: "grwb", 3: "bwrg", 4: "wbgr", 5: "rwbg", 6: "wrgb", 7: "bgrw", 8: "gbwr"} {
		if turn == 0 {
			continue
		}
		p, err := read(taken(upright, turn))
		qt.Assert(t, qt.IsNil(err))
		for name, data := range map[string][]byte{"original": p.Original, "large": p.Large, "small": p.Small} {
			qt.Check(t, qt.Equals(corners(t, data), want), qt.Commentf("turn %d: %s", turn, name))
			qt.Check(t, qt.IsFalse(bytes.Contains(data, []byte(secret))))
			qt.Check(t, qt.IsFalse(bytes.Contains(data, []byte("Exif"))))
		}
		w, h := 400, 300
		if turn >= 5 {
			w, h = h, w
		}
		qt.Check(t, qt.DeepEquals([]int{p.Width, p.Height}, []int{w, h}))
		c, _, err := image.DecodeConfig(bytes.NewReader(p.Original))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals([]int{c.Width, c.Height}, []int{w, h}))
	}
}

// What stands the right way up keeps every bit of its picture.
func TestPhotoIsNotEncodedTwice(t *testing.T) {
	upright := jpegOf(t, quarters(400, 300))
	p, err := read(taken(upright, 1))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(bytes.Equal(p.Original, upright)))
	qt.Assert(t, qt.Equals(p.Mime, JPEG))
}

func TestColourProfileIsKept(t *testing.T) {
	profile := make([]byte, 300)
	copy(profile[16:], "RGB ")
	seg := segment(0xe2, "ICC_PROFILE\x00\x01\x01"+string(profile))
	data := jpegOf(t, quarters(400, 300))
	data = []byte(string(data[:2]) + seg + string(data[2:]))
	for _, turn := range []int{1, 6} {
		p, err := read(taken(data, turn))
		qt.Assert(t, qt.IsNil(err))
		for _, out := range [][]byte{p.Original, p.Large, p.Small} {
			qt.Check(t, qt.Equals(bytes.Count(out, []byte(seg)), 1))
		}
	}
}

func TestThumbnails(t *testing.T) {
	for _, c := range []struct{ w, h, largeW, largeH, smallW, smallH int }{
		{4000, 3000, 1280, 960, 320, 240},
		{300, 400, 300, 400, 240, 320},
		{1, 1, 1, 1, 1, 1},
		{5000, 1, 1280, 1, 320, 1},
		{1, 5000, 1, 1280, 1, 320},
	} {
		p, err := read(jpegOf(t, quarters(c.w, c.h)))
		qt.Assert(t, qt.IsNil(err))
		size := func(data []byte) [2]int {
			cfg, err := jpeg.DecodeConfig(bytes.NewReader(data))
			qt.Assert(t, qt.IsNil(err))
			return [2]int{cfg.Width, cfg.Height}
		}
		qt.Check(t, qt.Equals(size(p.Large), [2]int{c.largeW, c.largeH}))
		qt.Check(t, qt.Equals(size(p.Small), [2]int{c.smallW, c.smallH}))
		qt.Check(t, qt.IsTrue(len(p.Blur) > 6 && len(p.Blur) <= 100))
	}
}

func TestPNG(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	img.Set(3, 3, color.NRGBA{255, 0, 0, 128})
	var b bytes.Buffer
	qt.Assert(t, qt.IsNil(png.Encode(&b, img)))
	clean := b.Bytes()
	// Behind the first chunk, which is 25 bytes long.
	dirty := append([]byte{}, clean[:8+25]...)
	dirty = append(dirty, pngChunk("tEXt", "Comment\x00"+secret)...)
	dirty = append(dirty, clean[8+25:]...)
	p, err := read(append(dirty, secret...))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(bytes.Equal(p.Original, clean)))
	qt.Assert(t, qt.Equals(p.Mime, PNG))

	// Turned it stays transparent.
	dirty = append([]byte{}, clean[:8+25]...)
	dirty = append(dirty, pngChunk("eXIf", string(exif(6)))...)
	p, err = read(append(dirty, clean[8+25:]...))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(p.Mime, PNG))
	turned, err := png.Decode(bytes.NewReader(p.Original))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(turned.Bounds(), image.Rect(0, 0, 30, 40)))
	_, _, _, alpha := turned.At(0, 0).RGBA()
	qt.Assert(t, qt.Equals(alpha, 0))
}

func film(t testing.TB, frames int) []byte {
	t.Helper()
	g := &gif.GIF{LoopCount: 0}
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, 16, 8), color.Palette{color.Black, color.White})
		m.SetColorIndex(i%16, 0, 1)
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 5)
	}
	var b bytes.Buffer
	qt.Assert(t, qt.IsNil(gif.EncodeAll(&b, g)))
	return b.Bytes()
}

func TestGIFKeepsMoving(t *testing.T) {
	data := film(t, 7)
	comment := "!\xfe" + string(byte(len(secret))) + secret + "\x00"
	program := "!\xff\x0bXMP DataXMP" + string(byte(len(secret))) + secret + "\x00"
	dirty := string(data[:len(data)-1]) + comment + program + ";" + secret
	p, err := read([]byte(dirty))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(bytes.Equal(p.Original, data)))
	qt.Assert(t, qt.IsTrue(p.Animated))
	qt.Assert(t, qt.DeepEquals([]int{p.Width, p.Height}, []int{16, 8}))
	all, err := gif.DecodeAll(bytes.NewReader(p.Original))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(len(all.Image), 7))

	p, err = read(film(t, 1))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(p.Animated))
}

// dot is a WebP of one pixel without loss.
func dot(t testing.TB) []chunk {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	qt.Assert(t, qt.IsNil(err))
	list, err := chunks(data[12:])
	qt.Assert(t, qt.IsNil(err))
	return list
}

func webpFilm(t testing.TB, frames int) []byte {
	t.Helper()
	body := appendChunk(nil, "VP8X", []byte{webpAnimation | webpEXIF | webpXMP, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	body = appendChunk(body, "ANIM", make([]byte, 6))
	for range frames {
		frame := appendChunk(make([]byte, 16), "VP8L", dot(t)[0].data)
		body = appendChunk(body, "ANMF", appendChunk(frame, "JUNK", []byte(secret)))
	}
	body = appendChunk(body, "EXIF", exif(1))
	body = appendChunk(body, "XMP ", []byte(secret))
	return riff(body)
}

func TestWebPKeepsMoving(t *testing.T) {
	p, err := read(append(webpFilm(t, 3), secret...))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(p.Mime, WebP))
	qt.Assert(t, qt.IsTrue(p.Animated))
	qt.Assert(t, qt.IsFalse(bytes.Contains(p.Original, []byte(secret))))
	qt.Assert(t, qt.Equals(bytes.Count(p.Original, []byte("ANMF")), 3))
	list, err := chunks(p.Original[12:])
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(list[0].data[0], webpAnimation))

	still := riff(appendChunk(nil, "VP8L", dot(t)[0].data))
	p, err = read(still)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsFalse(p.Animated))
	qt.Assert(t, qt.IsTrue(bytes.Equal(p.Original, still)))
}

func pngChunk(name, content string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	b = append(b, name+content...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// hugePNG says that it has so many pixels, in a few bytes.
func hugePNG(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 2, 0, 0, 0)
	b := append([]byte(pngSignature), pngChunk("IHDR", string(head))...)
	return append(b, pngChunk("IEND", "")...)
}

func TestBadPhotos(t *testing.T) {
	photo := jpegOf(t, quarters(64, 64))
	hugeGIF := film(t, 2)
	for i := 6; i < 10; i++ {
		hugeGIF[i] = 0xff
	}
	hugeFrame := bytes.Replace(webpFilm(t, 1), []byte("ANMF"), []byte("ANMF"), 1)
	at := bytes.Index(hugeFrame, []byte("ANMF")) + 8
	for i := 6; i < 12; i++ {
		hugeFrame[at+i] = 0xff
	}
	// A picture that is larger than the file says.
	liar := appendChunk(nil, "VP8X", make([]byte, 10))
	liar = riff(appendChunk(liar, "VP8L", []byte("\x2f\xff\xff\xff\x0f\x00\x00\x00\x00")))
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                  {nil, ErrUnreadable},
		"text":                     {[]byte("<svg onload=alert(1)>"), ErrType},
		"html":                     {[]byte("<!doctype html><script>alert(1)</script>"), ErrType},
		"cut off":                  {photo[:len(photo)/2], ErrUnreadable},
		"only its head":            {photo[:20], ErrUnreadable},
		"PNG bomb":                 {hugePNG(100_000, 100_000), ErrPixels},
		"PNG without a picture":    {hugePNG(10, 10), ErrUnreadable},
		"PNG without pixels":       {hugePNG(0, 10), ErrUnreadable},
		"GIF bomb":                 {hugeGIF, ErrPixels},
		"GIF of too many frames":   {film(t, MaxFrames+1), ErrFrames},
		"GIF cut off":              {film(t, 3)[:80], ErrUnreadable},
		"GIF without a frame":      {append(film(t, 1)[:13], ';'), ErrUnreadable},
		"WebP bomb in a frame":     {hugeFrame, ErrPixels},
		"WebP larger than it says": {liar, ErrPixels},
		"WebP of too many frames":  {webpFilm(t, MaxFrames+1), ErrFrames},
		"WebP cut off":             {webpFilm(t, 3)[:100], ErrUnreadable},
	} {
		_, err := read(c.data)
		qt.Check(t, qt.ErrorIs(err, c.want), qt.Commentf(name))
	}
	_, err := NewStudio(1).Photo(context.Background(), bytes.NewReader(photo), MaxPhotoBytes+1)
	qt.Check(t, qt.ErrorIs(err, ErrTooLarge))
}

// A studio lets no more photos in than its memory holds, and one that is larger
// than all of it only by itself.
func TestStudioIsBounded(t *testing.T) {
	photo := jpegOf(t, quarters(200, 200))
	s := NewStudio(1)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Photo(context.Background(), bytes.NewReader(photo), int64(len(photo))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()

	qt.Assert(t, qt.IsTrue(s.memory.TryAcquire(1))) // full
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Photo(ctx, bytes.NewReader(photo), int64(len(photo)))
	qt.Assert(t, qt.ErrorIs(err, ctx.Err()))
}

func FuzzPhoto(f *testing.F) {
	f.Add(taken(jpegOf(f, quarters(16, 16)), 6))
	f.Add(film(f, 3))
	f.Add(webpFilm(f, 3))
	f.Add(hugePNG(10, 10))
	f.Add(hugePNG(1<<31, 1<<31))
	var b bytes.Buffer
	qt.Assert(f, qt.IsNil(png.Encode(&b, quarters(16, 16))))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := read(data)
		if err != nil {
			for _, known := range []error{ErrType, ErrUnreadable, ErrTooLarge, ErrPixels, ErrFrames} {
				if errors.Is(err, known) {
					return
				}
			}
			t.Fatalf("an error of no known kind: %v", err)
		}
		if p.Width < 1 || p.Height < 1 || p.Width*p.Height > MaxPixels || len(p.Small) == 0 || len(p.Large) == 0 || len(p.Original) == 0 {
			t.Fatalf("a photo that is none: %d × %d", p.Width, p.Height)
		}
		// What is kept is itself a photo of the same size.
		again, err := read(p.Original)
		if err != nil || again.Width != p.Width || again.Height != p.Height || again.Mime != p.Mime {
			t.Fatalf("what was kept is not as it was: %v", err)
		}
	})
}

func BenchmarkPhoto(b *testing.B) {
	// Noise over surfaces: about 3 MB as cameras make them, 12 megapixels.
	img := quarters(4000, 3000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < len(img.Pix); i += 4 {
		n := uint8(r.IntN(24))
		img.Pix[i] ^= n
		img.Pix[i+1] ^= n
	}
	var data bytes.Buffer
	qt.Assert(b, qt.IsNil(jpeg.Encode(&data, img, &jpeg.Options{Quality: 80})))
	b.SetBytes(int64(data.Len()))
	s := NewStudio(256 << 20)
	for b.Loop() {
		if _, err := s.Photo(context.Background(), bytes.NewReader(data.Bytes()), int64(data.Len())); err != nil {
			b.Fatal(err)
		}
	}
}

// What a photo weighs is told by the head of its picture.
func TestWeigh(t *testing.T) {
	frame := func(marker byte, factors ...byte) []byte {
		content := string([]byte{8, 0, 16, 0, 16, byte(len(factors))})
		for i, f := range factors {
			content += string([]byte{byte(i + 1), f, 0})
		}
		return []byte("\xff\xd8" + segment(0xe1, "Exif\x00\x00") + "\xff" + segment(marker, content))
	}
	grey, err := read(jpegOf(t, image.NewGray(image.Rect(0, 0, 20, 10))))
	qt.Assert(t, qt.IsNil(err))
	for name, c := range map[string]struct {
		data []byte
		want int64
	}{
		"of a camera":       {jpegOf(t, quarters(20, 10)), 4},
		"grey":              {grey.Original, 3},
		"all colours":       {frame(0xc0, 0x11, 0x11, 0x11), 7},
		"half the colours":  {frame(0xc1, 0x21, 0x11, 0x11), 5},
		"progressive":       {frame(0xc2, 0x22, 0x11, 0x11), 10},
		"all, progressive":  {frame(0xc2, 0x11, 0x11, 0x11), 19},
		"of print":          {frame(0xc0, 0x11, 0x11, 0x11, 0x11), 13},
		"no factors":        {frame(0xc0, 0, 0, 0), 20},
		"no components":     {frame(0xc0), 20},
		"cut off":           {frame(0xc0, 0x22, 0x11, 0x11)[:20], 20},
		"nothing":           {nil, 20},
		"the data at once":  {[]byte("\xff\xd8" + segment(0xda, "")), 20},
		"length that isn't": {[]byte("\xff\xd8\xff\xe1\x00\x01"), 20},
	} {
		qt.Check(t, qt.Equals(weighJPEG(bufio.NewReader(bytes.NewReader(c.data))), c.want), qt.Commentf(name))
	}
	var b bytes.Buffer
	qt.Assert(t, qt.IsNil(png.Encode(&b, image.NewNRGBA64(image.Rect(0, 0, 2, 2)))))
	for name, c := range map[string]struct {
		data []byte
		want int64
	}{"sixteen bits": {b.Bytes(), 12}, "film": {film(t, 2), 8}, "photo": {jpegOf(t, quarters(20, 10)), 4}} {
		r := bytes.NewReader(c.data)
		kind, _, _, err := measure(r)
		qt.Assert(t, qt.IsNil(err))
		got, err := weigh(r, kind)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(got, c.want), qt.Commentf(name))
	}
}
