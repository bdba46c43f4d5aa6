package account

import "context"

// Sweep is what Run does every ten minutes.
func Sweep(ctx context.Context, p *People) error { return p.sweep(ctx) }

// Tags packs and unpacks a set of marks.
func Tags(tags []uint32) []uint32 { return unpackTags(packTags(tags)) }

// The bounds of the phone book.
const (
	ContactsFirst = contactsFirst
	ContactsDaily = contactsDaily
	MaxTags       = maxTags
)

// Neighbour is the k-th nearest to i in a ring of n.
func Neighbour(i, k, n int) int { return neighbour(i, k, n) }

// KeyHash is the keyed hash of parts.
func KeyHash(k []byte, purpose string, parts ...string) []byte { return key(k).hash(purpose, parts...) }

// Network is what stands behind an address.
func Network(address string) string { return network(address) }
