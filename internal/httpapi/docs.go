package httpapi

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"madang/internal/fault"
)

// docs is the OpenAPI document for programs and the same as a page for people.
// The page is made here rather than by a viewer in the browser, so that it
// loads nothing from elsewhere and works without scripts.
type docs struct {
	json, html, css []byte
	etag            string
}

//go:embed docs.tmpl.html
var docsTemplate string

//go:embed docs.css
var docsStyle []byte

func newDocs(doc *huma.OpenAPI, operations []*huma.Operation) (*docs, error) {
	var spec, page bytes.Buffer
	if err := writeSpec(&spec, doc); err != nil {
		return nil, err
	}
	t, err := template.New("docs").Funcs(template.FuncMap{"code": inlineCode}).Parse(docsTemplate)
	if err != nil {
		return nil, fmt.Errorf("docs page: %w", err)
	}
	if err := t.Execute(&page, viewOf(doc, operations)); err != nil {
		return nil, fmt.Errorf("docs page: %w", err)
	}
	sum := sha256.Sum256(append(page.Bytes(), docsStyle...))
	return &docs{json: spec.Bytes(), html: page.Bytes(), css: docsStyle, etag: hex.EncodeToString(sum[:12])}, nil
}

func (d *docs) spec(w http.ResponseWriter, r *http.Request) {
	d.serve(w, r, "application/vnd.oai.openapi+json;version=3.1", d.json)
}

func (d *docs) page(w http.ResponseWriter, r *http.Request) {
	d.serve(w, r, "text/html; charset=utf-8", d.html)
}

func (d *docs) style(w http.ResponseWriter, r *http.Request) {
	d.serve(w, r, "text/css; charset=utf-8", d.css)
}

func (d *docs) serve(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", `"`+d.etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// What the page shows.
type (
	docsView struct {
		Title, Description string
		Groups             []docsGroup
		Schemas            []docsSchema
		Codes              []docsCode
	}
	docsGroup struct {
		Name, Description string
		Calls             []docsCall
	}
	docsCall struct {
		ID, Method, Path, Summary, Description string
		Public                                 bool
		Params, Body                           []docsField
		Status, Answer                         string
		AnswerType                             template.HTML
		Fields                                 []docsField
	}
	docsField struct {
		Name, Doc string
		Type      template.HTML
		Required  bool
	}
	docsSchema struct {
		Name, Description string
		Fields            []docsField
	}
	docsCode struct {
		Name, Text string
		Number     fault.Code
		Status     int
		Retry      bool
	}
)

func viewOf(doc *huma.OpenAPI, operations []*huma.Operation) docsView {
	v := docsView{Title: doc.Info.Title, Description: doc.Info.Description}
	for _, tag := range doc.Tags {
		g := docsGroup{Name: tag.Name, Description: tag.Description}
		for _, op := range operations {
			if slices.Contains(op.Tags, tag.Name) {
				g.Calls = append(g.Calls, callOf(doc, op))
			}
		}
		v.Groups = append(v.Groups, g)
	}
	shared := doc.Components.Schemas.Map()
	for name, s := range shared {
		if !ofOneCall(name) {
			v.Schemas = append(v.Schemas, docsSchema{name, s.Description, fieldsOf(s)})
		}
	}
	slices.SortFunc(v.Schemas, func(a, b docsSchema) int { return cmp.Compare(a.Name, b.Name) })
	for _, row := range fault.Rows {
		v.Codes = append(v.Codes, docsCode{row.Name, row.Text, row.Code, row.Kind.Status(), row.Retry})
	}
	return v
}

func callOf(doc *huma.OpenAPI, op *huma.Operation) docsCall {
	c := docsCall{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		Public: len(op.Security) == 0,
	}
	for _, p := range op.Parameters {
		c.Params = append(c.Params, docsField{p.Name, p.Description, typeOf(p.Schema) + template.HTML(" in "+p.In), p.Required})
	}
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Content {
			c.Body = fieldsOf(resolve(doc, media.Schema))
		}
	}
	for status, answer := range op.Responses {
		if status == "default" {
			continue
		}
		c.Status, c.Answer = status, answer.Description
		for _, media := range answer.Content {
			if media.Schema.Ref != "" && !ofOneCall(media.Schema.Ref) {
				c.AnswerType = typeOf(media.Schema)
			} else {
				c.Fields = fieldsOf(resolve(doc, media.Schema))
			}
		}
	}
	return c
}

// ofOneCall reports whether a schema is the body or the answer of one call,
// whose fields stand with the call.
func ofOneCall(name string) bool {
	return strings.HasSuffix(name, "Body") || strings.HasSuffix(name, "Answer")
}

func resolve(doc *huma.OpenAPI, s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		return doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

func fieldsOf(s *huma.Schema) []docsField {
	var fields []docsField
	for name, p := range s.Properties {
		fields = append(fields, docsField{name, p.Description, typeOf(p), slices.Contains(s.Required, name)})
	}
	slices.SortFunc(fields, func(a, b docsField) int {
		if a.Required != b.Required {
			if a.Required {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return fields
}

func typeOf(s *huma.Schema) template.HTML {
	switch {
	case s == nil:
		return "anything"
	case s.Ref != "":
		name := template.HTMLEscapeString(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
		return template.HTML(`<a href="#type-` + name + `">` + name + `</a>`) //nolint:gosec // escaped above
	case s.Type == huma.TypeArray:
		return "list of " + typeOf(s.Items)
	case len(s.Enum) > 0:
		var values []string
		for _, v := range s.Enum {
			values = append(values, fmt.Sprintf("%q", v))
		}
		return template.HTML(template.HTMLEscapeString(strings.Join(values, ", "))) //nolint:gosec // escaped here
	case s.Type == huma.TypeObject:
		if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
			return "object of " + typeOf(values)
		}
		return "object"
	case s.Format == "uuid", s.Format == "date-time":
		return template.HTML(map[string]string{"uuid": "id", "date-time": "time"}[s.Format]) //nolint:gosec // two constants
	}
	return template.HTML(template.HTMLEscapeString(s.Type)) //nolint:gosec // escaped here
}

// inlineCode shows `words` as code.
func inlineCode(text string) template.HTML {
	var out strings.Builder
	for i, part := range strings.Split(text, "`") {
		part = template.HTMLEscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		out.WriteString(part)
	}
	return template.HTML(out.String()) //nolint:gosec // escaped above
}
