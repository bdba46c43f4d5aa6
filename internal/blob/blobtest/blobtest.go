// Package blobtest answers: does a store of files keep what package blob
// promises? Every kind of store passes the same tests.
package blobtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"

	"madang/internal/blob"
)

// BucketServer starts an S3-like service with an empty bucket, which ends with
// the test, and gives the address for [blob.Open].
func BucketServer(t testing.TB) string {
	backend := s3mem.New()
	qt.Assert(t, qt.IsNil(backend.CreateBucket("files")))
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithoutVersioning()).Server())
	t.Cleanup(server.Close)
	return "s3://key:secret@" + server.Listener.Addr().String() + "/files/all?insecure=true&region=us-east-1"
}

// Run tests an empty store.
func Run(t *testing.T, s blob.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, blob.Store)
	}{
		{"put and open", putAndOpen},
		{"read from any place", readFromAnyPlace},
		{"a failed put leaves what was there", failedPut},
		{"a large object that fails leaves nothing", failedLarge},
		{"delete", deleteObjects},
		{"list", list},
		{"keys", keys},
		{"many at once", manyAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, s) })
	}
}

func put(t *testing.T, s blob.Store, key string, b []byte) {
	t.Helper()
	qt.Assert(t, qt.IsNil(s.Put(t.Context(), key, bytes.NewReader(b), int64(len(b)))))
}

func read(t *testing.T, s blob.Store, key string) []byte {
	t.Helper()
	o, err := s.Open(t.Context(), key)
	qt.Assert(t, qt.IsNil(err))
	b, err := io.ReadAll(o)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(o.Close()))
	qt.Assert(t, qt.Equals(o.Size, int64(len(b))))
	return b
}

func isMissing(t *testing.T, s blob.Store, key string) {
	t.Helper()
	_, err := s.Open(t.Context(), key)
	qt.Assert(t, qt.ErrorIs(err, fs.ErrNotExist))
}

// random gives bytes that are the same for the same seed.
func random(seed uint64, n int) []byte {
	b := make([]byte, n)
	chacha := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = chacha.Read(b) // never fails
	return b
}

func putAndOpen(t *testing.T, s blob.Store) {
	for i, size := range []int{1, 4096, 3 << 20, 40 << 20} {
		key := fmt.Sprintf("put/%d", size)
		want := random(uint64(i), size)
		put(t, s, key, want)
		qt.Assert(t, qt.IsTrue(bytes.Equal(read(t, s, key), want)))
	}
	put(t, s, "put/1", []byte("another"))
	qt.Assert(t, qt.Equals(string(read(t, s, "put/1")), "another"))
	qt.Assert(t, qt.IsNotNil(s.Put(t.Context(), "put/none", bytes.NewReader(nil), 0)))
	isMissing(t, s, "put/none")
	isMissing(t, s, "put") // a folder is no object
}

func readFromAnyPlace(t *testing.T, s blob.Store) {
	want := random(7, 1<<20)
	put(t, s, "seek", want)
	o, err := s.Open(t.Context(), "seek")
	qt.Assert(t, qt.IsNil(err))
	defer o.Close()
	for _, at := range []int64{1 << 19, 0, 1<<20 - 10, 17} {
		got, err := o.Seek(at, io.SeekStart)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(got, at))
		b := make([]byte, 10)
		_, err = io.ReadFull(o, b)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.DeepEquals(b, want[at:at+10]))
	}
	end, err := o.Seek(0, io.SeekEnd)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(end, int64(len(want))))
}

var errBroken = errors.New("the line broke")

func failedPut(t *testing.T, s blob.Store) {
	put(t, s, "fail", []byte("as it was"))
	for name, r := range map[string]io.Reader{
		"ends early": bytes.NewReader([]byte("1234")),
		"goes on":    bytes.NewReader([]byte("123456")),
		"breaks":     io.MultiReader(bytes.NewReader([]byte("123")), brokenReader{}),
	} {
		qt.Assert(t, qt.IsNotNil(s.Put(t.Context(), "fail", r, 5)), qt.Commentf(name))
		qt.Assert(t, qt.Equals(string(read(t, s, "fail")), "as it was"), qt.Commentf(name))
	}
	err := s.Put(t.Context(), "never", brokenReader{}, 5)
	qt.Assert(t, qt.ErrorIs(err, errBroken))
	isMissing(t, s, "never")
}

