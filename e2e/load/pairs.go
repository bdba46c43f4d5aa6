package load

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"madang/client"
)

// pair is two people: one sends, the other receives, in their direct room. A
// message counts when both have heard of it, the sender by the acknowledgement,
// the receiver by the entry, and both of the same number.
type pair struct {
	crew     *crew
	room     client.ID
	quoted   []byte // the room's id as it stands in JSON
	from, to socket
	numbers  *numbering
	inFlight int

	// Of the sender's goroutine.
	sent, acked uint64

	// Of the receiver's goroutine.
	next, last uint64 // message that is due; number of the last entry
	first      uint64 // number of the last entry before the load

	// heard[n % pairWindow] is the room's number of message n as the first of
	// the two gave it; 0 before and after.
	heard [pairWindow]atomic.Uint64
	both  atomic.Uint64 // messages that both heard of
	stop  atomic.Bool   // send no more
	ended atomic.Bool   // nothing more will be sent: total is known
	total atomic.Uint64

	// took, when set, is called by the receiver for every message.
	took func(number uint64)
}

// pairWindow bounds how far the receiver may be behind the sender. A server
// closes a receiver that is much slower.
const pairWindow = 8192

// firstCall is the call id of message 0: hello has 1.
const firstCall = 2

// newPairs makes pairs that are connected and silent.
func newPairs(ctx context.Context, c *crew, count, inFlight, size int) ([]*pair, error) {
	users, err := c.t.users(ctx, 2*count)
	if err != nil {
		return nil, err
	}
	pairs := make([]*pair, count)
	err = each(ctx, count, 16, func(ctx context.Context, i int) error {
		p := &pair{crew: c, inFlight: inFlight, numbers: newNumbering(size)}
		p.from.user, p.to.user = users[2*i], users[2*i+1]
		room, err := c.t.as(p.from.user).CreateRoom(ctx, "", p.to.user.ID)
		if err != nil {
			return err
		}
		p.room, p.quoted = room.ID, []byte(`"`+room.ID.String()+`"`)
		p.first, p.last = room.HeadSeq, room.HeadSeq
		p.from.handle, p.to.handle = p.acknowledged, p.received
		if err := c.join(&p.to); err != nil {
			return err
		}
		pairs[i] = p
		return c.join(&p.from)
	})
	return pairs, err
}

// start sends the first messages.
func (p *pair) start() error {
	p.sent = uint64(p.inFlight)
	for n := range p.sent {
		if err := p.queue(n); err != nil {
			return err
		}
	}
	return p.from.conn.Flush()
}

func (p *pair) queue(number uint64) error {
	return p.from.conn.QueueFunc(func(b []byte) []byte { return p.numbers.append(b, p.room, number, firstCall) })
}

// acknowledged takes an answer and sends the next message in its place. It
// leaves together with those of the other answers that came in.
func (p *pair) acknowledged(m *client.Message) error {
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
	if err := p.hear(m.ID-firstCall, seq); err != nil {
		return err
	}
	p.acked++
	if p.inFlight == 0 {
		return nil // somebody else sends
	}
	if p.stop.Load() {
		if p.acked == p.sent {
			p.end()
		}
		return nil
	}
	p.sent++
	return p.queue(p.sent - 1)
}

// end says that all messages have been sent. It is called by who sends.
func (p *pair) end() {
	p.total.Store(p.sent)
	p.ended.Store(true)
}

// received takes a notification of the receiver.
func (p *pair) received(m *client.Message) error {
	if string(m.Method) != "entry" {
		return nil
	}
	e, err := parseEntry(m.Params, p.quoted)
	if err != nil {
		return err
	}
	if e.seq <= p.first {
		return nil // from the making of the room, told late
	}
	if e.seq != p.last+1 {
		return fmt.Errorf("room %s: number %d came after %d", p.room, e.seq, p.last)
	}
	p.last = e.seq
	number, err := p.numbers.number(&e)
	if err != nil {
		return err
	}
	if number != p.next {
		return fmt.Errorf("room %s: message %d came where %d was due", p.room, number, p.next)
	}
	p.next++
	if p.took != nil {
		p.took(number)
	}
	return p.hear(number, e.seq)
}

