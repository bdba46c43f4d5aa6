package bring_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/kakaotalk/bring"
	"madang/internal/wire"
)

// export is what a client would write of a conversation of n messages, several
// in one minute, alike among them.
func export(n int) string {
	var b strings.Builder
	b.WriteString("산책 님과 카카오톡 대화\n저장한 날짜 : 2024-12-10 10:00:00\n\n--------------- 2024년 12월 9일 월요일 ---------------\n")
	for i := range n {
		who := "하늘"
		if i%3 == 1 {
			who = "바다"
		}
		fmt.Fprintf(&b, "[%s] [오후 %d:%02d] 글 %d\n", who, 1+i/600, i/10%60, i%4)
	}
	return b.String()
}

type house struct {
	*chattest.House
	owner chat.Actor
	phone string
}

func (h *house) in(ctx context.Context, t *testing.T, text string, progress func(int64)) (bring.Result, error) {
	t.Helper()
	return bring.In(ctx, h.Chat, h.People, strings.NewReader(text), bring.Request{Owner: h.phone, Me: "하늘", TimeZone: "Asia/Seoul"}, progress)
}

// pages reads the whole room, oldest first.
func (h *house) pages(t *testing.T, room wire.ID) (out []wire.Entry) {
	t.Helper()
	for before := uint64(0); ; {
		page, err := h.Chat.Messages(t.Context(), h.owner, room, chat.Page{Before: before, Limit: wire.MaxPage})
		qt.Assert(t, qt.IsNil(err))
		if len(page.Entries) == 0 {
			return out
		}
		entries := h.Decode(page.Entries)
		out = append(entries, out...)
		if before = entries[0].Seq; before == 1 {
			return out
		}
	}
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	chattest.Each(t, func(t *testing.T, ch *chattest.House) {
		h := &house{House: ch, owner: ch.Users(1)[0]}
		me, err := ch.People.Me(t.Context(), h.owner.User)
		qt.Assert(t, qt.IsNil(err))
		h.phone = me.Phone
		f(t, h)
	})
}

func TestConversationBecomesARoom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		res, err := h.in(t.Context(), t, export(40), nil)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(res.Added, 40))
		room := h.Room(h.owner, res.Room)
		qt.Assert(t, qt.Equals(room.Title, "산책"))
		qt.Assert(t, qt.Equals(room.Unread, 0))
		qt.Assert(t, qt.HasLen(h.List(h.owner), 1))
		names := map[wire.ID]string{}
		for _, m := range room.Members {
			if m.Placeholder {
				names[m.UserID] = m.Name
			}
		}
		entries := h.pages(t, res.Room)
		for i, e := range entries[:40] {
			qt.Assert(t, qt.Equals(e.Text, fmt.Sprintf("글 %d", i%4)))
			qt.Assert(t, qt.Equals(e.CreatedAt.Time().Format("2006-01-02 15:04"), fmt.Sprintf("2024-12-09 04:%02d", i/10)))
			if i%3 == 1 {
				qt.Assert(t, qt.Equals(names[e.SenderID], "바다"))
			} else {
				qt.Assert(t, qt.Equals(e.SenderID, h.owner.User))
			}
		}
	})
}

func TestLongerExportAddsWhatIsNew(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, err := h.in(t.Context(), t, export(25), nil)
		qt.Assert(t, qt.IsNil(err))
		again, err := h.in(t.Context(), t, export(25), nil)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(again.Added, 0))
		longer, err := h.in(t.Context(), t, export(61), nil)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(longer.Added, 36))
		qt.Assert(t, qt.Equals(longer.Room, first.Room))
		var got []string
		for _, e := range h.pages(t, first.Room) {
			if e.Kind == wire.KindMessage {
				got = append(got, e.Text)
			}
		}
		for i, text := range got {
			qt.Assert(t, qt.Equals(text, fmt.Sprintf("글 %d", i%4)))
		}
		qt.Assert(t, qt.HasLen(got, 61))
		qt.Assert(t, qt.Equals(h.Room(h.owner, first.Room).Unread, 0))
	})
}

// A run that is broken off shows nothing; the next one goes on, and everything
// is there once.
func TestBrokenRunGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		text := export(3000)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := h.in(ctx, t, text, func(done int64) {
			if done > int64(len(text))*3/2 {
				cancel()
			}
		})
		qt.Assert(t, qt.IsTrue(errors.Is(err, context.Canceled)))
		qt.Assert(t, qt.HasLen(h.List(h.owner), 0))
		res, err := h.in(t.Context(), t, text, nil)
		qt.Assert(t, qt.IsNil(err))
		n := 0
		for _, e := range h.pages(t, res.Room) {
			if e.Kind == wire.KindMessage {
				qt.Assert(t, qt.Equals(e.Text, fmt.Sprintf("글 %d", n%4)))
				n++
			}
		}
		qt.Assert(t, qt.Equals(n, 3000))
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, test := range []struct {
			text string
			r    bring.Request
			want string
		}{
			{"no head\nno line\n", bring.Request{Owner: h.phone, Me: "하늘"}, `.*not a conversation exported from KakaoTalk.*`},
			{export(3), bring.Request{Owner: "+82109", Me: "하늘"}, `no account has the number.*`},
			{export(3), bring.Request{Owner: h.phone, Me: "하눌"}, `nobody named "하눌" speaks in the file.*하늘, 바다`},
			{export(3), bring.Request{Owner: h.phone, Me: "하늘", TimeZone: "Mars/Base"}, `there is no time zone.*`},
		} {
			_, err := bring.In(t.Context(), h.Chat, h.People, strings.NewReader(test.text), test.r, nil)
			refusal, ok := errors.AsType[*bring.Refusal](err)
			qt.Assert(t, qt.IsTrue(ok), qt.Commentf("%v", err))
			qt.Assert(t, qt.ErrorMatches(refusal, test.want))
		}
		qt.Assert(t, qt.HasLen(h.List(h.owner), 0))
	})
}

// Texts longer than a message may be come in pieces, whole.
func TestLongTextsComeInPieces(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		long := strings.Repeat("가나다라마바사아자차", 2500) // 25,000 characters
		text := "산책 님과 카카오톡 대화\n저장한 날짜 : 2024-12-10 10:00:00\n\n--------------- 2024년 12월 9일 월요일 ---------------\n[하늘] [오후 2:30] " + long + "\n[바다] [오후 2:31] 짧게\n"
		res, err := h.in(t.Context(), t, text, nil)
		qt.Assert(t, qt.IsNil(err))
		var whole strings.Builder
		for _, e := range h.pages(t, res.Room) {
			if e.SenderID == h.owner.User && e.Kind == wire.KindMessage {
				whole.WriteString(e.Text)
			}
		}
		qt.Assert(t, qt.Equals(whole.String(), long))
	})
}
