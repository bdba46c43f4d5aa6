package crash

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// disk is a file system in memory that forgets what was not synced when its
// power is cut.
type disk struct {
	vfs.FS
	mem *vfs.MemFS
	// around is called before and after every sync takes effect, one call at a
	// time; nil for nothing. It may cut the power or take copies.
	around func(after bool)

	turn  sync.Mutex   // of around
	power sync.RWMutex // held for reading while a sync takes effect
	off   bool

	full   atomic.Bool // there is no free space, for those who ask
	jammed atomic.Bool // nothing can be written
}

func newDisk(mem *vfs.MemFS) *disk { return &disk{FS: mem, mem: mem} }

var errPowerCut = errors.New("the power was cut")

// cut takes the power away for good and gives what is left: everything that
// was synced, and of the rest whatever the chance leaves. From then on no sync
// succeeds, so that nothing more can truthfully be acknowledged.
func (d *disk) cut(rnd *rand.Rand) *vfs.MemFS {
	d.power.Lock()
	defer d.power.Unlock()
	d.off = true
	return left(d.mem, rnd)
}

// left is what a cut at this moment would leave.
func left(mem *vfs.MemFS, rnd *rand.Rand) *vfs.MemFS {
	cfg := vfs.CrashCloneCfg{RNG: rnd}
	// Nothing of what was not synced, all of it, or some.
	switch rnd.IntN(3) {
	case 1:
		cfg.UnsyncedDataPercent = 100
	case 2:
		cfg.UnsyncedDataPercent = rnd.IntN(100)
	}
	return mem.CrashClone(cfg)
}

// cutAfter cuts the power after so many further syncs, in front of or behind
// the next one. The channel then gives what is left.
func (d *disk) cutAfter(syncs int, rnd *rand.Rand) <-chan *vfs.MemFS {
	cut := make(chan *vfs.MemFS, 1)
	behind := rnd.IntN(2) == 1
	d.watch(func(after bool) {
		if after != behind {
			return
		}
		if syncs--; syncs == -1 {
			cut <- d.cut(rnd)
		}
	})
	return cut
}

func (d *disk) sync(f func() error) error {
	d.call(false)
	err := d.effect(f)
	d.call(true)
	return err
}

func (d *disk) effect(f func() error) error {
	d.power.RLock()
	defer d.power.RUnlock()
	if d.off {
		return errPowerCut
	}
	return f()
}

func (d *disk) call(after bool) {
	d.turn.Lock()
	defer d.turn.Unlock()
	if d.around != nil {
		d.around(after)
	}
}

// watch has f called around every sync from now on.
func (d *disk) watch(f func(after bool)) {
	d.turn.Lock()
	d.around = f
	d.turn.Unlock()
}

func (d *disk) file(f vfs.File, err error) (vfs.File, error) {
	if err != nil {
		return nil, err
	}
	return &diskFile{f, d}, nil
}

// Create implements vfs.FS.
func (d *disk) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.file(d.FS.Create(name, c))
}

// OpenReadWrite implements vfs.FS.
func (d *disk) OpenReadWrite(name string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (vfs.File, error) {
	return d.file(d.FS.OpenReadWrite(name, c, o...))
}

// ReuseForWrite implements vfs.FS.
func (d *disk) ReuseForWrite(from, to string, c vfs.DiskWriteCategory) (vfs.File, error) {
	return d.file(d.FS.ReuseForWrite(from, to, c))
}

// OpenDir implements vfs.FS.
func (d *disk) OpenDir(name string) (vfs.File, error) { return d.file(d.FS.OpenDir(name)) }

// GetDiskUsage implements vfs.FS.
func (d *disk) GetDiskUsage(string) (vfs.DiskUsage, error) {
	u := vfs.DiskUsage{AvailBytes: 1 << 40, TotalBytes: 1 << 41, UsedBytes: 1 << 40}
	if d.full.Load() {
		u.AvailBytes, u.UsedBytes = 0, u.TotalBytes
	}
	return u, nil
}

type diskFile struct {
	vfs.File
	disk *disk
}

// Sync implements vfs.File.
func (f *diskFile) Sync() error { return f.disk.sync(f.File.Sync) }

// SyncData implements vfs.File.
func (f *diskFile) SyncData() error { return f.disk.sync(f.File.SyncData) }

// Write implements vfs.File.
func (f *diskFile) Write(b []byte) (int, error) {
	if f.disk.jammed.Load() {
		return 0, syscall.ENOSPC
	}
	return f.File.Write(b)
}
