// Command wiredoc takes what the Go comments of package wire say of its types
// and their fields, and writes it as JSON for the OpenAPI document: comments are
// written once, beside the field that they explain.
package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

func main() {
	docs, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(docs); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[2], out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// read gives the text for "Type" and for "Type.json_name".
func read(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	structs := map[string]*ast.StructType{}
	docs := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || !t.Name.IsExported() {
					continue
				}
				if s, ok := t.Type.(*ast.StructType); ok {
					structs[t.Name.Name] = s
					docs[t.Name.Name] = clean(gen.Doc)
				}
			}
		}
	}
	for name, s := range structs {
		fields(docs, structs, name, s)
	}
	return docs, nil
}

// fields notes the fields of a struct under the name of a type, those of
// embedded structs too.
func fields(docs map[string]string, structs map[string]*ast.StructType, name string, s *ast.StructType) {
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 {
			embedded, ok := f.Type.(*ast.Ident)
			if star, pointer := f.Type.(*ast.StarExpr); pointer {
				embedded, ok = star.X.(*ast.Ident)
			}
			if ok && structs[embedded.Name] != nil {
				fields(docs, structs, name, structs[embedded.Name])
			}
			continue
		}
		if f.Tag == nil {
			continue
		}
		tag, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		field, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		text := clean(f.Doc)
		if text == "" {
			text = clean(f.Comment)
		}
		if field != "" && text != "" {
			docs[name+"."+field] = text
		}
	}
}

func clean(c *ast.CommentGroup) string {
	return strings.Join(strings.Fields(c.Text()), " ")
}
