package account

import (
	"context"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// MaxRecommended is how many people are recommended at once.
const MaxRecommended = 100

// recommendFrom bounds who is looked at: the newest who have the number.
const recommendFrom = 1000

var selectKnowing = db.SQL(`
	SELECT owner_id FROM known_by WHERE shard = $1 AND user_id = $2 AND phone_tag = $3
	ORDER BY created_at DESC, owner_id DESC LIMIT $4`)

// Recommended are people who have a person's present number in their phone book
// and are not in the person's own list, the newest first. Who blocked the person,
// or is blocked, is not among them.
func (p *People) Recommended(ctx context.Context, me ID, limit int) ([]wire.User, error) {
	if limit < 1 || limit > MaxRecommended {
		return nil, fault.Newf(fault.BadRequest, "1 to %d people are recommended.", MaxRecommended).In("limit")
	}
	person, err := p.living(ctx, me)
	if err != nil || person.Phone == "" {
		return nil, err
	}
	knowing, err := db.Select(ctx, p.d, db.Value[ID], selectKnowing,
		db.ShardOf(me), me, phone(person.Phone).tag(p.key), recommendFrom)
	if err != nil {
		return nil, err
	}
	mine, err := p.FriendIDs(ctx, me)
	if err != nil {
		return nil, err
	}
	friends := setOf(mine)
	blocked, err := p.blockedBy(ctx, me)
	if err != nil {
		return nil, err
	}
	var all []wire.User
	for _, id := range knowing {
		if len(all) == limit {
			break
		}
		if friends.has(id) || blocked.has(id) {
			continue
		}
		theyBlock, err := p.Blocked(ctx, id, me)
		if err != nil {
			return nil, err
		}
		if theyBlock {
			continue
		}
		other, err := p.living(ctx, id)
		if fault.Has(err, fault.UserUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, other.User)
	}
	return all, nil
}
