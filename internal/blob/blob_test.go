package blob_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/blob"
	"madang/internal/blob/blobtest"
)

func open(t *testing.T, address string) blob.Store {
	t.Helper()
	s, err := blob.Open(t.Context(), address)
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(s.Close())) })
	return s
}

func TestStores(t *testing.T) {
	t.Run("folder", func(t *testing.T) { blobtest.Run(t, open(t, filepath.Join(t.TempDir(), "files"))) })
	t.Run("bucket", func(t *testing.T) { blobtest.Run(t, open(t, blobtest.BucketServer(t))) })
}

// files lists the files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	qt.Assert(t, qt.IsNil(err))
	return found
}

func TestFolderLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	err := s.Put(t.Context(), "a/b", io.MultiReader(bytes.NewReader(make([]byte, 100)), failing{}), 200)
	qt.Assert(t, qt.ErrorIs(err, errFull))
	qt.Assert(t, qt.DeepEquals(files(t, dir), nil))
}

func TestFolderClearsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	qt.Assert(t, qt.IsNil(s.Put(t.Context(), "a", strings.NewReader("whole"), 5)))
	qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(dir, ".new", "half"), []byte("ha"), 0o600)))
	again := open(t, dir)
	qt.Assert(t, qt.DeepEquals(files(t, dir), []string{"a"}))
	o, err := again.Open(t.Context(), "a")
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(o.Close()))
}

// A link within the folder leads nowhere outside it.
func TestFolderFollowsNothingOutside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600)))
	s := open(t, dir)
	qt.Assert(t, qt.IsNil(os.Symlink(outside, filepath.Join(dir, "out"))))
	_, err := s.Open(t.Context(), "out/secret")
	qt.Assert(t, qt.IsNotNil(err))
	qt.Assert(t, qt.IsNotNil(s.Put(t.Context(), "out/new", strings.NewReader("x"), 1)))
	qt.Assert(t, qt.DeepEquals(files(t, outside), []string{"secret"}))
}

func TestBucketAddresses(t *testing.T) {
	server := blobtest.BucketServer(t)
	for address, want := range map[string]string{
		"s3://":                      "names no host",
		"s3://key:hunter2@host":      "no bucket",
		"s3://key:hunter2@host/b/..": "not a key",
		"s3://key:hunter2%zz@host/b": "no URL",
		strings.Replace(server, "/files/", "/nothing/", 1): "no bucket nothing",
	} {
		_, err := blob.Open(t.Context(), address)
		qt.Check(t, qt.ErrorMatches(err, ".*"+want+".*"), qt.Commentf("%s", address))
		qt.Check(t, qt.IsFalse(strings.Contains(err.Error(), "hunter2")))
	}
}

var errFull = errors.New("no space left")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errFull }
