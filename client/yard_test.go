package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"madang/client"
)

// yard is a server of one person that speaks the protocol over pipes, and
// behaves as badly as a network and a busy server may: it loses, repeats and
// delays what it pushes, cuts connections, and forgets to answer. What it never
// does is to break the delivery contract.
type yard struct {
	me client.ID

	mu    sync.Mutex
	epoch string
	rooms map[client.ID][]*client.Entry
	tails map[client.ID]uint64
	sent  map[client.ID]client.Sent // by client id
	socks map[*yardSocket]bool
	calls map[string]int // how often each method was called
	// refuse, when set, may answer a call with an error instead.
	refuse func(method string) *yardError
	// mute, when set, says which calls have an effect but no answer.
	mute func(method string) bool
	// push, when set, does with a notification what the fault of the test is.
	push func(s *yardSocket, frame []byte)

	server http.Server
	ln     *pipeListener
}

type yardError struct {
	Number  int
	Code    string
	RetryMs int
}

type yardSocket struct {
	ctx  context.Context
	conn *websocket.Conn
	in   chan []byte // notifications to be written
}

// newYard serves until the test ends. In a synctest bubble it must be made in
// the bubble.
func newYard(t *testing.T) *yard {
	y := &yard{
		me: client.NewID(), epoch: "first",
		rooms: map[client.ID][]*client.Entry{}, tails: map[client.ID]uint64{},
		sent: map[client.ID]client.Sent{}, socks: map[*yardSocket]bool{}, calls: map[string]int{},
		ln: &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})},
	}
	y.server.Handler = http.HandlerFunc(y.socket)
	done := make(chan struct{})
	go func() { _ = y.server.Serve(y.ln); close(done) }()
	t.Cleanup(func() {
		y.cut()
		_ = y.server.Close()
		<-done
	})
	return y
}

func (y *yard) config() client.Config {
	return client.Config{Server: "http://yard", Token: "token", NetDial: y.ln.dial}
}

func (y *yard) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	conn.SetReadLimit(1 << 20)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	s := &yardSocket{ctx: ctx, conn: conn, in: make(chan []byte, 10_000)}
	defer conn.CloseNow()
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		for {
			select {
			case <-ctx.Done():
				return
			case b := <-s.in:
				if conn.Write(ctx, websocket.MessageText, b) != nil {
					cancel()
					return
				}
			}
		}
	}()
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			break
		}
		if err := y.frame(s, b); err != nil {
			break
		}
	}
	y.mu.Lock()
	delete(y.socks, s)
	y.mu.Unlock()
	cancel()
	<-wrote
}

