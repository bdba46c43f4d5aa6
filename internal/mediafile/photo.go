package mediafile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/imagemeta"
	"github.com/buckket/go-blurhash"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

// Photo is what is kept of a picture. Nothing in it says where, when or with
// what it was taken.
type Photo struct {
	Mime          string
	Width, Height int // pixels, as the picture is to be seen
	Animated      bool
	// Blur is a placeholder of about 30 characters: a BlurHash (blurha.sh).
	Blur string
	// Original is the picture in its full size, Large and Small are JPEG whose
	// longer side has at most LargeSide and SmallSide pixels.
	Original, Large, Small []byte
}

// The longer sides of thumbnails, in pixels.
const (
	LargeSide = 1280
	SmallSide = 320
)

// Qualities of JPEG, 1 to 100.
const (
	originalQuality  = 92
	thumbnailQuality = 80
)

// Studio reads photos, with a bound on the memory that those under way take.
type Studio struct {
	memory *semaphore.Weighted
	budget int64
}

// NewStudio makes a studio that uses about so many bytes at most. One photo that
// needs more is read when nothing else is under way.
func NewStudio(bytes int64) *Studio {
	return &Studio{semaphore.NewWeighted(bytes), bytes}
}

// Photo reads a picture of size bytes. It waits for its turn until ctx is done.
// The whole of r is read twice.
func (s *Studio) Photo(ctx context.Context, r io.ReadSeeker, size int64) (*Photo, error) {
	if size > MaxPhotoBytes {
		return nil, ErrTooLarge
	}
	kind, width, height, err := measure(r)
	if err != nil {
		return nil, err
	}
	each, err := weigh(r, kind)
	if err != nil {
		return nil, err
	}
	release, err := s.turn(ctx, min(s.budget, 2*size+each*int64(width)*int64(height)))
	if err != nil {
		return nil, err
	}
	defer release()
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	return readPhoto(data)
}

// turn waits until so much memory may be used, or ctx is done.
func (s *Studio) turn(ctx context.Context, need int64) (release func(), err error) {
	if err := s.memory.Acquire(ctx, need); err != nil {
		return nil, fmt.Errorf("wait for a place to read the photo: %w", err)
	}
	return func() { s.memory.Release(need) }, nil
}

// measure reads no more of a file than says how large its picture is.
func measure(r io.ReadSeeker) (kind string, width, height int, err error) {
	defer guard("size of the picture", &err)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", 0, 0, err
	}
	head := make([]byte, HeadBytes)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", 0, 0, unreadable("head", err)
	}
	head = head[:n]
	kind = Sniff(head)
	var c image.Config
	all := io.MultiReader(bytes.NewReader(head), r)
	switch kind {
	case JPEG:
		c, err = jpeg.DecodeConfig(all)
	case PNG:
		c, err = png.DecodeConfig(all)
	case GIF:
		c, err = gif.DecodeConfig(all)
	case WebP:
		c, err = webpConfig(head)
	default:
		return kind, 0, 0, fmt.Errorf("%w: %s", ErrType, kind)
	}
	switch {
	case err != nil:
		return kind, 0, 0, unreadable("size of the picture", err)
	case c.Width < 1 || c.Height < 1:
		return kind, 0, 0, unreadable("size of the picture", errors.New("it has no pixels"))
	case int64(c.Width)*int64(c.Height) > MaxPixels:
		return kind, 0, 0, ErrPixels
	}
	return kind, c.Width, c.Height, nil
}

// readPhoto makes a photo of a file whose size in pixels was checked.
func readPhoto(data []byte) (p *Photo, err error) {
	defer guard("picture", &err)
	kind := Sniff(data)
	p = &Photo{Mime: kind}
	var s stripped
	switch kind {
	case JPEG:
		s, err = stripJPEG(data)
	case PNG:
		s, err = stripPNG(data)
	case GIF:
		s, err = stripGIF(data)
	case WebP:
		s, err = stripWebP(data)
	default:
		err = fmt.Errorf("%w: %s", ErrType, kind)
	}
	if err != nil {
		return nil, err
	}
	img, err := decode(kind, s.still)
	if err != nil {
		return nil, err
	}
	p.Original, p.Animated = s.data, s.frames > 1
	turn := 1
	if !p.Animated {
		turn = orientation(kind, data)
	}
	if p.Animated {
		p.Width, p.Height = s.width, s.height
	} else {
		p.Width, p.Height = img.Bounds().Dx(), img.Bounds().Dy()
	}
	if turn != 1 {
		// Thumbnails are turned after they were made: that is less to turn.
		if p.Original, p.Mime, err = turnOriginal(img, turn, s.profile); err != nil {
			return nil, err
		}
		if turn >= 5 {
			p.Width, p.Height = p.Height, p.Width
		}
	}
	return p, p.addThumbnails(img, turn, s.profile)
}

// decode reads a still picture.
func decode(kind string, data []byte) (img image.Image, err error) {
	r := bytes.NewReader(data)
	switch kind {
	case JPEG:
		img, err = jpeg.Decode(r)
	case PNG:
		img, err = png.Decode(r)
	case GIF:
		img, err = gif.Decode(r) // the first frame
	case WebP:
		img, err = webp.Decode(r)
	}
	if err != nil {
		return nil, unreadable("picture", err)
	}
	if b := img.Bounds(); b.Empty() || int64(b.Dx())*int64(b.Dy()) > MaxPixels {
		return nil, unreadable("picture", errors.New("its frame has another size than it says"))
	}
	return img, nil
}

// orientation gives how a picture is to be turned, 1 (not at all) to 8, as EXIF
// 2.32 defines it for tag 0x0112. A picture whose metadata cannot be read stands
// as it is.
func orientation(kind string, data []byte) int {
	format := map[string]imagemeta.ImageFormat{JPEG: imagemeta.JPEG, PNG: imagemeta.PNG, WebP: imagemeta.WebP}[kind]
	if format == 0 {
		return 1
	}
	turn := 1
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: format, Sources: imagemeta.EXIF, LimitNumTags: 1000,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return t.Tag == "Orientation" && t.Namespace == "IFD0" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if n, ok := t.Value.(uint16); ok && n >= 1 && n <= 8 {
				turn = int(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return turn
}

// turnOriginal makes the picture in its full size anew, the right way up.
func turnOriginal(img image.Image, turn int, profile []byte) (data []byte, mime string, err error) {
	turned := turnImage(img, turn)
	if isOpaque(img) {
		data, err = encodeJPEG(turned, originalQuality, profile)
		return data, JPEG, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, turned); err != nil {
		return nil, "", fmt.Errorf("encode picture: %w", err)
	}
	return b.Bytes(), PNG, nil
}

func isOpaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// addThumbnails makes what is shown before and in place of the original.
func (p *Photo) addThumbnails(img image.Image, turn int, profile []byte) (err error) {
	large := turnImage(shrink(img, LargeSide), turn)
	small := shrink(large, SmallSide)
	if p.Large, err = encodeJPEG(large, thumbnailQuality, profile); err != nil {
		return err
	}
	if p.Small, err = encodeJPEG(small, thumbnailQuality, profile); err != nil {
		return err
	}
	tiny := shrink(small, 32)
	x, y := 4, 3
	if p.Height > p.Width {
		x, y = 3, 4
	}
	if p.Blur, err = blurhash.Encode(x, y, tiny); err != nil {
		return fmt.Errorf("make the placeholder: %w", err)
	}
	return nil
}

// encodeJPEG encodes a picture, with the profile that its colours are in.
func encodeJPEG(img image.Image, quality int, profile []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return withProfile(b.Bytes(), profile), nil
}
