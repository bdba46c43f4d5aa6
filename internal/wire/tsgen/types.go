package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strings"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// typesFile writes every exported type of the package.
func (s *source) typesFile() (string, error) {
	values := s.stringConsts()
	var b strings.Builder
	b.WriteString(header)
	var err error
	first := true
	s.specs(token.TYPE, func(spec ast.Spec, doc *ast.CommentGroup) {
		ts := spec.(*ast.TypeSpec)
		if err != nil || !ts.Name.IsExported() || ts.TypeParams != nil {
			return
		}
		text, e := s.typeDecl(ts, values[ts.Name.Name])
		if e != nil {
			err = fmt.Errorf("type %s: %w", ts.Name.Name, e)
			return
		}
		if text == "" {
			return
		}
		if !first {
			b.WriteString("\n")
		}
		first = false
		b.WriteString(comment(doc, "") + text)
	})
	return b.String(), err
}

// stringConsts are the constants of each named string type, in source order.
func (s *source) stringConsts() map[string][]string {
	values := map[string][]string{}
	s.specs(token.CONST, func(spec ast.Spec, _ *ast.CommentGroup) {
		for _, name := range spec.(*ast.ValueSpec).Names {
			c, ok := s.info.Defs[name].(*types.Const)
			if !ok || c.Val().Kind() != constant.String {
				continue
			}
			if named, ok := c.Type().(*types.Named); ok {
				values[named.Obj().Name()] = append(values[named.Obj().Name()], c.Val().ExactString())
			}
		}
	})
	return values
}

// typeDecl writes one type. A type that is not data (it has no fields of JSON)
// gives an empty text.
func (s *source) typeDecl(ts *ast.TypeSpec, values []string) (string, error) {
	name := ts.Name.Name
	obj := s.info.Defs[ts.Name]
	switch u := obj.Type().Underlying().(type) {
	case *types.Struct:
		return s.structDecl(name, ts, u)
	case *types.Basic:
		switch {
		case len(values) > 0:
			return fmt.Sprintf("export type %s = %s;\n", name, strings.Join(values, " | ")), nil
		case marshalsText(obj.Type()) || u.Info()&types.IsString != 0:
			return fmt.Sprintf("export type %s = string;\n", name), nil
		case u.Info()&types.IsNumeric != 0:
			return "", nil // fields of it are plain numbers
		}
	case *types.Array, *types.Slice:
		if marshalsText(obj.Type()) {
			return fmt.Sprintf("export type %s = string;\n", name), nil
		}
	case *types.Interface, *types.Signature:
		return "", nil
	}
	return "", fmt.Errorf("no TypeScript for %s", obj.Type().Underlying())
}

// marshalsText reports whether the type writes itself as a JSON string. All
// types of wire with methods of their own for JSON do.
func marshalsText(t types.Type) bool {
	set := types.NewMethodSet(types.NewPointer(t))
	for i := range set.Len() {
		switch set.At(i).Obj().Name() {
		case "MarshalJSON", "MarshalText":
			return true
		}
	}
	return false
}

// structDecl writes an interface. Fields without a json name are not data;
// embedded structs become parents, made partial when embedded by pointer
// because they may be absent as a whole.
func (s *source) structDecl(name string, ts *ast.TypeSpec, st *types.Struct) (string, error) {
	var parents []string
	var fields strings.Builder
	docs := fieldDocs(ts)
	for i := range st.NumFields() {
		f := st.Field(i)
		tag := reflect.StructTag(st.Tag(i)).Get("json")
		key, opts, _ := strings.Cut(tag, ",")
		if f.Embedded() && key == "" {
			t, pointer := f.Type(), false
			if p, ok := t.(*types.Pointer); ok {
				t, pointer = p.Elem(), true
			}
			parent := t.(*types.Named).Obj().Name()
			if pointer {
				parent = "Partial<" + parent + ">"
			}
			parents = append(parents, parent)
			continue
		}
		if !f.Exported() || key == "" || key == "-" {
			continue
		}
		typ, err := tsType(f.Type())
		if err != nil {
			return "", fmt.Errorf("field %s: %w", f.Name(), err)
		}
		optional := ""
		if strings.Contains(opts, "omit") {
			optional = "?"
		}
		fields.WriteString(comment(docs[f.Name()], "  "))
		fmt.Fprintf(&fields, "  %s%s: %s;\n", key, optional, typ)
	}
	if fields.Len() == 0 && len(parents) == 0 {
		return "", nil
	}
	extends := ""
	if len(parents) > 0 {
		extends = " extends " + strings.Join(parents, ", ")
	}
	return fmt.Sprintf("export interface %s%s {\n%s}\n", name, extends, fields.String()), nil
}

// fieldDocs are the comments of the fields: above them, else beside them.
func fieldDocs(ts *ast.TypeSpec) map[string]*ast.CommentGroup {
	docs := map[string]*ast.CommentGroup{}
	for _, f := range ts.Type.(*ast.StructType).Fields.List {
		for _, n := range f.Names {
			docs[n.Name] = f.Comment
			if f.Doc != nil && len(f.Names) == 1 && f.Comment == nil && !groupComment(f.Doc) {
				docs[n.Name] = f.Doc
			}
		}
	}
	return docs
}

// groupComment tells a heading over several fields ("Of messages.") from the
// comment of one: headings are short and have no verb we would miss.
func groupComment(c *ast.CommentGroup) bool { return strings.HasPrefix(c.Text(), "Of ") }

// tsType names the TypeScript type of a Go type. Numbers stay below 2^53: they
// are counts, sizes and positions.
func tsType(t types.Type) (string, error) {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Pkg() != nil && t.Obj().Pkg().Name() == "json" && t.Obj().Name() == "RawMessage" {
			return "unknown", nil
		}
		if t.Obj().Pkg() == nil || t.Obj().Pkg().Name() != "wire" {
			return "", fmt.Errorf("%s is not a type of wire", t)
		}
		if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 && !marshalsText(t) {
			return "number", nil
		}
		return t.Obj().Name(), nil
	case *types.Pointer:
		return tsType(t.Elem())
	case *types.Slice:
		elem, err := tsType(t.Elem())
		return elem + "[]", err
	case *types.Array:
		elem, err := tsType(t.Elem())
		if err != nil {
			return "", err
		}
		return "[" + strings.Join(slices.Repeat([]string{elem}, int(t.Len())), ", ") + "]", nil
	case *types.Map:
		key, err := tsType(t.Key())
		if err != nil {
			return "", err
		}
		elem, err := tsType(t.Elem())
		return "Record<" + key + ", " + elem + ">", err
	case *types.Interface:
		return "unknown", nil
	case *types.Basic:
		switch info := t.Info(); {
		case info&types.IsString != 0:
			return "string", nil
		case info&types.IsNumeric != 0:
			return "number", nil
		case info&types.IsBoolean != 0:
			return "boolean", nil
		}
	}
	return "", fmt.Errorf("no TypeScript for %s", t)
}
