package account

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
)

// Limits bound sign-in. They are counted in the database, in the transaction of
// what they bound, so that they hold over all nodes. 0 means the default, below
// 0 no limit.
type Limits struct {
	CodesPerNumber  int // codes sent to a number, an hour; default 5
	CodesPerAddress int // codes asked for by an address, an hour; default 30
	Codes           int // codes sent in all, an hour; default 20,000

	FailuresPerNumber  int // wrong codes for a number, an hour; default 15
	FailuresPerAddress int // wrong codes from an address, an hour; default 60
	// Failures is how many wrong codes are taken in all, a minute; default 60.
	// Somebody who tries one code on each of a million numbers stays below any
	// limit per number, and would be in once. This lets them in once in
	// twelve days; in exchange nobody signs in for the rest of such a minute.
	Failures int
}

func (l Limits) filled(sandbox bool) Limits {
	fill := func(n *int, to int) {
		if *n == 0 {
			*n = to
		}
	}
	if sandbox {
		fill(&l.CodesPerAddress, -1)
		fill(&l.Codes, -1)
		fill(&l.FailuresPerAddress, -1)
	}
	fill(&l.CodesPerNumber, 5)
	fill(&l.CodesPerAddress, 30)
	fill(&l.Codes, 20_000)
	fill(&l.FailuresPerNumber, 15)
	fill(&l.FailuresPerAddress, 60)
	fill(&l.Failures, 60)
	return l
}

// limit is one counter with its bound.
type limit struct {
	key    string // what is counted
	max    int    // below 0: not counted
	window time.Duration
}

// codeLimits bound the sending of codes, the rarest counter first: whoever
// takes several takes them in this order, so that no two wait for each other.
func (p *People) codeLimits(number phone, address string) []limit {
	return []limit{
		{"code number " + string(number), p.limits.CodesPerNumber, time.Hour},
		{"code address " + network(address), p.limits.CodesPerAddress, time.Hour},
		{"code all", p.limits.Codes, time.Hour},
	}
}

// failureLimits bound wrong codes of clients that were sent one.
func (p *People) failureLimits(number phone, address string) []limit {
	return []limit{
		{"failure number " + string(number), p.limits.FailuresPerNumber, time.Hour},
		p.failuresFrom(address),
		{"failure all", p.limits.Failures, time.Minute},
	}
}

// strayLimits bound codes of clients that were sent none.
func (p *People) strayLimits(address string) []limit { return []limit{p.failuresFrom(address)} }

func (p *People) failuresFrom(address string) limit {
	return limit{"failure address " + network(address), p.limits.FailuresPerAddress, time.Hour}
}

// network is what stands behind an address: the /64 of an IPv6 address, which is
// what one household or server gets. An address with a port loses it. What is no
// address, as a proxy may have put in its place, is cut to what can be stored.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		with, err := netip.ParseAddrPort(address)
		if err != nil {
			return cut(printable(address), 64)
		}
		ip = with.Addr()
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	return prefix.String()
}

var (
	countLimit = db.SQL(`
		INSERT INTO limits (shard, key, count, ends_at) VALUES ($1, $2, 1, $3)
		ON CONFLICT (shard, key) DO UPDATE SET
			count   = CASE WHEN limits.ends_at <= $4 THEN 1 ELSE limits.count + 1 END,
			ends_at = CASE WHEN limits.ends_at <= $4 THEN excluded.ends_at ELSE limits.ends_at END
		RETURNING count, ends_at`)
	peekLimit  = db.SQL(`SELECT count, ends_at FROM limits WHERE shard = $1 AND key = $2 AND ends_at > $3`)
	pastLimits = db.SQL(`DELETE FROM limits WHERE ends_at <= $1`)
)

// count counts one more of each limit and gives fault.CodeLimit when one is
// exceeded. A window begins with the first count after the last window's end.
func (p *People) count(ctx context.Context, tx *db.Tx, limits []limit) error {
	now := p.clock.Now()
	for _, l := range limits {
		if l.max < 0 {
			continue
		}
		var count, ends int64
		err := tx.QueryRow(ctx, countLimit, db.ShardOfText(l.key), l.key, now.Add(l.window).UnixMilli(), now.UnixMilli()).
			Scan(&count, &ends)
		if err != nil {
			return err
		}
		if count > int64(l.max) {
			return tooMany(now, ends)
		}
	}
	return nil
}

// check gives fault.CodeLimit when one of the limits is reached. It counts
// nothing.
func (p *People) check(ctx context.Context, r db.Reader, limits []limit) error {
	now := p.clock.Now()
	for _, l := range limits {
		if l.max < 0 {
			continue
		}
		var count, ends int64
		err := r.QueryRow(ctx, peekLimit, db.ShardOfText(l.key), l.key, now.UnixMilli()).Scan(&count, &ends)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if count >= int64(l.max) {
			return tooMany(now, ends)
		}
	}
	return nil
}

func tooMany(now time.Time, endsMs int64) error {
	return fault.New(fault.CodeLimit).After(time.UnixMilli(endsMs).Sub(now))
}
