package chat

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"

	"madang/internal/account"
	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// maxRooms is the longest page of a room list, defaultRooms the usual one.
const (
	maxRooms     = 200
	defaultRooms = 100
)

// shownMembers is how many members a room shows by itself.
const shownMembers = 20

var roomsOf = db.SQL(`SELECT room_id, muted_until, pinned_at FROM member WHERE shard = $1 AND user_id = $2 AND present`)

var roomOf = db.SQL(`SELECT room_id, muted_until, pinned_at FROM member WHERE shard = $1 AND user_id = $2 AND room_id = $3`)

// membership is a room that a person is in, with what they set for it.
type membership struct {
	room       RoomID
	mutedUntil int64
	pinnedAt   int64
}

func scanMembership(s db.Scanner) (m membership, err error) {
	err = s.Scan(&m.room, &m.mutedUntil, &m.pinnedAt)
	return m, err
}

// memberships are the rooms that a person is in, in any order.
func (c *Chat) memberships(ctx context.Context, user UserID) ([]membership, error) {
	rows, err := db.Select(ctx, c.db, scanMembership, roomsOf, db.ShardOf(user), user)
	if err != nil {
		return nil, fmt.Errorf("rooms of %s: %w", user, err)
	}
	return rows, nil
}

// listed is a room of a person's list before it is shown.
type listed struct {
	membership
	draft    *wire.Draft
	place    *place
	last     *roomlog.Entry // newest message that they see
	activity int64          // Unix milliseconds
}

// compare is the order of the list: pinned rooms first, the one pinned last on
// top, then by last activity.
func (l *listed) compare(o *listed) int {
	return cmp.Or(
		cmp.Compare(o.pinnedAt, l.pinnedAt),
		cmp.Compare(o.activity, l.activity),
		slices.Compare(l.room[:], o.room[:]),
	)
}

// Rooms lists the actor's rooms, pinned first, then by last activity. Direct
// rooms in which they see nothing are left out, except those they opened
// themselves. limit is 1 to 200, 0 means 100; next continues the list and is
// empty at its end.
func (c *Chat) Rooms(ctx context.Context, a Actor, cursor string, limit int) (rooms []Room, next string, err error) {
	switch {
	case limit == 0:
		limit = defaultRooms
	case limit < 0 || limit > maxRooms:
		return nil, "", fault.Newf(fault.BadRequest, "A page has 1 to %d rooms.", maxRooms).In("limit")
	}
	after, err := parseRoomCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	rows, err := c.memberships(ctx, a.User)
	if err != nil {
		return nil, "", err
	}
	list := make([]listed, 0, len(rows))
	for i := range rows {
		l, ok, err := c.list(ctx, a.User, rows[i])
		if err != nil {
			return nil, "", err
		}
		if ok && (after == nil || after.compare(&l) < 0) {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(x, y listed) int { return x.compare(&y) })
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].cursor()
	}
	drafts, err := c.drafts(ctx, a.User)
	if err != nil {
		return nil, "", err
	}
	for i := range list {
		list[i].draft = drafts[list[i].room]
	}
	rooms, err = c.showRooms(ctx, list)
	return rooms, next, err
}

// Room gives one room as the actor sees it.
func (c *Chat) Room(ctx context.Context, a Actor, room RoomID) (Room, error) {
	p, err := c.place(ctx, room, a.User)
	if err != nil {
		return Room{}, err
	}
	l := listed{membership: membership{room: room}, place: p}
	rows, err := db.Select(ctx, c.db, scanMembership, roomOf, db.ShardOf(a.User), a.User, room)
	if err != nil {
		return Room{}, fmt.Errorf("settings of %s in %s: %w", a.User, room, err)
	}
	if len(rows) > 0 {
		l.membership = rows[0]
	}
	drafts, err := c.draft(ctx, a.User, room)
	if err != nil {
		return Room{}, err
	}
	l.draft = drafts[room]
	if l.last, err = c.lastMessage(ctx, p); err != nil {
		return Room{}, err
	}
	rooms, err := c.showRooms(ctx, []listed{l})
	if err != nil {
		return Room{}, err
	}
	return rooms[0], nil
}

