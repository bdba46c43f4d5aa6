package pglog

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

func shardOf(room roomlog.RoomID) int32 { return stored(roomlog.ShardOf(room)) }

// Head implements roomlog.Reader.
func (e *Engine) Head(ctx context.Context, room roomlog.RoomID) (roomlog.Head, bool, error) {
	var record []byte
	err := e.pool.QueryRow(ctx, `SELECT record FROM roomlog_head WHERE shard = $1 AND room = $2`, shardOf(room), room[:]).Scan(&record)
	if errors.Is(err, pgx.ErrNoRows) {
		return roomlog.Head{}, false, nil
	}
	if err != nil {
		return roomlog.Head{}, false, err
	}
	h, err := roomlog.ParseHead(record)
	return h, err == nil, err
}

// Member implements roomlog.Reader.
func (e *Engine) Member(ctx context.Context, room roomlog.RoomID, user roomlog.UserID) (m roomlog.Member, h roomlog.Head, ok bool, err error) {
	var head, record []byte
	err = e.pool.QueryRow(ctx, `SELECT h.record, m.record FROM roomlog_head h
		LEFT JOIN roomlog_member m ON m.shard = h.shard AND m.room = h.room AND m.member = $3
		WHERE h.shard = $1 AND h.room = $2`, shardOf(room), room[:], user[:]).Scan(&head, &record)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, h, false, nil
	}
	if err != nil {
		return m, h, false, err
	}
	if h, err = roomlog.ParseHead(head); err != nil || record == nil {
		return m, h, false, err
	}
	m, err = roomlog.ParseMember(user, record)
	return m, h, err == nil, err
}

// Members implements roomlog.Reader.
func (e *Engine) Members(ctx context.Context, room roomlog.RoomID) (members []roomlog.Member, h roomlog.Head, err error) {
	// One statement, so that head and members are of one moment.
	rows, err := e.pool.Query(ctx, `SELECT h.record, m.member, m.record FROM roomlog_head h
		LEFT JOIN roomlog_member m ON m.shard = h.shard AND m.room = h.room
		WHERE h.shard = $1 AND h.room = $2 ORDER BY m.member`, shardOf(room), room[:])
	if err != nil {
		return nil, h, err
	}
	var head, user, record []byte
	first := true
	_, err = pgx.ForEachRow(rows, []any{&head, &user, &record}, func() (err error) {
		if first {
			first = false
			if h, err = roomlog.ParseHead(head); err != nil {
				return err
			}
		}
		if user == nil {
			return nil
		}
		m, err := roomlog.ParseMember(roomlog.UserID(user), record)
		members = append(members, m)
		return err
	})
	return members, h, err
}

// Entries implements roomlog.Reader.
func (e *Engine) Entries(ctx context.Context, room roomlog.RoomID, from, to uint64, limit int, down bool) ([]roomlog.Entry, error) {
	order := "ASC"
	if down {
		order = "DESC"
	}
	const most = 1<<63 - 1
	rows, err := e.pool.Query(ctx, `SELECT seq, record FROM roomlog_entry
		WHERE shard = $1 AND room = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq `+order+` LIMIT $5`,
		shardOf(room), room[:], int64(min(from, most)), int64(min(to, most)), max(limit, 0))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (roomlog.Entry, error) {
		var seq int64
		var record []byte
		if err := row.Scan(&seq, &record); err != nil {
			return roomlog.Entry{}, err
		}
		return roomlog.ParseEntry(uint64(seq), record)
	})
}

