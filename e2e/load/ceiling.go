package load

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// relayClient is one connection to a relay.
type relayClient struct {
	conn net.Conn
	buf  []byte
	have int
}

// dialRelay connects and joins a room.
func dialRelay(ctx context.Context, addr string, room uint32) (*relayClient, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connect to the relay: %w", err)
	}
	c := &relayClient{conn: conn}
	if err := c.ask('j', room, 1); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// ask sends a control frame and reads the frames that answer it.
func (c *relayClient) ask(kind byte, number uint32, answers int) error {
	frame := make([]byte, RelayFrame)
	frame[0] = kind
	binary.BigEndian.PutUint32(frame[1:], number)
	if _, err := c.conn.Write(frame); err != nil {
		return fmt.Errorf("ask the relay: %w", err)
	}
	if _, err := io.CopyN(io.Discard, c.conn, int64(answers*RelayFrame)); err != nil {
		return fmt.Errorf("answer of the relay: %w", err)
	}
	return nil
}

// read calls each for every frame that came in with one read of the socket.
func (c *relayClient) read(each func(frame []byte) error) error {
	if c.buf == nil {
		c.buf = make([]byte, relayReadBuf)
	}
	n, err := c.conn.Read(c.buf[c.have:])
	if err != nil {
		return fmt.Errorf("read from the relay: %w", err)
	}
	c.have += n
	whole := c.have - c.have%RelayFrame
	for at := 0; at < whole; at += RelayFrame {
		if err := each(c.buf[at : at+RelayFrame]); err != nil {
			return err
		}
	}
	c.have = copy(c.buf, c.buf[whole:c.have])
	return nil
}

// relayMessages appends n messages to b, numbered from next on.
func relayMessages(b []byte, next uint64, n int) []byte {
	for i := range n {
		at := len(b)
		b = append(b, make([]byte, RelayFrame)...)
		b[at] = 'm'
		binary.BigEndian.PutUint64(b[at+1:], next+uint64(i))
	}
	return b
}

func relayNumber(frame []byte) uint64 { return binary.BigEndian.Uint64(frame[1:]) }

// relaySender keeps inFlight messages unacknowledged until its connection ends.
func relaySender(c *relayClient, inFlight int, acked *atomic.Uint64) error {
	next, ack := uint64(inFlight), uint64(0)
	out := relayMessages(nil, 0, inFlight)
	for {
		if _, err := c.conn.Write(out); err != nil {
			return fmt.Errorf("write to the relay: %w", err)
		}
		got := 0
		for got == 0 {
			err := c.read(func(frame []byte) error {
				if frame[0] != 'a' {
					return nil // another sender's message
				}
				if n := relayNumber(frame); n != ack {
					return fmt.Errorf("relay acknowledged %d where %d was next", n, ack)
				}
				ack++
				got++
				return nil
			})
			if err != nil {
				return err
			}
		}
		acked.Store(ack)
		out = relayMessages(out[:0], next, got)
		next += uint64(got)
	}
}

// relayRun connects to the relay on behalf of a scenario and ends all its
// connections and goroutines when the measuring is over.
type relayRun struct {
	addr   string
	first  uint32 // number of its first room in the relay
	mu     sync.Mutex
	conns  []*relayClient
	group  *errgroup.Group
	ctx    context.Context
	cancel context.CancelFunc
	done   atomic.Bool
}

// relayRooms counts the rooms that were given out. Each run has its own: what an
// earlier one has left in the relay still comes out in its rooms.
var relayRooms atomic.Uint32

func newRelayRun(ctx context.Context, addr string, rooms int) *relayRun {
	ctx, cancel := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	first := relayRooms.Add(uint32(rooms)) - uint32(rooms) + 1 // 0 is none
	return &relayRun{addr: addr, first: first, group: group, ctx: ctx, cancel: cancel}
}

// dial joins one of the run's rooms, which count from 0.
func (r *relayRun) dial(room int) (*relayClient, error) {
	c, err := dialRelay(r.ctx, r.addr, r.first+uint32(room))
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.conns = append(r.conns, c)
	r.mu.Unlock()
	return c, nil
}

// loop runs f until the end; what it returns after the end is no error.
func (r *relayRun) loop(f func() error) {
	r.group.Go(func() error {
		err := f()
		if r.done.Load() {
			return nil
		}
		return err
	})
}

// end closes everything, waits, and gives the first failure.
func (r *relayRun) end(err error) error {
	r.done.Store(true)
	r.mu.Lock()
	for _, c := range r.conns {
		_ = c.conn.Close()
	}
	r.mu.Unlock()
	r.cancel()
	if failed := r.group.Wait(); failed != nil {
		return failed
	}
	return err
}

// relayPairs is the ceiling of pairs: messages a second that were both
// acknowledged and received.
func relayPairs(ctx context.Context, addr string, pairs, inFlight int, s span, report progress) (perSecond float64, err error) {
	r := newRelayRun(ctx, addr, pairs)
	defer func() { err = r.end(err) }()
	acked, received := make([]atomic.Uint64, pairs), make([]atomic.Uint64, pairs)
	for i := range pairs {
		to, err := r.dial(i)
		if err != nil {
			return 0, err
		}
		from, err := r.dial(i)
		if err != nil {
			return 0, err
		}
		r.loop(func() error { return relaySender(from, inFlight, &acked[i]) })
		r.loop(func() error {
			var next uint64
			for {
				err := to.read(func(frame []byte) error {
					if n := relayNumber(frame); n != next {
						return fmt.Errorf("relay delivered %d where %d was next", n, next)
					}
					next++
					return nil
				})
				if err != nil {
					return err
				}
				received[i].Store(next)
			}
		})
	}
	both := func() (n uint64) {
		for i := range pairs {
			n += min(acked[i].Load(), received[i].Load())
		}
		return n
	}
	var from, to uint64
	took, err := s.watch(r.ctx, report, func() string { return fmt.Sprintf("%d messages", both()) },
		func() error { from = both(); return nil },
		func() error { to = both(); return nil })
	return float64(to-from) / took.Seconds(), err
}

