//go:build !linux

package load

import (
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// The figures are made for Linux. Elsewhere the scenarios run too; what a
// process has cost is not known to them, and times are less exact.

var endWithParent *syscall.SysProcAttr

// DiskFolder gives the folder for data: the one that is wanted, else that for
// temporary files.
func DiskFolder(wanted string) (string, error) {
	if wanted == "" {
		wanted = os.TempDir()
	}
	return wanted, nil
}

func dataSync(f *os.File) error { return f.Sync() }

func sleep(d time.Duration) { time.Sleep(d) }

func selfSeconds() float64 { return 0 }

func mayOpen(int) error { return nil }

func machine() string {
	return strconv.Itoa(runtime.NumCPU()) + " × " + runtime.GOARCH + ", " + runtime.GOOS + ", " + runtime.Version()
}
