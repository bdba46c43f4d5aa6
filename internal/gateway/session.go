package gateway

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/gateway/socket"
	"madang/internal/wire"
)

// session is a device's open socket. One at rest takes this struct, the stack
// of the goroutine that waits for it, and its place in the registry of users.
type session struct {
	socket.Conn
	gw     *Gateway
	number uint64
	// actor is nil until hello has told who it is, and does not change after.
	actor    atomic.Pointer[chat.Actor]
	inFlight atomic.Int32 // calls without an answer

	mu     sync.Mutex
	cookie string // the token that came with the upgrade, until hello
	closed bool
	calls  callList // what waits for a worker
	busy   bool     // a worker has the session, or it is in their list
	parked bool     // it waits until its output has left

	// detour counts calls in the list that would otherwise be handled at once.
	// While there are any, further ones follow them to keep their order.
	detour atomic.Int32

	open    chat.RoomID // the room it has open; guarded by the registry of open rooms
	sibling *session    // the user's next session; guarded by the registry of users
	next    *session    // in the list of the workers
	typedAt time.Time   // last typing sign; workers have a session one at a time
}

// Receive handles a frame. It never waits: what could takes a worker.
func (s *session) Receive(frame []byte) {
	defer func() {
		if r := recover(); r != nil {
			s.broken(r)
		}
	}()
	parseFrame(frame, s.handle)
}

// broken keeps a mistake of ours in the handling of one session from ending all
// of them.
func (s *session) broken(cause any) {
	s.gw.log.Error("panic in a session", "panic", cause, "user", s.user(), "stack", string(debug.Stack()))
	s.Close(socket.CodeResume, "internal error", bye(fault.InternalError, time.Second))
}

// handle begins a call.
func (s *session) handle(r request, err error) {
	if err != nil {
		s.fail(r.id, err)
		return
	}
	m, ok := methods[string(r.method)]
	if !ok {
		s.fail(r.id, fault.New(fault.UnknownMethod))
		return
	}
	if s.gw.stopping.Load() {
		s.fail(r.id, fault.New(fault.ShuttingDown).After(time.Second))
		return
	}
	known := s.actor.Load() != nil
	limit := int32(wire.MaxInFlight)
	if !known {
		limit = maxStrangerCalls
	}
	if s.inFlight.Add(1) > limit {
		s.inFlight.Add(-1)
		s.fail(r.id, fault.New(fault.TooManyInFlight))
		return
	}
	if known && m.quick != nil && s.detour.Load() == 0 {
		m.quick(s, s.actor.Load(), r.id, r.params)
		return
	}
	if !s.later(m, r) {
		s.finish(r.id, fault.New(fault.TooManyInFlight))
	}
}

// maxStrangerCalls is how many calls may wait for the answer to hello.
const maxStrangerCalls = 8

// finish ends a call that failed, or that has been answered when err is nil.
func (s *session) finish(id []byte, err error) {
	if err != nil {
		s.fail(id, err)
	}
	s.inFlight.Add(-1)
}

// empty is the answer of calls that have nothing to tell.
func (s *session) empty(id []byte) {
	if id == nil {
		return
	}
	var room [maxIDBytes + 48]byte
	s.Copy(append(appendResult(room[:0], id), '{', '}', '}'))
}

// Drained lets a worker go on that waited for output to leave.
func (s *session) Drained() {
	s.mu.Lock()
	parked := s.parked
	s.parked = false
	s.mu.Unlock()
	if parked {
		s.gw.calls.add(s)
	}
}

// Closed takes the session out of the registries.
func (s *session) Closed() {
	s.mu.Lock()
	s.closed = true
	s.calls = callList{}
	s.mu.Unlock()
	s.gw.taken.Add(-1)
	s.gw.users.remove(s)
	s.gw.open.set(s, chat.RoomID{})
}
