package crash

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/go-quicktest/qt"

	"madang/e2e/crash/history"
	"madang/internal/node"
)

// serve starts a whole node in this process, with its room log on fs and all
// else in data.
func serve(t *testing.T, data string, fs vfs.FS) *node.Node {
	t.Helper()
	n, err := node.Start(t.Context(), node.Config{
		Listen: "127.0.0.1:0", Data: data, Sandbox: true, LogFS: fs, Log: slog.New(slog.DiscardHandler),
	})
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { _ = n.Stop() }) // stopped before, or the test has failed
	return n
}

// TestPowerCut cuts the power under a node again and again, in front of or
// behind a sync, while clients talk through real sockets. The next node runs on
// what was left; now and then with a database set back to an older copy. At the
// end the contract must have been kept over the whole history.
func TestPowerCut(t *testing.T) {
	t.Run("pebble", func(t *testing.T) {
		rnd, seed := random(t)
		data := t.TempDir()
		disk := newDisk(vfs.NewCrashableMem())
		n := serve(t, data, disk)
		d := newDoor()
		d.lead(n.URL())
		c := newCrowd(t, d, 5, 500)
		copies := &copies{folder: t.TempDir()}
		quiet := c.talking(t.Context(), seed)
		for round := range *rounds {
			qt.Assert(t, qt.IsTrue(c.acked(t, 1, time.Minute)), qt.Commentf("round %d: nobody gets through to the server", round))
			cut := disk.cutAfter(rnd.IntN(150), rnd)
			select {
			case mem := <-cut:
				disk = newDisk(mem)
			case <-time.After(time.Minute):
				t.Fatalf("round %d: the server does not sync", round)
			}
			// It notices at its next commit, and stops by itself.
			select {
			case <-n.Done():
			case <-time.After(time.Minute):
				t.Fatalf("round %d: the server goes on although it cannot sync", round)
			}
			d.lead("")
			copies.take(t, data)
			if rnd.IntN(3) == 0 {
				copies.restore(t, data, rnd.IntN(copies.n))
			}
			if rnd.IntN(3) == 0 { // and once more, in the middle of opening
				disk = openHalf(t, data, disk, rnd)
			}
			n = serve(t, data, disk)
			d.lead(n.URL())
		}
		c.acked(t, 50, time.Minute)
		quiet()
		c.prove(t)
		qt.Assert(t, qt.IsNil(n.Stop()))
	})
}

// openHalf gives what a power cut in the middle of opening leaves. The node
// that opens does not notice: nobody talks to it, and it ends in order.
func openHalf(t *testing.T, data string, d *disk, rnd *rand.Rand) *disk {
	t.Helper()
	wait := rnd.IntN(30)
	var mem *vfs.MemFS
	d.watch(func(bool) {
		if wait--; wait == -1 {
			mem = left(d.mem, rnd)
		}
	})
	n := serve(t, data, d)
	d.watch(nil)
	if mem == nil { // there were fewer syncs
		mem = left(d.mem, rnd)
	}
	qt.Assert(t, qt.IsNil(n.Stop()))
	return newDisk(mem)
}

// TestEverySyncPoint takes a copy of the disk as a power cut would leave it in
// front of and behind every single sync for a while, and looks at each of them
// through a new node: everything that clients had been told by then must be
// there.
func TestEverySyncPoint(t *testing.T) {
	t.Run("pebble", func(t *testing.T) {
		rnd, seed := random(t)
		points := 12 * *rounds
		data := t.TempDir()
		disk := newDisk(vfs.NewCrashableMem())
		n := serve(t, data, disk)
		d := newDoor()
		d.lead(n.URL())
		c := newCrowd(t, d, 4, 2000)

		// The database is copied before, so each node also has to catch up.
		old := &copies{folder: t.TempDir()}
		qt.Assert(t, qt.IsNil(n.Stop()))
		old.take(t, data)
		n = serve(t, data, disk)
		d.lead(n.URL())

		type remains struct {
			mem           *vfs.MemFS
			before, after int // lengths of the record around the cut
		}
		var all []remains
		enough := make(chan struct{})
		quiet := c.talking(t.Context(), seed)
		qt.Assert(t, qt.IsTrue(c.acked(t, 20, time.Minute)))
		disk.watch(func(bool) {
			if len(all) == points {
				return
			}
			r := remains{before: c.record.Len()}
			r.mem = left(disk.mem, rnd)
			r.after = c.record.Len()
			if all = append(all, r); len(all) == points {
				close(enough)
			}
		})
		select {
		case <-enough:
		case <-time.After(2 * time.Minute):
			t.Fatalf("%d syncs were to be seen", points)
		}
		disk.watch(nil)
		quiet()
		c.prove(t)
		qt.Assert(t, qt.IsNil(n.Stop()))
		c.close()

		for i, r := range all {
			old.restore(t, data, 0)
			n := serve(t, data, r.mem)
			d.lead(n.URL())
			state, err := d.state(t.Context(), c.people)
			qt.Assert(t, qt.IsNil(err))
			bad := history.Check(c.record.Between(r.before, r.after), state)
			if len(bad) > 0 {
				t.Errorf("power cut %d of %d", i, len(all))
			}
			fail(t, bad)
			qt.Assert(t, qt.IsNil(n.Stop()))
		}
		first, last := all[0].before, all[len(all)-1].after
		t.Attr("sync-points", fmt.Sprintf("%d over %d events, each copy kept the contract", len(all), last-first))
	})
}

// copies are copies of everything in a data folder that is not the room log.
type copies struct {
	folder string
	n      int
}

// take copies a data folder whose node has stopped.
func (c *copies) take(t *testing.T, data string) {
	t.Helper()
	qt.Assert(t, qt.IsNil(os.CopyFS(c.path(c.n), os.DirFS(data))))
	c.n++
}

// restore puts copy i in place of what is in the folder.
func (c *copies) restore(t *testing.T, data string, i int) {
	t.Helper()
	entries, err := os.ReadDir(data)
	qt.Assert(t, qt.IsNil(err))
	for _, e := range entries {
		qt.Assert(t, qt.IsNil(os.RemoveAll(filepath.Join(data, e.Name()))))
	}
	qt.Assert(t, qt.IsNil(os.CopyFS(data, os.DirFS(c.path(i)))))
}

func (c *copies) path(i int) string { return filepath.Join(c.folder, strconv.Itoa(i)) }

// takeFile copies one file, restoreFile puts the latest copy back.
func (c *copies) takeFile(t *testing.T, data, name string) {
	t.Helper()
	copyFile(t, filepath.Join(c.folder, name), filepath.Join(data, name))
}

func (c *copies) restoreFile(t *testing.T, data, name string) {
	t.Helper()
	copyFile(t, filepath.Join(data, name), filepath.Join(c.folder, name))
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	b, err := os.ReadFile(from)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(os.WriteFile(to, b, 0o600)))
}
