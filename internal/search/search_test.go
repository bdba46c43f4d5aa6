package search_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/search"
	"madang/internal/wire"
)

func each(t *testing.T, f func(t *testing.T, h *chattest.House, s *search.Search)) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		s, err := search.New(h.Chat, h.People, h.Clock)
		qt.Assert(t, qt.IsNil(err))
		t.Cleanup(s.Close)
		f(t, h, s)
	})
}

// find follows a search to its end and gives the texts that were found.
func find(t testing.TB, s *search.Search, a chat.Actor, m search.Messages) []string {
	t.Helper()
	texts := []string{}
	for {
		page, err := s.Messages(t.Context(), a, m)
		qt.Assert(t, qt.IsNil(err))
		for _, f := range page.Found {
			e, err := f.Entry.Decode()
			qt.Assert(t, qt.IsNil(err))
			texts = append(texts, e.Text)
		}
		if m.Cursor = page.Next; m.Cursor == "" {
			return texts
		}
	}
}

func is(t testing.TB, err error, code fault.Code) {
	t.Helper()
	qt.Assert(t, qt.IsTrue(fault.Has(err, code)), qt.Commentf("%v is not %v", err, code))
}

// languages finds words in what was said in a room, newest first.
func languages(t *testing.T, said []string, wanted map[string][]string) {
	each(t, func(t *testing.T, h *chattest.House, s *search.Search) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		for _, text := range said {
			h.Say(ann, room, text)
		}
		for words, want := range wanted {
			qt.Check(t, qt.DeepEquals(find(t, s, ben, search.Messages{Text: words}), want), qt.Commentf("%s", words))
			qt.Check(t, qt.DeepEquals(find(t, s, ben, search.Messages{Text: words, Room: room}), want), qt.Commentf("%s in the room", words))
		}
	})
}

func TestKorean(t *testing.T) {
	languages(t, []string{"내일 회의 있어요", "결제 완료", "\"회의록\"은 어디에?", "환영합니다"}, map[string][]string{
		"회의":     {"\"회의록\"은 어디에?", "내일 회의 있어요"},
		"의록":     {"\"회의록\"은 어디에?"},
		"ㅎㅇ":     {"환영합니다", "\"회의록\"은 어디에?", "내일 회의 있어요"},
		"회ㅇㄹ":    {"\"회의록\"은 어디에?"},
		"ghldml": {"\"회의록\"은 어디에?", "내일 회의 있어요"},
		"결제":     {"결제 완료"},
		"rufwp":  {"결제 완료"},
		"결재":     {},
	})
}

func TestJapanese(t *testing.T) {
	languages(t, []string{"東京タワーへ行く", "明日は会議です", "ﾀﾜｰの写真"}, map[string][]string{
		"東京":  {"東京タワーへ行く"},
		"京":   {"東京タワーへ行く"},
		"タワー": {"ﾀﾜｰの写真", "東京タワーへ行く"},
		"たわー": {"ﾀﾜｰの写真", "東京タワーへ行く"},
		"会議":  {"明日は会議です"},
		"大阪":  {},
	})
}

func TestChinese(t *testing.T) {
	languages(t, []string{"明天的会议改到下午", "付款完成", "開會時間"}, map[string][]string{
		"会议":    {"明天的会议改到下午"},
		"议改":    {"明天的会议改到下午"},
		"明天 下午": {"明天的会议改到下午"},
		"會":     {"開會時間"},
		"付款":    {"付款完成"},
		"收款":    {},
	})
}

