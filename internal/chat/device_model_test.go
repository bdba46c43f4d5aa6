package chat_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// modelDevice is a client as docs/protocol.md section 4 tells to write one: it
// keeps, for each room, the last number up to which it has everything, takes
// what is pushed, fetches what it finds missing, and works out unread numbers by
// itself. It belongs to one test goroutine.
type modelDevice struct {
	chat  *chat.Chat
	actor chat.Actor
	// online says that pushed frames reach it.
	online bool
	rooms  map[wire.ID]*modelCopy

	// What the test has kept from it. No client can know of it.
	behind map[wire.ID]bool // an entry was lost: until the next one, or sync
	blind  map[wire.ID]bool // a sign without number was lost: until it lists its rooms anew
	// Messages that the person deleted for themselves elsewhere, of which the
	// sign was lost. It has no number, so the device goes on showing them.
	unhid map[modelPlace]bool
}

// modelPlace is a message.
type modelPlace struct {
	room wire.ID
	seq  uint64
}

// modelCopy is what a device has of a room: everything from tail to have.
type modelCopy struct {
	tail, have uint64
	entries    map[uint64]wire.Entry
	early      map[uint64]wire.Entry
	people     map[wire.ID]modelMarks
}

type modelMarks struct{ joined, read uint64 }

// modelFrame is a notification.
type modelFrame struct {
	Method string `json:"method"`
	Params struct {
		RoomID wire.ID    `json:"room_id"`
		Entry  wire.Entry `json:"entry"`
		UserID wire.ID    `json:"user_id"`
		Seq    uint64     `json:"seq"`
		Gone   bool       `json:"gone"`
	} `json:"params"`
}

func parseFrame(b []byte) (f modelFrame, err error) {
	if err = json.Unmarshal(b, &f); err != nil {
		err = fmt.Errorf("frame %s: %w", b, err)
	}
	return f, err
}

// take does what a notification says.
func (d *modelDevice) take(f *modelFrame) error {
	id := f.Params.RoomID
	switch r := d.rooms[id]; f.Method {
	case "entry":
		if r == nil {
			return d.open(id)
		}
		if err := d.entry(id, f.Params.Entry); err != nil {
			return err
		}
		return d.counted(id, &f.Params.Entry)
	case "read":
		if r != nil {
			r.mark(f.Params.UserID, f.Params.Seq)
		}
	case "room":
		if f.Params.Gone {
			delete(d.rooms, id)
			return nil
		}
		return d.refresh(id)
	default:
		return fmt.Errorf("no client expects %s", f.Method)
	}
	return nil
}

// counted compares the unread number that a new message was pushed with to the
// device's own.
func (d *modelDevice) counted(id wire.ID, e *wire.Entry) error {
	r := d.rooms[id]
	if e.Kind != wire.KindMessage || r.have != e.Seq || d.blind[id] {
		return nil
	}
	if n := r.unreadBy(e); e.UnreadBy == nil || *e.UnreadBy != n {
		return fmt.Errorf("a message is pushed without the right unread_by, which is %d", n)
	}
	return nil
}

// entry takes an entry of a room that the device knows: the next one, a copy, or
// one behind a gap. A copy that is hidden was deleted on another device.
func (d *modelDevice) entry(id wire.ID, e wire.Entry) error {
	r := d.rooms[id]
	switch {
	case e.Seq <= r.have:
		if e.Kind == wire.KindHidden && e.Seq >= r.tail {
			r.entries[e.Seq] = e
		}
		return nil
	case e.Seq > r.have+1:
		r.early[e.Seq] = e
		return d.fill(id)
	}
	if err := d.append(id, e); err != nil {
		return err
	}
	for {
		next, ok := r.early[r.have+1]
		if !ok {
			return nil
		}
		delete(r.early, next.Seq)
		if err := d.append(id, next); err != nil {
			return err
		}
	}
}

