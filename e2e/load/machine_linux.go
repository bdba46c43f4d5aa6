package load

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// endWithParent has the kernel end a child when we die without stopping it.
var endWithParent = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}

// DiskFolder gives the folder for data: the one that is wanted, else the first
// usual one that is on a disk. A file system in memory would make every sync
// free.
func DiskFolder(wanted string) (string, error) {
	if wanted != "" {
		if inMemory(wanted) {
			return "", fmt.Errorf("%s is in memory and not on a disk; choose another folder", wanted)
		}
		return wanted, nil
	}
	for _, dir := range []string{os.TempDir(), "/var/tmp", "."} {
		if st, err := os.Stat(dir); err == nil && st.IsDir() && !inMemory(dir) {
			return dir, nil
		}
	}
	return "", errors.New("no folder for temporary files is on a disk; choose one with --data")
}

func inMemory(dir string) bool {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return false
	}
	return fs.Type == unix.TMPFS_MAGIC || fs.Type == unix.RAMFS_MAGIC
}

// dataSync makes what was written to a file durable, without what only the file
// system wants to know.
func dataSync(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }

// sleep waits in the kernel: the timers of the runtime wake up to a millisecond
// late when the process is idle. A signal may wake it early.
func sleep(d time.Duration) {
	ts := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&ts, nil)
}

// selfSeconds is the processor time that this process has used, in the program
// and in the kernel on its behalf.
func selfSeconds() float64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0 // cannot fail with these arguments (getrusage(2))
	}
	seconds := func(t unix.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(u.Utime) + seconds(u.Stime)
}

// mayOpen says in words when a number of sockets is more than this process may
// open.
func mayOpen(sockets int) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("limit of open files: %w", err)
	}
	const besides = 500 // the store's files and what is open anyway
	if uint64(sockets)+besides > limit.Cur {
		return fmt.Errorf("%d sockets are more than a limit of %d open files allows (ulimit -n)", sockets, limit.Cur)
	}
	return nil
}

// machine describes the machine in one line.
func machine() string {
	model := "unknown processor"
	if f, err := os.Open("/proc/cpuinfo"); err == nil {
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
		_ = f.Close()
	}
	memory := "?"
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		memory = fmt.Sprintf("%.0f GiB", float64(info.Totalram)*float64(info.Unit)/(1<<30))
	}
	kernel := "?"
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		kernel = unix.ByteSliceToString(name.Release[:])
	}
	return fmt.Sprintf("%d × %s, %s, Linux %s, %s", runtime.NumCPU(), model, memory, kernel, runtime.Version())
}
