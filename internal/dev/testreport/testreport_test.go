package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-quicktest/qt"
)

// module writes a module with one package of tests and makes it the working folder.
func module(t *testing.T, tests string) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GOFLAGS", "-mod=mod")
	write := func(name, text string) {
		qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)))
	}
	write("go.mod", "module sample\n\ngo 1.26\n")
	write("sample_test.go", "package sample\n\nimport \"testing\"\n\n"+tests)
}

// runReport runs the program with the arguments, with a real go test below it, and gives what testreport printed.
func runReport(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String()
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	return lines[len(lines)-1]
}

func TestGoTest(t *testing.T) {
	tests := []struct {
		name    string
		source  string
		flags   []string
		code    int
		closing string
		says    []string
		silent  []string
	}{
		{
			name: "passing tests are counted by engine and keep quiet",
			source: `func TestSend(t *testing.T) {
				for _, engine := range []string{"sqlite", "postgres", "pebble"} {
					t.Run(engine, func(t *testing.T) {
						t.Log("noise")
						t.Run("once", func(t *testing.T) {})
						if engine == "sqlite" { t.Run("twice", func(t *testing.T) {}) }
					})
				}
				t.Run("sqlite_in_a_name", func(t *testing.T) {})
			}`,
			closing: "5 passed, 0 failed, 0 skipped",
			says:    []string{"ok   sample", "5 tests", "engines: sqlite 2 tests, postgres 1 tests, pebble 1 tests\n"},
			silent:  []string{"noise"},
		},
		{
			name:    "attributes are printed of passing tests too",
			source:  `func TestSend(t *testing.T) { t.Run("pebble", func(t *testing.T) { t.Attr("median", "3 ms"); t.Log("noise") }) }`,
			closing: "1 passed, 0 failed, 0 skipped",
			says:    []string{"     TestSend/pebble: median 3 ms\n"},
			silent:  []string{"noise"},
		},
		{
			name: "only what fails is printed",
			source: `func TestGood(t *testing.T) { t.Log("fine") }
			func TestBad(t *testing.T) {
				t.Run("a", func(t *testing.T) { t.Log("inner"); t.Fail() })
				t.Run("b", func(t *testing.T) {})
			}`,
			code:    1,
			closing: "2 passed, 1 failed, 0 skipped",
			says:    []string{"FAIL sample", "inner", "--- FAIL: TestBad/a"},
			silent:  []string{"fine"},
		},
		{
			name:    "a parent that fails by itself is counted",
			source:  `func TestBad(t *testing.T) { t.Run("a", func(t *testing.T) {}); t.Error("after all") }`,
			code:    1,
			closing: "1 passed, 1 failed, 0 skipped",
			says:    []string{"after all"},
		},
		{
			name:    "a skipped test fails the run",
			source:  `func TestSome(t *testing.T) { t.Skip("no postgres") }; func TestOther(t *testing.T) {}`,
			code:    1,
			closing: "1 passed, 0 failed, 1 skipped",
			says:    []string{"SKIP sample TestSome", "no postgres"},
		},
		{
			name:    "but not a short one",
			source:  `func TestSome(t *testing.T) { t.Skip("slow") }`,
			flags:   []string{"-short"},
			closing: "0 passed, 0 failed, 1 skipped",
		},
		{
			name:    "what does not compile is a failure with the compiler's words",
			source:  `func TestSome(t *testing.T) { unknownThing() }`,
			code:    1,
			closing: "0 passed, 1 failed, 0 skipped",
			says:    []string{"undefined: unknownThing"},
		},
		{
			name:    "a test that ends the program has failed",
			source:  `func TestGood(t *testing.T) {}; func TestPanics(t *testing.T) { panic("ouch") }`,
			code:    1,
			closing: "1 passed, 1 failed, 0 skipped",
			says:    []string{"panic: ouch"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			module(t, test.source)
			args := append([]string{"go", "test"}, test.flags...)
			code, out := runReport(t, append(args, "./...")...)
			qt.Check(t, qt.Equals(code, test.code))
			qt.Check(t, qt.Equals(lastLine(out), test.closing), qt.Commentf(out))
			for _, s := range test.says {
				qt.Check(t, qt.StringContains(out, s))
			}
			for _, s := range test.silent {
				qt.Check(t, qt.Not(qt.StringContains(out, s)))
			}
		})
	}
}

