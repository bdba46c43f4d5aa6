// Package node answers: what is one running server made of, and in which order
// do its parts start and stop?
//
// The program, the tests and the crash rig start the same node; what they want
// different they say in its [Config].
package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"madang/internal/account"
	"madang/internal/blob"
	"madang/internal/bus"
	"madang/internal/chat"
	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/pebblelog"
	"madang/internal/chat/roomlog/pglog"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/gateway"
	"madang/internal/httpapi"
	"madang/internal/media"
	"madang/internal/notify"
	"madang/internal/preview"
	"madang/internal/push"
	"madang/internal/sandbox"
	"madang/internal/search"
	"madang/internal/sms"
)

// Node is a running server.
type Node struct {
	config  Config
	address string // under which a browser on this machine finds it
	secret  string // of everything below /sandbox/; empty: none is asked for

	lock     io.Closer
	db       *db.DB
	clock    *clock.Clock
	phones   *sms.Terminal // nil when a provider sends
	engine   roomlog.Engine
	push     *push.Service
	people   *account.People
	files    *media.Files
	chat     *chat.Chat
	search   *search.Search
	notify   *notify.Notify
	preview  *preview.Previews
	gateway  *gateway.Gateway
	listener net.Listener
	server   *http.Server
	debug    *http.Server

	control         *http.Server   // for commands on this machine
	commands        sync.WaitGroup // under way
	controlListener net.Listener

	// What serves ends first, what it stands on ends after it.
	edges, core group

	stopOnce sync.Once
	stopping chan struct{} // closed when the node begins to stop
	done     chan struct{} // closed when everything has ended
	cause    error         // why it stopped by itself; guarded by stopOnce
	err      error         // set before done is closed
}

// Limits of stopping. What is not done by then is cut off; clients come back by
// number and miss nothing.
const (
	drainTime = 10 * time.Second // for requests under way and sockets
	closeTime = 10 * time.Second // for what runs behind them
)

// Start starts a node and returns when it serves. The caller ends it with
// [Node.Stop]; ctx is for the start alone.
func Start(ctx context.Context, c Config) (*Node, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	n := &Node{config: c, clock: clock.New(), stopping: make(chan struct{}), done: make(chan struct{})}
	if err := n.open(ctx); err != nil {
		return nil, errors.Join(err, n.close())
	}
	n.run()
	return n, nil
}

// open opens everything from the ground up.
func (n *Node) open(ctx context.Context) error {
	var err error
	// A port that is taken is the commonest mistake, and the cheapest to find.
	if n.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", n.config.Listen); err != nil {
		return fmt.Errorf("listen on %s: %w", n.config.Listen, err)
	}
	n.address = address(n.listener.Addr())
	if n.lock, err = lock(n.config.Data); err != nil {
		return err
	}
	if err := n.openStores(ctx); err != nil {
		return err
	}
	if err := n.openDomain(ctx); err != nil {
		return err
	}
	if err := n.openEdges(); err != nil {
		return err
	}
	return n.openControl()
}

func (n *Node) openStores(ctx context.Context) error {
	c := n.config
	var err error
	database := c.Database
	if database == "" {
		database = filepath.Join(c.Data, "madang.db")
	}
	if n.db, err = db.Open(ctx, database); err != nil {
		return err
	}
	if err := n.db.Migrate(ctx); err != nil {
		return err
	}
	if err := n.db.PrepareAll(ctx); err != nil {
		return err
	}
	n.engine, err = n.openEngine(ctx)
	return err
}

// openEngine opens the room log. With an error it gives no engine: one of a
// type, though nil, would look like one that is to be closed.
func (n *Node) openEngine(ctx context.Context) (roomlog.Engine, error) {
	c := n.config
	if c.Database != "" {
		e, err := pglog.Open(ctx, n.db, pglog.Options{})
		if err != nil {
			return nil, err
		}
		return e, nil
	}
	e, err := pebblelog.Open(filepath.Join(c.Data, "rooms"), pebblelog.Options{FS: c.LogFS, Logger: c.Log})
	if err != nil {
		return nil, err
	}
	return e, nil
}

