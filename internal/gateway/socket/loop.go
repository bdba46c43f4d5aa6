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

	mu       sync.Mutex
	wake     sync.Cond // of mu, created by init
	head     *Conn     // connections with output, each at most once
	tail     *Conn
	writers  int  // running
	sleeping int  // of them, that wait
	stopped  bool // writers end when the list is empty

	group    sync.WaitGroup // readers and drainers
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
)

func (l *Loop) init() {
	l.once.Do(func() {
		l.wake.L = &l.mu
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
	if tcp, ok := nc.(*net.TCPConn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			c.raw = raw
		}
	}
	l.add(c)
	if !l.start(func() { c.read(early) }) {
		l.remove(c)
		_ = nc.Close()
		return false
	}
	return true
}

// Run writes and keeps time for the connections until ctx is done. Then it ends
// those that are left, waits for all goroutines, and returns nil. A loop runs
// once.
func (l *Loop) Run(ctx context.Context) error {
	l.init()
	var writers sync.WaitGroup
	l.mu.Lock()
	l.writers = runtime.GOMAXPROCS(0)
	l.mu.Unlock()
	for range l.writers {
		writers.Go(l.writer)
	}
	l.keep(ctx)
	l.groupMu.Lock()
	l.closed = true
	l.groupMu.Unlock()
	for _, c := range l.all() {
		c.kill()
	}
	l.group.Wait()
	l.mu.Lock()
	l.stopped = true
	l.wake.Broadcast()
	l.mu.Unlock()
	writers.Wait()
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

func (l *Loop) writer() {
	var w writer
	for {
		c := l.take()
		if c == nil {
			return
		}
		w.write(c)
	}
}

// take waits for a connection with output. It gives nil when the loop ends.
func (l *Loop) take() *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.head == nil {
		if l.stopped {
			return nil
		}
		l.sleeping++
		l.wake.Wait()
		l.sleeping--
	}
	c := l.head
	l.head, c.next = c.next, nil
	if l.head == nil {
		l.tail = nil
	} else if l.sleeping > 0 {
		l.wake.Signal()
	}
	return c
}

// list puts a chain of connections behind those that wait for a writer. Their
// state is listed already, so each is in one chain only, and the list is bounded
// by the number of connections. A writer that is awake sees them before it
// sleeps; more says that it should get help.
func (l *Loop) list(first, last *Conn, more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tail == nil {
		l.head = first
	} else {
		l.tail.next = first
	}
	l.tail = last
	if l.sleeping == l.writers || more && l.sleeping > 0 {
		l.wake.Signal()
	}
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
		b.last.next = c
	}
	b.last = c
}

// Flush hands all connections that got something to the writers.
func (b *Batch) Flush(l *Loop) {
	if b.first == nil {
		return
	}
	l.list(b.first, b.last, true)
	b.first, b.last = nil, nil
}
