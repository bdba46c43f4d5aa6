package roomlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"madang/internal/wire"
)

// Both engines keep rows as records: a byte for the version and what follows,
// then the fields, integers as unsigned varints, ids as 16 bytes, the free part
// last. Records of entries end with a CRC-32C over the rest, which is checked
// on every read, because they are kept for years.

// ErrCorrupt is wrapped by errors about records that cannot be right.
var ErrCorrupt = errors.New("record is corrupt")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Bits of an entry's second byte.
const (
	hasClient = 1 << iota
	hasTarget
	hasRev
	hasHiddenFrom
)

// AppendEntry appends the record of e, without its Seq, which is in the key.
//
//	kind 1 | bits 1 | sender 16 | [client 16] | at | messages | own |
//	[target] | [rev] | [hidden from 16] | body | crc 4
func AppendEntry(b []byte, e *Entry) []byte {
	start := len(b)
	var bits byte
	if !e.ClientID.IsZero() {
		bits |= hasClient
	}
	if e.Target != 0 {
		bits |= hasTarget
	}
	if e.Rev != 0 {
		bits |= hasRev
	}
	if !e.HiddenFrom.IsZero() {
		bits |= hasHiddenFrom
	}
	b = append(b, byte(e.Kind), bits)
	b = append(b, e.Sender[:]...)
	if bits&hasClient != 0 {
		b = append(b, e.ClientID[:]...)
	}
	b = binary.AppendUvarint(b, uint64(e.At))
	b = binary.AppendUvarint(b, e.Messages)
	b = binary.AppendUvarint(b, e.Own)
	if bits&hasTarget != 0 {
		b = binary.AppendUvarint(b, e.Target)
	}
	if bits&hasRev != 0 {
		b = binary.AppendUvarint(b, e.Rev)
	}
	if bits&hasHiddenFrom != 0 {
		b = append(b, e.HiddenFrom[:]...)
	}
	b = append(b, e.Body...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}

// ParseEntry reads a record of AppendEntry. Body is a copy.
func ParseEntry(seq uint64, rec []byte) (Entry, error) {
	e, err := ViewEntry(seq, rec)
	if len(e.Body) > 0 {
		e.Body = append([]byte(nil), e.Body...)
	}
	return e, err
}

// ViewEntry is ParseEntry whose Body is a part of the record.
func ViewEntry(seq uint64, rec []byte) (Entry, error) {
	bad := func() (Entry, error) { return Entry{}, fmt.Errorf("entry %d: %w", seq, ErrCorrupt) }
	if len(rec) < 2+16+3+4 {
		return bad()
	}
	n := len(rec) - 4
	if crc32.Checksum(rec[:n], castagnoli) != binary.LittleEndian.Uint32(rec[n:]) {
		return bad()
	}
	r := reader{b: rec[:n]}
	e := Entry{Seq: seq, Kind: Kind(r.byte())}
	bits := r.byte()
	e.Sender = r.id()
	if bits&hasClient != 0 {
		e.ClientID = r.id()
	}
	e.At = int64(r.uvarint())
	e.Messages = r.uvarint()
	e.Own = r.uvarint()
	if bits&hasTarget != 0 {
		e.Target = r.uvarint()
	}
	if bits&hasRev != 0 {
		e.Rev = r.uvarint()
	}
	if bits&hasHiddenFrom != 0 {
		e.HiddenFrom = r.id()
	}
	if r.bad {
		return bad()
	}
	if len(r.b) > 0 {
		e.Body = r.b
	}
	return e, nil
}

const recordVersion = 1

// AppendHead appends the record of h.
func AppendHead(b []byte, h *Head) []byte {
	b = append(b, recordVersion)
	b = binary.AppendUvarint(b, h.Seq)
	b = binary.AppendUvarint(b, h.Messages)
	b = binary.AppendUvarint(b, h.LastMessage)
	b = binary.AppendUvarint(b, h.Control)
	b = binary.AppendUvarint(b, h.Tail)
	b = binary.AppendUvarint(b, uint64(h.Present))
	b = binary.AppendUvarint(b, uint64(h.At))
	return append(b, h.Meta...)
}

// ParseHead reads a record of AppendHead. Meta is a copy.
func ParseHead(rec []byte) (Head, error) {
	r := reader{b: rec}
	v := r.byte()
	h := Head{
		Seq: r.uvarint(), Messages: r.uvarint(), LastMessage: r.uvarint(), Control: r.uvarint(),
		Tail: r.uvarint(), Present: uint32(r.uvarint()), At: int64(r.uvarint()),
	}
	if r.bad || v != recordVersion {
		return Head{}, fmt.Errorf("head: %w", ErrCorrupt)
	}
	h.Meta = append([]byte(nil), r.b...)
	return h, nil
}

// Bits of a member's second byte.
const (
	isPresent = 1 << iota
	isListed
)

// AppendMember appends the record of m, without User, which is in the key.
func AppendMember(b []byte, m *Member) []byte {
	var bits byte
	if m.Present {
		bits |= isPresent
	}
	if m.Listed {
		bits |= isListed
	}
	b = append(b, recordVersion, bits, m.Role)
	for _, v := range [...]uint64{m.JoinedSeq, m.LeftSeq, m.Read, m.ReadMessages, m.ReadOwn, m.ReadHidden, m.Own, m.Hidden, m.Hides} {
		b = binary.AppendUvarint(b, v)
	}
	return b
}

// ParseMember reads a record of AppendMember.
func ParseMember(user UserID, rec []byte) (Member, error) {
	r := reader{b: rec}
	v, bits := r.byte(), r.byte()
	m := Member{
		User: user, Present: bits&isPresent != 0, Listed: bits&isListed != 0, Role: r.byte(),
		JoinedSeq: r.uvarint(), LeftSeq: r.uvarint(), Read: r.uvarint(), ReadMessages: r.uvarint(),
		ReadOwn: r.uvarint(), ReadHidden: r.uvarint(), Own: r.uvarint(), Hidden: r.uvarint(), Hides: r.uvarint(),
	}
	if r.bad || v != recordVersion {
		return Member{}, fmt.Errorf("member %s: %w", user, ErrCorrupt)
	}
	return m, nil
}

// AppendFeed appends the record of a feed row, without its Pos.
func AppendFeed(b []byte, rooms []FeedRoom) []byte {
	b = append(b, recordVersion)
	for _, f := range rooms {
		b = append(b, f.Room[:]...)
		b = binary.AppendUvarint(b, f.From)
		n := uint64(0)
		if f.From != 0 {
			n = f.To - f.From + 1
		}
		n <<= 1
		if f.Control {
			n |= 1
		}
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// ParseFeed reads a record of AppendFeed.
func ParseFeed(pos uint64, rec []byte) (FeedRow, error) {
	r := reader{b: rec}
	row := FeedRow{Pos: pos}
	if r.byte() != recordVersion {
		r.bad = true
	}
	for !r.bad && len(r.b) > 0 {
		f := FeedRoom{Room: r.id(), From: r.uvarint()}
		n := r.uvarint()
		f.Control = n&1 != 0
		if n >>= 1; n > 0 {
			f.To = f.From + n - 1
		}
		row.Rooms = append(row.Rooms, f)
	}
	if r.bad {
		return FeedRow{}, fmt.Errorf("feed row %d: %w", pos, ErrCorrupt)
	}
	return row, nil
}

// AppendKey appends the record of an idempotency key.
func AppendKey(b []byte, k KeyRow) []byte {
	b = binary.AppendUvarint(b, k.Seq)
	return binary.LittleEndian.AppendUint64(b, k.Hash)
}

// ParseKey reads a record of AppendKey.
func ParseKey(rec []byte) (KeyRow, error) {
	r := reader{b: rec}
	k := KeyRow{Seq: r.uvarint()}
	if r.bad || len(r.b) != 8 {
		return KeyRow{}, fmt.Errorf("key: %w", ErrCorrupt)
	}
	k.Hash = binary.LittleEndian.Uint64(r.b)
	return k, nil
}

// reader takes fields off a record; bad is set when it was too short.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) < 1 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) id() (id wire.ID) {
	if len(r.b) < len(id) {
		r.bad = true
		return id
	}
	copy(id[:], r.b)
	r.b = r.b[len(id):]
	return id
}
