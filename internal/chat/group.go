package chat

import (
	"context"
	"fmt"
	"slices"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// groupMember is inside for what only groups can do.
func groupMember(tx *roomlog.Tx, user UserID, role uint8) (roomlog.Member, error) {
	me, err := inside(tx, user)
	if err != nil {
		return me, err
	}
	h := tx.Head()
	switch {
	case !isGroup(&h):
		return me, fault.New(fault.RoomKindWrong)
	case me.Role < role:
		return me, fault.New(fault.RoleTooLow)
	}
	return me, nil
}

// Invite brings people into a group, which any member may. Those who are in it
// already stay as they are. If one of the others cannot come, nobody does:
// fault.InviteRefused names one who blocks the actor.
func (c *Chat) Invite(ctx context.Context, a Actor, room RoomID, users []UserID) (Room, error) {
	if len(users) == 0 || len(users) > wire.MaxInvite {
		return Room{}, fault.Newf(fault.BadRequest, "1 to %d people are invited at once.", wire.MaxInvite).In("user_ids")
	}
	// A stranger to the room must not learn who blocks them.
	if _, err := c.place(ctx, room, a.User); err != nil {
		return Room{}, err
	}
	if err := c.invitable(ctx, a, users, "user_ids"); err != nil {
		return Room{}, err
	}
	op := &roomlog.Op{Room: room, Users: users}
	err := c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		if _, err := groupMember(tx, a.User, roleMember); err != nil {
			return err
		}
		var fresh []UserID
		for _, u := range users {
			if m, ok := tx.Member(u); (!ok || !m.Present) && !slices.Contains(fresh, u) {
				fresh = append(fresh, u)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		if int(tx.Head().Present)+len(fresh) > wire.MaxGroupMembers {
			return fault.New(fault.RoomFull)
		}
		ch.notice(tx, wire.Notice{Event: wire.EventInvited, UserIDs: fresh})
		ch.join(tx, roleMember, true, fresh...)
		return nil
	})
	if err != nil {
		return Room{}, err
	}
	return c.Room(ctx, a, room)
}

// Remove takes a member out of a group: admins may remove members, the owner
// anybody else.
func (c *Chat) Remove(ctx context.Context, a Actor, room RoomID, user UserID) error {
	if user == a.User {
		return c.Leave(ctx, a, room)
	}
	op := &roomlog.Op{Room: room, Users: []UserID{user}}
	return c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		me, err := groupMember(tx, a.User, roleAdmin)
		if err != nil {
			return err
		}
		m, ok := tx.Member(user)
		switch {
		case !ok || !m.Present:
			return fault.New(fault.UserUnknown).In("user_id")
		case m.Role == roleOwner:
			return fault.New(fault.OwnerMustStay)
		case m.Role >= me.Role:
			return fault.New(fault.RoleTooLow)
		}
		ch.notice(tx, wire.Notice{Event: wire.EventRemoved, UserIDs: []UserID{user}})
		ch.leave(tx, user)
		return nil
	})
}

// Leave leaves a group. When the owner does, the longest-standing admin, or
// else the longest-standing member, becomes the owner. Leaving a direct or memo
// room clears it for the actor and takes it out of their list until something
// new is said; the other party is told nothing.
func (c *Chat) Leave(ctx context.Context, a Actor, room RoomID) error {
	p, err := c.place(ctx, room, a.User)
	if err != nil {
		return err
	}
	op := &roomlog.Op{Room: room, Everyone: p.member.Role == roleOwner}
	err = c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		me, err := inside(tx, a.User)
		if err != nil {
			return err
		}
		if h := tx.Head(); !isGroup(&h) {
			tx.Clear(a.User)
			ch.touched = append(ch.touched, a.User)
			ch.people = append(ch.people, peopleNews{users: []UserID{a.User}, gone: true})
			return nil
		}
		if me.Role == roleOwner && !op.Everyone {
			return errOwnerNow
		}
		heir, found := UserID{}, false
		if me.Role == roleOwner {
			heir, found = successor(tx.Members(), a.User)
		}
		ch.notice(tx, wire.Notice{Event: wire.EventLeft})
		if found {
			ch.notice(tx, wire.Notice{Event: wire.EventRole, UserIDs: []UserID{heir}, Role: wire.RoleOwner})
			ch.setRole(tx, heir, roleOwner)
			tx.SetRole(a.User, roleMember)
		}
		ch.leave(tx, a.User)
		return nil
	})
	if err == errOwnerNow { //nolint:errorlint // made in the lane, a few lines above
		return c.Leave(ctx, a, room) // they were handed the group in between
	}
	if err == nil && p.meta.kind != group {
		return c.forgetDraft(ctx, a.User, room) // in groups the projection does
	}
	return err
}

