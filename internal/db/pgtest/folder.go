package pgtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Folders are named madang-pg-… and hold:
//
//	lock               locked (flock) by the program that made the server, as long as it lives
//	data/              PostgreSQL's data folder
//	.s.PGSQL.<port>    the socket
//	log                what the server said
const (
	folderPrefix = "madang-pg-"
	lockName     = "lock"
)

func dataFolder(dir string) string { return filepath.Join(dir, "data") }

// tempDir gives the folder for servers whose maker has named none: in memory where there is room,
// because an empty database is 300 files and a test wants it at once, and ext4 takes a quarter of a
// second for them when as many were removed within the last seconds. It takes nothing from a test:
// what a killed process has written is there, on a disk and in memory alike.
func tempDir() string {
	const (
		memory  = "/dev/shm" // man 7 shm_overview
		room    = 4 << 30
		longest = 60
	)
	var fs unix.Statfs_t
	if err := unix.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= room {
		return memory
	}
	// Root's own folder is likely closed to the user postgres.
	if dir := os.TempDir(); len(dir) <= longest && os.Geteuid() != 0 {
		return dir
	}
	return "/tmp"
}

// makeFolder makes an empty folder for a server that nobody but its user can enter.
func makeFolder(base string, user *osUser) (string, error) {
	dir, err := os.MkdirTemp(base, folderPrefix) // Mode 0700.
	if err != nil {
		return "", fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if err := user.own(dir); err != nil {
		return "", errors.Join(fmt.Errorf("make a folder for PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	return dir, nil
}

// guard sees to it that a server does not outlive its program. It is a small process that reads
// from a pipe whose other end only this program holds. When the program ends, by whatever means,
// the kernel closes that end, and the guard stops the server and removes its folder.
type guard struct {
	cmd  *exec.Cmd
	pipe interface{ Close() error }
	lock *os.File
	dir  string
}

// guardScript waits for the end of its input. $1 is the folder of pg_ctl, $2 the server's folder.
const guardScript = `cat >/dev/null
"$1/pg_ctl" stop --silent --pgdata "$2/data" --mode immediate >/dev/null 2>&1
rm -rf "$2"`

func newGuard(bin, dir string, user *osUser) (*guard, error) {
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", guardScript, "guard", bin, dir)
	user.become(cmd)
	cmd.Dir = "/"
	pipe, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a guard: %w", err), lock.Close())
	}
	return &guard{cmd: cmd, pipe: pipe, lock: lock, dir: dir}, nil
}

// release lets the guard do its work now and waits for it.
func (g *guard) release() error {
	removeSharedMemory := sharedMemory(dataFolder(g.dir))
	err := errors.Join(g.pipe.Close(), g.cmd.Wait(), g.lock.Close())
	removeSharedMemory()
	if err != nil {
		return fmt.Errorf("close PostgreSQL: %w", err)
	}
	return nil
}

// lockFolder marks a folder as one whose program lives. The lock ends with the process, so a folder
// with a free lock is a dead program's.
func lockFolder(dir string) (*os.File, error) {
	// Locked before it has its name, so that no sweep finds it free.
	unnamed := filepath.Join(dir, lockName+".new")
	f, err := os.OpenFile(unnamed, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		err = os.Rename(unnamed, filepath.Join(dir, lockName))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", dir, err), f.Close())
	}
	return f, nil
}

// sweep removes what programs left under base that died together with their guards, as happens
// when a container is stopped. It does what it can; a folder that resists stays.
func sweep(base, bin string, user *osUser) {
	dirs, _ := filepath.Glob(filepath.Join(base, folderPrefix+"*")) // Fails only on a bad pattern.
	for _, dir := range dirs {
		if abandoned(dir, user) {
			removeSharedMemory := sharedMemory(dataFolder(dir))
			_ = user.run("/", filepath.Join(bin, "pg_ctl"), "stop", "--silent", "--pgdata", dataFolder(dir), "--mode", "immediate")
			_ = os.RemoveAll(dir)
			removeSharedMemory()
		}
	}
}

// abandoned tells whether the program that made the folder is dead.
func abandoned(dir string, user *osUser) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || int(info.Sys().(*syscall.Stat_t).Uid) != user.id() {
		return false
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		// Just being made, or its maker died within that moment.
		return time.Since(info.ModTime()) > time.Minute
	}
	if err != nil {
		return false
	}
	defer lock.Close()
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