// list looks a membership up in the log; ok is false when the room is not in
// the person's list.
func (c *Chat) list(ctx context.Context, user UserID, m membership) (l listed, ok bool, err error) {
	p, err := c.place(ctx, m.room, user)
	if fault.Has(err, fault.NotAMember) || fault.Has(err, fault.RoomUnknown) {
		return l, false, nil // the log is ahead of the projection
	}
	if err != nil {
		return l, false, err
	}
	l = listed{membership: m, place: p}
	if l.last, err = c.lastMessage(ctx, p); err != nil {
		return l, false, err
	}
	switch {
	case l.last != nil:
		l.activity = l.last.At
	case !p.member.Listed:
		return l, false, nil
	default:
		l.activity, err = c.arrival(ctx, p)
	}
	return l, err == nil, err
}

// arrival is when a person came into a room in which no message is for them
// yet: the time of the notice of it in groups, of the room's making elsewhere.
func (c *Chat) arrival(ctx context.Context, p *place) (int64, error) {
	if p.meta.kind != group {
		return p.meta.createdAt, nil
	}
	list, err := c.log.Entries(ctx, p.room, p.member.JoinedSeq, p.member.JoinedSeq, 1, false)
	if err != nil || len(list) == 0 {
		return p.meta.createdAt, err
	}
	return list[0].At, nil
}

// lookBack is how many entries are searched for a message that the person sees
// when the newest are hidden from them.
const lookBack = 200

// lastMessage is the newest message that the person sees, nil for none.
func (c *Chat) lastMessage(ctx context.Context, p *place) (*roomlog.Entry, error) {
	from, to := p.first(), p.head.LastMessage
	for left := lookBack; from <= to && left > 0; {
		n := 1
		if left < lookBack {
			n = left
		}
		list, err := c.log.Entries(ctx, p.room, from, to, n, true)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		low := list[len(list)-1].Seq
		hides, err := c.log.Hides(ctx, p.room, p.user, low, to)
		if err != nil {
			return nil, err
		}
		for i := range list {
			e := &list[i]
			if e.Kind == roomlog.Message && e.HiddenFrom != p.user && !isIn(hides, e.Seq) {
				return e, nil
			}
		}
		left -= len(list)
		to = low - 1
	}
	return nil, nil
}

// showRooms makes the views of rooms, with the names of their members.
func (c *Chat) showRooms(ctx context.Context, list []listed) ([]Room, error) {
	rooms := make([]Room, len(list))
	rows := make([][]roomlog.Member, len(list))
	var ids []UserID
	for i := range list {
		p := list[i].place
		members, all, err := c.someMembers(ctx, p)
		if err != nil {
			return nil, err
		}
		rooms[i].MemberCount = int(p.head.Present)
		if p.meta.imported {
			rooms[i].MemberCount = all
		}
		rows[i] = members
		for j := range members {
			ids = append(ids, members[j].User)
		}
	}
	persons, err := c.accounts.Persons(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("names of members: %w", err)
	}
	now := c.clock.NowMs()
	var buf []byte
	for i := range list {
		l, r := &list[i], &rooms[i]
		fillRoom(&r.Room, l, now)
		r.Members = make([]wire.Member, len(rows[i]))
		for j := range rows[i] {
			r.Members[j] = viewMember(&rows[i][j], l.place.meta.kind, persons)
		}
		if buf, err = c.showNotice(ctx, r, l.place, buf); err != nil {
			return nil, err
		}
		if l.last != nil {
			if buf, err = c.showLast(ctx, r, l, rows[i], buf); err != nil {
				return nil, err
			}
		}
	}
	return rooms, nil
}

// fillRoom sets what the rows of a person and a head say.
func fillRoom(r *wire.Room, l *listed, now int64) {
	p := l.place
	r.ID, r.Kind, r.Title = p.room, p.meta.kind.wire(), p.meta.title
	r.HeadSeq, r.TailSeq = p.head.Seq, p.first()
	r.JoinedSeq, r.ReadSeq = p.member.JoinedSeq, p.member.Read
	r.Unread = p.member.Unread(p.head.Messages)
	if p.meta.kind == group {
		r.Role = roleOf(p.member.Role)
	}
	if l.mutedUntil > now {
		r.MutedUntil = wire.Time(l.mutedUntil)
	}
	r.Pinned, r.Draft = l.pinnedAt > 0, l.draft
}

