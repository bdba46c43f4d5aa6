package client

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// maxEvents is how many callbacks may wait for the Handler. When more come
	// in, entries are fetched again later and hints are dropped, see
	// Handler.Missed.
	maxEvents = 1024
	// maxCalls is how many calls may be unanswered; further ones wait. The
	// server takes wire.MaxInFlight on one socket.
	maxCalls = 128
	// defaultSilence: the server pings at least every minute.
	defaultSilence = 150 * time.Second
)

// ErrStopped says that Run has ended, and with it everything that waited.
var ErrStopped = errors.New("client stopped")

// Config says who connects where, and who is told what happens.
type Config struct {
	// Server is the address, such as https://madang.example.
	Server string
	// Token is the device's access token, see [API.SignIn].
	Token string
	// Device names this program to its user, as in "Announcer on host 3".
	Device string
	// Language (BCP 47) and TimeZone (IANA) of the person, when known.
	Language, TimeZone string

	// Position is where an earlier Client stopped (see [Client.Position]): what
	// came since is delivered. An empty Position is the beginning of every
	// room. Nil means from now on.
	Position *Position

	// Handler is told what happens.
	Handler Handler

	// HTTP makes the REST calls; nil means http.DefaultClient.
	HTTP *http.Client
	// TLS is used for the socket of an https server; nil means the usual roots.
	TLS *tls.Config
	// NetDial makes the connection under the socket; nil means net.Dialer.
	NetDial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Silence is how long nothing may come from the server before the
	// connection counts as dead; 0 means 150 seconds.
	Silence time.Duration
}

// Position says how far a device has come: the number of the last entry that
// was handled in every room, in an epoch of the server's store.
type Position struct {
	Epoch string        `json:"epoch"`
	Rooms map[ID]uint64 `json:"rooms"`
}

// Handler is told what happens. All functions may be nil. They are called one
// after the other on one goroutine and may use the Client's methods. While one
// is busy, what comes in waits; nothing that has a number is lost.
type Handler struct {
	// Entry gets every entry of every room, in the order of their numbers in
	// the room, without gaps and once in the life of the Client. Messages that
	// this Client sent are among them.
	Entry func(room ID, e *Entry)
	// Skipped says that a room's numbers from one to another, both included,
	// are not held by the server any more, or not for this person.
	Skipped func(room ID, from, to uint64)
	// Reset says that the server's store began anew, after a restore: numbers
	// kept so far mean nothing any more.
	Reset func(epoch string)

	// The others are hints. They get lost while there is no connection and when
	// they come faster than they are handled; Missed then says so.

	// Read says that somebody has read a room up to a number.
	Read func(room, user ID, seq uint64)
	// UnreadBy gives, for large rooms, how many people have yet to read a
	// message, newest message first.
	UnreadBy func(room ID, steps []Unread)
	// Typing says that somebody is writing; it holds for five seconds.
	Typing func(room, user ID)
	// Room says that a room changed for this person. The view is nil when it
	// has to be asked for with Rooms; gone says that the person is out of it.
	Room func(room ID, view *Room, gone bool)
	// Device says that the person signed in on another device.
	Device func(d *Device)
	// People says that a person's profile, or the relation to them, changed.
	People func(user ID, what string)
	// Missed says that hints may have got lost: ask for Rooms to know again.
	Missed func()

	// Connected says that calls go through (again). Disconnected says why they
	// do not, and after what time connecting is tried again.
	Connected    func(me *Me)
	Disconnected func(err error, retry time.Duration)
}

// Unread says how many people have yet to read a message.
type Unread struct {
	Seq    uint64
	People int
}

