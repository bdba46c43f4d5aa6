package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"

	"madang/client"
	"madang/e2e/crash/history"
	"madang/internal/wire"
)

// handler records what the device is told.
func (d *device) handler() client.Handler {
	note := func(e history.Event) {
		e.Device, e.User = d.name, d.person.ID
		d.crowd.record.Note(e)
	}
	return client.Handler{
		Entry: func(room wire.ID, e *wire.Entry) {
			note(history.Event{What: history.Got, Room: room, Entry: e})
			d.mu.Lock()
			d.seen[room] = e.Seq
			if e.Kind == wire.KindMessage && e.SenderID != d.person.ID {
				d.others[room] = e.Seq
			}
			d.mu.Unlock()
		},
		Skipped: func(room wire.ID, from, to uint64) {
			note(history.Event{What: history.Skipped, Room: room, Seq: from, To: to})
		},
		Reset: func(string) { note(history.Event{What: history.Reset}) },
		Read: func(room, user wire.ID, seq uint64) {
			note(history.Event{What: history.Heard, Room: room, Reader: user, Seq: seq})
		},
	}
}

// act does one thing that people do, and returns when it is answered.
func (d *device) act(ctx context.Context, rnd *rand.Rand) error {
	k := d.crowd.room(rnd, d.person.ID)
	switch n := rnd.IntN(1000); {
	case n < 600:
		return d.send(ctx, k.id, rnd)
	case n < 640:
		return refused(d.crowd.say(ctx, d.person, k.id))
	case n < 780:
		return d.read(ctx, k.id)
	case n < 860:
		return d.edit(ctx, rnd)
	case n < 890:
		return d.remove(ctx, rnd)
	case n < 910:
		return d.hide(ctx, k.id)
	case n < 960:
		return d.sendAgain(ctx, rnd)
	case n < 990:
		return d.look(ctx)
	case n < 995:
		return d.start(ctx, rnd)
	default:
		return d.leave(ctx)
	}
}

func (d *device) note(what history.What, room wire.ID, seq uint64, text string) {
	d.crowd.record.Note(history.Event{What: what, Device: d.name, User: d.person.ID, Room: room, Seq: seq, Text: text})
}

// texts makes every text another one.
var texts atomic.Int64

func text(what string, rnd *rand.Rand) string {
	b := fmt.Appendf(nil, "%s %d ", what, texts.Add(1))
	for range rnd.IntN(120) {
		b = append(b, byte('a'+rnd.IntN(26)))
	}
	return string(b)
}

func (d *device) send(ctx context.Context, room wire.ID, rnd *rand.Rand) error {
	s := &sent{room: room, clientID: client.NewID(), text: text("message", rnd)}
	if err := d.sendAs(ctx, s); err != nil {
		return err
	}
	d.crowd.acks.Add(1)
	d.mu.Lock()
	d.mine = append(d.mine, s)
	d.mu.Unlock()
	return nil
}

func (d *device) sendAs(ctx context.Context, s *sent) error {
	e := history.Event{What: history.Send, Device: d.name, User: d.person.ID, Room: s.room, Client: s.clientID, Text: s.text}
	d.crowd.record.Note(e)
	got, err := d.client.SendAs(ctx, s.room, s.clientID, client.Text(s.text))
	if err != nil {
		return fmt.Errorf("send to %s: %w", s.room, err)
	}
	e.What, e.Seq, e.Text = history.Sent, got.Seq, ""
	d.crowd.record.Note(e)
	s.seq = got.Seq
	return nil
}

// say sends a message by REST, once. It gives the server's error or that of the
// network.
func (c *crowd) say(ctx context.Context, p account, room wire.ID) error {
	e := history.Event{What: history.Send, Device: "rest", User: p.ID, Room: room, Client: client.NewID()}
	e.Text = fmt.Sprint("by rest ", texts.Add(1))
	c.record.Note(e)
	var got client.Sent
	in := map[string]any{"client_id": e.Client, "type": wire.TypeText, "text": e.Text}
	if err := c.door.api(p.Token).Do(ctx, http.MethodPost, "/v1/rooms/"+room.String()+"/messages", in, &got); err != nil {
		return err
	}
	e.What, e.Seq, e.Text = history.Sent, got.Seq, ""
	c.record.Note(e)
	c.acks.Add(1)
	return nil
}

// take takes one of the latest messages of the device out of its list, so that
// nobody else changes it meanwhile.
func (d *device) take(rnd *rand.Rand) *sent {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.mine)
	if n == 0 {
		return nil
	}
	i := n - 1 - rnd.IntN(min(n, 20))
	s := d.mine[i]
	d.mine[i] = d.mine[n-1]
	d.mine = d.mine[:n-1]
	return s
}

func (d *device) putBack(s *sent) {
	d.mu.Lock()
	d.mine = append(d.mine, s)
	d.mu.Unlock()
}