type yardCall struct {
	ID     uint64          `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

func (y *yard) frame(s *yardSocket, b []byte) error {
	calls := make([]yardCall, 1)
	if b[0] == '[' {
		calls = nil
		if err := json.Unmarshal(b, &calls); err != nil {
			return err
		}
		if len(calls) > 64 {
			return fmt.Errorf("%d calls in a frame", len(calls))
		}
	} else if err := json.Unmarshal(b, &calls[0]); err != nil {
		return err
	}
	for _, c := range calls {
		y.mu.Lock()
		y.calls[c.Method]++
		var answer map[string]any
		var fault *yardError
		if y.refuse != nil {
			fault = y.refuse(c.Method)
		}
		var result any
		if fault == nil {
			result, fault = y.call(s, c)
		}
		if fault != nil {
			answer = map[string]any{"jsonrpc": "2.0", "id": c.ID, "error": map[string]any{
				"code": fault.Number, "message": "No.",
				"data": map[string]any{"code": fault.Code, "retry_after_ms": fault.RetryMs},
			}}
		} else {
			answer = map[string]any{"jsonrpc": "2.0", "id": c.ID, "result": result}
		}
		mute := y.mute != nil && y.mute(c.Method)
		y.mu.Unlock()
		if c.ID == 0 || mute {
			continue
		}
		out, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		select {
		case s.in <- out:
		case <-s.ctx.Done():
			return errors.New("gone")
		}
	}
	return nil
}

// call answers one call. The lock is held.
func (y *yard) call(s *yardSocket, c yardCall) (any, *yardError) {
	var p struct {
		Token    string               `json:"token"`
		RoomID   client.ID            `json:"room_id"`
		ClientID client.ID            `json:"client_id"`
		Text     string               `json:"text"`
		After    *uint64              `json:"after"`
		Limit    int                  `json:"limit"`
		Epoch    string               `json:"epoch"`
		Rooms    map[client.ID]uint64 `json:"rooms"`
		Seq      uint64               `json:"seq"`
	}
	if err := json.Unmarshal(c.Params, &p); err != nil {
		return nil, &yardError{Number: 1001, Code: "bad_json"}
	}
	switch c.Method {
	case "hello":
		if p.Token != "token" {
			return nil, &yardError{Number: 1101, Code: "token_invalid"}
		}
		y.socks[s] = true
		return map[string]any{"user": map[string]any{"id": y.me}, "epoch": y.epoch, "session": "s"}, nil
	case "rooms":
		rooms := []map[string]any{}
		for id, entries := range y.rooms {
			rooms = append(rooms, map[string]any{"id": id, "head_seq": len(entries)})
		}
		return map[string]any{"rooms": rooms, "epoch": y.epoch}, nil
	case "sync":
		if p.Epoch != y.epoch {
			return map[string]any{"epoch": y.epoch, "reset": true}, nil
		}
		type part struct {
			RoomID  client.ID       `json:"room_id"`
			Entries []*client.Entry `json:"entries"`
			HeadSeq int             `json:"head_seq"`
			More    bool            `json:"more"`
		}
		var parts []part
		var other []client.ID
		for id, entries := range y.rooms {
			have, named := p.Rooms[id]
			if !named {
				other = append(other, id)
			} else if int(have) < len(entries) {
				rest := entries[have:]
				parts = append(parts, part{id, rest[:min(len(rest), 3)], len(entries), len(rest) > 3})
			}
		}
		return map[string]any{"epoch": y.epoch, "rooms": parts, "new": other}, nil
	case "room.messages":
		entries, tail := y.rooms[p.RoomID], max(y.tails[p.RoomID], 1)
		from := max(*p.After, tail-1)
		page := entries[min(int(from), len(entries)):]
		return map[string]any{
			"entries": page[:min(len(page), max(p.Limit, 1), 7)], "head_seq": len(entries), "tail_seq": tail, "epoch": y.epoch,
		}, nil
	case "message.send":
		sent, again := y.sent[p.ClientID]
		if !again {
			content := client.Text(p.Text)
			e := y.append(p.RoomID, &client.Entry{Kind: client.KindMessage, SenderID: y.me, ClientID: p.ClientID, Content: &content}, s)
			sent = client.Sent{Seq: e.Seq, ID: fmt.Sprintf("%s.%d", p.RoomID, e.Seq), CreatedAt: e.CreatedAt}
			y.sent[p.ClientID] = sent
		}
		return sent, nil
	case "message.edit":
		e := y.append(p.RoomID, &client.Entry{Kind: client.KindEdit, SenderID: y.me, TargetSeq: p.Seq}, s)
		return map[string]any{"seq": e.Seq}, nil
	case "room.read", "typing", "room.open":
		return struct{}{}, nil
	}
	return nil, &yardError{Number: 1002, Code: "unknown_method"}
}

// append gives an entry its number and pushes it to all sockets but that which
// caused it. The lock is held.
func (y *yard) append(room client.ID, e *client.Entry, cause *yardSocket) *client.Entry {
	e.Seq = uint64(len(y.rooms[room]) + 1)
	e.CreatedAt = 1
	y.rooms[room] = append(y.rooms[room], e)
	y.notify("entry", map[string]any{"room_id": room, "entry": e}, cause)
	return e
}

// notify pushes to all sockets but one. The lock is held.
func (y *yard) notify(method string, params any, but *yardSocket) {
	frame, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
	if err != nil {
		panic(err)
	}
	for s := range y.socks {
		switch {
		case s == but:
		case y.push != nil:
			y.push(s, frame)
		default:
			s.in <- frame
		}
	}
}

// say has somebody else write in a room.
func (y *yard) say(room client.ID, text string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	content := client.Text(text)
	y.append(room, &client.Entry{Kind: client.KindMessage, SenderID: client.NewID(), ClientID: client.NewID(), Content: &content}, nil)
}

// called is how often a method was called.
func (y *yard) called(method string) int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.calls[method]
}

// cut breaks all connections without a word.
func (y *yard) cut() {
	y.mu.Lock()
	socks := slices.Collect(maps.Keys(y.socks))
	y.mu.Unlock()
	for _, s := range socks {
		_ = s.conn.CloseNow()
	}
}

// unreliable makes a push that loses, repeats and reorders.
func unreliable(random *rand.Rand) func(*yardSocket, []byte) {
	var held []byte
	return func(s *yardSocket, frame []byte) {
		switch random.IntN(6) {
		case 0: // lost
		case 1: // twice
			s.in <- frame
			s.in <- frame
		case 2: // later than the next one
			if held == nil {
				held = frame
				return
			}
			s.in <- frame
		case 3: // gathered
			s.in <- fmt.Appendf(nil, "[%s , %s]", frame, frame)
		default:
			s.in <- frame
		}
		if held != nil {
			s.in <- held
			held = nil
		}
	}
}

// pipeListener listens where no network is, so that synctest sees all.
type pipeListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// diary writes down what a Handler is told.
type diary struct {
	mu      sync.Mutex
	entries map[client.ID][]*client.Entry
	notes   []string
}

func (d *diary) handler() client.Handler {
	d.entries = map[client.ID][]*client.Entry{}
	note := func(format string, args ...any) {
		d.mu.Lock()
		d.notes = append(d.notes, fmt.Sprintf(format, args...))
		d.mu.Unlock()
	}
	return client.Handler{
		Entry: func(room client.ID, e *client.Entry) {
			d.mu.Lock()
			d.entries[room] = append(d.entries[room], e)
			d.mu.Unlock()
		},
		Skipped:      func(_ client.ID, from, to uint64) { note("skipped %d-%d", from, to) },
		Reset:        func(epoch string) { note("reset %s", epoch) },
		Missed:       func() { note("missed") },
		Connected:    func(*client.Me) { note("connected") },
		Disconnected: func(_ error, retry time.Duration) { note("disconnected for %ds", retry/time.Second) },
		Read:         func(_, _ client.ID, seq uint64) { note("read %d", seq) },
		UnreadBy:     func(_ client.ID, steps []client.Unread) { note("unread %v", steps) },
		Typing:       func(_, _ client.ID) { note("typing") },
		Room:         func(_ client.ID, view *client.Room, gone bool) { note("room %v %v", view != nil, gone) },
		Device:       func(*client.Device) { note("device") },
		People:       func(_ client.ID, what string) { note("people %s", what) },
	}
}

// numbers are those of the entries that the Handler got of a room.
func (d *diary) numbers(room client.ID) []uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	var n []uint64
	for _, e := range d.entries[room] {
		n = append(n, e.Seq)
	}
	return n
}

func (d *diary) noted() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.notes)
}

// upTo is from, from+1 … to.
func upTo(from, to uint64) []uint64 {
	var n []uint64
	for ; from <= to; from++ {
		n = append(n, from)
	}
	return n
}
