package chat_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/pebblelog"
	"madang/internal/db"
)

// view is what a person's list says, without what changes with time.
func view(h *house, a actor) []string {
	var out []string
	for _, r := range h.List(a) {
		out = append(out, fmt.Sprintf("%s %s %q %s %d of %d, pinned %v", r.ID, r.Kind, r.Title, r.Role, r.Unread, r.MemberCount, r.Pinned))
	}
	return out
}

func TestProjectionOutlivesARestart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		room := h.Group(u...)
		h.Say(u[0], room, "x")
		qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), u[1], room, true)))
		before := view(h, u[1])
		h.Stop()
		h.Start()
		qt.Check(t, qt.DeepEquals(view(h, u[1]), before))
	})
}

var (
	emptyRooms   = db.Raw(`DELETE FROM room`, `DELETE FROM room`)
	emptyMembers = db.Raw(`DELETE FROM member`, `DELETE FROM member`)
	emptyCursor  = db.Raw(`DELETE FROM projection_cursor`, `DELETE FROM projection_cursor`)
	oldEpoch     = db.Raw(`UPDATE projection_epoch SET epoch = 'x'`, `UPDATE projection_epoch SET epoch = 'x'`)
	staleMembers = db.Raw(`UPDATE member SET present = FALSE, role = 7`, `UPDATE member SET present = FALSE, role = 7`)
)

func exec(t *testing.T, h *house, queries ...*db.Query) {
	t.Helper()
	qt.Assert(t, qt.IsNil(h.DB.Tx(t.Context(), func(tx *db.Tx) error {
		for _, q := range queries {
			if _, err := tx.Exec(t.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})))
}

// Rows that are lost, and cursors that are, are made again from the logs.
func TestProjectionIsMadeAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage []*db.Query
	}{
		{"all rows and cursors gone", []*db.Query{emptyRooms, emptyMembers, emptyCursor}},
		{"logs of another epoch", []*db.Query{oldEpoch, staleMembers}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				u := h.Users(4)
				group := h.Group(u[0], u[1], u[2])
				h.Say(u[1], h.Direct(u[1], u[3]), "x")
				qt.Assert(t, qt.IsNil(h.Chat.SetRole(t.Context(), u[0], group, u[1].User, "admin")))
				qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), u[2], group)))
				var before [][]string
				for _, a := range u {
					before = append(before, view(h, a))
				}
				qt.Assert(t, qt.HasLen(before[1], 2))
				h.Stop()
				exec(t, h, c.damage...)
				qt.Check(t, qt.HasLen(dbRooms(t, h, u[1]), 0))
				h.Start()
				for i, a := range u {
					qt.Check(t, qt.DeepEquals(view(h, a), before[i]))
				}
			})
		})
	}
}

var listedIn = db.Raw(`SELECT room_id FROM member WHERE user_id = $1 AND present`, `SELECT room_id FROM member WHERE user_id = $1 AND present`)

func dbRooms(t *testing.T, h *house, a actor) []chat.RoomID {
	t.Helper()
	rooms, err := db.Select(t.Context(), h.DB, db.Value[chat.RoomID], listedIn, a.User)
	qt.Assert(t, qt.IsNil(err))
	return rooms
}

// The contract's sentence about the projection: SQLite's file is set back to an
// older copy while the logs went on.
func TestSQLiteSetBackIsReplayed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "madang.db")
	ctx := t.Context()
	open := func() *db.DB {
		d, err := db.Open(ctx, path)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(d.Migrate(ctx)))
		qt.Assert(t, qt.IsNil(d.PrepareAll(ctx)))
		return d
	}
	engine := func() (roomlog.Engine, error) {
		return pebblelog.Open(filepath.Join(dir, "log"), pebblelog.Options{CacheBytes: 8 << 20})
	}
	var u []actor
	var early, late chat.RoomID
	// In a function, so that everything is closed before the file is copied.
	day := func(name string, f func(h *house)) {
		t.Run(name, func(t *testing.T) {
			d := open()
			t.Cleanup(func() { qt.Check(t, qt.IsNil(d.Close())) })
			f(chattest.OpenOver(t, d, engine))
		})
	}
	day("first day", func(h *house) {
		u = h.Users(3)
		early = h.Group(u[0], u[1])
		h.Say(u[0], early, "one")
	})
	old, err := os.ReadFile(path)
	qt.Assert(t, qt.IsNil(err))
	var before [3][]string
	day("second day", func(h *house) {
		late = h.Group(u[2], u[1])
		h.Say(u[2], late, "two")
		_, err := h.Chat.Invite(ctx, u[0], early, ids(u[2]))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(h.Chat.Leave(ctx, u[1], early)))
		qt.Assert(t, qt.IsNil(h.Chat.Rename(ctx, u[0], early, "renamed")))
		for i := range u {
			before[i] = view(h, u[i])
		}
	})
	qt.Assert(t, qt.IsNil(os.WriteFile(path, old, 0o600)))
	day("second day again", func(h *house) {
		for i := range u {
			qt.Check(t, qt.DeepEquals(view(h, u[i]), before[i]))
		}
		qt.Check(t, qt.HasLen(dbRooms(t, h, u[1]), 1))
		_, err := h.Chat.Send(ctx, u[1], chattest.Text(early, "still in?"))
		qt.Check(t, qt.IsNotNil(err))
	})
}

// Many changes of one room at once leave the rows as the log has them.
func TestProjectionUnderCrowding(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(31)
		room := h.Group(u[0])
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				three := u[1+3*i : 4+3*i]
				_, err := h.Chat.Invite(context.Background(), u[0], room, ids(three...))
				qt.Check(t, qt.IsNil(err))
				qt.Check(t, qt.IsNil(h.Chat.Leave(context.Background(), three[0], room)))
				qt.Check(t, qt.IsNil(h.Chat.SetRole(context.Background(), u[0], room, three[1].User, "admin")))
			})
		}
		wg.Wait()
		for i := range 10 {
			three := u[1+3*i : 4+3*i]
			qt.Check(t, qt.HasLen(dbRooms(t, h, three[0]), 0))
			qt.Check(t, qt.HasLen(dbRooms(t, h, three[1]), 1))
			qt.Check(t, qt.HasLen(dbRooms(t, h, three[2]), 1))
		}
		h.Stop()
		var control int64
		qt.Assert(t, qt.IsNil(h.DB.QueryRow(t.Context(), db.Raw(`SELECT control FROM room`, `SELECT control FROM room`)).Scan(&control)))
		h.Start()
		now, _, err := h.Chat.Audience(t.Context(), room)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(uint64(control), now))
	})
}
