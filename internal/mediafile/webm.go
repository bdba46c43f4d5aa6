package mediafile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Elements of WebM (RFC 9559) that are looked at.
const (
	webmHeader      = 0x1a45dfa3
	webmSegment     = 0x18538067
	webmInfo        = 0x1549a966
	webmScale       = 0x2ad7b1
	webmDuration    = 0x4489
	webmTracks      = 0x1654ae6b
	webmTrack       = 0xae
	webmNumber      = 0xd7
	webmType        = 0x83
	webmPicture     = 0xe0
	webmWidth       = 0xb0
	webmHeight      = 0xba
	webmCluster     = 0x1f43b675
	webmTime        = 0xe7
	webmBlock       = 0xa3 // SimpleBlock
	webmGroup       = 0xa0
	webmGroupBlock  = 0xa1
	maxWebMElements = 20_000_000
)

// webmReader walks through the elements of a file (RFC 8794). Elements that hold
// others are walked into, so that depth costs nothing, and what is not looked at
// is skipped.
type webmReader struct {
	in   *bufio.Reader
	r    io.ReadSeeker
	at   int64
	size int64
	*track
	film bool

	scale           uint64 // nanoseconds
	number, want    uint64 // of the track at hand, and of the wanted one
	kind            uint64 // of the track at hand
	width0, height0 uint64 // of the track at hand
	cluster         uint64 // its time
	last            uint64 // the highest time of a block, in scales
}

func readWebM(r io.ReadSeeker, size int64, film bool) (track, error) {
	var t track
	w := webmReader{in: bufio.NewReaderSize(r, 32<<10), r: r, size: size, track: &t, film: film, scale: 1_000_000}
	for range maxWebMElements {
		err := w.element()
		switch {
		case errors.Is(err, io.EOF):
			return w.finish()
		case err != nil:
			return t, unreadable("elements of the file", err)
		}
	}
	return t, unreadable("elements of the file", errors.New("there are too many"))
}

func (w *webmReader) finish() (track, error) {
	w.endTrack()
	if w.want == 0 {
		return *w.track, fmt.Errorf("%w: it has no track of the kind", ErrType)
	}
	// A recording of a browser does not say how long it is. Its last block does.
	if !(w.seconds > 0) {
		w.seconds = float64(w.last) * float64(w.scale) / 1e9
	}
	return *w.track, nil
}

// number reads a number whose length is in its first byte. marker keeps the bit
// that says so, as ids do; unknown says that all bits of a length are set.
func (w *webmReader) vint(marker bool) (n uint64, unknown bool, err error) {
	first, err := w.in.ReadByte()
	if err != nil {
		return 0, false, err
	}
	w.at++
	length := 1
	for mask := byte(0x80); length <= 8 && first&mask == 0; mask >>= 1 {
		length++
	}
	if length > 8 || marker && length > 4 {
		return 0, false, errors.New("a number is too long")
	}
	n = uint64(first)
	if !marker {
		n &= 1<<(8-length) - 1
	}
	for range length - 1 {
		b, err := w.in.ReadByte()
		if err != nil {
			return 0, false, errCutOff
		}
		w.at++
		n = n<<8 | uint64(b)
	}
	return n, !marker && n == 1<<(7*length)-1, nil
}

// element reads one element, or goes into it.
func (w *webmReader) element() error {
	id, _, err := w.vint(true)
	if err != nil {
		return err
	}
	size, unknown, err := w.vint(false)
	if err != nil {
		return errCutOff
	}
	switch id {
	case webmSegment, webmInfo, webmTracks, webmCluster, webmGroup, webmPicture:
		return nil
	case webmTrack:
		w.endTrack()
		return nil
	}
	if unknown || size > uint64(w.size-w.at) {
		return errCutOff
	}
	switch id {
	case webmScale, webmNumber, webmType, webmWidth, webmHeight, webmTime, webmDuration:
		return w.value(id, size)
	case webmBlock, webmGroupBlock:
		return w.block(size)
	}
	return w.skip(int64(size))
}

// value reads a number.
func (w *webmReader) value(id, size uint64) error {
	if size > 8 {
		return errors.New("a number is too long")
	}
	var b [8]byte
	if _, err := io.ReadFull(w.in, b[8-size:]); err != nil {
		return errCutOff
	}
	w.at += int64(size)
	n := binary.BigEndian.Uint64(b[:])
	switch id {
	case webmScale:
		w.scale = max(n, 1)
	case webmNumber:
		w.number = n
	case webmType:
		w.kind = n
	case webmWidth:
		w.width0 = n
	case webmHeight:
		w.height0 = n
	case webmTime:
		w.cluster = n
	case webmDuration:
		scales := math.Float64frombits(n)
		if size == 4 {
			scales = float64(math.Float32frombits(uint32(n)))
		}
		w.seconds = scales * float64(w.scale) / 1e9
	}
	return nil
}

// endTrack takes the track at hand when it is the first of its kind.
func (w *webmReader) endTrack() {
	want := uint64(2)
	if w.film {
		want = 1
	}
	if w.kind == want && w.want == 0 && w.number != 0 {
		w.want = w.number
		w.width, w.height = int(min(w.width0, 1<<16)), int(min(w.height0, 1<<16))
	}
	w.number, w.kind, w.width0, w.height0 = 0, 0, 0, 0
}

// block reads the head of a block: its track, and its time after the cluster's.
func (w *webmReader) block(size uint64) error {
	w.endTrack()
	start := w.at
	track, _, err := w.vint(false)
	if err != nil {
		return errCutOff
	}
	var b [2]byte
	if _, err := io.ReadFull(w.in, b[:]); err != nil {
		return errCutOff
	}
	w.at += 2
	head := uint64(w.at - start)
	if head > size {
		return errors.New("a block is shorter than its head")
	}
	if track == w.want {
		if time := int64(w.cluster) + int64(int16(binary.BigEndian.Uint16(b[:]))); time > 0 {
			w.last = max(w.last, uint64(time))
		}
		if !w.film {
			w.loud.addPacket(int(size - head))
		}
	}
	return w.skip(int64(size - head))
}

func (w *webmReader) skip(n int64) error {
	if n > w.size-w.at {
		return errCutOff
	}
	w.at += n
	if n <= int64(w.in.Buffered()) {
		_, err := w.in.Discard(int(n))
		return err
	}
	if _, err := w.r.Seek(w.at, io.SeekStart); err != nil {
		return err
	}
	w.in.Reset(w.r)
	return nil
}
