package chat_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

// modelChecks is how many histories a usual run makes on each engine, of
// modelSteps steps on average. The flags -rapid.checks and -rapid.steps ask for
// more: go test ./internal/chat -run TestModel -rapid.checks 5000 -timeout 0.
const (
	modelChecks = 40
	modelSteps  = 150
)

// TestModel does random things with a few people on many devices, and compares
// what everybody sees with a model that shares no code with the server.
func TestModel(t *testing.T) {
	usually(t, "rapid.checks", modelChecks)
	usually(t, "rapid.steps", modelSteps)
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		rapid.Check(t, func(rt *rapid.T) {
			w := newModelWorld(h, rapid.Uint64().Draw(rt, "seed"))
			w.prepare(rt)
			rt.Repeat(w.steps(rt))
			w.checkAll(rt)
		})
	})
}

// usually sets a flag for the duration of a test, unless the command line has.
func usually(t *testing.T, name string, value int) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	was := flag.Lookup(name).Value.String()
	if err := flag.Set(name, fmt.Sprint(value)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := flag.Set(name, was); err != nil {
			t.Error(err)
		}
	})
}

// prepare makes the rooms with which most histories begin.
func (w *modelWorld) prepare(t *rapid.T) {
	w.begin()
	w.createDirect(t, w.people[0], w.people[1])
	w.begin()
	w.createGroup(t, w.people[0], []wire.ID{w.people[1].User, w.people[2].User}, "")
	w.focus = pick(t, w, []*modelRoom{nil, w.model.all[0], w.model.all[1]}, "focus")
	w.alone = rapid.Bool().Draw(t, "alone")
	w.theme = w.below(t, 3, "theme")
}

// steps are what can happen. Each history has its own mixture, without most of
// it: things that seldom come together do so in some. One mixture is of what is
// said, one of who comes and goes, and the third is any.
func (w *modelWorld) steps(t *rapid.T) map[string]func(*rapid.T) {
	type step struct {
		name string
		do   func(*rapid.T)
	}
	talk := []step{
		{"send", w.send},
		{"read", w.read},
		{"edit", w.edit},
		{"react", w.react},
		{"delete for all", w.deleteForAll},
		{"delete for me", w.deleteForMe},
		{"block", w.toggleBlock},
		{"forward", w.forward},
	}
	people := []step{
		{"invite", w.invite},
		{"link", w.link},
		{"join", w.join},
		{"leave", w.leave},
		{"remove", w.remove},
		{"role", w.role},
		{"rename", w.rename},
		{"notice", w.notice},
		{"group", w.group},
		{"direct", w.direct},
		{"memo", w.memo},
	}
	rest := []step{
		{"send again", w.sendAgain},
		{"burst", w.burst},
		{"pin", w.pin},
		{"mute", w.mute},
		{"disconnect", w.disconnect},
		{"reconnect", w.reconnect},
		{"later", w.later},
		{"restart", w.restart},
	}
	mixture := []step{{"send", w.send}}
	for i, list := range [][]step{talk, people, rest} {
		for _, s := range list {
			often := []int{0, 0, 1, 3}[w.below(t, 4, s.name)]
			if w.theme < 2 && i < 2 {
				often = 2 * (1 - (w.theme+i)%2) // all of it, or nothing
			}
			mixture = append(mixture, slices.Repeat([]step{s}, often)...)
		}
	}
	return map[string]func(*rapid.T){
		"": w.check,
		"step": func(t *rapid.T) {
			s := pick(t, w, mixture, "step")
			t.Log(s.name)
			w.begin()
			s.do(t)
			w.deliver(t, w.below(t, 10, "rebuilt") == 9)
		},
	}
}

// below is a number from 0 to n-1, each as likely as the others: what rapid
// draws is mostly small, which is good for finding short histories, and bad for
// having many different ones.
func (w *modelWorld) below(t *rapid.T, n int, what string) int {
	return (rapid.IntRange(0, n-1).Draw(t, what) + w.random.IntN(n)) % n
}

