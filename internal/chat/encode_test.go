package chat

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

func plainJSON(t rapid.TB, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatalf("encode: %v", err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var (
	anyID = rapid.Custom(func(t *rapid.T) (id wire.ID) {
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		return id
	})
	someID = rapid.OneOf(rapid.Just(wire.ID{}), anyID)
	anyMs  = rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 4_000_000_000_000))
)

func anyBody(t *rapid.T) body {
	m := body{deleted: rapid.IntRange(0, 4).Draw(t, "deleted") == 0, editedAt: anyMs.Draw(t, "edited")}
	if !m.deleted {
		c := wire.Content{Type: wire.TypeText, Text: rapid.String().Draw(t, "text"), ReplyTo: rapid.Uint64().Draw(t, "reply")}
		m.content = c.AppendJSON(nil)
	}
	emoji := rapid.SampledFrom([]string{"👍", "❤️", "\"", "😀"})
	m.reactions = rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) reaction {
		return reaction{emoji: emoji.Draw(t, "emoji"), users: rapid.SliceOfN(anyID, 1, 30).Draw(t, "users")}
	}), 0, 4, func(r reaction) string { return r.emoji }).Draw(t, "reactions")
	if len(m.reactions) == 0 {
		m.reactions = nil
	}
	return m
}

// model makes the type of the protocol of an entry, the long way.
func model(t *rapid.T, e *roomlog.Entry, m *body, n *wire.Notice, v view, target *wire.Entry) wire.Entry {
	w := wire.Entry{
		Seq: e.Seq, Kind: wire.Kind(kindNames[e.Kind]), SenderID: e.Sender, ClientID: e.ClientID, CreatedAt: wire.Time(e.At),
	}
	switch e.Kind {
	case roomlog.Message:
		if len(m.content) > 0 {
			c, err := m.wire()
			if err != nil {
				t.Fatal(err)
			}
			w.Content = &c
		}
		if v.unreadBy >= 0 {
			w.UnreadBy = &v.unreadBy
		}
		w.EditedAt, w.Deleted = wire.Time(m.editedAt), m.deleted
		for _, r := range m.reactions {
			w.Reactions = append(w.Reactions, wire.Reaction{Emoji: r.emoji, Count: len(r.users), UserIDs: r.users[:min(len(r.users), maxReactors)]})
		}
	case roomlog.Notice:
		w.Notice, w.TargetSeq, w.Target = n, e.Target, target
	default:
		w.TargetSeq, w.Target = e.Target, target
		if e.Kind == roomlog.Reaction {
			w.Emoji, w.Removed = string(e.Body[1:]), e.Body[0] == reactionRemoved
		}
	}
	return w
}

// The hand-written encoder says what encoding/json says, for every kind of entry.
func TestEntryJSONIsThatOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := func(label string) (roomlog.Entry, body) {
			m := anyBody(t)
			return roomlog.Entry{
				Seq: rapid.Uint64().Draw(t, label), Kind: roomlog.Message, Sender: someID.Draw(t, "sender"),
				ClientID: someID.Draw(t, "client"), At: anyMs.Draw(t, "at"), Body: m.encode(nil),
			}, m
		}
		e, m := message("seq")
		v := view{unreadBy: rapid.IntRange(-1, 3000).Draw(t, "unread by")}
		var n *wire.Notice
		var target *wire.Entry
		switch kind := roomlog.Kind(rapid.IntRange(1, 5).Draw(t, "kind")); kind {
		case roomlog.Message:
		case roomlog.Notice:
			n = &wire.Notice{
				Event: wire.EventRenamed, UserIDs: rapid.SliceOfN(anyID, 0, 3).Draw(t, "users"), Title: rapid.String().Draw(t, "title"),
				Role: rapid.SampledFrom([]wire.Role{"", wire.RoleAdmin}).Draw(t, "role"), Text: rapid.String().Draw(t, "text"),
			}
			e.Kind, e.Body = kind, noticeBody(n)
			if rapid.Bool().Draw(t, "about a message") {
				e.Target = e.Seq/2 + 1
			}
		default:
			e.Kind, e.Target, e.Body = kind, e.Seq/2+1, nil
			if kind == roomlog.Reaction {
				e.Body = append([]byte{rapid.ByteRange(0, 1).Draw(t, "removed")}, "👍"...)
			}
		}
		if e.Target != 0 {
			switch rapid.IntRange(0, 2).Draw(t, "target") {
			case 1:
				v.targetHidden = true
				target = &wire.Entry{Seq: e.Target, Kind: wire.KindHidden}
			case 2:
				te, tm := message("target seq")
				v.target = &te
				w := model(t, &te, &tm, nil, view{unreadBy: -1}, nil)
				target = &w
			}
		}
		got, err := appendEntry(nil, &e, v)
		if err != nil {
			t.Fatal(err)
		}
		if want := plainJSON(t, model(t, &e, &m, n, v, target)); string(got) != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
		if hidden := appendHidden(nil, e.Seq); string(hidden) != plainJSON(t, wire.Entry{Seq: e.Seq, Kind: wire.KindHidden}) {
			t.Fatalf("hidden: %s", hidden)
		}
	})
}

func TestBodySurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyBody(t)
		if rapid.Bool().Draw(t, "shown") {
			m.shown = []byte(`{"type":"text","text":"before"}`)
		}
		for i := range m.reactions {
			r := &m.reactions[i]
			r.veiled = len(r.users) == 1 && rapid.Bool().Draw(t, "veiled")
		}
		back, err := parseBody(m.encode(nil))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back.content, m.content) {
			t.Fatalf("content %q", back.content)
		}
		back.content, m.content = nil, nil
		if diff := cmp.Diff(m, back, cmp.AllowUnexported(body{}, reaction{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMetaSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := meta{
			kind: kind(rapid.IntRange(1, 3).Draw(t, "kind")), staged: rapid.Bool().Draw(t, "staged"), imported: rapid.Bool().Draw(t, "imported"),
			creator: anyID.Draw(t, "creator"), createdAt: anyMs.Draw(t, "created"), title: rapid.String().Draw(t, "title"),
		}
		if m.kind == direct {
			m.parties = [2]UserID{anyID.Draw(t, "a"), anyID.Draw(t, "b")}
		}
		notices := m.posts()
		for i := range notices {
			if rapid.Bool().Draw(t, "notice") {
				notices[i] = posted{rapid.Uint64Min(1).Draw(t, "seq"), anyID.Draw(t, "by"), anyMs.Draw(t, "at")}
			}
		}
		b := m.encode()
		back, err := parseMeta(b)
		if err != nil || back != m {
			t.Fatalf("got %v %v, want %v", back, err, m)
		}
		h := roomlog.Head{Meta: b}
		if isStaged(&h) != m.staged || isGroup(&h) != (m.kind == group) {
			t.Fatal("the short ways differ")
		}
	})
}

// Bytes that no one wrote are an error and no panic.
func FuzzStored(f *testing.F) {
	m := body{editedAt: 5, reactions: []reaction{{"👍", true, []UserID{{1}}}}, shown: []byte("{}"), content: []byte("{}")}
	f.Add(m.encode(nil))
	f.Add((&meta{kind: direct, title: "t"}).encode())
	f.Add((&meta{kind: group, notices: [2]posted{{seq: 1}}, title: "t"}).encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := parseBody(b); err == nil {
			e := roomlog.Entry{Seq: 1, Kind: roomlog.Message, Body: b}
			if _, err := appendEntry(nil, &e, view{unreadBy: 1}); err != nil {
				t.Fatal(err)
			}
			again, err := parseBody(m.encode(nil))
			if err != nil || !bytes.Equal(again.content, m.content) {
				t.Fatalf("%v %v", again, err)
			}
		}
		if m, err := parseMeta(b); err == nil {
			if back, err := parseMeta(m.encode()); err != nil || back != m {
				t.Fatalf("%v %v", back, err)
			}
		}
	})
}

// The ids of direct rooms are stored: the way they are derived must not change.
func TestDerivedIDsStayTheSame(t *testing.T) {
	a, b := UserID{1}, UserID{2}
	qt.Check(t, qt.Equals(directID(a, b), directID(b, a)))
	qt.Check(t, qt.Not(qt.Equals(directID(a, b), memoID(a))))
	for _, c := range []struct {
		got  RoomID
		want string
	}{
		{directID(a, b), "5f390e38-e668-8c89-a17d-c59017e864fb"}, {memoID(a), "71612664-5777-86ab-a2aa-3078546dab5b"}, {groupID(a, "k"), "994ff9ec-b7a4-84aa-bec4-d32cce48e90b"},
	} {
		qt.Check(t, qt.Equals(c.got.String(), c.want))
		qt.Check(t, qt.Equals(c.got[6]>>4, 8)) // UUID version 8
		qt.Check(t, qt.Equals(c.got[8]>>6, 2))
	}
}

func BenchmarkEntryFrame(b *testing.B) {
	c := wire.Content{Type: wire.TypeText, Text: strings.Repeat("안녕하세요 hello. ", 8)}
	m := body{content: c.AppendJSON(nil)}
	e := roomlog.Entry{Seq: 12345, Kind: roomlog.Message, Sender: UserID{1}, ClientID: wire.ID{2}, At: 1_700_000_000_000, Body: m.encode(nil)}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = appendEntryFrame(buf[:0], RoomID{3}, &e, view{unreadBy: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
