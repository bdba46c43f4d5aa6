package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"madang/internal/fault"
)

// Error is an answer of the server that says no.
type Error struct {
	// Code is the stable name of what is wrong, such as "room_unknown". The
	// table is in docs/protocol.md.
	Code string
	// Message is a sentence that may be shown to people.
	Message string
	// Field names the part of the request that is wrong; empty when no single
	// part is.
	Field string
	// RetryAfter is how long to wait before the same request can succeed; 0
	// when that is not known.
	RetryAfter time.Duration
}

// Error gives the code and the sentence.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Temporary reports whether the very same request may succeed later. [Client]
// repeats such requests by itself.
func (e *Error) Temporary() bool { return temporary[e.Code] }

var temporary = func() map[string]bool {
	m := make(map[string]bool)
	for _, r := range fault.Rows {
		m[r.Name] = r.Retry
	}
	return m
}()

// Is reports whether err is an answer of the server with the code.
func Is(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}

// rpcError reads the error object of a JSON-RPC answer.
func rpcError(object []byte) *Error {
	var e struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    struct {
			Code         string `json:"code"`
			Field        string `json:"field"`
			RetryAfterMs int64  `json:"retry_after_ms"`
		} `json:"data"`
	}
	if err := json.Unmarshal(object, &e); err != nil {
		return &Error{Code: "bad_answer", Message: fmt.Sprintf("the server's error cannot be read: %v", err)}
	}
	if e.Data.Code == "" {
		e.Data.Code = fmt.Sprint(e.Code)
	}
	return &Error{
		Code: e.Data.Code, Message: e.Message, Field: e.Data.Field,
		RetryAfter: time.Duration(e.Data.RetryAfterMs) * time.Millisecond,
	}
}

// CloseError says that the server closed the socket, and why.
type CloseError struct {
	// Code is the WebSocket close code (RFC 6455, section 7.4); from 4000 on
	// those of docs/protocol.md.
	Code int
	// Reason is a short text; it may be empty.
	Reason string
}

// The server's own close codes.
const (
	CloseResume       = 4000 // too slow; connect again and go on by number
	CloseSignedOut    = 4001 // the token is not valid, or no longer
	CloseShuttingDown = 4002
	CloseBadFrame     = 4003
	CloseFlood        = 4004
	CloseNoHello      = 4005
	CloseSilent       = 4006 // pings were not answered
)

// Error gives the code and the reason.
func (e *CloseError) Error() string {
	return fmt.Sprintf("socket closed by the server with %d %s", e.Code, e.Reason)
}

// ErrSignedOut says that the token is not valid (any more): sign in again.
var ErrSignedOut = errors.New("signed out")

// errProtocol says that the other side does not speak the protocol.
var errProtocol = errors.New("not the protocol")