func (n *Node) openDomain(ctx context.Context) error {
	c := n.config
	key, err := account.LoadKey(c.Data)
	if err != nil {
		return err
	}
	files := c.Files
	if files == "" {
		files = filepath.Join(c.Data, "files")
	}
	store, err := blob.Open(ctx, files)
	if err != nil {
		return err
	}
	n.files = media.Open(media.Config{
		DB: n.db, Store: store, Clock: n.clock, Key: key, MaxUpload: c.MaxUpload, Logger: c.Log,
	})
	pushes := c.Push
	pushes.Key = key
	if n.push, err = push.New(pushes); err != nil {
		return err
	}
	var sender sms.Sender
	if c.SMS.URL != "" {
		if sender, err = sms.NewGateway(c.SMS); err != nil {
			return err
		}
	} else {
		n.phones = sms.NewTerminal(c.Out, n.clock)
		sender = n.phones
	}
	n.people, err = account.Open(n.db, n.clock, sender, account.Options{
		Key: key, Sandbox: c.Sandbox, Limits: c.Limits, CheckPhoto: n.files.CheckPhoto, PhotoLeft: n.files.PhotoLeft, Log: c.Log,
	})
	if err != nil {
		return err
	}
	hints := &bus.Local{}
	n.chat, err = chat.Open(ctx, chat.Config{
		DB: n.db, Engine: n.engine, Accounts: n.people, Files: n.files, Bus: hints, Clock: n.clock, Logger: c.Log, Keep: c.Keep,
	})
	if err != nil {
		n.engine = nil // closed by the chat, which owns it
		return err
	}
	if n.search, err = search.New(n.chat, n.people, n.clock); err != nil {
		return err
	}
	n.preview = preview.Open(preview.Config{DB: n.db, Chat: n.chat, Clock: n.clock, Off: c.NoPreviews, Logger: c.Log})
	n.people.OnLeaving(n.chat.LeaveAll)
	n.notify, err = notify.Open(ctx, notify.Config{
		DB: n.db, Chat: n.chat, Accounts: n.people, Push: n.push, Bus: hints, Clock: n.clock, Logger: c.Log,
	})
	if err != nil {
		return err
	}
	n.gateway, err = gateway.New(gateway.Config{
		Chat: n.chat, Accounts: n.people, Bus: hints, Notify: n.notify, Clock: n.clock, CookieName: httpapi.CookieName, Logger: c.Log,
	})
	return err
}

func (n *Node) openEdges() error {
	c := n.config
	api := httpapi.Config{
		Accounts: n.people, Chat: n.chat, Files: n.files, Search: n.search, Notify: n.notify, Previews: n.preview, Clock: n.clock,
		Socket: n.gateway, Web: c.Web, Ready: n.ready,
		TrustedProxies: c.TrustedProxies, FilesOrigin: c.FilesOrigin,
	}
	n.secret = c.SandboxSecret
	if !c.Sandbox {
		// Nobody asked for the phone page, so nobody knows to keep it from a
		// proxy, whose requests come from this machine and to its name too.
		n.secret = rand.Text()
	}
	if c.Sandbox || n.showsPhones() {
		s := sandbox.Config{
			Phones: n.phones, PhonesOnly: !c.Sandbox, Secret: n.secret,
			People: n.people, Chat: n.chat, Files: n.files, Clock: n.clock,
		}
		if e, ok := n.engine.(*pebblelog.Engine); ok {
			s.Commits = e.Commits
		}
		api.Sandbox = sandbox.New(s)
	}
	handler, err := httpapi.New(api)
	if err != nil {
		return err
	}
	n.server = handler.Server()
	if c.Debug != "" {
		n.debug, err = openDebug(c.Debug)
	}
	return err
}

// run starts what runs until the end.
func (n *Node) run() {
	n.core.start(n.fail, n.people.Run, n.chat.Run, n.files.Run, n.notify.Run, n.preview.Run)
	n.edges.start(n.fail, n.gateway.Run, n.serve, n.serveControl)
	go n.watch()
}

