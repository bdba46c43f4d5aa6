package db

import (
	"testing"

	"github.com/go-quicktest/qt"
)

func TestPartFor(t *testing.T) {
	text := "-- Title\nA;\n-- only postgres\nB;\n-- only sqlite\nC;\n-- all\nD;\n"
	for _, test := range []struct {
		name, text, sqlite, postgres, fails string
	}{
		{name: "parts", text: text, sqlite: "-- Title\nA;\nC;\nD;\n", postgres: "-- Title\nA;\nB;\nD;\n"},
		{name: "one engine", text: "-- T\n-- only postgres\nB;\n", postgres: "-- T\nB;\n"},
		{name: "no title", text: "A;\n", fails: "a migration begins with a title line"},
		{name: "goose", text: "-- T\n-- +goose Down\n", fails: "a migration is plain SQL .*"},
		{name: "engine", text: "-- T\n-- only mysql\n", fails: `"-- only mysql" names no engine`},
	} {
		t.Run(test.name, func(t *testing.T) {
			for engine, want := range map[Engine]string{SQLite: test.sqlite, Postgres: test.postgres} {
				got, err := partFor(test.text, engine)
				if test.fails != "" {
					qt.Check(t, qt.ErrorMatches(err, test.fails))
					continue
				}
				qt.Check(t, qt.IsNil(err))
				qt.Check(t, qt.Equals(got, want))
			}
		})
	}
}
