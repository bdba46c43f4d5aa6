package chat_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

func roleIn(r wire.Room, a actor) wire.Role {
	i := slices.IndexFunc(r.Members, func(m wire.Member) bool { return m.UserID == a.User })
	if i < 0 {
		return ""
	}
	return r.Members[i].Role
}

func TestCreateGroup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		h.Ear.Forget()
		r, err := h.Chat.Create(t.Context(), ann, chat.NewRoom{MemberIDs: ids(ben, cid, ben, ann), Title: "등산"})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(r.Kind, wire.RoomGroup))
		qt.Check(t, qt.Equals(r.Title, "등산"))
		qt.Check(t, qt.Equals(r.HeadSeq, 1))
		qt.Check(t, qt.Equals(r.MemberCount, 3))
		for _, a := range u {
			view := h.Room(a, r.ID)
			qt.Check(t, qt.Equals(view.JoinedSeq, 1))
			qt.Check(t, qt.Equals(view.Unread, 0))
			qt.Check(t, qt.Equals(roleIn(view, ann), wire.RoleOwner))
			qt.Check(t, qt.Equals(roleIn(view, ben), wire.RoleMember))
			qt.Check(t, qt.HasLen(h.List(a), 1))
			page := h.Page(a, r.ID)
			qt.Assert(t, qt.HasLen(page, 1))
			qt.Check(t, qt.DeepEquals(*page[0].Notice, wire.Notice{Event: wire.EventCreated, UserIDs: ids(ben, cid), Title: "등산"}))
			qt.Check(t, qt.Equals(page[0].SenderID, ann.User))
		}
		// All of them hear that there is a room.
		var told [][16]byte
		for _, ev := range h.Ear.Events(bus.People) {
			told = append(told, ev.Users...)
		}
		qt.Check(t, qt.DeepEquals(told, [][16]byte{ann.User, ben.User, cid.User}))
	})
}

func TestCreateGroupTwiceUnderOneKey(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		var wg sync.WaitGroup
		var rooms [8]chat.RoomID
		for i := range rooms {
			wg.Go(func() {
				r, err := h.Chat.Create(t.Context(), u[0], chat.NewRoom{MemberIDs: ids(u[1], u[2]), Key: "k"})
				qt.Check(t, qt.IsNil(err))
				rooms[i] = r.ID
			})
		}
		wg.Wait()
		for _, r := range rooms {
			qt.Check(t, qt.Equals(r, rooms[0]))
		}
		qt.Check(t, qt.HasLen(h.List(u[1]), 1))
		r, err := h.Chat.Create(t.Context(), u[1], chat.NewRoom{MemberIDs: ids(u[0], u[2]), Key: "k"})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Not(qt.Equals(r.ID, rooms[0]))) // another's key is another key
	})
}

func TestCreateRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		many := make([]chat.UserID, wire.MaxInvite+1)
		for i := range many {
			many[i] = chattest.NewID()
		}
		for _, c := range []struct {
			name  string
			room  chat.NewRoom
			code  fault.Code
			field string
		}{
			{"direct with nobody", chat.NewRoom{MemberIDs: ids(stranger())}, fault.UserUnknown, "member_ids[0]"},
			{"group with nobody", chat.NewRoom{MemberIDs: ids(ben, stranger())}, fault.UserUnknown, "member_ids[1]"},
			{"title of two lines", chat.NewRoom{MemberIDs: ids(ben), Title: "a\nb"}, fault.TitleInvalid, "title"},
			{"long title", chat.NewRoom{MemberIDs: ids(ben), Title: strings.Repeat("가", 101)}, fault.TitleInvalid, "title"},
			{"too many", chat.NewRoom{MemberIDs: many}, fault.BadRequest, "member_ids"},
			{"long key", chat.NewRoom{MemberIDs: ids(ben), Title: "t", Key: strings.Repeat("k", 300)}, fault.BadRequest, "Idempotency-Key"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := h.Chat.Create(t.Context(), ann, c.room)
				is(t, err, c.code)
				qt.Check(t, qt.Equals(fieldOf(err), c.field))
			})
		}
		qt.Check(t, qt.HasLen(h.List(ann), 0))
	})
}

