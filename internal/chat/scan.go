package chat

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
)

// Scan says which messages are looked for.
type Scan struct {
	Room   RoomID // zero: all rooms of the person
	Sender UserID // zero: everybody
	Since  int64  // Unix milliseconds; not older
	Until  int64  // not newer; 0 is for ever
	// Match tells whether a message is wanted, by its content as the person sees
	// it: the JSON of a wire.Content, good for the call alone. It may be called
	// from several goroutines at once.
	Match func(content []byte) bool
}

// Place is a place in the order of a scan: newest first, of the same moment by
// room, within a room by falling numbers.
type Place struct {
	At   int64
	Room RoomID
	Seq  uint64
}

// compare is negative when p comes first.
func (p Place) compare(o Place) int {
	return cmp.Or(cmp.Compare(o.At, p.At), bytes.Compare(p.Room[:], o.Room[:]), cmp.Compare(o.Seq, p.Seq))
}

// Scanner goes through the messages that a person sees, newest first, over all
// their rooms. It reads the logs themselves, a block of one room at a time: the
// room that reaches furthest to now. What is found is given out when no room can
// have anything newer. It is used by one goroutine at a time.
type Scanner struct {
	chat  *Chat
	actor Actor
	scan  Scan
	ahead scanHeap // rooms with entries to read
	found []Place  // not given out yet, in order
	last  Place    // everything up to here was given out
	seen  int      // entries read
	one   bool     // of one room: a person who is not in it is refused
}

// scanRoom is how far a scan is in a room.
type scanRoom struct {
	room  RoomID
	first uint64 // what the person sees begins here
	next  uint64 // to be read next, downward
	bound int64  // no entry that is left is newer
	block int
}

// The block that is read of a room, in entries: small at first, so that the
// newest ones come at once; larger when the scan goes deep.
const (
	firstBlock = 128
	lastBlock  = 4096
)

// scanHeap has the room with the newest bound on top.
type scanHeap []*scanRoom

func (h scanHeap) Len() int           { return len(h) }
func (h scanHeap) Less(i, j int) bool { return h[i].bound > h[j].bound }
func (h scanHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *scanHeap) Push(x any) { *h = append(*h, x.(*scanRoom)) }

