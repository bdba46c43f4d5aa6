package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"golang.org/x/time/rate"

	"madang/client"
	"madang/e2e/crash/history"
	"madang/internal/wire"
)

// crowd is people who talk to each other through a door, whatever happens
// behind it: every call is repeated until it is answered, and everything that
// they ask, are told and see is recorded.
type crowd struct {
	door    *door
	people  []account
	devices []*device
	record  history.Recorder
	pace    *rate.Limiter // of all they do
	acks    atomic.Int64  // messages acknowledged

	mu    sync.Mutex
	rooms []*talk

	stop   context.CancelFunc // of the clients
	ended  sync.WaitGroup
	faults chan error // what must not happen: room for the first one
}

// talk is a room.
type talk struct {
	id      wire.ID
	members []wire.ID // whoever is in it and stays
	leaver  wire.ID   // whoever is in it and may leave; zero: nobody
}

// device is one of a person's two devices.
type device struct {
	name   string
	crowd  *crowd
	person account
	client *client.Client

	mu     sync.Mutex
	seen   map[wire.ID]uint64 // the last entry of each room
	others map[wire.ID]uint64 // the last message of somebody else in each room
	mine   []*sent            // messages of this device that were acknowledged
}

type sent struct {
	room, clientID wire.ID
	seq            uint64
	text           string // as it was sent
}

// newCrowd makes people with rooms and connects their devices. The server is
// up meanwhile.
func newCrowd(t *testing.T, d *door, people int, perSecond float64) *crowd {
	t.Helper()
	c := &crowd{door: d, pace: rate.NewLimiter(rate.Limit(perSecond), 20), faults: make(chan error, 1)}
	var err error
	c.people, err = d.accounts(t.Context(), people)
	qt.Assert(t, qt.IsNil(err))
	ctx, cancel := context.WithCancel(context.Background())
	c.stop = cancel
	t.Cleanup(c.close)
	for i, p := range c.people {
		for _, kind := range []string{"phone", "desk"} {
			dev := &device{name: fmt.Sprintf("%d %s", i, kind), crowd: c, person: p, seen: make(map[wire.ID]uint64), others: make(map[wire.ID]uint64)}
			dev.client = client.New(client.Config{
				Server: doorURL, Token: p.Token, Device: dev.name, HTTP: d.http,
				NetDial:  func(ctx context.Context, network, addr string) (net.Conn, error) { return d.dial(ctx, network, addr) },
				Position: &client.Position{}, // everything from the beginning
				Handler:  dev.handler(),
			})
			c.devices = append(c.devices, dev)
			c.ended.Go(func() {
				if err := dev.client.Run(ctx); err != nil {
					c.fault(fmt.Errorf("%s: %w", dev.name, err))
				}
			})
		}
	}
	for i := range c.people {
		c.open(t, i, "", (i+1)%people)
	}
	everybody := make([]int, people-1)
	for i := range everybody {
		everybody[i] = i + 1
	}
	c.open(t, 0, "everybody", everybody...)
	c.open(t, 1, "some", 2, 3)
	return c
}

// open makes a room before the trouble begins.
func (c *crowd) open(t *testing.T, by int, title string, with ...int) {
	t.Helper()
	k := &talk{members: []wire.ID{c.people[by].ID}}
	for _, i := range with {
		k.members = append(k.members, c.people[i].ID)
	}
	room, err := c.door.api(c.people[by].Token).CreateRoom(t.Context(), title, k.members[1:]...)
	qt.Assert(t, qt.IsNil(err))
	k.id = room.ID
	c.add(k)
}

// add makes a room known to the people in it.
func (c *crowd) add(k *talk) {
	for _, u := range append([]wire.ID{k.leaver}, k.members...) {
		if !u.IsZero() {
			c.record.Note(history.Event{What: history.Entered, Room: k.id, Reader: u})
		}
	}
	c.mu.Lock()
	c.rooms = append(c.rooms, k)
	c.mu.Unlock()
}

