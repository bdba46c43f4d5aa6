package arch

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageHasAComment(t *testing.T) {
	comments := map[string]int{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		if doc := s.file.Doc; doc != nil && strings.TrimSpace(doc.Text()) != "" {
			comments[s.pkg]++
		} else {
			comments[s.pkg] += 0
		}
	}
	for pkg, n := range comments {
		switch {
		case n == 0:
			t.Errorf("%s has no package comment: begin one with the question that the package answers", pkg)
		case n > 1:
			t.Errorf("%s has %d package comments; which one counts?", pkg, n)
		}
	}
}

// meaningless are names that say that something is used, and not what it is.
var meaningless = regexp.MustCompile(`^(utils?|helpers?|commons?|misc)$`)

func TestNamesSayWhatIsInside(t *testing.T) {
	for _, s := range sources(t) {
		name := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
		for _, word := range append(strings.Split(name, "_"), path.Base(s.pkg), s.file.Name.Name) {
			if meaningless.MatchString(word) {
				t.Errorf("%s: %q says nothing about what is inside", s.path, word)
			}
		}
	}
}

// A test that sleeps is slow when the machine is fast and fails when it is slow. Within a bubble of
// testing/synctest a sleep takes no time.
func TestTestsDoNotSleep(t *testing.T) {
	for _, s := range sources(t) {
		if !s.test || slices.Contains(s.imports, "testing/synctest") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if call, ok := n.(*ast.SelectorExpr); ok && call.Sel.Name == "Sleep" {
				if pkg, ok := call.X.(*ast.Ident); ok && pkg.Name == "time" {
					t.Errorf("%s: wait for what happens, or use testing/synctest", s.line(call))
				}
			}
			return true
		})
	}
}