// Scan implements roomlog.Reader.
func (e *Engine) Scan(ctx context.Context, room roomlog.RoomID, from, to uint64, limit int, f func(*roomlog.Entry) error) error {
	const most = 1<<63 - 1
	rows, err := e.pool.Query(ctx, `SELECT seq, record FROM roomlog_entry
		WHERE shard = $1 AND room = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq DESC LIMIT $5`,
		shardOf(room), room[:], int64(min(from, most)), int64(min(to, most)), max(limit, 0))
	if err != nil {
		return err
	}
	defer rows.Close()
	var seq int64
	var record pgtype.DriverBytes // good until the next row
	for rows.Next() {
		if err := rows.Scan(&seq, &record); err != nil {
			return err
		}
		x, err := roomlog.ViewEntry(uint64(seq), record)
		if err == nil {
			err = f(&x)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// Hides implements roomlog.Reader.
func (e *Engine) Hides(ctx context.Context, room roomlog.RoomID, user roomlog.UserID, from, to uint64) ([]uint64, error) {
	const most = 1<<63 - 1
	rows, err := e.pool.Query(ctx, `SELECT seq FROM roomlog_hide
		WHERE shard = $1 AND room = $2 AND member = $3 AND seq BETWEEN $4 AND $5 ORDER BY seq`,
		shardOf(room), room[:], user[:], int64(min(from, most)), int64(min(to, most)))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint64])
}

// Key implements roomlog.Reader.
func (e *Engine) Key(ctx context.Context, room roomlog.RoomID, sender roomlog.UserID, client wire.ID) (roomlog.KeyRow, bool, error) {
	var seq, hash int64
	err := e.pool.QueryRow(ctx, `SELECT seq, hash FROM roomlog_key WHERE shard = $1 AND room = $2 AND sender = $3 AND client = $4`,
		shardOf(room), room[:], sender[:], client[:]).Scan(&seq, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return roomlog.KeyRow{}, false, nil
	}
	return roomlog.KeyRow{Seq: uint64(seq), Hash: uint64(hash)}, err == nil, err
}

// Grants implements roomlog.Reader.
func (e *Engine) Grants(ctx context.Context, media wire.ID, after roomlog.Grant, limit int) ([]roomlog.Grant, error) {
	rows, err := e.pool.Query(ctx, `SELECT room, seq FROM roomlog_grant WHERE media = $1 AND (room, seq) > ($2, $3)
		ORDER BY room, seq LIMIT $4`, media[:], after.Room[:], int64(after.Seq), limit)
	if err != nil {
		return nil, err
	}
	var grants []roomlog.Grant
	var room []byte
	var seq int64
	_, err = pgx.ForEachRow(rows, []any{&room, &seq}, func() error {
		grants = append(grants, roomlog.Grant{Media: media, Room: roomlog.RoomID(room), Seq: uint64(seq)})
		return nil
	})
	return grants, err
}

// Feed implements roomlog.Reader.
func (e *Engine) Feed(ctx context.Context, shard uint8, pos uint64, limit int) ([]roomlog.FeedRow, error) {
	rows, err := e.pool.Query(ctx, `SELECT pos, record FROM roomlog_feed WHERE shard = $1 AND pos > $2 ORDER BY pos LIMIT $3`,
		stored(shard), int64(pos), limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (roomlog.FeedRow, error) {
		var pos int64
		var record []byte
		if err := row.Scan(&pos, &record); err != nil {
			return roomlog.FeedRow{}, err
		}
		return roomlog.ParseFeed(uint64(pos), record)
	})
}

// FeedPos implements roomlog.Reader.
func (e *Engine) FeedPos(ctx context.Context, shard uint8) (uint64, error) {
	var pos int64
	err := e.pool.QueryRow(ctx, `SELECT pos FROM roomlog_shard WHERE shard = $1`, stored(shard)).Scan(&pos)
	return uint64(pos), err
}

// Rooms implements roomlog.Reader.
func (e *Engine) Rooms(ctx context.Context, f func(roomlog.RoomID) error) error {
	rows, err := e.pool.Query(ctx, `SELECT room FROM roomlog_head`)
	if err != nil {
		return err
	}
	var room []byte
	_, err = pgx.ForEachRow(rows, []any{&room}, func() error { return f(roomlog.RoomID(room)) })
	return err
}