func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, h *chattest.House, s *search.Search) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		one, two := h.Direct(ann, ben), h.Group(ann, ben, cid)
		h.Say(ann, one, "first apple")
		h.Clock.Advance(time.Hour)
		noon := h.Clock.Now()
		h.Clock.Advance(time.Hour)
		h.Say(ben, two, "second apple https://example.org/")
		photo, err := h.Files.MakeSample(t.Context(), ann.User, media.Photo)
		qt.Assert(t, qt.IsNil(err))
		file, err := h.Files.MakeSample(t.Context(), ann.User, media.Plain)
		qt.Assert(t, qt.IsNil(err))
		send := func(c wire.Content) {
			_, err := h.Chat.Send(t.Context(), ann, chat.Send{Room: two, ClientID: chattest.NewID(), Content: c})
			qt.Assert(t, qt.IsNil(err))
		}
		send(wire.Content{Type: wire.TypePhoto, Photos: []wire.Photo{{MediaID: photo}}, Text: "an apple tree"})
		send(wire.Content{Type: wire.TypeFile, File: &wire.File{MediaID: file, Name: "Apple 회의록.pdf"}, Text: "the file"})

		for name, c := range map[string]struct {
			m    search.Messages
			want []string
		}{
			"all":          {search.Messages{Text: "apple"}, []string{"the file", "an apple tree", "second apple https://example.org/", "first apple"}},
			"in a room":    {search.Messages{Text: "apple", Room: one}, []string{"first apple"}},
			"by a sender":  {search.Messages{Text: "apple", Sender: ben.User}, []string{"second apple https://example.org/"}},
			"since":        {search.Messages{Text: "apple", Since: noon}, []string{"the file", "an apple tree", "second apple https://example.org/"}},
			"until":        {search.Messages{Text: "apple", Until: noon}, []string{"first apple"}},
			"photos":       {search.Messages{Kind: "photo"}, []string{"an apple tree"}},
			"media":        {search.Messages{Kind: "media"}, []string{"an apple tree"}},
			"files":        {search.Messages{Kind: "file"}, []string{"the file"}},
			"links":        {search.Messages{Kind: "link"}, []string{"second apple https://example.org/"}},
			"file by name": {search.Messages{Text: "회의록", Kind: "file"}, []string{"the file"}},
			"nothing":      {search.Messages{Text: "pear"}, []string{}},
		} {
			qt.Check(t, qt.DeepEquals(find(t, s, ben, c.m), c.want), qt.Commentf(name))
		}
		_, err = s.Messages(t.Context(), ben, search.Messages{})
		is(t, err, fault.SearchInvalid)
		_, err = s.Messages(t.Context(), ben, search.Messages{Kind: "hologram"})
		is(t, err, fault.SearchInvalid)
		_, err = s.Messages(t.Context(), ben, search.Messages{Text: "x", Cursor: "none"})
		is(t, err, fault.CursorInvalid)
		_, err = s.Messages(t.Context(), cid, search.Messages{Text: "apple", Room: one})
		is(t, err, fault.RoomUnknown)
	})
}

// What somebody does not see is not found: before they joined, after they left,
// hidden, deleted, cleared, from a person they block; of an edited text only the
// new words.
func TestOnlyWhatIsSeen(t *testing.T) {
	each(t, func(t *testing.T, h *chattest.House, s *search.Search) {
		u := h.Users(3)
		ann, ben, cid := u[0], u[1], u[2]
		room, other := h.Group(ann, ben), h.Direct(ann, ben)
		ctx := t.Context()
		h.Say(ann, room, "apple before")
		_, err := h.Chat.Invite(ctx, ann, room, []wire.ID{cid.User})
		qt.Assert(t, qt.IsNil(err))
		h.Say(ann, room, "apple after")
		deleted := h.Say(ann, room, "apple deleted")
		_, err = h.Chat.Delete(ctx, ann, room, deleted, true)
		qt.Assert(t, qt.IsNil(err))
		hidden := h.Say(ann, room, "apple hidden")
		_, err = h.Chat.Delete(ctx, ben, room, hidden, false)
		qt.Assert(t, qt.IsNil(err))
		edited := h.Say(ann, room, "apple old")
		_, err = h.Chat.Edit(ctx, ann, room, edited, "pear new", nil)
		qt.Assert(t, qt.IsNil(err))
		on := true
		_, err = h.People.MarkFriend(ctx, ben.User, ann.User, account.Marks{Blocked: &on})
		qt.Assert(t, qt.IsNil(err))
		h.Say(ann, other, "apple veiled")

		apple := search.Messages{Text: "apple"}
		qt.Check(t, qt.DeepEquals(find(t, s, ann, apple), []string{"apple veiled", "apple hidden", "apple after", "apple before"}))
		qt.Check(t, qt.DeepEquals(find(t, s, ben, apple), []string{"apple after", "apple before"}))
		qt.Check(t, qt.DeepEquals(find(t, s, cid, apple), []string{"apple hidden", "apple after"}))
		qt.Check(t, qt.DeepEquals(find(t, s, cid, search.Messages{Text: "pear"}), []string{"pear new"}))
		qt.Assert(t, qt.IsNil(h.Chat.Remove(ctx, ann, room, cid.User)))
		qt.Check(t, qt.DeepEquals(find(t, s, cid, apple), []string{}))
	})
}

