package pebblelog

import (
	"encoding/binary"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// Tables of the store: the first byte of a key. The second is the shard, so
// that a shard's rooms lie together; integers are big endian, so that keys
// sort by number.
//
//	e shard room seq              entry record
//	h shard room                  head record
//	m shard room user             member record
//	k shard room sender client    idempotency key record
//	x shard room user seq         entry hidden by the user, no value
//	g media room seq              grant of a file, no value
//	f shard pos                   feed record
//	!epoch                        the store's epoch
const (
	tableEntry  = 'e'
	tableHead   = 'h'
	tableMember = 'm'
	tableKey    = 'k'
	tableHide   = 'x'
	tableGrant  = 'g'
	tableFeed   = 'f'
)

var epochKey = []byte("!epoch")

func roomKey(b []byte, table byte, room roomlog.RoomID) []byte {
	b = append(b, table, roomlog.ShardOf(room))
	return append(b, room[:]...)
}

func entryKey(b []byte, room roomlog.RoomID, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(roomKey(b, tableEntry, room), seq)
}

func memberKey(b []byte, room roomlog.RoomID, user roomlog.UserID) []byte {
	b = roomKey(b, tableMember, room)
	return append(b, user[:]...)
}

func clientKey(b []byte, room roomlog.RoomID, sender roomlog.UserID, client wire.ID) []byte {
	b = roomKey(b, tableKey, room)
	b = append(b, sender[:]...)
	return append(b, client[:]...)
}

func hideKey(b []byte, room roomlog.RoomID, user roomlog.UserID, seq uint64) []byte {
	b = roomKey(b, tableHide, room)
	b = append(b, user[:]...)
	return binary.BigEndian.AppendUint64(b, seq)
}

func grantKey(b []byte, g roomlog.Grant) []byte {
	b = append(b, tableGrant)
	b = append(b, g.Media[:]...)
	b = append(b, g.Room[:]...)
	return binary.BigEndian.AppendUint64(b, g.Seq)
}

func feedKey(b []byte, shard uint8, pos uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, tableFeed, shard), pos)
}

// after is the first key behind all keys that begin with prefix. The tables'
// letters never are 0xff, so there always is one.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; ; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
}
