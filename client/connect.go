package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/wire"
)

// connect keeps one connection after the other until ctx ends or the token is
// refused.
func (c *Client) connect(ctx context.Context) error {
	for try := 0; ; try++ {
		greeted, err := c.session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, ErrSignedOut) {
			return err
		}
		if greeted {
			try = 0
		}
		wait := backoff(try)
		c.mu.Lock()
		if c.bye > 0 {
			wait, c.bye = c.bye+wait, 0
		}
		c.mu.Unlock()
		if f := c.config.Handler.Disconnected; f != nil {
			c.hint(func() { f(err, wait) })
		}
		if c.sleep(ctx, wait) != nil {
			return nil
		}
	}
}

// session is the life of one connection. The error says why it ended; greeted,
// whether calls went through.
func (c *Client) session(ctx context.Context) (greeted bool, err error) {
	conn, err := Dial(ctx, c.Server, DialOptions{
		TLS: c.config.TLS, NetDial: c.config.NetDial, Silence: c.config.Silence,
	})
	if err != nil {
		return false, err
	}
	defer c.shut()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return signedOut(conn.Serve(ctx, func(message []byte) error { return c.take(ctx, message) }))
	})
	group.Go(func() error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := c.greet(ctx, conn); err != nil {
			return signedOut(err)
		}
		greeted = true
		return conn.Flush()
	})
	err = group.Wait()
	return greeted, err
}

// signedOut adds ErrSignedOut to an error that means it.
func signedOut(err error) error {
	if e, ok := errors.AsType[*CloseError](err); Is(err, "token_invalid") || Is(err, "sign_in_required") || ok && e.Code == CloseSignedOut {
		return fmt.Errorf("%w: %w", ErrSignedOut, err)
	}
	return err
}

// greet says hello, catches up, and lets calls through.
func (c *Client) greet(ctx context.Context, conn *Conn) error {
	again, err := c.hello(ctx, conn)
	if err != nil {
		return err
	}
	c.mu.Lock()
	listed := c.listed
	c.mu.Unlock()
	if listed {
		err = c.catchUp(ctx, conn)
	} else {
		err = c.list(ctx, conn)
	}
	if err != nil {
		return err
	}
	if err := c.open(conn); err != nil {
		return err
	}
	c.mu.Lock()
	c.missed = c.missed || again
	me := c.me
	c.mu.Unlock()
	c.hint(func() {
		if f := c.config.Handler.Connected; f != nil {
			f(me)
		}
	})
	return nil
}

type hello struct {
	Token    string      `json:"token"`
	Device   helloDevice `json:"device,omitzero"`
	Language string      `json:"language,omitempty"`
	TimeZone string      `json:"time_zone,omitempty"`
}

type helloDevice struct {
	Name string `json:"name,omitempty"`
}

// hello signs the connection in and reports whether it is not the first one.
// Entries may come right behind the answer, so the answer counts before
// anything behind it is read.
func (c *Client) hello(ctx context.Context, conn *Conn) (again bool, err error) {
	var failed error
	params := hello{c.Token, helloDevice{Name: c.config.Device}, c.config.Language, c.config.TimeZone}
	err = c.callOn(ctx, conn, "hello", params, nil, func(result []byte) {
		var got struct {
			User       *Me    `json:"user"`
			Epoch      string `json:"epoch"`
			HaveWanted bool   `json:"have_wanted"`
		}
		if failed = json.Unmarshal(result, &got); failed != nil {
			return
		}
		if got.User == nil || got.Epoch == "" {
			failed = fmt.Errorf("%w: hello without user or epoch", errProtocol)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		again = c.me != nil
		c.me = got.User
		c.haveWanted = got.HaveWanted
		if c.epoch == "" {
			c.epoch = got.Epoch
		}
		if c.epoch != got.Epoch {
			c.reset(got.Epoch)
		}
	})
	if err == nil && failed != nil {
		err = fmt.Errorf("hello: %w", failed)
	}
	return again, err
}

// list learns the rooms and where they stand, to deliver what comes from now
// on.
func (c *Client) list(ctx context.Context, conn *Conn) error {
	cursor := ""
	for {
		var page roomsPage
		err := c.callOn(ctx, conn, "rooms", roomsParams{Limit: 100, Cursor: cursor}, &page, nil)
		if err != nil {
			return err
		}
		c.mu.Lock()
		for _, v := range page.Rooms {
			if c.rooms[v.ID] == nil {
				c.rooms[v.ID] = &room{next: v.HeadSeq + 1, done: v.HeadSeq}
			}
		}
		if page.NextCursor == "" {
			c.listed = true
		}
		c.mu.Unlock()
		if cursor = page.NextCursor; cursor == "" {
			return nil
		}
	}
}

// catchUp asks for everything behind the numbers that the Client has.
func (c *Client) catchUp(ctx context.Context, conn *Conn) error {
	epoch, have := c.have()
	ids := slices.Collect(maps.Keys(have))
	for {
		part := make(map[ID]uint64)
		for _, id := range ids[:min(len(ids), wire.MaxSyncRooms)] {
			part[id] = have[id]
		}
		ids = ids[len(part):]
		var got syncAnswer
		err := c.callOn(ctx, conn, "sync", struct {
			Epoch string        `json:"epoch"`
			Rooms map[ID]uint64 `json:"rooms"`
		}{epoch, part}, &got, nil)
		if err != nil {
			return err
		}
		if got.Reset {
			c.mu.Lock()
			c.reset(got.Epoch)
			c.mu.Unlock()
			return fmt.Errorf("the store began anew") // what follows is asked with the new epoch
		}
		c.caughtUp(&got)
		if len(ids) == 0 {
			return nil
		}
	}
}

type syncAnswer struct {
	Epoch string `json:"epoch"`
	Reset bool   `json:"reset"`
	Rooms []struct {
		RoomID  ID       `json:"room_id"`
		Entries []*Entry `json:"entries"`
		HeadSeq uint64   `json:"head_seq"`
		TailSeq uint64   `json:"tail_seq"`
	} `json:"rooms"`
	New  []ID `json:"new"`
	Gone []ID `json:"gone"`
}

func (c *Client) caughtUp(got *syncAnswer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range got.Rooms {
		for _, e := range v.Entries {
			c.accept(v.RoomID, e)
		}
		c.reaches(v.RoomID, v.HeadSeq)
	}
	for _, id := range got.New {
		if c.rooms[id] == nil { // else it was named in another part
			c.rooms[id] = &room{next: 1}
			c.reaches(id, 1)
		}
	}
	for _, id := range got.Gone {
		delete(c.rooms, id)
		c.hintLocked(func() {
			if f := c.config.Handler.Room; f != nil {
				f(id, nil, true)
			}
		})
	}
}

// hintLocked is hint for those who hold the lock.
func (c *Client) hintLocked(event func()) {
	select {
	case c.events <- event:
	default:
		c.missed = true
	}
}
