package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// describeFiles adds to the document what is served beside it: the upload
// protocol, whose handler is a library's, and the links to files.
func (a *API) describeFiles() {
	text := &huma.Schema{Type: huma.TypeString}
	number := &huma.Schema{Type: huma.TypeInteger}
	bytes := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	id := &huma.Param{Name: "media_id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}
	token := &huma.Param{Name: "token", In: "path", Required: true, Schema: text}
	header := func(name string, required bool, schema *huma.Schema, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: required, Schema: schema, Description: doc}
	}
	answered := func(schema *huma.Schema, doc string) *huma.Param {
		return &huma.Param{Schema: schema, Description: doc}
	}
	version := header("Tus-Resumable", true, &huma.Schema{Type: huma.TypeString, Enum: []any{"1.0.0"}}, "Version of the protocol")
	offset := answered(number, "Bytes that have come in")
	expires := answered(text, "When it is removed unless more comes, as an HTTP date; missing once it is whole")

	for _, o := range []struct {
		method, path, id, summary, description string
		params                                 []*huma.Param
		takes                                  string // the type of the body; empty: none
		status, said                           string
		headers                                map[string]*huma.Param
		gives                                  *huma.MediaType
		public                                 bool
	}{
		{
			method: http.MethodOptions, path: uploadsPath, id: "getUploadOptions", summary: "What uploads may be",
			description: "As the protocol has it.", status: "200", said: "OK", public: true,
			headers: map[string]*huma.Param{
				"Tus-Version": answered(text, "`1.0.0`"), "Tus-Extension": answered(text, "Extensions of the protocol"),
				"Tus-Max-Size": answered(number, "Bytes that a file may have at most"),
			},
		},
		{
			method: http.MethodPost, path: uploadsPath, id: "beginUpload", summary: "Begin an upload",
			description: "The protocol is tus 1.0.0 with creation-with-upload: the file, or its beginning, may come along.",
			params: []*huma.Param{
				version,
				header("Upload-Length", true, number, "Bytes of the file"),
				header("Upload-Metadata", true, text, "`kind` and maybe `filename`, `duration_ms`, `waveform`: keys with their values in base64, with commas between"),
			},
			takes: uploadType, status: "201", said: "Created",
			headers: map[string]*huma.Param{
				"Location": answered(text, "Where its bytes are sent; the last part is the file's id"), "Upload-Offset": offset, "Upload-Expires": expires,
			},
		},
		{
			method: http.MethodHead, path: uploadsPath + "/{media_id}", id: "getUpload", summary: "How far an upload is",
			description: "Only for whoever began it. One that has come in whole is made ready first, if that is not done yet.",
			params:      []*huma.Param{version, id}, status: "200", said: "OK",
			headers: map[string]*huma.Param{
				"Upload-Offset": offset, "Upload-Length": answered(number, "Bytes of the file"), "Upload-Expires": expires,
			},
		},
		{
			method: http.MethodPatch, path: uploadsPath + "/{media_id}", id: "continueUpload", summary: "Send more of an upload",
			description: "What has come in stays when the line breaks. The answer to the last byte comes when the file is ready, or says why it is refused.",
			params:      []*huma.Param{version, id, header("Upload-Offset", true, number, "Where the upload stands")},
			takes:       uploadType, status: "204", said: "No Content",
			headers: map[string]*huma.Param{"Upload-Offset": offset, "Upload-Expires": expires},
		},
		{
			method: http.MethodDelete, path: uploadsPath + "/{media_id}", id: "abortUpload", summary: "Take an upload back",
			description: "Whether it is whole or not, as long as no message and no profile shows it.",
			params:      []*huma.Param{version, id}, status: "204", said: "No Content",
		},
		{
			method: http.MethodGet, path: filesPath + "{token}", id: "readFile", summary: "The bytes of a file",
			description: "Where links of files lead; `HEAD` and ranges work, too. It needs no sign-in, and ends with its time and with the right of the person it was made for.",
			params:      []*huma.Param{token, header("Range", false, text, "As in HTTP")}, status: "200", said: "OK",
			gives: bytes, public: true,
		},
	} {
		op := &huma.Operation{
			Method: o.method, Path: o.path, OperationID: o.id, Tags: []string{"Media"}, Summary: o.summary, Description: o.description, Parameters: o.params,
			Responses: map[string]*huma.Response{
				o.status: {Description: o.said, Headers: o.headers},
				"default": {Description: "Error", Content: map[string]*huma.MediaType{
					problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
				}},
			},
		}
		if o.takes != "" {
			op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{o.takes: bytes}}
		}
		if o.gives != nil {
			op.Responses[o.status].Content = map[string]*huma.MediaType{"application/octet-stream": o.gives}
		}
		if !o.public {
			op.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
		}
		a.huma.OpenAPI().AddOperation(op)
		a.operations = append(a.operations, op)
	}
}

// uploadType is the type of bodies of the upload protocol.
const uploadType = "application/offset+octet-stream"
