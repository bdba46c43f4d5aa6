package chat

import (
	"context"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
)

// The projection: rows of room and member, made from the logs.
//
// A change brings it up to date before it is answered. When that fails, or the
// program dies in between, the follower does it: it goes along the feed of each
// shard and compares the control version of every room whose membership
// changed. Its cursor stands in the same database, so that one that was set
// back to an older copy is caught up from there.

var (
	stepRoom = db.SQL(`UPDATE room SET title = $3, members = $4, control = $5 WHERE shard = $1 AND id = $2 AND control = $6`)

	putRoom = db.SQL(`INSERT INTO room (shard, id, kind, title, creator, created_at, members, control)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (shard, id) DO UPDATE SET title = excluded.title, members = excluded.members, control = excluded.control
		WHERE room.control < excluded.control`)

	putMember = db.SQL(`INSERT INTO member (shard, user_id, room_id, role, present, joined_seq, control, muted_until, pinned_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)
		ON CONFLICT (shard, user_id, room_id) DO UPDATE SET
			role = excluded.role, present = excluded.present, joined_seq = excluded.joined_seq, control = excluded.control,
			muted_until = CASE WHEN excluded.present THEN member.muted_until ELSE 0 END,
			pinned_at = CASE WHEN excluded.present THEN member.pinned_at ELSE 0 END
		WHERE member.control < excluded.control`)
)

// writer runs a function in a transaction: [db.DB.Tx], or [db.Gather.Do] once
// somebody runs it.
type writer func(ctx context.Context, fn func(tx *db.Tx) error) error

// project writes a change. When the projection stands where the change began,
// the rows that it touched are all there is to write; otherwise the whole room
// is written anew, which also does the work of changes that are ahead.
func (c *Chat) project(ctx context.Context, ch *change) error {
	rows, h, err := c.touchedRows(ctx, ch)
	if err != nil {
		return err
	}
	if ch.before != 0 && h.Control == ch.after {
		m, err := metaOf(ch.room, &h)
		if err != nil {
			return err
		}
		stepped := false
		err = c.gather.Do(ctx, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, stepRoom, db.ShardOf(ch.room), ch.room, m.title, int64(h.Present), int64(ch.after), int64(ch.before))
			if stepped = n == 1; err != nil || !stepped {
				return err
			}
			return writeMembers(ctx, tx, ch.room, rows, h.Control)
		})
		if err != nil || stepped {
			return err
		}
	}
	return c.projectRoom(ctx, ch.room, c.gather.Do)
}

// touchedRows reads the rows that a change touched, with the head. When the
// room has changed again in between, the head's control is past the change.
func (c *Chat) touchedRows(ctx context.Context, ch *change) ([]roomlog.Member, roomlog.Head, error) {
	rows := make([]roomlog.Member, 0, len(ch.touched))
	for _, u := range ch.touched {
		m, h, _, err := c.log.Member(ctx, ch.room, u)
		if err != nil || h.Control != ch.after {
			return nil, h, err
		}
		rows = append(rows, m)
	}
	h, _, err := c.log.Head(ctx, ch.room)
	return rows, h, err
}

// projectRoom writes a whole room as its log has it now, by way of write.
func (c *Chat) projectRoom(ctx context.Context, room RoomID, write writer) error {
	rows, h, err := c.log.Members(ctx, room)
	if err != nil {
		return err
	}
	if h.Control == 0 {
		return nil // no such room
	}
	m, err := metaOf(room, &h)
	if err != nil {
		return err
	}
	return write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, putRoom, db.ShardOf(room), room, string(m.kind.wire()), m.title, m.creator, m.createdAt, int64(h.Present), int64(h.Control))
		if err != nil || n == 0 {
			return err // it is there, or something newer is
		}
		return writeMembers(ctx, tx, room, rows, h.Control)
	})
}

// writeMembers writes the rows of people that were read with a control version.
// Rows of placeholders and of people who never came in are left out. Who is out
// of the room leaves no draft there.
func writeMembers(ctx context.Context, tx *db.Tx, room RoomID, rows []roomlog.Member, control uint64) error {
	for i := range rows {
		m := &rows[i]
		if !m.Present && m.LeftSeq == 0 {
			continue
		}
		_, err := tx.Exec(ctx, putMember, db.ShardOf(m.User), m.User, room, int64(m.Role), m.Present, int64(m.JoinedSeq), int64(control))
		if err == nil && !m.Present {
			_, err = tx.Exec(ctx, removeDraft, db.ShardOf(m.User), m.User, room)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
