// Package blob answers: where are the bytes of files, and are they whole?
//
// A store keeps objects under keys. There are two: a folder of this machine and
// a bucket of an S3-like service, which several nodes can share. What a key
// means and who may read it is not known here.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
)

// Store keeps objects. All its methods may be called from several goroutines.
//
// A key is made of parts of a–z, 0–9, - and _ with / between them, 200 bytes at
// most; no key is the folder of another one. An object that does not exist is an
// error that wraps [fs.ErrNotExist].
type Store interface {
	// Put keeps size bytes of r, 1 or more (some services know no empty
	// objects), under the key, in place of what was there. When
	// it returns nil the object is on disk; after an error, or a crash on the
	// way, the key has what it had before. A reader that ends early, or goes on
	// behind size bytes, is an error.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open gives the object as it stands. What replaces or deletes it later
	// does not change what an open object of a folder reads; of a bucket
	// reading may then fail. The caller closes it.
	Open(ctx context.Context, key string) (*Object, error)
	// Delete removes objects. Those that do not exist are no error.
	Delete(ctx context.Context, keys ...string) error
	// List gives up to limit objects whose keys begin with the prefix and come
	// after the key after, in the order of the keys' bytes.
	List(ctx context.Context, prefix, after string, limit int) ([]Info, error)
	Close() error
}

// Object is an object that can be read from any place in it.
type Object struct {
	io.ReadSeekCloser
	Size int64 // bytes
}

// Info is what a list says of an object.
type Info struct {
	Key      string
	Size     int64     // bytes
	Modified time.Time // when it was put
}

// Open opens a store: s3://… is a bucket, see [OpenBucket]; everything else is
// a folder.
func Open(ctx context.Context, address string) (Store, error) {
	if strings.HasPrefix(address, "s3://") {
		return OpenBucket(ctx, address)
	}
	return OpenFolder(address)
}

// Check refuses an address that [Open] could not make anything of, without
// touching what it names.
func Check(address string) error {
	if !strings.HasPrefix(address, "s3://") {
		return nil
	}
	b, err := openBucket(address)
	if err != nil {
		return err
	}
	return b.Close()
}

// maxKey is the longest key in bytes. Names in a folder hold 255.
const maxKey = 200

// errKey is wrapped by the error of a key that no store takes.
var errKey = errors.New("not a key")

// checkKey refuses keys that are not parts of a–z, 0–9, - and _, joined by /.
// Folders and buckets both take those, and nothing in them means anything to a
// file system.
func checkKey(key string) error {
	if key == "" || len(key) > maxKey {
		return fmt.Errorf("%w: %.40q has %d bytes, and 1 to %d are allowed", errKey, key, len(key), maxKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return fmt.Errorf("%w: %q", errKey, key)
		}
	}
	return nil
}

func checkPut(key string, size int64) error {
	if size < 1 {
		return fmt.Errorf("put object %.40q: %d bytes are no object", key, size)
	}
	return checkKey(key)
}

// exactly reads left bytes and reports a reader that has fewer or more: together
// with the last of them, so that nobody takes what came before for the whole.
type exactly struct {
	r    io.Reader
	left int64
	end  error // what follows the last byte; nil before that is known
}

var errTooLong = errors.New("there are more bytes than were announced")

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, e.last()
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left == 0 && n > 0:
		return n, e.last()
	case errors.Is(err, io.EOF):
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

// last looks behind the last byte, once.
func (e *exactly) last() error {
	if e.end != nil {
		return e.end
	}
	var one [1]byte
	_, e.end = io.ReadFull(e.r, one[:])
	if e.end == nil {
		e.end = errTooLong
	}
	return e.end
}

func missing(key string) error { return fmt.Errorf("object %s: %w", key, fs.ErrNotExist) }
