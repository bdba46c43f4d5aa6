package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strconv"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// appendResult writes the head of an answer; the result and a closing brace
// follow.
func appendResult(b, id []byte) []byte {
	b = append(b, `{"jsonrpc":"2.0","id":`...)
	b = append(b, id...)
	return append(b, `,"result":`...)
}

// appendSent writes the result of message.send.
func appendSent(b []byte, s *chat.Sent) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, s.Seq, 10)
	b = append(b, `,"id":"`...)
	b = s.AppendID(b)
	b = append(b, `","created_at":`...)
	b = s.At.Append(b)
	return append(b, '}')
}

// appendError writes the answer to a call that failed.
func appendError(b, id []byte, e *fault.Error) []byte {
	b = append(b, `{"jsonrpc":"2.0","id":`...)
	b = append(b, id...)
	b = append(b, `,"error":{"code":`...)
	b = strconv.AppendUint(b, uint64(e.Code), 10)
	b = append(b, `,"message":`...)
	b = wire.AppendString(b, e.Sentence())
	b = append(b, `,"data":{"code":"`...)
	b = append(b, e.Code.String()...)
	b = append(b, '"')
	if e.Field != "" {
		b = append(b, `,"field":`...)
		b = wire.AppendString(b, e.Field)
	}
	if e.RetryAfter > 0 {
		b = append(b, `,"retry_after_ms":`...)
		b = strconv.AppendInt(b, max(1, e.RetryAfter.Milliseconds()), 10)
	}
	return append(b, `}}}`...)
}

// fail answers a call with an error. It is the only place where errors become
// answers; what is our own fault goes to the log with a number that the client
// is told.
func (s *session) fail(id []byte, err error) {
	e := fault.From(err)
	if e.Code == fault.InternalError && !errors.Is(err, context.Canceled) {
		number := rand.Text()[:10]
		s.gw.log.Error("call failed", "error", err, "request", number, "user", s.user())
		e = fault.Newf(fault.InternalError, "%s (%s)", fault.InternalError.Text(), number)
	}
	if id == nil {
		return
	}
	s.Copy(appendError(make([]byte, 0, 256), id, e))
}

// user is who the session belongs to, for the log.
func (s *session) user() slog.Value {
	if a := s.actor.Load(); a != nil {
		return slog.StringValue(a.User.String())
	}
	return slog.StringValue("")
}