func pick[T any](t *rapid.T, w *modelWorld, list []T, what string) T {
	if len(list) == 0 {
		t.Skip("no " + what)
	}
	return list[w.below(t, len(list), what)]
}

func (w *modelWorld) somebody(t *rapid.T) chat.Actor { return pick(t, w, w.people, "who") }

// member is somebody who is in a room, mostly, and often its owner.
func (w *modelWorld) member(t *rapid.T, r *modelRoom) chat.Actor {
	var present []chat.Actor
	for _, p := range w.people {
		if s := r.people[p.User]; r.standing(p.User) == 0 {
			present = append(present, p)
			if s.role == wire.RoleOwner {
				present = append(present, p)
			}
		}
	}
	if w.below(t, 8, "anybody") == 7 {
		present = w.people
	}
	return pick(t, w, present, "member")
}

// someRoom is any room; in most histories often, or always, the same one, so
// that things come to meet.
func (w *modelWorld) someRoom(t *rapid.T) *modelRoom {
	w.touched = w.focus
	if w.focus == nil || !w.alone && w.below(t, 3, "elsewhere") == 2 {
		w.touched = pick(t, w, w.model.all, "room")
	}
	return w.touched
}

// someSeq is a number in a room, or just outside.
func (w *modelWorld) someSeq(t *rapid.T, r *modelRoom) int { return w.below(t, r.head()+2, "seq") }

// someMessage is the number of a message that somebody sees in a room, mostly,
// and often of a late one; of one of their own when so asked.
func (w *modelWorld) someMessage(t *rapid.T, r *modelRoom, u wire.ID, own bool) int {
	if w.below(t, 8, "any") == 7 || r.standing(u) != 0 {
		return w.someSeq(t, r)
	}
	var list []int
	for seq := range r.head() + 1 {
		if e, code := r.message(u, seq); code == 0 && (!own || e.sender == u) {
			list = append(list, seq)
		}
	}
	if w.below(t, 4, "late") > 0 {
		list = list[max(0, len(list)-2):]
	}
	return pick(t, w, list, "message")
}

// by is the door by which somebody asks: one of their devices that are
// connected, or REST, which has no device that gets the answer.
func (w *modelWorld) by(t *rapid.T, a chat.Actor) (chat.Actor, *modelDevice) {
	var list []*modelDevice
	for _, d := range w.devices {
		if d.online && d.actor.User == a.User {
			list = append(list, d)
		}
	}
	if i := w.below(t, len(list)+1, "device"); i > 0 {
		return list[i-1].actor, list[i-1]
	}
	return a, nil
}

func someText(t *rapid.T) string {
	return rapid.StringOfN(rapid.RuneFrom([]rune("a안é<\"\\\n😀")), 0, 6, -1).Draw(t, "text") + "."
}

// some content of a message, sometimes with a reply or a mention that may be
// wrong.
func (w *modelWorld) someContent(t *rapid.T, r *modelRoom) wire.Content {
	c := wire.Content{Type: wire.TypeText, Text: someText(t)}
	switch w.below(t, 8, "beside") {
	case 6:
		c.ReplyTo = uint64(w.someSeq(t, r))
	case 7:
		end := len(utf16.Encode([]rune(c.Text)))
		c.Mentions = []wire.Mention{{UserID: w.somebody(t).User, Offset: end - 1, Length: 1}}
	}
	return c
}