func failedLarge(t *testing.T, s blob.Store) {
	const size = 40 << 20
	for name, r := range map[string]io.Reader{
		"ends early": bytes.NewReader(random(1, size-1)),
		"goes on":    bytes.NewReader(random(1, size+1)),
		"breaks":     io.MultiReader(bytes.NewReader(random(1, size-1)), brokenReader{}),
	} {
		qt.Assert(t, qt.IsNotNil(s.Put(t.Context(), "large", r, size)), qt.Commentf(name))
		isMissing(t, s, "large")
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func deleteObjects(t *testing.T, s blob.Store) {
	put(t, s, "del/a", []byte("a"))
	put(t, s, "del/b", []byte("b"))
	put(t, s, "del/c", []byte("c"))
	qt.Assert(t, qt.IsNil(s.Delete(t.Context(), "del/a", "del/none", "del/c")))
	isMissing(t, s, "del/a")
	isMissing(t, s, "del/c")
	qt.Assert(t, qt.Equals(string(read(t, s, "del/b")), "b"))
	qt.Assert(t, qt.IsNil(s.Delete(t.Context())))
}

func list(t *testing.T, s blob.Store) {
	before := time.Now()
	// - comes before / in the order of bytes, letters after it.
	want := []string{"list/a-b", "list/a/1", "list/a/2", "list/a/x/y", "list/ab", "list/b/1"}
	for _, key := range want {
		put(t, s, key, []byte(key))
	}
	put(t, s, "lisu", []byte("x"))

	var got []string
	after := ""
	for {
		page, err := s.List(t.Context(), "list/", after, 2)
		qt.Assert(t, qt.IsNil(err))
		if len(page) == 0 {
			break
		}
		for _, info := range page {
			qt.Assert(t, qt.Equals(info.Size, int64(len(info.Key))))
			// Services keep whole seconds, and their clock is not ours.
			qt.Assert(t, qt.IsTrue(info.Modified.After(before.Add(-time.Minute))))
			got = append(got, info.Key)
		}
		after = page[len(page)-1].Key
	}
	qt.Assert(t, qt.DeepEquals(got, want))

	under, err := s.List(t.Context(), "list/a/", "", 100)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(len(under), 3))
	none, err := s.List(t.Context(), "nothing/", "", 100)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(len(none), 0))
}

func keys(t *testing.T, s blob.Store) {
	long := make([]byte, 201)
	for i := range long {
		long[i] = 'a'
	}
	for _, key := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "A", "a b", "a.b", "한", "a\x00", string(long)} {
		qt.Check(t, qt.IsNotNil(s.Put(t.Context(), key, bytes.NewReader([]byte("x")), 1)), qt.Commentf("put %q", key))
		_, err := s.Open(t.Context(), key)
		qt.Check(t, qt.IsNotNil(err), qt.Commentf("open %q", key))
		qt.Check(t, qt.IsNotNil(s.Delete(t.Context(), key)), qt.Commentf("delete %q", key))
	}
	put(t, s, string(long[:200]), []byte("x"))
}

// manyAtOnce puts into the same key from many sides: whoever reads gets all of
// one of them.
func manyAtOnce(t *testing.T, s blob.Store) {
	versions := make([][]byte, 8)
	for i := range versions {
		versions[i] = random(uint64(100+i), 100_000+i)
	}
	put(t, s, "race/x", versions[0])
	var wg sync.WaitGroup
	for i := range versions {
		wg.Go(func() {
			for range 5 {
				if err := s.Put(t.Context(), "race/x", bytes.NewReader(versions[i]), int64(len(versions[i]))); err != nil {
					t.Error(err)
				}
				if err := s.Put(t.Context(), fmt.Sprintf("race/own/%d", i), bytes.NewReader(versions[i]), int64(len(versions[i]))); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 5 {
				o, err := s.Open(t.Context(), "race/x")
				if err != nil {
					t.Error(err)
					return
				}
				b, err := io.ReadAll(o)
				err = errors.Join(err, o.Close())
				if minio.ToErrorResponse(err).StatusCode == http.StatusPreconditionFailed {
					continue // of a bucket: what was opened has been replaced
				}
				if !slices.ContainsFunc(versions, func(v []byte) bool { return bytes.Equal(v, b) }) {
					t.Errorf("read %d bytes that nobody put (%v)", len(b), err)
				}
			}
		})
	}
	wg.Wait()
	for i := range versions {
		qt.Assert(t, qt.IsTrue(bytes.Equal(read(t, s, fmt.Sprintf("race/own/%d", i)), versions[i])))
	}
}
