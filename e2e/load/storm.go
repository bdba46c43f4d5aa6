package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"madang/client"
)

// stormMissed is how many entries each device has missed in each room.
const stormMissed = 5

var stormScenario = scenario{
	name: "storm",
	shape: func(o *Options) string {
		return fmt.Sprintf("%d devices at once: connect, hello, %d rooms of %d with last message and unread, sync of %d entries a room",
			o.Devices, o.Rooms, o.RoomSize, stormMissed)
	},
	standard: func(o *Options) bool { return o.Devices == 2000 && o.Rooms == 20 },
	figures: []Figure{
		{Name: "all served", Unit: "s", Goal: 2, AtMost: true},
		{Name: "all served, fresh server", Unit: "s", AtMost: true},
		{Name: "median device", Unit: "s", AtMost: true},
		{Name: "server processor", Unit: "ms/device", AtMost: true},
		{Name: "load processor", Unit: "ms/device", AtMost: true},
		{Name: "received", Unit: "KiB/device"},
	},
	run: runStorm,
	ceiling: func(ctx context.Context, o *Options, relay *child, report progress) (sample, error) {
		if err := mayOpen(o.Devices); err != nil {
			return nil, err
		}
		// As many frames as there are last messages and missed entries.
		took, err := relayStorm(ctx, relay.addr, o.Devices, o.Rooms*(1+stormMissed))
		return sample{"all served": took.Seconds(), "all served, fresh server": took.Seconds()}, err
	},
}

func runStorm(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	if err := mayOpen(o.Devices); err != nil {
		return nil, "", err
	}
	people, err := newCrowd(ctx, t, o.Devices, o.Rooms, o.RoomSize, report)
	if err != nil {
		return nil, "", err
	}
	report(0, 0, "sending what the devices will have missed")
	if err := people.write(ctx, t, o.TextBytes); err != nil {
		return nil, "", err
	}
	report(0, 0, "storm")
	warm, err := people.storm(ctx, t)
	if err != nil {
		return nil, "", err
	}
	s = sample{
		"all served":       warm.all.Seconds(),
		"median device":    percentile(warm.each, 50).Seconds(),
		"server processor": 1000 * warm.cpu / float64(o.Devices),
		"load processor":   1000 * warm.self / float64(o.Devices),
		"received":         float64(warm.bytes) / 1024 / float64(o.Devices),
	}
	if o.restart != nil {
		if err := o.restart(ctx); err != nil {
			return nil, "", err
		}
		report(0, 0, "storm on a fresh server")
		fresh, err := people.storm(ctx, t)
		if err != nil {
			return nil, "", err
		}
		s["all served, fresh server"] = fresh.all.Seconds()
	}
	return s, fmt.Sprintf("%d devices got %d rooms each with the right unread, and the %d entries missed in each, in order",
		o.Devices, o.Rooms, stormMissed), nil
}

// write has the maker of every room send what the others will have missed.
func (p *crowd) write(ctx context.Context, t *target, size int) (err error) {
	owned := make([][]int, len(p.users))
	for i := range p.rooms {
		owner := p.rooms[i].members[0]
		owned[owner] = append(owned[owner], i)
	}
	c := newCrew(ctx, t)
	defer func() { err = c.end(err) }()
	return each(c.ctx, len(p.users), 32, func(ctx context.Context, u int) error {
		calls := len(owned[u]) * stormMissed
		if calls == 0 {
			return nil
		}
		numbers := newNumbering(size)
		var acked atomic.Uint64
		s := &socket{user: p.users[u]}
		s.handle = func(m *client.Message) error {
			if m.ID == 0 {
				return nil
			}
			acked.Add(1)
			return refused("message.send", m)
		}
		if err := c.join(s); err != nil {
			return err
		}
		n := uint64(0)
		for _, i := range owned[u] {
			for range stormMissed {
				if err := s.conn.QueueFunc(func(b []byte) []byte { return numbers.append(b, p.rooms[i].id, n, firstCall) }); err != nil {
					return err
				}
				n++
			}
		}
		if err := s.conn.Flush(); err != nil {
			return err
		}
		err := eventually(ctx, 30*time.Second, func() error {
			if acked.Load() != n {
				return fmt.Errorf("%d of %d messages were acknowledged", acked.Load(), n)
			}
			return nil
		})
		return errors.Join(err, s.leave())
	})
}

// returning is a device that comes back.
type returning struct {
	socket
	people *crowd
	index  int
	calls  []byte // rooms, sync
	sync   []byte
	left   int // answers to come
	start  time.Time
	took   time.Duration
	bytes  int
	done   func()
}

const (
	roomsCall = 2
	syncCall  = 3
)

// stormed is how a storm went.
type stormed struct {
	all   time.Duration
	each  latencies
	cpu   float64 // seconds of the server
	self  float64 // and of this process
	bytes int
}

