package mediafile

import (
	"bytes"
	"context"

	"golang.org/x/image/webp"
)

// Small is a picture made small: a JPEG whose longer side has at most SmallSide
// pixels, and which holds pixels alone. It has no profile of colours either, which
// would be bytes of the file that it was made of.
type Small struct {
	JPEG          []byte
	Width, Height int // pixels
}

// Small makes a picture small, of which nothing else is wanted; of one that moves
// that is the first frame. It waits for its turn until ctx is done. A picture for
// which the whole budget of the studio is too little is refused with ErrPixels:
// unlike a photo that somebody sends, it is not worth that everybody waits.
func (s *Studio) Small(ctx context.Context, data []byte) (*Small, error) {
	kind, width, height, err := measure(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	each, err := weigh(bytes.NewReader(data), kind)
	if err != nil {
		return nil, err
	}
	need := int64(len(data)) + each*int64(width)*int64(height)
	if need > s.budget {
		return nil, ErrPixels
	}
	release, err := s.turn(ctx, need)
	if err != nil {
		return nil, err
	}
	defer release()
	return readSmall(kind, data, width, height)
}

func readSmall(kind string, data []byte, width, height int) (small *Small, err error) {
	defer guard("picture", &err)
	still := data
	if kind == WebP { // the decoder reads none that moves
		s, err := stripWebP(data)
		if err != nil {
			return nil, err
		}
		still = s.still
		if err := checkInside(still, int64(width)*int64(height)); err != nil {
			return nil, err
		}
	}
	img, err := decode(kind, still)
	if err != nil {
		return nil, err
	}
	out := turnImage(shrink(img, SmallSide), orientation(kind, data))
	small = &Small{Width: out.Bounds().Dx(), Height: out.Bounds().Dy()}
	small.JPEG, err = encodeJPEG(out, thumbnailQuality, nil)
	return small, err
}

// checkInside refuses a WebP whose picture is larger than the file said, by which
// its memory was counted.
func checkInside(webP []byte, pixels int64) error {
	list, err := chunks(webP[12:])
	if err != nil {
		return unreadable("chunks of the picture", err)
	}
	for _, c := range list {
		if c.name != "VP8 " && c.name != "VP8L" {
			continue
		}
		size, err := webp.DecodeConfig(bytes.NewReader(riff(appendChunk(nil, c.name, c.data))))
		if err != nil {
			return unreadable("picture", err)
		}
		if int64(size.Width)*int64(size.Height) > pixels {
			return ErrPixels
		}
	}
	return nil
}
