package httpapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"madang/internal/fault"
)

// Problem is the body of every answer that is not a success: a problem detail
// (RFC 9457) with our stable code.
type Problem struct {
	Type     string        `json:"type" format:"uri-reference" doc:"Address of the description of this code"`
	Title    string        `json:"title" doc:"What the code means in general"`
	Status   int           `json:"status" doc:"HTTP status of the answer"`
	Detail   string        `json:"detail" doc:"What to do in this case; safe to show to a person"`
	Code     string        `json:"code" doc:"Stable name of what went wrong; programs decide by it"`
	Instance string        `json:"instance,omitempty" format:"uri" doc:"The request, as the server's log names it"`
	Errors   []ProblemPart `json:"errors,omitempty" doc:"The parts of the request that are wrong"`

	headers http.Header
}

// ProblemPart is one part of a request that is wrong.
type ProblemPart struct {
	Detail    string `json:"detail" doc:"What is wrong with it"`
	Pointer   string `json:"pointer,omitempty" doc:"JSON pointer into the body (RFC 6901), as a URI fragment"`
	Parameter string `json:"parameter,omitempty" doc:"Name of the path, query or header parameter"`
}

// Error implements error, so that huma takes a Problem as an answer.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// problemOf is the one place where an error becomes an answer. Errors that are
// no fault become "internal", and their text goes to the log only.
func problemOf(ctx context.Context, err error) *Problem {
	f := fault.From(err)
	id := requestID(ctx)
	if f.Code.Kind() == fault.Internal && ctx.Err() == nil {
		slog.ErrorContext(ctx, "request failed", "request", id, "error", err)
	}
	p := &Problem{
		Type:   "/docs#" + f.Code.String(),
		Title:  f.Code.Text(),
		Status: f.Code.Kind().Status(),
		Detail: f.Sentence(),
		Code:   f.Code.String(),
	}
	if id != "" {
		p.Instance = "urn:uuid:" + id
	}
	if f.Field != "" {
		p.Errors = []ProblemPart{partOf("body."+f.Field, f.Sentence())}
	}
	if f.RetryAfter > 0 {
		p.headers = http.Header{"Retry-After": {retryAfter(f.RetryAfter)}}
	}
	return p
}

// retryAfter is a wait in whole seconds, never less than asked for.
func retryAfter(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}

// WriteProblem answers a request with what went wrong. It is for handlers that
// are no huma operation.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	write(w, problemOf(r.Context(), err))
}

func write(w http.ResponseWriter, p *Problem) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	// The status is on its way: a client that is gone is nobody to tell.
	_ = json.NewEncoder(w).Encode(p)
}

// huma makes its errors through these two variables. It passes errors of
// handlers as the only cause of a 500, and its own findings about a request as
// details with a location.
func init() {
	huma.NewError = func(status int, message string, causes ...error) huma.StatusError {
		return problemOf(context.Background(), humaFault(status, message, causes))
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, causes ...error) huma.StatusError {
		err := humaFault(status, message, causes)
		p := problemOf(ctx.Context(), err)
		if parts := partsOf(causes); len(parts) > 0 && p.Code == fault.BadRequest.String() {
			p.Errors = parts
		}
		if field := fault.From(err).Field; isParameter(ctx.Operation(), field) {
			p.Errors = []ProblemPart{{Detail: p.Detail, Parameter: field}}
		}
		for name, values := range p.headers {
			for _, v := range values {
				ctx.SetHeader(name, v)
			}
		}
		ctx.SetHeader("Cache-Control", "no-store")
		return p
	}
	huma.DefaultArrayNullable = false
}

// isParameter reports whether an operation takes the field in its address or
// its headers, rather than in its body.
func isParameter(op *huma.Operation, field string) bool {
	return slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == field })
}

func humaFault(status int, message string, causes []error) error {
	switch status {
	case http.StatusInternalServerError:
		if len(causes) == 1 {
			return causes[0]
		}
		return fault.Newf(fault.InternalError, "%s", "")
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.BodyTooLarge)
	case http.StatusUnsupportedMediaType:
		return fault.Newf(fault.BadJSON, "The body must be JSON, with the header Content-Type: application/json.")
	case http.StatusRequestTimeout:
		return fault.Newf(fault.BadJSON, "The body did not arrive in time.")
	case http.StatusBadRequest:
		return fault.New(fault.BadJSON)
	default:
		parts := partsOf(causes)
		if len(parts) == 0 {
			return fault.Newf(fault.BadRequest, "%s", message)
		}
		return fault.Newf(fault.BadRequest, "%s: %s.", strings.TrimPrefix(cmpOr(parts[0].Pointer, parts[0].Parameter), "#/"), parts[0].Detail)
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	if b != "" {
		return b
	}
	return "body"
}

func partsOf(causes []error) []ProblemPart {
	var parts []ProblemPart
	for _, c := range causes {
		if d, ok := c.(huma.ErrorDetailer); ok {
			parts = append(parts, partOf(d.ErrorDetail().Location, d.ErrorDetail().Message))
		}
	}
	return slices.Compact(parts)
}

// partOf turns huma's way of naming a place, "body.phones[3]" or
// "query.limit", into a pointer or the name of a parameter.
func partOf(location, detail string) ProblemPart {
	where, rest, _ := strings.Cut(location, ".")
	if where != "body" {
		return ProblemPart{Detail: detail, Parameter: rest}
	}
	if rest == "" {
		return ProblemPart{Detail: detail, Pointer: "#"}
	}
	pointer := strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(rest)
	return ProblemPart{Detail: detail, Pointer: "#/" + pointer}
}
