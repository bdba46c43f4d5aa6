package load

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// RelayFrame is the size of every frame of the bare relay, both ways, in
// bytes. The first byte tells what it is:
//
//	'j'  to the relay: join the room whose number follows in four bytes;
//	     the relay gives the frame back when it is done
//	'm'  a message: it goes to the disk, then to everybody else in the room,
//	     and back to its sender as 'a', everything else unchanged
//	'q'  to the relay: send as many 'r' frames as the following four bytes say
//
// A connection sends 'j' and 'q' before its first 'm'.
const RelayFrame = 200

const (
	relayFile    = 64 << 20 // bytes written over and over
	relayReadBuf = 32 << 10
)

// Relay is the least that a durable messenger can do: read frames, append them
// to a file, make them durable together, hand them on. Nothing is parsed,
// numbered, indexed or authorised. What it reaches on a machine is the ceiling
// that figures of the real server are compared with.
//
// It is built the way that was measured to be fastest with goroutines: one
// reader per connection; one committer that takes whatever came in during the
// last fdatasync as the next batch; one deliverer that makes one write per
// connection for all that a batch has for it. It bounds nothing: its clients
// bound what they have in flight.
type Relay struct {
	file *os.File

	mu      sync.Mutex
	pending relayBatch
	rooms   map[uint32]*relayRoom

	wake    chan struct{} // 1: pending is not empty
	commits chan *relayBatch
	free    chan *relayBatch
}

type relayBatch struct {
	frames []byte // RelayFrame bytes for each of from
	from   []*relayPeer
}

// relayRoom is who is in a room. The list is replaced, never changed, so that
// the deliverer reads it without the lock under which it is replaced.
type relayRoom struct {
	peers atomic.Pointer[[]*relayPeer]
}

// relayPeer is one connection. The room is set by its own reader, once, before
// its first message; out belongs to the deliverer.
type relayPeer struct {
	conn   net.Conn
	number uint32
	room   *relayRoom
	wmu    sync.Mutex
	out    []byte
}

// NewRelay makes the relay's file in dir, which should be on the disk that the
// server under test uses. The file is written once in full, so that a later
// fdatasync writes data only.
func NewRelay(dir string) (*Relay, error) {
	f, err := os.CreateTemp(dir, "relay-*.log")
	if err != nil {
		return nil, fmt.Errorf("relay file: %w", err)
	}
	zero := make([]byte, 1<<20)
	for range relayFile / len(zero) {
		if _, err := f.Write(zero); err != nil {
			return nil, errors.Join(fmt.Errorf("relay file: %w", err), f.Close(), os.Remove(f.Name()))
		}
	}
	if err := f.Sync(); err != nil {
		return nil, errors.Join(fmt.Errorf("relay file: %w", err), f.Close(), os.Remove(f.Name()))
	}
	return &Relay{
		file:    f,
		rooms:   make(map[uint32]*relayRoom),
		wake:    make(chan struct{}, 1),
		commits: make(chan *relayBatch, 1),
		free:    make(chan *relayBatch, 3),
	}, nil
}

// Serve relays between the connections of ln until ctx ends. It closes ln and
// removes the relay's file.
func (r *Relay) Serve(ctx context.Context, ln net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	group.Go(func() error { return r.commit(ctx) })
	group.Go(func() error { return r.deliver(ctx) })
	group.Go(func() error {
		for {
			conn, err := ln.Accept()
			if err != nil {
				if ctx.Err() != nil {
					return nil
				}
				return fmt.Errorf("relay accept: %w", err)
			}
			group.Go(func() error {
				stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
				defer stop()
				defer func() { _ = conn.Close() }()
				r.read(conn) // a connection that ends is not the relay's failure
				return nil
			})
		}
	})
	err := group.Wait()
	return errors.Join(err, r.file.Close(), os.Remove(r.file.Name()))
}

