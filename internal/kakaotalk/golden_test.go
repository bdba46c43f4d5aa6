package kakaotalk

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// seoul has a fixed offset, so that the tests need no time zone files.
var seoul = time.FixedZone("KST", 9*3600)

// TestGolden reads one export of each form. The golden files are made to be
// read by people beside the exports.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	qt.Assert(t, qt.IsNil(err))
	tested := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") || strings.HasPrefix(filepath.Base(file), ".") {
			continue
		}
		tested++
		t.Run(filepath.Base(file), func(t *testing.T) {
			f, err := os.Open(file)
			qt.Assert(t, qt.IsNil(err))
			defer f.Close()
			var b strings.Builder
			rep, err := Parse(f, seoul, func(it Item) error {
				b.WriteString(show(it))
				return nil
			})
			qt.Assert(t, qt.IsNil(err))
			got := showReport(rep) + "\n" + b.String()
			golden := file + ".golden"
			if *rewrite {
				qt.Assert(t, qt.IsNil(os.WriteFile(golden, []byte(got), 0o644)))
			}
			want, err := os.ReadFile(golden)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.Equals(got, string(want)))
		})
	}
	qt.Assert(t, qt.IsTrue(tested > 8))
}

// show prints an item on a line: line, time, kind, speaker, then what it has.
func show(it Item) string {
	layout := "2006-01-02 15:04"
	if it.Time.Second() != 0 {
		layout += ":05"
	}
	s := fmt.Sprintf("%3d  %s  %-8s  %s", it.Line, it.Time.Format(layout), it.Kind, it.Speaker)
	if len(it.Subjects) > 0 {
		s += "  -> " + strings.Join(it.Subjects, " | ")
	}
	if it.Count > 0 {
		s += fmt.Sprintf("  x%d", it.Count)
	}
	if it.File != "" {
		s += "  file " + it.File
	}
	if it.Order > 1 {
		s += fmt.Sprintf("  (no. %d)", it.Order)
	}
	for _, l := range strings.Split(it.Text, "\n") {
		s += "\n       | " + l
	}
	return s + "\n"
}

func showReport(r Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "form %s, title %q, direct %v, file %q, saved %s\n", r.Form, r.Title, r.Direct, r.File, r.Saved.Format(time.DateTime))
	fmt.Fprintf(&b, "%d items from %s to %s\n", r.Items, r.First.Format(time.DateTime), r.Last.Format(time.DateTime))
	c := r.Lines
	fmt.Fprintf(&b, "%d lines: %d head, %d day, %d item, %d continued, %d blank\n", c.Total(), c.Head, c.Day, c.Item, c.Continued, c.Blank)
	for _, s := range r.Speakers {
		fmt.Fprintf(&b, "speaker %s: %d\n", s.Name, s.Items)
	}
	for _, o := range r.Odd {
		fmt.Fprintf(&b, "odd line %d %s: %q\n", o.Line, o.Reason, o.Text)
	}
	return b.String()
}
