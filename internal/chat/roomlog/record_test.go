package roomlog

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"madang/internal/wire"
)

func ids(t *rapid.T, name string) (id wire.ID) {
	if rapid.Bool().Draw(t, name+" is set") {
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name))
	}
	return id
}

func numbers(t *rapid.T, name string) uint64 { return rapid.Uint64Max(1<<62).Draw(t, name) }

func same[T any](t *rapid.T, err error, got, want T) {
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the record gave something else (-want +got):\n%s", diff)
	}
}

func TestRecordsSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			Seq: numbers(t, "seq"), Kind: Kind(rapid.IntRange(1, 5).Draw(t, "kind")), Sender: ids(t, "sender"),
			ClientID: ids(t, "client"), At: int64(numbers(t, "at")), Messages: numbers(t, "messages"), Own: numbers(t, "own"),
			Target: numbers(t, "target"), Rev: numbers(t, "rev"), HiddenFrom: ids(t, "hidden"),
			Body: rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "body"),
		}
		gotE, err := ParseEntry(e.Seq, AppendEntry(nil, &e))
		same(t, err, gotE, e)

		h := Head{
			Seq: numbers(t, "head"), Messages: numbers(t, "m"), LastMessage: numbers(t, "l"), Control: numbers(t, "c"),
			Tail: numbers(t, "t"), Present: rapid.Uint32().Draw(t, "p"), At: int64(numbers(t, "a")), Meta: []byte("meta"),
		}
		gotH, err := ParseHead(AppendHead(nil, &h))
		same(t, err, gotH, h)

		m := Member{
			User: ids(t, "user"), Present: rapid.Bool().Draw(t, "present"), Listed: rapid.Bool().Draw(t, "listed"),
			Role: rapid.Byte().Draw(t, "role"), JoinedSeq: numbers(t, "j"), LeftSeq: numbers(t, "left"), Read: numbers(t, "read"),
			ReadMessages: numbers(t, "rm"), ReadOwn: numbers(t, "ro"), ReadHidden: numbers(t, "rh"), Own: numbers(t, "o"), Hidden: numbers(t, "h"), Hides: numbers(t, "x"),
		}
		gotM, err := ParseMember(m.User, AppendMember(nil, &m))
		same(t, err, gotM, m)

		var rooms []FeedRoom
		for range rapid.IntRange(0, 5).Draw(t, "rooms") {
			f := FeedRoom{Room: ids(t, "room"), Control: rapid.Bool().Draw(t, "control")}
			if rapid.Bool().Draw(t, "entries") {
				f.From = numbers(t, "from") + 1
				f.To = f.From + rapid.Uint64Max(100).Draw(t, "n")
			}
			rooms = append(rooms, f)
		}
		row, err := ParseFeed(7, AppendFeed(nil, rooms))
		same(t, err, row, FeedRow{Pos: 7, Rooms: rooms})
	})
}

// One flipped bit anywhere in an entry's record is noticed.
func TestFlippedBitIsNoticed(t *testing.T) {
	e := Entry{Seq: 3, Kind: Message, At: 5, Messages: 1, Own: 1, Body: []byte("the text of a message")}
	rec := AppendEntry(nil, &e)
	for i := range rec {
		for bit := range 8 {
			rec[i] ^= 1 << bit
			if _, err := ParseEntry(3, rec); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("bit %d of byte %d: %v", bit, i, err)
			}
			rec[i] ^= 1 << bit
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add(AppendEntry(nil, &Entry{Kind: Message, Target: 4, Rev: 5, ClientID: wire.ID{1}, HiddenFrom: wire.ID{2}}))
	f.Add(AppendFeed(nil, []FeedRoom{{From: 1, To: 3, Control: true}}))
	f.Fuzz(func(t *testing.T, rec []byte) {
		_, _ = ParseEntry(1, rec)
		_, _ = ParseHead(rec)
		_, _ = ParseMember(wire.ID{}, rec)
		_, _ = ParseFeed(1, rec)
		_, _ = ParseKey(rec)
	})
}
