package gateway_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"

	"madang/internal/wire"
)

// unharmed makes sure that two others talk as if nothing was.
func unharmed(t *testing.T, h *house) (check func()) {
	t.Helper()
	p := h.people(2)
	room := h.direct(p[0], p[1])
	ann, ben := h.connect(p[0]), h.connect(p[1])
	return func() {
		t.Helper()
		start := time.Now()
		ann.say(room, "fine")
		qt.Check(t, qt.Equals(ben.message(), "fine"))
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("the others had to wait %v", d)
		}
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

func TestHugeFrame(t *testing.T) {
	h := open(t)
	check := unharmed(t, h)
	c := h.connect(h.people(1)[0])
	before := heap()
	_ = c.ws.Write(t.Context(), websocket.MessageText, []byte(`"`+strings.Repeat("x", 32<<20)+`"`)) // is cut off
	status, bye := c.ended()
	qt.Check(t, qt.Equals(status, 1009))
	qt.Check(t, qt.Matches(bye, `.*"code":"frame_too_large".*`))
	if grown := heap() - before; grown > 40<<20 { // the 32 MiB are the client's own
		t.Errorf("the heap grew by %d bytes", grown)
	}
	check()
}

// The largest text fits into a frame whatever it is made of.
func TestLargestText(t *testing.T) {
	h := open(t)
	p := h.people(2)
	room := h.direct(p[0], p[1])
	ann, ben := h.connect(p[0]), h.connect(p[1])
	s := strings.Repeat("가", wire.MaxTextGraphemes)
	ann.say(room, s)
	qt.Check(t, qt.Equals(ben.message(), s))
	qt.Check(t, qt.Equals(ann.refused("message.send", text(room, s+"가")), "text_too_long"))
}

func TestDeepJSON(t *testing.T) {
	h := open(t)
	check := unharmed(t, h)
	c := h.connect(h.people(1)[0])
	for _, s := range []string{
		strings.Repeat("[", 100_000),
		`{"jsonrpc":"2.0","id":1,"method":"have","params":` + strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat(`}`, 20_000) + `}`,
		`[{"id":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}]`,
	} {
		c.write(s)
		f := c.waitFor(func(f frame) bool { return f.Error != nil })
		qt.Check(t, qt.Equals(f.Error.Data.Code, "bad_json"))
		qt.Check(t, qt.Equals(string(f.ID), "null"))
	}
	c.call("ping", nil, nil)
	check()
}

func TestNotACall(t *testing.T) {
	h := open(t)
	c := h.connect(h.people(1)[0])
	many := strings.TrimSuffix(strings.Repeat(`{"method":"typing"},`, wire.MaxBatch+1), ",")
	for _, test := range []struct{ frame, id, code string }{
		{``, "null", "bad_json"},
		{`hello`, "null", "bad_json"},
		{`{"id":1`, "null", "bad_json"},
		{`{"id":1,"method":"ping"} {}`, "1", "bad_json"},
		{`[]`, "null", "bad_json"},
		{`[1]`, "null", "bad_json"},
		{`{"id":1}`, "1", "bad_request"},
		{`{}`, "null", "bad_request"},
		{`{"id":{},"method":"ping"}`, "null", "bad_request"},
		{`{"id":true,"method":"ping"}`, "null", "bad_request"},
		{`{"id":"` + strings.Repeat("i", 100) + `","method":"ping"}`, "null", "bad_request"},
		{`{"id":7,"method":"nothing"}`, "7", "unknown_method"},
		{`{"id":"a-b","method":"room.read","params":[]}`, `"a-b"`, "bad_request"},
		{`{"id":1.5,"method":"room.read","params":{"room_id":"x","seq":1}}`, "1.5", "bad_request"},
		{`{"id":2,"method":"room.read","params":{"seq":-1}}`, "2", "bad_request"},
		{`{"id":3,"method":"message.send","params":{"client_id":"x"}}`, "3", "client_id_invalid"},
		{`[` + many + `]`, "null", "bad_request"},
	} {
		c.write(test.frame)
		f := c.waitFor(func(f frame) bool { return f.Error != nil })
		qt.Check(t, qt.Equals(string(f.ID), test.id), qt.Commentf("%s", test.frame))
		qt.Check(t, qt.Equals(f.Error.Data.Code, test.code), qt.Commentf("%s", test.frame))
	}
	c.quiet()
}

// A client that floods is closed for it, and nobody else is disturbed.
func TestFlood(t *testing.T) {
	h, phones := openWithPhones(t)
	check := unharmed(t, h)
	c := h.connect(phones.signIn("+821055501001"))
	for i := 0; ; i++ {
		if c.ws.Write(t.Context(), websocket.MessageText, []byte(`{"method":"ping"}`)) != nil || i == 100_000 {
			break
		}
	}
	status, bye := c.ended()
	qt.Check(t, qt.Equals(status, 4004))
	qt.Check(t, qt.Matches(bye, `.*"code":"rate_limited".*`))
	check()
}

func TestTooManyCallsInFlight(t *testing.T) {
	h := open(t)
	check := unharmed(t, h)
	c := h.connect(h.people(1)[0])
	// A page of nothing takes a worker each; hundreds at once are too many.
	var frames []string
	for range 20 {
		var calls []string
		for range wire.MaxBatch {
			c.lastID++
			calls = append(calls, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"rooms"}`, c.lastID))
		}
		frames = append(frames, "["+strings.Join(calls, ",")+"]")
	}
	for _, f := range frames {
		c.write(f)
	}
	refused := 0
	for range 20 * wire.MaxBatch {
		f := c.next()
		if f.Error != nil {
			qt.Assert(t, qt.Equals(f.Error.Data.Code, "too_many_in_flight"))
			refused++
		}
	}
	t.Logf("%d of %d calls were refused", refused, 20*wire.MaxBatch)
	check()
	c.call("ping", nil, nil) // it is not closed for it
}

// A client that asks for pages and does not read them gets no more made, and is
// closed only by what others send it.
func TestPagesThatNobodyReads(t *testing.T) {
	h := open(t)
	check := unharmed(t, h)
	p := h.people(2)
	room := h.direct(p[0], p[1])
	for range 100 {
		h.Say(p[0].Actor, room, strings.Repeat("x", 8000))
	}
	c := h.connect(p[1])
	before := heap()
	const asked = 60 // of 800 KB each
	for range asked {
		c.ask("room.messages", map[string]any{"room_id": room, "limit": 100})
	}
	check()
	if grown := heap() - before; grown > 24<<20 {
		t.Errorf("pages that nobody reads take %d bytes", grown)
	}
	// Once it reads, it gets them all.
	for range asked {
		f := c.waitFor(func(f frame) bool { return f.Result != nil })
		qt.Assert(t, qt.IsTrue(len(f.Result) > 800_000))
	}
}

// A receiver that stops reading is closed with "resume" and finds everything by
// number when it comes back; the sender and the others never wait for it.
func TestSlowReceiver(t *testing.T) {
	h := open(t)
	p := h.people(3)
	room := h.group(p...)
	ann, ben, slow := h.connect(p[0]), h.connect(p[1]), h.connectNarrow(p[2])
	// More than the kernel's buffers and ours can hold between two sockets.
	s := strings.Repeat("가", wire.MaxTextGraphemes)
	const n = 300
	for i := 0; i < n; i += 30 {
		for range 30 {
			ann.ask("message.send", text(room, s))
		}
		for range 30 {
			qt.Assert(t, qt.Equals(ben.message(), s))
		}
	}
	status, bye := slow.ended()
	qt.Check(t, qt.Equals(status, 4000))
	qt.Check(t, qt.Matches(bye, `.*"code":"resume".*`))
	again := h.connect(p[2])
	var page struct {
		HeadSeq uint64 `json:"head_seq"`
	}
	again.call("room.messages", map[string]any{"room_id": room, "limit": 1}, &page)
	qt.Check(t, qt.IsTrue(page.HeadSeq > n))
	qt.Check(t, qt.Equals(h.Gaps(), 0))
}
