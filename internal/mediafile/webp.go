package mediafile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"

	"golang.org/x/image/webp"
)

// WebP is a RIFF file (WebP Container Specification). Its chunks are a name, a
// length and so many bytes, padded to an even number.

// Flags of the VP8X chunk.
const (
	webpAnimation = 1 << 1
	webpXMP       = 1 << 2
	webpEXIF      = 1 << 3
)

// webpConfig gives the size of a picture from the head of its file.
func webpConfig(head []byte) (image.Config, error) {
	if len(head) >= 30 && string(head[12:16]) == "VP8X" {
		w, h := uint24(head[24:])+1, uint24(head[27:])+1
		return image.Config{Width: w, Height: h}, nil
	}
	return webp.DecodeConfig(bytes.NewReader(head))
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

type chunk struct {
	name string
	data []byte
}

// chunks splits RIFF chunks.
func chunks(b []byte) ([]chunk, error) {
	var list []chunk
	for len(b) > 0 {
		if len(b) < 8 {
			return nil, errCutOff
		}
		n := binary.LittleEndian.Uint32(b[4:])
		if uint64(n) > uint64(len(b)-8) {
			return nil, errCutOff
		}
		list = append(list, chunk{string(b[:4]), b[8 : 8+n]})
		b = b[min(len(b), 8+int(n)+int(n&1)):]
	}
	return list, nil
}

func appendChunk(b []byte, name string, data []byte) []byte {
	b = append(b, name...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	if len(data)&1 == 1 {
		b = append(b, 0)
	}
	return b
}

func riff(body []byte) []byte {
	b := append(make([]byte, 0, len(body)+12), "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)+4))
	return append(append(b, "WEBP"...), body...)
}

// stripWebP drops EXIF, XMP and chunks of unknown meaning.
func stripWebP(data []byte) (stripped, error) {
	var s stripped
	size := uint64(binary.LittleEndian.Uint32(data[4:])) + 8
	if size > uint64(len(data)) || size < 12 {
		return s, unreadable("chunks of the picture", errCutOff)
	}
	list, err := chunks(data[12:size])
	if err != nil {
		return s, unreadable("chunks of the picture", err)
	}
	var body, still []byte
	var moved int64
	for _, c := range list {
		switch c.name {
		case "VP8X":
			if len(c.data) < 10 || body != nil {
				return s, unreadable("chunks of the picture", errors.New("its head is out of place"))
			}
			flags := bytes.Clone(c.data[:10])
			flags[0] &^= webpXMP | webpEXIF
			s.width, s.height = uint24(c.data[4:])+1, uint24(c.data[7:])+1
			body = appendChunk(body, c.name, flags)
			flags = bytes.Clone(flags)
			flags[0] &^= webpAnimation
			still = appendChunk(still, c.name, flags)
		case "ANIM":
			body = appendChunk(body, c.name, c.data)
		case "ANMF":
			kept, first, pixels, err := webpFrame(c.data)
			if err != nil {
				return s, err
			}
			if s.frames++; s.frames > MaxFrames {
				return s, ErrFrames
			}
			if moved += pixels; moved > MaxMoved {
				return s, ErrFrames
			}
			if s.frames == 1 {
				still = first
			}
			body = appendChunk(body, c.name, kept)
		case "VP8 ", "VP8L", "ALPH", "ICCP":
			if err := checkPixels(c); err != nil {
				return s, err
			}
			body = appendChunk(body, c.name, c.data)
			still = appendChunk(still, c.name, c.data)
		}
	}
	s.data, s.still = riff(body), riff(still)
	return s, nil
}

// checkPixels refuses a chunk that says to hold another picture than fits: it
// has a size of its own, beside the one of the file.
func checkPixels(c chunk) error {
	if c.name != "VP8 " && c.name != "VP8L" {
		return nil
	}
	size, err := webp.DecodeConfig(bytes.NewReader(riff(appendChunk(nil, c.name, c.data))))
	if err != nil {
		return unreadable("picture", err)
	}
	if int64(size.Width)*int64(size.Height) > MaxPixels {
		return ErrPixels
	}
	return nil
}

// webpFrame cleans a frame and makes a still picture of it: a head of 16 bytes
// is followed by the chunks of a picture.
func webpFrame(data []byte) (kept, still []byte, pixels int64, err error) {
	if len(data) < 16 {
		return nil, nil, 0, unreadable("frame of the picture", errCutOff)
	}
	w, h := uint24(data[6:])+1, uint24(data[9:])+1
	if pixels = int64(w) * int64(h); pixels > MaxPixels {
		return nil, nil, 0, ErrPixels
	}
	list, err := chunks(data[16:])
	if err != nil {
		return nil, nil, 0, unreadable("frame of the picture", err)
	}
	head := make([]byte, 10)
	put24 := func(b []byte, n int) { b[0], b[1], b[2] = byte(n), byte(n>>8), byte(n>>16) }
	put24(head[4:], w-1)
	put24(head[7:], h-1)
	var picture []byte
	for _, c := range list {
		switch c.name {
		case "ALPH":
			head[0] |= 1 << 4
		case "VP8 ", "VP8L":
			if err := checkPixels(c); err != nil {
				return nil, nil, 0, err
			}
		default:
			continue
		}
		picture = appendChunk(picture, c.name, c.data)
	}
	return append(bytes.Clone(data[:16]), picture...), append(appendChunk(nil, "VP8X", head), picture...), pixels, nil
}
