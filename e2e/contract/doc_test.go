package contract_test

import (
	"go/ast"
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

// folders says where the packages are that section 9 of docs/protocol.md names.
var folders = map[string]string{
	"chat": "internal/chat", "pebblelog": "internal/chat/roomlog/pebblelog", "pglog": "internal/chat/roomlog/pglog",
	"logtest": "internal/chat/roomlog/logtest", "gateway": "internal/gateway", "gateway/socket": "internal/gateway/socket",
	"client": "client", "e2e/crash": "e2e/crash", "e2e/contract": "e2e/contract", "e2e/authz": "e2e/authz",
}

// evidence is a package and tests in it: `chat`: TestA, TestB.
var evidence = regexp.MustCompile("`([a-z0-9/]+)`:((?:\\s+[A-Z]\\w+,?)+)")

// Each sentence of the printed contract names tests, in the package that has
// them; and each test here stands behind a sentence.
func TestContractIsPrintedWithItsTests(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/protocol.md"))
	qt.Assert(t, qt.IsNil(err))
	_, contract, found := strings.Cut(string(text), "## 9. The delivery contract\n")
	qt.Assert(t, qt.IsTrue(found))
	parts := regexp.MustCompile(`(?m)^ +- `).Split(contract, -1)
	qt.Assert(t, qt.IsTrue(len(parts) > 20))
	printed := map[string]bool{}
	for _, sentence := range parts[1:] {
		// What follows the list of a sentence is not its.
		sentence = regexp.MustCompile(`(?m)^(\d+\.|\n)`).Split(sentence, 2)[0]
		named := evidence.FindAllStringSubmatch(sentence, -1)
		if len(named) == 0 {
			t.Errorf("no test stands behind: %s", sentence)
		}
		for _, m := range named {
			folder, ok := folders[m[1]]
			if !ok {
				t.Errorf("where is the package %s?", m[1])
				continue
			}
			has := tests(t, folder)
			for _, name := range strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune(", \n", r) }) {
				printed[folder+" "+name] = true
				if !has[name] {
					t.Errorf("%s has no test %s, which stands behind: %s", folder, name, sentence)
				}
			}
		}
	}
	for name := range tests(t, folders["e2e/contract"]) {
		if !printed["e2e/contract "+name] && name != t.Name() {
			t.Errorf("docs/protocol.md does not name %s", name)
		}
	}
}

var known = map[string]map[string]bool{}

// tests gives the names of the tests of a package, and of the parts of the suite
// that is logtest.
func tests(t *testing.T, folder string) map[string]bool {
	t.Helper()
	if known[folder] != nil {
		return known[folder]
	}
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	qt.Assert(t, qt.IsNil(err))
	for _, name := range files {
		suite := filepath.Base(folder) == "logtest"
		if !suite && !strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		qt.Assert(t, qt.IsNil(err))
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[n.Name.Name] = n.Recv == nil && strings.HasPrefix(n.Name.Name, "Test")
			case *ast.BasicLit:
				if suite && n.Kind == token.STRING {
					names[strings.Trim(n.Value, `"`)] = true
				}
			}
			return true
		})
	}
	for name, ok := range names {
		if !ok {
			delete(names, name)
		}
	}
	known[folder] = names
	return names
}
