package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// child is a process of ours that serves: the server under test or the relay.
type child struct {
	cmd  *exec.Cmd
	addr string
	dir  string // removed when it stops

	mu   sync.Mutex
	tail []string // the last lines it wrote
	done chan struct{}
	err  error
}

// startChild starts a program and waits until a line of its output matches:
// the first group of the expression is the address. The process ends with
// stop, or with the process that started it.
func startChild(ctx context.Context, dir string, address *regexp.Regexp, program string, args ...string) (*child, error) {
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = endWithParent
	// Settings of a real server on this machine are not for this one.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "MADANG_") })
	out, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	c := &child{cmd: cmd, dir: dir, done: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", program, err), out.Close(), write.Close())
	}
	_ = write.Close() // the child has its own
	found := make(chan string, 1)
	go c.follow(out, address, found)
	select {
	case c.addr = <-found:
		return c, nil
	case <-c.done:
		return nil, fmt.Errorf("%s %s ended at once: %w\n%s", program, strings.Join(args, " "), c.err, c.last())
	case <-time.After(time.Minute):
		err = fmt.Errorf("%s %s does not say where it serves", program, strings.Join(args, " "))
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return nil, errors.Join(err, c.stop())
}

// follow reads the output until the process ends.
func (c *child) follow(out io.ReadCloser, address *regexp.Regexp, found chan<- string) {
	defer close(c.done)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		if m := address.FindStringSubmatch(line); m != nil && found != nil {
			found <- m[1]
			found = nil
		}
		c.mu.Lock()
		if c.tail = append(c.tail, line); len(c.tail) > 20 {
			c.tail = c.tail[1:]
		}
		c.mu.Unlock()
	}
	_, _ = io.Copy(io.Discard, out) // a line too long for the scanner
	_ = out.Close()
	c.err = c.cmd.Wait()
}

// last is what the process wrote last.
func (c *child) last() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.tail, "\n")
}

// stop asks the process to end, waits and removes its folder.
func (c *child) stop() error {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(30 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.done
	}
	var err error
	if c.err != nil {
		err = fmt.Errorf("%s: %w\n%s", c.cmd.Path, c.err, c.last())
	}
	if c.dir != "" {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return err
}

var (
	servesAt = regexp.MustCompile(`serves at (http://\S+)`)
	relaysAt = regexp.MustCompile(`relays at (\S+)`)
)

// startServer starts a server of ours in a new folder.
func (b *Bench) startServer(ctx context.Context) (*target, error) {
	args := slices.Clone(b.o.ServerArgs)
	if b.o.Database != nil {
		url, err := b.o.Database(ctx)
		if err != nil {
			return nil, fmt.Errorf("database for the server: %w", err)
		}
		args = append(args, "--database", url)
	}
	dir, err := b.folder("server-")
	if err != nil {
		return nil, err
	}
	args = append(args, "--data", dir)
	return b.serve(ctx, dir, args)
}

// serve starts a server on the data that args name.
func (b *Bench) serve(ctx context.Context, dir string, args []string) (*target, error) {
	command := append([]string{"serve", "--sandbox", "--listen", "127.0.0.1:0"}, args...)
	c, err := startChild(ctx, dir, servesAt, b.o.Program, command...)
	if err != nil {
		return nil, err
	}
	t, err := newTarget(ctx, c.addr, "", false)
	if err != nil {
		return nil, errors.Join(err, c.stop())
	}
	t.child, t.args = c, args
	if err := t.sandbox.Do(ctx, http.MethodGet, "/readyz", nil, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("the server is not ready: %w", err), c.stop())
	}
	return t, nil
}

// restart stops a server of ours and starts it again with the same data, so
// that its memory is that of a fresh process.
func (b *Bench) restart(ctx context.Context, t *target) error {
	dir := t.child.dir
	t.child.dir = "" // keep it
	t.http.CloseIdleConnections()
	if err := t.child.stop(); err != nil {
		return err
	}
	fresh, err := b.serve(ctx, dir, t.args)
	if err != nil {
		return err
	}
	*t = *fresh
	return nil
}

// startRelay starts a bare relay in a process of its own.
func (b *Bench) startRelay(ctx context.Context) (*child, error) {
	dir, err := b.folder("relay-")
	if err != nil {
		return nil, err
	}
	return startChild(ctx, dir, relaysAt, b.o.Program, "bench", "--relay", dir)
}

// folder makes a folder for one process.
func (b *Bench) folder(prefix string) (string, error) {
	base, err := DiskFolder(b.o.Dir)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(base, "madang-bench-"+prefix)
	if err != nil {
		return "", fmt.Errorf("folder for %s: %w", prefix, err)
	}
	return dir, nil
}
