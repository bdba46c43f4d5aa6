package mediafile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/hajimehoshi/go-mp3"
)

// maxPages bounds the pages of an Ogg file. A page holds up to a second.
const maxPages = 2_000_000

// readOgg reads the pages of an Opus recording (RFC 3533, RFC 7845) and of its
// packets no more than their sizes.
func readOgg(r io.Reader) (track, error) {
	var t track
	in := bufio.NewReaderSize(r, 64<<10)
	var head [27]byte
	var lacing [255]byte
	var serial uint32
	var last uint64
	skip, packet, packets := 0, 0, 0
	for n := range maxPages {
		if _, err := io.ReadFull(in, head[:]); errors.Is(err, io.EOF) && n > 0 {
			t.seconds = float64(last-min(last, uint64(skip))) / 48_000
			return t, nil
		} else if err != nil || string(head[:4]) != "OggS" {
			return t, unreadable("pages of the recording", errCutOff)
		}
		segments := lacing[:head[26]]
		if _, err := io.ReadFull(in, segments); err != nil {
			return t, unreadable("pages of the recording", errCutOff)
		}
		size := 0
		for _, l := range segments {
			size += int(l)
		}
		if n == 0 {
			// The first page holds the head alone.
			b := make([]byte, size)
			if _, err := io.ReadFull(in, b); err != nil || size < 19 || string(b[:8]) != "OpusHead" {
				return t, fmt.Errorf("%w: Ogg without Opus", ErrType)
			}
			serial, skip = binary.LittleEndian.Uint32(head[14:]), int(binary.LittleEndian.Uint16(b[10:]))
			continue
		}
		if _, err := in.Discard(size); err != nil {
			return t, unreadable("pages of the recording", errCutOff)
		}
		if binary.LittleEndian.Uint32(head[14:]) != serial {
			continue
		}
		if granule := binary.LittleEndian.Uint64(head[6:]); granule != math.MaxUint64 {
			last = max(last, granule)
		}
		for _, l := range segments {
			if packet += int(l); l < 255 {
				if packets++; packets > 1 { // the first one holds comments
					t.loud.addPacket(packet)
				}
				packet = 0
			}
		}
	}
	return t, unreadable("pages of the recording", errors.New("there are too many"))
}

// readMP3 decodes the whole recording.
func readMP3(r io.ReadSeeker) (t track, err error) {
	defer guard("recording", &err)
	d, err := mp3.NewDecoder(r)
	if err != nil {
		return t, unreadable("recording", err)
	}
	rate := d.SampleRate()
	if rate < 1 {
		return t, unreadable("recording", errors.New("it has no sampling rate"))
	}
	limit := int64(maxDuration.Seconds()) * int64(rate) * 4
	frames := int64(0)
	in := bufio.NewReaderSize(io.LimitReader(d, limit), 64<<10)
	var b [4]byte // two channels of 16 bits
	for {
		switch _, err := io.ReadFull(in, b[:]); {
		case err == nil:
			frames++
			t.loud.add(float64(int16(binary.LittleEndian.Uint16(b[:]))))
		case frames == 0:
			return t, unreadable("recording", err)
		default:
			// What comes after the last whole frame, tags and what is cut off, is no
			// sound.
			t.seconds = float64(frames) / float64(rate)
			return t, nil
		}
	}
}

// readWave decodes a recording of plain samples (Multimedia Programming
// Interface 1.0; RFC 2361): whole numbers of 8 to 32 bits, or floats of 32.
func readWave(r io.ReadSeeker) (track, error) {
	var t track
	in := bufio.NewReaderSize(r, 64<<10)
	if _, err := in.Discard(12); err != nil {
		return t, unreadable("recording", errCutOff)
	}
	var form struct {
		Format, Channels uint16
		Rate, BytesRate  uint32
		Align, Bits      uint16
	}
	for range 1000 {
		var head [8]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return t, unreadable("recording", errCutOff)
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		switch string(head[:4]) {
		case "fmt ":
			b := make([]byte, min(size, 40))
			if _, err := io.ReadFull(in, b); err != nil || binary.Read(bytes.NewReader(b), binary.LittleEndian, &form) != nil {
				return t, unreadable("recording", errCutOff)
			}
			if form.Format == 0xfffe && len(b) >= 26 { // extensible: the format is in the first two bytes of a GUID
				form.Format = binary.LittleEndian.Uint16(b[24:])
			}
			size -= int64(len(b))
		case "data":
			return t, t.samples(io.LimitReader(in, size), form.Format, form.Channels, form.Bits, form.Rate)
		}
		if _, err := io.CopyN(io.Discard, in, size+size&1); err != nil {
			return t, unreadable("recording", errCutOff)
		}
	}
	return t, unreadable("recording", errors.New("it has too many parts"))
}

// samples reads the samples of the first channel.
func (t *track) samples(r io.Reader, format, channels, bits uint16, rate uint32) error {
	known := format == 1 && (bits == 8 || bits == 16 || bits == 24 || bits == 32) || format == 3 && bits == 32
	if !known || channels < 1 || channels > 8 || rate < 1 {
		return fmt.Errorf("%w: WAV of format %d with %d bits", ErrType, format, bits)
	}
	bytes := int(bits / 8)
	frame := make([]byte, bytes*int(channels))
	n := 0
	for {
		if _, err := io.ReadFull(r, frame); err != nil {
			t.seconds = float64(n) / float64(rate)
			return nil
		}
		n++
		var v float64
		switch {
		case format == 3:
			if v = float64(math.Float32frombits(binary.LittleEndian.Uint32(frame))); !(math.Abs(v) <= 8) {
				v = 0
			}
		case bytes == 1:
			v = float64(frame[0]) - 128
		default:
			var wide [4]byte
			copy(wide[4-bytes:], frame[:bytes])
			v = float64(int32(binary.LittleEndian.Uint32(wide[:])))
		}
		t.loud.add(v)
	}
}
