package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/client"
)

// crew holds the sockets of a scenario and the goroutines that serve them. The
// first thing that goes wrong ends all of it.
type crew struct {
	t      *target
	group  *errgroup.Group
	ctx    context.Context
	cancel context.CancelCauseFunc
	over   atomic.Bool

	mu      sync.Mutex
	sockets []*socket
}

// socket is one device on the low-level connection of the client package.
type socket struct {
	conn *client.Conn
	user user
	// raw, when set, gets every message as it came; handle gets every JSON-RPC
	// object otherwise. Both run on the goroutine that reads; what they queue
	// leaves when they are done with all that came in.
	raw    func(message []byte) error
	handle func(m *client.Message) error
	// ready, when set, is called when hello is answered, before handle.
	ready func() error

	left    atomic.Bool // the end of the connection is no failure
	greeted bool        // of the reading goroutine
	hello   chan error
}

var errOver = errors.New("the scenario is over")

func newCrew(ctx context.Context, t *target) *crew {
	ctx, cancel := context.WithCancelCause(ctx)
	group, ctx := errgroup.WithContext(ctx)
	return &crew{t: t, group: group, ctx: ctx, cancel: cancel}
}

// join connects a device and says hello. The socket's raw and handle must be
// set before.
func (c *crew) join(s *socket) error {
	if err := c.dial(s); err != nil {
		return err
	}
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	select {
	case err := <-s.hello:
		return err
	case <-c.ctx.Done():
		return context.Cause(c.ctx)
	case <-late.C:
		return fmt.Errorf("socket of %s: hello is not answered within a minute", s.user.ID)
	}
}

// dial connects a device and sends hello without waiting for the answer.
func (c *crew) dial(s *socket) error {
	conn, err := client.Dial(c.ctx, c.t.url, client.DialOptions{})
	if err != nil {
		return err
	}
	s.conn, s.hello = conn, make(chan error, 1)
	params, err := json.Marshal(map[string]any{"token": s.user.Token})
	if err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	if err := conn.Queue(client.AppendCall(nil, 1, "hello", params)); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	c.mu.Lock()
	c.sockets = append(c.sockets, s)
	c.mu.Unlock()
	c.group.Go(func() error {
		// Not with the crew's context: a function to be called at its end costs
		// memory for each of many sockets. end closes them.
		err := conn.Serve(context.Background(), s.take)
		if c.over.Load() || s.left.Load() {
			return nil
		}
		select {
		case s.hello <- err:
		default: // there was an answer
		}
		return fmt.Errorf("socket of %s: %w", s.user.ID, err)
	})
	return nil
}

func (s *socket) take(message []byte) error {
	if s.greeted && s.raw != nil {
		return s.raw(message)
	}
	return client.Split(message, s.object)
}

func (s *socket) object(m *client.Message) error {
	if s.greeted {
		return s.handle(m)
	}
	if m.ID != 1 {
		return nil // what is pushed before the answer to hello
	}
	if m.Error != nil {
		return fmt.Errorf("hello: %s", m.Error)
	}
	s.greeted = true
	s.hello <- nil
	if s.ready != nil {
		return s.ready()
	}
	return nil
}

// leave ends a socket before the others.
func (s *socket) leave() error {
	s.left.Store(true)
	return s.conn.Close(1000, "")
}

// end closes all sockets, waits, and gives the first thing that went wrong.
func (c *crew) end(err error) error {
	c.over.Store(true)
	c.mu.Lock()
	sockets := c.sockets
	c.mu.Unlock()
	for _, s := range sockets {
		_ = s.conn.Close(1000, "")
	}
	c.cancel(errOver)
	if failed := c.group.Wait(); failed != nil {
		return failed
	}
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// refused turns an answer that says no into an error.
func refused(method string, m *client.Message) error {
	if m.Error == nil {
		return nil
	}
	return fmt.Errorf("%s: the server says %s", method, m.Error)
}
