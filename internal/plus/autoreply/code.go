package autoreply

import (
	"fmt"
	"net/http"
)

// Code is a result as partners know them from the description of the interface.
type Code int

// The results.
const (
	Success      Code = 0
	BadRequest   Code = 100
	WrongKey     Code = 201 // of the application programming interface
	WrongAddress Code = 202
	WrongFormat  Code = 203
	TimedOut     Code = 204 // also a wrong keyboard when the bot is started
	NoProfile    Code = 301
	NoUser       Code = 302
	NotAFriend   Code = 303
	NotSupported Code = 400 // such media
)

// Status is the HTTP status that goes with a result.
func (c Code) Status() int {
	switch c {
	case Success:
		return http.StatusOK
	case WrongFormat:
		return http.StatusServiceUnavailable
	case TimedOut:
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

// Error is a call that failed.
type Error struct {
	Code     Code
	Answered int // the status of an answer that was refused for it, else 0
	cause    error
}

func fail(code Code, format string, args ...any) *Error {
	return &Error{Code: code, cause: fmt.Errorf(format, args...)}
}

// Error is a sentence for the owner of the bot.
func (e *Error) Error() string { return fmt.Sprintf("%d: %v", e.Code, e.cause) }

// Unwrap gives what is behind it.
func (e *Error) Unwrap() error { return e.cause }
