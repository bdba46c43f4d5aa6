package socket

import "sync"

// queue is a list of connections that want to be served, each at most once, and
// the goroutines that serve them. It is bounded by the number of connections.
type queue struct {
	which int // of Conn.next

	mu       sync.Mutex
	wake     sync.Cond // of mu
	head     *Conn
	tail     *Conn
	servers  int
	sleeping int // of the servers
	stopped  bool
}

func (q *queue) init(which int) {
	q.which = which
	q.wake.L = &q.mu
}

// put adds a chain of connections. A server that is awake sees it before it
// sleeps; more says that it should get help.
func (q *queue) put(first, last *Conn, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.tail == nil {
		q.head = first
	} else {
		q.tail.next[q.which] = first
	}
	q.tail = last
	if q.sleeping == q.servers || more && q.sleeping > 0 {
		q.wake.Signal()
	}
}

// take waits for a connection. It gives nil when the queue was stopped.
func (q *queue) take() *Conn {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.head == nil {
		if q.stopped {
			return nil
		}
		q.sleeping++
		q.wake.Wait()
		q.sleeping--
	}
	c := q.head
	q.head, c.next[q.which] = c.next[q.which], nil
	if q.head == nil {
		q.tail = nil
	} else if q.sleeping > 0 {
		q.wake.Signal()
	}
	return c
}

// serve starts n servers, each with a function of its own, that end after stop.
func (q *queue) serve(group *sync.WaitGroup, n int, server func() func(*Conn)) {
	q.mu.Lock()
	q.servers = n
	q.mu.Unlock()
	for range n {
		group.Go(func() {
			serve := server()
			for c := q.take(); c != nil; c = q.take() {
				serve(c)
			}
		})
	}
}

func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
	q.wake.Broadcast()
}
