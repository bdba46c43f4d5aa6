package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"

	"madang/internal/wire"
)

// patience is how long a test waits for what has to come.
const patience = 30 * time.Second

// device is a socket of a person, bare: it keeps what came as it came.
type device struct {
	person
	ws    *websocket.Conn
	epoch string // as hello answered

	mu      sync.Mutex
	changed chan struct{} // closed at every change, and made anew
	lastID  int
	answers map[int]frame
	pushed  []frame
	err     error // why the socket has ended
	done    chan struct{}
}

// frame is one object that the server sent.
type frame struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Data struct {
			Code string `json:"code"`
		} `json:"data"`
	} `json:"error"`
}

// pushedEntry is what an entry notification holds.
type pushedEntry struct {
	RoomID wire.ID    `json:"room_id"`
	Entry  wire.Entry `json:"entry"`
}

// device opens a socket and says hello.
func (p person) device() *device {
	p.t.Helper()
	ws, _, err := websocket.Dial(p.t.Context(), strings.Replace(p.node.URL(), "http", "ws", 1)+"/v1/ws", nil)
	qt.Assert(p.t, qt.IsNil(err))
	ws.SetReadLimit(8 << 20)
	d := &device{person: p, ws: ws, changed: make(chan struct{}), answers: map[int]frame{}, done: make(chan struct{})}
	go d.read()
	p.t.Cleanup(d.cut)
	var hello struct{ Epoch string }
	d.ask("hello", object{"token": p.Token}, &hello)
	d.epoch = hello.Epoch
	return d
}

// cut breaks the connection without a word.
func (d *device) cut() {
	_ = d.ws.CloseNow()
	<-d.done
}

