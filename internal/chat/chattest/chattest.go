// Package chattest answers: where does a test get a whole chat from, with real
// accounts, a real database and real logs?
package chattest

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"madang/internal/account"
	"madang/internal/blob"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/pebblelog"
	"madang/internal/chat/roomlog/pglog"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/media"
	"madang/internal/sms"
	"madang/internal/wire"
)

// House is a chat and all that it stands on. It is taken down with the test.
type House struct {
	DB     *db.DB
	Clock  *clock.Clock
	People *account.People
	Files  *media.Files
	Bus    *bus.Local
	Chat   *chat.Chat
	// Ear has heard everything on the bus since the house was opened.
	Ear *Ear

	t      testing.TB
	engine func() (roomlog.Engine, error)
	stop   func() // ends Chat.Run and closes the chat
}

// Each runs f as the subtests "sqlite", over SQLite and Pebble, and "postgres",
// over PostgreSQL alone.
func Each(t *testing.T, f func(t *testing.T, h *House)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, Open(t, d)) })
}

// Open opens a chat over an empty, migrated database: with the logs in it when
// it is PostgreSQL, in a temporary folder otherwise.
func Open(t testing.TB, d *db.DB) *House {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "log")
	return OpenOver(t, d, func() (roomlog.Engine, error) {
		if d.Engine() == db.Postgres {
			return pglog.Open(context.Background(), d, pglog.Options{Conns: 4})
		}
		return pebblelog.Open(dir, pebblelog.Options{CacheBytes: 8 << 20, Logger: quiet})
	})
}

var quiet = slog.New(slog.DiscardHandler)

// OpenOver opens a chat whose logs a test keeps in an engine of its choice; it
// is asked for one at each start.
func OpenOver(t testing.TB, d *db.DB, engine func() (roomlog.Engine, error)) *House {
	t.Helper()
	h := &House{t: t, DB: d, Clock: clock.New(), Bus: &bus.Local{}, engine: engine}
	h.Ear = listen(h.Bus)
	store, err := blob.OpenFolder(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatalf("chattest: %v", err)
	}
	h.Files = media.Open(media.Config{
		DB: d, Store: store, Clock: h.Clock, Key: []byte("0123456789abcdef0123456789abcdef"), Temp: t.TempDir(), Logger: quiet,
	})
	t.Cleanup(func() { h.Files.Close() })
	people, err := account.Open(d, h.Clock, sms.NewTerminal(io.Discard, h.Clock), account.Options{
		Key: []byte("0123456789abcdef0123456789abcdef"), Sandbox: true, CheckPhoto: h.Files.CheckPhoto, PhotoLeft: h.Files.PhotoLeft, Log: quiet,
	})
	if err != nil {
		t.Fatalf("chattest: %v", err)
	}
	t.Cleanup(people.Close)
	h.People = people
	h.Start()
	t.Cleanup(h.Stop)
	return h
}

// Start opens the chat, as it stands after [House.Stop].
func (h *House) Start() {
	h.t.Helper()
	engine, err := h.engine()
	if err != nil {
		h.t.Fatalf("chattest: %v", err)
	}
	c, err := chat.Open(context.Background(), chat.Config{
		DB: h.DB, Engine: engine, Accounts: h.People, Files: h.Files, Bus: h.Bus, Clock: h.Clock, Logger: quiet,
	})
	if err != nil {
		h.t.Fatalf("chattest: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	h.Chat = c
	h.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Errorf("chattest: run: %v", err)
		}
		if err := c.Close(); err != nil {
			h.t.Logf("chattest: close: %v", err)
		}
	}
}

