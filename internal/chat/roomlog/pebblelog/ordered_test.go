package pebblelog_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/go-quicktest/qt"

	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/logtest"
	"madang/internal/chat/roomlog/pebblelog"
)

// atMarkers calls f when a marker file was made and its folder not yet synced.
type atMarkers struct {
	vfs.FS
	f func()
}

func (fs atMarkers) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	file, err := fs.FS.Create(name, c)
	if strings.HasPrefix(fs.PathBase(name), "marker.manifest.") {
		fs.f()
	}
	return file, err
}

// TestMarkersPointToWhatIsThere cuts the power between the making of a file and
// the syncing of the marker that points to it, on a file system that keeps names
// in any order. The store must open, whichever of the names is left.
func TestMarkersPointToWhatIsThere(t *testing.T) {
	mem := vfs.NewCrashableMem()
	var left []*vfs.MemFS
	cut := func() {
		for i := range uint64(16) {
			left = append(left, mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rand.New(rand.NewPCG(i, 1))}))
		}
	}
	user := logtest.NewID()
	var room roomlog.RoomID
	for i := range 3 {
		f := cut
		if i == 0 {
			f = func() {} // there is nothing yet that could be lost
		}
		e, err := pebblelog.Open("log", pebblelog.Options{FS: atMarkers{mem, f}, Logger: quiet})
		qt.Assert(t, qt.IsNil(err))
		l := roomlog.New(e, roomlog.Options{Logger: quiet})
		if i == 0 {
			room = newRoom(t, l, user)
		}
		_, err = l.Wait(t.Context(), message(room, user, logtest.NewID()))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(l.Close()))
	}
	qt.Assert(t, qt.IsTrue(len(left) > 0))
	for i, fs := range left {
		e, err := pebblelog.Open("log", pebblelog.Options{FS: fs, Logger: quiet})
		qt.Assert(t, qt.IsNil(err), qt.Commentf("cut %d", i))
		h, _, err := e.Head(t.Context(), room)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(h.Seq > 0), qt.Commentf("cut %d", i))
		qt.Assert(t, qt.IsNil(e.Close()))
	}
}