// serve answers requests until ctx is done; then it lets those under way
// finish.
func (n *Node) serve(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- n.server.Serve(n.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := n.server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		err = n.server.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// fail stops the node because a part of it has ended.
func (n *Node) fail(err error) { n.stop(err) }

func (n *Node) stop(cause error) {
	n.stopOnce.Do(func() {
		n.cause = cause
		close(n.stopping)
	})
}

// watch waits for the reason to stop, and stops.
func (n *Node) watch() {
	defer close(n.done)
	select {
	case <-n.stopping:
	case <-n.chat.Failed():
		n.stop(fmt.Errorf("the room log cannot be written any more, so the server stops; nothing acknowledged is lost: %w", n.chat.Err()))
	}
	n.err = errors.Join(n.cause, n.close())
}

// close ends everything that was opened, from the top down.
func (n *Node) close() error {
	var errs []error
	errs = append(errs, n.edges.stop(drainTime+time.Second))
	if n.debug != nil {
		errs = append(errs, n.debug.Close())
	}
	if n.listener != nil {
		if err := n.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if n.controlListener != nil {
		if err := n.controlListener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	errs = append(errs, n.core.stop(closeTime))
	if n.search != nil {
		n.search.Close()
	}
	switch {
	case n.chat != nil:
		errs = append(errs, n.chat.Close())
	case n.engine != nil:
		errs = append(errs, n.engine.Close())
	}
	if n.files != nil {
		errs = append(errs, n.files.Close())
	}
	if n.people != nil {
		n.people.Close()
	}
	if n.push != nil {
		n.push.Close()
	}
	if n.db != nil {
		errs = append(errs, n.db.Close())
	}
	if n.lock != nil {
		errs = append(errs, n.lock.Close())
	}
	return errors.Join(errs...)
}

// ready says why the node cannot serve.
func (n *Node) ready(ctx context.Context) error {
	select {
	case <-n.chat.Failed():
		return n.chat.Err()
	case <-n.stopping:
		return errStopping
	default:
		return n.db.Ping(ctx)
	}
}

// Addr is the address that the node listens on.
func (n *Node) Addr() net.Addr { return n.listener.Addr() }

// URL is where a browser on this machine finds the node: http://127.0.0.1:8080.
func (n *Node) URL() string { return n.address }

// Clock is the clock of the node.
func (n *Node) Clock() *clock.Clock { return n.clock }

// People are the node's accounts, for tests that look below the edges.
func (n *Node) People() *account.People { return n.people }

// Chat is the node's rooms, for tests that look below the edges.
func (n *Node) Chat() *chat.Chat { return n.chat }

// Files are the node's files, for tests that look below the edges.
func (n *Node) Files() *media.Files { return n.files }

// Stop ends the node in two steps: it refuses new work and lets the running
// finish, then closes what that stood on. It returns when everything has ended,
// after some twenty seconds at the latest, with what went wrong on the way.
func (n *Node) Stop() error {
	n.stop(nil)
	return n.Wait()
}

// Wait returns when the node has ended: nil after a Stop, or why it stopped by
// itself.
func (n *Node) Wait() error {
	<-n.done
	return n.err
}

// Done is closed when the node has ended.
func (n *Node) Done() <-chan struct{} { return n.done }

// SetupLink makes the address that signs up the first administrator; any
// earlier one is then no longer good. It is empty when there is one.
func (n *Node) SetupLink(ctx context.Context) (string, error) {
	token, pending, err := n.people.SetupLink(ctx)
	if err != nil || !pending {
		return "", err
	}
	// Behind the #, so that it gets into no log on its way.
	return n.address + "/setup#" + token, nil
}

// Phones is the address of the page that shows what was sent by SMS, empty when
// there is none. Where no sandbox was asked for it carries a secret that the
// node made at its start: it is for the person at the terminal alone.
func (n *Node) Phones() string {
	switch {
	case n.phones == nil || (!n.config.Sandbox && !n.showsPhones()):
		return ""
	case n.config.SandboxSecret != "":
		return n.address + "/sandbox/?secret=…"
	case n.secret != "":
		return n.address + "/sandbox/?secret=" + n.secret
	}
	return n.address + "/sandbox/"
}

// showsPhones reports whether the phone page stands without a sandbox: where
// codes have no other way to a phone, and only this machine reaches the server.
func (n *Node) showsPhones() bool { return n.phones != nil && isLoopback(n.config.Listen) }
