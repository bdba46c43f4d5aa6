package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"madang/e2e/load"
)

// benchProgress shows how far a measurement has come: a line that moves on a
// terminal, a new line now and then elsewhere.
type benchProgress struct {
	out  io.Writer
	bar  *progressbar.ProgressBar // nil unless on a terminal
	step string
	last time.Time
}

// lineEvery is the time between two lines where nobody sees them move.
const lineEvery = 10 * time.Second

func newBenchProgress(f *os.File) *benchProgress {
	p := &benchProgress{out: f}
	if term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(1, progressbar.OptionSetWriter(f), progressbar.OptionSetWidth(20),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(false), progressbar.OptionSetPredictTime(false))
	}
	return p
}

// show is load.Options.Progress.
func (p *benchProgress) show(at load.Progress) {
	what := at.Scenario
	if at.Ceiling && what != "ceiling" {
		what += ", its ceiling"
	}
	step := fmt.Sprintf("%s, run %d of %d", what, at.Run, at.Runs)
	if p.bar != nil {
		// What cannot be shown is no reason to stop.
		p.bar.ChangeMax64(max(int64(at.Total), 1))
		p.bar.Describe(step + ": " + at.Note)
		_ = p.bar.Set64(int64(at.Done))
		return
	}
	if step == p.step && time.Since(p.last) < lineEvery {
		return
	}
	p.step, p.last = step, time.Now()
	fmt.Fprintf(p.out, "%s: %s\n", step, at.Note)
}

// clear takes the line away before the table is printed.
func (p *benchProgress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
