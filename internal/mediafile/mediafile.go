// Package mediafile answers: what is in a file that somebody sent, and what of
// it is passed on?
//
// Files come from strangers. They are judged by their content, never by their
// name, and every size that they claim is bounded before anything is made of it.
package mediafile

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
)

// What is wrong with a file. The errors of this package wrap one of them, or are
// of the reader of the file.
var (
	ErrType       = errors.New("not a type of file that is taken here")
	ErrUnreadable = errors.New("the file is damaged or cut off")
	ErrTooLarge   = errors.New("the file is too large for its kind")
	ErrPixels     = fmt.Errorf("the picture has more than %d megapixels", MaxPixels/1_000_000)
	ErrFrames     = errors.New("the moving picture has too many frames")
)

// Limits of pictures.
const (
	MaxPixels     = 50_000_000 // of one picture
	MaxFrames     = 1_000      // of one that moves
	MaxMoved      = 1_000_000_000
	MaxPhotoBytes = 64 << 20
)

// unreadable wraps what a decoder of somebody else found.
func unreadable(what string, err error) error {
	return fmt.Errorf("%w: %s: %w", ErrUnreadable, what, err)
}

// guard turns a panic of a decoder into an error: the decoders are not ours, the
// files are anybody's.
func guard(what string, err *error) {
	if p := recover(); p != nil { //nolint:revive // it is the deferred function itself
		*err = fmt.Errorf("%w: %s: %v", ErrUnreadable, what, p)
	}
}

// The types of files that are told apart.
const (
	JPEG    = "image/jpeg"
	PNG     = "image/png"
	GIF     = "image/gif"
	WebP    = "image/webp"
	MP4     = "video/mp4"
	WebM    = "video/webm"
	M4A     = "audio/mp4"
	Ogg     = "audio/ogg"
	MP3     = "audio/mpeg"
	Wave    = "audio/wav"
	Unknown = "application/octet-stream"
)

// HeadBytes is how much of a file [Sniff] looks at.
const HeadBytes = 512

// Sniff gives the media type of a file from its first bytes, as far as that can
// be told. What a browser might run (HTML, SVG, scripts) is plain text or
// Unknown. MP4 and WebM stand for files with and without pictures.
//
// Signatures: WHATWG MIME Sniffing, section 6; ISO 14496-12, section 4.3.
func Sniff(head []byte) string {
	head = head[:min(len(head), HeadBytes)]
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte(pngSignature)):
		return PNG
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF
	case isRIFF(head, "WEBP"):
		return WebP
	case isRIFF(head, "WAVE"):
		return Wave
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return brand(string(head[8:12]))
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return WebM
	case bytes.HasPrefix(head, []byte("OggS")):
		return Ogg
	case bytes.HasPrefix(head, []byte("ID3")), isMP3Frame(head):
		return MP3
	}
	switch kind := http.DetectContentType(head); kind {
	case "application/pdf", "application/zip", "application/x-gzip", "application/x-rar-compressed",
		"image/bmp", "image/x-icon", "audio/aiff", "audio/midi", "video/avi":
		return kind
	case "text/plain; charset=utf-8", "text/html; charset=utf-8", "text/xml; charset=utf-8":
		return "text/plain"
	}
	return Unknown
}

func isRIFF(head []byte, form string) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == form
}

// brand tells apart what is built as MP4 is.
func brand(b string) string {
	switch b {
	case "M4A ", "M4B ":
		return M4A
	case "heic", "heix", "mif1", "avif", "avis", "crx ":
		return Unknown // pictures that nothing here can read
	}
	return MP4
}

// isMP3Frame recognises the header of a frame of MPEG layer III that no known
// bit rate or sampling rate contradicts (ISO 11172-3, section 2.4.2.3).
func isMP3Frame(b []byte) bool {
	return len(b) >= 4 && b[0] == 0xff && b[1]&0xe0 == 0xe0 && b[1]&0x18 != 0x08 && b[1]&0x06 == 0x02 &&
		b[2]&0xf0 != 0xf0 && b[2]&0xf0 != 0 && b[2]&0x0c != 0x0c
}