func (d *device) read() {
	defer close(d.done)
	for {
		_, data, err := d.ws.Read(context.Background())
		var list []frame
		if err == nil && bytes.HasPrefix(data, []byte("[")) {
			err = json.Unmarshal(data, &list)
		} else if err == nil {
			list = make([]frame, 1)
			err = json.Unmarshal(data, &list[0])
		}
		d.mu.Lock()
		for _, f := range list {
			if f.Method == "" {
				d.answers[f.ID] = f
			} else {
				d.pushed = append(d.pushed, f)
			}
		}
		d.err = err
		close(d.changed)
		d.changed = make(chan struct{})
		d.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// until waits for something to become true of what the device got. The lock is
// held while it is asked.
func (d *device) until(what string, ok func() bool) {
	d.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		d.mu.Lock()
		yes, changed, err := ok(), d.changed, d.err
		d.mu.Unlock()
		if yes {
			return
		}
		if err != nil {
			d.t.Fatalf("%s: the socket has ended: %v", what, err)
		}
		select {
		case <-changed:
		case <-deadline.C:
			d.t.Fatalf("%s did not come in %s", what, patience)
		}
	}
}

// begin makes a call and does not wait for its answer.
func (d *device) begin(method string, params any) (id int) {
	d.t.Helper()
	d.mu.Lock()
	d.lastID++
	id = d.lastID
	d.mu.Unlock()
	b, err := json.Marshal(object{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	qt.Assert(d.t, qt.IsNil(err))
	qt.Assert(d.t, qt.IsNil(d.ws.Write(d.t.Context(), websocket.MessageText, b)))
	return id
}

// end waits for the answer of a call. It gives the code of the fault, or "".
func (d *device) end(id int, into any) (code string) {
	d.t.Helper()
	var f frame
	d.until(fmt.Sprintf("the answer to call %d", id), func() (ok bool) {
		f, ok = d.answers[id]
		delete(d.answers, id)
		return ok
	})
	if f.Error != nil {
		return f.Error.Data.Code
	}
	if into != nil {
		qt.Assert(d.t, qt.IsNil(json.Unmarshal(f.Result, into)))
	}
	return ""
}

// ask makes a call that has to succeed.
func (d *device) ask(method string, params, into any) {
	d.t.Helper()
	qt.Assert(d.t, qt.Equals(d.end(d.begin(method, params), into), ""), qt.Commentf("%s", method))
}

// refused makes a call that has to be refused, and gives the code.
func (d *device) refused(method string, params any) string {
	d.t.Helper()
	return d.end(d.begin(method, params), nil)
}

// sent is the answer to message.send.
type sent struct {
	Seq       uint64    `json:"seq"`
	ID        string    `json:"id"`
	CreatedAt wire.Time `json:"created_at"`
}

func text(room, client wire.ID, text string) object {
	return object{"room_id": room, "client_id": client, "type": "text", "text": text}
}

func (d *device) say(room wire.ID, words string) uint64 {
	d.t.Helper()
	var s sent
	d.ask("message.send", text(room, newID(d.house), words), &s)
	return s.Seq
}

func (d *device) sync(epoch string, rooms map[wire.ID]uint64) (s synced) {
	d.t.Helper()
	d.ask("sync", object{"epoch": epoch, "rooms": rooms}, &s)
	return s
}

// heard gives the entries of a room that were pushed, in the order in which they
// came.
func (d *device) heard(room wire.ID) (list []wire.Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.entriesOf(room)
}

// entriesOf is heard with the lock held.
func (d *device) entriesOf(room wire.ID) (list []wire.Entry) {
	for _, f := range d.pushed {
		var p pushedEntry
		if f.Method != "entry" || json.Unmarshal(f.Params, &p) != nil || p.RoomID != room {
			continue
		}
		list = append(list, p.Entry)
	}
	return list
}

// hears waits for entry seq of a room to be pushed.
func (d *device) hears(room wire.ID, seq uint64) (e wire.Entry) {
	d.t.Helper()
	d.until(fmt.Sprintf("entry %d", seq), func() bool {
		for _, e = range d.entriesOf(room) {
			if e.Seq == seq {
				return true
			}
		}
		return false
	})
	return e
}

// got reports whether a notification was pushed that holds some bytes.
func (d *device) got(method, part string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.has(method, part)
}

func (d *device) has(method, part string) bool {
	for _, f := range d.pushed {
		if f.Method == method && strings.Contains(string(f.Params), part) {
			return true
		}
	}
	return false
}

// everything is all that was pushed, as text.
func (d *device) everything() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all strings.Builder
	for _, f := range d.pushed {
		all.WriteString(f.Method + " " + string(f.Params) + "\n")
	}
	return all.String()
}

func (d *device) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pushed = nil
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// sleeper is a socket whose owner does not read.
type sleeper struct {
	*house
	ws *websocket.Conn
}

// sleeper opens a socket, says hello and stops reading.
func (p person) sleeper() *sleeper {
	p.t.Helper()
	ws, _, err := websocket.Dial(p.t.Context(), p.node.URL()+"/v1/ws", nil)
	qt.Assert(p.t, qt.IsNil(err))
	p.t.Cleanup(func() { ws.CloseNow() })
	ws.SetReadLimit(8 << 20)
	hello, err := json.Marshal(object{"jsonrpc": "2.0", "id": 1, "method": "hello", "params": object{"token": p.Token}})
	qt.Assert(p.t, qt.IsNil(err))
	qt.Assert(p.t, qt.IsNil(ws.Write(p.t.Context(), websocket.MessageText, hello)))
	_, answer, err := ws.Read(p.t.Context())
	qt.Assert(p.t, qt.IsNil(err))
	qt.Assert(p.t, qt.StringContains(string(answer), `"result"`))
	return &sleeper{p.house, ws}
}

// wake reads to the end: the code with which the socket was closed, and the end
// of the last frame before that.
func (s *sleeper) wake() (code int, last string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for {
		_, data, err := s.ws.Read(ctx)
		if err != nil {
			return int(websocket.CloseStatus(err)), last
		}
		last = string(data[max(0, len(data)-500):])
	}
}
