package chat

import (
	"context"
	"fmt"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
)

// info is what of a room never changes.
type info struct {
	kind    kind
	parties [2]UserID // of direct rooms
}

// info gives what a room is; ok is false for a room that does not exist.
func (c *Chat) info(ctx context.Context, room RoomID) (i *info, ok bool, err error) {
	if i, ok := c.infos.GetIfPresent(room); ok {
		return i, true, nil
	}
	h, ok, err := c.log.Head(ctx, room)
	if err != nil || !ok {
		return nil, false, err
	}
	m, err := metaOf(room, &h)
	if err != nil {
		return nil, false, err
	}
	i = &info{m.kind, m.parties}
	c.infos.Set(room, i)
	return i, true, nil
}

// other is the other party of a direct room, zero in rooms of other kinds.
func (i *info) other(user UserID) UserID {
	switch {
	case i.kind != direct:
		return UserID{}
	case i.parties[0] == user:
		return i.parties[1]
	default:
		return i.parties[0]
	}
}

// audience is who is in a room, as of one control version.
type audience struct {
	control uint64
	present []UserID // in order of ids
	// newest is the highest JoinedSeq among them: what is above it, all of them
	// may see.
	newest uint64
}

// audience gives who is in a room at least as of the control version.
func (c *Chat) audience(ctx context.Context, room RoomID, control uint64) (*audience, error) {
	if a, ok := c.audiences.GetIfPresent(room); ok && a.control >= control {
		return a, nil
	}
	rows, h, err := c.log.Members(ctx, room)
	if err != nil {
		return nil, fmt.Errorf("members of %s: %w", room, err)
	}
	a := &audience{control: h.Control, present: make([]UserID, 0, h.Present)}
	for i := range rows {
		if m := &rows[i]; m.Present {
			a.present = append(a.present, m.User)
			a.newest = max(a.newest, m.JoinedSeq)
		}
	}
	c.audiences.Set(room, a)
	return a, nil
}

// Audience gives who hears of a room, with the control version it is of. The
// slice is shared and must not be changed. A room that does not exist has
// nobody and control 0.
func (c *Chat) Audience(ctx context.Context, room RoomID) (control uint64, members []UserID, err error) {
	h, ok, err := c.log.Head(ctx, room)
	if err != nil || !ok {
		return 0, nil, err
	}
	return c.AudienceAt(ctx, room, h.Control)
}

// AudienceAt is Audience for a caller who knows a control version, as events of
// the bus carry it: an answer at least that new costs no look at the log when it
// is in memory.
func (c *Chat) AudienceAt(ctx context.Context, room RoomID, control uint64) (uint64, []UserID, error) {
	a, err := c.audience(ctx, room, control)
	if err != nil {
		return 0, nil, err
	}
	return a.control, a.present, nil
}

// place is a person in a room, as reads see them.
type place struct {
	room   RoomID
	user   UserID
	member roomlog.Member
	head   roomlog.Head
	meta   meta
}

// first is the first entry that the person sees.
func (p *place) first() uint64 { return first(&p.head, &p.member) }

// place finds a person in a room. A stranger hears that there is no such room,
// whether it exists or not; who was in it once hears that they are not any more.
func (c *Chat) place(ctx context.Context, room RoomID, user UserID) (*place, error) {
	m, h, ok, err := c.log.Member(ctx, room, user)
	if err != nil {
		return nil, fmt.Errorf("member of %s: %w", room, err)
	}
	if err := standing(ok, &m, &h); err != nil {
		return nil, err
	}
	p := &place{room: room, user: user, member: m, head: h}
	if p.meta, err = metaOf(room, &h); err != nil {
		return nil, err
	}
	return p, nil
}

// Inside gives nil when the actor is in a room, and otherwise the fault with
// which reading there is refused.
func (c *Chat) Inside(ctx context.Context, a Actor, room RoomID) error {
	_, err := c.place(ctx, room, a.User)
	return err
}

// standing is the rule of who may look into a room, for reads and for the lane.
func standing(known bool, m *roomlog.Member, h *roomlog.Head) error {
	switch {
	case !known || isStaged(h) || m.Role == rolePlaceholder:
		return fault.New(fault.RoomUnknown)
	case !m.Present && m.LeftSeq == 0:
		return fault.New(fault.RoomUnknown) // a row that others' entries made
	case !m.Present:
		return fault.New(fault.NotAMember)
	}
	return nil
}

// inside is place for an op in the lane.
func inside(tx *roomlog.Tx, user UserID) (roomlog.Member, error) {
	m, ok := tx.Member(user)
	h := tx.Head()
	return m, standing(ok && tx.Exists(), &m, &h)
}

// sees reports whether a member may see the content of an entry that exists.
func sees(tx *roomlog.Tx, m *roomlog.Member, e *roomlog.Entry) bool {
	h := tx.Head()
	return e.Seq >= first(&h, m) && e.HiddenFrom != m.User && !tx.HiddenFor(m.User, e.Seq)
}

// message gives a message that the member may see and that is still there.
func message(tx *roomlog.Tx, m *roomlog.Member, seq uint64) (roomlog.Entry, error) {
	e, ok := tx.Entry(seq)
	if !ok || e.Kind != roomlog.Message || !sees(tx, m, &e) {
		return e, fault.New(fault.EntryUnknown)
	}
	return e, nil
}
