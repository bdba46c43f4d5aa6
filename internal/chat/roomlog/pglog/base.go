package pglog

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// base is what a commit's reads found. What an op did not name in time is read
// one by one in the same transaction.
type base struct {
	ctx   context.Context
	conn  *pgx.Conn
	shard int32
	ops   []*roomlog.Op

	heads    map[roomlog.RoomID]roomlog.Head
	members  map[memberOf]roomlog.Member
	asked    map[memberOf]bool
	everyone map[roomlog.RoomID][]roomlog.Member
	keys     map[keyOf]roomlog.KeyRow
	entries  map[entryOf]roomlog.Entry
}

type memberOf struct {
	room roomlog.RoomID
	user roomlog.UserID
}

type keyOf struct {
	room roomlog.RoomID
	roomlog.KeyOf
}

type entryOf struct {
	room roomlog.RoomID
	seq  uint64
}

func newBase(ctx context.Context, conn *pgx.Conn, shard int32, ops []*roomlog.Op) *base {
	return &base{
		ctx: ctx, conn: conn, shard: shard, ops: ops,
		heads:    make(map[roomlog.RoomID]roomlog.Head),
		members:  make(map[memberOf]roomlog.Member),
		asked:    make(map[memberOf]bool),
		everyone: make(map[roomlog.RoomID][]roomlog.Member),
		keys:     make(map[keyOf]roomlog.KeyRow),
		entries:  make(map[entryOf]roomlog.Entry),
	}
}

const (
	selectHeads   = `SELECT room, record FROM roomlog_head WHERE shard = $1 AND room = ANY($2::bytea[])`
	selectMembers = `SELECT m.room, m.member, m.record FROM unnest($2::bytea[], $3::bytea[]) AS q (room, member)
		JOIN roomlog_member m ON m.shard = $1 AND m.room = q.room AND m.member = q.member`
	selectEveryone = `SELECT room, member, record FROM roomlog_member WHERE shard = $1 AND room = ANY($2::bytea[]) ORDER BY room, member`
	selectKeys     = `SELECT k.room, k.sender, k.client, k.seq, k.hash FROM unnest($2::bytea[], $3::bytea[], $4::bytea[]) AS q (room, sender, client)
		JOIN roomlog_key k ON k.shard = $1 AND k.room = q.room AND k.sender = q.sender AND k.client = q.client`
	selectEntries = `SELECT e.room, e.seq, e.record FROM unnest($2::bytea[], $3::bigint[]) AS q (room, seq)
		JOIN roomlog_entry e ON e.shard = $1 AND e.room = q.room AND e.seq = q.seq`
	selectHide = `SELECT count(*) FROM roomlog_hide WHERE shard = $1 AND room = $2 AND member = $3 AND seq = $4`
)

// queue adds the reads of all that the ops name.
func (b *base) queue(q *pgx.Batch) {
	var rooms, memberRooms, users, everyone, keyRooms, senders, clients, entryRooms [][]byte
	var seqs []int64
	seen := make(map[roomlog.RoomID]bool, len(b.ops))
	for _, op := range b.ops {
		if !seen[op.Room] {
			seen[op.Room] = true
			rooms = append(rooms, op.Room[:])
		}
		ask := func(user roomlog.UserID) {
			k := memberOf{op.Room, user}
			if !user.IsZero() && !b.asked[k] {
				b.asked[k] = true
				memberRooms, users = append(memberRooms, op.Room[:]), append(users, user[:])
			}
		}
		ask(op.Sender)
		for _, u := range op.Users {
			ask(u)
		}
		if op.Everyone && b.everyone[op.Room] == nil {
			b.everyone[op.Room] = []roomlog.Member{}
			everyone = append(everyone, op.Room[:])
		}
		if !op.ClientID.IsZero() {
			keyRooms, senders, clients = append(keyRooms, op.Room[:]), append(senders, op.Sender[:]), append(clients, op.ClientID[:])
		}
		for _, seq := range op.Targets {
			entryRooms, seqs = append(entryRooms, op.Room[:]), append(seqs, int64(seq))
		}
	}
	q.Queue(selectHeads, b.shard, rooms).Query(b.takeHeads)
	if len(users) > 0 {
		q.Queue(selectMembers, b.shard, memberRooms, users).Query(b.takeMembers)
	}
	if len(everyone) > 0 {
		q.Queue(selectEveryone, b.shard, everyone).Query(b.takeEveryone)
	}
	if len(clients) > 0 {
		q.Queue(selectKeys, b.shard, keyRooms, senders, clients).Query(b.takeKeys)
	}
	if len(seqs) > 0 {
		q.Queue(selectEntries, b.shard, entryRooms, seqs).Query(b.takeEntries)
	}
}

