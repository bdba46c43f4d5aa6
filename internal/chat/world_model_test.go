package chat_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

// modelWorld is one run of the model test: a few people with several devices
// each, a chat, and the model of what it should be.
type modelWorld struct {
	house   *chattest.House
	random  *rand.Rand // see below
	model   modelRooms
	people  []chat.Actor
	devices []*modelDevice
	sent    []modelSent
	focus   *modelRoom // where much happens, if anywhere
	alone   bool       // nothing happens elsewhere
	theme   int        // what happens, see steps
	touched *modelRoom // by the last step
	step    int
}

// modelSent is a message that may be sent again.
type modelSent struct {
	user wire.ID
	chat.Send
}

const modelPeople = 4

func newModelWorld(h *chattest.House, seed uint64) *modelWorld {
	w := &modelWorld{house: h, random: rand.New(rand.NewPCG(seed, 0)), people: h.Users(modelPeople)}
	w.model.blocks = map[modelPair]bool{}
	for i, p := range w.people {
		for range 1 + i%2 {
			p.Session = uint64(len(w.devices) + 1)
			w.devices = append(w.devices, &modelDevice{
				chat: h.Chat, actor: p, online: true, rooms: map[wire.ID]*modelCopy{},
				behind: map[wire.ID]bool{}, blind: map[wire.ID]bool{}, unhid: map[modelPlace]bool{},
			})
		}
	}
	return w
}

// begin moves the clock, so that times tell steps apart.
func (w *modelWorld) begin() {
	w.house.Clock.Advance(time.Second)
	w.model.now = w.house.Clock.NowMs()
	w.house.Ear.Forget()
	w.step++
	w.touched = nil
}

// code gives the fault of an error, 0 for none. Anything else ends the test.
func code(t *rapid.T, err error) fault.Code {
	if err == nil {
		return 0
	}
	f := fault.From(err)
	if f.Code == fault.InternalError {
		t.Fatalf("the server failed: %v", err)
	}
	return f.Code
}

// agree ends the test unless the server answered as the model.
func agree(t *rapid.T, what string, err error, want fault.Code) (done bool) {
	t.Helper()
	got := code(t, err)
	if got != want {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
	return got == 0
}

// deliver hands on what the bus told, as a gateway does: to the devices of those
// who hear of it, less the one whose call made it. Each frame may get lost on
// its way. When rebuilt is set, the hints of commits are lost before they are
// handed on, and made anew from the feed.
func (w *modelWorld) deliver(t *rapid.T, rebuilt bool) {
	ctx := context.Background()
	for _, b := range w.house.Ear.Batches() {
		if rebuilt && canRebuild(b) {
			missed, err := w.house.Chat.MissedSince(ctx, b.Shard, b.Pos-1)
			if err != nil || len(missed) == 0 || missed[0].Pos != b.Pos {
				t.Fatalf("the feed does not have position %d of shard %d: %v", b.Pos, b.Shard, err)
			}
			b = missed[0]
		}
		for i := range b.Events {
			w.event(t, &b.Events[i])
		}
	}
}

// canRebuild reports whether the feed tells all that a batch does: not read
// marks, nor what concerns one person alone.
func canRebuild(b *bus.Batch) bool {
	entries := map[wire.ID]bool{}
	for i := range b.Events {
		switch e := &b.Events[i]; {
		case e.Kind == bus.Entry:
			entries[e.Room] = true
		case e.Kind != bus.People || !entries[e.Room]:
			return false
		}
	}
	return b.Pos != 0
}

func (w *modelWorld) event(t *rapid.T, e *bus.Event) {
	ctx := context.Background()
	var hearers []wire.ID
	var err error
	switch e.Kind {
	case bus.Entry:
		hearers, err = w.house.Chat.Hearers(ctx, e.Room, e.Control, e.Seq)
		hearers = slices.Clone(hearers)
	case bus.Read:
		_, hearers, err = w.house.Chat.AudienceAt(ctx, e.Room, e.Control)
		hearers = slices.Clone(hearers)
	}
	if err != nil {
		t.Fatalf("who hears of room %s: %v", wire.ID(e.Room), err)
	}
	for _, u := range e.Users {
		if !slices.Contains(hearers, wire.ID(u)) {
			hearers = append(hearers, u)
		}
	}
	for _, d := range w.devices {
		if !slices.Contains(hearers, d.actor.User) || d.actor.Session == e.Session {
			continue
		}
		raw := e.Frame
		if e.HiddenFrom == d.actor.User {
			raw = e.Hidden
		}
		f, err := parseFrame(raw)
		if err != nil {
			t.Fatal(err)
		}
		w.mayHear(t, d.actor.User, &f)
		if !d.online || w.below(t, 6, "lost") == 5 {
			d.lose(&f)
		} else if err := d.take(&f); err != nil {
			t.Fatal(err)
		}
	}
}

// mayHear ends the test when a frame tells somebody what they must not know, or
// something that is not so.
func (w *modelWorld) mayHear(t *rapid.T, u wire.ID, f *modelFrame) {
	r := w.model.room(f.Params.RoomID)
	if r == nil || f.Method != "entry" {
		return
	}
	got := plain(f.Params.Entry)
	e := r.log[got.Seq-1]
	if r.standing(u) != 0 {
		if e.kind != wire.KindNotice {
			t.Fatalf("somebody out of the room hears of a %s", e.kind)
		}
		return
	}
	if e.seq < r.first(u) {
		t.Fatalf("somebody who came in after it hears of entry %d", e.seq)
	}
	want := plain(r.entry(e, u))
	want.UnreadBy, got.UnreadBy = nil, nil // see modelDevice.counted
	if got.Target == nil || e.target.hid[u] {
		// Those who have the target ask for it. Whoever deleted it for
		// themselves gets the frame of all, and goes on not showing it.
		want.Target, got.Target = nil, nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the frame of an entry (-want +got):\n%s", diff)
	}
}

// lose notes what a device will not know.
func (d *modelDevice) lose(f *modelFrame) {
	room, e := f.Params.RoomID, &f.Params.Entry
	r := d.rooms[room]
	switch {
	case f.Method != "entry":
		d.blind[room] = true
	case r != nil && e.Seq <= r.have && e.Kind == wire.KindHidden:
		d.unhid[modelPlace{room, e.Seq}] = true
	default:
		d.behind[room] = true
	}
}

// compare looks at a room through the eyes of one person.
func (w *modelWorld) compare(t *rapid.T, r *modelRoom, a chat.Actor) {
	ctx := context.Background()
	want := r.standing(a.User)
	page, err := w.house.Chat.Messages(ctx, a, r.id, chat.Page{Limit: wire.MaxPage})
	if !agree(t, "messages", err, want) {
		return
	}
	got := plainAll(w.decode(t, page.Entries))
	for len(got) > 0 && got[0].Seq > page.Tail {
		page, err = w.house.Chat.Messages(ctx, a, r.id, chat.Page{Before: got[0].Seq})
		agree(t, "earlier messages", err, 0)
		got = append(plainAll(w.decode(t, page.Entries)), got...)
	}
	if diff := cmp.Diff(plainAll(r.page(a.User)), got); diff != "" {
		t.Fatalf("the page of a %s room of %d entries (-want +got):\n%s", r.kind, r.head(), diff)
	}
	view, err := w.house.Chat.Room(ctx, a, r.id)
	agree(t, "room", err, want)
	gotRoom, err := view.Wire()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plainRoom(r.view(a.User, w.model.now)), plainRoom(gotRoom)); diff != "" {
		t.Fatalf("the view of a %s room (-want +got):\n%s", r.kind, diff)
	}
}

