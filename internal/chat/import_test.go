package chat_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

var october = time.Date(2011, 10, 18, 6, 27, 0, 0, time.UTC)

// lines is a conversation of n texts, one a minute, by two speakers and the owner.
func lines(n int) []chat.Imported {
	out := make([]chat.Imported, n)
	for i := range out {
		out[i] = chat.Imported{
			Key: key(fmt.Sprint("line ", i)), At: october.Add(time.Duration(i) * time.Minute),
			Content: &wire.Content{Type: wire.TypeText, Text: fmt.Sprint(i)},
		}
		switch i % 3 {
		case 0:
			out[i].Speaker = "김하늘"
		case 1:
			out[i].Speaker = "Lee"
		default:
			out[i].Own = true
		}
	}
	return out
}

func key(s string) (k [16]byte) {
	h := sha256.Sum256([]byte(s))
	copy(k[:], h[:])
	return k
}

func TestImport(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		into := chat.ImportInto{Owner: ann.User, Key: "kakaotalk 산악회", Title: "산악회"}
		im, err := h.Chat.BeginImport(t.Context(), into)
		qt.Assert(t, qt.IsNil(err))
		h.Ear.Forget()
		added, err := im.Add(t.Context(), lines(1200))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(added, 1200))

		// Nobody sees it yet.
		qt.Check(t, qt.HasLen(h.List(ann), 0))
		_, err = h.Chat.Messages(t.Context(), ann, im.Room(), chat.Page{})
		is(t, err, fault.RoomUnknown)
		_, err = h.Chat.Send(t.Context(), ann, chattest.Text(im.Room(), "x"))
		is(t, err, fault.RoomUnknown)
		qt.Check(t, qt.HasLen(h.Ear.Batches(), 0))

		r, err := im.Finish(t.Context())
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(r.Title, "산악회"))
		qt.Check(t, qt.Equals(r.Unread, 0))
		qt.Check(t, qt.Equals(r.MemberCount, 3))
		names := map[string]bool{}
		for _, m := range r.Members {
			names[m.Name] = m.Placeholder
		}
		qt.Check(t, qt.IsTrue(names["김하늘"]))
		qt.Check(t, qt.IsTrue(names["Lee"]))
		qt.Check(t, qt.HasLen(h.List(ann), 1))
		page, err := h.Chat.Messages(t.Context(), ann, im.Room(), chat.Page{FromStart: true, Limit: 3})
		qt.Assert(t, qt.IsNil(err))
		got := h.Decode(page.Entries)
		qt.Check(t, qt.DeepEquals(texts(got), []string{"0", "1", "2"}))
		qt.Check(t, qt.Equals(got[1].CreatedAt, wire.TimeOf(october.Add(time.Minute))))
		qt.Check(t, qt.Equals(got[2].SenderID, ann.User))
		qt.Check(t, qt.Equals(*got[0].UnreadBy, 0)) // placeholders are not waited for

		// It is a group like others.
		seq := h.Say(ann, im.Room(), "hello from the future")
		qt.Check(t, qt.Equals(seq, 1202))
		_, err = h.Chat.Invite(t.Context(), ann, im.Room(), ids(ben))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(h.Room(ben, im.Room()).MemberCount, 4))
		_, members, err := h.Chat.Audience(t.Context(), im.Room())
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(members, 2))
	})
}

func TestImportGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann := h.Users(1)[0]
		into := chat.ImportInto{Owner: ann.User, Key: "k", Title: "t"}
		begin := func() *chat.Import {
			t.Helper()
			im, err := h.Chat.BeginImport(t.Context(), into)
			qt.Assert(t, qt.IsNil(err))
			return im
		}
		all := lines(700)
		im := begin()
		_, err := im.Add(t.Context(), all[:300])
		qt.Assert(t, qt.IsNil(err))
		h.Stop() // the run broke off
		h.Start()
		im = begin()
		added, err := im.Add(t.Context(), all[:600])
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(added, 300))
		_, err = im.Finish(t.Context())
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(h.Room(ann, im.Room()).HeadSeq, 601))

		// A later, longer export.
		im = begin()
		added, err = im.Add(t.Context(), all)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(added, 100))
		r, err := im.Finish(t.Context())
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(r.HeadSeq, 701))
		qt.Check(t, qt.Equals(r.Unread, 0))
		qt.Check(t, qt.Equals(r.MemberCount, 3))
		qt.Check(t, qt.HasLen(h.List(ann), 1))
		last := h.Entry(ann, r.ID, 701)
		qt.Check(t, qt.Equals(last.Text, "699"))
		qt.Check(t, qt.Equals(last.CreatedAt, wire.TimeOf(all[699].At)))
	})
}

func TestImportKinds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann := h.Users(1)[0]
		im, err := h.Chat.BeginImport(t.Context(), chat.ImportInto{Owner: ann.User, Key: "k", Title: "t"})
		qt.Assert(t, qt.IsNil(err))
		photo := wire.Content{Type: wire.TypePhoto, Photos: make([]wire.Photo, 2), Text: "사진 2장"}
		items := []chat.Imported{
			{Key: key("1"), At: october, Event: wire.EventJoined, Speaker: "Lee"},
			{Key: key("2"), At: october, Event: wire.EventInvited, Own: true, Subjects: []string{"Kim", "Park"}},
			{Key: key("3"), At: october, Event: wire.EventText, Text: "a line of the client"},
			{Key: key("4"), At: october, Speaker: "Lee", Content: &photo},
			{Key: key("5"), At: october, Speaker: "Lee", Deleted: true},
			{Key: key("6"), At: october, Event: wire.EventLeft, Speaker: "Lee"},
		}
		_, err = im.Add(t.Context(), items)
		qt.Assert(t, qt.IsNil(err))
		_, err = im.Add(t.Context(), []chat.Imported{{Key: key("7"), At: october, Deleted: true}})
		is(t, err, fault.BadRequest)
		_, err = im.Finish(t.Context())
		qt.Assert(t, qt.IsNil(err))
		page := h.Page(ann, im.Room())
		qt.Check(t, qt.DeepEquals(texts(page), []string{"(joined)", "(invited)", "(text)", "사진 2장", "<deleted>", "(left)", "(imported)"}))
		qt.Check(t, qt.HasLen(page[1].Notice.UserIDs, 2))
		qt.Check(t, qt.IsTrue(page[2].SenderID.IsZero()))
		qt.Check(t, qt.HasLen(page[3].Photos, 2))
		qt.Check(t, qt.Equals(h.Room(ann, im.Room()).MemberCount, 4))
	})
}

func TestImportRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann := h.Users(1)[0]
		_, err := h.Chat.BeginImport(t.Context(), chat.ImportInto{Owner: ann.User, Key: "k"})
		is(t, err, fault.TitleInvalid)
		_, err = h.Chat.BeginImport(t.Context(), chat.ImportInto{Owner: stranger().User, Key: "k", Title: "t"})
		is(t, err, fault.UserUnknown)
		im, err := h.Chat.BeginImport(t.Context(), chat.ImportInto{Owner: ann.User, Key: "k", Title: "t"})
		qt.Assert(t, qt.IsNil(err))
		_, err = im.Add(t.Context(), lines(3))
		qt.Assert(t, qt.IsNil(err))
		_, err = im.Finish(t.Context())
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(h.Chat.Leave(t.Context(), ann, im.Room())))
		_, err = h.Chat.BeginImport(t.Context(), chat.ImportInto{Owner: ann.User, Key: "k", Title: "t"})
		is(t, err, fault.NotAMember)
	})
}
