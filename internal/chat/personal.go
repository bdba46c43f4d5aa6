package chat

import (
	"context"
	"fmt"
	"time"

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

// MuteFor is how long a room is silenced, in the words of those who ask for it.
type MuteFor string

// The usual ways to silence a room.
const (
	MuteHour       MuteFor = "1h"
	MuteEightHours MuteFor = "8h"
	MuteMorning    MuteFor = "morning" // until the next 8 o'clock where the person lives
	MuteAlways     MuteFor = "always"
	MuteOff        MuteFor = "off"
)

// always is when a mute for good ends: the last moment that RFC 3339 can write.
var always = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// Mute silences the room for the actor in one of the usual ways.
func (c *Chat) Mute(ctx context.Context, a Actor, room RoomID, m MuteFor) error {
	now := c.clock.Now()
	var until time.Time
	switch m {
	case MuteOff:
		return c.SetMute(ctx, a, room, 0)
	case MuteHour:
		until = now.Add(time.Hour)
	case MuteEightHours:
		until = now.Add(8 * time.Hour)
	case MuteMorning:
		me, err := c.accounts.Person(ctx, a.User)
		if err != nil {
			return fmt.Errorf("where it is morning: %w", err)
		}
		until = nextMorning(now, me.TimeZone)
	case MuteAlways:
		until = always
	default:
		return fault.Newf(fault.BadRequest, "A room is muted for 1h, 8h, morning, always or off.").In("mute")
	}
	return c.SetMute(ctx, a, room, wire.TimeOf(until))
}

// nextMorning is the next 8 o'clock in a time zone; UTC when it is not known here.
func nextMorning(now time.Time, zone string) time.Time {
	place, err := time.LoadLocation(zone)
	if err != nil {
		place = time.UTC
	}
	t := now.In(place)
	morning := time.Date(t.Year(), t.Month(), t.Day(), 8, 0, 0, 0, place)
	if !morning.After(t) {
		morning = time.Date(t.Year(), t.Month(), t.Day()+1, 8, 0, 0, 0, place)
	}
	return morning
}
