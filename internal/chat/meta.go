package chat

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// kind is the kind of a room as it is stored.
type kind uint8

const (
	direct kind = iota + 1
	group
	memo
)

func (k kind) wire() wire.RoomKind {
	switch k {
	case direct:
		return wire.RoomDirect
	case group:
		return wire.RoomGroup
	default:
		return wire.RoomMemo
	}
}

// The roles as they are stored, in order of what they may do.
const (
	roleMember uint8 = iota
	roleAdmin
	roleOwner
	// rolePlaceholder is a speaker of an imported conversation: a row that is
	// never present, so that it is shown but waits for nothing.
	rolePlaceholder uint8 = 255
)

func roleOf(r uint8) wire.Role {
	switch r {
	case roleOwner:
		return wire.RoleOwner
	case roleAdmin:
		return wire.RoleAdmin
	default:
		return wire.RoleMember
	}
}

// meta is what a room is. It stands in the room's head, encoded as
//
//	version 1 | kind 1 | flags 1 | creator 16 | created at 8 | parties 32 | [notices] | title
//
// with the parties of direct rooms only. A notice is seq 8 | by 16 | at 8; direct
// rooms have two of them, others one, unless nobody sees any.
type meta struct {
	kind      kind
	staged    bool // an import is filling it: nobody sees it
	imported  bool // it holds an imported conversation, and so placeholders
	creator   UserID
	createdAt int64 // Unix milliseconds
	parties   [2]UserID
	notices   [2]posted // of direct rooms for either party, else the first
	title     string
}

const (
	metaVersion = 1

	flagStaged   = 1 << 0
	flagImported = 1 << 1
	flagNotice   = 1 << 2

	metaFixed  = 3 + 16 + 8
	noticeSize = 8 + 16 + 8
)

var errMeta = errors.New("room meta is corrupt")

func (m *meta) encode() []byte {
	var flags byte
	if m.staged {
		flags |= flagStaged
	}
	if m.imported {
		flags |= flagImported
	}
	notices := m.posts()
	for i := range notices {
		if notices[i].seq != 0 {
			flags |= flagNotice
		}
	}
	b := append(make([]byte, 0, metaFixed+32+len(m.title)), metaVersion, byte(m.kind), flags)
	b = append(b, m.creator[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(m.createdAt))
	if m.kind == direct {
		b = append(append(b, m.parties[0][:]...), m.parties[1][:]...)
	}
	if flags&flagNotice != 0 {
		for i := range notices {
			n := &notices[i]
			b = append(binary.BigEndian.AppendUint64(b, n.seq), n.by[:]...)
			b = binary.BigEndian.AppendUint64(b, uint64(n.at))
		}
	}
	return append(b, m.title...)
}

// posts are the notices that a room of this kind has a place for.
func (m *meta) posts() []posted {
	if m.kind == direct {
		return m.notices[:]
	}
	return m.notices[:1]
}

func parseMeta(b []byte) (meta, error) {
	if len(b) < metaFixed || b[0] != metaVersion {
		return meta{}, errMeta
	}
	m := meta{
		kind:      kind(b[1]),
		staged:    b[2]&flagStaged != 0,
		imported:  b[2]&flagImported != 0,
		creator:   UserID(b[3:19]),
		createdAt: int64(binary.BigEndian.Uint64(b[19:27])),
	}
	noticed := b[2]&flagNotice != 0
	b = b[metaFixed:]
	if m.kind == direct {
		if len(b) < 32 {
			return meta{}, errMeta
		}
		m.parties = [2]UserID{UserID(b[:16]), UserID(b[16:32])}
		b = b[32:]
	}
	if noticed {
		notices := m.posts()
		if len(b) < noticeSize*len(notices) {
			return meta{}, errMeta
		}
		for i := range notices {
			if n := (posted{binary.BigEndian.Uint64(b), UserID(b[8:24]), int64(binary.BigEndian.Uint64(b[24:]))}); n.seq != 0 {
				notices[i] = n
			}
			b = b[noticeSize:]
		}
	}
	m.title = string(b)
	return m, nil
}

// metaOf reads the meta of a head, naming the room in its error.
func metaOf(room RoomID, h *roomlog.Head) (meta, error) {
	m, err := parseMeta(h.Meta)
	if err != nil {
		return m, fmt.Errorf("room %s: %w", room, err)
	}
	return m, nil
}

// isStaged is meta.staged without reading the rest.
func isStaged(h *roomlog.Head) bool { return len(h.Meta) > 2 && h.Meta[2]&flagStaged != 0 }

// isGroup is meta.kind == group without reading the rest.
func isGroup(h *roomlog.Head) bool { return len(h.Meta) > 1 && kind(h.Meta[1]) == group }

// first is the first entry that a member sees: in groups the notice by which
// they came in, elsewhere what follows.
func first(h *roomlog.Head, m *roomlog.Member) uint64 {
	if isGroup(h) {
		return max(m.JoinedSeq, h.Tail)
	}
	return max(m.JoinedSeq+1, h.Tail)
}

// directID is the id of the room of two people, memoID that of one alone, and
// groupID that of a group that its creator named by a key: derived, so that
// making one twice, even at once, meets in one room.
func directID(a, b UserID) RoomID {
	pair := []UserID{a, b}
	slices.SortFunc(pair, func(x, y UserID) int { return bytes.Compare(x[:], y[:]) })
	return derivedID("direct", pair[0][:], pair[1][:])
}

func memoID(a UserID) RoomID { return derivedID("memo", a[:]) }

func groupID(creator UserID, key string) RoomID {
	return derivedID("group", creator[:], []byte(key))
}

// derivedID makes a UUID of version 8 (RFC 9562, section 5.8) from the SHA-256
// of what names the room. Parts but the last are of fixed length, so that no
// two lists run into the same bytes.
func derivedID(kind string, parts ...[]byte) RoomID {
	h := sha256.New()
	h.Write([]byte("madang room " + kind + "\n"))
	for _, p := range parts {
		h.Write(p)
	}
	id := RoomID(h.Sum(nil)[:16])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}