func (d *modelDevice) append(id wire.ID, e wire.Entry) error {
	r := d.rooms[id]
	r.have = e.Seq
	r.entries[e.Seq] = e
	if n := e.Notice; n != nil {
		switch n.Event {
		case wire.EventInvited:
			for _, u := range n.UserIDs {
				r.people[u] = modelMarks{e.Seq, e.Seq}
			}
		case wire.EventJoined:
			r.people[e.SenderID] = modelMarks{e.Seq, e.Seq}
		case wire.EventRemoved:
			for _, u := range n.UserIDs {
				delete(r.people, u)
			}
		case wire.EventLeft:
			delete(r.people, e.SenderID)
		}
	}
	old, ok := r.entries[e.TargetSeq]
	switch {
	case e.TargetSeq == 0 || !ok || old.Kind == wire.KindHidden:
		return nil
	case e.Target != nil:
		r.entries[e.TargetSeq] = *e.Target
		return nil
	}
	// The frame is shared by people who do not all see the target alike.
	page, err := d.page(id, chat.Page{Before: e.TargetSeq + 1, Limit: 1})
	if err == nil && len(page.list) == 1 && page.list[0].Seq == e.TargetSeq {
		r.entries[e.TargetSeq] = page.list[0]
	}
	return err
}

type modelPage struct {
	list       []wire.Entry
	head, tail uint64
}

// page asks for entries. A room that the person is out of has none.
func (d *modelDevice) page(id wire.ID, p chat.Page) (page modelPage, err error) {
	m, err := d.chat.Messages(context.Background(), d.actor, id, p)
	if fault.Has(err, fault.NotAMember) || fault.Has(err, fault.RoomUnknown) {
		return page, nil
	}
	if err != nil {
		return page, fmt.Errorf("messages of a device: %w", err)
	}
	page.head, page.tail = m.Head, m.Tail
	for _, e := range m.Entries {
		w, err := e.Decode()
		if err != nil {
			return page, err
		}
		page.list = append(page.list, w)
	}
	return page, nil
}

// fill asks for what comes after the last number, page by page.
func (d *modelDevice) fill(id wire.ID) error {
	r := d.rooms[id]
	for r != nil {
		page, err := d.page(id, chat.Page{After: r.have, FromStart: true, Limit: 3})
		if err != nil {
			return err
		}
		r.cut(page.tail)
		for _, e := range page.list {
			if e.Seq != r.have+1 {
				return fmt.Errorf("a page after %d goes on with %d", r.have, e.Seq)
			}
			if err := d.append(id, e); err != nil {
				return err
			}
		}
		if len(page.list) == 0 {
			maps.DeleteFunc(r.early, func(seq uint64, _ wire.Entry) bool { return seq <= r.have })
			return nil
		}
	}
	return nil
}

// cut forgets what lies below the tail.
func (r *modelCopy) cut(tail uint64) {
	if tail <= r.tail {
		return
	}
	r.tail, r.have = tail, max(r.have, tail-1)
	maps.DeleteFunc(r.entries, func(seq uint64, _ wire.Entry) bool { return seq < tail })
	maps.DeleteFunc(r.early, func(seq uint64, _ wire.Entry) bool { return seq < tail })
}

func (r *modelCopy) mark(u wire.ID, seq uint64) {
	if m, ok := r.people[u]; ok {
		m.read = max(m.read, seq)
		r.people[u] = m
	}
}

// open gets a room that is new to the device.
func (d *modelDevice) open(id wire.ID) error {
	if err := d.refresh(id); err != nil || d.rooms[id] == nil {
		return err
	}
	return d.fill(id)
}

// refresh asks for a room about which something has changed.
func (d *modelDevice) refresh(id wire.ID) error {
	view, err := d.chat.Room(context.Background(), d.actor, id)
	if fault.Has(err, fault.NotAMember) || fault.Has(err, fault.RoomUnknown) {
		delete(d.rooms, id)
		return nil
	}
	if err != nil {
		return fmt.Errorf("room of a device: %w", err)
	}
	d.see(&view.Room)
	return d.fill(id)
}

// see takes a view of a room.
func (d *modelDevice) see(v *wire.Room) *modelCopy {
	r := d.rooms[v.ID]
	if r == nil {
		r = &modelCopy{tail: v.TailSeq, have: v.TailSeq - 1, entries: map[uint64]wire.Entry{}, early: map[uint64]wire.Entry{}}
		d.rooms[v.ID] = r
	}
	r.cut(v.TailSeq)
	r.people = make(map[wire.ID]modelMarks, len(v.Members))
	for _, m := range v.Members {
		r.people[m.UserID] = modelMarks{m.JoinedSeq, m.ReadSeq}
	}
	delete(d.blind, v.ID)
	return r
}

