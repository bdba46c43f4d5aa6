package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const keyBytes = 32

// key makes hashes that nobody can make, or search through, with the database
// alone. Codes have a million values and phone numbers a hundred million in a
// country: a plain hash of them is as good as the text.
type key []byte

// LoadKey reads the secret key from secret.key in the data folder, and makes one
// where there is none. All nodes of one platform use the same file; who loses it
// loses pending codes and the marks of numbers looked up, but no account.
func LoadKey(dataDir string) ([]byte, error) {
	path := filepath.Join(dataDir, "secret.key")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	if len(b) != keyBytes {
		return nil, fmt.Errorf("secret key: %s has %d bytes, not %d", path, len(b), keyBytes)
	}
	return b, nil
}

func makeKey(path string) ([]byte, error) {
	b := make([]byte, keyBytes)
	rand.Read(b)
	// Written aside and linked into place, so that a file that exists is whole,
	// and of two programs that start at once both read the same one.
	aside, err := os.CreateTemp(filepath.Dir(path), "secret.key.*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(aside.Name())
	_, err = aside.Write(b)
	if err = errors.Join(err, aside.Sync(), aside.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(aside.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// hash is HMAC-SHA256 of the parts for one purpose. Each part goes with its
// length, so that ("ab", "c") and ("a", "bc") differ.
func (k key) hash(purpose string, parts ...string) []byte {
	h := hmac.New(sha256.New, k)
	for _, part := range append([]string{purpose}, parts...) {
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}
