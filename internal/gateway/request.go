package gateway

import (
	"encoding/json"
	"errors"

	"madang/internal/fault"
	"madang/internal/wire"
)

// request is one call or notification of a client (JSON-RPC 2.0, section 4).
// Its parts point into the frame.
type request struct {
	id     []byte // as written; nil in a notification, which gets no answer
	method []byte
	params []byte // nil when there are none
}

// maxIDBytes bounds what is kept of a call to answer it. A UUID in quotes has
// 38.
const maxIDBytes = 64

var null = []byte("null")

// parseFrame calls f with each request of a frame. An error of one request is
// given to f with what is known of it; a frame that is not JSON at all gives
// one such call.
func parseFrame(b []byte, f func(request, error)) {
	s := scanner{b: b}
	if s.space() != '[' {
		r, err := s.request(wire.MaxJSONDepth)
		if err == nil && s.space() != 0 {
			err = errNotJSON()
		}
		f(r, err)
		return
	}
	s.i++
	for n := 1; ; n++ {
		if n > wire.MaxBatch {
			f(request{id: null}, fault.Newf(fault.BadRequest, "A frame holds at most %d calls; those after them were left out.", wire.MaxBatch))
			return
		}
		r, err := s.request(wire.MaxJSONDepth - 1)
		f(r, err)
		if fault.Has(err, fault.BadJSON) {
			return // where the next one begins is not known
		}
		if s.eat(']') {
			if s.space() != 0 {
				f(request{id: null}, errNotJSON())
			}
			return
		}
		if !s.eat(',') {
			f(request{id: null}, errNotJSON())
			return
		}
	}
}

// request reads one request. Its error is an answer to the client.
func (s *scanner) request(depth int) (r request, err error) {
	ok := s.fields(func(key []byte) bool {
		value, ok := s.value(depth - 1)
		if !ok {
			return false
		}
		switch string(key) {
		case "id":
			r.id = value
		case "method":
			if len(value) > 2 && value[0] == '"' {
				r.method = value[1 : len(value)-1]
			}
		case "params":
			r.params = value
		}
		return true
	})
	if !ok {
		return request{id: null}, errNotJSON()
	}
	if r.id != nil && !isID(r.id) {
		return request{id: null}, fault.Newf(fault.BadRequest, "An id is a number, or a string without escape sequences, of at most %d bytes.", maxIDBytes).In("id")
	}
	if len(r.method) == 0 {
		if r.id == nil {
			r.id = null // whatever it is, it is no notification
		}
		return r, fault.Newf(fault.BadRequest, "A call names its method.").In("method")
	}
	return r, nil
}

func errNotJSON() error {
	return fault.Newf(fault.BadJSON, "The frame is not a JSON-RPC 2.0 call, or nests more than %d deep.", wire.MaxJSONDepth)
}

// isID reports whether a value can be the id of a call: it is written back as
// it came.
func isID(b []byte) bool {
	if len(b) > maxIDBytes {
		return false
	}
	if b[0] == '"' {
		return plainPrefix(b[1:]) == len(b)-2
	}
	digits := b[0] != '0' || len(b) == 1
	for _, c := range b {
		digits = digits && '0' <= c && c <= '9'
	}
	return digits || b[0] != '{' && b[0] != '[' && b[0] != 't' && b[0] != 'f' && isValid(b)
}

// decode reads params into v, which is a pointer to a struct.
func decode(params []byte, v any) error {
	if len(params) == 0 {
		params = []byte("{}")
	}
	err := json.Unmarshal(params, v)
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && e.Field != "" {
		return fault.Newf(fault.BadRequest, "%s is of the wrong type.", e.Field).In(e.Field).Because(err)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return errNotJSON()
	}
	return fault.New(fault.BadRequest).Because(err)
}
