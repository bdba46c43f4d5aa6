package chat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

var (
	addInvite    = db.SQL(`INSERT INTO invite (shard, room_id, hash, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`)
	inviteEnds   = db.SQL(`SELECT expires_at FROM invite WHERE shard = $1 AND room_id = $2 AND hash = $3`)
	dropInvites  = db.SQL(`DELETE FROM invite WHERE shard = $1 AND room_id = $2`)
	sweepInvites = db.SQL(`DELETE FROM invite WHERE shard = $1 AND room_id = $2 AND expires_at <= $3`)
)

// secretBytes is the length of the random part of an invitation.
const secretBytes = 16

// CreateInvite makes a link into a group, which admins and the owner may. It
// holds for expiresIn, at most MaxInvite; 0 means DefaultInvite. The token is
// shown this once: only its hash is kept.
func (c *Chat) CreateInvite(ctx context.Context, a Actor, room RoomID, expiresIn time.Duration) (Invite, error) {
	if expiresIn == 0 {
		expiresIn = DefaultInvite
	}
	if expiresIn < time.Minute || expiresIn > MaxInvite {
		return Invite{}, fault.Newf(fault.BadRequest, "An invitation holds for a minute to %d days.", MaxInvite/(24*time.Hour)).In("expires_in")
	}
	if err := c.mayInviteByLink(ctx, a, room); err != nil {
		return Invite{}, err
	}
	var secret [secretBytes]byte
	rand.Read(secret[:])
	hash := sha256.Sum256(secret[:])
	now := c.clock.Now()
	ends := now.Add(expiresIn).UnixMilli()
	err := c.db.Tx(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, sweepInvites, db.ShardOf(room), room, now.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, addInvite, db.ShardOf(room), room, hash[:], a.User, now.UnixMilli(), ends)
		return err
	})
	if err != nil {
		return Invite{}, fmt.Errorf("make invitation: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(append(room[:], secret[:]...))
	return Invite{Token: token, ExpiresAt: wire.Time(ends)}, nil
}

func (c *Chat) mayInviteByLink(ctx context.Context, a Actor, room RoomID) error {
	p, err := c.place(ctx, room, a.User)
	switch {
	case err != nil:
		return err
	case p.meta.kind != group:
		return fault.New(fault.RoomKindWrong)
	case p.member.Role < roleAdmin:
		return fault.New(fault.RoleTooLow)
	}
	return nil
}

// RevokeInvites ends all links into a group, which admins and the owner may.
func (c *Chat) RevokeInvites(ctx context.Context, a Actor, room RoomID) error {
	if err := c.mayInviteByLink(ctx, a, room); err != nil {
		return err
	}
	err := c.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, dropInvites, db.ShardOf(room), room)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke invitations: %w", err)
	}
	return nil
}

// invited gives the room into which a token leads, and its head. A token that
// never was, that has ended or was revoked, or whose group is empty by now, is
// fault.InviteInvalid.
func (c *Chat) invited(ctx context.Context, token string) (RoomID, roomlog.Head, error) {
	invalid := fault.New(fault.InviteInvalid)
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 16+secretBytes {
		return RoomID{}, roomlog.Head{}, invalid
	}
	room := RoomID(raw[:16])
	hash := sha256.Sum256(raw[16:])
	var ends int64
	err = c.db.QueryRow(ctx, inviteEnds, db.ShardOf(room), room, hash[:]).Scan(&ends)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return room, roomlog.Head{}, invalid
	case err != nil:
		return room, roomlog.Head{}, fmt.Errorf("look for invitation: %w", err)
	case ends <= c.clock.NowMs():
		return room, roomlog.Head{}, invalid
	}
	h, ok, err := c.log.Head(ctx, room)
	if err != nil {
		return room, h, err
	}
	if !ok || h.Present == 0 || isStaged(&h) {
		return room, h, invalid
	}
	return room, h, nil
}

// PeekInvite shows what a link leads to, to anybody who has it.
func (c *Chat) PeekInvite(ctx context.Context, a Actor, token string) (Invitation, error) {
	room, h, err := c.invited(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	m, err := metaOf(room, &h)
	if err != nil {
		return Invitation{}, err
	}
	me, _, ok, err := c.log.Member(ctx, room, a.User)
	if err != nil {
		return Invitation{}, err
	}
	return Invitation{Room: room, Title: m.title, MemberCount: int(h.Present), Joined: ok && me.Present}, nil
}

// JoinByInvite enters a group by a link. Whoever is in it already stays as they
// are.
func (c *Chat) JoinByInvite(ctx context.Context, a Actor, token string) (Room, error) {
	room, _, err := c.invited(ctx, token)
	if err != nil {
		return Room{}, err
	}
	err = c.change(ctx, a, &roomlog.Op{Room: room}, func(tx *roomlog.Tx, ch *change) error {
		h := tx.Head()
		if me, ok := tx.Member(a.User); ok && me.Present {
			return nil
		}
		switch {
		case h.Present == 0:
			return fault.New(fault.InviteInvalid)
		case h.Present >= wire.MaxGroupMembers:
			return fault.New(fault.RoomFull)
		}
		ch.notice(tx, wire.Notice{Event: wire.EventJoined})
		ch.join(tx, roleMember, true, a.User)
		return nil
	})
	if err != nil {
		return Room{}, err
	}
	return c.Room(ctx, a, room)
}
