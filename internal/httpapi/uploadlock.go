package httpapi

import (
	"context"
	"sync"

	"github.com/tus/tusd/v2/pkg/handler"
)

// uploadLocker lets one request at a time work on an upload. One that comes
// asks the one at work to stop, which the library does by closing its body. A
// request that is asked before it has begun to read would not hear it, and the
// library would look at the body while it is made: it is asked when it begins.
type uploadLocker struct{ handler.Locker }

// NewLock implements handler.Locker.
func (l uploadLocker) NewLock(id string) (handler.Lock, error) {
	lock, err := l.Locker.NewLock(id)
	return uploadLock{lock}, err
}

type uploadLock struct{ one handler.Lock }

// Lock implements handler.Lock.
func (l uploadLock) Lock(ctx context.Context, stop func()) error {
	if r, ok := ctx.Value(readingKey{}).(*reading); ok {
		return l.one.Lock(ctx, func() { r.stop(stop) })
	}
	return l.one.Lock(ctx, stop)
}

// Unlock implements handler.Lock.
func (l uploadLock) Unlock() error { return l.one.Unlock() }

// readingKey finds the reading of a request.
type readingKey struct{}

// reading is whether a request reads its body yet.
type reading struct {
	mu      sync.Mutex
	begun   bool
	stopped func() // to be called when it begins
}

func (r *reading) stop(stop func()) {
	r.mu.Lock()
	if !r.begun {
		r.stopped = stop
		stop = nil
	}
	r.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// begin says that the body is there.
func (r *reading) begin() {
	r.mu.Lock()
	stop := r.stopped
	r.begun = true
	r.mu.Unlock()
	if stop != nil {
		stop()
	}
}
