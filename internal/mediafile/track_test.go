package mediafile

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

func box(name string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return append(append(b, name...), body...)
}

func words(n ...uint32) []byte {
	var b []byte
	for _, v := range n {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

// mp4File makes a file with one track. Its sizes are those of its samples.
func mp4File(handler string, turned bool, seconds uint32, sizes ...uint32) []byte {
	matrix := words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
	if turned {
		matrix = words(0, 0x10000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000)
	}
	tkhd := box("tkhd", words(7, 0, 0, 1, 0, 0, 0, 0, 0, 0), matrix, words(1920<<16, 1080<<16))
	mdhd := box("mdhd", words(0, 0, 0, 1000, seconds*1000, 0))
	hdlr := box("hdlr", words(0, 0), []byte(handler), words(0, 0, 0), []byte{0})
	stsz := box("stsz", words(0, 0, uint32(len(sizes))), words(sizes...))
	trak := box("trak", tkhd, box("mdia", mdhd, hdlr, box("minf", box("stbl", stsz))))
	trex := box("mvex", box("trex", words(0, 1, 1, 20, 100, 0)))
	return bytes.Join([][]byte{
		box("ftyp", []byte("isom"), words(0)), box("moov", trak, trex), box("mdat", make([]byte, 100)),
	}, nil)
}

// moof makes a fragment of samples of the given sizes.
func moof(sizes ...uint32) []byte {
	tfhd := box("tfhd", words(0, 1))
	trun := box("trun", words(0x200, uint32(len(sizes))), words(sizes...))
	return box("moof", box("mfhd", words(0, 1)), box("traf", tfhd, trun))
}

func el(id uint32, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	b := bytes.TrimLeft(words(id), "\x00")
	b = append(bytes.Clone(b), 0x08) // a length of 5 bytes
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}

// endless is an element whose length is not known, as recorders write them.
func endless(id uint32, content ...[]byte) []byte {
	b := append(bytes.Clone(bytes.TrimLeft(words(id), "\x00")), 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	return append(b, bytes.Join(content, nil)...)
}

// webmFile makes what a browser records: without a duration, in clusters of a
// second, a block every 20 ms.
func webmFile(kind byte, sizes ...int) []byte {
	track := el(webmTrack, el(webmNumber, []byte{1}), el(webmType, []byte{kind}),
		el(webmPicture, el(webmWidth, []byte{0x02, 0x80}), el(webmHeight, []byte{0x01, 0xe0})))
	parts := [][]byte{el(webmInfo, el(webmScale, []byte{0x0f, 0x42, 0x40})), el(webmTracks, track)}
	for i := 0; i < len(sizes); i += 50 {
		cluster := [][]byte{el(webmTime, words(uint32(i*20)))}
		for j := i; j < min(i+50, len(sizes)); j++ {
			head := []byte{0x81, byte((j - i) * 20 >> 8), byte((j - i) * 20), 0}
			cluster = append(cluster, el(webmBlock, head, make([]byte, sizes[j])))
		}
		parts = append(parts, endless(webmCluster, cluster...))
	}
	return append(el(webmHeader, []byte{1, 2, 3}), endless(webmSegment, parts...)...)
}

// oggFile makes an Opus recording of packets of 20 ms.
func oggFile(sizes ...int) []byte {
	var b []byte
	page := func(granule uint64, packet []byte) {
		b = append(b, "OggS\x00\x00"...)
		b = binary.LittleEndian.AppendUint64(b, granule)
		b = binary.LittleEndian.AppendUint32(b, 77)
		b = append(b, make([]byte, 8)...)
		b = append(b, byte(len(packet)/255+1))
		for range len(packet) / 255 {
			b = append(b, 255)
		}
		b = append(append(b, byte(len(packet)%255)), packet...)
	}
	head := append([]byte("OpusHead\x01\x01"), 0x38, 0x01) // 312 samples to be skipped
	page(0, append(head, make([]byte, 7)...))
	page(0, []byte("OpusTags"))
	for i, n := range sizes {
		page(uint64((i+1)*960+312), make([]byte, n))
	}
	return b
}

// wave makes a recording of 8000 samples a second.
func wave(bits int, samples []float64) []byte {
	var data []byte
	for _, v := range samples {
		switch bits {
		case 8:
			data = append(data, byte(128+v*127))
		case 16:
			data = binary.LittleEndian.AppendUint16(data, uint16(int16(v*32767)))
		case 24:
			data = append(data, binary.LittleEndian.AppendUint32(nil, uint32(int32(v*(1<<23-1))))[:3]...)
		case 32:
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		}
	}
	format := uint16(1)
	if bits == 32 {
		format = 3
	}
	head := binary.LittleEndian.AppendUint16(nil, format)
	head = binary.LittleEndian.AppendUint16(head, 1)
	head = binary.LittleEndian.AppendUint32(head, 8000)
	head = binary.LittleEndian.AppendUint32(head, uint32(8000*bits/8))
	head = binary.LittleEndian.AppendUint16(head, uint16(bits/8))
	head = binary.LittleEndian.AppendUint16(head, uint16(bits))
	body := appendChunk(appendChunk(appendChunk(nil, "fmt ", head), "LIST", []byte("odd")), "data", data)
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)+4))
	return append(append(b, "WAVE"...), body...)
}