func TestInvite(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(5)
		ann, ben, cid, dan, eve := u[0], u[1], u[2], u[3], u[4]
		room := h.Group(ann, ben)
		h.Say(ann, room, "before")
		h.Ear.Forget()
		r, err := h.Chat.Invite(t.Context(), ben, room, ids(cid, ben, cid, dan)) // any member may
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(r.MemberCount, 4))
		page := h.Page(cid, room)
		qt.Assert(t, qt.HasLen(page, 1)) // the notice by which they came in, and nothing before
		qt.Check(t, qt.DeepEquals(*page[0].Notice, wire.Notice{Event: wire.EventInvited, UserIDs: ids(cid, dan)}))
		qt.Check(t, qt.Equals(h.Room(cid, room).TailSeq, 3))
		qt.Check(t, qt.Equals(h.Room(cid, room).Unread, 0))
		qt.Check(t, qt.HasLen(h.List(cid), 1))
		people := h.Ear.Events(bus.People)
		qt.Assert(t, qt.HasLen(people, 1))
		qt.Check(t, qt.DeepEquals(people[0].Users, [][16]byte{cid.User, dan.User}))
		h.Say(ann, room, "after")
		qt.Check(t, qt.Equals(h.Room(cid, room).Unread, 1))

		// Nobody new: nothing happens.
		_, err = h.Chat.Invite(t.Context(), ben, room, ids(cid))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(h.Room(ann, room).HeadSeq, 4))

		_, err = h.Chat.Invite(t.Context(), eve, room, ids(eve))
		is(t, err, fault.RoomUnknown)
		_, err = h.Chat.Invite(t.Context(), ann, room, ids(stranger()))
		is(t, err, fault.UserUnknown)
		_, err = h.Chat.Invite(t.Context(), ann, room, nil)
		is(t, err, fault.BadRequest)
		_, err = h.Chat.Invite(t.Context(), ann, h.Direct(ann, ben), ids(cid))
		is(t, err, fault.RoomKindWrong)
	})
}

func TestGroupIsFullAt3000(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(wire.MaxGroupMembers + 1)
		room := h.Group(u[:100]...)
		for i := 100; i < wire.MaxGroupMembers; i += 100 {
			_, err := h.Chat.Invite(t.Context(), u[0], room, ids(u[i:i+100]...))
			qt.Assert(t, qt.IsNil(err))
		}
		_, err := h.Chat.Invite(t.Context(), u[0], room, ids(u[wire.MaxGroupMembers]))
		is(t, err, fault.RoomFull)
		inv, err := h.Chat.CreateInvite(t.Context(), u[0], room, 0)
		qt.Assert(t, qt.IsNil(err))
		_, err = h.Chat.JoinByInvite(t.Context(), u[wire.MaxGroupMembers], inv.Token)
		is(t, err, fault.RoomFull)

		r := h.Room(u[7], room)
		qt.Check(t, qt.Equals(r.MemberCount, wire.MaxGroupMembers))
		qt.Check(t, qt.HasLen(r.Members, 20))
		seq := h.Say(u[3], room, "hi all")
		h.Read(u[5], room, seq)
		qt.Check(t, qt.Equals(*h.Entry(u[9], room, seq).UnreadBy, wire.MaxGroupMembers-2))
		steps, err := h.Chat.UnreadSteps(t.Context(), room, 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(steps, [][2]uint64{{seq, wire.MaxGroupMembers - 2}}))

		seen := make(map[wire.ID]bool)
		for cursor, n := "", 0; ; n++ {
			members, next, err := h.Chat.Members(t.Context(), u[7], room, cursor, 500)
			qt.Assert(t, qt.IsNil(err))
			for _, m := range members {
				seen[m.UserID] = true
			}
			if next == "" {
				qt.Check(t, qt.Equals(n, 5))
				break
			}
			cursor = next
		}
		qt.Check(t, qt.HasLen(seen, wire.MaxGroupMembers))
	})
}

