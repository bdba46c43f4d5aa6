package gateway

import (
	"context"
	"fmt"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/gateway/socket"
	"madang/internal/wire"
)

// delivery puts frames into the queues of sessions. One goroutine uses it.
type delivery struct {
	gw  *Gateway
	out socket.Batch

	// The room of the last entry, since several often follow each other.
	room     chat.RoomID
	control  uint64
	entries  bool // sessions are those who hear of its entries
	members  []account.ID
	sessions []*session // of members, as of the beginning of the run
	scratch  []*session
}

// flush lets everything leave and forgets what it knows of the last room.
func (d *delivery) flush() {
	d.out.Flush(&d.gw.loop)
	clear(d.sessions)
	clear(d.scratch)
	d.room, d.members = chat.RoomID{}, nil
	d.sessions, d.scratch = d.sessions[:0], d.scratch[:0]
}

// deliver hands on all that a batch tells. It gives the first error of an entry,
// having gone on with the others; signs that are lost without a trace are left
// at that.
func (d *delivery) deliver(ctx context.Context, b *bus.Batch) error {
	var failed error
	for i := range b.Events {
		var err error
		e := &b.Events[i]
		switch e.Kind {
		case bus.Entry:
			if err = d.entry(ctx, e); err != nil {
				err = fmt.Errorf("entry %d of %s: %w", e.Seq, wire.ID(e.Room), err)
				if failed == nil {
					failed = err
				}
			}
			continue
		case bus.Read:
			err = d.read(ctx, e)
		case bus.Room:
			err = d.sign(ctx, e)
		case bus.People:
			d.toUsers(e.Users, e.Session, e.Frame)
		case bus.Close:
			// The hub has seen to it already.
		}
		if err != nil && ctx.Err() == nil {
			d.gw.log.Warn("a sign was not passed on", "kind", e.Kind, "error", err)
		}
	}
	return failed
}

// in finds the sessions of all who are in a room at least as of the control
// version. Those who may hear of an entry can be fewer.
func (d *delivery) in(ctx context.Context, room chat.RoomID, control uint64) error {
	if d.room == room && d.control >= control && !d.entries {
		return nil
	}
	d.room = chat.RoomID{}
	known, members, err := d.gw.chat.AudienceAt(ctx, room, control)
	if err != nil {
		return err
	}
	d.find(room, known, members)
	return nil
}

// hearing finds the sessions of those who may hear of an entry. Who they are
// changes with the control version only: within one of them, later entries are
// heard by those who hear an earlier one.
func (d *delivery) hearing(ctx context.Context, e *bus.Event) error {
	if d.room == e.Room && d.control == e.Control && d.entries {
		return nil
	}
	d.room = chat.RoomID{}
	members, err := d.gw.chat.Hearers(ctx, e.Room, e.Control, e.Seq)
	if err != nil {
		return err
	}
	d.find(e.Room, e.Control, members)
	d.entries = true
	return nil
}

func (d *delivery) find(room chat.RoomID, control uint64, members []account.ID) {
	d.room, d.control, d.members, d.entries = room, control, members, false
	d.sessions = d.sessions[:0]
	for _, m := range members {
		d.sessions = d.gw.users.append(d.sessions, m)
	}
}

func (d *delivery) entry(ctx context.Context, e *bus.Event) error {
	if err := d.hearing(ctx, e); err != nil {
		return err
	}
	for _, s := range d.sessions {
		d.give(s, e)
	}
	for _, user := range e.Users {
		d.scratch = d.gw.users.append(d.scratch[:0], user)
		for _, s := range d.scratch {
			d.give(s, e)
		}
	}
	return nil
}

// give queues an entry, or what a person from whom it is hidden gets instead.
func (d *delivery) give(s *session, e *bus.Event) {
	switch {
	case s.number == e.Session:
	case e.Hidden != nil && s.actor.Load().User == e.HiddenFrom:
		d.out.Send(&s.Conn, e.Hidden)
	default:
		d.out.Send(&s.Conn, e.Frame)
	}
}

// sign passes on a frame for those in a room. In large rooms only those who have
// it open get it.
func (d *delivery) sign(ctx context.Context, e *bus.Event) error {
	if err := d.in(ctx, e.Room, e.Control); err != nil {
		return err
	}
	list := d.sessions
	if len(d.members) > wire.SmallRoom {
		d.scratch = d.gw.open.append(d.scratch[:0], e.Room)
		list = d.scratch
	}
	for _, s := range list {
		if s.number != e.Session && (len(d.members) <= wire.SmallRoom || isIn(d.members, s.actor.Load().User)) {
			d.out.Send(&s.Conn, e.Frame)
		}
	}
	return nil
}

// read passes on a read mark: to the reader's other devices at once, to the
// others in small rooms too, and gathered to those who have a large room open.
func (d *delivery) read(ctx context.Context, e *bus.Event) error {
	if err := d.in(ctx, e.Room, e.Control); err != nil {
		return err
	}
	if len(d.members) > wire.SmallRoom {
		d.toUsers([][16]byte{e.User}, e.Session, e.Frame)
		if d.gw.open.any(e.Room) {
			d.gw.reads.note(e.Room)
		}
		return nil
	}
	for _, s := range d.sessions {
		if s.number != e.Session {
			d.out.Send(&s.Conn, e.Frame)
		}
	}
	return nil
}

// toUsers queues a frame for all sessions of some people but one.
func (d *delivery) toUsers(list [][16]byte, but uint64, frame []byte) {
	for _, user := range list {
		d.scratch = d.gw.users.append(d.scratch[:0], user)
		for _, s := range d.scratch {
			if s.number != but {
				d.out.Send(&s.Conn, frame)
			}
		}
	}
}