// relayGroup is the ceiling of group: deliveries a second in one room.
func relayGroup(ctx context.Context, addr string, members, senders, inFlight int, s span, report progress) (perSecond float64, err error) {
	r := newRelayRun(ctx, addr, 1)
	defer func() { err = r.end(err) }()
	acked, received := make([]atomic.Uint64, senders), make([]atomic.Uint64, members)
	conns := make([]*relayClient, members)
	for i := range members {
		if conns[i], err = r.dial(0); err != nil {
			return 0, err
		}
	}
	for i, c := range conns {
		if i < senders {
			r.loop(func() error { return relaySender(c, inFlight, &acked[i]) })
			continue
		}
		r.loop(func() error {
			var n uint64
			for {
				if err := c.read(func([]byte) error { n++; return nil }); err != nil {
					return err
				}
				received[i].Store(n)
			}
		})
	}
	// A sender reads what the others send, but counts only its own: what it got
	// is as many as any other member got, less its own.
	deliveries := func() (n uint64) {
		var sent uint64
		for i := range senders {
			sent += acked[i].Load()
		}
		for i := senders; i < members; i++ {
			n += received[i].Load()
		}
		return n + sent*uint64(max(senders-1, 0))
	}
	var from, to uint64
	took, err := s.watch(r.ctx, report, func() string { return fmt.Sprintf("%d deliveries", deliveries()) },
		func() error { from = deliveries(); return nil },
		func() error { to = deliveries(); return nil })
	return float64(to-from) / took.Seconds(), err
}

// relayRate is the ceiling of rate: the latencies, sorted, of messages sent at
// a fixed rate over all pairs in turn.
func relayRate(ctx context.Context, addr string, pairs int, perSecond float64, s span, report progress) (all latencies, err error) {
	r := newRelayRun(ctx, addr, pairs)
	defer func() { err = r.end(err) }()
	base := time.Now()
	var mu sync.Mutex
	from := make([]*relayClient, pairs)
	warm := base.Add(s.warm)
	for i := range pairs {
		to, err := r.dial(i)
		if err != nil {
			return nil, err
		}
		if from[i], err = r.dial(i); err != nil {
			return nil, err
		}
		r.loop(func() error {
			for {
				err := to.read(func(frame []byte) error {
					due := base.Add(time.Duration(relayNumber(frame)))
					took := time.Since(due)
					if due.After(warm) {
						mu.Lock()
						all = append(all, took)
						mu.Unlock()
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
		})
		r.loop(func() error {
			for {
				if err := from[i].read(func([]byte) error { return nil }); err != nil {
					return err
				}
			}
		})
	}
	var sent atomic.Int64
	r.group.Go(func() error {
		out := make([]byte, 0, RelayFrame)
		return pace(r.ctx, perSecond, s.total(), func(due time.Time) error {
			out = relayMessages(out[:0], uint64(due.Sub(base)), 1)
			_, err := from[int(sent.Add(1))%pairs].conn.Write(out)
			return err
		})
	})
	none := func() error { return nil }
	_, err = s.watch(r.ctx, report, func() string { return fmt.Sprintf("%d messages", sent.Load()) }, none, none)
	mu.Lock()
	defer mu.Unlock()
	got := append(latencies(nil), all...)
	got.sort()
	return got, err
}

// relayStorm is the ceiling of storm: the time in which all devices connect,
// join and fetch as many frames as they missed.
func relayStorm(ctx context.Context, addr string, devices, frames int) (took time.Duration, err error) {
	r := newRelayRun(ctx, addr, devices)
	defer func() { err = r.end(err) }()
	start := time.Now()
	for i := range devices {
		r.group.Go(func() error {
			c, err := r.dial(i)
			if err != nil {
				return err
			}
			return c.ask('q', uint32(frames), frames)
		})
	}
	err = r.group.Wait()
	return time.Since(start), err
}

// relayIdle is the ceiling of idle: resident bytes of the relay's process for
// each of the open connections.
func relayIdle(ctx context.Context, addr string, pid, sockets int) (bytesEach float64, err error) {
	r := newRelayRun(ctx, addr, sockets)
	defer func() { err = r.end(err) }()
	before, err := residentBytes(pid)
	if err != nil {
		return 0, err
	}
	for i := range sockets {
		if _, err := r.dial(i); err != nil {
			return 0, err
		}
	}
	after, err := residentBytes(pid)
	if err != nil {
		return 0, err
	}
	return float64(after-before) / float64(sockets), nil
}

// residentBytes is the memory that a process of this machine holds.
func residentBytes(pid int) (int64, error) {
	var pages, resident int64
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	if _, err := fmt.Sscan(string(b), &pages, &resident); err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	return resident * int64(os.Getpagesize()), nil
}