// crescendo grows from quiet to loud over so many steps.
func crescendo(n int) []int {
	sizes := make([]int, n)
	for i := range sizes {
		sizes[i] = silentPacket + 1 + 200*i/n
	}
	return sizes
}

func voice(t *testing.T, data []byte) Voice {
	t.Helper()
	v, err := ReadVoice(context.Background(), bytes.NewReader(data), int64(len(data)))
	qt.Assert(t, qt.IsNil(err))
	return v
}

func TestVoice(t *testing.T) {
	sizes := crescendo(500) // ten seconds
	var wide []uint32
	for _, n := range sizes {
		wide = append(wide, uint32(n))
	}
	recorded := mp4File("soun", false, 0)
	for i := 0; i < len(wide); i += 50 {
		recorded = append(recorded, moof(wide[i:i+50]...)...)
	}
	samples := make([]float64, 80_000)
	for i := range samples {
		samples[i] = math.Sin(float64(i)/5) * float64(i) / float64(len(samples))
	}
	for name, c := range map[string]struct {
		data []byte
		mime string
	}{
		"MP4":              {mp4File("soun", false, 10, wide...), M4A},
		"MP4 as recorded":  {recorded, M4A},
		"WebM as recorded": {webmFile(2, sizes...), "audio/webm"},
		"Ogg":              {oggFile(sizes...), Ogg},
		"WAV of 8 bits":    {wave(8, samples), Wave},
		"WAV of 16 bits":   {wave(16, samples), Wave},
		"WAV of 24 bits":   {wave(24, samples), Wave},
		"WAV of floats":    {wave(32, samples), Wave},
	} {
		t.Run(name, func(t *testing.T) {
			v := voice(t, c.data)
			qt.Check(t, qt.Equals(v.Mime, c.mime))
			qt.Check(t, qt.IsTrue((v.Duration-10*time.Second).Abs() < 50*time.Millisecond), qt.Commentf("%v", v.Duration))
			qt.Assert(t, qt.Equals(len(v.Waveform), WaveformValues))
			qt.Check(t, qt.Equals(v.Waveform[WaveformValues-1], 255))
			qt.Check(t, qt.IsTrue(slices.IsSorted(v.Waveform)), qt.Commentf("%v", v.Waveform))
			qt.Check(t, qt.IsTrue(v.Waveform[0] < 20 && v.Waveform[32] > 100 && v.Waveform[32] < 160))
		})
	}
}

func TestMP3(t *testing.T) {
	frame := append([]byte{0xff, 0xfb, 0x90, 0}, make([]byte, 413)...) // silence, 1152 samples of 44,100 a second
	v := voice(t, bytes.Repeat(frame, 100))
	qt.Check(t, qt.Equals(v.Mime, MP3))
	qt.Check(t, qt.IsTrue((v.Duration-2612*time.Millisecond).Abs() < 60*time.Millisecond), qt.Commentf("%v", v.Duration))
	qt.Check(t, qt.IsNil(v.Waveform))
}

// A coder of constant bit rate tells nothing, and nothing is made up.
func TestNoWaveformOfConstantBitRate(t *testing.T) {
	v := voice(t, oggFile(slices.Repeat([]int{160}, 100)...))
	qt.Assert(t, qt.IsNil(v.Waveform))
	qt.Assert(t, qt.Equals(v.Duration, 2*time.Second))
}

// However long a recording is, what is kept of it while it is read is bounded,
// and as exact as of a short one.
func TestLoudnessIsBounded(t *testing.T) {
	var tr track
	const n = 3_000_000
	for i := range n {
		tr.loud.add(float64(i))
	}
	qt.Assert(t, qt.IsTrue(len(tr.loud.pieces) <= 2*maxPieces))
	w := tr.waveform()
	for i, v := range w {
		want := 255 * (float64(i) + 0.5) / (WaveformValues - 0.5)
		qt.Assert(t, qt.IsTrue(math.Abs(float64(v)-want) < 3), qt.Commentf("%d: %d, not %.0f", i, v, want))
	}
}

func TestVideo(t *testing.T) {
	video := func(data []byte) Video {
		v, err := ReadVideo(context.Background(), bytes.NewReader(data), int64(len(data)))
		qt.Assert(t, qt.IsNil(err))
		return v
	}
	qt.Check(t, qt.Equals(video(mp4File("vide", false, 3)), Video{MP4, 1920, 1080, 3 * time.Second}))
	qt.Check(t, qt.Equals(video(mp4File("vide", true, 3)), Video{MP4, 1080, 1920, 3 * time.Second}))
	// A sample is 20 ms long where a run does not say.
	recorded := append(mp4File("vide", false, 0), moof(make([]uint32, 100)...)...)
	qt.Check(t, qt.Equals(video(recorded), Video{MP4, 1920, 1080, 2 * time.Second}))
	qt.Check(t, qt.Equals(video(webmFile(1, make([]int, 101)...)), Video{WebM, 640, 480, 2 * time.Second}))
}