// room gives one of the rooms that a person stays in.
func (c *crowd) room(rnd *rand.Rand, user wire.ID) *talk {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		k := c.rooms[rnd.IntN(len(c.rooms))]
		for _, m := range k.members {
			if m == user {
				return k
			}
		}
	}
}

func (c *crowd) fault(err error) {
	select {
	case c.faults <- err:
	default:
	}
}

// close ends the clients and waits for them.
func (c *crowd) close() {
	c.stop()
	c.ended.Wait()
}

// lastAnswers is how long the last answers may take when the load ends. A server
// that goes on saying "try again" would keep people asking for ever.
const lastAnswers = 30 * time.Second

// talking lets all devices act, two at a time each, until the function that it
// gives is called. That one returns when everything asked was answered, which
// takes a server.
func (c *crowd) talking(ctx context.Context, seed uint64) (quiet func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	var workers sync.WaitGroup
	for i, d := range c.devices {
		for j := range 2 {
			rnd := rand.New(rand.NewPCG(seed, uint64(2*i+j)))
			workers.Go(func() {
				for ctx.Err() == nil {
					select {
					case <-stop:
						return
					default:
					}
					if c.pace.Wait(ctx) != nil {
						return
					}
					if err := d.act(ctx, rnd); err != nil {
						c.fault(fmt.Errorf("%s: %w", d.name, err))
						return
					}
				}
			})
		}
	}
	return func() {
		close(stop)
		late := time.AfterFunc(lastAnswers, func() { cancel(errors.New("the last answers did not come")) })
		workers.Wait()
		late.Stop()
		cancel(nil)
	}
}

// acked waits until so many more messages are acknowledged, or for a while.
func (c *crowd) acked(t *testing.T, more int64, most time.Duration) bool {
	t.Helper()
	goal := c.acks.Load() + more
	return until(t, most, func() bool { return c.acks.Load() >= goal })
}

// until waits until something is so, or for a while.
func until(t *testing.T, most time.Duration, so func() bool) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(most)
	defer late.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-late.C:
			return false
		case <-t.Context().Done():
			return false
		}
	}
	return true
}

// prove waits until all devices have everything, and proves the contract over
// all that happened. The load has ended and the server is up.
func (c *crowd) prove(t *testing.T) {
	t.Helper()
	state, err := c.door.state(t.Context(), c.people)
	qt.Assert(t, qt.IsNil(err))
	fail(t, history.Check(c.record.Events(), state)) // first, for it says most
	select {
	case err := <-c.faults:
		t.Fatal(err)
	default:
	}
	until(t, 30*time.Second, func() bool { return c.have(state) })
	owners := make(map[string]wire.ID)
	for _, d := range c.devices {
		owners[d.name] = d.person.ID
	}
	events := c.record.Events()
	fail(t, history.Check(events, state))
	fail(t, history.CaughtUp(events, state, owners))
	entries := uint64(0)
	for _, members := range state {
		entries += members[0].Head
	}
	t.Attr("contract-kept", fmt.Sprintf("over %d events: %d messages acknowledged, %d entries in %d rooms, %d devices",
		len(events), c.acks.Load(), entries, len(state), len(c.devices)))
}

// have reports whether all devices have what is in a state.
func (c *crowd) have(state history.State) bool {
	for _, d := range c.devices {
		d.mu.Lock()
		for id, members := range state {
			for _, m := range members {
				if m.User == d.person.ID && d.seen[id] < m.Head {
					d.mu.Unlock()
					return false
				}
			}
		}
		d.mu.Unlock()
	}
	return true
}

// fail shows violations and ends the test when there are any.
func fail(t *testing.T, bad []history.Violation) {
	t.Helper()
	for i, v := range bad {
		if i == 20 {
			t.Errorf("and %d more", len(bad)-i)
			break
		}
		t.Error(v)
	}
	if len(bad) > 0 {
		t.FailNow()
	}
}
