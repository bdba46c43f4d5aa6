package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"madang/internal/wire"
)

// fill fetches what is missing, one room after the other.
func (c *Client) fill(ctx context.Context) error {
	for {
		id, wait := c.nextGap()
		if wait > 0 {
			t := time.NewTimer(wait)
			select {
			case <-ctx.Done():
				t.Stop()
				return nil
			case <-c.gapped:
				t.Stop()
			case <-t.C:
			}
			continue
		}
		if err := c.fillRoom(ctx, id); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// nextGap takes the room that is due, or says how long nothing is.
func (c *Client) nextGap() (ID, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.gaps) == 0 {
		return ID{}, time.Hour // or until one comes in
	}
	first := c.gaps[0]
	if wait := time.Until(first.due); wait > 0 {
		return ID{}, wait
	}
	c.gaps = slices.Delete(c.gaps, 0, 1)
	return first.room, 0
}

// fillRoom fetches a room page by page until nothing is missing. Meanwhile
// nobody else delivers entries of the room.
func (c *Client) fillRoom(ctx context.Context, id ID) error {
	c.mu.Lock()
	r, generation := c.rooms[id], c.generation
	if r != nil {
		r.queued = false
	}
	if r == nil || r.next > r.head {
		c.mu.Unlock()
		return nil
	}
	r.filling = true
	after := r.next - 1
	c.mu.Unlock()
	for {
		page, err := c.Messages(ctx, id, After(after, wire.MaxPage))
		if _, refused := errors.AsType[*Error](err); refused {
			// Not in the room any more: what comes later says so, or begins anew.
			c.mu.Lock()
			if c.generation == generation && c.rooms[id] == r {
				delete(c.rooms, id)
			}
			c.mu.Unlock()
			return nil
		}
		if err != nil {
			return err
		}
		done, err := c.filled(ctx, id, r, generation, page)
		if done || err != nil {
			return err
		}
		c.mu.Lock()
		after = r.next - 1
		c.mu.Unlock()
	}
}

// filled delivers a page and reports whether it was the last.
func (c *Client) filled(ctx context.Context, id ID, r *room, generation int, page *Page) (done bool, err error) {
	valid := func() bool { return c.generation == generation && c.rooms[id] == r }
	c.mu.Lock()
	defer c.mu.Unlock()
	if !valid() {
		return true, nil
	}
	skip := func(to uint64) error { // to the number that is there
		from := r.next
		r.next = to
		if from == 1 {
			return nil // nothing of the room was seen before
		}
		return c.tellUnlocked(ctx, func() {
			if f := c.config.Handler.Skipped; f != nil {
				f(id, from, to-1)
			}
		})
	}
	if page.TailSeq > r.next {
		if err := skip(page.TailSeq); err != nil {
			return true, err
		}
	}
	for _, e := range page.Entries {
		if !valid() {
			return true, nil
		}
		if e.Seq < r.next {
			continue
		}
		if e.Seq > r.next {
			if err := skip(e.Seq); err != nil {
				return true, err
			}
		}
		if err := c.tellUnlocked(ctx, c.entryEvent(id, e)); err != nil {
			return true, err
		}
		delete(r.early, e.Seq)
		r.next = e.Seq + 1
	}
	if !valid() {
		return true, nil
	}
	r.head = max(r.head, page.HeadSeq)
	if len(page.Entries) > 0 && r.next <= r.head {
		return false, nil
	}
	for seq := range r.early {
		if seq < r.next {
			delete(r.early, seq)
		}
	}
	r.filling = false
	if len(page.Entries) == 0 && r.next <= r.head && r.early[r.next] == nil {
		// Pushed but not yet readable, or promised by a head that was ahead:
		// ask again, but not at once.
		c.fillAfter(id, r, time.Second)
		return true, nil
	}
	c.drain(id, r)
	c.reaches(id, r.head)
	return true, nil
}

// tellUnlocked is tell for those who hold the lock; it lets go of it meanwhile.
func (c *Client) tellUnlocked(ctx context.Context, event func()) error {
	c.mu.Unlock()
	defer c.mu.Lock()
	return c.tell(ctx, event)
}
