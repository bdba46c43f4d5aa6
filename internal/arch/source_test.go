package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"
)

// root is the repository as seen from this package, where its tests run.
const root = "../.."

// module is the path of the main module; what begins with it is ours.
const module = "madang"

// source is one Go file of ours.
type source struct {
	path    string // in the repository, with slashes
	pkg     string // folder of the package in the repository, as "internal/chat"; "." at the top
	test    bool   // a _test.go file
	imports []string
	file    *ast.File
}

// line gives the place of a node for people to click on.
func (s source) line(at ast.Node) string {
	return s.path + ":" + strconv.Itoa(files.Position(at.Pos()).Line)
}

var files = token.NewFileSet()

// parseAll reads every Go file of the main module.
var parseAll = sync.OnceValues(func() ([]source, error) {
	var all []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || base == "tools") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(base) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		s := source{path: filepath.ToSlash(rel), test: strings.HasSuffix(base, "_test.go"), file: file}
		s.pkg = path.Dir(s.path)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, imported)
		}
		all = append(all, s)
		return nil
	})
	return all, err
})

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parseAll()
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(len(all) > 0))
	return all
}
