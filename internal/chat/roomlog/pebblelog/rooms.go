package pebblelog

import (
	"bytes"
	"errors"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"madang/internal/chat/roomlog"
)

// room is the durable state of one room: its head and all its member rows in
// order of ids. Only the room's lane changes it, after a sync, under mu;
// readers hold mu for reading, the lane itself needs no lock to read.
//
// A room that its first commit is about to make stands in the cache with
// Control 0, so that nobody reads its rows before they are on disk.
type room struct {
	mu      sync.RWMutex
	head    roomlog.Head
	members []roomlog.Member
	// recent are the last entries up to the head, without a gap, in order. Lists
	// of rooms and clients that come back after a moment ask for little else,
	// and an iterator over the store costs some 10 µs. Nil when not known.
	recent []roomlog.Entry
	weight int  // what the shard counts for the room
	gone   bool // no longer in the cache: readers may still hold it, nobody counts it
	// busy says that a lane is changing the room, which then stays in the cache:
	// whoever read it anew might see rows that are not on disk yet. The shard's
	// lock guards it.
	busy bool
}

// maxRecent is how many entries of a room are kept at hand, as long as they
// take no more than maxRecentBytes.
const (
	maxRecent      = 16
	maxRecentBytes = 8 << 10
)

// remember adds what a draft appended or rewrote. Bodies are copied: their
// senders use them again.
func (r *room) remember(d *roomlog.Draft) {
	if r.recent == nil && d.First != 1 {
		return // what is between is not known
	}
	for i := range r.recent {
		if e, ok := d.Rewrites[r.recent[i].Seq]; ok {
			r.recent[i] = keep(&e)
		}
	}
	all := r.recent
	for i := max(0, len(d.Entries)-maxRecent); i < len(d.Entries); i++ {
		if i > 0 && i == len(d.Entries)-maxRecent {
			all = nil // everything before is too old
		}
		all = append(all, keep(&d.Entries[i]))
	}
	r.recent = fit(all, r.head.Tail)
}

func keep(e *roomlog.Entry) roomlog.Entry {
	k := *e
	k.Body = bytes.Clone(e.Body)
	return k
}

// fit cuts entries in place to what is kept. Readers copy under the lock.
func fit(all []roomlog.Entry, tail uint64) []roomlog.Entry {
	from, size := len(all), 0
	for from > 0 && len(all)-from < maxRecent && all[from-1].Seq >= tail {
		if size += len(all[from-1].Body); size > maxRecentBytes {
			break
		}
		from--
	}
	n := copy(all, all[from:])
	clear(all[n:])
	return all[:n]
}

// rowBytes is about what a member row takes in memory, entryBytes an entry
// without its body.
const (
	rowBytes   = 110
	entryBytes = 200
)

// weigh brings what the shard holds up to date with the room, in member rows.
// The room's mu is held.
func (s *shardRooms) weigh(r *room) {
	w := entryBytes * len(r.recent)
	for i := range r.recent {
		w += len(r.recent[i].Body)
	}
	w = w/rowBytes + len(r.members) + 1
	s.rows.Add(int64(w - r.weight))
	r.weight = w
}

// latest gives the entries from ≤ seq ≤ to when all of them are at hand.
func (r *room) latest(from, to uint64, limit int, down bool) ([]roomlog.Entry, bool) {
	if len(r.recent) == 0 {
		return nil, false
	}
	first := r.recent[0].Seq
	if down && to >= first && to-first+1 >= uint64(limit) {
		from = max(from, to-uint64(limit)+1) // no more is asked for
	}
	if from < first {
		return nil, false
	}
	out := append([]roomlog.Entry(nil), r.recent[from-first:to-first+1]...)
	if down {
		slices.Reverse(out)
	}
	return out[:min(limit, len(out))], true
}

// exists reports whether a commit of the room is on disk: creation sets
// Control to 1.
func (r *room) exists() bool { return r != nil && r.head.Control != 0 }

// search finds the place of a user's row and whether it is there.
func (r *room) search(user roomlog.UserID) (int, bool) {
	i := sort.Search(len(r.members), func(i int) bool {
		return bytes.Compare(r.members[i].User[:], user[:]) >= 0
	})
	return i, i < len(r.members) && r.members[i].User == user
}

func (r *room) member(user roomlog.UserID) (roomlog.Member, bool) {
	if i, ok := r.search(user); ok {
		return r.members[i], true
	}
	return roomlog.Member{}, false
}

// hides reports whether the user has hidden an entry for themselves.
func (r *room) hides(user roomlog.UserID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	m, ok := r.member(user)
	return ok && m.Hides > 0
}

// rooms is the cache of rooms. Each shard has a map of its own. A shard that
// holds more than its part of maxRows forgets some of its rooms.
type rooms struct {
	maxRows int
	shards  [roomlog.Shards]shardRooms
}

type shardRooms struct {
	mu   sync.RWMutex
	m    map[roomlog.RoomID]*room
	rows atomic.Int64 // weight of all rooms
	// moved is signalled when a commit of the shard was published, for readers
	// that met an entry which the commit rewrote.
	moved   sync.Cond
	stopped atomic.Bool
}

func (rs *rooms) init(maxRows int) {
	rs.maxRows = maxRows / roomlog.Shards
	for i := range rs.shards {
		s := &rs.shards[i]
		s.m = make(map[roomlog.RoomID]*room)
		s.moved.L = &sync.Mutex{}
	}
}

