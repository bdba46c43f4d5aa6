// Package fault says what a caller did wrong, or what went wrong for them, in
// a form they can act on: a stable code, a kind that maps to a protocol status,
// and a sentence that is safe to show.
//
// An error is made where the rule breaks:
//
//	return fault.New(fault.TextTooLong)
//
// and wrapped on the way up with what was attempted, using fmt.Errorf and %w.
// Each edge turns it into an answer in exactly one place, with [From].
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind groups codes by what a caller can do about them. It decides the HTTP
// status of an answer.
type Kind uint8

// The kinds. Their HTTP status is in [Kind.Status].
const (
	Internal     Kind = iota // our fault; retrying may help
	Invalid                  // the request breaks a rule; change it
	Unauthorized             // sign in, or sign in again
	Forbidden                // known, but not allowed
	NotFound                 // no such thing, or not for this caller
	Conflict                 // clashes with what stands
	Gone                     // was there, is no more
	TooLarge                 // more bytes or items than accepted
	TooMany                  // a limit in time; wait
	Unavailable              // cannot serve now; retry later
)

// Status is the HTTP status code of a kind (RFC 9110, section 15).
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 422
	case Unauthorized:
		return 401
	case Forbidden:
		return 403
	case NotFound:
		return 404
	case Conflict:
		return 409
	case Gone:
		return 410
	case TooLarge:
		return 413
	case TooMany:
		return 429
	case Unavailable:
		return 503
	default:
		return 500
	}
}

// Error is a fault with its code. Its Detail is safe to show to the person who
// caused it; the wrapped cause is not and goes to the log only.
type Error struct {
	Code Code
	// Detail replaces the code's own sentence when there is more to say. Empty
	// means the code's sentence.
	Detail string
	// Field names the part of the request that is wrong, as the caller wrote
	// it ("phones[3]"). Empty when no single part is.
	Field string
	// RetryAfter is how long to wait before the same request can succeed. Zero
	// means not known.
	RetryAfter time.Duration

	cause error
}

// New makes an error of a code.
func New(code Code) *Error { return &Error{Code: code} }

// Newf makes an error whose sentence is the formatted text.
func Newf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// In says which part of the request is wrong. It changes and returns e.
func (e *Error) In(field string) *Error { e.Field = field; return e }

// After says how long to wait. It changes and returns e.
func (e *Error) After(d time.Duration) *Error { e.RetryAfter = d; return e }

// Because keeps the cause for the log. It changes and returns e.
func (e *Error) Because(cause error) *Error { e.cause = cause; return e }

// Sentence is what to show: Detail, else the code's own text.
func (e *Error) Sentence() string {
	if e.Detail != "" {
		return e.Detail
	}
	return e.Code.Text()
}

// Error gives the code, the sentence and the cause, for logs.
func (e *Error) Error() string {
	s := e.Code.String() + ": " + e.Sentence()
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an *Error of the same code, so that
// errors.Is(err, fault.New(fault.RoomUnknown)) works whatever the details.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Has reports whether err is or wraps a fault of the code.
func Has(err error, code Code) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}

// From gives the fault inside err, or an internal error that wraps it. A nil
// err gives nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return New(InternalError).Because(err)
}