// TestPages follows searches page by page, while messages come in, are deleted
// and hidden, in every order, with the place kept or forgotten, with time for a
// block or for all: what was there all the time is found once, in order, and
// nothing that was gone.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *chattest.House, s *search.Search) {
		u := h.Users(2)
		ann, ben := u[0], u[1]
		rooms := []chat.RoomID{h.Direct(ann, ben), h.Group(ann, ben), h.Group(ann, ben), h.Group(ann, ben)}
		number := 0
		rapid.Check(t, func(rt *rapid.T) {
			type said struct {
				room chat.RoomID
				seq  uint64
				text string
				gone bool
			}
			number++
			word := fmt.Sprintf("w%dw", number)
			var all []*said
			say := func() {
				room := rooms[rapid.IntRange(0, len(rooms)-1).Draw(rt, "room")]
				text := fmt.Sprintf("noise %d", len(all))
				if rapid.IntRange(0, 2).Draw(rt, "wanted") > 0 {
					text = fmt.Sprintf("%s %d", word, len(all))
				}
				all = append(all, &said{room: room, seq: h.Say(ann, room, text), text: text})
				if rapid.Bool().Draw(rt, "time passes") {
					h.Clock.Advance(time.Millisecond)
				}
			}
			remove := func() {
				m := all[rapid.IntRange(0, len(all)-1).Draw(rt, "gone")]
				if !m.gone {
					_, err := h.Chat.Delete(context.Background(), ann, m.room, m.seq, rapid.Bool().Draw(rt, "for all"))
					qt.Assert(t, qt.IsNil(err))
					m.gone = true
				}
			}
			for range rapid.IntRange(1, 30).Draw(rt, "messages") {
				say()
			}
			for range rapid.IntRange(0, 5).Draw(rt, "removed") {
				remove()
			}
			before := len(all)
			wasThere := make(map[string]bool)
			for _, m := range all {
				wasThere[m.text] = !m.gone
			}
			s.SetAnswerTime(rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(rt, "time"))
			q := search.Messages{Text: word, Limit: rapid.IntRange(1, 7).Draw(rt, "limit")}
			var found []string
			for {
				page, err := s.Messages(context.Background(), ann, q)
				qt.Assert(t, qt.IsNil(err))
				for _, f := range page.Found {
					e, err := f.Entry.Decode()
					qt.Assert(t, qt.IsNil(err))
					found = append(found, e.Text)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
				switch rapid.IntRange(0, 3).Draw(rt, "between") {
				case 0:
					say()
				case 1:
					remove()
				case 2:
					s.Forget()
				}
			}
			var order []int
			for _, text := range found {
				i := slices.IndexFunc(all, func(m *said) bool { return m.text == text })
				if i < 0 || !strings.HasPrefix(text, word) || i < before && !wasThere[text] {
					rt.Fatalf("%q was found", text)
				}
				order = append(order, i)
			}
			seen := make(map[int]bool)
			last := map[chat.RoomID]int{}
			for _, i := range order {
				if seen[i] {
					rt.Fatalf("%q was found twice", all[i].text)
				}
				seen[i] = true
				if l, ok := last[all[i].room]; ok && l < i {
					rt.Fatalf("%q came behind %q", all[i].text, all[l].text)
				}
				last[all[i].room] = i
			}
			for i, m := range all[:before] {
				if !m.gone && strings.HasPrefix(m.text, word) && !seen[i] {
					rt.Fatalf("%q was not found", m.text)
				}
			}
		})
	})
}

