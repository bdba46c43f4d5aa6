package chat

import (
	"context"
	"fmt"
)

// Hearers gives who may hear of entry seq of a room while it is new: those who
// are in the room at least as of the control version, without those who came in
// after the entry. The slice is shared and must not be changed; it is in order
// of ids.
func (c *Chat) Hearers(ctx context.Context, room RoomID, control, seq uint64) ([]UserID, error) {
	a, err := c.audience(ctx, room, control)
	if err != nil {
		return nil, err
	}
	if seq > a.newest {
		return a.present, nil
	}
	rows, h, err := c.log.Members(ctx, room)
	if err != nil {
		return nil, fmt.Errorf("members of %s: %w", room, err)
	}
	list := make([]UserID, 0, len(a.present))
	for i := range rows {
		if m := &rows[i]; m.Present && seq >= first(&h, m) {
			list = append(list, m.User)
		}
	}
	return list, nil
}