func (r *Relay) read(conn net.Conn) {
	peer := &relayPeer{conn: conn}
	defer r.leave(peer)
	buf := make([]byte, RelayFrame) // until messages come: who waits needs no more
	have := 0
	for {
		n, err := conn.Read(buf[have:])
		if err != nil {
			return
		}
		have += n
		whole := have - have%RelayFrame
		at := 0
		for ; at < whole && buf[at] != 'm'; at += RelayFrame {
			r.control(peer, buf[at:at+RelayFrame])
		}
		rest := buf[whole:have]
		if at < whole && peer.room != nil {
			r.append(peer, buf[at:whole])
			if len(buf) < relayReadBuf {
				buf = make([]byte, relayReadBuf)
			}
		}
		have = copy(buf, rest)
	}
}

func (r *Relay) control(peer *relayPeer, frame []byte) {
	number := binary.BigEndian.Uint32(frame[1:])
	answer := frame
	if frame[0] == 'j' {
		r.join(peer, number)
	} else {
		answer = make([]byte, int(number)*RelayFrame)
		for i := 0; i < len(answer); i += RelayFrame {
			answer[i] = 'r'
		}
	}
	peer.wmu.Lock()
	_, _ = peer.conn.Write(answer)
	peer.wmu.Unlock()
}

func (r *Relay) join(peer *relayPeer, number uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := r.rooms[number]
	if room == nil {
		room = &relayRoom{}
		room.peers.Store(&[]*relayPeer{})
		r.rooms[number] = room
	}
	peers := append(slices.Clone(*room.peers.Load()), peer)
	room.peers.Store(&peers)
	peer.number, peer.room = number, room
}

func (r *Relay) leave(peer *relayPeer) {
	if peer.room == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	peers := slices.DeleteFunc(slices.Clone(*peer.room.peers.Load()), func(p *relayPeer) bool { return p == peer })
	peer.room.peers.Store(&peers)
	if len(peers) == 0 {
		delete(r.rooms, peer.number)
	}
}

func (r *Relay) append(peer *relayPeer, frames []byte) {
	r.mu.Lock()
	r.pending.frames = append(r.pending.frames, frames...)
	for range len(frames) / RelayFrame {
		r.pending.from = append(r.pending.from, peer)
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// commit is the only writer of the file.
func (r *Relay) commit(ctx context.Context) error {
	var offset int64
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.wake:
		}
		var next relayBatch
		select {
		case b := <-r.free:
			next = relayBatch{frames: b.frames[:0], from: b.from[:0]}
		default:
		}
		r.mu.Lock()
		batch := r.pending
		r.pending = next
		r.mu.Unlock()
		if len(batch.from) == 0 {
			continue
		}
		if offset+int64(len(batch.frames)) > relayFile {
			offset = 0
		}
		if _, err := r.file.WriteAt(batch.frames, offset); err != nil {
			return fmt.Errorf("relay append: %w", err)
		}
		offset += int64(len(batch.frames))
		if err := dataSync(r.file); err != nil {
			return fmt.Errorf("relay sync: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case r.commits <- &batch:
		}
	}
}

func (r *Relay) deliver(ctx context.Context) error {
	var touched []*relayPeer
	add := func(p *relayPeer, frame []byte) []byte {
		if len(p.out) == 0 {
			touched = append(touched, p)
		}
		p.out = append(p.out, frame...)
		return p.out[len(p.out)-RelayFrame:]
	}
	for {
		var batch *relayBatch
		select {
		case <-ctx.Done():
			return nil
		case batch = <-r.commits:
		}
		for i, from := range batch.from {
			frame := batch.frames[i*RelayFrame : (i+1)*RelayFrame]
			for _, p := range *from.room.peers.Load() {
				if p != from {
					add(p, frame)
				}
			}
			add(from, frame)[0] = 'a'
		}
		for _, p := range touched {
			p.wmu.Lock()
			_, err := p.conn.Write(p.out)
			p.wmu.Unlock()
			if err != nil {
				_ = p.conn.Close() // its reader ends and takes it out of its room
			}
			p.out = p.out[:0]
		}
		touched = touched[:0]
		select {
		case r.free <- batch:
		default:
		}
	}
}
