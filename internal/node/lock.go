package node

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// ErrInUse is wrapped by the error of a data folder that another process uses.
var ErrInUse = errors.New("another madang already uses the folder")

// lock makes the data folder and takes it for this process. The lock ends with
// the process, however that ends.
func lock(dir string) (io.Closer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find data folder: %w", err)
	}
	l, err := vfs.Default.Lock(filepath.Join(dir, "LOCK"))
	if err != nil {
		return nil, fmt.Errorf("%w %s; stop it first, or choose another folder with --data (%w)", ErrInUse, dir, err)
	}
	return l, nil
}
