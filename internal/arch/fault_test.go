package arch

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/fault"
)

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Clients are written against numbers and names, so each means one thing for ever.
func TestFaultTable(t *testing.T) {
	names := map[string]fault.Code{}
	for i, row := range fault.Rows {
		if i > 0 && row.Code <= fault.Rows[i-1].Code {
			t.Errorf("%d %s stands after %d: keep the numbers in order, each once", row.Code, row.Name, fault.Rows[i-1].Code)
		}
		if other, twice := names[row.Name]; twice {
			t.Errorf("%d and %d have the same name %s", other, row.Code, row.Name)
		}
		names[row.Name] = row.Code
		if !snakeCase.MatchString(row.Name) {
			t.Errorf("%d: the name %q is not snake_case", row.Code, row.Name)
		}
		if !strings.HasSuffix(row.Text, ".") {
			t.Errorf("%s: the text %q is not a sentence", row.Name, row.Text)
		}
	}
}

// A constant without a row has neither a name nor a text.
func TestEveryFaultCodeHasARow(t *testing.T) {
	declared := 0
	for _, s := range sources(t) {
		if s.pkg != "internal/fault" || s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
				return true
			}
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			number, err := strconv.ParseUint(literal.Value, 10, 16)
			qt.Assert(t, qt.IsNil(err))
			declared++
			if fault.Code(number).String() == "" {
				t.Errorf("%s: %s has no row in fault.Rows", s.line(spec), spec.Names[0].Name)
			}
			return true
		})
	}
	qt.Check(t, qt.Equals(declared, len(fault.Rows)))
}

func TestProtocolListsEveryFault(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "protocol.md"))
	qt.Assert(t, qt.IsNil(err))
	for _, row := range fault.Rows {
		// In one line, as in a row of a table: | 1000 | `bad_request` | … |
		line := regexp.MustCompile(`(?m)^.*\b` + strconv.Itoa(int(row.Code)) + `\b.*` + "`" + regexp.QuoteMeta(row.Name) + "`")
		if !line.Match(text) {
			t.Errorf("docs/protocol.md does not list %d `%s`", row.Code, row.Name)
		}
	}
}