// storm has all devices come back at once.
func (p *crowd) storm(ctx context.Context, t *target) (out stormed, err error) {
	epoch, err := p.epoch(ctx, t)
	if err != nil {
		return out, err
	}
	c := newCrew(ctx, t)
	defer func() { err = c.end(err) }()
	var left atomic.Int64
	left.Store(int64(len(p.users)))
	all := make(chan struct{})
	devices := make([]*returning, len(p.users))
	for i := range devices {
		d := &returning{people: p, index: i, left: 2}
		d.done = func() {
			if left.Add(-1) == 0 {
				close(all)
			}
		}
		d.user, d.raw, d.ready = p.users[i], d.take, d.ask
		d.calls = client.AppendCall(nil, roomsCall, "rooms", fmt.Appendf(nil, `{"limit":%d}`, len(p.of[i])))
		d.sync = client.AppendCall(nil, syncCall, "sync", p.have(i, epoch))
		devices[i] = d
	}
	before, err := t.process(ctx, false)
	if err != nil {
		return out, err
	}
	self, start := selfSeconds(), time.Now()
	for _, d := range devices {
		d.start = start
		c.group.Go(func() error { return c.dial(&d.socket) })
	}
	select {
	case <-all:
	case <-c.ctx.Done():
		return out, context.Cause(c.ctx)
	case <-time.After(2 * time.Minute):
		return out, fmt.Errorf("%d devices are not served after two minutes", left.Load())
	}
	out.all, out.self = time.Since(start), selfSeconds()-self
	after, err := t.process(ctx, false)
	if err != nil {
		return out, err
	}
	out.cpu = after.CPUSeconds - before.CPUSeconds
	for _, d := range devices {
		out.each = append(out.each, d.took)
		out.bytes += d.bytes
	}
	out.each.sort()
	return out, nil
}

// epoch asks for the epoch of the store.
func (p *crowd) epoch(ctx context.Context, t *target) (string, error) {
	var page struct {
		Epoch string `json:"epoch"`
	}
	err := t.as(p.users[0]).Do(ctx, "GET", "/v1/rooms?limit=1", nil, &page)
	if err == nil && page.Epoch == "" {
		err = errors.New("the room list has no epoch")
	}
	return page.Epoch, err
}

// have is the params of sync of a user who has missed the last entries.
func (p *crowd) have(user int, epoch string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"epoch":%q,"rooms":{`, epoch)
	for k, i := range p.of[user] {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `%s:%d`, p.rooms[i].quoted, p.rooms[i].head)
	}
	b.WriteString("}}")
	return []byte(b.String())
}

// ask asks for rooms and entries as soon as hello is answered.
func (d *returning) ask() error {
	return errors.Join(d.conn.Queue(d.calls), d.conn.Queue(d.sync))
}

func (d *returning) take(message []byte) error {
	d.bytes += len(message)
	return client.Split(message, func(m *client.Message) (err error) {
		switch m.ID {
		case roomsCall:
			if err = refused("rooms", m); err == nil {
				err = d.rooms(m.Result)
			}
		case syncCall:
			if err = refused("sync", m); err == nil {
				err = d.synced(m.Result)
			}
		default:
			return nil
		}
		if err != nil {
			return fmt.Errorf("device %s: %w", d.user.ID, err)
		}
		if d.left--; d.left == 0 {
			d.took = time.Since(d.start)
			d.done()
		}
		return nil
	})
}

// find gives the room of a JSON value that is one of this device's.
func (d *returning) find(quoted []byte) *crowdRoom {
	for _, i := range d.people.of[d.index] {
		if r := &d.people.rooms[i]; r.quoted == string(quoted) {
			return r
		}
	}
	return nil
}

// rooms checks the answer of rooms.
func (d *returning) rooms(result []byte) error {
	n := 0
	err := client.Fields(result, func(key, value []byte) error {
		if string(key) != "rooms" {
			return nil
		}
		return client.Elements(value, func(view []byte) error {
			n++
			var id, last []byte
			var head, unread uint64
			err := client.Fields(view, func(key, value []byte) error {
				switch string(key) {
				case "id":
					id = value
				case "head_seq":
					head, _ = client.Uint(value)
				case "unread":
					unread, _ = client.Uint(value)
				case "last_message":
					last = value
				}
				return nil
			})
			if err != nil {
				return err
			}
			r := d.find(id)
			if r == nil {
				return fmt.Errorf("room %s is not one of this person's", id)
			}
			want := uint64(stormMissed)
			if r.members[0] == d.index {
				want = 0 // wrote them
			}
			if head != r.head+stormMissed || unread != want || seqOf(last) != head {
				return fmt.Errorf("room %s: head %d, unread %d, last message %.80s; want head %d, unread %d", id, head, unread, last, r.head+stormMissed, want)
			}
			return nil
		})
	})
	if err == nil && n != len(d.people.of[d.index]) {
		err = fmt.Errorf("%d rooms came, not %d", n, len(d.people.of[d.index]))
	}
	return err
}

// synced checks the answer of sync.
func (d *returning) synced(result []byte) error {
	n := 0
	err := client.Fields(result, func(key, value []byte) error {
		if string(key) != "rooms" {
			return nil
		}
		return client.Elements(value, func(part []byte) error {
			n++
			var id, entries []byte
			err := client.Fields(part, func(key, value []byte) error {
				switch string(key) {
				case "room_id":
					id = value
				case "entries":
					entries = value
				}
				return nil
			})
			if err != nil {
				return err
			}
			r := d.find(id)
			if r == nil {
				return fmt.Errorf("room %s is not one of this person's", id)
			}
			next := r.head + 1
			err = client.Elements(entries, func(entry []byte) error {
				if seq := seqOf(entry); seq != next {
					return fmt.Errorf("room %s: number %d came where %d was due", id, seq, next)
				}
				next++
				return nil
			})
			if err == nil && next != r.head+1+stormMissed {
				err = fmt.Errorf("room %s: %d entries came, not %d", id, next-r.head-1, stormMissed)
			}
			return err
		})
	})
	if err == nil && n != len(d.people.of[d.index]) {
		err = fmt.Errorf("entries of %d rooms came, not %d", n, len(d.people.of[d.index]))
	}
	return err
}

// seqOf is the number of an entry; 0 when it has none.
func seqOf(entry []byte) (seq uint64) {
	// An error leaves 0, which is no number.
	_ = client.Fields(entry, func(key, value []byte) error {
		if string(key) == "seq" {
			seq, _ = client.Uint(value)
		}
		return nil
	})
	return seq
}
