package chat

import (
	"context"
	"fmt"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// What a person sets for themselves about a room. It stands in SQL alone.

var (
	setMuted    = db.SQL(`UPDATE member SET muted_until = $4 WHERE shard = $1 AND user_id = $2 AND room_id = $3`)
	setPinned   = db.SQL(`UPDATE member SET pinned_at = $4 WHERE shard = $1 AND user_id = $2 AND room_id = $3`)
	countPinned = db.SQL(`SELECT count(*) FROM member WHERE shard = $1 AND user_id = $2 AND pinned_at > 0 AND present AND room_id <> $3`)
)

// SetMute silences the room for the actor until a time; zero ends it.
func (c *Chat) SetMute(ctx context.Context, a Actor, room RoomID, until wire.Time) error {
	return c.setPersonal(ctx, a, room, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, setMuted, db.ShardOf(a.User), a.User, room, int64(max(until, 0)))
		return err
	})
}

// SetPin pins the room to the top of the actor's list, at most
// wire.MaxPinnedRooms of them, or lets it go.
func (c *Chat) SetPin(ctx context.Context, a Actor, room RoomID, pinned bool) error {
	return c.setPersonal(ctx, a, room, func(tx *db.Tx) error {
		at := int64(0)
		if pinned {
			var others int
			if err := tx.QueryRow(ctx, countPinned, db.ShardOf(a.User), a.User, room).Scan(&others); err != nil {
				return err
			}
			if others >= wire.MaxPinnedRooms {
				return fault.New(fault.PinLimit)
			}
			at = c.clock.NowMs()
		}
		_, err := tx.Exec(ctx, setPinned, db.ShardOf(a.User), a.User, room, at)
		return err
	})
}

// setPersonal writes a setting and tells the person's other sessions.
func (c *Chat) setPersonal(ctx context.Context, a Actor, room RoomID, write func(tx *db.Tx) error) error {
	p, err := c.place(ctx, room, a.User)
	if err != nil {
		return err
	}
	if err := c.gather.Do(ctx, write); err != nil {
		return fmt.Errorf("set in room %s: %w", room, err)
	}
	c.publish(func(t *telling) { t.room(room, p.head.Control, a.Session, false, a.User) })
	return nil
}

// Typing tells the others in the room that the actor writes. Those who block
// the actor in a direct room hear nothing.
func (c *Chat) Typing(ctx context.Context, a Actor, room RoomID) error {
	p, err := c.place(ctx, room, a.User)
	if err != nil {
		return err
	}
	if p.meta.kind == direct {
		veiled, err := c.blockedBy(ctx, &info{p.meta.kind, p.meta.parties}, a.User)
		if err != nil || !veiled.IsZero() {
			return err
		}
	}
	c.publish(func(t *telling) { t.typing(room, p.head.Control, a.User, a.Session) })
	return nil
}
