package chat

import (
	"context"
	"fmt"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// change is a change of who is in a room, or of what the room is, on its way
// through the lane.
type change struct {
	chat    *Chat
	room    RoomID
	session uint64

	before, after uint64 // control versions
	others        int
	news          []news
	people        []peopleNews
	touched       []UserID // whose rows changed
}

// news is an entry to tell of, with the message that it puts up as the notice of
// the room, or those who are out of the room after it.
type news struct {
	entry   roomlog.Entry
	target  *roomlog.Entry
	outside []UserID
}

// peopleNews is for those for whom the room itself has changed.
type peopleNews struct {
	users []UserID
	gone  bool
}

// change runs an op that changes membership or meta, and returns when the
// change is on disk and in the projection. apply checks and stages; what it
// touched and has to tell it leaves with ch. The op's Room, Sender, Users and
// Everyone are the caller's.
func (c *Chat) change(ctx context.Context, a Actor, op *roomlog.Op, apply func(tx *roomlog.Tx, ch *change) error) error {
	op.Sender = a.User
	ch := &change{chat: c, room: op.Room, session: a.Session}
	op.Apply = func(tx *roomlog.Tx) error {
		*ch = change{chat: c, room: op.Room, session: a.Session}
		h := tx.Head()
		ch.before = h.Control
		if err := apply(tx, ch); err != nil {
			return err
		}
		h = tx.Head()
		ch.after, ch.others = h.Control, max(0, int(h.Present)-1)
		if len(ch.news) > 0 || len(ch.people) > 0 {
			tx.Tell(ch)
		}
		return nil
	}
	if _, err := c.log.Wait(ctx, op); err != nil {
		return err
	}
	if ch.after == ch.before {
		return nil
	}
	if err := c.project(ctx, ch); err != nil {
		return fmt.Errorf("project room %s: %w", op.Room, err)
	}
	return nil
}

// notice appends a notice by the op's sender.
func (ch *change) notice(tx *roomlog.Tx, n wire.Notice) {
	e := tx.Append(roomlog.Entry{Kind: roomlog.Notice, Body: noticeBody(&n)})
	ch.news = append(ch.news, news{entry: e, outside: outside(&e, &n)})
}

// join lets people in, after the notice of it was appended.
func (ch *change) join(tx *roomlog.Tx, role uint8, listed bool, users ...UserID) {
	for _, u := range users {
		tx.Join(u, role, listed)
	}
	ch.touched = append(ch.touched, users...)
	ch.people = append(ch.people, peopleNews{users: users})
}

// leave ends people's stay, after the notice of it was appended.
func (ch *change) leave(tx *roomlog.Tx, user UserID) {
	tx.Leave(user)
	ch.touched = append(ch.touched, user)
	ch.people = append(ch.people, peopleNews{users: []UserID{user}, gone: true})
}

// setRole changes a role.
func (ch *change) setRole(tx *roomlog.Tx, user UserID, role uint8) {
	tx.SetRole(user, role)
	ch.touched = append(ch.touched, user)
	ch.people = append(ch.people, peopleNews{users: []UserID{user}})
}

func (ch *change) tell(t *telling) {
	for i := range ch.news {
		n := &ch.news[i]
		unreadBy := -1
		if n.entry.Kind == roomlog.Message {
			unreadBy = ch.others
		}
		target := n.target
		if target != nil && n.entry.HiddenFrom.IsZero() && !t.allSee(ch.room, ch.before, target.Seq) {
			target = nil
		}
		t.entry(ch.room, ch.after, ch.session, &n.entry, target, unreadBy, n.outside)
	}
	for _, p := range ch.people {
		t.room(ch.room, ch.after, ch.session, p.gone, p.users...)
	}
}