func TestRemove(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(6)
		owner, admin, admin2, ben, cid, eve := u[0], u[1], u[2], u[3], u[4], u[5]
		room := h.Group(owner, admin, admin2, ben, cid)
		for _, a := range []actor{admin, admin2} {
			qt.Assert(t, qt.IsNil(h.Chat.SetRole(t.Context(), owner, room, a.User, wire.RoleAdmin)))
		}
		for _, c := range []struct {
			name string
			who  actor
			whom actor
			code fault.Code
		}{
			{"by a member", ben, cid, fault.RoleTooLow},
			{"by a stranger", eve, ben, fault.RoomUnknown},
			{"of an admin by an admin", admin, admin2, fault.RoleTooLow},
			{"of the owner", admin, owner, fault.OwnerMustStay},
			{"of a stranger", admin, eve, fault.UserUnknown},
			{"of a member by an admin", admin, ben, 0},
			{"again", admin, ben, fault.UserUnknown},
			{"of an admin by the owner", owner, admin2, 0},
			{"by one who was removed", ben, cid, fault.NotAMember},
		} {
			t.Run(c.name, func(t *testing.T) { is(t, h.Chat.Remove(t.Context(), c.who, room, c.whom.User), c.code) })
		}
		qt.Check(t, qt.HasLen(h.List(ben), 0))
		_, err := h.Chat.Room(t.Context(), ben, room)
		is(t, err, fault.NotAMember)
		_, err = h.Chat.Messages(t.Context(), ben, room, chat.Page{})
		is(t, err, fault.NotAMember)
		_, err = h.Chat.Send(t.Context(), ben, chattest.Text(room, "still here"))
		is(t, err, fault.NotAMember)
		is(t, h.Chat.Read(t.Context(), ben, room, 1), fault.NotAMember)
		qt.Check(t, qt.Equals(h.Room(owner, room).MemberCount, 3))
	})
}

func TestRemovedHearOfIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		h.Ear.Forget()
		qt.Assert(t, qt.IsNil(h.Chat.Remove(t.Context(), ann, room, ben.User)))
		entries, people := h.Ear.Events(bus.Entry), h.Ear.Events(bus.People)
		qt.Assert(t, qt.HasLen(entries, 1))
		qt.Check(t, qt.DeepEquals(entries[0].Users, [][16]byte{ben.User}))
		qt.Check(t, qt.DeepEquals(*entryIn(t, entries[0].Frame).Notice, wire.Notice{Event: wire.EventRemoved, UserIDs: ids(ben)}))
		qt.Assert(t, qt.HasLen(people, 1))
		qt.Check(t, qt.Equals(string(people[0].Frame), `{"jsonrpc":"2.0","method":"room","params":{"room_id":"`+room.String()+`","gone":true}}`))
		control, members, err := h.Chat.AudienceAt(t.Context(), room, entries[0].Control)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(control, entries[0].Control))
		qt.Check(t, qt.DeepEquals(members, ids(ann)))
	})
}

func TestContract6RejoinStartsAnew(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann, ben)
		h.Say(ann, room, "one")
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 1))
		qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), ben, room, true)))
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ben, room)))
		h.Say(ann, room, "two")
		_, err := h.Chat.Invite(t.Context(), ann, room, ids(ben))
		qt.Assert(t, qt.IsNil(err))
		h.Say(ann, room, "three")
		qt.Check(t, qt.DeepEquals(texts(h.Page(ben, room)), []string{"(invited)", "three"}))
		r := h.Room(ben, room)
		qt.Check(t, qt.Equals(r.Unread, 1))
		qt.Check(t, qt.IsFalse(r.Pinned))
		qt.Check(t, qt.DeepEquals(texts(h.Page(ann, room)), []string{"(created)", "one", "(left)", "two", "(invited)", "three"}))
	})
}

