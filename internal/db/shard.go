package db

import (
	"database/sql/driver"
	"fmt"

	"github.com/cespare/xxhash/v2"
)

// Shard is one of 64 logical parts of the data, 0 to 63. Every key that may
// become hot begins with a shard: that of the room's id, the person's id, or
// whatever else is looked up.
//
// In SQL a shard is an INTEGER column that holds [Shard.Stored], not the number
// itself.
type Shard uint8

// Shards is how many there are. It never changes: it is part of the stored data.
const Shards = 64

// ShardOf is the shard of an id: the top six bits of XXH64 over its 16 bytes.
func ShardOf[T ~[16]byte](id T) Shard {
	b := [16]byte(id)
	return Shard(xxhash.Sum64(b[:]) >> 58)
}

// ShardOfText is the shard of a text key, such as a phone number.
func ShardOfText(key string) Shard { return Shard(xxhash.Sum64String(key) >> 58) }

// ShardOfBytes is the shard of any other key, such as the hash of a token.
func ShardOfBytes(key []byte) Shard { return Shard(xxhash.Sum64(key) >> 58) }

// stored is the value of each shard in the database.
//
// Citus places a row by PostgreSQL's hashint4 of its distribution column, in one
// of 64 equal ranges of the int32 (its default of 32 shards is set to 64). Plain
// 0 to 63 would leave a third of the ranges empty and put up to five shards in
// one. These are the smallest numbers from 0 on that fall into each range in
// turn, found with
//
//	SELECT range, min(i) FROM (
//	  SELECT i, (hashint4(i)::bigint + 2147483648) / 67108864 AS range
//	  FROM generate_series(0, 1000) AS i) AS hashed
//	GROUP BY range ORDER BY range
//
// and TestStoredShards asks PostgreSQL again.
var stored = [Shards]int32{
	60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166,
	4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45, 101, 3,
	113, 52, 62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13,
	2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59, 22, 12, 11, 44, 18,
}

var shardOfStored = func() map[int64]Shard {
	m := make(map[int64]Shard, Shards)
	for s, v := range stored {
		m[int64(v)] = Shard(s)
	}
	return m
}()

// Stored is the shard's value in the database.
func (s Shard) Stored() int32 { return stored[s] }

// Value is Stored, for database/sql.
func (s Shard) Value() (driver.Value, error) {
	if s >= Shards {
		return nil, fmt.Errorf("shard %d is not one of %d", uint8(s), Shards)
	}
	return int64(stored[s]), nil
}

// Scan reads a stored value, for database/sql.
func (s *Shard) Scan(src any) error {
	v, ok := src.(int64)
	if !ok {
		return fmt.Errorf("shard stored as %T", src)
	}
	shard, ok := shardOfStored[v]
	if !ok {
		return fmt.Errorf("%d is not the stored value of a shard", v)
	}
	*s = shard
	return nil
}
