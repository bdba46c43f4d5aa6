package socket

import (
	"context"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Loop carries connections. Set the exported fields before the first Attach.
type Loop struct {
	// Limits are those of every connection that is not exempt.
	Limits Limits
	// Bye makes the text that goes before the close frame when a connection is
	// ended from here. nil: none.
	Bye func(Code, string) []byte
	// HelloTimeout is how long a connection has until [Conn.Greet]. 0 means 10 s.
	HelloTimeout time.Duration
	// PingAfter is the silence after which a connection is pinged; after twice
	// as long it is closed. 0 means 55 s.
	PingAfter time.Duration

	now atomic.Uint32 // ticks since Run began

	output queue // connections that wait for a writer
	input  queue // connections that wait for a handler

	group    sync.WaitGroup // connections and drainers
	groupMu  sync.Mutex
	closed   bool // nothing may be started any more
	count    atomic.Int64
	registry [registryShards]registry
	turn     atomic.Uint32 // next registry shard to be used

	once sync.Once
}

const (
	ticksPerSecond = 4
	tick           = time.Second / ticksPerSecond
	registryShards = 16
	// handlers is how many connections can be in Receive at once. It is more
	// than there are processors because a receiver may take a look into a
	// database.
	handlers = 32
)

func (l *Loop) init() {
	l.once.Do(func() {
		l.output.init(0)
		l.input.init(1)
		if l.HelloTimeout == 0 {
			l.HelloTimeout = 10 * time.Second
		}
		if l.PingAfter == 0 {
			l.PingAfter = 55 * time.Second
		}
	})
}

// Len is the number of connections.
func (l *Loop) Len() int { return int(l.count.Load()) }

// Attach begins to read from nc, which must be upgraded already, for recv. c
// must be zero and stay where it is. early is what was read from nc before. It
// reports false, with nc closed, when the loop has ended.
func (l *Loop) Attach(c *Conn, nc net.Conn, early []byte, recv Receiver) bool {
	l.init()
	c.loop, c.recv, c.nc = l, recv, nc
	c.in.budget = budget{l.now.Load(), int32(l.Limits.BytesBurst), int32(l.Limits.FramesBurst)}
	c.born = l.now.Load()
	c.raw = rawOf(nc)
	l.groupMu.Lock()
	open := !l.closed
	if open {
		l.group.Add(1)
	}
	l.groupMu.Unlock()
	if !open {
		_ = nc.Close()
		return false
	}
	l.add(c)
	c.begin(early)
	return true
}

// Run writes and keeps time for the connections until ctx is done. Then it ends
// those that are left, waits for all goroutines, and returns nil. A loop runs
// once.
func (l *Loop) Run(ctx context.Context) error {
	l.init()
	var workers sync.WaitGroup
	l.output.serve(&workers, runtime.GOMAXPROCS(0), func() func(*Conn) { return new(writer).write })
	l.input.serve(&workers, handlers, func() func(*Conn) { return (*Conn).handleInput })
	l.keep(ctx)
	l.groupMu.Lock()
	l.closed = true
	l.groupMu.Unlock()
	for _, c := range l.all() {
		c.kill()
	}
	l.group.Wait()
	l.output.stop()
	l.input.stop()
	workers.Wait()
	return nil
}

// start runs f as a goroutine that Run waits for.
func (l *Loop) start(f func()) bool {
	l.groupMu.Lock()
	defer l.groupMu.Unlock()
	if l.closed {
		return false
	}
	l.group.Go(f)
	return true
}

func (l *Loop) bye(code Code, reason string) []byte {
	if l.Bye == nil {
		return nil
	}
	return l.Bye(code, reason)
}

// Batch queues many texts and wakes the writers once. The zero Batch is ready;
// one goroutine uses it.
type Batch struct {
	first *Conn
	last  *Conn
}

// Send queues a shared text, as [Conn.Send] does.
func (b *Batch) Send(c *Conn, text []byte) {
	if !c.push(text, shared) {
		return
	}
	if b.first == nil {
		b.first = c
	} else {
		b.last.next[0] = c
	}
	b.last = c
}

// Flush hands all connections that got something to the writers.
func (b *Batch) Flush(l *Loop) {
	if b.first == nil {
		return
	}
	l.output.put(b.first, b.last, true)
	b.first, b.last = nil, nil
}
