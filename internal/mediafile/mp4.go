package mediafile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxIndexBytes bounds the index of an MP4 file, its moov and each moof box.
const maxIndexBytes = 32 << 20

// maxBoxes bounds how many boxes of the top level are looked at. A fragmented
// recording has two for each second or so.
const maxBoxes = 200_000

// readMP4 reads the index of a file (ISO 14496-12), as far as it is about length
// and size. It makes nothing of the counts that a file claims, and knows the
// matrix by which a film is turned; a library that builds every box does neither.
func readMP4(r io.ReadSeeker, size int64, film bool) (track, error) {
	var t track
	m := mp4Reader{film: film, track: &t}
	at := int64(0)
	for range maxBoxes {
		if at == size && m.found {
			m.finish()
			return t, nil
		}
		name, body, end, err := boxAt(r, at, size)
		if err != nil {
			return t, unreadable("boxes of the file", err)
		}
		if name == "moov" || name == "moof" {
			b, err := readBox(r, body, end)
			if err != nil {
				return t, err
			}
			if name == "moof" {
				m.fragment(fields{b: b})
			} else if err := m.movie(fields{b: b}); err != nil {
				return t, err
			}
		}
		at = end
	}
	return t, unreadable("boxes of the file", errors.New("there are too many, or none with an index"))
}

// boxAt reads the head of a box.
func boxAt(r io.ReadSeeker, at, size int64) (name string, body, end int64, err error) {
	var head [16]byte
	if size-at < 8 {
		return "", 0, 0, errCutOff
	}
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return "", 0, 0, err
	}
	if _, err := io.ReadFull(r, head[:8]); err != nil {
		return "", 0, 0, err
	}
	n, body := int64(binary.BigEndian.Uint32(head[:])), at+8
	switch n {
	case 0:
		n = size - at
	case 1:
		if _, err := io.ReadFull(r, head[8:]); err != nil {
			return "", 0, 0, err
		}
		wide := binary.BigEndian.Uint64(head[8:])
		if wide > uint64(size) {
			return "", 0, 0, errCutOff
		}
		n, body = int64(wide), at+16
	}
	if n < body-at || n > size-at {
		return "", 0, 0, errCutOff
	}
	return string(head[4:8]), body, at + n, nil
}

// readBox reads a box of the index.
func readBox(r io.ReadSeeker, body, end int64) ([]byte, error) {
	if end-body > maxIndexBytes {
		return nil, fmt.Errorf("%w: the index of the file", ErrTooLarge)
	}
	b := make([]byte, end-body)
	if _, err := r.Seek(body, io.SeekStart); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, unreadable("index of the file", err)
	}
	return b, nil
}

// fields reads numbers from the front of a box. Behind its end they are 0, and
// short is set.
type fields struct {
	b     []byte
	short bool
}

func (f *fields) skip(n int) {
	if n > len(f.b) {
		f.b, f.short = nil, true
		return
	}
	f.b = f.b[n:]
}

func (f *fields) u32() uint32 {
	if len(f.b) < 4 {
		f.b, f.short = nil, true
		return 0
	}
	n := binary.BigEndian.Uint32(f.b)
	f.b = f.b[4:]
	return n
}

func (f *fields) u64() uint64 {
	high := f.u32()
	return uint64(high)<<32 | uint64(f.u32())
}

// next takes the next box out of a box.
func (f *fields) next() (name string, body fields, ok bool) {
	if len(f.b) < 8 {
		return "", body, false
	}
	n := uint64(binary.BigEndian.Uint32(f.b))
	if n < 8 || n > uint64(len(f.b)) {
		return "", body, false
	}
	name, body.b = string(f.b[4:8]), f.b[8:n]
	f.b = f.b[n:]
	return name, body, true
}

// find gives the first box of a name within a box of boxes, empty when there is
// none. Path leads down.
func (f fields) find(path ...string) fields {
	for _, want := range path {
		for {
			name, body, ok := f.next()
			if !ok {
				return fields{short: true}
			}
			if name == want {
				f = body
				break
			}
		}
	}
	return f
}

// mp4Reader reads the first track of a kind.
type mp4Reader struct {
	film  bool
	found bool
	*track

	id        uint32
	timescale uint64
	ticks     uint64 // of all fragments, in the track's time
	// What samples of fragments have when nothing else is said.
	duration, size uint32
}