func TestBadTracks(t *testing.T) {
	good := mp4File("soun", false, 10, 1, 2, 3)
	hugeIndex := append(box("ftyp", []byte("isom"), words(0)), words(1<<30)...)
	hugeIndex = append(hugeIndex, "moov"...)
	bomb := bytes.Replace(moof(1), words(0x200, 1), words(0, 1<<31), 1)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                    {nil, ErrUnreadable},
		"text":                       {[]byte("not a recording"), ErrType},
		"MP4 cut off":                {good[:len(good)/2], ErrUnreadable},
		"MP4 without an index":       {box("ftyp", []byte("isom"), words(0)), ErrUnreadable},
		"MP4 with an index of 1 GB":  {hugeIndex, ErrUnreadable},
		"a film as voice":            {mp4File("vide", false, 3), ErrType},
		"MP4 without length":         {mp4File("soun", false, 0), ErrUnreadable},
		"WebM without a track":       {el(webmHeader, nil), ErrType},
		"WebM cut off":               {webmFile(2, 50, 60)[:60], ErrUnreadable},
		"Ogg without Opus":           {bytes.Replace(oggFile(1), []byte("OpusHead"), []byte("vorbis.."), 1), ErrType},
		"Ogg cut off":                {oggFile(100, 100)[:150], ErrUnreadable},
		"WAV of another coder":       {bytes.Replace(wave(16, nil), []byte("fmt \x10\x00\x00\x00\x01"), []byte("fmt \x10\x00\x00\x00\x55"), 1), ErrType},
		"WAV without a sound":        {wave(16, nil), ErrUnreadable},
		"MP3 of nothing but its tag": {[]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), ErrUnreadable},
	} {
		_, err := ReadVoice(context.Background(), bytes.NewReader(c.data), int64(len(c.data)))
		qt.Check(t, qt.ErrorIs(err, c.want), qt.Commentf(name))
	}
	_, err := ReadVideo(context.Background(), bytes.NewReader(good), int64(len(good)))
	qt.Check(t, qt.ErrorIs(err, ErrType))

	// A run that claims billions of samples without a byte for any of them.
	data := append(mp4File("soun", false, 0), bomb...)
	v := voice(t, data)
	qt.Check(t, qt.IsTrue(v.Duration <= maxDuration))
}

func TestSniff(t *testing.T) {
	for head, want := range map[string]string{
		"%PDF-1.7":                 "application/pdf",
		"PK\x03\x04":               "application/zip",
		"<html><script>":           "text/plain",
		"<svg xmlns=":              "text/plain",
		"<?xml version='1.0'?>":    "text/plain",
		"plain words":              "text/plain",
		"\x7fELF\x02\x01":          Unknown,
		"ID3\x04":                  MP3,
		"\xff\xfb\x90\x00":         MP3,
		"\x00\x00\x00\x18ftypM4A ": M4A,
		"\x00\x00\x00\x18ftypqt  ": MP4,
		"\x00\x00\x00\x18ftypheic": Unknown,
	} {
		qt.Check(t, qt.Equals(Sniff([]byte(head)), want), qt.Commentf("%q", head))
	}
	for _, kind := range []string{"text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript"} {
		for _, head := range []string{"<!DOCTYPE HTML>", "<svg>", "<?xml?><html>", "alert(1)"} {
			qt.Check(t, qt.IsFalse(strings.HasPrefix(Sniff([]byte(head)), kind)))
		}
	}
}

func FuzzTracks(f *testing.F) {
	f.Add(mp4File("soun", false, 10, 1, 2, 3))
	f.Add(append(mp4File("vide", true, 0), moof(1, 2)...))
	f.Add(webmFile(2, 10, 20, 30))
	f.Add(webmFile(1, 10, 20, 30))
	f.Add(oggFile(10, 300))
	f.Add(wave(16, []float64{0, 1, 0}))
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		known := func(err error) bool {
			return errors.Is(err, ErrType) || errors.Is(err, ErrUnreadable) || errors.Is(err, ErrTooLarge)
		}
		v, err := ReadVoice(context.Background(), bytes.NewReader(data), int64(len(data)))
		switch {
		case err == nil:
			if v.Duration <= 0 || v.Duration > maxDuration || v.Waveform != nil && len(v.Waveform) != WaveformValues {
				t.Fatalf("a recording that is none: %+v", v)
			}
		case !known(err):
			t.Fatal(err)
		}
		film, err := ReadVideo(context.Background(), bytes.NewReader(data), int64(len(data)))
		switch {
		case err == nil:
			if film.Width < 1 || film.Height < 1 || film.Width > 1<<16 || film.Height > 1<<16 || film.Duration < 0 {
				t.Fatalf("a film that is none: %+v", film)
			}
		case !known(err):
			t.Fatal(err)
		}
	})
}
