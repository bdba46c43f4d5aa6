package chat_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/wire"
)

func TestDirectRoomIsOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		// Both at the same moment.
		var wg sync.WaitGroup
		var rooms [2]chat.RoomID
		wg.Go(func() { rooms[0] = h.Direct(ann, ben) })
		wg.Go(func() { rooms[1] = h.Direct(ben, ann) })
		wg.Wait()
		qt.Check(t, qt.Equals(rooms[0], rooms[1]))
		r := h.Room(ann, rooms[0])
		qt.Check(t, qt.Equals(r.Kind, wire.RoomDirect))
		qt.Check(t, qt.Equals(r.MemberCount, 2))
		qt.Check(t, qt.Equals(r.HeadSeq, 0))
		qt.Check(t, qt.Equals(r.Role, ""))
		qt.Assert(t, qt.HasLen(r.Members, 2))
		qt.Check(t, qt.Not(qt.Equals(r.Members[0].Name, "")))
	})
}

func TestDirectRoomIsListedWhenThereIsSomethingInIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		qt.Check(t, qt.HasLen(h.List(ann), 1))
		qt.Check(t, qt.HasLen(h.List(ben), 0))
		h.Say(ann, room, "hi")
		qt.Check(t, qt.HasLen(h.List(ben), 1))
	})
}

func TestMemoRoom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann := h.Users(1)[0]
		for _, n := range []chat.NewRoom{{}, {MemberIDs: ids(ann)}} {
			r, err := h.Chat.Create(t.Context(), ann, n)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(r.Kind, wire.RoomMemo))
			h.Say(ann, r.ID, "milk")
		}
		list := h.List(ann)
		qt.Assert(t, qt.HasLen(list, 1))
		qt.Check(t, qt.Equals(list[0].HeadSeq, 2))
		qt.Check(t, qt.Equals(list[0].Unread, 0))
		qt.Check(t, qt.Equals(*list[0].LastMessage.UnreadBy, 0))
	})
}

func TestSendRefuses(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		room, other := h.Group(ann, ben), h.Group(ann, cid)
		elsewhere := h.Say(ann, other, "elsewhere")
		said := h.Say(ben, room, "hello")
		gone := h.Say(ann, room, "gone")
		_, err := h.Chat.Delete(t.Context(), ann, room, gone, true)
		qt.Assert(t, qt.IsNil(err))
		photo := wire.Content{Type: wire.TypePhoto, Photos: []wire.Photo{{MediaID: chattest.NewID()}}}
		text := func(change func(c *wire.Content)) chat.Send {
			s := chattest.Text(room, "@xxx")
			change(&s.Content)
			return s
		}
		for _, c := range []struct {
			name  string
			who   actor
			send  chat.Send
			code  fault.Code
			field string
		}{
			{"no client id", ann, chat.Send{Room: room, Content: wire.Content{Type: wire.TypeText, Text: "x"}}, fault.ClientIDInvalid, "client_id"},
			{"no room", ann, chattest.Text(chattest.NewID(), "x"), fault.RoomUnknown, ""},
			{"not in the room", dan, chattest.Text(room, "x"), fault.RoomUnknown, ""},
			{"nobody", stranger(), chattest.Text(room, "x"), fault.RoomUnknown, ""},
			{"too long", ann, chattest.Text(room, strings.Repeat("x", wire.MaxTextGraphemes+1)), fault.TextTooLong, "text"},
			{"empty", ann, chattest.Text(room, " "), fault.TextEmpty, "text"},
			{"bad shape", ann, text(func(c *wire.Content) { c.Type = "poll" }), fault.MessageInvalid, "type"},
			{"reply to what is not there", ann, text(func(c *wire.Content) { c.ReplyTo = 99 }), fault.ReplyInvalid, "reply_to"},
			{"reply to a notice", ann, text(func(c *wire.Content) { c.ReplyTo = 1 }), fault.ReplyInvalid, "reply_to"},
			{"reply to the deleted", ann, text(func(c *wire.Content) { c.ReplyTo = gone }), fault.ReplyInvalid, "reply_to"},
			{"reply", ann, text(func(c *wire.Content) { c.ReplyTo = said }), 0, ""},
			{"mention", ann, text(func(c *wire.Content) { c.Mentions = []wire.Mention{{UserID: ben.User, Length: 4}} }), 0, ""},
			{"mention of a stranger", ann, text(func(c *wire.Content) { c.Mentions = []wire.Mention{{UserID: cid.User, Length: 4}} }), fault.MentionInvalid, "mentions[0].user_id"},
			{"mention out of the text", ann, text(func(c *wire.Content) { c.Mentions = []wire.Mention{{UserID: ben.User, Length: 9}} }), fault.MentionInvalid, "mentions[0]"},
			{"unknown photo", ann, text(func(c *wire.Content) { *c = photo }), fault.MediaUnknown, "photos[0].media_id"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := h.Chat.Send(t.Context(), c.who, c.send)
				is(t, err, c.code)
				qt.Check(t, qt.Equals(fieldOf(err), c.field))
			})
		}
		qt.Check(t, qt.Equals(elsewhere, 2))
	})
}

