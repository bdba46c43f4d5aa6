package chat

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// defaultPage is how many entries a page has when nothing is said.
const defaultPage = 50

// Messages gives a page of a room's entries, oldest first, each in its present
// state.
func (c *Chat) Messages(ctx context.Context, a Actor, room RoomID, p Page) (Messages, error) {
	limit := p.Limit
	switch {
	case limit == 0:
		limit = defaultPage
	case limit < 0 || limit > wire.MaxPage:
		return Messages{}, fault.Newf(fault.BadRequest, "A page has 1 to %d entries.", wire.MaxPage).In("limit")
	}
	if p.Before != 0 && p.After != 0 {
		return Messages{}, fault.Newf(fault.BadRequest, "Give before or after, not both.").In("before")
	}
	at, err := c.place(ctx, room, a.User)
	if err != nil {
		return Messages{}, err
	}
	from, to, down := at.first(), at.head.Seq, p.After == 0 && !p.FromStart
	if down && p.Before != 0 {
		to = min(to, p.Before-1)
	}
	if !down {
		from = max(from, min(p.After, to)+1)
	}
	s := shower{chat: c, place: at}
	entries, err := s.show(ctx, from, to, limit, down, nil)
	if err != nil {
		return Messages{}, fmt.Errorf("page of %s: %w", room, err)
	}
	return Messages{Entries: entries, Head: at.head.Seq, Tail: at.first()}, nil
}

// shower encodes entries for one person in one room.
type shower struct {
	chat  *Chat
	place *place

	marks []uint64         // read marks of present members, in order; nil before they were needed
	rows  []roomlog.Member // present members, in order of ids
	spots []spot
}

// spot is where an entry stands in the buffer.
type spot struct {
	seq        uint64
	start, end int
}

// show reads and encodes up to limit entries of from ≤ seq ≤ to for the
// person, oldest first: the newest ones when down is set. Their bytes are
// appended to buf, which may be nil.
func (s *shower) show(ctx context.Context, from, to uint64, limit int, down bool, buf []byte) ([]Entry, error) {
	if from > to {
		return nil, nil
	}
	p := s.place
	list, err := s.chat.log.Entries(ctx, p.room, from, to, limit, down)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if down {
		slices.Reverse(list)
	}
	hides, err := s.chat.log.Hides(ctx, p.room, p.user, list[0].Seq, list[len(list)-1].Seq)
	if err != nil {
		return nil, err
	}
	if buf == nil {
		size := 0
		for i := range list {
			size += len(list[i].Body) + frameOverhead
		}
		buf = make([]byte, 0, size)
	}
	s.spots = s.spots[:0]
	for i := range list {
		e := &list[i]
		start := len(buf)
		if e.HiddenFrom == p.user || isIn(hides, e.Seq) {
			buf = appendHidden(buf, e.Seq)
		} else if buf, err = s.one(ctx, buf, e, list, hides); err != nil {
			return nil, err
		}
		s.spots = append(s.spots, spot{e.Seq, start, len(buf)})
	}
	entries := make([]Entry, len(s.spots))
	for i, at := range s.spots {
		entries[i] = Entry{at.seq, buf[at.start:at.end:at.end]}
	}
	return entries, nil
}

// one encodes an entry that the person may see, out of a page that was read.
func (s *shower) one(ctx context.Context, buf []byte, e *roomlog.Entry, page []roomlog.Entry, hides []uint64) ([]byte, error) {
	v := view{viewer: s.place.user, unreadBy: -1}
	switch {
	case e.Kind == roomlog.Message:
		n, err := s.unreadBy(ctx, e)
		if err != nil {
			return nil, err
		}
		v.unreadBy = n
	case e.Target != 0:
		var err error
		if v.target, v.targetHidden, err = s.target(ctx, e.Target, page, hides); err != nil {
			return nil, err
		}
	}
	return appendEntry(buf, e, v)
}

// target finds the message that an entry changed. It is hidden when the person
// must not see it, and nil when retention has taken it.
func (s *shower) target(ctx context.Context, seq uint64, page []roomlog.Entry, hides []uint64) (e *roomlog.Entry, hidden bool, err error) {
	p := s.place
	if seq < p.first() {
		return nil, true, nil
	}
	if n := seq - page[0].Seq; seq >= page[0].Seq && n < uint64(len(page)) && page[n].Seq == seq {
		return &page[n], page[n].HiddenFrom == p.user || isIn(hides, seq), nil
	}
	list, err := s.chat.log.Entries(ctx, p.room, seq, seq, 1, false)
	if err != nil || len(list) == 0 {
		return nil, false, err
	}
	if hides, err = s.chat.log.Hides(ctx, p.room, p.user, seq, seq); err != nil {
		return nil, false, err
	}
	return &list[0], list[0].HiddenFrom == p.user || len(hides) > 0, nil
}

// unreadBy is how many present members have yet to read a message, its sender
// not counted. A read mark is never below where its member came in.
func (s *shower) unreadBy(ctx context.Context, e *roomlog.Entry) (int, error) {
	if s.marks == nil {
		rows, _, err := s.chat.log.Members(ctx, s.place.room)
		if err != nil {
			return 0, err
		}
		s.setRows(rows)
	}
	return unreadBy(s.rows, s.marks, e), nil
}

func (s *shower) setRows(rows []roomlog.Member) { s.rows, s.marks = readMarks(rows) }

// readMarks gives the present members and their read marks in order.
func readMarks(rows []roomlog.Member) ([]roomlog.Member, []uint64) {
	present := rows[:0]
	marks := make([]uint64, 0, len(rows))
	for i := range rows {
		if rows[i].Present {
			present = append(present, rows[i])
			marks = append(marks, rows[i].Read)
		}
	}
	slices.Sort(marks)
	return present, marks
}

func unreadBy(present []roomlog.Member, marks []uint64, e *roomlog.Entry) int {
	n, _ := slices.BinarySearch(marks, e.Seq) // so many are below
	i, ok := slices.BinarySearchFunc(present, e.Sender, func(m roomlog.Member, id UserID) int {
		return bytes.Compare(m.User[:], id[:])
	})
	if ok && present[i].Read < e.Seq {
		n--
	}
	return n
}

// UnreadSteps gives, newest first, [seq, n] for the last messages: n people
// have yet to read the message seq. It is what the gathered read frame of a
// large room holds.
func (c *Chat) UnreadSteps(ctx context.Context, room RoomID, last int) ([][2]uint64, error) {
	rows, h, err := c.log.Members(ctx, room)
	if err != nil {
		return nil, err
	}
	present, marks := readMarks(rows)
	list, err := c.log.Entries(ctx, room, h.Tail, h.Seq, last, true)
	if err != nil {
		return nil, err
	}
	steps := make([][2]uint64, 0, len(list))
	for i := range list {
		if e := &list[i]; e.Kind == roomlog.Message {
			steps = append(steps, [2]uint64{e.Seq, uint64(unreadBy(present, marks, e))})
		}
	}
	return steps, nil
}
