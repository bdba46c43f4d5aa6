package load

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"madang/client"
)

// room is one group under load.
type room struct {
	id      client.ID
	quoted  []byte
	first   uint64 // number of the last entry before the load
	senders []*sender
	members []*member
	stop    atomic.Bool

	// known[seq % knownEntries] is an entry as the first member got it, who
	// looked into it. All others must get the very same bytes.
	known [knownEntries]atomic.Pointer[known]
}

const knownEntries = 1 << 13

type known struct {
	seq    uint64
	object []byte // the JSON-RPC notification
}

// member is somebody who receives.
type member struct {
	socket
	room *room
	next uint64        // number that is due; of the reading goroutine
	got  atomic.Uint64 // entries received
	_    [64]byte      // keeps counters of different goroutines apart
}

// sender is a member who sends too. What it sent is not pushed to it, so its
// numbers have holes that its acknowledgements fill.
type sender struct {
	member
	numbers  *numbering
	inFlight int
	sent     uint64
	seqs     []uint64      // acknowledged numbers
	acked    atomic.Uint64 // how many
	total    atomic.Uint64 // sent, when stopped and all acknowledged
}

// take receives a message of the socket. Nearly always it is entries that
// another member has looked into already, and then a comparison is enough.
func (m *member) take(message []byte) error {
	rest, n := message, uint64(0)
	due := m.next
	if len(rest) > 0 && rest[0] == '[' {
		rest = rest[1:]
	}
	for {
		k := m.room.known[m.next%knownEntries].Load()
		if k == nil || k.seq != m.next || !bytes.HasPrefix(rest, k.object) {
			break
		}
		rest = rest[len(k.object):]
		m.next++
		n++
		if len(rest) == 0 || rest[0] != ',' {
			break
		}
		rest = rest[1:]
	}
	m.got.Add(n)
	if len(rest) == 0 || len(rest) == 1 && rest[0] == ']' {
		return nil
	}
	return client.Elements(array(message), func(object []byte) error { return m.look(object, due) })
}

// array makes an array of a message that is a single object.
func array(message []byte) []byte {
	if len(message) > 0 && message[0] == '[' {
		return message
	}
	return slices.Concat([]byte{'['}, message, []byte{']'})
}

// look looks into one object of a message that began when due was due; what has
// been compared since is passed over.
func (m *member) look(object []byte, due uint64) error {
	return client.Split(object, func(n *client.Message) error {
		if string(n.Method) != "entry" {
			return nil
		}
		e, err := parseEntry(n.Params, m.room.quoted)
		if err != nil {
			return err
		}
		if e.seq <= m.room.first || due <= e.seq && e.seq < m.next {
			return nil // from the making of the room, told late; or compared before
		}
		if e.seq != m.next {
			return fmt.Errorf("member %s: number %d came where %d was due", m.user.ID, e.seq, m.next)
		}
		if err := m.room.check(&e, object); err != nil {
			return err
		}
		m.next++
		m.got.Add(1)
		return nil
	})
}

// check looks whether an entry is what one of the senders sent, and what other
// members got.
func (r *room) check(e *message, object []byte) error {
	slot := &r.known[e.seq%knownEntries]
	k := slot.Load()
	if k != nil && k.seq == e.seq {
		if !bytes.Equal(k.object, object) {
			return fmt.Errorf("number %d is not the same for all: %.300s and %.300s", e.seq, k.object, object)
		}
		return nil
	}
	for _, s := range r.senders {
		if !s.numbers.mine(e) {
			continue
		}
		if _, err := s.numbers.number(e); err != nil {
			return err
		}
		if k == nil || k.seq < e.seq {
			slot.CompareAndSwap(k, &known{e.seq, bytes.Clone(object)})
		}
		return nil
	}
	return fmt.Errorf("number %d is of nobody who sends here: client id %s", e.seq, e.clientID)
}

// start sends the first messages.
func (s *sender) start() error {
	for range s.inFlight {
		if err := s.queue(); err != nil {
			return err
		}
	}
	return s.conn.Flush()
}

func (s *sender) queue() error {
	s.sent++
	return s.conn.QueueFunc(func(b []byte) []byte { return s.numbers.append(b, s.room.id, s.sent-1, firstCall) })
}

// object takes an entry of another sender, or an acknowledgement.
func (s *sender) object(m *client.Message) error {
	if string(m.Method) == "entry" {
		e, err := parseEntry(m.Params, s.room.quoted)
		if err != nil {
			return err
		}
		if e.seq <= s.room.first {
			return nil // from the making of the room, told late
		}
		if e.seq < s.next {
			return fmt.Errorf("sender %s: number %d came after %d", s.user.ID, e.seq, s.next-1)
		}
		if s.numbers.mine(&e) {
			return fmt.Errorf("sender %s: its own number %d was pushed to it", s.user.ID, e.seq)
		}
		s.next = e.seq + 1
		s.got.Add(1)
		return nil
	}
	if m.ID == 0 {
		return nil
	}
	if err := refused("message.send", m); err != nil {
		return err
	}
	seq, err := parseSent(m.Result)
	if err != nil {
		return err
	}
	if n := len(s.seqs); n > 0 && s.seqs[n-1] >= seq {
		return fmt.Errorf("sender %s: number %d was acknowledged after %d", s.user.ID, seq, s.seqs[n-1])
	}
	s.seqs = append(s.seqs, seq)
	s.acked.Add(1)
	if s.room.stop.Load() {
		if uint64(len(s.seqs)) == s.sent {
			s.total.Store(s.sent)
		}
		return nil
	}
	return s.queue()
}

