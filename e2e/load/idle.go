package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"madang/client"
)

const (
	idleRoomSize = 100 // members of each room
	idleProbes   = 50  // rooms in which a message is sent at the end
)

var idleScenario = scenario{
	name: "idle",
	shape: func(o *Options) string {
		return fmt.Sprintf("%d sockets, each user in %d rooms of %d", o.Sockets, o.Rooms, min(idleRoomSize, o.Sockets))
	},
	standard: func(o *Options) bool { return o.Sockets == 15_000 && o.Rooms == 20 },
	figures: []Figure{
		{Name: "memory", Unit: "KiB/socket", Goal: 8, Aim: 6, AtMost: true},
		{Name: "after deliveries", Unit: "KiB/socket", AtMost: true},
		{Name: "connected", Unit: "sockets/s"},
	},
	run: runIdle,
	ceiling: func(ctx context.Context, o *Options, relay *child, report progress) (sample, error) {
		if err := mayOpen(o.Sockets); err != nil {
			return nil, err
		}
		report(0, 0, "connecting")
		n, err := relayIdle(ctx, relay.addr, relay.cmd.Process.Pid, o.Sockets)
		return sample{"memory": n / 1024}, err
	},
}

func runIdle(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	if err := mayOpen(o.Sockets); err != nil {
		return nil, "", err
	}
	people, err := newCrowd(ctx, t, o.Sockets, o.Rooms, idleRoomSize, report)
	if err != nil {
		return nil, "", err
	}
	if o.restart != nil {
		// What making users and rooms has left in memory would be there for the
		// sockets to use, and they would seem to need none.
		report(0, 0, "starting the server anew")
		if err := o.restart(ctx); err != nil {
			return nil, "", err
		}
	}
	before, err := settled(ctx, t, report)
	if err != nil {
		return nil, "", err
	}

	c := newCrew(ctx, t)
	defer func() { err = c.end(err) }()
	var got, acked, joined atomic.Uint64
	numbers := newNumbering(o.TextBytes)
	idlers := make([]socket, o.Sockets)
	start := time.Now()
	err = each(c.ctx, o.Sockets, 64, func(_ context.Context, i int) error {
		d := &idlers[i]
		d.user = people.users[i]
		d.handle = func(m *client.Message) error {
			if m.ID != 0 {
				acked.Add(1)
				return refused("message.send", m)
			}
			if string(m.Method) != "entry" {
				return nil
			}
			late, err := probe(people, numbers, i, m.Params)
			if !late {
				got.Add(1)
			}
			return err
		}
		if n := joined.Add(1); n%500 == 0 {
			report(0, 0, fmt.Sprintf("%d sockets", n))
		}
		return c.join(d)
	})
	if err != nil {
		return nil, "", err
	}
	connected := time.Since(start)
	after, err := settled(c.ctx, t, report)
	if err != nil {
		return nil, "", err
	}

	// The memory counts only if the sockets work.
	want, probes := uint64(0), min(idleProbes, len(people.rooms))
	for i := range probes {
		r := &people.rooms[i*len(people.rooms)/probes]
		owner := idlers[r.members[0]].conn
		err := owner.QueueFunc(func(b []byte) []byte { return numbers.append(b, r.id, uint64(i), firstCall) })
		if err := errors.Join(err, owner.Flush()); err != nil {
			return nil, "", err
		}
		want += uint64(len(r.members) - 1)
	}
	err = eventually(c.ctx, 20*time.Second, func() error {
		if got.Load() != want || acked.Load() != uint64(probes) {
			return fmt.Errorf("%d of %d deliveries came, %d of %d messages were acknowledged", got.Load(), want, acked.Load(), probes)
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	later, err := settled(c.ctx, t, report)
	if err != nil {
		return nil, "", err
	}
	kib := func(p process) float64 { return (p.RSSBytes - before.RSSBytes) / 1024 / float64(o.Sockets) }
	return sample{
		"memory":           kib(after),
		"after deliveries": kib(later),
		"connected":        float64(o.Sockets) / connected.Seconds(),
	}, fmt.Sprintf("%d sockets said hello; %d messages reached all %d other members", o.Sockets, probes, want), nil
}

// probe checks that an entry is one that was sent, in a room of the user's; or
// one from the making of the room, told late.
func probe(people *crowd, numbers *numbering, user int, params []byte) (late bool, err error) {
	for _, i := range people.of[user] {
		r := &people.rooms[i]
		if !bytes.Contains(params, []byte(r.quoted)) {
			continue
		}
		e, err := parseEntry(params, []byte(r.quoted))
		if err != nil || e.seq <= r.head {
			return true, err
		}
		_, err = numbers.number(&e)
		return false, err
	}
	return false, fmt.Errorf("user %d got an entry of a room that is not theirs: %.200s", user, params)
}

// settled waits until the server's memory does not change any more.
func settled(ctx context.Context, t *target, report progress) (process, error) {
	const most = 15
	var last process
	for range most {
		p, err := t.process(ctx, true)
		if err != nil {
			return p, err
		}
		report(0, 0, fmt.Sprintf("waiting for the memory to settle: %.0f MiB", p.RSSBytes/(1<<20)))
		if math.Abs(p.RSSBytes-last.RSSBytes) < 0.005*p.RSSBytes {
			return p, nil
		}
		last = p
		select {
		case <-ctx.Done():
			return p, context.Cause(ctx)
		case <-time.After(time.Second):
		}
	}
	return last, nil
}
