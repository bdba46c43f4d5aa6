package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// photographer makes photos as phones do: with noise in them, and with EXIF that
// says where and with what they were taken, and how the phone was held. All are
// one picture, but no two are the same.
type photographer struct {
	picture       []byte // a JPEG
	table         int    // place in it of the last steps of a quantisation table
	width, height int    // pixels, before it is turned
}

// With this noise and quality a photo has 2 bits a pixel: 3 MB of 12 megapixels.
const (
	photoNoise   = 13
	photoQuality = 85
)

// photoDigits are the steps of the table that tell photos apart: those of the
// finest detail, which stand last.
const photoDigits = 6

// newPhotographer makes the picture of so many megapixels, four wide and three
// high.
func newPhotographer(megapixels int) (*photographer, error) {
	w := int(math.Sqrt(float64(megapixels) * 1e6 * 4 / 3))
	h := w * 3 / 4
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	random := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			hills := 128 + 60*math.Sin(float64(x)/90)*math.Cos(float64(y)/70)
			img.Y[img.YOffset(x, y)] = uint8(int(hills) + random.IntN(2*photoNoise+1) - photoNoise)
		}
	}
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			at := img.COffset(x, y)
			img.Cb[at], img.Cr[at] = uint8(128+40*math.Sin(float64(x)/300)), uint8(128+40*math.Cos(float64(y)/200))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, fmt.Errorf("make a photo: %w", err)
	}
	// A segment of quantisation tables begins with its marker, length and the
	// number of the first, whose 64 steps follow (ITU T.81, section B.2.4.1).
	at := bytes.Index(b.Bytes(), []byte{0xff, 0xdb})
	if at < 0 || b.Bytes()[at+4] != 0 {
		return nil, errors.New("make a photo: it has no quantisation table")
	}
	return &photographer{picture: b.Bytes(), table: at + 5 + 64 - photoDigits, width: w, height: h}, nil
}

// photo makes the photo of a number, taken with the phone upright or not.
func (p *photographer) photo(number int, upright bool) []byte {
	exif := exifOf(upright)
	b := make([]byte, 0, len(p.picture)+len(exif))
	b = append(b, p.picture[:2]...)
	b = append(b, exif...)
	b = append(b, p.picture[2:]...)
	steps := b[p.table+len(exif):][:photoDigits]
	for i := range steps {
		steps[i] += byte(number % 10)
		number /= 10
	}
	return b
}

// exifMark is in every photo as it is taken and in none that is passed on.
const exifMark = "Exif\x00\x00"

// exifOf is a segment of EXIF 2.32: how to turn the picture and what took it.
func exifOf(upright bool) []byte {
	turn := uint16(1)
	if upright {
		turn = 6
	}
	const maker = "Bench Phone\x00"
	be := binary.BigEndian
	tiff := append([]byte("MM\x00\x2a"), 0, 0, 0, 8) // the directory follows
	tiff = be.AppendUint16(tiff, 2)
	for _, entry := range [][4]uint32{
		{0x010f, 2, uint32(len(maker)), 8 + 2 + 2*12 + 4}, // text of the maker, behind the directory
		{0x0112, 3, 1, uint32(turn) << 16},                // a short number
	} {
		tiff = be.AppendUint16(tiff, uint16(entry[0]))
		tiff = be.AppendUint16(tiff, uint16(entry[1]))
		tiff = be.AppendUint32(tiff, entry[2])
		tiff = be.AppendUint32(tiff, entry[3])
	}
	tiff = append(tiff, 0, 0, 0, 0) // there is no further directory
	tiff = append(tiff, maker...)
	b := be.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(exifMark)+len(tiff)))
	return append(append(b, exifMark...), tiff...)
}
