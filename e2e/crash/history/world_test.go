package history_test

import (
	"encoding/binary"
	"fmt"
	"slices"

	"madang/e2e/crash/history"
	"madang/internal/wire"
)

// world is a server that does everything right, written anew for these tests:
// one room, people with two devices each, and the history of what they did.
type world struct {
	history.Recorder
	room  wire.ID
	users []wire.ID
	log   []*wire.Entry
	texts map[uint64]string // what messages say now
	gone  map[uint64]bool
	hid   map[wire.ID]map[uint64]bool
	read  map[wire.ID]uint64
	given map[string]int // entries that a device was given
	ids   uint64
}

func newWorld(people int) *world {
	w := &world{
		texts: make(map[uint64]string), gone: make(map[uint64]bool), hid: make(map[wire.ID]map[uint64]bool),
		read: make(map[wire.ID]uint64), given: make(map[string]int),
	}
	w.room = w.id()
	for range people {
		u := w.id()
		w.users = append(w.users, u)
		w.hid[u] = make(map[uint64]bool)
	}
	w.add(&wire.Entry{Kind: wire.KindNotice, SenderID: w.users[0], Notice: &wire.Notice{Event: wire.EventCreated}})
	return w
}

func (w *world) id() (id wire.ID) {
	w.ids++
	binary.BigEndian.PutUint64(id[8:], w.ids)
	return id
}

func (w *world) add(e *wire.Entry) uint64 {
	e.Seq = uint64(len(w.log) + 1)
	e.CreatedAt = wire.Time(1000 + e.Seq)
	w.log = append(w.log, e)
	return e.Seq
}

func (w *world) devices() map[string]wire.ID {
	all := make(map[string]wire.ID)
	for i, u := range w.users {
		all[fmt.Sprintf("%d phone", i)], all[fmt.Sprintf("%d desk", i)] = u, u
	}
	return all
}

func (w *world) note(what history.What, user wire.ID, seq uint64, text string) {
	w.Note(history.Event{What: what, Device: "phone", User: user, Room: w.room, Seq: seq, Text: text})
}

// send sends a message, and acknowledges it when told so.
func (w *world) send(user wire.ID, text string, ack bool) uint64 {
	client := w.id()
	ev := history.Event{What: history.Send, Device: "phone", User: user, Room: w.room, Client: client, Text: text}
	w.Note(ev)
	seq := w.add(&wire.Entry{Kind: wire.KindMessage, SenderID: user, ClientID: client})
	w.texts[seq] = text
	if ack {
		ev.What, ev.Seq, ev.Text = history.Sent, seq, ""
		w.Note(ev)
	}
	return seq
}

// edit edits a message of one's own that is still there.
func (w *world) edit(seq uint64, text string, done bool) {
	user := w.log[seq-1].SenderID
	w.note(history.Edit, user, seq, text)
	if !done {
		return
	}
	w.texts[seq] = text
	w.add(&wire.Entry{Kind: wire.KindEdit, SenderID: user, TargetSeq: seq})
	w.note(history.Edited, user, seq, text)
}

func (w *world) deleteForAll(seq uint64) {
	user := w.log[seq-1].SenderID
	w.note(history.Delete, user, seq, "")
	w.gone[seq] = true
	w.add(&wire.Entry{Kind: wire.KindDeletion, SenderID: user, TargetSeq: seq})
	w.note(history.Deleted, user, seq, "")
}

func (w *world) hide(user wire.ID, seq uint64) {
	w.note(history.Hide, user, seq, "")
	w.hid[user][seq] = true
	w.note(history.Hidden, user, seq, "")
}

func (w *world) markRead(user wire.ID, seq uint64, done bool) {
	w.note(history.Read, user, seq, "")
	if done {
		w.read[user] = max(w.read[user], min(seq, uint64(len(w.log))))
		w.note(history.ReadSet, user, seq, "")
	}
}

// give gives a device the next n entries.
func (w *world) give(device string, n int) {
	user := w.devices()[device]
	for range n {
		i := w.given[device]
		if i == len(w.log) {
			return
		}
		w.given[device]++
		w.Note(history.Event{What: history.Got, Device: device, User: user, Room: w.room, Entry: w.seen(user, w.log[i])})
	}
}

func (w *world) giveAll() {
	for device := range w.devices() {
		w.give(device, len(w.log))
	}
}

// seen is an entry as a person sees it now.
func (w *world) seen(user wire.ID, e *wire.Entry) *wire.Entry {
	if w.hid[user][e.Seq] {
		return &wire.Entry{Seq: e.Seq, Kind: wire.KindHidden}
	}
	out := *e
	if e.Kind != wire.KindMessage {
		return &out
	}
	by := 0
	for _, u := range w.users {
		if u != e.SenderID && w.read[u] < e.Seq {
			by++
		}
	}
	out.UnreadBy = &by
	if out.Deleted = w.gone[e.Seq]; !out.Deleted {
		out.Content = &wire.Content{Type: wire.TypeText, Text: w.texts[e.Seq]}
	}
	return &out
}

// state is the room as all its members see it.
func (w *world) state() history.State {
	var members []history.Member
	for _, u := range w.users {
		m := history.Member{User: u, Head: uint64(len(w.log)), Tail: 1, Read: w.read[u]}
		for _, e := range w.log {
			m.Entries = append(m.Entries, w.seen(u, e))
			if e.Kind == wire.KindMessage && e.Seq > m.Read && e.SenderID != u && !w.hid[u][e.Seq] {
				m.Unread++
			}
		}
		members = append(members, m)
	}
	return history.State{w.room: members}
}

// check checks the world against a state of it.
func (w *world) check(s history.State) []history.Violation {
	return append(history.Check(w.Events(), s), history.CaughtUp(w.Events(), s, w.devices())...)
}

func rules(bad []history.Violation) []history.Rule {
	var out []history.Rule
	for _, v := range bad {
		if !slices.Contains(out, v.Rule) {
			out = append(out, v.Rule)
		}
	}
	return out
}