// Client is one signed-in device with a socket that is kept open. Its methods
// may be used by any goroutine. Those that ask the server something wait until
// there is a connection and repeat the question on the next one when it breaks:
// every call of the protocol may be made twice without effect twice. They end
// with their ctx, which should have a deadline, or with ErrStopped.
type Client struct {
	*API
	config  Config
	events  chan func()   // to the Handler
	slots   chan struct{} // one for every unanswered call
	gapped  chan struct{} // 1: look at gaps
	freshen chan struct{} // 1: look at fresh
	ended   chan struct{} // closed when Run ends

	mu     sync.Mutex
	conn   *Conn // nil unless calls go through
	me     *Me
	nextID uint64
	calls  map[uint64]*call
	bye    time.Duration // how long the server asked to stay away; 0: it did not
	missed bool          // hints were dropped

	epoch      string
	generation int  // how often numbers became void
	began      bool // the Handler has yet to be told so
	listed     bool // all rooms of the person are in rooms
	rooms      map[ID]*room
	gaps       []gap // rooms to be filled, those due first in front

	haveWanted bool            // the server asks what this device has
	fresh      map[ID]struct{} // rooms of which it has more than it has said
}

// New makes a Client. It does nothing until Run.
func New(config Config) *Client {
	c := &Client{
		API:     &API{Server: config.Server, Token: config.Token, HTTP: config.HTTP},
		config:  config,
		events:  make(chan func(), maxEvents),
		slots:   make(chan struct{}, maxCalls),
		gapped:  make(chan struct{}, 1),
		freshen: make(chan struct{}, 1),
		ended:   make(chan struct{}),
		calls:   make(map[uint64]*call),
		rooms:   make(map[ID]*room),
	}
	if p := config.Position; p != nil {
		c.epoch, c.listed = p.Epoch, true
		for id, seq := range p.Rooms {
			c.rooms[id] = &room{next: seq + 1, done: seq}
		}
	}
	if c.config.Silence == 0 {
		c.config.Silence = defaultSilence
	}
	return c
}

// Run keeps the device connected until ctx ends, and then gives nil; or until
// the server says that the token is not valid, and then gives ErrSignedOut. It
// is called once. When it returns, all goroutines of the Client have ended.
func (c *Client) Run(ctx context.Context) error {
	defer close(c.ended)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return c.connect(ctx) })
	group.Go(func() error { return c.dispatch(ctx) })
	group.Go(func() error { return c.fill(ctx) })
	group.Go(func() error { return c.sayHave(ctx) })
	return group.Wait()
}

// Me is the person who is connected; nil before the first connection.
func (c *Client) Me() *Me {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.me
}

// Position is how far the Handler has come. A later Client that begins with it
// goes on behind the last entry that was handled.
func (c *Client) Position() Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := Position{Epoch: c.epoch, Rooms: make(map[ID]uint64, len(c.rooms))}
	for id, r := range c.rooms {
		p.Rooms[id] = r.done
	}
	return p
}

// dispatch calls the Handler.
func (c *Client) dispatch(ctx context.Context) error {
	h := &c.config.Handler
	for {
		var event func()
		select {
		case <-ctx.Done():
			return nil
		case event = <-c.events:
		}
		c.mu.Lock()
		began, epoch := c.began, c.epoch
		c.began = false
		c.mu.Unlock()
		if began && h.Reset != nil {
			h.Reset(epoch)
		}
		event()
		c.mu.Lock()
		missed := c.missed && len(c.events) == 0
		if missed {
			c.missed = false
		}
		c.mu.Unlock()
		if missed && h.Missed != nil {
			h.Missed()
		}
	}
}

// hint has the Handler told something that may get lost.
func (c *Client) hint(event func()) {
	select {
	case c.events <- event:
	default:
		c.mu.Lock()
		c.missed = true
		c.mu.Unlock()
	}
}

// tell has the Handler told something that must not get lost.
func (c *Client) tell(ctx context.Context, event func()) error {
	select {
	case c.events <- event:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// reset forgets all numbers: the store has a new epoch. Without a Position the
// rooms have to be listed again; with one everything is delivered from the
// beginning. The caller holds the lock.
func (c *Client) reset(epoch string) {
	c.epoch = epoch
	c.began = true
	c.generation++
	c.gaps = nil
	clear(c.rooms)
	c.listed = c.config.Position != nil
	select {
	case c.events <- func() {}: // wakes dispatch
	default:
	}
}

// have is what the Client has of every room, as sync takes it.
func (c *Client) have() (epoch string, rooms map[ID]uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rooms = make(map[ID]uint64, len(c.rooms))
	for id, r := range c.rooms {
		rooms[id] = r.next - 1
	}
	return c.epoch, rooms
}
