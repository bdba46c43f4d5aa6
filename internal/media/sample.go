package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math"

	"madang/internal/fault"
	"madang/internal/wire"
)

// MakeSample uploads a small file of a kind for somebody, as they would. Only the
// sandbox and tests call it.
func (f *Files) MakeSample(ctx context.Context, owner UserID, kind Kind) (wire.ID, error) {
	var b []byte
	var name string
	switch kind {
	case Photo:
		b, name = samplePhoto(), "sample.png"
	case Video:
		b, name = sampleVideo(), "sample.mp4"
	case Voice:
		b, name = sampleVoice(), "sample.wav"
	case Plain:
		b, name = []byte("A sample of a file.\n"), "sample.txt"
	default:
		return wire.ID{}, fault.New(fault.MediaKind).In("kind")
	}
	id, err := f.Begin(ctx, owner, true, Upload{Kind: kind, Name: name, Size: int64(len(b))})
	if err != nil {
		return id, err
	}
	if _, err := f.Append(ctx, owner, id, 0, bytes.NewReader(b)); err != nil {
		return id, err
	}
	return id, f.Finish(ctx, owner, id)
}

// samplePhoto is a sunset.
func samplePhoto() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			c := color.RGBA{uint8(255 - y/4), uint8(180 - y/2), uint8(60 + y/2), 255}
			if dx, dy := x-160, y-150; dx*dx+dy*dy < 45*45 {
				c = color.RGBA{255, 236, 150, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	// An image in memory and a buffer leave nothing that could fail.
	_ = png.Encode(&b, img)
	return b.Bytes()
}

// sampleVoice is a second of a tone that swells.
func sampleVoice() []byte {
	const rate = 8000
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("RIFF"), 36+rate)
	b = append(b, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	b = le.AppendUint32(b, rate)
	b = le.AppendUint32(b, rate)
	b = append(b, "\x01\x00\x08\x00data"...)
	b = le.AppendUint32(b, rate)
	for i := range rate {
		b = append(b, byte(128+100*float64(i)/rate*math.Sin(float64(i)*2*math.Pi*440/rate)))
	}
	return b
}

// sampleVideo is the index of a film of three seconds, without its pictures.
func sampleVideo() []byte {
	box := func(name string, content ...[]byte) []byte {
		body := bytes.Join(content, nil)
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
		return append(append(b, name...), body...)
	}
	words := func(n ...uint32) (b []byte) {
		for _, v := range n {
			b = binary.BigEndian.AppendUint32(b, v)
		}
		return b
	}
	matrix := words(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30)
	tkhd := box("tkhd", words(7, 0, 0, 1, 0, 3000, 0, 0, 0, 0), matrix, words(320<<16, 240<<16))
	mdhd := box("mdhd", words(0, 0, 0, 1000, 3000, 0))
	hdlr := box("hdlr", words(0, 0), []byte("vide"), words(0, 0, 0), []byte{0})
	return append(box("ftyp", []byte("isom"), words(0), []byte("isom")), box("moov", box("trak", tkhd, box("mdia", mdhd, hdlr)))...)
}