// Over rooms the newest comes first, too.
func TestNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, h *chattest.House, s *search.Search) {
		ann, ben := h.Two()
		rooms := []chat.RoomID{h.Direct(ann, ben), h.Group(ann, ben), h.Group(ann, ben)}
		want := []string{}
		for i := range 500 {
			text := fmt.Sprint("apple ", i)
			h.Say(ann, rooms[i*i%3], text)
			h.Clock.Advance(2 * time.Millisecond)
			want = append([]string{text}, want...)
		}
		qt.Assert(t, qt.DeepEquals(find(t, s, ben, search.Messages{Text: "apple", Limit: 17}), want))
		s.SetAnswerTime(0)
		qt.Assert(t, qt.DeepEquals(find(t, s, ben, search.Messages{Text: "apple", Limit: 17}), want))
	})
}

func TestPeopleAndRooms(t *testing.T) {
	each(t, func(t *testing.T, h *chattest.House, s *search.Search) {
		u := h.Users(4)
		ann, kim, lee, park := u[0], u[1], u[2], u[3]
		handle := "park_yard"
		for a, p := range map[chat.Actor]account.Profile{
			kim: {Name: new("김하늘")}, lee: {Name: new("이도윤")}, park: {Name: new("박서준"), Handle: &handle},
		} {
			_, err := h.People.SetProfile(t.Context(), a.User, p)
			qt.Assert(t, qt.IsNil(err))
		}
		for _, f := range []chat.Actor{kim, lee} {
			_, err := h.People.AddFriend(t.Context(), ann.User, f.User)
			qt.Assert(t, qt.IsNil(err))
		}
		people := func(text string) []string {
			list, err := s.People(t.Context(), ann, text)
			qt.Assert(t, qt.IsNil(err))
			names := []string{}
			for _, f := range list {
				names = append(names, f.Name)
			}
			return names
		}
		for text, want := range map[string][]string{
			"하늘": {"김하늘"}, "ㄱㅎㄴ": {"김하늘"}, "ㅇㄷㅇ": {"이도윤"}, "rlagksmf": {"김하늘"}, "박서준": {},
			"park_yard": {"박서준"}, "@PARK_yard": {"박서준"}, "park_yar": {},
		} {
			qt.Check(t, qt.DeepEquals(people(text), want), qt.Commentf(text))
		}
		_, err := s.People(t.Context(), ann, " ")
		is(t, err, fault.SearchInvalid)

		titled, err := h.Chat.Create(t.Context(), ann, chat.NewRoom{Title: "주말 등산", MemberIDs: []wire.ID{kim.User, lee.User}})
		qt.Assert(t, qt.IsNil(err))
		direct := h.Direct(ann, kim)
		h.Say(ann, direct, "안녕")
		rooms := func(text string) []chat.RoomID {
			list, err := s.Rooms(t.Context(), ann, text)
			qt.Assert(t, qt.IsNil(err))
			ids := []chat.RoomID{}
			for _, r := range list {
				ids = append(ids, r.ID)
			}
			return ids
		}
		qt.Check(t, qt.DeepEquals(rooms("ㄷㅅ"), []chat.RoomID{titled.ID}))
		qt.Check(t, qt.DeepEquals(rooms("이도윤"), []chat.RoomID{titled.ID}))
		qt.Check(t, qt.DeepEquals(rooms("김하늘"), []chat.RoomID{direct, titled.ID}))
		qt.Check(t, qt.DeepEquals(rooms("바다"), []chat.RoomID{}))
	})
}
