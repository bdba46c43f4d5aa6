package arch

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"
)

var testName = regexp.MustCompile(`\bTest[A-Z]\w+`)

// The delivery contract names the tests that hold the server to it. One that was
// renamed or removed would leave a promise that nothing keeps.
func TestContractNamesTestsThatExist(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "protocol.md"))
	qt.Assert(t, qt.IsNil(err))
	_, contract, found := strings.Cut(string(text), "## 9. The delivery contract")
	qt.Assert(t, qt.IsTrue(found))
	exists := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				exists[f.Name.Name] = true
			}
		}
	}
	names := testName.FindAllString(contract, -1)
	qt.Assert(t, qt.IsTrue(len(names) >= 8))
	for _, name := range names {
		if !exists[name] {
			t.Errorf("docs/protocol.md, section 9, names %s, and there is no such test", name)
		}
	}
}