func TestWhenTheOwnerLeaves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		room := h.Group(ann, ben)
		for _, a := range []actor{cid, dan} {
			_, err := h.Chat.Invite(t.Context(), ann, room, ids(a))
			qt.Assert(t, qt.IsNil(err))
		}
		qt.Assert(t, qt.IsNil(h.Chat.SetRole(t.Context(), ann, room, dan.User, wire.RoleAdmin)))
		leave := func(a actor) {
			t.Helper()
			qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), a, room)))
		}
		leave(ann) // the admin, although ben is there for longer
		qt.Check(t, qt.Equals(h.Room(dan, room).Role, wire.RoleOwner))
		page := h.Page(dan, room)
		qt.Check(t, qt.DeepEquals(*page[len(page)-1].Notice, wire.Notice{Event: wire.EventRole, UserIDs: ids(dan), Role: wire.RoleOwner}))
		leave(dan) // no admin: ben is there for longest
		qt.Check(t, qt.Equals(h.Room(ben, room).Role, wire.RoleOwner))
		qt.Check(t, qt.Equals(h.Room(cid, room).Role, wire.RoleMember))
		leave(cid)
		leave(ben) // the last one
		for _, a := range u {
			qt.Check(t, qt.HasLen(h.List(a), 0))
			_, err := h.Chat.Messages(t.Context(), a, room, chat.Page{})
			is(t, err, fault.NotAMember)
		}
		is(t, h.Chat.Leave(t.Context(), ben, room), fault.NotAMember)
		is(t, h.Chat.Leave(t.Context(), stranger(), room), fault.RoomUnknown)
	})
}

func TestContract6LeavingADirectRoomClearsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		h.Say(ben, room, "one")
		h.Ear.Forget()
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, room)))
		qt.Check(t, qt.HasLen(h.List(ann), 0))
		qt.Check(t, qt.HasLen(h.Page(ann, room), 0))
		// ben is told nothing and keeps everything.
		qt.Check(t, qt.HasLen(h.Ear.Events(bus.Entry), 0))
		for _, ev := range h.Ear.Events(bus.People) {
			qt.Check(t, qt.DeepEquals(ev.Users, [][16]byte{ann.User}))
		}
		qt.Check(t, qt.DeepEquals(texts(h.Page(ben, room)), []string{"one"}))
		h.Say(ben, room, "two")
		list := h.List(ann)
		qt.Assert(t, qt.HasLen(list, 1))
		qt.Check(t, qt.Equals(list[0].Unread, 1))
		qt.Check(t, qt.Equals(list[0].TailSeq, 2))
		qt.Check(t, qt.DeepEquals(texts(h.Page(ann, room)), []string{"two"}))
		// Opening it again brings the empty room back.
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, room)))
		qt.Check(t, qt.Equals(h.Direct(ann, ben), room))
		qt.Check(t, qt.HasLen(h.List(ann), 1))
		qt.Check(t, qt.HasLen(h.Page(ann, room), 0))
	})
}

