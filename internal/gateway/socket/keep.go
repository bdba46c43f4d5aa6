package socket

import (
	"context"
	"sync"
	"time"
)

// registry is a part of all connections, as a list through them.
type registry struct {
	mu    sync.Mutex
	first *Conn
}

func (l *Loop) add(c *Conn) {
	c.shard = uint8(l.turn.Add(1) % registryShards)
	r := &l.registry[c.shard]
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.right = r.first; c.right != nil {
		c.right.left = c
	}
	r.first = c
	l.count.Add(1)
}

func (l *Loop) remove(c *Conn) {
	r := &l.registry[c.shard]
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.right != nil {
		c.right.left = c.left
	}
	if c.left != nil {
		c.left.right = c.right
	} else {
		r.first = c.right
	}
	c.left, c.right = nil, nil
	l.count.Add(-1)
}

// all gives the connections of now.
func (l *Loop) all() []*Conn {
	var out []*Conn
	for i := range l.registry {
		r := &l.registry[i]
		r.mu.Lock()
		for c := r.first; c != nil; c = c.right {
			out = append(out, c)
		}
		r.mu.Unlock()
	}
	return out
}

// Each calls f with the receiver of every connection of now.
func (l *Loop) Each(f func(Receiver)) {
	for _, c := range l.all() {
		f(c.recv)
	}
}

// linger is how long a connection that was told to close may take to do so.
const linger = 5 * ticksPerSecond

// keep moves the coarse clock and looks at one eighth of the connections at
// every tick, until ctx is done.
func (l *Loop) keep(ctx context.Context) {
	t := time.NewTicker(tick)
	defer t.Stop()
	var due []*Conn
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		now := l.now.Add(1)
		const at = registryShards / 8
		for i := range at {
			due = l.due(due[:0], &l.registry[(int(now)*at+i)%registryShards], now)
			for _, c := range due {
				c.attend(now)
			}
			clear(due)
		}
	}
}

// due collects the connections that need something, so that nothing is done
// under the registry's lock.
func (l *Loop) due(out []*Conn, r *registry, now uint32) []*Conn {
	ping := uint32(l.PingAfter / tick)
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := r.first; c != nil; c = c.right {
		if now-c.heard.Load() >= ping || c.ending.Load() || !c.known.Load() {
			out = append(out, c)
		}
	}
	return out
}

// attend does what a connection needs at this time.
func (c *Conn) attend(now uint32) {
	l := c.loop
	ping := uint32(l.PingAfter / tick)
	silent := now - c.heard.Load()
	switch {
	case c.ending.Load():
		if now-c.ended.Load() > linger {
			c.kill()
		}
	case !c.known.Load():
		if now-c.born >= uint32(l.HelloTimeout/tick) {
			c.finish(CodeNoHello, "no hello", l.bye(CodeNoHello, "no hello"))
		}
	case silent >= 2*ping:
		c.finish(CodeSilent, "no answer to pings", l.bye(CodeSilent, "no answer to pings"))
	case silent >= ping && (c.pinged == 0 || now-c.pinged >= ping):
		c.pinged = now
		c.control(nil, true)
	}
}
