package chat

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// retainEvery is how often rooms are looked through for what is too old.
const retainEvery = time.Hour

// trimChunk is how many entries one op removes at most, so that the lane's
// other rooms wait no longer than for a large batch.
const trimChunk = 5000

// retain removes what is older than the time to keep, over and over.
func (c *Chat) retain(ctx context.Context) error {
	if c.keep == 0 {
		<-ctx.Done()
		return nil
	}
	return c.clock.Every(ctx, retainEvery, func(ctx context.Context) error {
		if err := c.TrimBefore(ctx, c.clock.Now().Add(-c.keep)); err != nil && ctx.Err() == nil {
			c.logger.Error("remove what is too old; will be tried again in an hour", "cause", err)
		}
		return nil
	})
}

// TrimBefore removes the entries of all rooms that are older than the time
// given, for good: texts, idempotency keys, reactions. Numbers stay as they
// are, and the room's tail tells from where its log still reaches. What is gone
// counts as read. Conversations that were brought in from elsewhere keep the
// times they had there, and are left whole.
func (c *Chat) TrimBefore(ctx context.Context, before time.Time) error {
	var rooms []RoomID
	if err := c.log.Rooms(ctx, func(r RoomID) error { rooms = append(rooms, r); return nil }); err != nil {
		return fmt.Errorf("list rooms: %w", err)
	}
	var errs []error
	for _, room := range rooms {
		if err := c.trim(ctx, room, before.UnixMilli()); err != nil {
			errs = append(errs, fmt.Errorf("trim %s: %w", room, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

func (c *Chat) trim(ctx context.Context, room RoomID, before int64) error {
	h, ok, err := c.log.Head(ctx, room)
	if err != nil || !ok {
		return err
	}
	m, err := metaOf(room, &h)
	if err != nil || m.imported {
		return err
	}
	below, err := c.firstSince(ctx, room, &h, before)
	if err != nil {
		return err
	}
	for tail := h.Tail; tail < below; tail = min(below, tail+trimChunk) {
		to := min(below, tail+trimChunk)
		err := errCountAgain
		for tries := 3; errors.Is(err, errCountAgain) && tries > 0; tries-- {
			err = c.trimTo(ctx, room, to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// trimTo removes the entries below to. What is gone counts as read, so that
// unread stays a subtraction; nobody is told.
func (c *Chat) trimTo(ctx context.Context, room RoomID, to uint64) error {
	members, h, err := c.log.Members(ctx, room)
	if err != nil {
		return err
	}
	marks := make(map[UserID]roomlog.Mark)
	hidden := make(map[UserID]uint64)
	var behind []UserID
	for i := range members {
		m := &members[i]
		if !m.Present || m.Read >= to-1 {
			continue
		}
		mark, err := c.markAt(ctx, &place{room: room, user: m.User, member: *m, head: h}, to-1)
		if err != nil {
			return fmt.Errorf("read mark of %s: %w", m.User, err)
		}
		marks[m.User], hidden[m.User] = mark, m.Hidden
		behind = append(behind, m.User)
	}
	grants, err := c.grantsBelow(ctx, room, h.Tail, to)
	if err != nil {
		return err
	}
	_, err = c.log.Wait(ctx, &roomlog.Op{Room: room, Users: behind, Apply: func(tx *roomlog.Tx) error {
		for _, u := range behind {
			if m, ok := tx.Member(u); ok && m.Hidden != hidden[u] {
				return errCountAgain
			}
		}
		for _, u := range behind {
			if m, ok := tx.Member(u); ok && m.Present {
				tx.Read(u, marks[u])
			}
		}
		for _, g := range grants {
			tx.Revoke(g.Media, g.Seq)
		}
		tx.Trim(to)
		return nil
	}})
	if err == nil {
		files := make([]wire.ID, len(grants))
		for i, g := range grants {
			files[i] = g.Media
		}
		c.unnamed(ctx, files)
	}
	return err
}

// grantsBelow lists what the entries from ≤ seq < to name. An entry names no
// other files than when it was sent, and fewer only when it is deleted.
func (c *Chat) grantsBelow(ctx context.Context, room RoomID, from, to uint64) ([]roomlog.Grant, error) {
	var grants []roomlog.Grant
	for from < to {
		list, err := c.log.Entries(ctx, room, from, to-1, grantPage, false)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		for i := range list {
			ids, err := mediaOf(&list[i])
			if err != nil {
				return nil, fmt.Errorf("entry %d: %w", list[i].Seq, err)
			}
			for _, id := range ids {
				grants = append(grants, roomlog.Grant{Media: id, Room: room, Seq: list[i].Seq})
			}
		}
		from = list[len(list)-1].Seq + 1
	}
	return grants, nil
}

// firstSince is the number of the first entry that is not older, one above the
// head when all are. Times do not fall within a room, so it is found by halving.
func (c *Chat) firstSince(ctx context.Context, room RoomID, h *roomlog.Head, since int64) (uint64, error) {
	var failed error
	n := sort.Search(int(h.Seq+1-h.Tail), func(i int) bool {
		if failed != nil {
			return true
		}
		seq := h.Tail + uint64(i)
		list, err := c.log.Entries(ctx, room, seq, seq, 1, false)
		if err != nil {
			failed = err
		}
		return err != nil || len(list) == 0 || list[0].At >= since
	})
	return h.Tail + uint64(n), failed
}
