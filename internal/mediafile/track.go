package mediafile

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"
)

// Video is what is known of a film.
type Video struct {
	Mime          string
	Width, Height int // pixels, as the film is to be seen
	Duration      time.Duration
}

// Voice is what is known of a recording.
type Voice struct {
	Mime     string
	Duration time.Duration
	// Waveform holds WaveformValues values of 0 to 255 over the whole time, or
	// is nil when the file does not tell.
	Waveform []byte
}

// WaveformValues is how many values a waveform has.
const WaveformValues = 64

// maxDuration bounds what a file says of its length.
const maxDuration = 24 * time.Hour

// ReadVideo reads a film: MP4, MOV or WebM.
func ReadVideo(_ context.Context, r io.ReadSeeker, size int64) (Video, error) {
	kind, err := sniff(r)
	if err != nil {
		return Video{}, err
	}
	var t track
	switch kind {
	case MP4:
		t, err = readMP4(r, size, true)
	case WebM:
		t, err = readWebM(r, size, true)
	default:
		err = fmt.Errorf("%w: %s", ErrType, kind)
	}
	switch {
	case err != nil:
		return Video{}, err
	case t.width < 1 || t.height < 1:
		return Video{}, fmt.Errorf("%w: there is no picture in it", ErrType)
	}
	return Video{kind, t.width, t.height, t.duration()}, nil
}

// ReadVoice reads a recording: MP4, WebM, Ogg, MP3 or WAV.
func ReadVoice(_ context.Context, r io.ReadSeeker, size int64) (Voice, error) {
	kind, err := sniff(r)
	if err != nil {
		return Voice{}, err
	}
	var t track
	switch kind {
	case MP4, M4A:
		kind = M4A
		t, err = readMP4(r, size, false)
	case WebM:
		kind = "audio/webm"
		t, err = readWebM(r, size, false)
	case Ogg:
		t, err = readOgg(r)
	case MP3:
		t, err = readMP3(r)
	case Wave:
		t, err = readWave(r)
	default:
		err = fmt.Errorf("%w: %s", ErrType, kind)
	}
	if err != nil {
		return Voice{}, err
	}
	if t.duration() <= 0 {
		return Voice{}, fmt.Errorf("%w: there is no sound in it", ErrUnreadable)
	}
	return Voice{kind, t.duration(), t.waveform()}, nil
}

func sniff(r io.ReadSeeker) (string, error) {
	head := make([]byte, HeadBytes)
	n, err := io.ReadFull(r, head)
	if err != nil && n == 0 {
		return "", unreadable("head", err)
	}
	_, err = r.Seek(0, io.SeekStart)
	return Sniff(head[:n]), err
}

// track is one track of a file, as it is read.
type track struct {
	width, height int
	seconds       float64
	// loud is how loud each of many short pieces of the same length is; only
	// differences matter.
	loud loudness
}

func (t *track) duration() time.Duration {
	if !(t.seconds > 0) { // not a number, too
		return 0
	}
	return min(maxDuration, time.Duration(min(t.seconds, maxDuration.Seconds())*float64(time.Second)))
}

// loudness gathers values over a time that is not known before its end, in at
// most 2 × maxPieces pieces: when they are full, each two become one.
type loudness struct {
	pieces []float64 // the sum of squares of each piece
	count  []int     // how many values are in it
	each   int       // values a piece holds; doubles
}

const maxPieces = 4096

func (l *loudness) add(v float64) {
	if l.each == 0 {
		l.each = 1
	}
	n := len(l.pieces)
	if n == 0 || l.count[n-1] == l.each {
		if n == 2*maxPieces {
			for i := range maxPieces {
				l.pieces[i], l.count[i] = l.pieces[2*i]+l.pieces[2*i+1], l.count[2*i]+l.count[2*i+1]
			}
			l.pieces, l.count = l.pieces[:maxPieces], l.count[:maxPieces]
			l.each *= 2
			n = maxPieces
		}
		l.pieces, l.count = append(l.pieces, 0), append(l.count, 0)
		n++
	}
	l.pieces[n-1] += v * v
	l.count[n-1]++
}

// waveform is the loudness in WaveformValues steps, or nil when nothing in it
// differs: a coder of constant bit rate says nothing about loudness.
func (t *track) waveform() []byte {
	n := len(t.loud.pieces)
	if n == 0 {
		return nil
	}
	var steps [WaveformValues]float64
	lowest, highest := math.Inf(1), 0.0
	for i := range steps {
		from := i * n / WaveformValues
		to := max(from+1, (i+1)*n/WaveformValues)
		sum, count := 0.0, 0
		for j := from; j < to && j < n; j++ {
			sum += t.loud.pieces[j]
			count += t.loud.count[j]
		}
		steps[i] = math.Sqrt(sum / float64(max(count, 1)))
		lowest, highest = min(lowest, steps[i]), max(highest, steps[i])
	}
	if highest == 0 || highest-lowest < highest/50 {
		return nil
	}
	w := make([]byte, WaveformValues)
	for i, v := range steps {
		w[i] = byte(math.Round(255 * v / highest))
	}
	return w
}

// addPacket adds a packet of a coder of variable bit rate. Louder speech takes
// more bits: what is above the size of a packet of silence stands for how loud it
// is. That is no measurement, and enough for a picture of 64 bars.
func (l *loudness) addPacket(size int) { l.add(float64(max(0, size-silentPacket))) }

// silentPacket is about how many bytes Opus and AAC spend on a frame of silence.
const silentPacket = 12