// Pop implements heap.Interface.
func (h *scanHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// Scan begins at a place that an earlier scan had reached, or with the newest
// message when that is nil.
func (c *Chat) Scan(ctx context.Context, a Actor, scan Scan, after *Place) (*Scanner, error) {
	s := &Scanner{chat: c, actor: a, scan: scan, last: Place{At: math.MaxInt64}}
	if after != nil {
		s.last = *after
	}
	if scan.Until == 0 {
		s.scan.Until = math.MaxInt64
	}
	var rooms []RoomID
	if s.one = !scan.Room.IsZero(); s.one {
		rooms = []RoomID{scan.Room}
	} else {
		list, err := c.memberships(ctx, a.User)
		if err != nil {
			return nil, err
		}
		for i := range list {
			rooms = append(rooms, list[i].room)
		}
	}
	places := make([]*scanRoom, len(rooms))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(scanReaders)
	for i, room := range rooms {
		g.Go(func() (err error) {
			places[i], err = s.begin(ctx, room)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, p := range places {
		if p != nil {
			s.ahead = append(s.ahead, p)
		}
	}
	heap.Init(&s.ahead)
	return s, nil
}

// scanReaders is how many rooms are looked up at once: a look costs a round trip
// to PostgreSQL.
const scanReaders = 8

// begin finds where a scan begins in a room; nil when there is nothing for it.
func (s *Scanner) begin(ctx context.Context, room RoomID) (*scanRoom, error) {
	p, err := s.chat.place(ctx, room, s.actor.User)
	if !s.one && (fault.Has(err, fault.RoomUnknown) || fault.Has(err, fault.NotAMember)) {
		return nil, nil //nolint:nilnil // left meanwhile
	}
	if err != nil {
		return nil, err
	}
	r := &scanRoom{room: room, first: p.first(), next: p.head.Seq, bound: p.head.At, block: firstBlock}
	newest := min(s.last.At, s.scan.Until)
	if newest < p.head.At && !p.meta.imported {
		// Times do not fall within a room.
		above, err := s.chat.firstSince(ctx, room, &p.head, newest+1)
		if err != nil {
			return nil, err
		}
		r.next, r.bound = above-1, newest
	}
	if r.next < r.first || r.bound < s.scan.Since {
		return nil, nil //nolint:nilnil // see above
	}
	return r, nil
}

// Next gives up to limit more messages, in order. It stops early, with those
// found so far, when the time is over, but never before it has read something.
// done says that there are no more.
func (s *Scanner) Next(ctx context.Context, limit int, until time.Time) (found []Place, done bool, err error) {
	for reads := 0; ; reads++ {
		found = s.take(found, limit)
		switch {
		case len(found) == limit:
			return found, len(s.found) == 0 && len(s.ahead) == 0, nil
		case len(s.ahead) == 0:
			return found, true, nil
		case reads > 0 && !s.chat.clock.Now().Before(until):
			s.pass()
			return found, false, nil
		}
		if err := s.read(ctx); err != nil {
			return found, false, err
		}
	}
}

// take gives out what nothing newer can come before.
func (s *Scanner) take(out []Place, limit int) []Place {
	n := 0
	for n < len(s.found) && len(out) < limit && (len(s.ahead) == 0 || s.found[n].At > s.ahead[0].bound) {
		out = append(out, s.found[n])
		n++
	}
	if n > 0 {
		s.last = s.found[n-1]
		s.found = s.found[n:]
	}
	return out
}

// pass notes that there is nothing above the newest bound.
func (s *Scanner) pass() {
	p := Place{At: s.ahead[0].bound, Seq: math.MaxUint64}
	if s.last.compare(p) < 0 {
		s.last = p
	}
}

// Last is the place up to which everything was given out.
func (s *Scanner) Last() Place { return s.last }

// Waiting is how many messages the scanner holds that it has not given out.
func (s *Scanner) Waiting() int { return len(s.found) }

// Seen is how many entries the scanner has read.
func (s *Scanner) Seen() int { return s.seen }

// read reads the next block of the rooms that reach furthest to now, as many as
// there are processors.
func (s *Scanner) read(ctx context.Context) error {
	n := min(len(s.ahead), runtime.GOMAXPROCS(0))
	rooms := make([]*scanRoom, n)
	hits := make([][]Place, n)
	seen := make([]int, n)
	for i := range rooms {
		rooms[i] = heap.Pop(&s.ahead).(*scanRoom)
	}
	g, ctx := errgroup.WithContext(ctx)
	for i, r := range rooms {
		g.Go(func() (err error) {
			hits[i], seen[i], err = s.block(ctx, r)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("scan rooms: %w", err)
	}
	before := len(s.found)
	for i, r := range rooms {
		s.seen += seen[i]
		s.found = append(s.found, hits[i]...)
		if r.next >= r.first && r.next > 0 && r.bound >= s.scan.Since {
			heap.Push(&s.ahead, r)
		}
	}
	if len(s.found) > before {
		slices.SortFunc(s.found, Place.compare)
	}
	return nil
}

// block reads a block of a room.
func (s *Scanner) block(ctx context.Context, r *scanRoom) (hits []Place, seen int, err error) {
	err = s.chat.log.Scan(ctx, r.room, r.first, r.next, r.block, func(e *roomlog.Entry) error {
		seen++
		r.next = e.Seq - 1
		// Those of conversations from elsewhere may be out of order.
		r.bound = min(r.bound, e.At)
		ok, err := s.wanted(e)
		if ok {
			if p := (Place{r.bound, r.room, e.Seq}); s.last.compare(p) < 0 {
				hits = append(hits, p)
			}
		}
		return err
	})
	if seen < r.block {
		r.next = 0 // there are no more
	}
	r.block = min(2*r.block, lastBlock)
	return hits, seen, err
}

// wanted looks at an entry, and at its text last.
func (s *Scanner) wanted(e *roomlog.Entry) (bool, error) {
	if e.Kind != roomlog.Message || isDeleted(e) || e.HiddenFrom == s.actor.User ||
		e.At < s.scan.Since || e.At > s.scan.Until ||
		!s.scan.Sender.IsZero() && e.Sender != s.scan.Sender {
		return false, nil
	}
	if len(e.Body) > 0 && e.Body[0] == 0 { // nothing but content
		return s.scan.Match(e.Body[1:]), nil
	}
	m, err := bodyOf(e)
	if err != nil {
		return false, err
	}
	content := m.content
	if m.shown != nil && e.Sender != s.actor.User {
		content = m.shown
	}
	return s.scan.Match(content), nil
}

// Found is a message that was found, as the person sees it now.
type Found struct {
	Room  RoomID
	Entry Entry
}

// Show gives the messages at places, in their order. Those that the person does
// not see any more are left out.
func (c *Chat) Show(ctx context.Context, a Actor, places []Place) ([]Found, error) {
	found := make([]Found, 0, len(places))
	showers := make(map[RoomID]*shower)
	for _, p := range places {
		s := showers[p.Room]
		if s == nil {
			at, err := c.place(ctx, p.Room, a.User)
			if fault.Has(err, fault.RoomUnknown) || fault.Has(err, fault.NotAMember) {
				continue
			}
			if err != nil {
				return nil, err
			}
			s = &shower{chat: c, place: at}
			showers[p.Room] = s
		}
		if p.Seq < s.place.first() {
			continue
		}
		e, err := c.visible(ctx, a.User, p.Room, p.Seq)
		if fault.Has(err, fault.EntryUnknown) || err == nil && isDeleted(e) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list, err := s.show(ctx, p.Seq, p.Seq, 1, true, nil)
		if err != nil {
			return nil, fmt.Errorf("entry %s.%d: %w", p.Room, p.Seq, err)
		}
		for _, e := range list {
			found = append(found, Found{p.Room, e})
		}
	}
	return found, nil
}