func TestSendMedia(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		upload := func(owner actor, kind media.Kind) wire.ID {
			id, err := h.Files.MakeSample(t.Context(), owner.User, kind)
			qt.Assert(t, qt.IsNil(err))
			return id
		}
		photo, video, voice, file := upload(ann, media.Photo), upload(ann, media.Video), upload(ann, media.Voice), upload(ann, media.Plain)
		bens := upload(ben, media.Photo)
		photos := func(ids ...wire.ID) wire.Content {
			c := wire.Content{Type: wire.TypePhoto}
			for _, id := range ids {
				c.Photos = append(c.Photos, wire.Photo{MediaID: id})
			}
			return c
		}
		for _, c := range []struct {
			name    string
			content wire.Content
			code    fault.Code
			field   string
		}{
			{"photo", photos(photo, photo), 0, ""},
			{"photo of somebody else", photos(photo, bens), fault.MediaUnknown, "photos[1].media_id"},
			{"video as photo", photos(video), fault.MediaKind, "photos[0].media_id"},
			{"video", wire.Content{Type: wire.TypeVideo, Video: &wire.Video{MediaID: video, PosterID: photo}}, 0, ""},
			{"poster that is a video", wire.Content{Type: wire.TypeVideo, Video: &wire.Video{MediaID: video, PosterID: video}}, fault.MediaKind, "video.poster_id"},
			{"voice", wire.Content{Type: wire.TypeVoice, Voice: &wire.Voice{MediaID: voice}}, 0, ""},
			{"file as voice", wire.Content{Type: wire.TypeVoice, Voice: &wire.Voice{MediaID: file}}, fault.MediaKind, "voice.media_id"},
			{"file", wire.Content{Type: wire.TypeFile, File: &wire.File{MediaID: file, Name: "a.pdf"}}, 0, ""},
			{"card", wire.Content{Type: wire.TypeCard, Card: &wire.Card{Title: "t", ImageID: photo}}, 0, ""},
			{"card with somebody's photo", wire.Content{Type: wire.TypeCard, Card: &wire.Card{Title: "t", ImageID: bens}}, fault.MediaUnknown, "card.image_id"},
			{"contact", wire.Content{Type: wire.TypeContact, Contact: &wire.Contact{Name: "Ben", UserID: ben.User}}, 0, ""},
			{"place", wire.Content{Type: wire.TypePlace, Place: &wire.Place{Latitude: 37.5, Longitude: 127}}, 0, ""},
			{"emoticon", wire.Content{Type: wire.TypeEmoticon, Emoticon: &wire.Emoticon{Pack: "a", ID: "b"}}, 0, ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				s, err := h.Chat.Send(t.Context(), ann, chat.Send{Room: room, ClientID: chattest.NewID(), Content: c.content})
				is(t, err, c.code)
				qt.Check(t, qt.Equals(fieldOf(err), c.field))
				if err == nil {
					e := h.Entry(ben, room, s.Seq)
					qt.Check(t, qt.DeepEquals(*e.Content, c.content))
				}
			})
		}
		_, err := h.Files.MakeSample(t.Context(), ann.User, "hologram")
		is(t, err, fault.MediaKind)
	})
}

// The forwarded mark is the server's.
func TestClientCannotMarkForwarded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		s := chattest.Text(room, "hi")
		s.Content.Forwarded = true
		_, err := h.Chat.Send(t.Context(), ann, s)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(h.Entry(ben, room, 1).Forwarded))
	})
}

func TestSendRateIsLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		ann.Exempt = false
		// At one moment of the clock nothing grows back.
		h.Clock.SetOffset(time.Hour)
		for range wire.SendBurst {
			if _, err := h.Chat.Send(t.Context(), ann, chattest.Text(room, "x")); err != nil {
				// Real time goes on beneath; a few may have grown back, none may be missing.
				t.Fatal(err)
			}
		}
		var err error
		for range 10 * wire.SendBurst {
			if _, err = h.Chat.Send(t.Context(), ann, chattest.Text(room, "x")); err != nil {
				break
			}
		}
		is(t, err, fault.RateLimited)
		qt.Check(t, qt.IsTrue(fault.From(err).RetryAfter > 0))
		_, err = h.Chat.Send(t.Context(), ben, chattest.Text(room, "I may"))
		is(t, err, 0)
		h.Clock.Advance(time.Second)
		_, err = h.Chat.Send(t.Context(), ann, chattest.Text(room, "x"))
		is(t, err, 0)
	})
}

