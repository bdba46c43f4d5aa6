package pglog

import (
	"bytes"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"madang/internal/chat/roomlog"
)

// writes is the second round trip of a commit. Rows of all rooms go into one
// statement per table: PostgreSQL takes about 20 µs for a row of an INSERT …
// SELECT unnest, and several times that for a statement of its own.
type writes struct {
	shard  int32
	batch  pgx.Batch
	queued int
}

func (w *writes) queue(sql string, args ...any) {
	w.batch.Queue(sql, args...)
	w.queued++
}

const (
	insertEntries = `INSERT INTO roomlog_entry (shard, room, seq, record)
		SELECT $1, q.room, q.seq, q.record FROM unnest($2::bytea[], $3::bigint[], $4::bytea[]) AS q (room, seq, record)`
	updateEntries = `UPDATE roomlog_entry e SET record = q.record FROM unnest($2::bytea[], $3::bigint[], $4::bytea[]) AS q (room, seq, record)
		WHERE e.shard = $1 AND e.room = q.room AND e.seq = q.seq`
	insertKeys = `INSERT INTO roomlog_key (shard, room, sender, client, seq, hash)
		SELECT $1, q.room, q.sender, q.client, q.seq, q.hash
		FROM unnest($2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[]) AS q (room, sender, client, seq, hash)`
	upsertMembers = `INSERT INTO roomlog_member (shard, room, member, record)
		SELECT $1, q.room, q.member, q.record FROM unnest($2::bytea[], $3::bytea[], $4::bytea[]) AS q (room, member, record)
		ON CONFLICT (shard, room, member) DO UPDATE SET record = excluded.record`
	upsertHeads = `INSERT INTO roomlog_head (shard, room, record)
		SELECT $1, q.room, q.record FROM unnest($2::bytea[], $3::bytea[]) AS q (room, record)
		ON CONFLICT (shard, room) DO UPDATE SET record = excluded.record`
	insertHides = `INSERT INTO roomlog_hide (shard, room, member, seq)
		SELECT $1, q.room, q.member, q.seq FROM unnest($2::bytea[], $3::bytea[], $4::bigint[]) AS q (room, member, seq)
		ON CONFLICT DO NOTHING`
	// Entries are what a shard orders; a file is looked up over all shards.
	insertGrants = `INSERT INTO roomlog_grant (shard, media, room, seq)
		SELECT $1, q.media, q.room, q.seq FROM unnest($2::bytea[], $3::bytea[], $4::bigint[]) AS q (media, room, seq)
		ON CONFLICT DO NOTHING`
	deleteGrants = `DELETE FROM roomlog_grant g USING unnest($2::bytea[], $3::bytea[], $4::bigint[]) AS q (media, room, seq)
		WHERE g.shard = $1 AND g.media = q.media AND g.room = q.room AND g.seq = q.seq`
	trimmed  = `SELECT seq, record FROM roomlog_entry WHERE shard = $1 AND room = $2 AND seq >= $3 AND seq < $4`
	trimKeys = `DELETE FROM roomlog_key k USING unnest($3::bytea[], $4::bytea[]) AS q (sender, client)
		WHERE k.shard = $1 AND k.room = $2 AND k.sender = q.sender AND k.client = q.client`
	trimRoom = `DELETE FROM roomlog_entry WHERE shard = $1 AND room = $2 AND seq >= $3 AND seq < $4`
	addFeed  = `INSERT INTO roomlog_feed (shard, pos, token, record) VALUES ($1, $2, $3, $4)`
	moveFeed = `UPDATE roomlog_shard SET pos = $2 WHERE shard = $1`
	trimFeed = `DELETE FROM roomlog_feed WHERE shard = $1 AND pos < $2`
)

// A shard keeps at least its last feedKeep feed rows; older ones go in lots.
const (
	feedKeep      = 1 << 20
	feedTrimEvery = 1 << 12
)

// columns gathers rows of room, one or two more keys, a number and a record.
type columns struct {
	rooms, users, clients, media, records [][]byte
	seqs, hashes                          []int64
}

