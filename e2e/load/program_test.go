package load

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"go.uber.org/goleak"

	"madang/internal/db/pgtest"
	"madang/internal/node"
)

// TestMain lets the test's own program stand for madang: a Bench starts it as
// server and as relay.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "serve" || os.Args[1] == "bench") {
		if err := program(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func program(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	flag := func(name string) string {
		for i, a := range args[:len(args)-1] {
			if a == name {
				return args[i+1]
			}
		}
		return ""
	}
	if args[0] == "bench" {
		return ServeRelay(ctx, flag("--relay"), os.Stdout)
	}
	n, err := node.Start(ctx, node.Config{Listen: flag("--listen"), Data: flag("--data"), Database: flag("--database"), Sandbox: true})
	if err != nil {
		return err
	}
	fmt.Println("serves at", n.URL())
	<-ctx.Done()
	return n.Stop()
}

// small is every scenario in a size that takes moments.
func small(t *testing.T) Options {
	self, err := os.Executable()
	qt.Assert(t, qt.IsNil(err))
	return Options{
		Program: self, Dir: t.TempDir(), Runs: 1, Warm: 100 * time.Millisecond, Measure: 300 * time.Millisecond,
		Pairs: 5, InFlight: 4, Rate: 200, Members: 20, Senders: 3, Readers: 120, Sockets: 60, Devices: 40, Rooms: 4, RoomSize: 5,
		Photos: 6, Megapixels: 1,
	}
}

// TestEveryScenario measures real servers in processes of their own.
func TestEveryScenario(t *testing.T) {
	check := func(t *testing.T, o Options) {
		steps := map[string]bool{}
		o.Progress = func(p Progress) { steps[fmt.Sprint(p.Scenario, p.Ceiling)] = true }
		b, err := New(o)
		qt.Assert(t, qt.IsNil(err))
		r, err := b.Run(t.Context(), nil)
		qt.Assert(t, qt.IsNil(err))
		var table bytes.Buffer
		qt.Assert(t, qt.IsNil(r.WriteText(&table)))
		t.Log(table.String())
		qt.Assert(t, qt.IsFalse(r.Failed()))
		qt.Assert(t, qt.IsFalse(r.Missed()), qt.Commentf("goals are for the standard shape only"))
		var names []string
		for _, result := range r.Results {
			names = append(names, result.Scenario)
			qt.Check(t, qt.IsTrue(steps[result.Scenario+"false"] || result.Scenario == "ceiling"))
			for _, f := range result.Figures {
				switch f.Name {
				case "messages a commit", "memory", "after deliveries", "read notices":
					continue // not counted on PostgreSQL; too few sockets, or too short, to tell
				}
				qt.Check(t, qt.IsTrue(f.Value > 0), qt.Commentf("%s: %s is %v", result.Scenario, f.Name, f.Value))
			}
		}
		qt.Assert(t, qt.DeepEquals(names, Names()))
		left, err := os.ReadDir(o.Dir)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(left, 0), qt.Commentf("folders are left behind"))
	}
	t.Run("embedded", func(t *testing.T) { check(t, small(t)) })
	t.Run("postgres", func(t *testing.T) {
		o := small(t)
		url := pgtest.URL(t)
		o.Database = func(context.Context) (string, error) { return url, nil }
		check(t, o)
	})
	t.Run("running server", func(t *testing.T) {
		n, err := node.Start(t.Context(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true})
		qt.Assert(t, qt.IsNil(err))
		defer func() { qt.Check(t, qt.IsNil(n.Stop())) }()
		o := small(t)
		o.Server = strings.Replace(n.URL(), "127.0.0.1", "localhost", 1)
		b, err := New(o)
		qt.Assert(t, qt.IsNil(err))
		r, err := b.Run(t.Context(), []string{"pairs", "idle", "storm"})
		qt.Assert(t, qt.IsNil(err))
		for _, result := range r.Results {
			qt.Check(t, qt.Equals(result.Error, ""))
		}
	})
}

func TestRefusals(t *testing.T) {
	run := func(change func(*Options), names ...string) error {
		o := small(t)
		change(&o)
		b, err := New(o)
		if err != nil {
			return err
		}
		r, err := b.Run(t.Context(), names)
		if err != nil {
			return err
		}
		for _, result := range r.Results {
			if result.Error != "" {
				return fmt.Errorf("%s", result.Error)
			}
		}
		return nil
	}
	for _, test := range []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"unknown scenario", func(*Options) {}, `there is no scenario "nonsense"`},
		{"foreign server", func(o *Options) { o.Server = "http://192.0.2.1" }, ".*only to servers on this machine.*"}, // RFC 5737
		{"no address", func(o *Options) { o.Server = "localhost" }, ".*is not the address of a server.*"},
		{"no program", func(o *Options) { o.Program = "" }, "the program .* is not given"},
		{"negative", func(o *Options) { o.Pairs = -1 }, "a number is negative"},
		{"more senders than members", func(o *Options) { o.Senders = 21 }, ".*more senders than members.*"},
		{"a photo too large", func(o *Options) { o.Megapixels = 51 }, ".*no photo of more than 50 megapixels"},
		{"a program that is none", func(o *Options) { o.Program = "/bin/false" }, "(?s).*ended at once.*"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := "pairs"
			if test.name == "unknown scenario" {
				name = "nonsense"
			}
			qt.Assert(t, qt.ErrorMatches(run(test.change, name), test.want))
		})
	}
}

func TestMoreSocketsThanFiles(t *testing.T) {
	qt.Assert(t, qt.ErrorMatches(mayOpen(1<<40), ".*more than a limit of .* open files.*"))
	qt.Assert(t, qt.IsNil(mayOpen(1)))
}
