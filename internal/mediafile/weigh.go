package mediafile

import (
	"bufio"
	"encoding/binary"
	"io"
)

// weigh gives about how many bytes a pixel it takes to decode a picture, to turn
// it and to make its thumbnails.
func weigh(r io.ReadSeeker, kind string) (int64, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	switch kind {
	case JPEG:
		return weighJPEG(bufio.NewReader(r)), nil
	case PNG:
		// The first chunk says how many bits a sample has (W3C PNG, section 11.2.1).
		head := make([]byte, 25)
		if _, err := io.ReadFull(r, head); err != nil || head[24] > 8 {
			return 12, nil // also of a damaged file, which is refused where it is decoded
		}
	}
	return 8, nil
}

// weighJPEG reads the head of a JPEG up to the one of its picture: a
// progressive one takes four bytes for each sample until it is whole, and there
// are one to three samples to a pixel (ITU T.81, section B.2.2). Of what is no
// JPEG, or damaged, it gives the most.
func weighJPEG(r *bufio.Reader) int64 {
	const most = 20
	if _, err := r.Discard(2); err != nil {
		return most
	}
	for {
		marker, err := r.ReadByte()
		for err == nil && marker == 0xff {
			marker, err = r.ReadByte()
		}
		var length [2]byte
		if err == nil {
			_, err = io.ReadFull(r, length[:])
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if err != nil || n < 0 || marker == 0xda {
			return most
		}
		if marker < 0xc0 || marker > 0xc2 { // no frame
			if _, err := r.Discard(n); err != nil {
				return most
			}
			continue
		}
		frame := make([]byte, n)
		if _, err := io.ReadFull(r, frame); err != nil || n < 6 || n < 6+3*int(frame[5]) || frame[5] == 0 {
			return most
		}
		var all, first int64 // samples of the smallest unit, those of its brightness
		for i := range int(frame[5]) {
			factors := int64(frame[6+3*i+1])
			all += (factors >> 4) * (factors & 15)
			first = max(first, (factors>>4)*(factors&15))
		}
		if frame[5] == 1 {
			all, first = 1, 1
		}
		if first == 0 {
			return most
		}
		bytes := 2 * all // decoded and turned
		if marker == 0xc2 {
			bytes += 4 * all
		}
		if frame[5] == 4 { // colours of print, which are mixed and turned as pixels
			bytes += 4 * first
		}
		return 1 + (bytes+first-1)/first // 1 for what is made small
	}
}