func (b *base) takeHeads(rows pgx.Rows) error {
	var room, record []byte
	_, err := pgx.ForEachRow(rows, []any{&room, &record}, func() error {
		h, err := roomlog.ParseHead(record)
		b.heads[roomlog.RoomID(room)] = h
		return err
	})
	return err
}

func (b *base) takeMembers(rows pgx.Rows) error {
	var room, user, record []byte
	_, err := pgx.ForEachRow(rows, []any{&room, &user, &record}, func() error {
		m, err := roomlog.ParseMember(roomlog.UserID(user), record)
		b.members[memberOf{roomlog.RoomID(room), m.User}] = m
		return err
	})
	return err
}

func (b *base) takeEveryone(rows pgx.Rows) error {
	var room, user, record []byte
	_, err := pgx.ForEachRow(rows, []any{&room, &user, &record}, func() error {
		m, err := roomlog.ParseMember(roomlog.UserID(user), record)
		r := roomlog.RoomID(room)
		b.everyone[r] = append(b.everyone[r], m)
		return err
	})
	return err
}

func (b *base) takeKeys(rows pgx.Rows) error {
	var room, sender, client []byte
	var seq, hash int64
	_, err := pgx.ForEachRow(rows, []any{&room, &sender, &client, &seq, &hash}, func() error {
		k := keyOf{roomlog.RoomID(room), roomlog.KeyOf{Sender: wire.ID(sender), Client: wire.ID(client)}}
		b.keys[k] = roomlog.KeyRow{Seq: uint64(seq), Hash: uint64(hash)}
		return nil
	})
	return err
}

func (b *base) takeEntries(rows pgx.Rows) error {
	var room, record []byte
	var seq int64
	_, err := pgx.ForEachRow(rows, []any{&room, &seq, &record}, func() error {
		e, err := roomlog.ParseEntry(uint64(seq), record)
		b.entries[entryOf{roomlog.RoomID(room), e.Seq}] = e
		return err
	})
	return err
}

func (b *base) Head(room roomlog.RoomID) (roomlog.Head, bool, error) {
	h, ok := b.heads[room]
	return h, ok, nil
}

func (b *base) Member(room roomlog.RoomID, user roomlog.UserID) (roomlog.Member, bool, error) {
	k := memberOf{room, user}
	if !b.asked[k] {
		rows, err := b.conn.Query(b.ctx, selectMembers, b.shard, [][]byte{room[:]}, [][]byte{user[:]})
		if err = errors.Join(err, b.takeMembers(rows)); err != nil {
			return roomlog.Member{}, false, err
		}
		b.asked[k] = true
	}
	m, ok := b.members[k]
	return m, ok, nil
}

func (b *base) Members(room roomlog.RoomID) ([]roomlog.Member, error) {
	if b.everyone[room] == nil {
		rows, err := b.conn.Query(b.ctx, selectEveryone, b.shard, [][]byte{room[:]})
		if err = errors.Join(err, b.takeEveryone(rows)); err != nil {
			return nil, err
		}
	}
	return b.everyone[room], nil
}

func (b *base) Entry(room roomlog.RoomID, seq uint64) (roomlog.Entry, bool, error) {
	k := entryOf{room, seq}
	if e, ok := b.entries[k]; ok {
		return e, true, nil
	}
	rows, err := b.conn.Query(b.ctx, selectEntries, b.shard, [][]byte{room[:]}, []int64{int64(seq)})
	if err = errors.Join(err, b.takeEntries(rows)); err != nil {
		return roomlog.Entry{}, false, err
	}
	e, ok := b.entries[k]
	return e, ok, nil
}

func (b *base) Key(room roomlog.RoomID, sender roomlog.UserID, client wire.ID) (roomlog.KeyRow, bool, error) {
	// Keys are always named: they are part of the op.
	k, ok := b.keys[keyOf{room, roomlog.KeyOf{Sender: sender, Client: client}}]
	return k, ok, nil
}

func (b *base) HiddenFor(room roomlog.RoomID, user roomlog.UserID, seq uint64) (bool, error) {
	var n int
	err := b.conn.QueryRow(b.ctx, selectHide, b.shard, room[:], user[:], int64(seq)).Scan(&n)
	return n > 0, err
}
