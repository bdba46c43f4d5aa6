package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// call is one question to the server that is not answered yet.
type call struct {
	id   uint64
	body []byte // the JSON-RPC object
	// on is the connection that the call belongs to. Those of nil outlive
	// connections: they are made again on the next one.
	on *Conn
	// answered is called with the result before the caller goes on, on the
	// goroutine that reads, so in the order of the socket. It may be nil.
	answered func(result []byte)
	done     chan answer // has room for the one answer
}

type answer struct {
	result []byte
	err    error
}

// ask makes a call and waits for its answer, over as many connections as it
// takes. When the server says that the same call may succeed later, it is made
// again later.
func (c *Client) ask(ctx context.Context, build func(b []byte, id uint64) []byte, answered func([]byte)) ([]byte, error) {
	for try := 0; ; try++ {
		result, err := c.once(ctx, build, answered)
		var wait time.Duration
		if e, ok := errors.AsType[*Error](err); ok && e.Temporary() {
			wait = max(e.RetryAfter, backoff(try))
		} else if errors.Is(err, ErrBusy) {
			wait = backoff(try)
		} else {
			return result, err
		}
		if err := c.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func (c *Client) once(ctx context.Context, build func(b []byte, id uint64) []byte, answered func([]byte)) ([]byte, error) {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.ended:
		return nil, ErrStopped
	}
	defer func() { <-c.slots }()

	k := &call{answered: answered, done: make(chan answer, 1)}
	c.mu.Lock()
	c.nextID++
	k.id = c.nextID
	k.body = build(nil, k.id)
	c.calls[k.id] = k
	conn := c.conn
	var err error
	if conn != nil {
		// Under the lock, so that calls stand on the socket in the order of
		// their ids. What goes wrong with the connection is not the call's
		// business: it is made again on the next one.
		if err = conn.Queue(k.body); !errors.Is(err, ErrBusy) && !errors.Is(err, errTooLarge) {
			err = nil
		}
	}
	c.mu.Unlock()
	defer c.forget(k)
	if err != nil {
		return nil, err
	}
	if conn != nil {
		_ = conn.Flush()
	}
	return c.await(ctx, k)
}

func (c *Client) await(ctx context.Context, k *call) ([]byte, error) {
	select {
	case a := <-k.done:
		return a.result, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.ended:
		return nil, ErrStopped
	}
}

func (c *Client) forget(k *call) {
	c.mu.Lock()
	delete(c.calls, k.id)
	c.mu.Unlock()
}

// call makes a call with params and result of its method.
func (c *Client) call(ctx context.Context, method string, params, result any) error {
	return c.callThen(ctx, method, params, result, nil)
}

func (c *Client) callThen(ctx context.Context, method string, params, result any, answered func([]byte)) error {
	p, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	b, err := c.ask(ctx, func(b []byte, id uint64) []byte { return AppendCall(b, id, method, p) }, answered)
	return unpack(method, b, err, result)
}

// callOn makes a call on one connection, before others may use it.
func (c *Client) callOn(ctx context.Context, conn *Conn, method string, params, result any, answered func([]byte)) error {
	p, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	k := &call{on: conn, answered: answered, done: make(chan answer, 1)}
	c.mu.Lock()
	c.nextID++
	k.id = c.nextID
	c.calls[k.id] = k
	c.mu.Unlock()
	defer c.forget(k)
	if err := conn.Queue(AppendCall(nil, k.id, method, p)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if err := conn.Flush(); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	b, err := c.await(ctx, k)
	return unpack(method, b, err, result)
}

func unpack(method string, b []byte, err error, result any) error {
	if err == nil && result != nil {
		err = json.Unmarshal(b, result)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// answered gives an answer of the server to whoever waits for it.
func (c *Client) answered(m *Message) {
	c.mu.Lock()
	k := c.calls[m.ID]
	delete(c.calls, m.ID)
	c.mu.Unlock()
	if k == nil {
		return // nobody waits any more
	}
	if m.Error != nil {
		k.done <- answer{err: rpcError(m.Error)}
		return
	}
	if k.answered != nil {
		k.answered(m.Result)
	}
	k.done <- answer{result: slices.Clone(m.Result)}
}

// open lets calls through on a connection, first those that an earlier one
// left unanswered.
func (c *Client) open(conn *Conn) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var left []*call
	for _, k := range c.calls {
		if k.on == nil {
			left = append(left, k)
		}
	}
	slices.SortFunc(left, func(a, b *call) int { return cmp.Compare(a.id, b.id) })
	for _, k := range left {
		if err := conn.Queue(k.body); err != nil {
			return fmt.Errorf("calls left over: %w", err)
		}
	}
	c.conn = conn
	return nil
}

// shut keeps calls from a connection that is no more.
func (c *Client) shut() {
	c.mu.Lock()
	c.conn = nil
	c.mu.Unlock()
}

const (
	firstBackoff = 250 * time.Millisecond
	lastBackoff  = 30 * time.Second
)

// backoff is a random wait whose bound doubles with every try, so that many
// clients that lost the same server do not come back at once.
func backoff(try int) time.Duration {
	most := min(firstBackoff<<min(try, 10), lastBackoff)
	return most/4 + rand.N(most*3/4)
}

func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-c.ended:
		return ErrStopped
	}
}
