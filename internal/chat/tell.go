package chat

import (
	"madang/internal/bus"
	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// teller is what an op leaves with [roomlog.Tx.Tell]: something to pass on when
// the commit is on disk.
type teller interface {
	tell(t *telling)
}

// telling makes the bus batch of one commit. Frames are encoded once, into one
// buffer, and cut out of it at the end, when it no longer moves.
type telling struct {
	chat   *Chat
	events []bus.Event
	buf    []byte
	frames []span
}

// span is the place of a frame of an event in the buffer.
type span struct {
	event      int
	start, end int
	hidden     bool
}

// frameOverhead is about what a frame holds beside its content.
const frameOverhead = 360

// tell passes a commit on. It runs on the lane's goroutine, after the commit is
// on disk and before the senders have their answers.
func (c *Chat) tell(commit *roomlog.Commit) {
	if commit.Pos != 0 {
		c.followers[commit.Shard].heard(commit)
	}
	t := telling{chat: c, events: make([]bus.Event, 0, len(commit.Events)), frames: make([]span, 0, len(commit.Events))}
	size := 0
	for _, e := range commit.Events {
		if s, ok := e.(*sending); ok {
			size += len(s.body) + frameOverhead
		}
	}
	t.buf = make([]byte, 0, size)
	for _, e := range commit.Events {
		e.(teller).tell(&t)
	}
	c.bus.Publish(t.batch(commit.Shard, commit.Pos))
}

func (t *telling) batch(shard uint8, pos uint64) *bus.Batch {
	for _, f := range t.frames {
		frame := t.buf[f.start:f.end:f.end]
		if f.hidden {
			t.events[f.event].Hidden = frame
		} else {
			t.events[f.event].Frame = frame
		}
	}
	return &bus.Batch{Shard: shard, Pos: pos, Events: t.events}
}

// frame ends a frame of the last event that began at start.
func (t *telling) frame(start int, hidden bool) {
	t.frames = append(t.frames, span{len(t.events) - 1, start, len(t.buf), hidden})
}

// entry tells of a new entry. target is what an edit, deletion or reaction
// changed, or a notice put up; it goes along when everybody in the room may see it, otherwise
// clients that have the target ask for it.
func (t *telling) entry(room RoomID, control, session uint64, e *roomlog.Entry, target *roomlog.Entry, unreadBy int, outside []UserID) {
	ev := bus.Event{
		Kind: bus.Entry, Room: room, Seq: e.Seq, Control: control, User: e.Sender, Session: session, HiddenFrom: e.HiddenFrom,
	}
	for _, u := range outside {
		ev.Users = append(ev.Users, u)
	}
	v := view{unreadBy: unreadBy, target: target}
	if !e.HiddenFrom.IsZero() {
		v.viewer = e.Sender // nobody else gets the frame
	} else if target != nil && (isVeiled(target) || !target.HiddenFrom.IsZero()) {
		v.target = nil
	}
	start := len(t.buf)
	b, err := appendEntryFrame(t.buf, room, e, v)
	if err != nil {
		// The entry is in the log and will be missed, and asked for, there.
		t.chat.logger.Error("an entry cannot be passed on", "room", room, "seq", e.Seq, "cause", err)
		t.buf = t.buf[:start]
		return
	}
	t.buf = b
	t.events = append(t.events, ev)
	t.frame(start, false)
	if !e.HiddenFrom.IsZero() {
		start = len(t.buf)
		t.buf = appendHiddenFrame(t.buf, room, e.Seq)
		t.frame(start, true)
	}
}

// allSee reports whether everybody in a room is known to have been there before
// an entry, as of a control version: then the frame that all of them get may hold
// it. Not all may see what is older than they are here.
func (t *telling) allSee(room RoomID, control, seq uint64) bool {
	a, ok := t.chat.audiences.GetIfPresent(room)
	return ok && a.control >= control && a.newest < seq
}

// read tells of a read mark.
func (t *telling) read(room RoomID, user UserID, seq, session uint64) {
	t.events = append(t.events, bus.Event{Kind: bus.Read, Room: room, User: user, Seq: seq, Session: session})
	start := len(t.buf)
	t.buf = appendReadFrame(t.buf, room, user, seq)
	t.frame(start, false)
}

// room tells people that a room has changed for them, or is gone.
func (t *telling) room(room RoomID, control, session uint64, gone bool, users ...UserID) {
	if len(users) == 0 {
		return
	}
	ev := bus.Event{Kind: bus.People, Room: room, Control: control, Session: session}
	for _, u := range users {
		ev.Users = append(ev.Users, u)
	}
	t.events = append(t.events, ev)
	start := len(t.buf)
	t.buf = appendRoomFrame(t.buf, room, gone)
	t.frame(start, false)
}

// hide tells a person's devices that an entry is out of their sight.
func (t *telling) hide(room RoomID, user UserID, seq, session uint64) {
	t.events = append(t.events, bus.Event{Kind: bus.People, Room: room, Session: session, Users: [][16]byte{user}})
	start := len(t.buf)
	t.buf = appendHiddenFrame(t.buf, room, seq)
	t.frame(start, false)
}

// draft tells a person's devices what they have begun to write; nil is nothing.
func (t *telling) draft(room RoomID, user UserID, d *wire.Draft, session uint64) {
	t.events = append(t.events, bus.Event{Kind: bus.People, Room: room, Session: session, Users: [][16]byte{user}})
	start := len(t.buf)
	t.buf = appendDraftFrame(t.buf, room, d)
	t.frame(start, false)
}

// typing tells that somebody writes.
func (t *telling) typing(room RoomID, control uint64, user UserID, session uint64) {
	t.events = append(t.events, bus.Event{Kind: bus.Room, Room: room, Control: control, User: user, Session: session})
	start := len(t.buf)
	t.buf = appendTypingFrame(t.buf, room, user)
	t.frame(start, false)
}

// publish sends out what has nothing to do with a commit.
func (c *Chat) publish(fill func(t *telling)) {
	t := telling{chat: c}
	fill(&t)
	c.bus.Publish(t.batch(0, 0))
}

// outside is who must hear of a notice although they are out of the room after
// it.
func outside(e *roomlog.Entry, n *wire.Notice) []UserID {
	switch n.Event {
	case wire.EventLeft:
		return []UserID{e.Sender}
	case wire.EventRemoved:
		return n.UserIDs
	}
	return nil
}