func TestSendTells(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		h.Ear.Forget()
		ann.Session = 7
		s := chattest.Text(room, "안녕 <b>")
		sent, err := h.Chat.Send(t.Context(), ann, s)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(sent.ID(), room.String()+".1"))
		batches := h.Ear.Batches()
		qt.Assert(t, qt.HasLen(batches, 1))
		qt.Check(t, qt.Not(qt.Equals(batches[0].Pos, 0)))
		qt.Assert(t, qt.HasLen(batches[0].Events, 1))
		ev := batches[0].Events[0]
		qt.Check(t, qt.Equals(ev.Kind, bus.Entry))
		qt.Check(t, qt.Equals(chat.RoomID(ev.Room), room))
		qt.Check(t, qt.Equals(ev.Seq, 1))
		qt.Check(t, qt.Equals(chat.UserID(ev.User), ann.User))
		qt.Check(t, qt.Equals(ev.Session, 7))
		control, members, err := h.Chat.Audience(t.Context(), room)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(ev.Control, control))
		qt.Check(t, qt.HasLen(members, 2))
		want := `{"jsonrpc":"2.0","method":"entry","params":{"room_id":"` + room.String() +
			`","entry":{"seq":1,"kind":"message","sender_id":"` + ann.User.String() + `","client_id":"` + s.ClientID.String() +
			`","created_at":"` + sent.At.Time().Format("2006-01-02T15:04:05.000Z") + `","type":"text","text":"안녕 <b>","unread_by":1}}}`
		qt.Check(t, qt.Equals(string(ev.Frame), want))
		qt.Check(t, qt.IsNil(ev.Hidden))
	})
}

func TestForward(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.Users(4)
		ann, ben, cid, dan := u[0], u[1], u[2], u[3]
		from, to := h.Group(ann, ben), h.Direct(ben, cid)
		memo, err := h.Chat.Create(t.Context(), ben, chat.NewRoom{})
		qt.Assert(t, qt.IsNil(err))
		photo, err := h.Files.MakeSample(t.Context(), ann.User, media.Photo)
		qt.Assert(t, qt.IsNil(err))
		first := h.Say(ann, from, "first")
		s := chat.Send{Room: from, ClientID: chattest.NewID(), Content: wire.Content{
			Type: wire.TypePhoto, Photos: []wire.Photo{{MediaID: photo}}, Text: "@ben", ReplyTo: first,
			Mentions: []wire.Mention{{UserID: ben.User, Length: 4}},
		}}
		sent, err := h.Chat.Send(t.Context(), ann, s)
		qt.Assert(t, qt.IsNil(err))

		targets := []chat.Target{{Room: to, ClientID: chattest.NewID()}, {Room: memo.ID, ClientID: chattest.NewID()}}
		copies, err := h.Chat.Forward(t.Context(), ben, from, sent.Seq, targets)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(copies, 2))
		again, err := h.Chat.Forward(t.Context(), ben, from, sent.Seq, targets)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(again, copies))
		e := h.Entry(cid, to, copies[0].Seq)
		qt.Check(t, qt.DeepEquals(*e.Content, wire.Content{
			Type: wire.TypePhoto, Photos: h.Entry(ben, from, sent.Seq).Photos, Text: "@ben", Forwarded: true,
		}))
		qt.Check(t, qt.Equals(e.SenderID, ben.User))

		_, err = h.Chat.Forward(t.Context(), dan, from, sent.Seq, []chat.Target{{Room: to, ClientID: chattest.NewID()}})
		is(t, err, fault.RoomUnknown)
		_, err = h.Chat.Forward(t.Context(), ben, from, 99, targets)
		is(t, err, fault.EntryUnknown)
		_, err = h.Chat.Forward(t.Context(), ben, from, 1, targets)
		is(t, err, fault.EntryUnknown)
		_, err = h.Chat.Forward(t.Context(), ben, from, sent.Seq, nil)
		is(t, err, fault.BadRequest)
		_, err = h.Chat.Forward(t.Context(), ben, from, sent.Seq, []chat.Target{{Room: to}})
		is(t, err, fault.ClientIDInvalid)
		some, err := h.Chat.Forward(t.Context(), ann, from, sent.Seq, []chat.Target{
			{Room: from, ClientID: chattest.NewID()}, {Room: to, ClientID: chattest.NewID()},
		})
		is(t, err, fault.RoomUnknown)
		qt.Check(t, qt.HasLen(some, 1))
		_, err = h.Chat.Delete(t.Context(), ann, from, sent.Seq, true)
		qt.Assert(t, qt.IsNil(err))
		_, err = h.Chat.Forward(t.Context(), ben, from, sent.Seq, targets)
		is(t, err, fault.MessageDeleted)
	})
}

// A caller who gave up does not undo the message.
func TestSendGivenUpIsStillSent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := chattest.Text(room, "x")
		_, _ = h.Chat.Send(ctx, ann, s) // either way
		again, err := h.Chat.Send(t.Context(), ann, s)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(again.Seq, 1))
		qt.Check(t, qt.Equals(h.Room(ann, room).HeadSeq, 1))
	})
}
