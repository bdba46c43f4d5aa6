package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// engines are the storage engines that tests run on. A test for one of them has its name as a part
// of its own: t.Run("sqlite", …).
var engines = []string{"sqlite", "postgres", "pebble"}

// event is one line of `go test -json`. (go doc test2json)
type event struct {
	Time        time.Time
	Action      string
	Package     string
	Test        string
	Elapsed     float64 // seconds
	Output      string
	Key, Value  string // of an attribute
	ImportPath  string // of build-output
	FailedBuild string
}

// report turns the events of a run into lines that people read. One goroutine uses it at a time.
type report struct {
	out      io.Writer
	tally    tally
	packages map[string]*packageRun
	builds   map[string]*strings.Builder // output of the compiler by package
	skipped  []string                    // what was skipped, and why
	lastSaid time.Time
}

// packageRun is one package whose tests have begun.
type packageRun struct {
	began  time.Time
	output strings.Builder // outside of any test
	tests  map[string]*testRun
	order  []string // the tests in the order of their beginning
}

type testRun struct {
	output strings.Builder
	attrs  []string // what the test has to tell even when it passes (testing.T.Attr)
	result string   // pass, fail, skip; "" while it runs
	parent bool     // has subtests
}

func newReport(out io.Writer) *report {
	return &report{
		out:      out,
		lastSaid: time.Now(),
		packages: map[string]*packageRun{},
		builds:   map[string]*strings.Builder{},
		tally:    tally{Engines: map[string]int{}},
	}
}

// read takes the output of go test until its end. What is not an event is passed on as it is.
func (r *report) read(in io.Reader) error {
	lines := make(chan string) // Unbuffered: go test waits for us as it would for a terminal.
	var readErr error          // Set before lines is closed.
	go func() {
		defer close(lines)
		for in := bufio.NewReader(in); readErr == nil; {
			var line string
			if line, readErr = in.ReadString('\n'); line != "" {
				lines <- line
			}
		}
	}()

	quiet := time.NewTicker(silence)
	defer quiet.Stop()
	for {
		select {
		case line, more := <-lines:
			if !more {
				if readErr != io.EOF {
					return fmt.Errorf("read the output of go test: %w", readErr)
				}
				return nil
			}
			var e event
			if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &e) == nil {
				r.event(e)
			} else {
				fmt.Fprint(r.out, line)
			}
		case now := <-quiet.C:
			r.breakSilence(now)
		}
	}
}

func (r *report) event(e event) {
	if e.Action == "build-output" {
		if r.builds[e.ImportPath] == nil {
			r.builds[e.ImportPath] = new(strings.Builder)
		}
		r.builds[e.ImportPath].WriteString(e.Output)
		return
	}
	if e.Package == "" {
		return // build-fail; the package that needed the build says so too
	}
	p := r.packages[e.Package]
	if p == nil {
		p = &packageRun{began: e.Time, tests: map[string]*testRun{}}
		r.packages[e.Package] = p
	}
	if e.Test == "" {
		r.packageEvent(p, e)
	} else {
		p.testEvent(e)
	}
}

func (p *packageRun) testEvent(e event) {
	t := p.tests[e.Test]
	if t == nil {
		t = new(testRun)
		p.tests[e.Test] = t
		p.order = append(p.order, e.Test)
		if slash := strings.LastIndexByte(e.Test, '/'); slash > 0 {
			// Names may hold slashes of their own, so that the parent is further up or not there.
			if parent := p.tests[e.Test[:slash]]; parent != nil {
				parent.parent = true
			}
		}
	}
	switch e.Action {
	case "output":
		t.output.WriteString(e.Output)
	case "attr":
		t.attrs = append(t.attrs, e.Key+" "+e.Value)
	case "pass", "fail", "skip":
		t.result = e.Action
		if e.Action == "pass" {
			t.output.Reset()
		}
	}
}

func (r *report) packageEvent(p *packageRun, e event) {
	switch e.Action {
	case "output":
		p.output.WriteString(e.Output)
	case "pass", "fail", "skip":
		r.packageEnd(p, e)
		delete(r.packages, e.Package)
		r.lastSaid = time.Now()
	}
}

// packageEnd counts a package's tests and prints its line, after the output of what failed.
func (r *report) packageEnd(p *packageRun, e event) {
	var count tally
	for _, name := range p.order {
		t := p.tests[name]
		if t.result == "" {
			t.result = "fail" // The program ended within it.
		}
		if t.result == "fail" {
			fmt.Fprint(r.out, t.output.String())
		}
		if t.parent && !(t.result == "fail" && !p.failedBelow(name)) {
			continue
		}
		count.add(t.result)
		for _, engine := range engines {
			if slices.Contains(strings.Split(name, "/")[1:], engine) {
				r.tally.Engines[engine]++
			}
		}
		if t.result == "skip" {
			r.skipped = append(r.skipped, reason(e.Package, name, t.output.String()))
		}
	}

	if e.Action == "fail" {
		if build := r.builds[e.FailedBuild]; build != nil {
			fmt.Fprint(r.out, build.String())
		}
		if count.Failed == 0 {
			count.Failed++ // It did not compile, or ended outside of its tests.
		}
		fmt.Fprint(r.out, p.output.String())
	}
	r.tally.Passed += count.Passed
	r.tally.Failed += count.Failed
	r.tally.Skipped += count.Skipped

	verdict := map[string]string{"pass": "ok  ", "fail": "FAIL", "skip": "?   "}[e.Action]
	switch {
	case e.Action != "fail" && len(p.order) == 0:
		fmt.Fprintf(r.out, "%s %-44s no tests\n", verdict, e.Package)
	case strings.Contains(p.output.String(), "(cached)"):
		fmt.Fprintf(r.out, "%s %-44s %4d tests, cached\n", verdict, e.Package, count.total())
	default:
		fmt.Fprintf(r.out, "%s %-44s %4d tests %7.1f s\n", verdict, e.Package, count.total(), e.Elapsed)
	}
	for _, name := range p.order {
		for _, attr := range p.tests[name].attrs {
			fmt.Fprintf(r.out, "     %s: %s\n", name, attr)
		}
	}
}

func (p *packageRun) failedBelow(name string) bool {
	return slices.ContainsFunc(p.order, func(other string) bool {
		return strings.HasPrefix(other, name+"/") && p.tests[other].result == "fail"
	})
}

// reason gives a skipped test with the last thing it said.
func reason(pkg, name, output string) string {
	said := ""
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--- ") && !strings.HasPrefix(line, "=== ") {
			said = line
		}
	}
	return fmt.Sprintf("%s %s: %s", pkg, name, said)
}

// breakSilence names what is running when nothing was printed for a while, so that a slow run can
// be told from one that hangs.
func (r *report) breakSilence(now time.Time) {
	if now.Sub(r.lastSaid) < silence {
		return
	}
	r.lastSaid = now
	for _, name := range slices.Sorted(maps.Keys(r.packages)) {
		p := r.packages[name]
		if now.Sub(p.began) < silence {
			continue
		}
		for _, test := range slices.Backward(p.order) {
			if t := p.tests[test]; t.result == "" && !t.parent {
				fmt.Fprintf(r.out, "...  %-44s %s, after %.0f s\n", name, test, now.Sub(p.began).Seconds())
				break
			}
		}
	}
}

// finish prints what was skipped and gives the totals.
func (r *report) finish() tally {
	for _, s := range r.skipped {
		fmt.Fprintln(r.out, "SKIP", s)
	}
	return r.tally
}
