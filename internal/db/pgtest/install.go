package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrNotInstalled says that this machine has no PostgreSQL server, and what to do about it.
var ErrNotInstalled = errors.New("PostgreSQL is not installed; install it with: apt-get install postgresql")

// installRoot is where Debian and its relatives keep each PostgreSQL version, outside of PATH.
const installRoot = "/usr/lib/postgresql"

// commandTimeout ends an initdb or pg_ctl that hangs. It is longer than what pg_ctl itself waits.
const commandTimeout = startTimeout + 30*time.Second

// findBinaries gives the folder of the newest server under root, or else of the one on PATH.
func findBinaries(root string) (string, error) {
	newest, found := 0, ""
	matches, _ := filepath.Glob(filepath.Join(root, "*", "bin", "initdb")) // Fails only on a bad pattern.
	for _, initdb := range matches {
		bin := filepath.Dir(initdb)
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
		if err == nil && version > newest {
			newest, found = version, bin
		}
	}
	if found != "" {
		return found, nil
	}
	// A client package may bring pg_ctl's neighbours without the server, so ask for initdb.
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			return filepath.Dir(initdb), nil
		}
	}
	return "", ErrNotInstalled
}

// osUser is whom the server runs as. A nil osUser is the user of this process.
type osUser struct {
	uid, gid int
}

// serverUser gives the user postgres when this process is root, since PostgreSQL refuses to run as
// root, and nil else.
func serverUser() (*osUser, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w (it brings the user postgres, which the server runs as when started by root)", ErrNotInstalled)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, fmt.Errorf("user postgres: %w", err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, fmt.Errorf("user postgres: %w", err)
	}
	return &osUser{uid: uid, gid: gid}, nil
}

// id gives the number of the user that owns the server's files.
func (u *osUser) id() int {
	if u == nil {
		return os.Geteuid()
	}
	return u.uid
}

// own hands a file of this process over to the server's user.
func (u *osUser) own(path string) error {
	if u == nil {
		return nil
	}
	return os.Chown(path, u.uid, u.gid)
}

// writeFile writes a file that only the server's user reads.
func (u *osUser) writeFile(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return u.own(path)
}

// become makes a command run as the server's user, in a session of its own: a Ctrl-C on the
// terminal is meant for the program, and the server ends after it and not before.
func (u *osUser) become(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if u != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(u.uid), Gid: uint32(u.gid)}
	}
	// No PG… variable of the caller may reach the server's programs.
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "PGCTLTIMEOUT=60"}
}

// run runs a command as the server's user and returns what it had to say when it fails.
func (u *osUser) run(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	u.become(cmd)
	cmd.Dir = dir

	// A file and not a pipe: the server that pg_ctl leaves behind must not keep us waiting for its end.
	out, err := os.CreateTemp(dir, "out-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out

	if err := cmd.Start(); err != nil {
		return err
	}
	late := time.AfterFunc(commandTimeout, func() { _ = cmd.Process.Kill() })
	err = cmd.Wait()
	late.Stop()
	if err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s %s: %w: %s", filepath.Base(name), args[0], err, strings.TrimSpace(string(said)))
	}
	return nil
}
