package notify

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/rivo/uniseg"

	"madang/internal/chat"
	"madang/internal/push"
	"madang/internal/wire"
	"madang/internal/words"
)

// Payload is what a notification carries for the app, as JSON. docs/protocol.md
// describes it for those who write apps.
type Payload struct {
	// Type is message: show it; read: take back what is shown of the room up to Seq;
	// test: show it, it leads nowhere.
	Type   string  `json:"type"`
	RoomID wire.ID `json:"room_id,omitzero"`
	// Seq is the number of the message, or of what is read. A message that is shown
	// already comes again when a server was not sure; it makes no second sound.
	Seq       uint64    `json:"seq,omitempty"`
	Title     string    `json:"title,omitempty"`
	Body      string    `json:"body,omitempty"`
	SenderID  wire.ID   `json:"sender_id,omitzero"` // not when previews are off
	Mention   bool      `json:"mention,omitempty"`  // it names the person
	CreatedAt wire.Time `json:"created_at,omitzero"`
	Badge     uint64    `json:"badge"` // messages not read in all rooms
}

// The types of a payload.
const (
	TypeMessage = "message"
	TypeRead    = "read"
	TypeTest    = "test"
)

// The longest texts, in graphemes and in bytes: with them a payload fits into
// push.MaxData however it is escaped.
const (
	maxTitle, maxTitleBytes = 60, 240
	maxBody, maxBodyBytes   = 160, 640
)

// appName is what a notification is titled that shows nothing.
const appName = "Madang"

// topicOf names a room's notification, so that the next takes its place: the id
// without its dashes, in the alphabet of RFC 8030, section 5.4.
func topicOf(room chat.RoomID) string { return base64.RawURLEncoding.EncodeToString(room[:]) }

// messageNote makes the notification of a message.
func messageNote(to *recipient, room chat.RoomID, news *chat.News, m *chat.NewMessage, sender string, badge uint64) push.Notification {
	w := words.In(to.language)
	p := Payload{
		Type: TypeMessage, RoomID: room, Seq: m.Seq, CreatedAt: wire.Time(m.At), Badge: badge, Mention: m.Mentions(to.user),
		Title: appName, Body: w.Text(words.NewMessage),
	}
	if to.preview {
		p.SenderID, p.Title, p.Body = m.Sender, sender, say(w, &m.Content)
		if news.Kind == wire.RoomGroup && news.Title != "" {
			p.Title, p.Body = news.Title, sender+": "+p.Body
		}
	}
	return note(room, &p)
}

// readNote makes the notification that takes a room's back.
func readNote(room chat.RoomID, read, badge uint64) push.Notification {
	return note(room, &Payload{Type: TypeRead, RoomID: room, Seq: read, Badge: badge})
}

// testNote makes a notification that shows that the way to a device is open.
func testNote(to *recipient) push.Notification {
	return note(chat.RoomID{}, &Payload{Type: TypeTest, Title: appName, Body: words.In(to.language).Text(words.Works)})
}

func note(room chat.RoomID, p *Payload) push.Notification {
	p.Title, p.Body = short(p.Title, maxTitle, maxTitleBytes), short(p.Body, maxBody, maxBodyBytes)
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // it holds texts and numbers
	}
	shows := p.Type != TypeRead
	return push.Notification{
		Topic: topicOf(room), Data: data, Title: p.Title, Body: p.Body, Badge: int(p.Badge),
		Silent: !shows, Urgent: shows, TTL: maxAge,
	}
}

// short cuts a text to a number of graphemes and bytes, on one line.
func short(s string, graphemes, bytes int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= graphemes {
		return s
	}
	end, whole := 0, true
	for g := uniseg.NewGraphemes(s); g.Next(); graphemes-- {
		_, to := g.Positions()
		if whole = graphemes > 0 && to <= bytes; !whole {
			break
		}
		end = to
	}
	if whole {
		return s
	}
	return strings.TrimSpace(s[:end]) + "…"
}
