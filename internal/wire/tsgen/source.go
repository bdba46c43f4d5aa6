package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"strings"
)

const header = "// Generated from internal/wire by internal/wire/tsgen. Do not edit; run: go generate ./internal/wire/...\n\n"

// source is the checked package with its files in order of name.
type source struct {
	pkg   *types.Package
	info  *types.Info
	files []*ast.File
}

func load(dir string) (*source, error) {
	fset := token.NewFileSet()
	notTest := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	//nolint:staticcheck // SA1019: one folder without build tags needs no more than this.
	pkgs, err := parser.ParseDir(fset, dir, notTest, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", dir, err)
	}
	pkg, ok := pkgs["wire"]
	if !ok {
		return nil, fmt.Errorf("%s holds no package wire", dir)
	}
	s := &source{info: &types.Info{Defs: map[*ast.Ident]types.Object{}}}
	for _, name := range sorted(pkg.Files) {
		s.files = append(s.files, pkg.Files[name])
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	s.pkg, err = conf.Check("madang/internal/wire", fset, s.files, s.info)
	if err != nil {
		return nil, fmt.Errorf("check package wire: %w", err)
	}
	return s, nil
}

// specs calls f for each top-level declaration of the kind, in source order.
// Doc is the comment above it, or above its group when it has none of its own
// and is alone in the group.
func (s *source) specs(kind token.Token, f func(spec ast.Spec, doc *ast.CommentGroup)) {
	for _, file := range s.files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != kind {
				continue
			}
			for _, spec := range gen.Specs {
				var doc *ast.CommentGroup
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					doc = spec.Doc
				case *ast.ValueSpec:
					doc = spec.Doc
				}
				if doc == nil && len(gen.Specs) == 1 {
					doc = gen.Doc
				}
				f(spec, doc)
			}
		}
	}
}

// comment writes a doc comment as JSDoc at the indent.
func comment(doc *ast.CommentGroup, indent string) string {
	text := strings.TrimSpace(doc.Text())
	if text == "" {
		return ""
	}
	lines := strings.Split(strings.ReplaceAll(text, "*/", "* /"), "\n")
	if len(lines) == 1 {
		return indent + "/** " + lines[0] + " */\n"
	}
	var b strings.Builder
	b.WriteString(indent + "/**\n")
	for _, l := range lines {
		b.WriteString(strings.TrimRight(indent+" * "+l, " ") + "\n")
	}
	b.WriteString(indent + " */\n")
	return b.String()
}

// lowerFirst makes MaxPage maxPage.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
