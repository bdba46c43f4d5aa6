package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"madang/internal/wire"
)

// version of the API, which is not the version of the program: it changes when
// the document does in a way that programs notice.
const version = "1.0.0"

// The groups of operations, in the order in which they are shown.
var tags = []*huma.Tag{
	{Name: "Sign-in", Description: "A phone number and the code that it was sent make a device. Its access token goes into `Authorization: Bearer`, or into a cookie of the browser."},
	{Name: "Me", Description: "Your own account."},
	{Name: "Devices", Description: "The clients that are signed in to your account."},
	{Name: "People", Description: "Friends, the phone book, blocks, and other people's profiles."},
	{Name: "Rooms", Description: "Conversations, and who is in them. Entries of a room are numbered 1, 2, 3 … without gaps; a client that keeps the last number it has can ask for everything after it."},
	{Name: "Messages", Description: "What is said. Programs that send or listen all the time use the socket at `GET /v1/ws` instead, which has the same calls."},
	{Name: "Media", Description: "Photos, films, recordings and other files. They are sent by the tus protocol (version 1.0.0) to `/v1/media/uploads`, " +
		"with `kind` and `filename` in `Upload-Metadata`; the last part of `Location` is the id that messages name. See docs/protocol.md."},
	{Name: "Search", Description: "What was said, who is called so, and where."},
	{Name: "Notifications", Description: "How sleeping devices are woken, and when they are not."},
	{Name: "Invitations", Description: "Links into a group."},
	{Name: "Server", Description: "Whether the server works."},
}

func specConfig() huma.Config {
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "Madang",
				Version: version,
				Description: "JSON in snake_case; ids are strings; times are RFC 3339 in UTC with milliseconds. " +
					"Lists take `limit` and `cursor` and answer `next_cursor` while there is more. " +
					"Fields that a client does not know are to be ignored; fields that the server does not know are. " +
					"`RateLimit` and `RateLimit-Policy` say how many calls are left, and `Retry-After` how long to wait.",
				License: &huma.License{Name: "See the repository"},
			},
			Tags: tags,
			Components: &huma.Components{
				Schemas: registry(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer": {Type: "http", Scheme: "bearer", Description: "The access token of a device."},
					"cookie": {Type: "apiKey", In: "cookie", Name: secureCookie, Description: "The same token as browsers hold it. On a plain-http loopback address the cookie is named `" + loopbackCookie + "`."},
				},
			},
		},
		Formats: map[string]huma.Format{
			"application/json": {Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal},
			"json":             {Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal},
		},
		DefaultFormat: "application/json",
	}
	c.AllowAdditionalPropertiesByDefault = true
	return c
}

// unmarshal refuses what nests deeper than any of our calls before it is
// parsed.
func unmarshal(data []byte, v any) error {
	if err := checkDepth(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// checkDepth looks at brackets outside of strings only; whether they match is
// the parser's business.
func checkDepth(data []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > wire.MaxJSONDepth {
				return fmt.Errorf("nests deeper than %d", wire.MaxJSONDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// Spec writes the OpenAPI document as the handlers have it, indented.
func Spec(w io.Writer) error {
	a, err := New(Config{})
	if err != nil {
		return err
	}
	return writeSpec(w, a.huma.OpenAPI())
}

func writeSpec(w io.Writer, doc *huma.OpenAPI) error {
	b, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode OpenAPI document: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return fmt.Errorf("indent OpenAPI document: %w", err)
	}
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// bodyTimeout is how long a body may be on its way; a phone book takes a while
// over a bad line.
const bodyTimeout = 30 * time.Second

// operation is what the document says of a call beside its types.
type operation struct {
	method, path string
	id           string // unique, camelCase: the name of the call in generated clients
	tag          string
	summary      string
	description  string
	status       int   // of success; 0 means 200
	public       bool  // works without signing in
	maxBody      int64 // bytes; 0 means wire.MaxBodyBytes
}

// register adds an operation to the router and to the document.
func register[I, O any](a *API, o operation, handle func(ctx ctx, in *I) (*O, error)) {
	op := huma.Operation{
		Method:        o.method,
		Path:          o.path,
		OperationID:   o.id,
		Tags:          []string{o.tag},
		Summary:       o.summary,
		Description:   o.description,
		DefaultStatus: o.status,
		// huma counts a body of exactly the limit as too large.
		MaxBodyBytes: 1 + wire.MaxBodyBytes,
	}
	if o.maxBody > 0 {
		op.MaxBodyBytes = 1 + o.maxBody
	}
	if op.DefaultStatus == 0 {
		op.DefaultStatus = http.StatusOK
	}
	if !o.public {
		op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
	}
	op.BodyReadTimeout = bodyTimeout
	huma.Register(a.huma, op, handle)
	item := a.huma.OpenAPI().Paths[o.path]
	for _, added := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if added != nil && added.OperationID == o.id {
			a.operations = append(a.operations, added)
		}
	}
}
