package chat

import (
	"context"
	"fmt"
	"slices"

	"madang/internal/account"
	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Create makes a room, or finds it: a direct or memo room that is there
// already, or a group that was asked for with the same key before.
//
// Anybody may open a direct room with anybody; those who block the actor do not
// learn of what is said in it. Into a group nobody is brought who blocks the one
// who makes it.
func (c *Chat) Create(ctx context.Context, a Actor, n NewRoom) (Room, error) {
	members := make([]UserID, 0, len(n.MemberIDs))
	for _, u := range n.MemberIDs {
		if u != a.User && !slices.Contains(members, u) {
			members = append(members, u)
		}
		if len(members) > wire.MaxInvite {
			return Room{}, fault.Newf(fault.BadRequest, "A room is made with at most %d people; invite the others into it.", wire.MaxInvite).In("member_ids")
		}
	}
	var room RoomID
	var err error
	switch {
	case n.Title != "" || len(members) > 1:
		room, err = c.createGroup(ctx, a, members, n)
	case len(members) == 1:
		room, err = c.createDirect(ctx, a, members[0])
	default:
		room, err = c.createMemo(ctx, a)
	}
	if err != nil {
		return Room{}, err
	}
	return c.Room(ctx, a, room)
}

// createDirect makes the room of two people. It is in the list of the one who
// makes it, and in that of the other once there is something in it for them.
func (c *Chat) createDirect(ctx context.Context, a Actor, other UserID) (RoomID, error) {
	room := directID(a.User, other)
	if err := c.living(ctx, []UserID{other}, "member_ids"); err != nil {
		return room, err
	}
	m := meta{kind: direct, creator: a.User, parties: [2]UserID{a.User, other}}
	return room, c.createDerived(ctx, a, room, &m, other)
}

func (c *Chat) createMemo(ctx context.Context, a Actor) (RoomID, error) {
	room := memoID(a.User)
	return room, c.createDerived(ctx, a, room, &meta{kind: memo, creator: a.User})
}

// createDerived makes a room whose id says who is in it, or puts the one that
// is there back into the actor's list.
func (c *Chat) createDerived(ctx context.Context, a Actor, room RoomID, m *meta, others ...UserID) error {
	if me, _, ok, err := c.log.Member(ctx, room, a.User); err != nil {
		return fmt.Errorf("look for room %s: %w", room, err)
	} else if ok && me.Listed {
		return nil
	}
	op := &roomlog.Op{Room: room, Users: others}
	return c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		if tx.Exists() {
			me, err := inside(tx, a.User)
			if err != nil || me.Listed {
				return err
			}
			tx.SetListed(a.User, true)
			ch.touched = append(ch.touched, a.User)
			ch.people = append(ch.people, peopleNews{users: []UserID{a.User}})
			return nil
		}
		made := *m
		made.createdAt = tx.Now()
		tx.Create(made.encode())
		ch.join(tx, roleMember, true, a.User)
		for _, u := range others {
			tx.Join(u, roleMember, false)
			ch.touched = append(ch.touched, u)
		}
		return nil
	})
}

// createGroup makes a group; the notice of it is its first entry.
func (c *Chat) createGroup(ctx context.Context, a Actor, members []UserID, n NewRoom) (RoomID, error) {
	if n.Title != "" && !wire.IsTitle(n.Title) {
		return RoomID{}, fault.New(fault.TitleInvalid).In("title")
	}
	if len(n.Key) > maxKey {
		return RoomID{}, fault.Newf(fault.BadRequest, "An idempotency key has at most %d bytes.", maxKey).In("Idempotency-Key")
	}
	room, err := c.newGroupID(a, n.Key)
	if err != nil {
		return room, err
	}
	if n.Key != "" {
		if _, exists, err := c.log.Head(ctx, room); err != nil || exists {
			return room, err
		}
	}
	if err := c.invitable(ctx, a, members, "member_ids"); err != nil {
		return room, err
	}
	op := &roomlog.Op{Room: room, Users: members}
	return room, c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		if tx.Exists() {
			return nil // the same key at the same moment
		}
		m := meta{kind: group, creator: a.User, createdAt: tx.Now(), title: n.Title}
		tx.Create(m.encode())
		ch.notice(tx, wire.Notice{Event: wire.EventCreated, UserIDs: members, Title: n.Title})
		ch.join(tx, roleOwner, true, a.User)
		ch.join(tx, roleMember, true, members...)
		return nil
	})
}

// maxKey is the length of an idempotency key in bytes.
const maxKey = 255

func (c *Chat) newGroupID(a Actor, key string) (RoomID, error) {
	if key != "" {
		return groupID(a.User, key), nil
	}
	return account.NewID(c.clock.Now())
}

// living checks that people exist and are not gone. Placeholders are nobody.
func (c *Chat) living(ctx context.Context, users []UserID, field string) error {
	persons, err := c.accounts.Persons(ctx, users)
	if err != nil {
		return fmt.Errorf("look for people: %w", err)
	}
	for i, u := range users {
		if p := persons[u]; p == nil || p.Deleted || p.Placeholder {
			return fault.New(fault.UserUnknown).In(fmt.Sprintf("%s[%d]", field, i))
		}
	}
	return nil
}

// invitable checks that people may be brought into a group by the actor: they
// exist and do not block them.
func (c *Chat) invitable(ctx context.Context, a Actor, users []UserID, field string) error {
	if err := c.living(ctx, users, field); err != nil {
		return err
	}
	for i, u := range users {
		blocked, err := c.accounts.Blocked(ctx, u, a.User)
		if err != nil {
			return fmt.Errorf("blocks of %s: %w", u, err)
		}
		if blocked {
			return fault.New(fault.InviteRefused).In(fmt.Sprintf("%s[%d]", field, i))
		}
	}
	return nil
}
