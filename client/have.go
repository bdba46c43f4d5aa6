package client

import (
	"context"
	"errors"
	"time"

	"madang/internal/wire"
)

// haveWait is how long what came in gathers before the server is told. It wakes a
// person's devices two seconds after a message, unless one of them has it.
const haveWait = 300 * time.Millisecond

// got notes that the Client has more of a room than it has said, when the server
// asks for it: only people with a device that can be woken are asked. The caller
// holds the lock.
func (c *Client) got(id ID) {
	if !c.haveWanted {
		return
	}
	if c.fresh == nil {
		c.fresh = make(map[ID]struct{})
	}
	c.fresh[id] = struct{}{}
	select {
	case c.freshen <- struct{}{}:
	default:
	}
}

// sayHave tells the server what this device has until ctx ends.
func (c *Client) sayHave(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.freshen:
		}
		if c.sleep(ctx, haveWait) != nil {
			return nil
		}
		for rooms := c.takeFresh(); len(rooms) > 0; rooms = c.takeFresh() {
			// Lost, it is said again with the sync that a new connection begins with.
			err := c.call(ctx, "have", struct {
				Rooms map[ID]uint64 `json:"rooms"`
			}{rooms}, nil)
			if err != nil && (ctx.Err() != nil || errors.Is(err, ErrStopped)) {
				return nil
			}
		}
	}
}

// takeFresh gives what is yet to be said, as much as one call takes.
func (c *Client) takeFresh() map[ID]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	rooms := make(map[ID]uint64, min(len(c.fresh), wire.MaxSyncRooms))
	for id := range c.fresh {
		if len(rooms) == wire.MaxSyncRooms {
			break
		}
		if r := c.rooms[id]; r != nil {
			rooms[id] = r.next - 1
		}
		delete(c.fresh, id)
	}
	return rooms
}