// newRoom makes a group of people who are connected and silent.
func newRoom(c *crew, title string, members, senders, inFlight, size int) (*room, error) {
	users, err := c.t.users(c.ctx, members)
	if err != nil {
		return nil, err
	}
	view, err := c.t.group(c.ctx, title, users)
	if err != nil {
		return nil, err
	}
	r := &room{id: view.ID, quoted: []byte(`"` + view.ID.String() + `"`), first: view.HeadSeq}
	for i, u := range users {
		if i < senders {
			s := &sender{numbers: newNumbering(size), inFlight: inFlight}
			s.user, s.room, s.next = u, r, r.first+1
			s.handle = s.object
			r.senders = append(r.senders, s)
			continue
		}
		m := &member{room: r, next: r.first + 1}
		m.user, m.raw = u, m.take
		r.members = append(r.members, m)
	}
	err = each(c.ctx, members, 32, func(_ context.Context, i int) error {
		if i < senders {
			return c.join(&r.senders[i].socket)
		}
		return c.join(&r.members[i-senders].socket)
	})
	return r, err
}

// deliveries counts what was received.
func (r *room) deliveries() (n uint64) {
	for _, m := range r.members {
		n += m.got.Load()
	}
	for _, s := range r.senders {
		n += s.got.Load()
	}
	return n
}

// acked counts what was acknowledged.
func (r *room) acked() (n uint64) {
	for _, s := range r.senders {
		n += s.acked.Load()
	}
	return n
}

// finish lets what is in flight arrive and proves that everybody has
// everything: the numbers that a sender was given and those that it received
// are together all numbers, since none was in both.
func (r *room) finish(ctx context.Context) error {
	r.stop.Store(true)
	return eventually(ctx, 20*time.Second, func() error {
		var sent uint64
		for _, s := range r.senders {
			total := s.total.Load()
			if total == 0 {
				return fmt.Errorf("sender %s: %d messages are acknowledged", s.user.ID, s.acked.Load())
			}
			sent += total
		}
		for _, s := range r.senders {
			if s.got.Load()+s.acked.Load() != sent {
				return fmt.Errorf("sender %s: has %d messages of %d", s.user.ID, s.got.Load()+s.acked.Load(), sent)
			}
		}
		for _, m := range r.members {
			if m.got.Load() != sent {
				return fmt.Errorf("member %s: has %d messages of %d", m.user.ID, m.got.Load(), sent)
			}
		}
		return nil
	})
}

var groupScenario = scenario{
	name: "group",
	shape: func(o *Options) string {
		return fmt.Sprintf("a room of %d, %d senders × %d unacknowledged, %d bytes of text", o.Members, o.Senders, o.InFlight, o.TextBytes)
	},
	standard: func(o *Options) bool { return o.Members == 200 && o.Senders == 5 && o.InFlight == 8 },
	figures: []Figure{
		{Name: "deliveries", Unit: "/s", Goal: 300_000, Aim: 550_000},
		{Name: "messages", Unit: "/s"},
		{Name: "server processor", Unit: "µs/delivery", AtMost: true},
		{Name: "load processor", Unit: "µs/delivery", AtMost: true},
	},
	onPostgres: map[string]Figure{"deliveries": {}},
	run:        runGroup,
	ceiling: func(ctx context.Context, o *Options, relay *child, report progress) (sample, error) {
		n, err := relayGroup(ctx, relay.addr, o.Members, o.Senders, o.InFlight, o.ceilingSpan(), report)
		return sample{"deliveries": n}, err
	},
}

func runGroup(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	c := newCrew(ctx, t)
	defer func() { err = c.end(err) }()
	report(0, 0, "making users and the room")
	r, err := newRoom(c, "load", o.Members, o.Senders, o.InFlight, o.TextBytes)
	if err != nil {
		return nil, "", err
	}
	for _, s := range r.senders {
		if err := s.start(); err != nil {
			return nil, "", err
		}
	}
	m := meter{ctx: c.ctx, t: t, count: r.deliveries}
	var from, to uint64
	took, err := o.span().watch(c.ctx, report, func() string { return fmt.Sprintf("%d deliveries", r.deliveries()) },
		func() error { err := m.begin(); from = r.acked(); return err },
		func() error { to = r.acked(); return m.end() })
	if err != nil {
		return nil, "", err
	}
	if err := r.finish(c.ctx); err != nil {
		return nil, "", err
	}
	n := m.counted()
	return sample{
		"deliveries":       n / took.Seconds(),
		"messages":         float64(to-from) / took.Seconds(),
		"server processor": 1e6 * (m.after.CPUSeconds - m.before.CPUSeconds) / n,
		"load processor":   1e6 * (m.selfAfter - m.selfBefore) / n,
	}, fmt.Sprintf("%d deliveries, everybody has every number in order and the same bytes", r.deliveries()), nil
}