// showLast encodes the last message behind what buf holds.
func (c *Chat) showLast(ctx context.Context, r *Room, l *listed, members []roomlog.Member, buf []byte) ([]byte, error) {
	s := shower{chat: c, place: l.place}
	if int(l.place.head.Present) <= shownMembers && !l.place.meta.imported {
		s.setRows(slices.Clone(members)) // all there are
	}
	n, err := s.unreadBy(ctx, l.last)
	if err != nil {
		return nil, err
	}
	start := len(buf)
	buf, err = appendEntry(buf, l.last, view{viewer: l.place.user, unreadBy: n})
	if err != nil {
		return nil, err
	}
	r.Last = &Entry{l.last.Seq, buf[start:len(buf):len(buf)]}
	return buf, nil
}

// someMembers gives the rows of up to shownMembers members, and how many there
// are to show with the placeholders of an imported conversation.
func (c *Chat) someMembers(ctx context.Context, p *place) (some []roomlog.Member, all int, err error) {
	if p.head.Present <= shownMembers || p.meta.imported {
		rows, _, err := c.log.Members(ctx, p.room)
		if err != nil {
			return nil, 0, err
		}
		rows = shown(rows)
		return rows[:min(len(rows), shownMembers)], len(rows), nil
	}
	a, err := c.audience(ctx, p.room, p.head.Control)
	if err != nil {
		return nil, 0, err
	}
	for _, u := range a.present[:min(len(a.present), shownMembers)] {
		m, _, _, err := c.log.Member(ctx, p.room, u)
		if err != nil {
			return nil, 0, err
		}
		some = append(some, m)
	}
	return some, len(a.present), nil
}

// shown keeps the rows of those who are in a room: present members and
// placeholders.
func shown(rows []roomlog.Member) []roomlog.Member {
	return slices.DeleteFunc(rows, func(m roomlog.Member) bool { return !m.Present && m.Role != rolePlaceholder })
}

func viewMember(m *roomlog.Member, k kind, persons map[UserID]*account.Person) wire.Member {
	v := wire.Member{UserID: m.User, JoinedSeq: m.JoinedSeq, ReadSeq: m.Read, Placeholder: m.Role == rolePlaceholder}
	if k == group {
		v.Role = roleOf(m.Role)
	}
	if p := persons[m.User]; p != nil {
		v.Name, v.PhotoID = p.Name, p.PhotoID
	}
	return v
}

// maxMembers is the longest page of members, defaultMembers the usual one.
const (
	maxMembers     = 500
	defaultMembers = 100
)

// Members lists who is in a room, in order of ids.
func (c *Chat) Members(ctx context.Context, a Actor, room RoomID, cursor string, limit int) (members []wire.Member, next string, err error) {
	switch {
	case limit == 0:
		limit = defaultMembers
	case limit < 0 || limit > maxMembers:
		return nil, "", fault.Newf(fault.BadRequest, "A page has 1 to %d members.", maxMembers).In("limit")
	}
	var after UserID
	if cursor != "" {
		if after, err = wire.ParseID(cursor); err != nil || after.IsZero() {
			return nil, "", fault.New(fault.CursorInvalid).In("cursor")
		}
	}
	p, err := c.place(ctx, room, a.User)
	if err != nil {
		return nil, "", err
	}
	rows, _, err := c.log.Members(ctx, room)
	if err != nil {
		return nil, "", fmt.Errorf("members of %s: %w", room, err)
	}
	rows = shown(rows)
	rows = slices.DeleteFunc(rows, func(m roomlog.Member) bool { return slices.Compare(m.User[:], after[:]) <= 0 })
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].User.String()
	}
	ids := make([]UserID, len(rows))
	for i := range rows {
		ids[i] = rows[i].User
	}
	persons, err := c.accounts.Persons(ctx, ids)
	if err != nil {
		return nil, "", fmt.Errorf("names of members: %w", err)
	}
	members = make([]wire.Member, len(rows))
	for i := range rows {
		members[i] = viewMember(&rows[i], p.meta.kind, persons)
	}
	return members, next, nil
}

// cursor names a place in the list: pinned at, activity, room.
func (l *listed) cursor() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(l.pinnedAt))
	b = binary.BigEndian.AppendUint64(b, uint64(l.activity))
	return base64.RawURLEncoding.EncodeToString(append(b, l.room[:]...))
}

func parseRoomCursor(s string) (*listed, error) {
	if s == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 32 {
		return nil, fault.New(fault.CursorInvalid).In("cursor")
	}
	return &listed{
		membership: membership{room: RoomID(b[16:]), pinnedAt: int64(binary.BigEndian.Uint64(b))},
		activity:   int64(binary.BigEndian.Uint64(b[8:])),
	}, nil
}
