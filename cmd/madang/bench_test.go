package main

import (
	"bytes"
	"testing"

	"github.com/go-quicktest/qt"
)

func TestBenchRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"unknown scenario", []string{"nonsense"}, 1, `there is no scenario "nonsense"`},
		{"foreign server", []string{"pairs", "--server", "http://192.0.2.1:8080"}, 1, "only to servers on this machine"}, // RFC 5737
		{"both kinds of servers", []string{"--server", "http://127.0.0.1:8080", "--postgres"}, 1, "--server names a running server"},
		{"no number", []string{"--pairs", "many"}, 2, "--pairs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			qt.Check(t, qt.Equals(run(append([]string{"bench"}, test.args...), &out, &errs), test.code))
			qt.Check(t, qt.StringContains(errs.String(), test.want))
		})
	}
}

// A real server's settings must not lead the load to it.
func TestBenchHasNoSettingOfTheServer(t *testing.T) {
	parser, err := newParser(&program{}, &bytes.Buffer{}, &bytes.Buffer{}, func(int) {})
	qt.Assert(t, qt.IsNil(err))
	flags := map[string]map[string]bool{}
	for _, command := range parser.Model.Leaves(true) {
		names := map[string]bool{}
		for _, f := range command.Flags {
			names[f.Name] = true
		}
		flags[command.Name] = names
	}
	for name := range flags["serve"] {
		qt.Check(t, qt.IsFalse(flags["bench"][name]), qt.Commentf("--%s", name))
	}
}
