package chat

import (
	"context"
	"fmt"
	"strings"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// What a person has begun to write in a room and not sent. It is theirs alone,
// on all their devices, and stands in SQL alone.

var (
	putDraft = db.SQL(`INSERT INTO draft (shard, user_id, room_id, text, reply_to, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (shard, user_id, room_id) DO UPDATE SET
			text = excluded.text, reply_to = excluded.reply_to, updated_at = excluded.updated_at
		WHERE draft.updated_at <= excluded.updated_at`)
	countDrafts  = db.SQL(`SELECT count(*) FROM draft WHERE shard = $1 AND user_id = $2 AND room_id <> $3 AND text <> ''`)
	draftOf      = db.SQL(`SELECT room_id, text, reply_to, updated_at FROM draft WHERE shard = $1 AND user_id = $2 AND room_id = $3 AND text <> ''`)
	draftsOf     = db.SQL(`SELECT room_id, text, reply_to, updated_at FROM draft WHERE shard = $1 AND user_id = $2 AND text <> ''`)
	removeDraft  = db.SQL(`DELETE FROM draft WHERE shard = $1 AND user_id = $2 AND room_id = $3`)
	removeDrafts = db.SQL(`DELETE FROM draft WHERE shard = $1 AND user_id = $2`)
)

// drafted is a draft with its room.
type drafted struct {
	room  RoomID
	draft wire.Draft
}

func scanDraft(s db.Scanner) (d drafted, err error) {
	var at int64
	err = s.Scan(&d.room, &d.draft.Text, &d.draft.ReplyTo, &at)
	d.draft.UpdatedAt = wire.Time(at)
	return d, err
}

// SetDraft keeps what the actor has begun to write in a room, at most
// wire.MaxDrafts of them; a text without anything to see removes it. UpdatedAt
// is when they wrote it, zero for now. One that is older than what is kept, or
// than its removal, changes nothing. It gives what is kept now, nil for nothing.
func (c *Chat) SetDraft(ctx context.Context, a Actor, room RoomID, d wire.Draft) (*wire.Draft, error) {
	if b := wire.CheckText(d.Text, nil); b != nil {
		return nil, breached(b)
	}
	p, err := c.place(ctx, room, a.User)
	switch {
	case err != nil:
		return nil, err
	case strings.TrimSpace(d.Text) == "":
		d.Text, d.ReplyTo = "", 0
	case d.ReplyTo > p.head.Seq:
		return nil, fault.New(fault.ReplyInvalid).In("reply_to")
	}
	at := c.clock.NowMs()
	if d.UpdatedAt > 0 {
		at = min(at, int64(d.UpdatedAt))
	}
	var kept *wire.Draft
	changed := false
	err = c.gather.Do(ctx, func(tx *db.Tx) error {
		if d.Text != "" {
			var others int
			if err := tx.QueryRow(ctx, countDrafts, db.ShardOf(a.User), a.User, room).Scan(&others); err != nil {
				return err
			}
			if others >= wire.MaxDrafts {
				return fault.New(fault.DraftLimit)
			}
		}
		n, err := tx.Exec(ctx, putDraft, db.ShardOf(a.User), a.User, room, d.Text, int64(d.ReplyTo), at)
		if err != nil {
			return err
		}
		changed = n == 1
		list, err := db.Select(ctx, tx, scanDraft, draftOf, db.ShardOf(a.User), a.User, room)
		if kept = nil; len(list) > 0 {
			kept = &list[0].draft
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("draft in room %s: %w", room, err)
	}
	if changed {
		c.publish(func(t *telling) { t.draft(room, a.User, kept, a.Session) })
	}
	return kept, nil
}

// drafts gives all that a person has begun to write, by room.
func (c *Chat) drafts(ctx context.Context, user UserID) (map[RoomID]*wire.Draft, error) {
	return c.draftMap(ctx, user, draftsOf, db.ShardOf(user), user)
}

// draft is drafts of one room.
func (c *Chat) draft(ctx context.Context, user UserID, room RoomID) (map[RoomID]*wire.Draft, error) {
	return c.draftMap(ctx, user, draftOf, db.ShardOf(user), user, room)
}

func (c *Chat) draftMap(ctx context.Context, user UserID, q *db.Query, args ...any) (map[RoomID]*wire.Draft, error) {
	list, err := db.Select(ctx, c.db, scanDraft, q, args...)
	if err != nil {
		return nil, fmt.Errorf("drafts of %s: %w", user, err)
	}
	m := make(map[RoomID]*wire.Draft, len(list))
	for i := range list {
		m[list[i].room] = &list[i].draft
	}
	return m, nil
}

// forgetDraft removes what a person has begun to write in a room that they
// leave.
func (c *Chat) forgetDraft(ctx context.Context, user UserID, room RoomID) error {
	err := c.gather.Do(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, removeDraft, db.ShardOf(user), user, room)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget draft of %s in %s: %w", user, room, err)
	}
	return nil
}

// forgetDrafts is forgetDraft for all rooms.
func (c *Chat) forgetDrafts(ctx context.Context, user UserID) error {
	err := c.gather.Do(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, removeDrafts, db.ShardOf(user), user)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget drafts of %s: %w", user, err)
	}
	return nil
}
