package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// kill ends the server in a folder together with its processes. The first process is stopped
// beforehand so that it neither makes new ones nor lets any of them finish.
func kill(dir string) error {
	data := dataFolder(dir)
	lines, err := pidFile(data)
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(lines[0])
	if err != nil {
		return fmt.Errorf("read postmaster.pid: %w", err)
	}
	removeSharedMemory := sharedMemory(data)
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	pids := append(children(pid), pid)
	for _, p := range pids {
		if err := syscall.Kill(p, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	for deadline := time.Now().Add(30 * time.Second); anyRuns(pids); {
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v did not end", pids)
		}
		time.Sleep(time.Millisecond) // The kernel tells only a parent of an end, and we are none.
	}
	removeSharedMemory()
	// Where nobody collects ended processes, as in a container without an init, the next server
	// would take the number in these files for a running one's.
	locks, _ := filepath.Glob(filepath.Join(dir, ".s.PGSQL.*.lock")) // Fails only on a bad pattern.
	for _, lock := range append(locks, filepath.Join(data, "postmaster.pid")) {
		if err := os.Remove(lock); err != nil {
			return err
		}
	}
	return nil
}

// pidFile gives the lines of postmaster.pid. Line 1 is the process, line 7 the shared memory's key
// and id. (PostgreSQL, src/include/utils/pidfile.h)
func pidFile(data string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the server is not running")
	}
	if err != nil {
		return nil, err
	}
	return strings.Split(string(text), "\n"), nil
}

// sharedMemory remembers the System V segment by which a server marks its data folder as in use,
// and returns what removes it. A server that ends in order removes it itself; one that is killed
// leaves it to its successor, and the last one of a folder has none.
func sharedMemory(data string) (remove func()) {
	lines, err := pidFile(data)
	if err != nil || len(lines) < 7 {
		return func() {}
	}
	var key, id int
	if _, err := fmt.Sscan(lines[6], &key, &id); err != nil {
		return func() {}
	}
	return func() {
		_, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil) // Mostly gone already.
	}
}

// children lists the processes whose parent is pid.
func children(pid int) []int {
	var pids []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // Fails only on a bad pattern.
	for _, path := range stats {
		_, parent, ok := stat(path)
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); ok && err == nil && parent == pid {
			pids = append(pids, child)
		}
	}
	return pids
}

func anyRuns(pids []int) bool {
	for _, pid := range pids {
		state, _, ok := stat(fmt.Sprintf("/proc/%d/stat", pid))
		if ok && state != 'Z' && state != 'X' {
			return true
		}
	}
	return false
}

// stat reads a process's state and parent: "pid (name) state parent …", where the name may hold
// anything. (man 5 proc)
func stat(path string) (state byte, parent int, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, false
	}
	end := bytes.LastIndexByte(text, ')')
	fields := strings.Fields(string(text[end+1:]))
	if end < 0 || len(fields) < 2 {
		return 0, 0, false
	}
	parent, err = strconv.Atoi(fields[1])
	return fields[0][0], parent, err == nil
}
