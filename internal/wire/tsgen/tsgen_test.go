package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/go-quicktest/qt"
)

// TestCommitted writes the files again and compares them with what the web
// client builds from.
func TestCommitted(t *testing.T) {
	files, err := generate("..")
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(files, 3))
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../../../web/src/wire", name))
		qt.Assert(t, qt.IsNil(err))
		if string(got) != want {
			t.Errorf("web/src/wire/%s is out of date; run: go generate ./internal/wire/...", name)
		}
	}
}

// TestShapes keeps the rules of translation: what is optional, how parents,
// unions, units and names come out.
func TestShapes(t *testing.T) {
	dir := t.TempDir()
	src := `package wire

import "time"

// ID is an identity.
type ID [2]byte

func (ID) MarshalText() ([]byte, error) { return nil, nil }

// Kind says what.
type Kind string

const (
	KindA Kind = "a"
	KindB Kind = "b"
)

type Base struct {
	N uint64 ` + "`json:\"n\"`" + ` // how many
}

type Part struct {
	P string ` + "`json:\"p\"`" + `
}

type Thing struct {
	Base
	*Part ` + "`json:\",omitempty\"`" + `
	Of    *Thing           ` + "`json:\"of,omitempty\"`" + `
	At    [][2]uint64      ` + "`json:\"at\"`" + `
	By    map[ID]Kind      ` + "`json:\"by\"`" + `
	Gone  ID               ` + "`json:\"gone,omitzero\"`" + `
	Rule  Rule             ` + "`json:\"rule\"`" + `
	inner int
}

type Rule int

const RuleA Rule = 1

// Wait is long.
const Wait = 2 * time.Second
`
	qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(dir, "wire.go"), []byte(src), 0o600)))
	files, err := generate(dir)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(files["types.ts"], header+`/** ID is an identity. */
export type ID = string;

/** Kind says what. */
export type Kind = "a" | "b";

export interface Base {
  /** how many */
  n: number;
}

export interface Part {
  p: string;
}

export interface Thing extends Base, Partial<Part> {
  of?: Thing;
  at: [number, number][];
  by: Record<ID, Kind>;
  gone?: ID;
  rule: number;
}
`))
	qt.Check(t, qt.Equals(files["limits.ts"], header+`/** waitMs is long. */
export const waitMs = 2_000;
`))
}

// TestForeignType refuses what it cannot translate instead of guessing.
func TestForeignType(t *testing.T) {
	dir := t.TempDir()
	src := "package wire\n\nimport \"time\"\n\ntype T struct {\n\tAt time.Time `json:\"at\"`\n}\n"
	qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(dir, "wire.go"), []byte(src), 0o600)))
	_, err := generate(dir)
	qt.Assert(t, qt.ErrorMatches(err, "type T: field At: time.Time is not a type of wire"))
}
