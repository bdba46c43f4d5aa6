package chat

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"madang/internal/bus"
	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// maxSyncTotal bounds the entries of one answer to sync over all rooms; the
// rooms beyond come with More and no entries.
const maxSyncTotal = 2000

// Sync tells what a client has missed that has the given numbers: of each room
// the oldest entries after what it has. A client of another epoch is told to
// start again.
func (c *Chat) Sync(ctx context.Context, a Actor, epoch string, have map[RoomID]uint64) (SyncAnswer, error) {
	answer := SyncAnswer{Epoch: c.log.Epoch()}
	if len(have) > wire.MaxSyncRooms {
		return answer, fault.Newf(fault.BadRequest, "A sync names at most %d rooms.", wire.MaxSyncRooms).In("rooms")
	}
	if epoch != answer.Epoch {
		answer.Reset = true
		return answer, nil
	}
	rows, err := c.memberships(ctx, a.User)
	if err != nil {
		return answer, err
	}
	for i := range rows {
		if _, named := have[rows[i].room]; named {
			continue
		}
		if l, ok, err := c.list(ctx, a.User, rows[i]); err != nil {
			return answer, err
		} else if ok {
			answer.New = append(answer.New, l.room)
		}
	}
	// Of rooms that the client has, the log alone says whether they are gone: a
	// room made a moment ago was told to its members before it is in the list.
	left := maxSyncTotal
	for _, room := range slices.SortedFunc(maps.Keys(have), compareRooms) {
		r, err := c.syncRoom(ctx, a.User, room, have[room], left)
		switch {
		case fault.Has(err, fault.NotAMember) || fault.Has(err, fault.RoomUnknown):
			answer.Gone = append(answer.Gone, room)
		case err != nil:
			return answer, fmt.Errorf("sync %s: %w", room, err)
		case r != nil:
			left -= len(r.Entries)
			answer.Rooms = append(answer.Rooms, *r)
		}
	}
	return answer, nil
}

func compareRooms(x, y RoomID) int { return slices.Compare(x[:], y[:]) }

// syncRoom gives what is in a room after seq, nil when that is nothing.
func (c *Chat) syncRoom(ctx context.Context, user UserID, room RoomID, seq uint64, left int) (*SyncRoom, error) {
	p, err := c.place(ctx, room, user)
	if err != nil || p.head.Seq <= seq {
		return nil, err
	}
	from := max(seq+1, p.first())
	r := &SyncRoom{
		Room: room, Head: p.head.Seq, Tail: p.first(), Read: p.member.Read, Unread: p.member.Unread(p.head.Messages),
	}
	limit := min(wire.MaxSyncEntries, left)
	if limit > 0 {
		s := shower{chat: c, place: p}
		if r.Entries, err = s.show(ctx, from, p.head.Seq, limit, false, nil); err != nil {
			return nil, err
		}
	}
	last := from - 1
	if n := len(r.Entries); n > 0 {
		last = r.Entries[n-1].Seq
	}
	r.More = last < p.head.Seq
	return r, nil
}

// missedChunk is how many commits one call of MissedSince rebuilds.
const missedChunk = 200

// MissedSince rebuilds what the shard's commits after pos told, oldest first,
// at most some hundred commits a call: the messages in their present state, and
// who came in or went out. Read marks are not among it. When the feed no longer
// reaches back to pos, the first batch has a Pos above pos+1.
func (c *Chat) MissedSince(ctx context.Context, shard uint8, pos uint64) ([]*bus.Batch, error) {
	rows, err := c.log.Feed(ctx, shard, pos, missedChunk)
	if err != nil {
		return nil, fmt.Errorf("feed of shard %d: %w", shard, err)
	}
	batches := make([]*bus.Batch, 0, len(rows))
	for i := range rows {
		t := telling{chat: c}
		for _, r := range rows[i].Rooms {
			if err := c.retell(ctx, &t, &r); err != nil {
				return nil, fmt.Errorf("feed row %d of shard %d: %w", rows[i].Pos, shard, err)
			}
		}
		batches = append(batches, t.batch(shard, rows[i].Pos))
	}
	return batches, nil
}

// retell tells again of what one commit did in one room.
func (c *Chat) retell(ctx context.Context, t *telling, r *roomlog.FeedRoom) error {
	rows, h, err := c.log.Members(ctx, r.Room)
	if err != nil || isStaged(&h) {
		return err
	}
	present, marks := readMarks(rows)
	newest := uint64(0)
	for i := range present {
		newest = max(newest, present[i].JoinedSeq)
	}
	var list []roomlog.Entry
	if r.From != 0 {
		list, err = c.log.Entries(ctx, r.Room, r.From, r.To, int(r.To-r.From+1), false)
		if err != nil {
			return err
		}
	}
	for i := range list {
		if err := c.retellEntry(ctx, t, r.Room, &h, &list[i], present, marks, newest); err != nil {
			return err
		}
	}
	return nil
}

func (c *Chat) retellEntry(ctx context.Context, t *telling, room RoomID, h *roomlog.Head, e *roomlog.Entry, present []roomlog.Member, marks []uint64, newest uint64) error {
	unread := -1
	var target *roomlog.Entry
	switch {
	case e.Kind == roomlog.Message:
		unread = unreadBy(present, marks, e)
	case e.Kind == roomlog.Notice && e.Target == 0:
		n, err := parseNotice(e)
		if err != nil {
			return err
		}
		out := outside(e, &n)
		t.entry(room, h.Control, 0, e, nil, -1, out)
		t.room(room, h.Control, 0, true, out...)
		switch n.Event {
		case wire.EventCreated:
			t.room(room, h.Control, 0, false, append(n.UserIDs, e.Sender)...)
		case wire.EventInvited, wire.EventRole:
			t.room(room, h.Control, 0, false, n.UserIDs...)
		case wire.EventJoined:
			t.room(room, h.Control, 0, false, e.Sender)
		}
		return nil
	case e.Target > newest || e.Target != 0 && !e.HiddenFrom.IsZero():
		found, err := c.log.Entries(ctx, room, e.Target, e.Target, 1, false)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			target = &found[0]
		}
	}
	t.entry(room, h.Control, 0, e, target, unread, nil)
	return nil
}
