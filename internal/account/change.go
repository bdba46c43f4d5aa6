package account

import (
	"sync"
)

// ChangeKind says what happened to an account.
type ChangeKind string

// The kinds of change.
const (
	DeviceAdded    ChangeKind = "device_added"    // Device signed in: tell the person's other devices
	DeviceRevoked  ChangeKind = "device_revoked"  // Device is signed out: close its sockets
	ProfileChanged ChangeKind = "profile_changed" // name, photo, number …
	FriendsChanged ChangeKind = "friends_changed" // the friend list or a mark in it
	BlocksChanged  ChangeKind = "blocks_changed"  // User blocked or unblocked Other
	AccountDeleted ChangeKind = "account_deleted" // the account is gone
)

// Change tells that something has happened and is on disk. It is a hint: who
// must not miss anything reads the database. It travels between nodes as JSON.
type Change struct {
	Kind   ChangeKind `json:"kind"`
	User   ID         `json:"user"`
	Device DeviceID   `json:"device,omitzero"`
	Other  ID         `json:"other,omitzero"`
	// DeviceName and Client describe an added device.
	DeviceName string `json:"device_name,omitempty"`
	Client     string `json:"client,omitempty"`
	// Token is the hash by which nodes have cached a revoked device.
	Token []byte `json:"token,omitempty"`
}

type changes struct {
	mu        sync.Mutex
	listeners []func(Change)
}

// OnChange has fn called after each change that this node makes, on the
// goroutine that made it: fn must not block. Listeners are added before the
// program serves and are never removed. The program also passes changes on to
// the other nodes, which give them to [People.Heard].
func (p *People) OnChange(fn func(Change)) {
	p.changes.mu.Lock()
	defer p.changes.mu.Unlock()
	p.changes.listeners = append(p.changes.listeners, fn)
}

// Heard forgets what this node has cached of a change made by another.
func (p *People) Heard(c Change) {
	switch c.Kind {
	case DeviceRevoked:
		if hash, ok := tokenHashOf(c.Token); ok {
			p.sessions.Invalidate(hash)
		}
	case ProfileChanged:
		p.persons.Invalidate(c.User)
	case BlocksChanged:
		p.blocks.Invalidate(c.User)
	case AccountDeleted:
		p.persons.Invalidate(c.User)
		p.blocks.Invalidate(c.User)
	case DeviceAdded, FriendsChanged:
		// Neither is cached.
	}
}

// tell announces changes that are committed.
func (p *People) tell(all ...Change) {
	p.changes.mu.Lock()
	listeners := p.changes.listeners
	p.changes.mu.Unlock()
	for _, c := range all {
		p.Heard(c)
		for _, fn := range listeners {
			fn(c)
		}
	}
}