func (w *writes) drafts(drafts []*roomlog.Draft) {
	var fresh, changed, keys, members, heads, hides, granted, revoked columns
	for _, d := range drafts {
		if !d.Changed {
			continue
		}
		room := d.Room[:]
		for i := range d.Entries {
			fresh.rooms = append(fresh.rooms, room)
			fresh.seqs = append(fresh.seqs, int64(d.Entries[i].Seq))
			fresh.records = append(fresh.records, roomlog.AppendEntry(nil, &d.Entries[i]))
		}
		for seq, e := range d.Rewrites {
			changed.rooms = append(changed.rooms, room)
			changed.seqs = append(changed.seqs, int64(seq))
			changed.records = append(changed.records, roomlog.AppendEntry(nil, &e))
		}
		for k, row := range d.Keys {
			keys.rooms = append(keys.rooms, room)
			keys.users = append(keys.users, bytes.Clone(k.Sender[:]))
			keys.clients = append(keys.clients, bytes.Clone(k.Client[:]))
			keys.seqs = append(keys.seqs, int64(row.Seq))
			keys.hashes = append(keys.hashes, int64(row.Hash))
		}
		for _, m := range d.Members {
			members.rooms = append(members.rooms, room)
			members.users = append(members.users, m.User[:])
			members.records = append(members.records, roomlog.AppendMember(nil, m))
		}
		for _, h := range d.Hides {
			hides.rooms = append(hides.rooms, room)
			hides.users = append(hides.users, bytes.Clone(h.User[:]))
			hides.seqs = append(hides.seqs, int64(h.Seq))
		}
		for g, there := range d.Grants {
			to := &granted
			if !there {
				to = &revoked
			}
			to.media = append(to.media, bytes.Clone(g.Media[:]))
			to.rooms = append(to.rooms, room)
			to.seqs = append(to.seqs, int64(g.Seq))
		}
		heads.rooms = append(heads.rooms, room)
		heads.records = append(heads.records, roomlog.AppendHead(nil, &d.Head))
	}
	if len(fresh.rooms) > 0 {
		w.queue(insertEntries, w.shard, fresh.rooms, fresh.seqs, fresh.records)
	}
	if len(changed.rooms) > 0 {
		w.queue(updateEntries, w.shard, changed.rooms, changed.seqs, changed.records)
	}
	if len(keys.rooms) > 0 {
		w.queue(insertKeys, w.shard, keys.rooms, keys.users, keys.clients, keys.seqs, keys.hashes)
	}
	if len(members.rooms) > 0 {
		w.queue(upsertMembers, w.shard, members.rooms, members.users, members.records)
	}
	if len(hides.rooms) > 0 {
		w.queue(insertHides, w.shard, hides.rooms, hides.users, hides.seqs)
	}
	if len(granted.rooms) > 0 {
		w.queue(insertGrants, w.shard, granted.media, granted.rooms, granted.seqs)
	}
	if len(revoked.rooms) > 0 {
		w.queue(deleteGrants, w.shard, revoked.media, revoked.rooms, revoked.seqs)
	}
	if len(heads.rooms) > 0 {
		w.queue(upsertHeads, w.shard, heads.rooms, heads.records)
	}
}

// trim queues the removal of what a draft trimmed. The keys are found by the
// entries, which are read for it: there is no index of keys by number.
func (w *writes) trim(ctx context.Context, conn *pgx.Conn, d *roomlog.Draft) error {
	rows, err := conn.Query(ctx, trimmed, w.shard, d.Room[:], int64(d.TrimFrom), int64(d.Head.Tail))
	if err != nil {
		return err
	}
	var senders, clients [][]byte
	var seq int64
	var record []byte
	_, err = pgx.ForEachRow(rows, []any{&seq, &record}, func() error {
		e, err := roomlog.ParseEntry(uint64(seq), record)
		if !e.ClientID.IsZero() {
			senders, clients = append(senders, bytes.Clone(e.Sender[:])), append(clients, bytes.Clone(e.ClientID[:]))
		}
		return err
	})
	if err != nil {
		return err
	}
	w.queue(trimKeys, w.shard, d.Room[:], senders, clients)
	w.queue(trimRoom, w.shard, d.Room[:], int64(d.TrimFrom), int64(d.Head.Tail))
	return nil
}

func (w *writes) feed(pos uint64, token int64, rooms []roomlog.FeedRoom) {
	rooms = slices.Clone(rooms)
	w.queue(addFeed, w.shard, int64(pos), token, roomlog.AppendFeed(nil, rooms))
	w.queue(moveFeed, w.shard, int64(pos))
	if pos%feedTrimEvery == 0 && pos > feedKeep {
		w.queue(trimFeed, w.shard, int64(pos-feedKeep))
	}
}
