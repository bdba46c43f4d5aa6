package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// tally is what a run of tests came to.
type tally struct {
	Passed  int            `json:"passed"`
	Failed  int            `json:"failed"`
	Skipped int            `json:"skipped"`
	Engines map[string]int `json:"engines,omitempty"` // tests that ran, by storage engine
}

func (t *tally) total() int { return t.Passed + t.Failed + t.Skipped }

func (t *tally) add(result string) {
	switch result {
	case "pass":
		t.Passed++
	case "fail":
		t.Failed++
	case "skip":
		t.Skipped++
	}
}

// print gives the engines, if any, and closes with the line of totals.
func (t *tally) print(out io.Writer) {
	var parts []string
	for _, engine := range engines {
		if n := t.Engines[engine]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d tests", engine, n))
		}
	}
	if len(parts) > 0 {
		fmt.Fprintln(out, "engines:", strings.Join(parts, ", "))
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", t.Passed, t.Failed, t.Skipped)
}

// write keeps the totals in a file for sumTallies.
func (t *tally) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write totals: %w", err)
	}
	text, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write totals: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write totals: %w", err)
	}
	return nil
}

// sumTallies adds up the files of a folder and prints a line for each. A folder without any is an
// error: a run that tested nothing has not passed.
func sumTallies(folder string, out io.Writer) (tally, error) {
	sum := tally{Engines: map[string]int{}}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return sum, err
	}
	if len(files) == 0 {
		return sum, fmt.Errorf("no totals in %s", folder)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return sum, err
		}
		var t tally
		if err := json.Unmarshal(text, &t); err != nil {
			return sum, fmt.Errorf("read %s: %w", file, err)
		}
		suite := strings.TrimSuffix(filepath.Base(file), ".json")
		fmt.Fprintf(out, "%-12s %5d passed %4d failed %4d skipped\n", suite, t.Passed, t.Failed, t.Skipped)
		sum.Passed += t.Passed
		sum.Failed += t.Failed
		sum.Skipped += t.Skipped
		for engine, n := range t.Engines {
			sum.Engines[engine] += n
		}
	}
	return sum, nil
}

// readVitest reads the totals of a report by Vitest's JSON reporter. A file of tests that could not
// be loaded at all counts as one failure.
// (https://vitest.dev/guide/reporters.html#json-reporter)
func readVitest(path string) (tally, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tally{}, err
	}
	var v struct {
		NumPassedTests  int
		NumFailedTests  int
		NumPendingTests int
		NumTodoTests    int
		Success         *bool
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return tally{}, fmt.Errorf("read %s: %w", path, err)
	}
	if v.Success == nil {
		return tally{}, fmt.Errorf("read %s: not a report by Vitest", path)
	}
	t := tally{Passed: v.NumPassedTests, Failed: v.NumFailedTests, Skipped: v.NumPendingTests + v.NumTodoTests}
	if !*v.Success && t.Failed == 0 {
		t.Failed = 1
	}
	return t, nil
}