func TestSetRole(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, eve := u[0], u[1], u[2], u[3]
		room := h.Group(ann, ben, cid)
		for _, c := range []struct {
			name string
			who  actor
			whom actor
			role wire.Role
			code fault.Code
		}{
			{"by a member", ben, cid, wire.RoleAdmin, fault.RoleTooLow},
			{"by a stranger", eve, cid, wire.RoleAdmin, fault.RoomUnknown},
			{"of a stranger", ann, eve, wire.RoleAdmin, fault.UserUnknown},
			{"no such role", ann, ben, "king", fault.BadRequest},
			{"of oneself", ann, ann, wire.RoleMember, fault.OwnerMustStay},
			{"admin", ann, ben, wire.RoleAdmin, 0},
			{"again", ann, ben, wire.RoleAdmin, 0},
			{"by an admin", ben, cid, wire.RoleAdmin, fault.RoleTooLow},
			{"hand over", ann, cid, wire.RoleOwner, 0},
			{"by the owner of before", ann, ben, wire.RoleMember, fault.RoleTooLow},
			{"demote", cid, ben, wire.RoleMember, 0},
		} {
			t.Run(c.name, func(t *testing.T) {
				is(t, h.Chat.SetRole(t.Context(), c.who, room, c.whom.User, c.role), c.code)
			})
		}
		r := h.Room(ben, room)
		qt.Check(t, qt.Equals(roleIn(r, ann), wire.RoleAdmin))
		qt.Check(t, qt.Equals(roleIn(r, cid), wire.RoleOwner))
		qt.Check(t, qt.Equals(r.Role, wire.RoleMember))
		qt.Check(t, qt.HasLen(h.Page(ann, room), 5)) // made, admin, owner and admin, member
		is(t, h.Chat.SetRole(t.Context(), ann, h.Direct(ann, ben), ben.User, wire.RoleAdmin), fault.RoomKindWrong)
	})
}

func TestRename(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, eve := u[0], u[1], u[2]
		room := h.Group(ann, ben)
		for _, c := range []struct {
			who   actor
			title string
			code  fault.Code
		}{
			{ben, "x", fault.RoleTooLow},
			{eve, "x", fault.RoomUnknown},
			{ann, "", fault.TitleInvalid},
			{ann, "등산 모임", 0},
			{ann, "등산 모임", 0},
		} {
			is(t, h.Chat.Rename(t.Context(), c.who, room, c.title), c.code)
		}
		r := h.Room(ben, room)
		qt.Check(t, qt.Equals(r.Title, "등산 모임"))
		qt.Check(t, qt.Equals(r.HeadSeq, 2))
		qt.Check(t, qt.DeepEquals(*h.Entry(ben, room, 2).Notice, wire.Notice{Event: wire.EventRenamed, Title: "등산 모임"}))
		is(t, h.Chat.Rename(t.Context(), ann, h.Direct(ann, ben), "x"), fault.RoomKindWrong)
	})
}

func TestInviteLinks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		room := h.Group(ann, ben)
		_, err := h.Chat.CreateInvite(t.Context(), ben, room, 0)
		is(t, err, fault.RoleTooLow)
		_, err = h.Chat.CreateInvite(t.Context(), cid, room, 0)
		is(t, err, fault.RoomUnknown)
		_, err = h.Chat.CreateInvite(t.Context(), ann, room, 365*24*time.Hour)
		is(t, err, fault.BadRequest)
		_, err = h.Chat.CreateInvite(t.Context(), ann, h.Direct(ann, ben), 0)
		is(t, err, fault.RoomKindWrong)
		link, err := h.Chat.CreateInvite(t.Context(), ann, room, time.Hour)
		qt.Assert(t, qt.IsNil(err))

		peek, err := h.Chat.PeekInvite(t.Context(), cid, link.Token)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(peek, chat.Invitation{Room: room, Title: "group", MemberCount: 2}))
		r, err := h.Chat.JoinByInvite(t.Context(), cid, link.Token)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(r.MemberCount, 3))
		qt.Check(t, qt.DeepEquals(texts(h.Page(cid, room)), []string{"(joined)"}))
		_, err = h.Chat.JoinByInvite(t.Context(), cid, link.Token) // once is enough
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(h.Room(ann, room).HeadSeq, 2))
		peek, err = h.Chat.PeekInvite(t.Context(), cid, link.Token)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(peek.Joined))

		invalid := func(token string) {
			t.Helper()
			_, err := h.Chat.PeekInvite(t.Context(), dan, token)
			is(t, err, fault.InviteInvalid)
			_, err = h.Chat.JoinByInvite(t.Context(), dan, token)
			is(t, err, fault.InviteInvalid)
		}
		for _, token := range []string{"", "x", "!", link.Token + "A", "A" + link.Token[1:], link.Token[:42] + "_", room.String()} {
			if token != link.Token {
				invalid(token)
			}
		}
		second, err := h.Chat.CreateInvite(t.Context(), ann, room, 2*time.Hour)
		qt.Assert(t, qt.IsNil(err))
		h.Clock.Advance(time.Hour)
		invalid(link.Token) // ended
		is(t, h.Chat.RevokeInvites(t.Context(), ben, room), fault.RoleTooLow)
		is(t, h.Chat.RevokeInvites(t.Context(), ann, room), 0)
		invalid(second.Token)
	})
}

