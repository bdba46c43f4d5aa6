package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"
	"go.uber.org/goleak"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/db/dbtest"
	"madang/internal/gateway"
	"madang/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a whole chat with a gateway on a real port.
type house struct {
	*chattest.House
	*gateway.Gateway
	t    testing.TB
	url  string
	stop func() // ends Gateway.Run; doing so twice is doing it once
}

func open(t testing.TB) *house { return openWith(t, nil) }

func openWith(t testing.TB, change func(*gateway.Config)) *house {
	t.Helper()
	return openOver(t, chattest.Open(t, dbtest.SQLite(t)), change)
}

func openOver(t testing.TB, c *chattest.House, change func(*gateway.Config)) *house {
	t.Helper()
	config := gateway.Config{
		Chat: c.Chat, Accounts: c.People, Bus: c.Bus, Clock: c.Clock,
		Logger: slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if change != nil {
		change(&config)
	}
	g, err := gateway.New(config)
	qt.Assert(t, qt.IsNil(err))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { qt.Check(t, qt.IsNil(g.Run(ctx))) })
	s := httptest.NewServer(g)
	h := &house{House: c, Gateway: g, t: t, url: s.URL}
	h.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	t.Cleanup(func() {
		h.stop()
		s.Close()
	})
	return h
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// person is somebody with one device.
type person struct {
	chat.Actor
	token string
}

func (h *house) people(n int) []person {
	h.t.Helper()
	users, err := h.People.CreateTestUsers(context.Background(), account.TestUsers{Count: n})
	qt.Assert(h.t, qt.IsNil(err))
	out := make([]person, n)
	for i, u := range users {
		out[i] = person{chat.Actor{User: u.ID, Device: u.Device, Exempt: true}, u.Token}
	}
	return out
}

func (h *house) direct(a, b person) chat.RoomID {
	h.t.Helper()
	return h.Direct(a.Actor, b.Actor)
}

func (h *house) group(members ...person) chat.RoomID {
	h.t.Helper()
	var list []chat.Actor
	for _, m := range members {
		list = append(list, m.Actor)
	}
	return h.Group(list...)
}

// client is a device's socket as a test sees it: answers and notifications.
type client struct {
	t      testing.TB
	ws     *websocket.Conn
	lastID int
	queued []frame // came while something else was waited for
}

// frame is one object that the server sent.
type frame struct {
	ID     json.RawMessage
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
		Data    struct {
			Code         string
			Field        string
			RetryAfterMs int `json:"retry_after_ms"`
		}
	}
}

// dial opens a socket without saying hello.
func (h *house) dial() *client {
	h.t.Helper()
	ws, _, err := websocket.Dial(h.t.Context(), h.url, nil)
	qt.Assert(h.t, qt.IsNil(err))
	ws.SetReadLimit(-1)
	h.t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t: h.t, ws: ws}
}

// connect opens a person's socket.
func (h *house) connect(p person) *client {
	h.t.Helper()
	c := h.dial()
	c.call("hello", map[string]any{"token": p.token}, nil)
	return c
}

// connectNarrow opens a socket whose kernel takes little before it is read.
func (h *house) connectNarrow(p person) *client {
	h.t.Helper()
	dialer := &net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) {
			qt.Check(h.t, qt.IsNil(syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)))
		})
	}}
	transport := &http.Transport{DialContext: dialer.DialContext}
	h.t.Cleanup(transport.CloseIdleConnections)
	ws, _, err := websocket.Dial(h.t.Context(), h.url, &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}})
	qt.Assert(h.t, qt.IsNil(err))
	ws.SetReadLimit(-1)
	h.t.Cleanup(func() { _ = ws.CloseNow() })
	c := &client{t: h.t, ws: ws}
	c.call("hello", map[string]any{"token": p.token}, nil)
	return c
}

func (c *client) write(text string) {
	c.t.Helper()
	qt.Assert(c.t, qt.IsNil(c.ws.Write(c.t.Context(), websocket.MessageText, []byte(text))))
}

// next gives the next object, in the order in which they came.
func (c *client) next() frame {
	c.t.Helper()
	if len(c.queued) > 0 {
		f := c.queued[0]
		c.queued = c.queued[1:]
		return f
	}
	list, err := c.read()
	qt.Assert(c.t, qt.IsNil(err))
	c.queued = list[1:]
	return list[0]
}