func TestOnlyGoTestIsRun(t *testing.T) {
	for _, args := range [][]string{{}, {"go", "vet"}, {"rm", "-r", "."}, {"-nonsense"}} {
		code, _ := runReport(t, args...)
		qt.Check(t, qt.Equals(code, 2), qt.Commentf("%q", args))
	}
}

func TestInterruptedRunDoesNotPass(t *testing.T) {
	module(t, `func TestSome(t *testing.T) {}`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	qt.Check(t, qt.Equals(run(ctx, []string{"go", "test", "./..."}, io.Discard, io.Discard), 2))
}

func TestSumAddsUpTheSuites(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "totals")
	code, _ := runReport(t, "-sum", folder)
	qt.Assert(t, qt.Equals(code, 2), qt.Commentf("a sum of nothing"))

	module(t, `func TestSend(t *testing.T) { t.Run("sqlite", func(t *testing.T) {}) }`)
	code, out := runReport(t, "-tally", filepath.Join(folder, "go.json"), "go", "test", "./...")
	qt.Assert(t, qt.Equals(code, 0), qt.Commentf(out))

	vitest := filepath.Join(t.TempDir(), "vitest.json")
	write := func(text string) { qt.Assert(t, qt.IsNil(os.WriteFile(vitest, []byte(text), 0o600))) }
	write(`{"numPassedTests": 3, "numFailedTests": 1, "numPendingTests": 0, "numTodoTests": 0, "success": false}`)
	code, out = runReport(t, "-tally", filepath.Join(folder, "web.json"), "-vitest", vitest)
	qt.Check(t, qt.Equals(code, 1))
	qt.Check(t, qt.Equals(out, "3 passed, 1 failed, 0 skipped\n"))

	code, out = runReport(t, "-sum", folder)
	qt.Check(t, qt.Equals(code, 1))
	qt.Check(t, qt.Equals(lastLine(out), "4 passed, 1 failed, 0 skipped"))
	qt.Check(t, qt.StringContains(out, "engines: sqlite 1 tests\n"))

	write(`{"numPassedTests": 3, "success": false}`)
	code, _ = runReport(t, "-vitest", vitest)
	qt.Check(t, qt.Equals(code, 1), qt.Commentf("a file of tests that could not be loaded"))
	write(`{}`)
	code, _ = runReport(t, "-vitest", vitest)
	qt.Check(t, qt.Equals(code, 2), qt.Commentf("not a report"))
}

func TestSilenceIsBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, feed := io.Pipe()
		var out bytes.Buffer
		done := make(chan error, 1)
		go func() { done <- newReport(&out).read(in) }()

		at := time.Now().Format(time.RFC3339Nano)
		fmt.Fprintf(feed, `{"Time":%q,"Action":"start","Package":"p"}`+"\n", at)
		fmt.Fprintf(feed, `{"Time":%q,"Action":"run","Package":"p","Test":"TestCrash"}`+"\n", at)
		fmt.Fprintf(feed, `{"Time":%q,"Action":"run","Package":"p","Test":"TestCrash/round_3"}`+"\n", at)
		time.Sleep(silence + time.Second)
		synctest.Wait()
		qt.Check(t, qt.StringContains(out.String(), "TestCrash/round_3, after 30 s"))

		qt.Assert(t, qt.IsNil(feed.Close()))
		qt.Assert(t, qt.IsNil(<-done))
	})
}
