package db_test

import (
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/db"
	"madang/internal/db/dbtest"
)

// Citus' rule, with PostgreSQL's own hash function: each stored value falls into
// the range of its shard.
func TestStoredShards(t *testing.T) {
	d := dbtest.Postgres(t)
	hash := db.Raw("", `SELECT (hashint4($1::int)::bigint + 2147483648) / 67108864`)
	for s := range db.Shard(db.Shards) {
		var bucket db.Shard
		var n int64
		qt.Assert(t, qt.IsNil(d.QueryRow(t.Context(), hash, s.Stored()).Scan(&n)))
		bucket = db.Shard(n)
		qt.Check(t, qt.Equals(bucket, s))

		value, err := s.Value()
		qt.Assert(t, qt.IsNil(err))
		var back db.Shard
		qt.Assert(t, qt.IsNil(back.Scan(value)))
		qt.Check(t, qt.Equals(back, s))
	}
	_, err := db.Shard(db.Shards).Value()
	qt.Check(t, qt.IsNotNil(err))
	var s db.Shard
	qt.Check(t, qt.IsNotNil(s.Scan(int64(14))))
	qt.Check(t, qt.IsNotNil(s.Scan("1")))
}

// The shard of an id is part of the stored data: these must never change.
func TestShardOfStaysTheSame(t *testing.T) {
	qt.Check(t, qt.Equals(db.ShardOf([16]byte{}), 0x2b))
	qt.Check(t, qt.Equals(db.ShardOf([16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}), 0x0e))
	qt.Check(t, qt.Equals(db.ShardOfText("+821012345678"), 0x08))
	qt.Check(t, qt.Equals(db.ShardOfBytes([]byte("+821012345678")), 0x08))
}

func TestShardOfSpreads(t *testing.T) {
	var hits [db.Shards]int
	const each = 200
	for i := range each * db.Shards {
		// Ids made in the same millisecond differ in a few bytes only.
		hits[db.ShardOf([16]byte{1, 153, 7: byte(i >> 8), 15: byte(i)})]++
	}
	for s, n := range hits {
		qt.Check(t, qt.IsTrue(n > each/2 && n < each*2), qt.Commentf("shard %d has %d", s, n))
	}
}