func (w *modelWorld) decode(t *rapid.T, list []chat.Entry) []wire.Entry {
	out := make([]wire.Entry, len(list))
	for i := range list {
		var err error
		if out[i], err = list[i].Decode(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// compareList looks at the list of rooms of one person.
func (w *modelWorld) compareList(t *rapid.T, a chat.Actor) {
	rooms, _, err := w.house.Chat.Rooms(context.Background(), a, "", 0)
	if err != nil {
		t.Fatalf("rooms: %v", err)
	}
	var want, got []wire.Room
	for _, r := range w.model.list(a.User) {
		want = append(want, plainRoom(r.view(a.User, w.model.now)))
	}
	for i := range rooms {
		r, err := rooms[i].Wire()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, plainRoom(r))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the list of rooms (-want +got):\n%s", diff)
	}
}

// compareDevice looks at what a device shows of a room, unless something was
// kept from it.
func (w *modelWorld) compareDevice(t *rapid.T, d *modelDevice, r *modelRoom) {
	c := d.rooms[r.id]
	if c != nil && c.have == uint64(r.head()) {
		delete(d.behind, r.id)
	}
	if !d.online || d.behind[r.id] || d.blind[r.id] {
		return
	}
	u := d.actor.User
	if r.standing(u) != 0 {
		if c != nil {
			t.Fatalf("a device shows a %s room in which its person is not", r.kind)
		}
		return
	}
	if c == nil {
		if r.last(u) != nil {
			t.Fatalf("a device has nothing of a %s room with messages for it", r.kind)
		}
		return
	}
	want, got := plainAll(r.page(u)), plainAll(c.shown())
	for i := range want {
		want[i].Target = nil
		if d.unhid[modelPlace{r.id, want[i].Seq}] && i < len(got) {
			got[i] = want[i]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("what a device shows of a %s room (-want +got):\n%s", r.kind, diff)
	}
	if n := c.unread(u); n != r.unread(u) && !d.shows(r.id) {
		t.Fatalf("a device counts %d unread, want %d", n, r.unread(u))
	}
}

// check looks at what the last step may have changed.
func (w *modelWorld) check(t *rapid.T) {
	if w.touched == nil {
		return
	}
	for _, d := range w.devices {
		w.compareDevice(t, d, w.touched)
	}
	a := w.people[w.step%len(w.people)]
	w.compare(t, w.touched, a)
	w.compareList(t, a)
}

// checkAll looks at everything, with all devices back.
func (w *modelWorld) checkAll(t *rapid.T) {
	for _, d := range w.devices {
		d.online = true
		if err := d.sync(); err != nil {
			t.Fatalf("a device catches up: %v", err)
		}
	}
	for _, r := range w.model.all {
		for _, a := range w.people {
			w.compare(t, r, a)
		}
		for _, d := range w.devices {
			w.compareDevice(t, d, r)
		}
	}
	for _, a := range w.people {
		w.compareList(t, a)
	}
	for i, a := range w.people {
		for j, b := range w.people {
			got, err := w.house.People.Blocked(context.Background(), a.User, b.User)
			if err != nil || got != w.model.blocks[modelPair{a.User, b.User}] {
				t.Fatalf("%d blocks %d: %v %v", i, j, got, err)
			}
		}
	}
}

func (w *modelWorld) block(t *rapid.T, a, b wire.ID, on bool) {
	_, err := w.house.People.MarkFriend(context.Background(), a, b, account.Marks{Blocked: &on})
	if err != nil {
		t.Fatalf("block: %v", err)
	}
	w.model.blocks[modelPair{a, b}] = on
}
