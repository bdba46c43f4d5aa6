package httpapi

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed wiredoc.json
var wireDocs []byte

// describe puts what the comments of package wire say into the schemas of its
// types, where nothing else is said.
func describe(r huma.Registry) error {
	var docs map[string]string
	if err := json.Unmarshal(wireDocs, &docs); err != nil {
		return fmt.Errorf("read wiredoc.json: %w", err)
	}
	for name, s := range r.Map() {
		if s.Description == "" {
			s.Description = docs[name]
		}
		for field, p := range s.Properties {
			text := docs[name+"."+field]
			if name == "SendMessageBody" {
				text = docs["Content."+field]
			}
			// A reference stands alone: what it refers to says what it is, and not
			// all tools look at a reference with something beside it.
			if p.Description == "" && p.Ref == "" {
				p.Description = text
			}
		}
	}
	return nil
}
