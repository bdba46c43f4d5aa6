package account

import (
	"context"
	"fmt"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// MaxFriends is how many people a friend list holds.
const MaxFriends = 10_000

// maxNickname is the length of a nickname, in graphemes.
const maxNickname = 40

var (
	// Rows come in by {keys}, the owner too, so that both engines know the types
	// of what is selected.
	insertFriends = db.SQL(`
		INSERT INTO friends (shard, user_id, friend_id, phone_tag, nickname, favourite, hidden, created_at)
		SELECT me.shard, me.id, k.id, k.data, '', FALSE, FALSE, CAST($3 AS BIGINT)
		FROM {keys $1} AS me CROSS JOIN {keys $2} AS k WHERE TRUE
		ON CONFLICT (shard, user_id, friend_id) DO UPDATE SET phone_tag = coalesce(excluded.phone_tag, friends.phone_tag)`)
	insertKnownBy = db.SQL(`
		INSERT INTO known_by (shard, user_id, owner_id, phone_tag, created_at)
		SELECT k.shard, k.id, me.id, k.data, CAST($3 AS BIGINT)
		FROM {keys $1} AS me CROSS JOIN {keys $2} AS k WHERE TRUE
		ON CONFLICT (shard, user_id, owner_id) DO UPDATE SET phone_tag = coalesce(excluded.phone_tag, known_by.phone_tag)`)
	deleteFriend    = db.SQL(`DELETE FROM friends WHERE shard = $1 AND user_id = $2 AND friend_id = $3`)
	selectFriendIDs = db.SQL(`SELECT friend_id FROM friends WHERE shard = $1 AND user_id = $2`)
	updateFriend    = db.SQL(`
		UPDATE friends SET favourite = $4, hidden = $5, nickname = $6 WHERE shard = $1 AND user_id = $2 AND friend_id = $3`)
	isFriend = db.SQL(`SELECT count(*) FROM friends WHERE shard = $1 AND user_id = $2 AND friend_id = $3`)
)

// newFriend is somebody to be added: with the tag of the number by which they
// were found, or nil.
type newFriend struct {
	id  ID
	tag []byte
}

// addFriends puts people into a person's list, as far as it holds them, and
// gives how many did not fit. Those who are in it stay as they are.
func (p *People) addFriends(ctx context.Context, tx *db.Tx, me ID, people []newFriend) (left int, err error) {
	have, err := db.Select(ctx, tx, db.Value[ID], selectFriendIDs, db.ShardOf(me), me)
	if err != nil {
		return 0, err
	}
	room := MaxFriends - len(have)
	known := setOf(have)
	ids := make([]ID, 0, len(people))
	tags := make([][]byte, 0, len(people))
	for _, f := range people {
		if !known.has(f.id) {
			if room <= 0 {
				left++
				continue
			}
			room--
		}
		ids = append(ids, f.id)
		tags = append(tags, f.tag)
	}
	if len(ids) == 0 {
		return left, nil
	}
	mine, theirs, now := []ID{me}, db.KeysWith(ids, tags), p.clock.NowMs()
	if _, err := tx.Exec(ctx, insertFriends, db.Keys(mine), theirs, now); err != nil {
		return left, err
	}
	_, err = tx.Exec(ctx, insertKnownBy, db.Keys(mine), theirs, now)
	return left, err
}

// AddFriend puts somebody into a person's friend list. They are not told. Who is
// in it already stays as they are; who was blocked is unblocked. It gives
// fault.UserUnknown, FriendSelf or TooManyFriends.
func (p *People) AddFriend(ctx context.Context, me, other ID) (wire.Friend, error) {
	if me == other {
		return wire.Friend{}, fault.New(fault.FriendSelf)
	}
	for _, id := range []ID{me, other} {
		if _, err := p.living(ctx, id); err != nil {
			return wire.Friend{}, err
		}
	}
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		left, err := p.addFriends(ctx, tx, me, []newFriend{{id: other}})
		if err != nil {
			return err
		}
		if left > 0 {
			return fault.New(fault.TooManyFriends)
		}
		return p.setBlock(ctx, tx, me, other, false)
	})
	if err != nil {
		return wire.Friend{}, fmt.Errorf("add friend: %w", err)
	}
	p.tell(Change{Kind: FriendsChanged, User: me, Other: other}, Change{Kind: BlocksChanged, User: me, Other: other})
	return p.Friend(ctx, me, other)
}