// answered tells a device what its own message became.
func (d *modelDevice) answered(t *rapid.T, r *modelRoom, e *modelEntry) {
	if d == nil {
		return
	}
	var err error
	if d.rooms[r.id] == nil {
		err = d.open(r.id)
	} else {
		mine := r.entry(e, d.actor.User)
		mine.CreatedAt = wire.Time(e.at)
		err = d.entry(r.id, mine)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// look has a device fetch the entry that its own call made, of which it was
// told the number alone.
func (d *modelDevice) look(t *rapid.T, r *modelRoom) {
	if d == nil {
		return
	}
	get := d.open
	if d.rooms[r.id] != nil {
		get = d.fill
	}
	if err := get(r.id); err != nil {
		t.Fatal(err)
	}
}

func (w *modelWorld) sendThis(t *rapid.T, r *modelRoom, a chat.Actor, d *modelDevice, s chat.Send) {
	sent, err := w.house.Chat.Send(context.Background(), a, s)
	before := r.head()
	e, want := w.model.send(r, a.User, s.ClientID, s.Content)
	if !agree(t, "send", err, want) {
		return
	}
	if r.head() > before {
		e.at = int64(sent.At)
		w.sent = append(w.sent, modelSent{a.User, s})
	}
	if sent.Seq != uint64(e.seq) || int64(sent.At) != e.at {
		t.Fatalf("sent as %d at %d, want %d at %d", sent.Seq, sent.At, e.seq, e.at)
	}
	d.answered(t, r, e)
}

func (w *modelWorld) send(t *rapid.T) {
	r := w.someRoom(t)
	a, d := w.by(t, w.member(t, r))
	w.sendThis(t, r, a, d, chat.Send{Room: r.id, ClientID: chattest.NewID(), Content: w.someContent(t, r)})
}

// sendAgain repeats a message, from any device, or tries to send another one
// under its client id.
func (w *modelWorld) sendAgain(t *rapid.T) {
	s := pick(t, w, w.sent, "sent")
	i := slices.IndexFunc(w.people, func(p chat.Actor) bool { return p.User == s.user })
	a, _ := w.by(t, w.people[i])
	if rapid.Bool().Draw(t, "another") {
		s.Content.Text += "!"
	}
	w.touched = w.model.room(s.Room)
	w.sendThis(t, w.touched, a, nil, s.Send)
}

// burst sends and reads at the same moment, some of it twice.
func (w *modelWorld) burst(t *rapid.T) {
	r := w.someRoom(t)
	type answer struct {
		n    int
		sent chat.Sent
		err  error
	}
	sends := make([]modelSent, 2+w.below(t, 5, "messages"))
	answers := make(chan answer)
	for i := range sends {
		if i > 0 && w.below(t, 4, "copy") == 3 {
			sends[i] = sends[i-1]
			continue
		}
		s := chat.Send{Room: r.id, ClientID: chattest.NewID(), Content: wire.Content{Type: wire.TypeText, Text: someText(t)}}
		sends[i] = modelSent{w.member(t, r).User, s}
	}
	if r.head() == 0 {
		t.Skip("nothing to read") // where a mark would come to be cannot be told
	}
	reader, upTo := w.member(t, r), 1+w.below(t, r.head(), "up to")
	for i, s := range sends {
		w.house.Chat.SendAsync(chat.Actor{User: s.user, Exempt: true}, s.Send, func(sent chat.Sent, err error) { go func() { answers <- answer{i, sent, err} }() })
	}
	w.house.Chat.ReadAsync(reader, r.id, uint64(upTo), func(err error) {
		go func() {
			if errors.Is(err, chat.ErrMustCount) {
				err = w.house.Chat.Read(context.Background(), reader, r.id, uint64(upTo))
			}
			answers <- answer{n: -1, err: err}
		}()
	})
	var list []answer
	for range len(sends) + 1 {
		list = append(list, <-answers)
	}
	// The numbers say in which order it happened; a read mark may come between.
	slices.SortFunc(list, func(a, b answer) int { return int(a.sent.Seq) - int(b.sent.Seq) })
	for _, got := range list {
		if got.n < 0 {
			agree(t, "read", got.err, w.model.read(r, reader.User, upTo))
			continue
		}
		s := sends[got.n]
		before := r.head()
		e, want := w.model.send(r, s.user, s.ClientID, s.Content)
		if !agree(t, "send", got.err, want) {
			continue
		}
		if r.head() > before {
			e.at = int64(got.sent.At)
			w.sent = append(w.sent, s)
		}
		if got.sent.Seq != uint64(e.seq) || int64(got.sent.At) != e.at {
			t.Fatalf("sent as %d at %d, want %d at %d", got.sent.Seq, got.sent.At, e.seq, e.at)
		}
	}
}

func (w *modelWorld) read(t *rapid.T) {
	r := w.someRoom(t)
	a, d := w.by(t, w.member(t, r))
	seq := w.someSeq(t, r)
	if d != nil && d.rooms[r.id] == nil {
		a.Session, d = 0, nil
	}
	if d != nil && seq > 0 {
		// A device reads what it shows.
		seq = max(1, min(seq, int(d.rooms[r.id].have)))
	}
	err := w.house.Chat.Read(context.Background(), a, r.id, uint64(seq))
	if agree(t, "read", err, w.model.read(r, a.User, seq)) && d != nil {
		d.rooms[r.id].mark(a.User, uint64(min(seq, r.head())))
	}
}

func (w *modelWorld) edit(t *rapid.T) {
	r := w.someRoom(t)
	a, d := w.by(t, w.member(t, r))
	seq, text := w.someMessage(t, r, a.User, true), someText(t)
	got, err := w.house.Chat.Edit(context.Background(), a, r.id, uint64(seq), text, nil)
	e, want := w.model.edit(r, a.User, seq, text)
	w.amended(t, "edit", r, d, got, err, e, want)
}

// amended compares what became of a change of a message.
func (w *modelWorld) amended(t *rapid.T, what string, r *modelRoom, d *modelDevice, got uint64, err error, e *modelEntry, want fault.Code) {
	if !agree(t, what, err, want) || e == nil {
		return
	}
	if got != uint64(e.seq) {
		t.Fatalf("%s is entry %d, want %d", what, got, e.seq)
	}
	d.look(t, r)
}

func (w *modelWorld) deleteForAll(t *rapid.T) {
	r := w.someRoom(t)
	a, d := w.by(t, w.member(t, r))
	seq := w.someMessage(t, r, a.User, false)
	got, err := w.house.Chat.Delete(context.Background(), a, r.id, uint64(seq), true)
	e, want := w.model.deleteForAll(r, a.User, seq)
	w.amended(t, "delete for all", r, d, got, err, e, want)
}

func (w *modelWorld) deleteForMe(t *rapid.T) {
	r := w.someRoom(t)
	a, d := w.by(t, w.member(t, r))
	seq := w.someMessage(t, r, a.User, false)
	_, err := w.house.Chat.Delete(context.Background(), a, r.id, uint64(seq), false)
	if !agree(t, "delete for me", err, w.model.deleteForMe(r, a.User, seq)) || d == nil || d.rooms[r.id] == nil {
		return
	}
	if err := d.entry(r.id, wire.Entry{Seq: uint64(seq), Kind: wire.KindHidden}); err != nil {
		t.Fatal(err)
	}
}

func (w *modelWorld) react(t *rapid.T) {
	r := w.someRoom(t)
	a, d := w.by(t, w.member(t, r))
	seq, remove := w.someMessage(t, r, a.User, false), w.below(t, 3, "remove") == 2
	emoji := pick(t, w, []string{"👍", "❤️"}, "emoji")
	got, err := w.house.Chat.React(context.Background(), a, r.id, uint64(seq), emoji, remove)
	e, want := w.model.react(r, a.User, seq, emoji, remove)
	w.amended(t, "react", r, d, got, err, e, want)
}

func (w *modelWorld) forward(t *rapid.T) {
	r, to := w.someRoom(t), pick(t, w, w.model.all, "to")
	a, d := w.by(t, w.member(t, r))
	seq, client := w.someMessage(t, r, a.User, false), chattest.NewID()
	if seq == 0 {
		t.Skip("no number")
	}
	sent, err := w.house.Chat.Forward(context.Background(), a, r.id, uint64(seq), []chat.Target{{Room: to.id, ClientID: client}})
	c, want := r.forwarded(a.User, seq)
	var e *modelEntry
	if want == 0 {
		e, want = w.model.send(to, a.User, client, c)
	}
	w.touched = to
	if !agree(t, "forward", err, want) {
		return
	}
	e.at = int64(sent[0].At)
	if len(sent) != 1 || sent[0].Seq != uint64(e.seq) {
		t.Fatalf("forwarded as %v, want %d", sent, e.seq)
	}
	d.look(t, to)
}

func (w *modelWorld) createDirect(t *rapid.T, a, b chat.Actor) {
	v, err := w.house.Chat.Create(context.Background(), a, chat.NewRoom{MemberIDs: []wire.ID{b.User}})
	agree(t, "direct", err, 0)
	r := w.model.room(v.ID)
	if r == nil {
		kind := wire.RoomDirect
		if a.User == b.User {
			kind = wire.RoomMemo
		}
		r = w.model.add(kind, v.ID)
		r.join(wire.RoleMember, false, a.User, b.User)
	}
	r.people[a.User].listed = true
	w.touched = r
}

func (w *modelWorld) direct(t *rapid.T) { w.createDirect(t, w.somebody(t), w.somebody(t)) }

func (w *modelWorld) memo(t *rapid.T) {
	a := w.somebody(t)
	w.createDirect(t, a, a)
}

// others are some people, each once, without one of them.
func (w *modelWorld) others(t *rapid.T, a chat.Actor) (users []wire.ID) {
	for _, p := range w.people {
		if p.User != a.User && rapid.Bool().Draw(t, "with") {
			users = append(users, p.User)
		}
	}
	return users
}

func (w *modelWorld) createGroup(t *rapid.T, a chat.Actor, users []wire.ID, title string) {
	v, err := w.house.Chat.Create(context.Background(), a, chat.NewRoom{MemberIDs: users, Title: title})
	want := fault.Code(0)
	if w.model.refused(a.User, users) {
		want = fault.InviteRefused
	}
	if agree(t, "group", err, want) {
		w.model.createGroup(v.ID, a.User, users, title)
		w.touched = w.model.room(v.ID)
	}
}

func (w *modelWorld) group(t *rapid.T) {
	if len(w.model.all) > 5 {
		t.Skip("enough rooms")
	}
	a := w.somebody(t)
	w.createGroup(t, a, w.others(t, a), "마당")
}

func (w *modelWorld) invite(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	users := w.others(t, a)
	if len(users) == 0 {
		t.Skip("nobody")
	}
	_, err := w.house.Chat.Invite(context.Background(), a, r.id, users)
	agree(t, "invite", err, w.model.invite(r, a.User, users))
}

// link makes a link into a group, or ends all there are.
func (w *modelWorld) link(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	want := r.groupStanding(a.User, wire.RoleAdmin)
	if w.below(t, 4, "revoke") == 3 {
		err := w.house.Chat.RevokeInvites(context.Background(), a, r.id)
		if agree(t, "revoke", err, want) {
			r.revoked, r.links = append(r.revoked, r.links...), nil
		}
		return
	}
	i, err := w.house.Chat.CreateInvite(context.Background(), a, r.id, 0)
	if agree(t, "link", err, want) {
		r.links = append(r.links, i.Token)
	}
}

func (w *modelWorld) join(t *rapid.T) {
	r := w.someRoom(t)
	a := w.somebody(t)
	link := pick(t, w, append(r.links, r.revoked...), "link")
	_, err := w.house.Chat.JoinByInvite(context.Background(), a, link)
	agree(t, "join", err, w.model.joinByLink(r, a.User, link))
}

// leave takes somebody out of a group, or clears another room for them. Of that
// the other party is not told, so their devices know no better until they ask.
func (w *modelWorld) leave(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	err := w.house.Chat.Leave(context.Background(), a, r.id)
	if !agree(t, "leave", err, w.model.leave(r, a.User)) || r.kind != wire.RoomDirect {
		return
	}
	for _, d := range w.devices {
		if d.actor.User == r.other(a.User) {
			d.blind[r.id] = true
		}
	}
}

func (w *modelWorld) remove(t *rapid.T) {
	r := w.someRoom(t)
	a, b := w.member(t, r), w.member(t, r)
	if a.User == b.User {
		t.Skip("that is leaving")
	}
	err := w.house.Chat.Remove(context.Background(), a, r.id, b.User)
	agree(t, "remove", err, w.model.remove(r, a.User, b.User))
}

func (w *modelWorld) role(t *rapid.T) {
	r := w.someRoom(t)
	a, b := w.member(t, r), w.member(t, r)
	role := pick(t, w, []wire.Role{wire.RoleMember, wire.RoleAdmin, wire.RoleOwner}, "role")
	err := w.house.Chat.SetRole(context.Background(), a, r.id, b.User, role)
	agree(t, "role", err, w.model.setRole(r, a.User, b.User, role))
}

func (w *modelWorld) rename(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	title := pick(t, w, []string{"Yard", "마당"}, "title")
	err := w.house.Chat.Rename(context.Background(), a, r.id, title)
	agree(t, "rename", err, w.model.rename(r, a.User, title))
}

// notice puts a message up as the notice of a room, or takes it down.
func (w *modelWorld) notice(t *rapid.T) {
	r := w.someRoom(t)
	a, seq := w.member(t, r), 0
	if w.below(t, 4, "down") < 3 {
		seq = max(1, w.someMessage(t, r, a.User, false))
	}
	err := w.house.Chat.SetNotice(context.Background(), a, r.id, uint64(seq))
	agree(t, "notice", err, w.model.setNotice(r, a.User, seq))
}

// toggleBlock has one party of a direct room block the other, or let go of it;
// or any two people.
func (w *modelWorld) toggleBlock(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	b := r.other(a.User)
	if b.IsZero() {
		b = w.somebody(t).User
	}
	if a.User == b {
		t.Skip("not oneself")
	}
	w.block(t, a.User, b, !w.model.blocks[modelPair{a.User, b}])
}

func (w *modelWorld) pin(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	on := rapid.Bool().Draw(t, "on")
	err := w.house.Chat.SetPin(context.Background(), a, r.id, on)
	if agree(t, "pin", err, r.standing(a.User)) {
		r.people[a.User].pinned = 0
		if on {
			r.people[a.User].pinned = w.model.now
		}
	}
}

func (w *modelWorld) mute(t *rapid.T) {
	r := w.someRoom(t)
	a := w.member(t, r)
	until := wire.Time(0)
	if rapid.Bool().Draw(t, "on") {
		until = wire.Time(w.model.now + (40 * time.Minute).Milliseconds())
	}
	err := w.house.Chat.SetMute(context.Background(), a, r.id, until)
	if agree(t, "mute", err, r.standing(a.User)) {
		r.people[a.User].muted = until
	}
}

func (w *modelWorld) disconnect(t *rapid.T) { pick(t, w, w.devices, "device").online = false }

func (w *modelWorld) reconnect(t *rapid.T) {
	d := pick(t, w, w.devices, "device")
	d.online = true
	if err := d.sync(); err != nil {
		t.Fatalf("a device catches up: %v", err)
	}
	for _, r := range w.model.all {
		w.compareDevice(t, d, r)
	}
}

// later is after the time in which a message can be edited.
func (w *modelWorld) later(*rapid.T) {
	w.house.Clock.Advance(wire.EditWindow)
	w.model.now = w.house.Clock.NowMs()
}

// restart stops the chat and opens it again over its stores.
func (w *modelWorld) restart(t *rapid.T) {
	if w.below(t, 4, "often") != 3 {
		t.Skip("not now")
	}
	epoch := w.house.Chat.Epoch()
	w.house.Stop()
	w.house.Start()
	if w.house.Chat.Epoch() != epoch {
		t.Fatal("a restart has begun a new epoch")
	}
	for _, d := range w.devices {
		d.chat = w.house.Chat
	}
}
