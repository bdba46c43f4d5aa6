package gateway

import (
	"bytes"
	"context"
	"sync"
	"time"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/gateway/socket"
)

// Calls that read the store or change it and wait are made by workers: what else
// a session sends is handled meanwhile, so that acknowledgements and pings do not
// wait for a page of history. A session has one worker at a time and its calls
// are made in their order; sessions take turns.
//
// Bounds: a session has at most wire.MaxInFlight calls and maxCallBytes of
// parameters waiting, else the call is answered with too_many_in_flight. A
// session whose output does not leave gets no worker.
const (
	workers      = 32
	maxCallBytes = 256 << 10
	callTimeout  = 30 * time.Second
)

type call struct {
	method method
	id     []byte
	params []byte
	next   *call
}

type callList struct {
	first, last *call
	bytes       int
}

func (l *callList) push(c *call) {
	if l.first == nil {
		l.first = c
	} else {
		l.last.next = c
	}
	l.last = c
	l.bytes += len(c.params)
}

func (l *callList) pop() *call {
	c := l.first
	if c == nil {
		return nil
	}
	if l.first = c.next; l.first == nil {
		l.last = nil
	}
	l.bytes -= len(c.params)
	c.next = nil
	return c
}

// later leaves a call to the workers. It reports false when too much waits.
func (s *session) later(m method, r request) bool {
	// One piece of memory holds what is kept of the frame.
	kept := make([]byte, 0, len(r.id)+len(r.params))
	kept = append(append(kept, r.id...), r.params...)
	c := &call{method: m, params: kept[len(r.id):]}
	if r.id != nil {
		c.id = kept[:len(r.id):len(r.id)]
	}
	s.mu.Lock()
	if s.closed || s.calls.bytes+len(c.params) > maxCallBytes {
		s.mu.Unlock()
		return s.closed
	}
	if m.quick != nil {
		s.detour.Add(1)
	}
	s.calls.push(c)
	idle := !s.busy
	s.busy = true
	s.mu.Unlock()
	if idle {
		s.gw.calls.add(s)
	}
	return true
}

// callPool is the list of sessions that have calls for the workers, each at
// most once.
type callPool struct {
	mu          sync.Mutex
	wake        sync.Cond // of mu
	first, last *session
	stopped     bool
}

func (p *callPool) add(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first == nil {
		p.first = s
	} else {
		p.last.next = s
	}
	p.last = s
	p.wake.Signal()
}

// take waits for a session. It gives nil when the pool was stopped.
func (p *callPool) take() *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.first == nil && !p.stopped {
		p.wake.Wait()
	}
	if p.stopped {
		return nil
	}
	s := p.first
	if p.first, s.next = s.next, nil; p.first == nil {
		p.last = nil
	}
	return s
}

func (p *callPool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.wake.Broadcast()
}

// work makes calls until the pool is stopped.
func (p *callPool) work(ctx context.Context) {
	for {
		s := p.take()
		if s == nil {
			return
		}
		s.work(ctx)
	}
}

// work makes the session's next call, and gives the session back to the list
// when there is another.
func (s *session) work(ctx context.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.broken(r)
		}
	}()
	s.mu.Lock()
	// Backlog is asked under the lock: Drained, which follows when it says
	// true, then finds parked set.
	if s.Backlog() {
		s.parked = true
		s.mu.Unlock()
		return
	}
	c := s.calls.pop()
	s.mu.Unlock()
	if c != nil {
		s.make(ctx, c)
	}
	s.mu.Lock()
	s.busy = s.calls.first != nil
	more := s.busy
	s.mu.Unlock()
	if more {
		s.gw.calls.add(s)
	}
}

// desks are where answers are written before they are cut to size: they grow to
// tens of kilobytes bit by bit.
var desks = sync.Pool{New: func() any { return new([]byte) }}

const maxDesk = 256 << 10

func (s *session) make(ctx context.Context, c *call) {
	a := s.actor.Load()
	unknown := a == nil
	switch {
	case unknown && !c.method.stranger:
		if c.method.quick != nil {
			s.detour.Add(-1)
		}
		s.finish(c.id, fault.New(fault.HelloFirst))
		return
	case c.method.quick != nil:
		// The next of its kind may only overtake this one once it has begun.
		c.method.quick(s, a, c.id, c.params)
		s.detour.Add(-1)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if unknown {
		a = &chat.Actor{}
	}
	desk := desks.Get().(*[]byte)
	head := appendResult((*desk)[:0], c.id)
	out, err := c.method.slow(ctx, s, a, c.params, head)
	if err == nil && c.id != nil {
		if out == nil {
			out = append(head, '{', '}')
		}
		out = append(out, '}')
		s.Answer(bytes.Clone(out))
	}
	if cap(out) > cap(*desk) && cap(out) <= maxDesk {
		*desk = out[:0]
	}
	desks.Put(desk)
	s.finish(c.id, err)
	if e := fault.From(err); c.method.stranger && e != nil && e.Code.Kind() == fault.Unauthorized {
		s.Close(socket.CodeToken, e.Code.String(), bye(e.Code, 0))
	} else if e != nil && unknown && s.actor.Load() != nil {
		// Its actor stays, so hello cannot be said again: half a session that
		// hears of nothing. The client comes again on another socket.
		s.Close(socket.CodeResume, "hello failed", bye(e.Code, time.Second))
	}
}
