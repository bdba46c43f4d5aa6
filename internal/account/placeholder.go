package account

import (
	"context"

	"madang/internal/db"
)

var insertPlaceholder = db.SQL(`
	INSERT INTO users (shard, id, kind, name, status_message, language, time_zone, country,
		pin_failures, pin_wait_until, is_admin, sandbox, created_at, updated_at)
	VALUES ($1, $2, $3, $4, '', '', '', '', 0, 0, FALSE, FALSE, $5, $5)`)

// AddPlaceholder makes somebody who stands for a speaker of an imported
// conversation: a name that can be a member of a room, and nothing else. Nobody
// can sign in as them or add them as a friend. A name that is no name of ours,
// because it is too long, is cut.
func (p *People) AddPlaceholder(ctx context.Context, tx *db.Tx, name string) (ID, error) {
	now := p.clock.Now()
	id, err := NewID(now)
	if err != nil {
		return ID{}, err
	}
	if name, err = cleanName(cut(printable(name), maxName)); err != nil {
		name = "?"
	}
	_, err = tx.Exec(ctx, insertPlaceholder, db.ShardOf(id), id, kindPlaceholder, name, now.UnixMilli())
	return id, err
}
