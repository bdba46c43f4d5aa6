package load

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a Bench found.
type Report struct {
	At      time.Time `json:"at"`
	Machine string    `json:"machine"`
	Commit  string    `json:"commit"`
	Store   string    `json:"store"` // embedded, postgres, or that of a server that was given
	Runs    int       `json:"runs"`
	// Control is what the bare relay reached with 16 in flight, messages a
	// second; Void says that it is too little for the figures to mean anything.
	Control float64  `json:"control"`
	Void    bool     `json:"void"`
	Results []Result `json:"results"`
}

func (b *Bench) report() *Report {
	store := "embedded"
	switch {
	case b.o.Server != "":
		store = "that of " + b.o.Server
	case b.o.Database != nil:
		store = "PostgreSQL"
	}
	return &Report{At: time.Now().UTC().Truncate(time.Second), Machine: machine(), Commit: cmp.Or(b.o.Version, commit()), Store: store, Runs: b.o.Runs}
}

// commit is what the program was built from.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, changed := "unknown", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case "vcs.modified":
			if s.Value == "true" {
				changed = " with changes"
			}
		}
	}
	return revision + changed
}

// Failed reports whether a scenario failed. Goals that were not reached are no
// failure.
func (r *Report) Failed() bool {
	for i := range r.Results {
		if r.Results[i].Error != "" {
			return true
		}
	}
	return false
}

// Missed reports whether a figure did not reach its goal.
func (r *Report) Missed() bool {
	for i := range r.Results {
		for k := range r.Results[i].Figures {
			if !r.Results[i].Figures[k].Met() {
				return true
			}
		}
	}
	return false
}

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// WriteText writes the report for people, as a table.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\ncommit %s, store %s, medians of %d, %s\n", r.Machine, r.Commit, r.Store, r.Runs, r.At.Format(time.RFC3339))
	for i := range r.Results {
		r.Results[i].text(&b)
	}
	if r.Void {
		fmt.Fprintf(&b, "\nVOID: the bare relay reached %s messages a second with %d in flight, less than %s. The machine was not at its best, or is not the reference machine.\n",
			number(r.Control), controlInFlight, number(VoidBelow))
	}
	_, err := io.WriteString(w, b.String())
	if err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func (r *Result) text(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s: %s\n", r.Scenario, r.Shape)
	if r.Error != "" {
		fmt.Fprintf(b, "  FAILED: %s\n", r.Error)
		return
	}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i := range r.Figures {
		f := &r.Figures[i]
		if len(f.Runs) == 0 {
			continue // not known of this server
		}
		runs := make([]string, len(f.Runs))
		for i, v := range f.Runs {
			runs[i] = number(v)
		}
		ceiling, goal := "", ""
		if f.Ceiling > 0 {
			ceiling = fmt.Sprintf("%s ceiling %s", share(f.Share), number(f.Ceiling))
		}
		if f.Goal > 0 {
			goal = f.goal()
		}
		fmt.Fprintf(t, "  %s\t%s %s\t(%s)\t%s\t%s\t\n", f.Name, number(f.Value), f.Unit, strings.Join(runs, " "), ceiling, goal)
	}
	_ = t.Flush() // writes to memory
	if r.Checked != "" {
		fmt.Fprintf(b, "  checked: %s\n", r.Checked)
	}
}

// goal says what was to be reached, and whether it was.
func (f *Figure) goal() string {
	least, verdict := "at least", "reached"
	if f.AtMost {
		least = "at most"
	}
	if !f.Met() {
		verdict = "MISSED"
	}
	s := fmt.Sprintf("%s %s: %s", least, number(f.Goal), verdict)
	if f.Aim > 0 {
		s += fmt.Sprintf(", aim %s", number(f.Aim))
	}
	return s
}

// share writes a part of the ceiling: in percent, in times when it is far above.
func share(v float64) string {
	if v >= 2 {
		return number(v) + " ×"
	}
	return fmt.Sprintf("%.0f %% of", 100*v)
}

// number writes a value with three digits that count, thousands apart.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 1000:
		return thousands(int64(math.Round(v)))
	case a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