// movie reads a moov box.
func (m *mp4Reader) movie(f fields) error {
	all := f
	for {
		name, body, ok := f.next()
		if !ok {
			break
		}
		if name == "trak" && !m.found {
			if err := m.candidate(body); err != nil {
				return err
			}
		}
	}
	if !m.found {
		return fmt.Errorf("%w: it has no track of the kind", ErrType)
	}
	for f = all.find("mvex"); ; {
		name, body, ok := f.next()
		if !ok {
			return nil
		}
		if body.skip(4); name == "trex" && body.u32() == m.id {
			body.skip(4) // which description
			m.duration, m.size = body.u32(), body.u32()
		}
	}
}

// candidate takes a track when it is of the kind.
func (m *mp4Reader) candidate(trak fields) error {
	handler := trak.find("mdia", "hdlr")
	handler.skip(8)
	want := "soun"
	if m.film {
		want = "vide"
	}
	if len(handler.b) < 4 || string(handler.b[:4]) != want {
		return nil
	}
	m.found = true
	m.header(trak.find("tkhd"))
	if err := m.time(trak.find("mdia", "mdhd")); err != nil {
		return err
	}
	if !m.film {
		m.sizes(trak.find("mdia", "minf", "stbl", "stsz"))
	}
	return nil
}

// header reads a tkhd box (section 8.3.2).
func (m *mp4Reader) header(f fields) {
	if version := f.u32() >> 24; version == 1 {
		f.skip(16)
		m.id = f.u32()
		f.skip(4 + 8)
	} else {
		f.skip(8)
		m.id = f.u32()
		f.skip(4 + 4)
	}
	f.skip(16)
	a, b := f.u32(), f.u32()
	f.skip(28)
	m.width, m.height = int(f.u32()>>16), int(f.u32()>>16)
	// A film that was taken upright says in its matrix that it is to be turned.
	if a == 0 && b != 0 {
		m.width, m.height = m.height, m.width
	}
}

// time reads an mdhd box (section 8.4.2).
func (m *mp4Reader) time(f fields) error {
	var ticks uint64
	if version := f.u32() >> 24; version == 1 {
		f.skip(16)
		m.timescale, ticks = uint64(f.u32()), f.u64()
	} else {
		f.skip(8)
		m.timescale, ticks = uint64(f.u32()), uint64(f.u32())
	}
	if f.short || m.timescale == 0 {
		return unreadable("index of the file", errors.New("a track has no time"))
	}
	m.seconds = float64(ticks) / float64(m.timescale)
	return nil
}

// sizes reads an stsz box (section 8.7.3).
func (m *mp4Reader) sizes(f fields) {
	f.skip(4)
	if uniform, n := f.u32(), f.u32(); uniform == 0 {
		for range n {
			size := f.u32()
			if f.short {
				return
			}
			m.loud.addPacket(int(size))
		}
	}
}

// fragment reads a moof box (section 8.8), a part of a recording that was
// written as it was made.
func (m *mp4Reader) fragment(f fields) {
	for m.found {
		name, traf, ok := f.next()
		if !ok {
			return
		}
		if name == "traf" {
			m.run(traf)
		}
	}
}

// maxRun bounds the samples of one run, which need not take any bytes.
const maxRun = 1 << 20

func (m *mp4Reader) run(traf fields) {
	head := traf.find("tfhd")
	flags := head.u32()
	if head.u32() != m.id {
		return
	}
	duration, size := m.duration, m.size
	if flags&0x01 != 0 {
		head.skip(8)
	}
	if flags&0x02 != 0 {
		head.skip(4)
	}
	if flags&0x08 != 0 {
		duration = head.u32()
	}
	if flags&0x10 != 0 {
		size = head.u32()
	}
	for {
		name, f, ok := traf.next()
		if !ok {
			return
		}
		if name != "trun" {
			continue
		}
		flags, n := f.u32(), f.u32()
		if flags&0x01 != 0 {
			f.skip(4)
		}
		if flags&0x04 != 0 {
			f.skip(4)
		}
		for range min(n, maxRun) {
			duration, size := duration, size
			if flags&0x100 != 0 {
				duration = f.u32()
			}
			if flags&0x200 != 0 {
				size = f.u32()
			}
			if flags&0x400 != 0 {
				f.skip(4)
			}
			if flags&0x800 != 0 {
				f.skip(4)
			}
			if f.short {
				return
			}
			m.ticks += uint64(duration)
			if !m.film {
				m.loud.addPacket(int(size))
			}
		}
	}
}

func (m *mp4Reader) finish() {
	if m.ticks != 0 {
		m.seconds = max(m.seconds, float64(m.ticks)/float64(m.timescale))
	}
}
