package mediafile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// stripped is a file without what it says beside its picture.
type stripped struct {
	data []byte
	// still is a file of the same type that holds the first picture.
	still         []byte
	frames        int
	width, height int // of one with several frames
	// profile are the colours of a JPEG in RGB: an ICC profile in APP2 segments.
	// It is kept, because without it the picture has other colours.
	profile []byte
}

var errCutOff = errors.New("it ends early")

// stripJPEG keeps the segments that decoders need (ITU T.81, annex B) and drops
// all others, such as EXIF, XMP, IPTC, comments and second pictures.
func stripJPEG(data []byte) (stripped, error) {
	var s stripped
	out := append(make([]byte, 0, len(data)), data[:2]...)
	at := 2
	for {
		// Any number of 0xff may come before a marker.
		for at+1 < len(data) && data[at] == 0xff && data[at+1] == 0xff {
			at++
		}
		if at+4 > len(data) || data[at] != 0xff {
			return s, unreadable("segments of the photo", errCutOff)
		}
		marker := data[at+1]
		end := at + 2
		if marker == 0xd9 { // the end
			out = append(out, data[at:end]...)
			s.data, s.still = out, out
			return s, nil
		}
		end += int(binary.BigEndian.Uint16(data[at+2:]))
		if end > len(data) || end < at+4 {
			return s, unreadable("segments of the photo", errCutOff)
		}
		segment := data[at:end]
		switch {
		case isProfile(segment):
			s.profile = append(s.profile, segment...)
			out = append(out, segment...)
		case marker == 0xee: // Adobe: which colours the components are
			out = append(out, segment...)
		case marker >= 0xe0 && marker <= 0xef, marker == 0xfe:
		default:
			out = append(out, segment...)
		}
		at = end
		if marker == 0xda { // the picture follows, up to a marker that is no restart
			end = scanEnd(data, at)
			out = append(out, data[at:end]...)
			at = end
			if at+2 <= len(data) && at+4 > len(data) && data[at+1] == 0xd9 {
				out = append(out, data[at:at+2]...)
				s.data, s.still = out, out
				return s, nil
			}
		}
	}
}

// scanEnd gives where the entropy-coded data that begins at a place ends.
func scanEnd(data []byte, at int) int {
	for {
		i := bytes.IndexByte(data[at:], 0xff)
		if i < 0 || at+i+1 >= len(data) {
			return len(data)
		}
		at += i
		if next := data[at+1]; next != 0 && (next < 0xd0 || next > 0xd7) && next != 0xff {
			return at
		}
		at++
	}
}

// isProfile recognises a part of an ICC profile of RGB or grey colours (ICC.1,
// annex B.4). Which colours is in its first part alone; a profile of more parts
// than one is larger than those of cameras and screens and is dropped.
func isProfile(segment []byte) bool {
	const head = 4 + 14
	return segment[1] == 0xe2 && len(segment) >= head+128 && string(segment[4:16]) == "ICC_PROFILE\x00" &&
		segment[16] == 1 && segment[17] == 1 &&
		(string(segment[head+16:head+20]) == "RGB " || string(segment[head+16:head+20]) == "GRAY")
}

// withProfile puts a profile behind the first marker of a JPEG.
func withProfile(data, profile []byte) []byte {
	if len(profile) == 0 {
		return data
	}
	out := make([]byte, 0, len(data)+len(profile))
	out = append(out, data[:2]...)
	out = append(out, profile...)
	return append(out, data[2:]...)
}

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks that change how a picture looks (W3C PNG, section 11).
var pngKept = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true,
	"cHRM": true, "gAMA": true, "iCCP": true, "sBIT": true, "sRGB": true,
}

// stripPNG keeps what is needed to show a picture. One that moves stands still.
func stripPNG(data []byte) (stripped, error) {
	var s stripped
	out := append(make([]byte, 0, len(data)), pngSignature...)
	for at := len(pngSignature); ; {
		if at+12 > len(data) {
			return s, unreadable("chunks of the picture", errCutOff)
		}
		n := binary.BigEndian.Uint32(data[at:])
		if uint64(n) > uint64(len(data)-at-12) {
			return s, unreadable("chunks of the picture", errCutOff)
		}
		end := at + 12 + int(n)
		name := string(data[at+4 : at+8])
		if pngKept[name] {
			if binary.BigEndian.Uint32(data[end-4:]) != crc32.ChecksumIEEE(data[at+4:end-4]) {
				return s, unreadable("chunks of the picture", errors.New("a checksum is wrong"))
			}
			out = append(out, data[at:end]...)
		}
		if name == "IEND" {
			s.data, s.still = out, out
			return s, nil
		}
		at = end
	}
}

// stripGIF drops comments, texts and the extensions of programs, all but the one
// that repeats the film (GIF89a specification, sections 17 to 26).
func stripGIF(data []byte) (stripped, error) {
	s := stripped{}
	cut := unreadable("blocks of the picture", errCutOff)
	if len(data) < 13 {
		return s, cut
	}
	s.width, s.height = int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	at := 13
	if data[10]&0x80 != 0 {
		at += 3 << (data[10]&7 + 1)
	}
	if at > len(data) {
		return s, cut
	}
	out := append(make([]byte, 0, len(data)), data[:at]...)
	var moved int64
	for {
		if at >= len(data) {
			return s, cut
		}
		start := at
		keep := true
		switch data[at] {
		case ';':
			s.data = append(out, ';')
			if s.still == nil {
				return s, unreadable("picture", errors.New("it has no frame"))
			}
			return s, nil
		case '!':
			if at+2 > len(data) {
				return s, cut
			}
			label := data[at+1]
			at += 2
			// 0xf9 is how a frame is shown, 0xff an extension of a program.
			keep = label == 0xf9 || label == 0xff &&
				(bytes.HasPrefix(data[at:], []byte("\x0bNETSCAPE2.0\x03\x01")) || bytes.HasPrefix(data[at:], []byte("\x0bANIMEXTS1.0\x03\x01")))
		case ',':
			if at+10 > len(data) {
				return s, cut
			}
			w, h := int64(binary.LittleEndian.Uint16(data[at+5:])), int64(binary.LittleEndian.Uint16(data[at+7:]))
			if w*h > MaxPixels {
				return s, ErrPixels
			}
			if moved += w * h; moved > MaxMoved {
				return s, ErrFrames
			}
			if s.frames++; s.frames > MaxFrames {
				return s, ErrFrames
			}
			flags := data[at+9]
			at += 10
			if flags&0x80 != 0 {
				at += 3 << (flags&7 + 1)
			}
			at++ // the size of codes
		default:
			return s, unreadable("blocks of the picture", errors.New("a block is of no known kind"))
		}
		for {
			if at >= len(data) {
				return s, cut
			}
			n := int(data[at])
			at += 1 + n
			if n == 0 {
				break
			}
		}
		if at > len(data) {
			return s, cut
		}
		if keep {
			out = append(out, data[start:at]...)
		}
		if s.frames == 1 && s.still == nil {
			s.still = append(append([]byte{}, out...), ';')
		}
	}
}