// hear notes that one of the two knows the number of a message. The second
// must know the same.
func (p *pair) hear(number, seq uint64) error {
	slot := &p.heard[number%pairWindow]
	if slot.CompareAndSwap(0, seq) {
		return nil
	}
	if other := slot.Swap(0); other != seq {
		return fmt.Errorf("room %s: message %d has the numbers %d and %d, or the receiver is %d messages behind", p.room, number, seq, other, pairWindow)
	}
	p.both.Add(1)
	return nil
}

// bothOf counts the messages that both sides of all pairs heard of.
func bothOf(pairs []*pair) (n uint64) {
	for _, p := range pairs {
		n += p.both.Load()
	}
	return n
}

// finish lets what is in flight arrive and proves that nothing is missing: each
// pair has heard on both sides of every message that was sent.
func finish(ctx context.Context, pairs []*pair) error {
	for _, p := range pairs {
		p.stop.Store(true)
	}
	return eventually(ctx, 20*time.Second, func() error {
		for _, p := range pairs {
			both := p.both.Load()
			if !p.ended.Load() {
				return fmt.Errorf("room %s: a message is not acknowledged; %d are, and received", p.room, both)
			}
			if total := p.total.Load(); both != total {
				return fmt.Errorf("room %s: %d messages were sent, %d acknowledged and received", p.room, total, both)
			}
		}
		return nil
	})
}

// eventually waits until f gives nil, and gives its error when the time is up.
func eventually(ctx context.Context, most time.Duration, f func() error) error {
	end := time.NewTimer(most)
	defer end.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-end.C:
			return err
		case <-tick.C:
		}
	}
}

var pairsScenario = scenario{
	name: "pairs",
	shape: func(o *Options) string {
		return fmt.Sprintf("%d pairs × %d unacknowledged, %d bytes of text", o.Pairs, o.InFlight, o.TextBytes)
	},
	standard: func(o *Options) bool { return o.Pairs == 100 && o.InFlight == 8 },
	figures: []Figure{
		{Name: "messages", Unit: "/s", Goal: 45_000, Aim: 65_000},
		{Name: "server processor", Unit: "µs/message", Goal: 25, Aim: 20, AtMost: true},
		{Name: "load processor", Unit: "µs/message", AtMost: true},
		{Name: "messages a commit"},
	},
	onPostgres: map[string]Figure{"messages": {Goal: 10_000}, "server processor": {}},
	run:        runPairs,
	ceiling: func(ctx context.Context, o *Options, relay *child, report progress) (sample, error) {
		n, err := relayPairs(ctx, relay.addr, o.Pairs, o.InFlight, o.ceilingSpan(), report)
		return sample{"messages": n}, err
	},
}

func runPairs(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	c := newCrew(ctx, t)
	defer func() { err = c.end(err) }()
	report(0, 0, "making users and rooms")
	pairs, err := newPairs(c.ctx, c, o.Pairs, o.InFlight, o.TextBytes)
	if err != nil {
		return nil, "", err
	}
	for _, p := range pairs {
		if err := p.start(); err != nil {
			return nil, "", err
		}
	}
	m := meter{ctx: c.ctx, t: t, count: func() uint64 { return bothOf(pairs) }}
	took, err := o.span().watch(c.ctx, report, func() string { return fmt.Sprintf("%d messages", bothOf(pairs)) }, m.begin, m.end)
	if err != nil {
		return nil, "", err
	}
	if err := finish(c.ctx, pairs); err != nil {
		return nil, "", err
	}
	n := m.counted()
	s = sample{
		"messages":         n / took.Seconds(),
		"server processor": 1e6 * (m.after.CPUSeconds - m.before.CPUSeconds) / n,
		"load processor":   1e6 * (m.selfAfter - m.selfBefore) / n,
	}
	if commits := m.after.Commits - m.before.Commits; commits > 0 { // not counted on PostgreSQL
		s["messages a commit"] = n / commits
	}
	return s, fmt.Sprintf("%d messages acknowledged and received under the same number, without gap, in order, unchanged", bothOf(pairs)), nil
}
