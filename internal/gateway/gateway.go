// Package gateway answers: who has a socket open, and how does what happens in
// their rooms reach them?
//
// It is an edge: a session decodes a call, calls one function of the domain and
// encodes what that gives; the hub passes what package chat tells on the bus to
// the sessions of those concerned. Nothing that matters is kept here. A frame
// that is lost shows in the numbers, and the client asks for what is missing.
//
// # Goroutines
//
// Those of package socket: a waiter per session, 32 handlers, as many writers as
// processors, a drainer for each session that is slow at the moment, one keeper.
// A handler decodes what came and begins message.send and room.read, whose
// answers the room log's lanes queue with the session.
//
// 32 workers make the calls that wait for the store. As many hands as processors
// deliver what the bus brings, each for its share of the shards. One follower
// compares with the feeds of the log every five seconds and fetches what was
// missed. One goroutine sends the gathered read marks of large rooms, one notes
// every few minutes which devices are there, and one clears up after a rush.
//
// All of them are started and ended by [Gateway.Run].
package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/clock"
	"madang/internal/fault"
	"madang/internal/gateway/socket"
	"madang/internal/notify"
)

// Config is what a gateway stands on. Chat, Accounts and Bus are needed.
type Config struct {
	Chat     *chat.Chat
	Accounts *account.People
	Bus      *bus.Local
	// Notify is told what devices have. Nil: nobody is.
	Notify *notify.Notify
	// Clock gives the time that clients are told; heartbeats and limits go by
	// real time. Nil is real time.
	Clock *clock.Clock
	// Origins are web pages, as "https://chat.example.org", that may open
	// sockets beside those that this server itself serves.
	Origins []string
	// CookieName gives the name of the cookie that holds a browser's token for
	// a request. nil: cookies are not looked at.
	CookieName func(*http.Request) string
	// MaxConns bounds the sockets open at once. 0 means as many as the
	// process's open files allow.
	MaxConns int
	Logger   *slog.Logger
}

// Gateway holds the sockets of a node.
type Gateway struct {
	chat    *chat.Chat
	people  *account.People
	bus     *bus.Local
	notify  *notify.Notify // may be nil
	clock   *clock.Clock
	log     *slog.Logger
	origins map[string]bool
	cookie  func(*http.Request) string
	most    int

	loop     socket.Loop
	hub      *hub
	users    users
	open     openRooms
	reads    reads
	calls    callPool
	numbers  atomic.Uint64 // of sessions
	taken    atomic.Int64  // sockets that are open or being opened, up to most
	stopping atomic.Bool
}

// pingAfter is how long a connection may be silent before it is pinged: below
// the minute after which middleboxes forget connections.
const pingAfter = 55 * time.Second

// The limits of a connection. Sockets of the sandbox's users are exempt. A
// client that catches up makes some hundred calls at once; people make a few a
// second.
var connLimits = socket.Limits{
	Bytes: 512 << 10, BytesBurst: 4 << 20,
	Frames: 100, FramesBurst: 1000,
}

// New makes a gateway and subscribes it to what it passes on. Call it before
// anything happens that it should tell of, and then Run. It fails only on a
// configuration that makes no sense.
func New(c Config) (*Gateway, error) {
	g := &Gateway{
		chat: c.Chat, people: c.Accounts, bus: c.Bus, notify: c.Notify, clock: c.Clock, log: c.Logger,
		origins: make(map[string]bool, len(c.Origins)), cookie: c.CookieName, most: c.MaxConns,
	}
	if g.log == nil {
		g.log = slog.Default()
	}
	if g.most == 0 {
		g.most = maxConns()
	}
	for _, o := range c.Origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || o != u.Scheme+"://"+u.Host {
			return nil, fmt.Errorf("gateway: %q is no origin, such as https://chat.example.org", o)
		}
		g.origins[o] = true
	}
	g.loop.Limits = connLimits
	g.loop.PingAfter = pingAfter
	g.loop.Bye = closing
	g.calls.wake.L = &g.calls.mu
	g.hub = newHub(g)
	g.bus.Subscribe(g.hub.take)
	g.people.OnChange(g.changed)
	if g.notify != nil {
		g.notify.OnWanted(g.wanted)
	}
	return g, nil
}

// Gaps is how often what the bus brought had a gap or was not delivered at
// once. On a healthy bus it stays 0.
func (g *Gateway) Gaps() uint64 { return g.hub.gaps.Load() }

// Len is the number of open sockets.
func (g *Gateway) Len() int { return g.loop.Len() }

// Run serves sockets until ctx is done. Then it refuses new ones, lets the calls
// under way finish, tells everybody to come back later, each at another time,
// and returns when all is ended.
func (g *Gateway) Run(ctx context.Context) error {
	if err := g.hub.start(ctx); err != nil {
		return err
	}
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() { _ = g.loop.Run(inner) }) // it has no errors
	for range workers {
		all.Go(func() { g.calls.work(inner) })
	}
	for _, w := range g.hub.hands {
		all.Go(func() { w.work(inner) })
	}
	all.Go(func() { g.hub.follow(inner) })
	all.Go(func() { g.tellReads(inner) })
	all.Go(func() { g.noteSeen(inner) })
	all.Go(func() { g.tidy(inner) })

	<-ctx.Done()
	g.stop()
	cancel()
	g.calls.stop()
	g.hub.stop()
	all.Wait()
	return nil
}

const (
	finishTimeout = 2 * time.Second // for calls under way
	closeTimeout  = 5 * time.Second // for sockets to close
)

func (g *Gateway) stop() {
	g.stopping.Store(true)
	g.until(finishTimeout, func() bool {
		busy := false
		g.loop.Each(func(r socket.Receiver) { busy = busy || r.(*session).inFlight.Load() > 0 })
		return !busy
	})
	g.endAll(socket.CodeStopping, "shutting down", fault.ShuttingDown)
	g.until(closeTimeout, func() bool { return g.loop.Len() == 0 })
}

// until asks every few milliseconds whether something is done, for a while.
func (g *Gateway) until(patience time.Duration, done func() bool) {
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for end := time.Now().Add(patience); !done() && time.Now().Before(end); {
		<-t.C
	}
}

// spreadOf is over how long n clients come back: one a millisecond.
func spreadOf(n int) time.Duration {
	return min(time.Second+time.Duration(n)*time.Millisecond, time.Minute)
}

func randomIn(d time.Duration) time.Duration { return time.Millisecond + rand.N(d) }

// seenEvery is how often open sockets are noted, see [account.People.Seen].
const seenEvery = 5 * time.Minute

func (g *Gateway) noteSeen(ctx context.Context) {
	t := time.NewTicker(seenEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		g.loop.Each(func(r socket.Receiver) {
			if a := r.(*session).actor.Load(); a != nil {
				g.people.Seen(a.User, a.Device)
			}
		})
	}
}
