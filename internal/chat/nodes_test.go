package chat_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/pglog"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

// twoNodes are two chats over one PostgreSQL database. SQLite and Pebble are one
// node's alone.
func twoNodes(t *testing.T, f func(t *testing.T, a, b *house)) {
	t.Helper()
	t.Run("postgres", func(t *testing.T) {
		d := dbtest.Postgres(t)
		open := func() *house {
			return chattest.OpenOver(t, d, func() (roomlog.Engine, error) {
				return pglog.Open(context.Background(), d, pglog.Options{Conns: 4})
			})
		}
		f(t, open(), open())
	})
}

func TestTwoNodesMeetInOneRoom(t *testing.T) {
	twoNodes(t, func(t *testing.T, a, b *house) {
		ann, ben := a.Two()
		nodes := [2]*house{a, b}
		for round := range 10 {
			u := a.Users(2)
			var rooms [2]chat.RoomID
			var sent [2]chat.Sent
			client := chattest.NewID()
			var wg sync.WaitGroup
			for i, n := range nodes {
				wg.Go(func() {
					rooms[i] = n.Direct(u[i], u[1-i])
					s := chattest.Text(rooms[i], "once")
					s.ClientID = client
					var err error
					sent[i], err = n.Chat.Send(context.Background(), u[0], s)
					qt.Check(t, qt.IsNil(err))
				})
			}
			wg.Wait()
			qt.Check(t, qt.Equals(rooms[0], rooms[1]), qt.Commentf("round %d", round))
			qt.Check(t, qt.Equals(sent[0], sent[1]))
			qt.Check(t, qt.Equals(b.Room(u[1], rooms[0]).Unread, 1))
			qt.Check(t, qt.HasLen(b.List(u[1]), 1))
		}
		// Membership that changed on one node is checked on the other.
		group := a.Group(ann, ben)
		b.Say(ben, group, "hi")
		control, members, err := b.Chat.Audience(t.Context(), group)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(members, 2))
		qt.Assert(t, qt.IsNil(a.Chat.Remove(t.Context(), ann, group, ben.User)))
		_, err = b.Chat.Send(t.Context(), ben, chattest.Text(group, "still here"))
		is(t, err, fault.NotAMember)
		after, members, err := b.Chat.Audience(t.Context(), group)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(after > control))
		qt.Check(t, qt.DeepEquals(members, ids(ann)))
		qt.Check(t, qt.HasLen(b.List(ben), 0))
	})
}

// Both nodes change the members of one group at the same time; the rows in SQL
// are those of the log in the end.
func TestTwoNodesChangeOneGroup(t *testing.T) {
	twoNodes(t, func(t *testing.T, a, b *house) {
		u := a.Users(41)
		group := a.Group(u[0])
		var wg sync.WaitGroup
		for i, n := range []*house{a, b} {
			wg.Go(func() {
				for k := range 10 {
					two := u[1+4*k+2*i : 3+4*k+2*i]
					_, err := n.Chat.Invite(context.Background(), u[0], group, ids(two...))
					qt.Check(t, qt.IsNil(err))
					qt.Check(t, qt.IsNil(n.Chat.Rename(context.Background(), u[0], group, fmt.Sprint("by ", i, k))))
					qt.Check(t, qt.IsNil(n.Chat.Leave(context.Background(), two[0], group)))
				}
			})
		}
		wg.Wait()
		for i, x := range u[1:] {
			qt.Check(t, qt.HasLen(dbRooms(t, a, x), i%2))
		}
		// Either node tells again what the other did.
		told := 0
		for s := range uint8(roomlog.Shards) {
			missed, err := b.Chat.MissedSince(t.Context(), s, 0)
			qt.Assert(t, qt.IsNil(err))
			for _, batch := range missed {
				told += len(batch.Events)
			}
		}
		qt.Check(t, qt.IsTrue(told >= 61))
	})
}