func (rs *rooms) wakeAll() {
	for i := range rs.shards {
		s := &rs.shards[i]
		s.moved.L.Lock()
		s.stopped.Store(true)
		s.moved.L.Unlock()
		s.moved.Broadcast()
	}
}

// reserve puts rooms that the batch makes into the cache, not yet existing.
func (rs *rooms) reserve(b *roomlog.Batch) {
	for _, d := range b.Order {
		if !d.Changed || !d.Control {
			continue
		}
		s := &rs.shards[roomlog.ShardOf(d.Room)]
		s.mu.Lock()
		if s.m[d.Room] == nil {
			s.m[d.Room] = &room{weight: 1, busy: true}
			s.rows.Add(1)
		}
		s.mu.Unlock()
	}
}

// release lets go of the rooms of a batch whose commit has ended.
func (rs *rooms) release(b *roomlog.Batch) {
	for _, d := range b.Order {
		s := &rs.shards[roomlog.ShardOf(d.Room)]
		s.mu.Lock()
		if r := s.m[d.Room]; r != nil {
			r.busy = false
		}
		s.evict(rs.maxRows)
		s.mu.Unlock()
	}
}

// room gives the state of a room, nil when it does not exist.
func (e *Engine) room(id roomlog.RoomID) (*room, error) {
	s := &e.rooms.shards[roomlog.ShardOf(id)]
	s.mu.RLock()
	r := s.m[id]
	s.mu.RUnlock()
	if r != nil {
		return r, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return e.cached(s, id)
}

// hold is room for the lane of the room: it stays in the cache until release.
func (e *Engine) hold(id roomlog.RoomID) (*room, error) {
	s := &e.rooms.shards[roomlog.ShardOf(id)]
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := e.cached(s, id)
	if r != nil {
		r.busy = true
	}
	return r, err
}

// cached gives a room of the shard, read when it is not there. The shard stays
// locked while the rows are read, so that no commit of the room is published in
// between and then lost from the cache. What Pebble shows of a commit under way
// is never read here: a room that a lane is changing is in the cache.
func (e *Engine) cached(s *shardRooms, id roomlog.RoomID) (*room, error) {
	if r := s.m[id]; r != nil {
		return r, nil
	}
	r, err := e.readRoom(id)
	if err != nil || r == nil {
		return nil, err
	}
	s.evict(e.rooms.maxRows)
	s.m[id] = r
	s.weigh(r)
	return r, nil
}

func (e *Engine) readRoom(id roomlog.RoomID) (*room, error) {
	v, closer, err := e.db.Get(roomKey(nil, tableHead, id))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h, err := roomlog.ParseHead(v)
	if err = errors.Join(err, closer.Close()); err != nil {
		return nil, err
	}
	r := &room{head: h}
	prefix := roomKey(nil, tableMember, id)
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: prefix, UpperBound: after(prefix)})
	if err != nil {
		return nil, err
	}
	for ok := it.First(); ok; ok = it.Next() {
		m, err := roomlog.ParseMember(roomlog.UserID(it.Key()[len(prefix):]), it.Value())
		if err != nil {
			return nil, errors.Join(err, it.Close())
		}
		r.members = append(r.members, m)
	}
	return r, it.Close()
}

// publish shows a commit that is on disk. Its rooms are in the cache, held or
// reserved.
func (rs *rooms) publish(b *roomlog.Batch) {
	var touched [roomlog.Shards]bool
	for _, d := range b.Order {
		if !d.Changed {
			continue
		}
		i := roomlog.ShardOf(d.Room)
		touched[i] = true
		s := &rs.shards[i]
		s.mu.RLock()
		r := s.m[d.Room]
		s.mu.RUnlock()
		r.mu.Lock()
		r.apply(d)
		s.weigh(r)
		r.mu.Unlock()
	}
	for i, t := range touched {
		if t {
			s := &rs.shards[i]
			s.moved.L.Lock()
			s.moved.L.Unlock() //nolint:staticcheck // orders the publication before a waiter's next look
			s.moved.Broadcast()
		}
	}
}

// apply merges the draft's rows.
func (r *room) apply(d *roomlog.Draft) {
	r.head = d.Head
	r.remember(d)
	var fresh []roomlog.Member
	for _, m := range d.Members {
		if i, ok := r.search(m.User); ok {
			r.members[i] = *m
		} else {
			fresh = append(fresh, *m)
		}
	}
	if len(fresh) == 0 {
		return
	}
	// A new slice: readers of Members may still walk the old one.
	all := make([]roomlog.Member, 0, len(r.members)+len(fresh))
	all = append(append(all, r.members...), fresh...)
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i].User[:], all[j].User[:]) < 0 })
	r.members = all
}

// evict forgets rooms until the shard weighs at most limit rows. Those that a
// lane is changing stay. mu is held.
func (s *shardRooms) evict(limit int) {
	if s.rows.Load() <= int64(limit) {
		return
	}
	for id, r := range s.m {
		if s.rows.Load() <= int64(limit) {
			return
		}
		if r.busy {
			continue
		}
		r.mu.Lock()
		s.rows.Add(-int64(r.weight))
		r.weight, r.gone = 0, true
		r.mu.Unlock()
		delete(s.m, id)
	}
}