// sendAgain sends a message again that was acknowledged before, maybe long ago,
// from either device of the person.
func (d *device) sendAgain(ctx context.Context, rnd *rand.Rand) error {
	from := d.crowd.devices[rnd.IntN(len(d.crowd.devices))]
	if from.person.ID != d.person.ID {
		from = d
	}
	from.mu.Lock()
	var again sent
	if n := len(from.mine); n > 0 {
		again = *from.mine[rnd.IntN(n)]
	}
	from.mu.Unlock()
	if again.seq == 0 {
		return nil
	}
	return d.sendAs(ctx, &again)
}

func (d *device) read(ctx context.Context, room wire.ID) error {
	d.mu.Lock()
	seq := d.seen[room]
	d.mu.Unlock()
	if seq == 0 {
		return nil
	}
	d.note(history.Read, room, seq, "")
	if err := d.client.Read(ctx, room, seq); err != nil {
		return fmt.Errorf("read %s up to %d: %w", room, seq, err)
	}
	d.note(history.ReadSet, room, seq, "")
	return nil
}

func (d *device) edit(ctx context.Context, rnd *rand.Rand) error {
	s := d.take(rnd)
	if s == nil {
		return nil
	}
	defer d.putBack(s)
	words := text("edited", rnd)
	d.note(history.Edit, s.room, s.seq, words)
	if err := d.client.Edit(ctx, s.room, s.seq, words); err != nil {
		return fmt.Errorf("edit %s.%d: %w", s.room, s.seq, err)
	}
	d.note(history.Edited, s.room, s.seq, words)
	return nil
}

// remove deletes one of the device's messages for all.
func (d *device) remove(ctx context.Context, rnd *rand.Rand) error {
	s := d.take(rnd)
	if s == nil {
		return nil
	}
	d.note(history.Delete, s.room, s.seq, "")
	err := d.client.Delete(ctx, s.room, s.seq, true)
	// Asked again after a crash, a deletion that was done says that it was.
	if err != nil && !client.Is(err, "message_deleted") {
		return fmt.Errorf("delete %s.%d: %w", s.room, s.seq, err)
	}
	d.note(history.Deleted, s.room, s.seq, "")
	return nil
}

// hide deletes somebody else's latest message for the person alone. Their own
// they may want to change later.
func (d *device) hide(ctx context.Context, room wire.ID) error {
	d.mu.Lock()
	seq := d.others[room]
	d.mu.Unlock()
	if seq == 0 {
		return nil
	}
	d.note(history.Hide, room, seq, "")
	if err := d.client.Delete(ctx, room, seq, false); err != nil {
		return fmt.Errorf("hide %s.%d: %w", room, seq, err)
	}
	d.note(history.Hidden, room, seq, "")
	return nil
}

// look looks at the list of rooms.
func (d *device) look(ctx context.Context) error {
	e := history.Event{What: history.Look, Device: d.name, User: d.person.ID, Client: client.NewID()}
	d.crowd.record.Note(e)
	rooms, _, err := d.client.Rooms(ctx, "")
	if err != nil {
		return fmt.Errorf("list rooms: %w", err)
	}
	for _, r := range rooms {
		e.What, e.Room, e.Seq, e.To = history.Looked, r.ID, r.HeadSeq, r.ReadSeq
		d.crowd.record.Note(e)
	}
	return nil
}

// start makes a group with some others. When the answer gets lost it may exist
// or not; nobody here knows it then.
func (d *device) start(ctx context.Context, rnd *rand.Rand) error {
	all := d.crowd.people
	at := rnd.IntN(len(all))
	k := &talk{members: []wire.ID{d.person.ID}}
	var with []wire.ID
	for _, p := range append(all[at:len(all):len(all)], all[:at]...)[:3] {
		if p.ID == d.person.ID {
			continue
		}
		with = append(with, p.ID)
		if k.leaver.IsZero() {
			k.leaver = p.ID
		} else {
			k.members = append(k.members, p.ID)
		}
	}
	api := d.crowd.door.api(d.person.Token)
	room, err := api.CreateRoom(ctx, "made in between", with[:1]...)
	if err != nil {
		return refused(err)
	}
	if err := api.Invite(ctx, room.ID, with[1:]...); err != nil {
		return refused(err)
	}
	k.id = room.ID
	d.crowd.add(k)
	return nil
}

// refused lets pass what comes of a server that is going or gone.
func refused(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*client.Error](err)
	if !ok || e.Temporary() {
		return nil
	}
	return err
}

// leave leaves the latest room that the person came into and may leave.
func (d *device) leave(ctx context.Context) error {
	c := d.crowd
	c.mu.Lock()
	var k *talk
	for _, r := range c.rooms {
		if r.leaver == d.person.ID {
			k = r
		}
	}
	if k != nil {
		k.leaver = wire.ID{} // once
	}
	c.mu.Unlock()
	if k == nil {
		return nil
	}
	d.note(history.Leave, k.id, 0, "")
	err := c.door.api(d.person.Token).Do(ctx, http.MethodDelete, "/v1/rooms/"+k.id.String()+"/members/me", nil, nil)
	if err != nil {
		return refused(err)
	}
	d.note(history.Left, k.id, 0, "")
	return nil
}