func (c *client) read() ([]frame, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 15*time.Second)
	defer cancel()
	_, b, err := c.ws.Read(ctx)
	if err != nil {
		return nil, err
	}
	var list []frame
	if b[0] != '[' {
		b = append(append([]byte{'['}, b...), ']')
	}
	qt.Assert(c.t, qt.IsNil(json.Unmarshal(b, &list)), qt.Commentf("%s", b))
	return list, nil
}

// waitFor gives the first object that fits, and keeps the others.
func (c *client) waitFor(fits func(frame) bool) frame {
	c.t.Helper()
	for i, f := range c.queued {
		if fits(f) {
			c.queued = append(c.queued[:i:i], c.queued[i+1:]...)
			return f
		}
	}
	for {
		list, err := c.read()
		qt.Assert(c.t, qt.IsNil(err))
		for i, f := range list {
			if fits(f) {
				c.queued = append(append(c.queued, list[:i]...), list[i+1:]...)
				return f
			}
		}
		c.queued = append(c.queued, list...)
	}
}

// notice waits for a notification of the method.
func (c *client) notice(method string) string {
	c.t.Helper()
	return string(c.waitFor(func(f frame) bool { return f.Method == method }).Params)
}

// ask begins a call and gives its id.
func (c *client) ask(method string, params any) string {
	c.t.Helper()
	c.lastID++
	id := fmt.Sprint(c.lastID)
	b, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": c.lastID, "method": method, "params": params})
	qt.Assert(c.t, qt.IsNil(err))
	c.write(string(b))
	return id
}

// answer waits for the answer of a call.
func (c *client) answer(id string) frame {
	c.t.Helper()
	return c.waitFor(func(f frame) bool { return string(f.ID) == id })
}

// call makes a call that must succeed.
func (c *client) call(method string, params, result any) {
	c.t.Helper()
	f := c.answer(c.ask(method, params))
	if f.Error != nil {
		c.t.Fatalf("%s: %s: %s", method, f.Error.Data.Code, f.Error.Message)
	}
	if result != nil {
		qt.Assert(c.t, qt.IsNil(json.Unmarshal(f.Result, result)))
	}
}

// refused makes a call that must fail and gives the name of the error.
func (c *client) refused(method string, params any) string {
	c.t.Helper()
	f := c.answer(c.ask(method, params))
	if f.Error == nil {
		c.t.Fatalf("%s was not refused: %s", method, f.Result)
	}
	return f.Error.Data.Code
}

// ended reads until the socket is closed; it gives the close code and the
// parameters of bye.
func (c *client) ended() (websocket.StatusCode, string) {
	c.t.Helper()
	bye := ""
	for _, f := range c.queued {
		if f.Method == "bye" {
			bye = string(f.Params)
		}
	}
	for {
		list, err := c.read()
		if err != nil {
			return websocket.CloseStatus(err), bye
		}
		for _, f := range list {
			if f.Method == "bye" {
				bye = string(f.Params)
			}
		}
	}
}

// sent is the result of message.send.
type sent struct {
	Seq       uint64
	ID        string
	CreatedAt wire.Time `json:"created_at"`
}

func text(room chat.RoomID, s string) map[string]any {
	return map[string]any{"room_id": room, "client_id": chattest.NewID(), "type": "text", "text": s}
}

func (c *client) say(room chat.RoomID, s string) (out sent) {
	c.t.Helper()
	c.call("message.send", text(room, s), &out)
	return out
}

// entry waits for the next entry.
func (c *client) entry() (room wire.ID, e wire.Entry) {
	c.t.Helper()
	var p struct {
		RoomID wire.ID `json:"room_id"`
		Entry  wire.Entry
	}
	qt.Assert(c.t, qt.IsNil(json.Unmarshal([]byte(c.notice("entry")), &p)))
	return p.RoomID, p.Entry
}

// message waits for the next message and gives its text.
func (c *client) message() string {
	c.t.Helper()
	for {
		if _, e := c.entry(); e.Kind == wire.KindMessage {
			return e.Text
		}
	}
}

// quiet makes sure that nothing but the given methods has come: everything that
// was on its way is before the answer to ping.
func (c *client) quiet(allowed ...string) {
	c.t.Helper()
	c.call("ping", struct{}{}, nil)
	for _, f := range c.queued {
		if !strings.Contains(" "+strings.Join(allowed, " ")+" ", " "+f.Method+" ") {
			c.t.Fatalf("unexpected %s %s", f.Method, bytes.TrimSpace(f.Params))
		}
	}
	c.queued = nil
}
