package client

import (
	"context"
	"fmt"
	"time"

	"github.com/goccy/go-json"
)

// take handles one message of the server, on the goroutine that reads.
func (c *Client) take(ctx context.Context, message []byte) error {
	return Split(message, func(m *Message) error {
		if m.Method == nil {
			if m.ID != 0 {
				c.answered(m)
			}
			return nil
		}
		if err := c.notified(ctx, string(m.Method), m.Params); err != nil {
			return fmt.Errorf("notification %s: %w", m.Method, err)
		}
		return nil
	})
}

// notified handles one notification. Methods that are not known belong to a
// newer server and are passed over.
func (c *Client) notified(ctx context.Context, method string, params []byte) error {
	h := &c.config.Handler
	switch method {
	case "entry":
		var p struct {
			RoomID ID     `json:"room_id"`
			Entry  *Entry `json:"entry"`
		}
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		if p.Entry == nil || p.Entry.Seq == 0 {
			return fmt.Errorf("%w: entry without number", errProtocol)
		}
		c.mu.Lock()
		c.accept(p.RoomID, p.Entry)
		c.mu.Unlock()
	case "read":
		return c.read(params)
	case "typing":
		var p struct {
			RoomID ID `json:"room_id"`
			UserID ID `json:"user_id"`
		}
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		if h.Typing != nil {
			c.hint(func() { h.Typing(p.RoomID, p.UserID) })
		}
	case "room":
		return c.roomChanged(params)
	case "have_wanted":
		c.mu.Lock()
		c.haveWanted = true
		c.mu.Unlock()
	case "device":
		var p struct {
			Device *Device `json:"device"`
		}
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		if h.Device != nil && p.Device != nil {
			c.hint(func() { h.Device(p.Device) })
		}
	case "people":
		var p struct {
			Event  string `json:"event"`
			UserID ID     `json:"user_id"`
		}
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		if h.People != nil {
			c.hint(func() { h.People(p.UserID, p.Event) })
		}
	case "resync":
		// The next hello gives the new epoch.
		return fmt.Errorf("the store began anew")
	case "bye":
		var p struct {
			Code             string `json:"code"`
			Message          string `json:"message"`
			ReconnectAfterMs int64  `json:"reconnect_after_ms"`
		}
		if err := json.Unmarshal(params, &p); err != nil {
			return err
		}
		c.mu.Lock()
		c.bye = time.Duration(p.ReconnectAfterMs) * time.Millisecond
		c.mu.Unlock()
		return &Error{Code: p.Code, Message: p.Message}
	}
	return nil
}

func (c *Client) read(params []byte) error {
	var p struct {
		RoomID   ID         `json:"room_id"`
		UserID   ID         `json:"user_id"`
		Seq      uint64     `json:"seq"`
		UnreadBy [][]uint64 `json:"unread_by"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return err
	}
	h := &c.config.Handler
	if p.UnreadBy == nil {
		if h.Read != nil {
			c.hint(func() { h.Read(p.RoomID, p.UserID, p.Seq) })
		}
		return nil
	}
	steps := make([]Unread, len(p.UnreadBy))
	for i, s := range p.UnreadBy {
		if len(s) != 2 {
			return fmt.Errorf("%w: unread_by of %d numbers", errProtocol, len(s))
		}
		steps[i] = Unread{Seq: s[0], People: int(s[1])}
	}
	if h.UnreadBy != nil {
		c.hint(func() { h.UnreadBy(p.RoomID, steps) })
	}
	return nil
}

func (c *Client) roomChanged(params []byte) error {
	var p struct {
		RoomID ID    `json:"room_id"`
		Room   *Room `json:"room"`
		Gone   bool  `json:"gone"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return err
	}
	c.mu.Lock()
	if p.Gone {
		delete(c.rooms, p.RoomID)
	} else if p.Room != nil && c.listed {
		if c.rooms[p.RoomID] == nil {
			c.rooms[p.RoomID] = &room{next: 1}
		}
		c.reaches(p.RoomID, p.Room.HeadSeq)
	}
	c.mu.Unlock()
	if f := c.config.Handler.Room; f != nil {
		c.hint(func() { f(p.RoomID, p.Room, p.Gone) })
	}
	return nil
}
