package notify

import (
	"context"
	"fmt"
	"sync"

	"madang/internal/account"
	"madang/internal/db"
)

var subscribedUsers = db.SQL(`SELECT DISTINCT user_id FROM push_subscription`)

// index knows who has a device to wake. It is asked for every member of a room in
// which something is said, so it is in memory: about 50 bytes a person.
type index struct {
	mu    sync.RWMutex
	users map[account.ID]struct{}
}

func (n *Notify) loadIndex(ctx context.Context) error {
	ids, err := db.Select(ctx, n.db, db.Value[account.ID], subscribedUsers)
	if err != nil {
		return fmt.Errorf("who has a device to wake: %w", err)
	}
	n.index.users = make(map[account.ID]struct{}, len(ids))
	for _, id := range ids {
		n.index.users[id] = struct{}{}
	}
	return nil
}

func (x *index) has(user account.ID) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, ok := x.users[user]
	return ok
}

func (x *index) empty() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.users) == 0
}

// set notes whether a person has a device to wake, and reports whether that is
// news.
func (x *index) set(user account.ID, has bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	_, had := x.users[user]
	if has {
		x.users[user] = struct{}{}
	} else {
		delete(x.users, user)
	}
	return had != has
}

// among keeps those of sorted who have a device to wake and come after a person;
// the zero one comes before all.
func (x *index) among(sorted []account.ID, after account.ID) []account.ID {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if len(x.users) == 0 {
		return nil
	}
	var list []account.ID
	for _, u := range sorted {
		if _, ok := x.users[u]; ok && less(after, u) {
			list = append(list, u)
		}
	}
	return list
}

// less is the order of ids. Nobody has the zero one.
func less(a, b account.ID) bool { return string(a[:]) < string(b[:]) }

// Wants reports whether it matters what a person's devices have: only then do
// their clients need to say it.
func (n *Notify) Wants(user account.ID) bool { return n.index.has(user) }

// OnWanted has fn called when it begins to matter what a person's devices have, on
// the goroutine that subscribed one: fn must not block. It is called before the
// program serves.
func (n *Notify) OnWanted(fn func(user account.ID)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.onWanted = append(n.onWanted, fn)
}

func (n *Notify) wanted(user account.ID) {
	n.mu.Lock()
	fns := n.onWanted
	n.mu.Unlock()
	for _, fn := range fns {
		fn(user)
	}
}
