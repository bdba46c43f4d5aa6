// Command mutants answers: would the tests notice if the server broke its
// promises?
//
// It switches faults into copies of source files, one at a time, and runs the
// tests that must turn red. No fault is ever part of the product: the go
// command is told to take the copy in place of the file. The same tests have to
// pass without the fault.
//
//	go run ./e2e/mutants             all of the table
//	go run ./e2e/mutants -only bus   those whose name holds a word
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	only := flag.String("only", "", "run the mutants whose name holds this `word`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

var errSurvived = errors.New("a fault went unnoticed")

// run tries the mutants and prints a table of them.
func run(ctx context.Context, only string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p := &programs{root: ".", dir: dir, made: make(map[string]string)}
	healthy := make(map[string]bool)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FAULT\tTEST\tNOTICED")
	begun, survived, tried := time.Now(), 0, 0
	for i, m := range mutants {
		if !strings.Contains(m.name, only) {
			continue
		}
		tried++
		overlay, err := m.overlay(p.root, filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return err
		}
		for _, t := range m.tests {
			fmt.Fprintf(out, "%s: %s\n", m.name, t)
			if err := p.pass(ctx, t, healthy); err != nil {
				return err
			}
			program, err := p.build(ctx, t.pkg, overlay)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			v, err := p.run(ctx, t, program)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			noticed := fmt.Sprintf("in %.1f s", v.took.Seconds())
			if !v.red {
				noticed = "NO"
				survived++
			}
			fmt.Fprintf(table, "%s\t%s\t%s\n", m.name, t, noticed)
		}
	}
	if tried == 0 {
		return fmt.Errorf("no mutant's name holds %q", only)
	}
	fmt.Fprintln(out)
	if err := table.Flush(); err != nil {
		return err
	}
	if survived > 0 {
		return fmt.Errorf("%w, %d times", errSurvived, survived)
	}
	fmt.Fprintf(out, "\n%d faults, each noticed; %.0f s\n", tried, time.Since(begun).Seconds())
	return nil
}

// pass makes sure, once, that a test passes without any fault.
func (p *programs) pass(ctx context.Context, t test, healthy map[string]bool) error {
	key := fmt.Sprint(t, t.args)
	if healthy[key] {
		return nil
	}
	program, err := p.build(ctx, t.pkg, "")
	if err != nil {
		return err
	}
	v, err := p.run(ctx, t, program)
	if err != nil {
		return err
	}
	if v.red {
		return fmt.Errorf("%s fails without any fault:\n%s", t, end(v.output))
	}
	healthy[key] = true
	return nil
}
