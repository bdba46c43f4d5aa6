package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/gofrs/uuid/v5"

	"madang/internal/fault"
)

type requestIDKey struct{}

// requestID is the id under which the log knows a request; empty outside one.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// requestTimeout ends the work for a request that nobody waits for any more.
const requestTimeout = 60 * time.Second

// identify gives each request its id and its time.
func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.Must(uuid.NewV7()).String()
		w.Header().Set("X-Request-Id", id)
		ctx := context.WithValue(r.Context(), requestIDKey{}, id)
		// What carries files takes as long as it moves.
		if !strings.HasPrefix(r.URL.Path, filesPath) && !strings.HasPrefix(r.URL.Path, uploadsPath) {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, requestTimeout)
			defer cancel()
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recovered turns a panic into the answer "internal" and a line in the log.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			slog.ErrorContext(r.Context(), "panic", "request", requestID(r.Context()), "panic", v, "stack", string(debug.Stack()))
			if ww.Status() == 0 {
				write(ww, problemOf(r.Context(), fault.New(fault.InternalError).Because(fmt.Errorf("panic: %v", v))))
			}
		}()
		next.ServeHTTP(ww, r)
	})
}

// policy is that of our pages: everything comes from this server, files maybe
// from their own host, nothing is inline, nobody may frame them.
func (a *API) policy() string {
	files := ""
	if a.FilesOrigin != "" {
		files = " " + a.FilesOrigin
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:" + files + "; " +
		"media-src 'self' blob:" + files + "; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// harden sets the headers that keep browsers from doing more with an answer
// than it is meant for.
func (a *API) harden(next http.Handler) http.Handler {
	policy := a.policy()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self), payment=()")
		next.ServeHTTP(w, r)
	})
}
