package account

import (
	"context"
	"fmt"

	"github.com/maypok86/otter/v2"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// MaxBlocks is how many people somebody can block.
const MaxBlocks = 10_000

var (
	insertBlock = db.SQL(`
		INSERT INTO blocks (shard, user_id, blocked_id, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (shard, user_id, blocked_id) DO NOTHING`)
	deleteBlock  = db.SQL(`DELETE FROM blocks WHERE shard = $1 AND user_id = $2 AND blocked_id = $3`)
	selectBlocks = db.SQL(`SELECT blocked_id FROM blocks WHERE shard = $1 AND user_id = $2`)
	countBlocks  = db.SQL(`SELECT count(*) FROM blocks WHERE shard = $1 AND user_id = $2`)
)

// setBlock blocks or unblocks somebody, who is not told and sees no difference.
func (p *People) setBlock(ctx context.Context, tx *db.Tx, me, other ID, blocked bool) error {
	if !blocked {
		_, err := tx.Exec(ctx, deleteBlock, db.ShardOf(me), me, other)
		return err
	}
	var n int
	if err := tx.QueryRow(ctx, countBlocks, db.ShardOf(me), me).Scan(&n); err != nil {
		return err
	}
	if n >= MaxBlocks {
		return fault.Newf(fault.TooManyFriends, "The list of blocked people is full; unblock somebody first.")
	}
	_, err := tx.Exec(ctx, insertBlock, db.ShardOf(me), me, other, p.clock.NowMs())
	return err
}

// Blocked reports whether by has blocked other. It is made to be asked for every
// message: the answer is cached and forgotten when by changes it. Another node
// knows a change when it hears of it, at the latest after a minute.
func (p *People) Blocked(ctx context.Context, by, other ID) (bool, error) {
	set, err := p.blockedBy(ctx, by)
	if err != nil {
		return false, fmt.Errorf("blocked: %w", err)
	}
	return set.has(other), nil
}

// blockedBy is whom somebody has blocked.
func (p *People) blockedBy(ctx context.Context, by ID) (idSet, error) {
	if set, ok := p.blocks.GetIfPresent(by); ok {
		return set, nil
	}
	return p.blocks.Get(ctx, by, otter.LoaderFunc[ID, idSet](func(ctx context.Context, by ID) (idSet, error) {
		ids, err := db.Select(context.WithoutCancel(ctx), p.d, db.Value[ID], selectBlocks, db.ShardOf(by), by)
		return setOf(ids), err
	}))
}

// BlockedPeople are those whom a person has blocked, by name.
func (p *People) BlockedPeople(ctx context.Context, me ID) ([]wire.User, error) {
	ids, err := db.Select(ctx, p.d, db.Value[ID], selectBlocks, db.ShardOf(me), me)
	if err != nil {
		return nil, err
	}
	person, err := p.living(ctx, me)
	if err != nil {
		return nil, err
	}
	persons, err := p.Persons(ctx, ids)
	if err != nil {
		return nil, err
	}
	sorted := byName(person.Language, persons, nil)
	users := make([]wire.User, 0, len(sorted))
	for _, s := range sorted {
		users = append(users, s.person.User)
	}
	return users, nil
}
