package load

import (
	"context"
	"fmt"
	"math/rand/v2"

	"madang/client"
)

// crowd is many people, each in the same number of rooms.
type crowd struct {
	users []user
	rooms []crowdRoom
	of    [][]int // the rooms of each user
}

type crowdRoom struct {
	id      client.ID
	quoted  string
	members []int // of users; the first made the room
	head    uint64
}

// newCrowd makes count people and rooms of size members, so that everybody is
// in perUser of them, with mostly different people in each.
func newCrowd(ctx context.Context, t *target, count, perUser, size int, report progress) (*crowd, error) {
	report(0, 0, fmt.Sprintf("making %d users", count))
	users, err := t.users(ctx, count)
	if err != nil {
		return nil, err
	}
	c := &crowd{users: users, of: make([][]int, count)}
	random := rand.New(rand.NewPCG(1, 1)) // the same rooms in every run
	for range perUser {
		order := random.Perm(count)
		for len(order) > 0 {
			n := min(size, len(order))
			if len(order)-n == 1 {
				n++ // nobody is left alone
			}
			for _, u := range order[:n] {
				c.of[u] = append(c.of[u], len(c.rooms))
			}
			c.rooms = append(c.rooms, crowdRoom{members: order[:n]})
			order = order[n:]
		}
	}
	made := 0
	return c, each(ctx, len(c.rooms), 16, func(ctx context.Context, i int) error {
		r := &c.rooms[i]
		members := make([]user, len(r.members))
		for k, u := range r.members {
			members[k] = users[u]
		}
		view, err := t.group(ctx, "room "+fmt.Sprint(i), members)
		if err != nil {
			return err
		}
		r.id, r.quoted, r.head = view.ID, `"`+view.ID.String()+`"`, view.HeadSeq
		if i%100 == 0 {
			made = i
			report(0, 0, fmt.Sprintf("making rooms: about %d of %d", made, len(c.rooms)))
		}
		return nil
	})
}