// AddFriendByHandle is AddFriend for who has a handle.
func (p *People) AddFriendByHandle(ctx context.Context, me ID, handle string) (wire.Friend, error) {
	user, err := p.ByHandle(ctx, handle)
	if err != nil {
		return wire.Friend{}, err
	}
	return p.AddFriend(ctx, me, user.ID)
}

// Marks are a change of the marks on a friend: what is nil stays as it is.
type Marks struct {
	Favourite *bool
	Hidden    *bool   // not shown in the list
	Blocked   *bool   // may be set on anybody, friend or not
	Nickname  *string // what only I see instead of the name, up to 40 characters; empty removes it
}

// MarkFriend changes the marks on somebody in a person's list. It gives
// fault.NotAFriend when they are not in it and more than the block changes,
// FriendSelf, UserUnknown or NameInvalid.
func (p *People) MarkFriend(ctx context.Context, me, other ID, m Marks) (wire.Friend, error) {
	if me == other {
		return wire.Friend{}, fault.New(fault.FriendSelf)
	}
	if m.Nickname != nil {
		name, ok := cleanText(*m.Nickname, maxNickname)
		if !ok {
			return wire.Friend{}, fault.New(fault.NameInvalid).In("nickname")
		}
		m.Nickname = &name
	}
	if _, err := p.living(ctx, me); err != nil {
		return wire.Friend{}, err
	}
	if _, err := p.living(ctx, other); err != nil {
		// Somebody who left can still be unblocked.
		if !fault.Has(err, fault.UserUnknown) || m.Blocked == nil || *m.Blocked {
			return wire.Friend{}, err
		}
	}
	onlyBlock := m.Favourite == nil && m.Hidden == nil && m.Nickname == nil
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		if m.Blocked != nil {
			if err := p.setBlock(ctx, tx, me, other, *m.Blocked); err != nil {
				return err
			}
		}
		if onlyBlock {
			return nil
		}
		rows, err := db.Select(ctx, tx, scanFriend, selectFriend, db.ShardOf(me), me, other)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.NotAFriend)
		}
		f := rows[0]
		if m.Favourite != nil {
			f.favourite = *m.Favourite
		}
		if m.Hidden != nil {
			f.hidden = *m.Hidden
		}
		_, err = tx.Exec(ctx, updateFriend, db.ShardOf(me), me, other, f.favourite, f.hidden, or(m.Nickname, f.nickname))
		return err
	})
	if err != nil {
		return wire.Friend{}, fmt.Errorf("mark friend: %w", err)
	}
	p.tell(Change{Kind: FriendsChanged, User: me, Other: other})
	if m.Blocked != nil {
		p.tell(Change{Kind: BlocksChanged, User: me, Other: other})
	}
	return p.Friend(ctx, me, other)
}

// RemoveFriend takes somebody out of a person's list. A block stays. It gives
// fault.NotAFriend when they are not in it.
func (p *People) RemoveFriend(ctx context.Context, me, other ID) error {
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, deleteFriend, db.ShardOf(me), me, other)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotAFriend)
		}
		_, err = tx.Exec(ctx, deleteKnownBy, db.ShardOf(other), other, db.Blobs([]ID{me}))
		return err
	})
	if err != nil {
		return fmt.Errorf("remove friend: %w", err)
	}
	p.tell(Change{Kind: FriendsChanged, User: me, Other: other})
	return nil
}

// IsFriend reports whether other is in the person's friend list.
func (p *People) IsFriend(ctx context.Context, me, other ID) (bool, error) {
	var n int
	err := p.d.QueryRow(ctx, isFriend, db.ShardOf(me), me, other).Scan(&n)
	return n > 0, err
}

// FriendIDs are all in a person's list, also hidden and blocked ones, in no
// order.
func (p *People) FriendIDs(ctx context.Context, me ID) ([]ID, error) {
	return db.Select(ctx, p.d, db.Value[ID], selectFriendIDs, db.ShardOf(me), me)
}

var knowEachOther = db.SQL(`SELECT (SELECT count(*) FROM friends WHERE shard = $1 AND user_id = $2 AND friend_id = $3)
	+ (SELECT count(*) FROM known_by WHERE shard = $1 AND user_id = $2 AND owner_id = $3)`)

// Know reports whether one of two people has the other in their list.
func (p *People) Know(ctx context.Context, a, b ID) (bool, error) {
	var n int
	if err := p.d.QueryRow(ctx, knowEachOther, db.ShardOf(a), a, b).Scan(&n); err != nil {
		return false, fmt.Errorf("whether %s and %s know each other: %w", a, b, err)
	}
	return n > 0, nil
}
