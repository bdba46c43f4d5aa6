package crash

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

// build builds the program.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "madang")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "madang/cmd/madang")
	out, err := cmd.CombinedOutput()
	qt.Assert(t, qt.IsNil(err), qt.Commentf("%s", out))
	return binary
}

// process is the program `madang serve`, which is started again and again on
// the same folder.
type process struct {
	binary   string
	data     string
	database string   // empty: SQLite and Pebble
	args     []string // further ones
	env      []string // further variables

	cmd    *exec.Cmd
	output *tail
}

// startTimeout is far beyond what opening after a crash may take, see kills.
const startTimeout = time.Minute

// start starts the server and returns its address once it serves.
func (p *process) start(ctx context.Context) (address string, err error) {
	served, err := p.begin(ctx)
	if err != nil {
		return "", err
	}
	late := time.NewTimer(startTimeout)
	defer late.Stop()
	select {
	case address, ok := <-served:
		if ok {
			return address, nil
		}
		err = errors.New("the server ended")
	case <-late.C:
		err = fmt.Errorf("the server did not serve within %s", startTimeout)
	}
	p.kill()
	return "", fmt.Errorf("%w; its last words:\n%s", err, p.output)
}

// serves is the line in which the server says where it is.
var serves = regexp.MustCompile(`serves at (http://\S+)`)

// begin starts the server and does not wait. The channel gives its address when
// it serves, and is closed when it ends before.
func (p *process) begin(ctx context.Context) (<-chan string, error) {
	args := []string{"serve", "--listen", "127.0.0.1:0", "--data", p.data, "--sandbox"}
	if p.database != "" {
		args = append(args, "--database", p.database)
	}
	args = append(args, p.args...)
	p.output = new(tail)
	p.cmd = exec.CommandContext(ctx, p.binary, args...)
	p.cmd.SysProcAttr = dieWithUs()
	p.cmd.Env = append(os.Environ(), p.env...)
	p.cmd.Stderr = p.output
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.binary, err)
	}
	served := make(chan string, 1)
	go func() { // ends with the process, whose end closes the pipe
		defer close(served)
		told := false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			fmt.Fprintf(p.output, "%s\n", lines.Bytes())
			if m := serves.FindSubmatch(lines.Bytes()); m != nil && !told {
				told = true
				served <- string(m[1])
			}
		}
	}()
	return served, nil
}

// kill ends the server with SIGKILL and waits until it is gone.
func (p *process) kill() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Kill() //nolint:errcheck // it may have ended by itself, which start tells
	p.cmd.Wait()         //nolint:errcheck // that it was killed is no news
	p.cmd = nil
}

// tail keeps the end of what a server says.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailBytes = 8 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if n := len(t.text) - tailBytes; n > tailBytes {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.text))
}
