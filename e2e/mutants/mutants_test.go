package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"
)

const root = "../.."

// TestTable sees in a moment whether the table still fits the code: every text
// stands where it is changed, what comes out is Go, and the tests exist.
func TestTable(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			source, err := m.mutate(root)
			qt.Assert(t, qt.IsNil(err))
			_, err = parser.ParseFile(token.NewFileSet(), m.file, source, 0)
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.IsTrue(len(m.tests) > 0))
			for _, test := range m.tests {
				name, _, _ := strings.Cut(test.run, "/")
				qt.Check(t, qt.IsTrue(declared(t, test.pkg, name)), qt.Commentf("%s", test))
			}
		})
	}
}

func declared(t *testing.T, pkg, name string) bool {
	files, err := filepath.Glob(filepath.Join(root, pkg, "*_test.go"))
	qt.Assert(t, qt.IsNil(err))
	for _, f := range files {
		text, err := os.ReadFile(f)
		qt.Assert(t, qt.IsNil(err))
		if regexp.MustCompile(`(?m)^func ` + name + `\(t \*testing\.T\)`).Match(text) {
			return true
		}
	}
	return false
}

// A text that is not there, or not only there, must not be passed over.
func TestStaleTable(t *testing.T) {
	for _, old := range []string{"no such text", "func"} {
		m := mutant{name: "stale", file: "internal/bus/bus.go", old: old, new: "x"}
		_, err := m.mutate(root)
		qt.Check(t, qt.ErrorMatches(err, `(?s)stale: the text to be changed stands \d+ times in .*`))
	}
}

func TestAnchored(t *testing.T) {
	qt.Check(t, qt.Equals(anchored("TestSuite/Keys"), "^TestSuite$/^Keys$"))
}
