package account

import "context"

// Sweep is what Run does every ten minutes.
func Sweep(ctx context.Context, p *People) error { return p.sweep(ctx) }

// WriteSeen is what Run does every ten seconds.
func WriteSeen(ctx context.Context, p *People) error { return p.writeSeen(ctx) }

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

// MainZones are the zones that stand for wide countries.
func MainZones() map[string]string { return mainZone }

// IsTimeZone reports whether name is a zone.
func IsTimeZone(name string) bool { return isTimeZone(name) }

// Network is what stands behind an address.
func Network(address string) string { return network(address) }
