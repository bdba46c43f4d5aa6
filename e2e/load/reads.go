package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"madang/client"
	"madang/internal/wire"
)

// readsPerSecond is how many messages a second are posted, and read by every
// member.
const readsPerSecond = 5

// reader is a member who has the room open and marks every message as read.
type reader struct {
	socket
	c *reads

	next  uint64
	calls uint64 // the id of the last call
}

// reads counts what all readers get and do.
type reads struct {
	room    client.ID
	quoted  []byte
	first   uint64 // number of the last entry before the load
	numbers *numbering

	messages, bytes   atomic.Uint64 // of the socket: frames
	entries, notices  atomic.Uint64 // notifications entry and read
	marked, confirmed atomic.Uint64 // calls of room.read
	opened            atomic.Uint64
}

const openCall = 2 // id of room.open; those of room.read follow

func (r *reader) take(message []byte) error {
	r.c.messages.Add(1)
	r.c.bytes.Add(uint64(len(message)))
	return client.Split(message, r.object)
}

func (r *reader) object(m *client.Message) error {
	switch {
	case string(m.Method) == "read":
		r.c.notices.Add(1)
		return nil
	case string(m.Method) == "entry":
		e, err := parseEntry(m.Params, r.c.quoted)
		if err != nil {
			return err
		}
		if e.seq <= r.c.first {
			return nil // from the making of the room, told late
		}
		if e.seq != r.next {
			return fmt.Errorf("reader %s: number %d came where %d was due", r.user.ID, e.seq, r.next)
		}
		if _, err := r.c.numbers.number(&e); err != nil {
			return err
		}
		r.next++
		r.calls++
		r.c.entries.Add(1)
		r.c.marked.Add(1)
		return r.conn.QueueFunc(func(b []byte) []byte { return client.AppendRead(b, openCall+r.calls, r.c.room, e.seq) })
	case m.ID == openCall:
		r.c.opened.Add(1)
		return refused("room.open", m)
	case m.ID != 0:
		r.c.confirmed.Add(1)
		return refused("room.read", m)
	}
	return nil
}

var readsScenario = scenario{
	name: "reads",
	shape: func(o *Options) string {
		return fmt.Sprintf("a room of %d, open on all devices, everybody marks %d messages a second as read", o.Readers, readsPerSecond)
	},
	standard: func(o *Options) bool { return o.Readers == 3000 },
	figures: []Figure{
		{Name: "read marks", Unit: "/s"},
		{Name: "frames", Unit: "/s a member", AtMost: true},
		{Name: "read notices", Unit: "/s a member", AtMost: true},
		{Name: "received", Unit: "KiB/s a member", AtMost: true},
		{Name: "server processor", Unit: "cores", AtMost: true},
	},
	run: runReads,
}

func runReads(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	c := newCrew(ctx, t)
	defer func() { err = c.end(err) }()
	report(0, 0, "making users and the room")
	users, err := t.users(c.ctx, o.Readers)
	if err != nil {
		return nil, "", err
	}
	view, err := t.group(c.ctx, "readers", users)
	if err != nil {
		return nil, "", err
	}
	r := &reads{room: view.ID, quoted: []byte(`"` + view.ID.String() + `"`), first: view.HeadSeq, numbers: newNumbering(o.TextBytes)}
	poster := &socket{user: users[0], handle: func(m *client.Message) error { return refused("message.send", m) }}
	if err := c.join(poster); err != nil {
		return nil, "", err
	}
	open := client.AppendCall(nil, openCall, "room.open", []byte(`{"room_id":`+string(r.quoted)+`}`))
	report(0, 0, "connecting")
	err = each(c.ctx, len(users)-1, 32, func(_ context.Context, i int) error {
		m := &reader{c: r, next: view.HeadSeq + 1}
		m.user, m.handle = users[i+1], m.object
		m.raw = m.take
		m.ready = func() error { return m.conn.Queue(open) }
		return c.join(&m.socket)
	})
	if err != nil {
		return nil, "", err
	}
	err = eventually(c.ctx, 20*time.Second, func() error {
		if n := r.opened.Load(); n != uint64(len(users)-1) {
			return fmt.Errorf("%d members have the room open", n)
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}

	var posted atomic.Uint64
	paced := make(chan error, 1)
	go func() {
		paced <- pace(c.ctx, readsPerSecond, o.span().total(), func(time.Time) error {
			n := posted.Add(1) - 1
			err := poster.conn.QueueFunc(func(b []byte) []byte { return r.numbers.append(b, r.room, n, firstCall) })
			return errors.Join(err, poster.conn.Flush())
		})
	}()
	var frames, bytes, notices [2]uint64
	note := func(i int) {
		frames[i], bytes[i], notices[i] = r.messages.Load(), r.bytes.Load(), r.notices.Load()
	}
	m := meter{ctx: c.ctx, t: t, count: r.confirmed.Load}
	took, err := o.span().watch(c.ctx, report, func() string { return fmt.Sprintf("%d read marks", r.confirmed.Load()) },
		func() error { note(0); return m.begin() },
		func() error { note(1); return m.end() })
	if failed := <-paced; failed != nil {
		return nil, "", failed
	}
	if err != nil {
		return nil, "", err
	}
	if err := r.finish(c.ctx, t.as(users[0]), posted.Load(), uint64(len(users)-1)); err != nil {
		return nil, "", err
	}
	seconds := took.Seconds()
	each := func(n [2]uint64) float64 { return float64(n[1]-n[0]) / seconds / float64(len(users)-1) }
	// At most one a second, and those that were on their way when it began.
	if n := each(notices) * seconds; o.Readers > wire.SmallRoom && n > seconds+1.5 {
		return nil, "", fmt.Errorf("a member got %.1f read notices in %.1f s; the protocol allows one a second", n, seconds)
	}
	return sample{
		"read marks":       m.counted() / seconds,
		"frames":           each(frames),
		"read notices":     each(notices),
		"received":         each(bytes) / 1024,
		"server processor": (m.after.CPUSeconds - m.before.CPUSeconds) / seconds,
	}, fmt.Sprintf("%d read marks confirmed; nobody has the last message yet to read", r.confirmed.Load()), nil
}

// finish waits until all marks are confirmed and proves that they count: nobody
// has yet to read the last message.
func (r *reads) finish(ctx context.Context, owner *client.API, posted, readers uint64) error {
	return eventually(ctx, 20*time.Second, func() error {
		if want, got := posted*readers, r.confirmed.Load(); got != want {
			return fmt.Errorf("%d of %d read marks are confirmed, of %d entries received", got, want, r.entries.Load())
		}
		var page struct {
			Entries []client.Entry `json:"entries"`
		}
		path := "/v1/rooms/" + r.room.String() + "/messages?limit=" + strconv.Itoa(1)
		if err := owner.Do(ctx, http.MethodGet, path, nil, &page); err != nil {
			return err
		}
		if len(page.Entries) != 1 || page.Entries[0].UnreadBy == nil || *page.Entries[0].UnreadBy != 0 {
			return fmt.Errorf("the last message is not read by all: %+v", page.Entries)
		}
		return nil
	})
}
