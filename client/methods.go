package client

import (
	"context"
	"encoding/json"
	"fmt"
)

// Sent says where a message stands.
type Sent struct {
	Seq       uint64 `json:"seq"`
	ID        string `json:"id"` // room id, a dot, the number
	CreatedAt Time   `json:"created_at"`
}

// Send sends a message and waits until it is on the server's disk. When ctx
// ends before that, whether it was sent is not known: SendAs with the same
// client id finds out.
func (c *Client) Send(ctx context.Context, room ID, content Content) (Sent, error) {
	return c.SendAs(ctx, room, NewID(), content)
}

// SendAs is like Send with a client id that the caller chose. Sending the same
// again under the same id, on any device, gives the number that it has and
// makes no second message.
func (c *Client) SendAs(ctx context.Context, room, clientID ID, content Content) (Sent, error) {
	var sent Sent
	_, err := c.ask(ctx, func(b []byte, id uint64) []byte {
		return AppendSend(b, id, room, clientID, &content)
	}, func(result []byte) {
		if json.Unmarshal(result, &sent) != nil || sent.Seq == 0 {
			return // said below
		}
		c.mu.Lock()
		// The server does not push to a socket what it acknowledges on it.
		c.accept(room, &Entry{
			Seq: sent.Seq, Kind: KindMessage, SenderID: c.me.ID, ClientID: clientID,
			CreatedAt: sent.CreatedAt, Content: &content,
		})
		c.mu.Unlock()
	})
	if err == nil && sent.Seq == 0 {
		err = fmt.Errorf("%w: acknowledgement without number", errProtocol)
	}
	if err != nil {
		return Sent{}, fmt.Errorf("send: %w", err)
	}
	return sent, nil
}

// numbered makes a call that is answered with the number of the entry it made.
// The entry itself is fetched like any other that is missing, since it tells
// the present state of the message that it changes.
func (c *Client) numbered(ctx context.Context, room ID, method string, params any) error {
	return c.callThen(ctx, method, params, nil, func(result []byte) {
		var made struct {
			Seq uint64 `json:"seq"`
		}
		if json.Unmarshal(result, &made) == nil && made.Seq != 0 {
			c.mu.Lock()
			c.reaches(room, made.Seq)
			c.mu.Unlock()
		}
	})
}

// Edit replaces the text of a message of one's own, within 15 minutes.
func (c *Client) Edit(ctx context.Context, room ID, seq uint64, text string, mentions ...Mention) error {
	return c.numbered(ctx, room, "message.edit", struct {
		RoomID   ID        `json:"room_id"`
		Seq      uint64    `json:"seq"`
		Text     string    `json:"text"`
		Mentions []Mention `json:"mentions,omitempty"`
	}{room, seq, text, mentions})
}

// Delete deletes a message: for all members, when it is one's own, or for
// oneself.
func (c *Client) Delete(ctx context.Context, room ID, seq uint64, forAll bool) error {
	whom := "me"
	if forAll {
		whom = "all"
	}
	return c.numbered(ctx, room, "message.delete", struct {
		RoomID ID     `json:"room_id"`
		Seq    uint64 `json:"seq"`
		For    string `json:"for"`
	}{room, seq, whom})
}

// React puts an emoji under a message, or takes it back.
func (c *Client) React(ctx context.Context, room ID, seq uint64, emoji string, remove bool) error {
	return c.numbered(ctx, room, "message.react", struct {
		RoomID ID     `json:"room_id"`
		Seq    uint64 `json:"seq"`
		Emoji  string `json:"emoji"`
		Remove bool   `json:"remove,omitempty"`
	}{room, seq, emoji, remove})
}

// Read says that the person has read a room up to a number.
func (c *Client) Read(ctx context.Context, room ID, seq uint64) error {
	_, err := c.ask(ctx, func(b []byte, id uint64) []byte { return AppendRead(b, id, room, seq) }, nil)
	if err != nil {
		return fmt.Errorf("room.read: %w", err)
	}
	return nil
}

// Open says that the device shows a room; the zero ID, that it shows none.
func (c *Client) Open(ctx context.Context, room ID) error {
	p := struct {
		RoomID *ID `json:"room_id"`
	}{&room}
	if room.IsZero() {
		p.RoomID = nil
	}
	return c.call(ctx, "room.open", p, nil)
}

// Typing says that the person is writing. Nobody waits for it: without a
// connection it is dropped.
func (c *Client) Typing(room ID) {
	params, _ := json.Marshal(struct {
		RoomID ID `json:"room_id"`
	}{room}) // an id can always be written
	c.mu.Lock()
	conn := c.conn
	c.mu.Unlock()
	if conn != nil && conn.Queue(AppendCall(nil, 0, "typing", params)) == nil {
		_ = conn.Flush() // a connection that broke is found by its reader
	}
}

type roomsParams struct {
	Limit  int    `json:"limit,omitempty"`
	Cursor string `json:"cursor,omitempty"`
}

type roomsPage struct {
	Rooms      []Room `json:"rooms"`
	NextCursor string `json:"next_cursor"`
}

// Rooms gives the person's rooms, as many as the server gives at once, and the
// cursor of the next ones, which is empty after the last. It begins with an
// empty cursor.
func (c *Client) Rooms(ctx context.Context, cursor string) (rooms []Room, next string, err error) {
	var page roomsPage
	err = c.call(ctx, "rooms", roomsParams{Cursor: cursor}, &page)
	return page.Rooms, page.NextCursor, err
}

// Part says which entries of a room are asked for.
type Part struct {
	after, before *uint64
	limit         int
}

// After is the part of a room behind a number, Before the part in front of one,
// Latest the end. A limit of 0 is the server's; 200 is the largest.
func After(seq uint64, limit int) Part  { return Part{after: &seq, limit: limit} }
func Before(seq uint64, limit int) Part { return Part{before: &seq, limit: limit} } //nolint:revive // see After
func Latest(limit int) Part             { return Part{limit: limit} }               //nolint:revive // see After

// Page is a part of a room.
type Page struct {
	Entries []*Entry `json:"entries"`  // oldest first
	HeadSeq uint64   `json:"head_seq"` // the room's last number
	TailSeq uint64   `json:"tail_seq"` // numbers below are no more, or not for this person
	Epoch   string   `json:"epoch"`
}

// Messages gives a part of a room.
func (c *Client) Messages(ctx context.Context, room ID, part Part) (*Page, error) {
	var page Page
	err := c.call(ctx, "room.messages", struct {
		RoomID ID      `json:"room_id"`
		After  *uint64 `json:"after,omitempty"`
		Before *uint64 `json:"before,omitempty"`
		Limit  int     `json:"limit,omitempty"`
	}{room, part.after, part.before, part.limit}, &page)
	if err != nil {
		return nil, err
	}
	return &page, nil
}
