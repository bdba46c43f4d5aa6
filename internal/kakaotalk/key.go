package kakaotalk

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Key tells an item from all others of its conversation. The same item has the
// same key in every export of the same client, however much longer, and mostly
// in exports of other clients and languages: the key is made of the minute (as
// the wall clock of Time shows it, so the location does not matter), the
// speaker, the kind, the content without its wording ("사진 3장" and "3 photos"
// are equal, so are "하늘님이 나갔습니다." and "하늘 left."), and Order.
//
// What differs between clients, and so gives other keys: the owner's name,
// where one client writes "회원님" (a caller that knows the owner's names may set
// Speaker to one of them before asking); what has no time of its own in Windows
// exports; Order, where the exports begin inside the same minute.
func (it Item) Key() [16]byte { return it.hash(it.Order) }

func (it Item) hash(order int) (key [16]byte) {
	h := sha256.New()
	b := make([]byte, 0, 64)
	b = it.Time.AppendFormat(b, "200601021504")
	b = binary.AppendUvarint(b, uint64(order))
	h.Write(b)
	put(h, canonical(it.Speaker))
	put(h, string(it.Kind))
	switch it.Kind {
	case KindPhoto, KindVideo:
		put(h, strconv.Itoa(it.Count))
	case KindFile:
		put(h, canonical(it.File))
	case KindInvited, KindRemoved:
		for _, s := range it.Subjects {
			put(h, canonical(s))
		}
	case KindVoice, KindEmoticon, KindDeleted, KindJoined, KindLeft:
	case KindContact, KindPlace:
		_, name, _ := strings.Cut(it.Text, ":") // the word before it depends on the language
		put(h, canonical(name))
	default:
		put(h, canonical(it.Text))
	}
	copy(key[:], h.Sum(nil))
	return key
}

// put writes a text so that two of them cannot be mistaken for one.
func put(h hash.Hash, s string) {
	h.Write(binary.AppendUvarint(nil, uint64(len(s))))
	h.Write([]byte(s))
}

// canonical removes what clients write differently: composed and decomposed
// letters, kinds of spaces, spaces at the ends of lines, line breaks at the end.
func canonical(s string) string {
	s = norm.NFC.String(s)
	if strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && isSpace(r) }) {
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\ufeff' || r == '\r':
				return -1
			case isSpace(r):
				return ' '
			}
			return r
		}, s)
	}
	if strings.Contains(s, " \n") {
		lines := strings.Split(s, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		s = strings.Join(lines, "\n")
	}
	return strings.Trim(s, " \n")
}

// Orders are counted within a day, so that a clock set back keeps keys apart.
// Above maxOrders different items in one day, further ones share counters: still
// no two keys are equal, and the same file gives the same numbers.
const (
	maxOrders    = 1 << 18
	sharedOrders = 1 << 12
)

// orders counts equal items of a day.
type orders struct {
	day    day
	seen   map[[16]byte]int
	shared []int
}

func (o *orders) next(it Item) int {
	if d := dayOf(it.Time); d != o.day || o.seen == nil {
		o.day, o.seen, o.shared = d, make(map[[16]byte]int), nil
	}
	id := it.hash(0)
	n, ok := o.seen[id]
	if !ok && len(o.seen) >= maxOrders {
		if o.shared == nil {
			o.shared = make([]int, sharedOrders)
		}
		slot := &o.shared[binary.BigEndian.Uint16(id[:])%sharedOrders]
		*slot++
		return *slot
	}
	o.seen[id] = n + 1
	return n + 1
}