// sync catches up: first the gaps by number, then the list of rooms for what
// has no number.
func (d *modelDevice) sync() error {
	ctx := context.Background()
	have := make(map[wire.ID]uint64, len(d.rooms))
	for id, r := range d.rooms {
		have[id] = r.have
	}
	answer, err := d.chat.Sync(ctx, d.actor, d.chat.Epoch(), have)
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	if answer.Reset {
		return fmt.Errorf("sync says that the epoch has changed")
	}
	for i := range answer.Rooms {
		if err := d.synced(&answer.Rooms[i]); err != nil {
			return err
		}
	}
	for _, id := range answer.Gone {
		if _, ok := have[id]; !ok {
			return fmt.Errorf("sync: a room is gone that was not named")
		}
		delete(d.rooms, id)
	}
	for _, id := range answer.New {
		if _, ok := have[id]; ok {
			return fmt.Errorf("sync: a room is new that was named")
		}
		if err := d.open(id); err != nil {
			return err
		}
	}
	clear(d.behind)
	return d.list()
}

// synced takes what sync tells of a room.
func (d *modelDevice) synced(s *chat.SyncRoom) error {
	r := d.rooms[s.Room]
	if r == nil {
		return fmt.Errorf("sync tells of a room that was not named")
	}
	r.cut(s.Tail)
	for _, e := range s.Entries {
		w, err := e.Decode()
		if err != nil {
			return err
		}
		if w.Seq != r.have+1 {
			return fmt.Errorf("sync after %d goes on with %d", r.have, w.Seq)
		}
		if err := d.append(s.Room, w); err != nil {
			return err
		}
	}
	if s.More != (r.have < s.Head) {
		return fmt.Errorf("sync says more: %v at %d of %d", s.More, r.have, s.Head)
	}
	if err := d.fill(s.Room); err != nil {
		return err
	}
	r.mark(d.actor.User, s.Read)
	if n := r.unread(d.actor.User); n != s.Unread && !d.shows(s.Room) {
		return fmt.Errorf("sync says that %d are unread; by its own count the device has %d", s.Unread, n)
	}
	return nil
}

// list takes the marks out of the list of rooms, in small pages.
func (d *modelDevice) list() error {
	seen := map[wire.ID]bool{}
	for cursor := ""; ; {
		page, next, err := d.chat.Rooms(context.Background(), d.actor, cursor, 2)
		if err != nil {
			return fmt.Errorf("rooms of a device: %w", err)
		}
		for i := range page {
			v := &page[i].Room
			if d.rooms[v.ID] == nil {
				return fmt.Errorf("a room is in the list that sync did not tell of")
			}
			seen[v.ID] = true
			if r := d.see(v); r.have != v.HeadSeq {
				return fmt.Errorf("after a sync the device is at %d, and the room at %d", r.have, v.HeadSeq)
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	// What the person has cleared is in no list, and nothing is left of it.
	for id := range d.rooms {
		if !seen[id] {
			if err := d.refresh(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// shows reports whether the device shows something in a room that its person
// has deleted elsewhere.
func (d *modelDevice) shows(room wire.ID) bool {
	for at := range d.unhid {
		if at.room == room {
			return true
		}
	}
	return false
}

func (r *modelCopy) unread(me wire.ID) (n uint64) {
	marks := r.people[me]
	for seq, e := range r.entries {
		if e.Kind == wire.KindMessage && e.SenderID != me && seq > max(marks.joined, marks.read) {
			n++
		}
	}
	return n
}

// shown is the room as the device shows it.
func (r *modelCopy) shown() (list []wire.Entry) {
	for _, seq := range slices.Sorted(maps.Keys(r.entries)) {
		e := r.entries[seq]
		e.UnreadBy = nil
		if e.Kind == wire.KindMessage {
			n := r.unreadBy(&e)
			e.UnreadBy = &n
		}
		e.Target = nil // it is of its time; what it is now stands in its place
		list = append(list, e)
	}
	return list
}

func (r *modelCopy) unreadBy(e *wire.Entry) (n int) {
	for u, m := range r.people {
		if u != e.SenderID && m.joined < e.Seq && m.read < e.Seq {
			n++
		}
	}
	return n
}