// Stop closes the chat. Doing so twice is doing it once.
func (h *House) Stop() {
	if h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// Users makes people who are exempt from limits.
func (h *House) Users(n int) []chat.Actor {
	h.t.Helper()
	users, err := h.People.CreateTestUsers(context.Background(), account.TestUsers{Count: n})
	if err != nil {
		h.t.Fatalf("chattest: %v", err)
	}
	actors := make([]chat.Actor, n)
	for i := range users {
		actors[i] = chat.Actor{User: users[i].ID, Device: users[i].Device, Exempt: true}
	}
	return actors
}

// Two makes two people.
func (h *House) Two() (ann, ben chat.Actor) {
	h.t.Helper()
	u := h.Users(2)
	return u[0], u[1]
}

// Direct opens the direct room of two people.
func (h *House) Direct(a, b chat.Actor) chat.RoomID {
	h.t.Helper()
	r, err := h.Chat.Create(context.Background(), a, chat.NewRoom{MemberIDs: []chat.UserID{b.User}})
	if err != nil {
		h.t.Fatalf("chattest: direct room: %v", err)
	}
	return r.ID
}

// Group makes a group of which the first is the owner.
func (h *House) Group(members ...chat.Actor) chat.RoomID {
	h.t.Helper()
	var ids []chat.UserID
	for _, m := range members[1:] {
		ids = append(ids, m.User)
	}
	r, err := h.Chat.Create(context.Background(), members[0], chat.NewRoom{MemberIDs: ids, Title: "group"})
	if err != nil {
		h.t.Fatalf("chattest: group: %v", err)
	}
	return r.ID
}

// Text is a text message under a client id of its own.
func Text(room chat.RoomID, text string) chat.Send {
	return chat.Send{Room: room, ClientID: NewID(), Content: wire.Content{Type: wire.TypeText, Text: text}}
}

// NewID makes an id that nobody has.
func NewID() wire.ID {
	id, err := account.NewID(time.Now())
	if err != nil {
		panic(err)
	}
	return id
}

// Say sends a text and gives its number.
func (h *House) Say(a chat.Actor, room chat.RoomID, text string) uint64 {
	h.t.Helper()
	s, err := h.Chat.Send(context.Background(), a, Text(room, text))
	if err != nil {
		h.t.Fatalf("chattest: send %q: %v", text, err)
	}
	return s.Seq
}

// Block makes one person block another, or stop.
func (h *House) Block(by, whom chat.Actor, blocked bool) {
	h.t.Helper()
	_, err := h.People.MarkFriend(context.Background(), by.User, whom.User, account.Marks{Blocked: &blocked})
	if err != nil {
		h.t.Fatalf("chattest: block: %v", err)
	}
}

// Read moves a read mark.
func (h *House) Read(a chat.Actor, room chat.RoomID, seq uint64) {
	h.t.Helper()
	if err := h.Chat.Read(context.Background(), a, room, seq); err != nil {
		h.t.Fatalf("chattest: read %d: %v", seq, err)
	}
}

// Page gives the newest entries of a room as a person sees them.
func (h *House) Page(a chat.Actor, room chat.RoomID) []wire.Entry {
	h.t.Helper()
	m, err := h.Chat.Messages(context.Background(), a, room, chat.Page{Limit: wire.MaxPage})
	if err != nil {
		h.t.Fatalf("chattest: page: %v", err)
	}
	return h.Decode(m.Entries)
}

// Entry gives one entry of a room as a person sees it.
func (h *House) Entry(a chat.Actor, room chat.RoomID, seq uint64) wire.Entry {
	h.t.Helper()
	m, err := h.Chat.Messages(context.Background(), a, room, chat.Page{Before: seq + 1, Limit: 1})
	if err != nil {
		h.t.Fatalf("chattest: entry %d: %v", seq, err)
	}
	if len(m.Entries) != 1 || m.Entries[0].Seq != seq {
		h.t.Fatalf("chattest: there is no entry %d", seq)
	}
	return h.Decode(m.Entries)[0]
}

// Decode gives the fields of encoded entries.
func (h *House) Decode(list []chat.Entry) []wire.Entry {
	h.t.Helper()
	out := make([]wire.Entry, len(list))
	for i := range list {
		e, err := list[i].Decode()
		if err != nil {
			h.t.Fatalf("chattest: %v", err)
		}
		out[i] = e
	}
	return out
}

// Room gives a room as a person sees it.
func (h *House) Room(a chat.Actor, room chat.RoomID) wire.Room {
	h.t.Helper()
	r, err := h.Chat.Room(context.Background(), a, room)
	if err != nil {
		h.t.Fatalf("chattest: room: %v", err)
	}
	w, err := r.Wire()
	if err != nil {
		h.t.Fatalf("chattest: room: %v", err)
	}
	return w
}

// List gives the first page of a person's room list.
func (h *House) List(a chat.Actor) []wire.Room {
	h.t.Helper()
	rooms, _, err := h.Chat.Rooms(context.Background(), a, "", 0)
	if err != nil {
		h.t.Fatalf("chattest: rooms: %v", err)
	}
	out := make([]wire.Room, len(rooms))
	for i := range rooms {
		if out[i], err = rooms[i].Wire(); err != nil {
			h.t.Fatalf("chattest: rooms: %v", err)
		}
	}
	return out
}