// errOwnerNow says that the one who leaves became the owner meanwhile, so that
// an heir has to be found.
var errOwnerNow = fmt.Errorf("the leaving member is the owner now")

// successor is who becomes the owner of a group when the owner leaves.
func successor(rows []roomlog.Member, leaver UserID) (UserID, bool) {
	var heir *roomlog.Member
	for i := range rows {
		m := &rows[i]
		if !m.Present || m.User == leaver {
			continue
		}
		if heir == nil || m.Role > heir.Role || (m.Role == heir.Role && m.JoinedSeq < heir.JoinedSeq) {
			heir = m
		}
	}
	if heir == nil {
		return UserID{}, false
	}
	return heir.User, true
}

// SetRole changes a member's role, which only the owner may. Giving
// wire.RoleOwner hands the group over; the old owner stays as an admin.
func (c *Chat) SetRole(ctx context.Context, a Actor, room RoomID, user UserID, role wire.Role) error {
	var to uint8
	switch role {
	case wire.RoleOwner:
		to = roleOwner
	case wire.RoleAdmin:
		to = roleAdmin
	case wire.RoleMember:
		to = roleMember
	default:
		return fault.Newf(fault.BadRequest, "A role is owner, admin or member.").In("role")
	}
	op := &roomlog.Op{Room: room, Users: []UserID{user}}
	return c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		if _, err := groupMember(tx, a.User, roleOwner); err != nil {
			return err
		}
		m, ok := tx.Member(user)
		switch {
		case !ok || !m.Present:
			return fault.New(fault.UserUnknown).In("user_id")
		case m.Role == to:
			return nil
		case user == a.User:
			return fault.New(fault.OwnerMustStay)
		}
		ch.notice(tx, wire.Notice{Event: wire.EventRole, UserIDs: []UserID{user}, Role: role})
		ch.setRole(tx, user, to)
		if to == roleOwner {
			ch.notice(tx, wire.Notice{Event: wire.EventRole, UserIDs: []UserID{a.User}, Role: wire.RoleAdmin})
			ch.setRole(tx, a.User, roleAdmin)
		}
		return nil
	})
}

// Rename gives a group another title, which admins and the owner may.
func (c *Chat) Rename(ctx context.Context, a Actor, room RoomID, title string) error {
	if !wire.IsTitle(title) {
		return fault.New(fault.TitleInvalid).In("title")
	}
	return c.change(ctx, a, &roomlog.Op{Room: room}, func(tx *roomlog.Tx, ch *change) error {
		if _, err := groupMember(tx, a.User, roleAdmin); err != nil {
			return err
		}
		h := tx.Head()
		m, err := metaOf(room, &h)
		if err != nil || m.title == title {
			return err
		}
		m.title = title
		ch.notice(tx, wire.Notice{Event: wire.EventRenamed, Title: title})
		tx.SetMeta(m.encode())
		return nil
	})
}

// LeaveAll takes a person whose account has ended out of all their groups, with
// what they had not sent anywhere. What they said stays, in direct rooms too.
func (c *Chat) LeaveAll(ctx context.Context, user UserID) error {
	if err := c.forgetDrafts(ctx, user); err != nil {
		return err
	}
	rows, err := c.memberships(ctx, user)
	if err != nil {
		return err
	}
	for i := range rows {
		room := rows[i].room
		h, ok, err := c.log.Head(ctx, room)
		if err != nil {
			return err
		}
		if !ok || !isGroup(&h) {
			continue
		}
		err = c.Leave(ctx, Actor{User: user}, room)
		if err != nil && !fault.Has(err, fault.NotAMember) && !fault.Has(err, fault.RoomUnknown) {
			return fmt.Errorf("leave %s: %w", room, err)
		}
	}
	return nil
}
