package client

import (
	"slices"
	"time"
)

const (
	// maxEarly is how many entries of a room are kept that came before their
	// turn. Further ones are fetched when their turn comes.
	maxEarly = 256
	// gapWait is how long a missing number is waited for before it is fetched.
	// Mostly it is the number of a message of our own whose acknowledgement is
	// on its way.
	gapWait = 50 * time.Millisecond
)

// room is how far the Client has come in a room. Entries reach it by four ways
// (pushed, acknowledged, with a sync, fetched), in any order and more than
// once; they leave it in the order of their numbers, once.
type room struct {
	next  uint64 // the number to be delivered next
	done  uint64 // the last number that the Handler is done with
	head  uint64 // the highest number known to exist
	early map[uint64]*Entry
	// filling says that a goroutine is fetching what is missing, and that only
	// it delivers until it is done. queued says that it will.
	filling, queued bool
}

type gap struct {
	room ID
	due  time.Time
}

// accept takes an entry of a room. The caller holds the lock.
func (c *Client) accept(id ID, e *Entry) {
	r := c.rooms[id]
	if r == nil {
		// A room made or joined just now begins at its beginning; before the
		// rooms are listed, any room begins with what comes first.
		r = &room{next: 1}
		if !c.listed {
			r.next, r.done = e.Seq, e.Seq-1
		}
		c.rooms[id] = r
	}
	if e.Seq < r.next {
		return // known
	}
	r.head = max(r.head, e.Seq)
	if e.Seq > r.next || r.filling {
		if len(r.early) < maxEarly {
			if r.early == nil {
				r.early = make(map[uint64]*Entry)
			}
			r.early[e.Seq] = e
		}
	} else if c.deliver(id, r, e) {
		c.drain(id, r)
	}
	c.reaches(id, r.head)
}

// reaches says that a room has entries up to head, and has those that are
// missing fetched. The caller holds the lock.
func (c *Client) reaches(id ID, head uint64) {
	r := c.rooms[id]
	if r == nil {
		return
	}
	r.head = max(r.head, head)
	if r.next > r.head || r.filling || r.queued {
		return
	}
	c.fillAfter(id, r, gapWait)
}

// fillAfter has a room filled after a while. The caller holds the lock.
func (c *Client) fillAfter(id ID, r *room, wait time.Duration) {
	r.queued = true
	g := gap{id, time.Now().Add(wait)}
	at, _ := slices.BinarySearchFunc(c.gaps, g, func(a, b gap) int { return a.due.Compare(b.due) })
	c.gaps = slices.Insert(c.gaps, at, g)
	select {
	case c.gapped <- struct{}{}:
	default:
	}
}

// deliver hands the next entry to the Handler. It reports false when the
// Handler has more waiting than is kept; the entry then stays missing.
func (c *Client) deliver(id ID, r *room, e *Entry) bool {
	select {
	case c.events <- c.entryEvent(id, e):
		r.next++
		c.got(id)
		return true
	default:
		return false
	}
}

// drain delivers the early entries whose turn has come.
func (c *Client) drain(id ID, r *room) {
	for len(r.early) > 0 {
		e := r.early[r.next]
		if e == nil || !c.deliver(id, r, e) {
			break
		}
		delete(r.early, e.Seq)
	}
}

func (c *Client) entryEvent(id ID, e *Entry) func() {
	generation := c.generation
	return func() {
		c.mu.Lock()
		void := c.generation != generation
		c.mu.Unlock()
		if void {
			return
		}
		if f := c.config.Handler.Entry; f != nil {
			f(id, e)
		}
		c.mu.Lock()
		if r := c.rooms[id]; r != nil && c.generation == generation {
			r.done = e.Seq
		}
		c.mu.Unlock()
	}
}
