package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// testTimeout bounds one run of a test. A fault may make it wait for something
// that never comes.
const testTimeout = 2 * time.Minute

// verdict is what a run of a test came to.
type verdict struct {
	red    bool
	took   time.Duration
	output string
}

// programs builds test programs, and builds none twice.
type programs struct {
	root string // the repository
	dir  string // where programs go
	made map[string]string
}

// build gives the test program of a package, under an overlay unless that is
// empty.
func (p *programs) build(ctx context.Context, pkg, overlay string) (string, error) {
	key := pkg + " " + overlay
	if made, ok := p.made[key]; ok {
		return made, nil
	}
	out := filepath.Join(p.dir, fmt.Sprintf("%d.test", len(p.made)))
	args := []string{"test", "-c", "-o", out, "-ldflags", "-s -w"} // which halves the time of linking
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+pkg)...)
	cmd.Dir = p.root
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the tests of %s: %w\n%s", pkg, err, text)
	}
	p.made[key] = out
	return out, nil
}

// run runs a test in its package's folder. A program that neither passes nor
// fails the test that was asked for is an error: then it says nothing.
func (p *programs) run(ctx context.Context, t test, program string) (verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, testTimeout+10*time.Second)
	defer cancel()
	args := []string{"-test.run", anchored(t.run), "-test.v", "-test.timeout", testTimeout.String()}
	cmd := exec.CommandContext(ctx, program, append(args, t.args...)...)
	cmd.Dir = filepath.Join(p.root, t.pkg)
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	v := verdict{took: time.Since(begun), output: string(out)}
	_, exit := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil && ended("PASS", t.run).Match(out):
		return v, nil
	case exit && (ended("FAIL", t.run).Match(out) || strings.Contains(v.output, "\npanic: test timed out")):
		v.red = true
		return v, nil
	case err == nil:
		err = errors.New("there is no such test")
	}
	return v, fmt.Errorf("%s: %w\n%s", t, err, end(v.output))
}

// ended is the line that tells how a test ended.
func ended(how, name string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^\s*--- ` + how + `: ` + regexp.QuoteMeta(name) + ` `)
}

// anchored makes a pattern match names as a whole, level by level.
func anchored(run string) string {
	levels := strings.Split(run, "/")
	for i, l := range levels {
		levels[i] = "^" + l + "$"
	}
	return strings.Join(levels, "/")
}

// String names the test as people type it.
func (t test) String() string { return t.pkg + " " + t.run }

// end gives the last lines of an output.
func end(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}