func TestInviteIntoAnEmptyGroup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Group(ann)
		link, err := h.Chat.CreateInvite(t.Context(), ann, room, 0)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, room)))
		_, err = h.Chat.JoinByInvite(t.Context(), ben, link.Token)
		is(t, err, fault.InviteInvalid)
	})
}

func TestMuteAndPin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, eve := u[0], u[1], u[2]
		room := h.Group(ann, ben)
		h.Ear.Forget()
		until := wire.Time(h.Clock.NowMs() + 3600_000)
		qt.Assert(t, qt.IsNil(h.Chat.SetMute(t.Context(), ann, room, until)))
		qt.Check(t, qt.Equals(h.Room(ann, room).MutedUntil, until))
		qt.Check(t, qt.Equals(h.Room(ben, room).MutedUntil, 0))
		people := h.Ear.Events(bus.People)
		qt.Assert(t, qt.HasLen(people, 1))
		qt.Check(t, qt.DeepEquals(people[0].Users, [][16]byte{ann.User}))
		h.Clock.Advance(time.Hour)
		qt.Check(t, qt.Equals(h.Room(ann, room).MutedUntil, 0))

		for i := range wire.MaxPinnedRooms {
			r, err := h.Chat.Create(t.Context(), ann, chat.NewRoom{Title: "x"})
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), ann, r.ID, true)), qt.Commentf("%d", i))
			qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), ann, r.ID, true)))
		}
		is(t, h.Chat.SetPin(t.Context(), ann, room, true), fault.PinLimit)
		is(t, h.Chat.SetPin(t.Context(), eve, room, true), fault.RoomUnknown)
		is(t, h.Chat.SetMute(t.Context(), eve, room, until), fault.RoomUnknown)
		pinned := h.List(ann)[0]
		qt.Check(t, qt.IsTrue(pinned.Pinned))
		qt.Assert(t, qt.IsNil(h.Chat.SetPin(t.Context(), ann, pinned.ID, false)))
		is(t, h.Chat.SetPin(t.Context(), ann, room, true), 0)
		qt.Check(t, qt.Equals(h.List(ann)[0].ID, room))
	})
}

func TestTyping(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		room := h.Group(u[0], u[1])
		h.Ear.Forget()
		qt.Assert(t, qt.IsNil(h.Chat.Typing(t.Context(), u[0], room)))
		ev := h.Ear.Events(bus.Room)
		qt.Assert(t, qt.HasLen(ev, 1))
		qt.Check(t, qt.Equals(string(ev[0].Frame), `{"jsonrpc":"2.0","method":"typing","params":{"room_id":"`+room.String()+`","user_id":"`+u[0].User.String()+`"}}`))
		is(t, h.Chat.Typing(t.Context(), u[2], room), fault.RoomUnknown)
	})
}

func TestLeaveAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		one, two, direct := h.Group(ann, ben), h.Group(ben, cid), h.Direct(ben, ann)
		h.Say(ben, direct, "bye")
		qt.Assert(t, qt.IsNil(h.Chat.LeaveAll(t.Context(), ben.User)))
		qt.Check(t, qt.Equals(h.Room(ann, one).MemberCount, 1))
		qt.Check(t, qt.Equals(h.Room(cid, two).Role, wire.RoleOwner))
		qt.Check(t, qt.DeepEquals(texts(h.Page(ann, direct)), []string{"bye"}))
		qt.Check(t, qt.HasLen(h.List(ben), 1))
	})
}
