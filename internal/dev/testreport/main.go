// Command testreport answers: what did a run of the tests find, and did it try everything?
//
// It runs `go test`, prints one line for each package and all output of the tests that fail, and
// closes with a line of totals. It is stricter than go test in one point: a test that skips itself
// fails the run unless -short was given, so that a missing PostgreSQL or browser cannot pass for a
// success.
//
//	testreport [-tally FOLDER/SUITE.json] go test [FLAGS] PACKAGES
//	testreport -vitest REPORT.json [-tally FOLDER/SUITE.json]
//	testreport -sum FOLDER
//
// The second form reads the report that Vitest wrote, the third adds up what the others left in a
// folder. Tests are counted as the leaves of the tree of tests, and once more for each storage
// engine that is a part of their name, such as TestSend/postgres/twice.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// silence is how long a run may be quiet before it says what it is waiting for.
const silence = 30 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run does what the arguments say and gives the exit code: 0 when everything passed, 1 when
// something did not, 2 when it could not find out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("testreport", flag.ContinueOnError)
	flags.SetOutput(stderr)
	tallyFile := flags.String("tally", "", "write the totals to this `file`")
	vitest := flags.String("vitest", "", "read this `file` of Vitest's JSON reporter instead of running go test")
	sum := flags.String("sum", "", "add up the totals in this `folder`")
	if err := flags.Parse(args); err != nil {
		return 2
	}

	var (
		tally tally
		err   error
		code  int
	)
	switch {
	case *sum != "":
		tally, err = sumTallies(*sum, stdout)
	case *vitest != "":
		tally, err = readVitest(*vitest)
	default:
		tally, code, err = goTest(ctx, flags.Args(), stdout, stderr)
	}
	if err == nil && *tallyFile != "" {
		err = tally.write(*tallyFile)
	}
	if err != nil {
		fmt.Fprintln(stderr, "testreport:", err)
		return 2
	}
	tally.print(stdout)
	if code == 0 && (tally.Failed > 0 || tally.Skipped > 0 && !slices.Contains(flags.Args(), "-short")) {
		code = 1
	}
	return code
}

// goTest runs the command "go test …" and reports on it. Its error is that of the report itself;
// what go test found is in the tally and in the exit code.
func goTest(ctx context.Context, command []string, stdout, stderr io.Writer) (tally, int, error) {
	if len(command) < 2 || filepath.Base(command[0]) != "go" || command[1] != "test" {
		return tally{}, 0, fmt.Errorf("want a command \"go test …\", got %q", strings.Join(command, " "))
	}
	args := append([]string{"test", "-json"}, command[2:]...)
	cmd := exec.CommandContext(ctx, command[0], args...)
	cmd.Stderr = stderr
	// Interrupted, go test ends its test programs in order; killed, it would leave them behind.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return tally{}, 0, err
	}
	if err := cmd.Start(); err != nil {
		return tally{}, 0, err
	}
	r := newReport(stdout)
	readErr := r.read(out)
	waitErr := cmd.Wait()
	if readErr != nil {
		return tally{}, 0, readErr
	}
	// An exit code that is not zero is no error of ours; a command that did not run to its end is.
	if waitErr != nil && (ctx.Err() != nil || cmd.ProcessState == nil || !cmd.ProcessState.Exited()) {
		return tally{}, 0, waitErr
	}
	return r.finish(), cmd.ProcessState.ExitCode(), nil
}
