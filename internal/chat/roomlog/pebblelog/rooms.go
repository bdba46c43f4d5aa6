package pebblelog

import (
	"bytes"
	"errors"
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

// rooms is the cache of rooms. Each shard has a map of its own. A shard that
// holds more than its part of maxRows forgets some of its rooms.
type rooms struct {
	maxRows int
	shards  [roomlog.Shards]shardRooms
}

type shardRooms struct {
	mu   sync.RWMutex
	m    map[roomlog.RoomID]*room
	rows int
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
			s.m[d.Room] = &room{}
			s.rows++
		}
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
	// The shard stays locked while the rows are read, so that no commit of the
	// room is published in between and then lost from the cache. What Pebble
	// shows of a commit under way is never read here: a room that a lane is
	// changing is in the cache, and stays there until it was published.
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.m[id]; r != nil {
		return r, nil
	}
	r, err := e.readRoom(id)
	if err != nil || r == nil {
		return nil, err
	}
	s.m[id] = r
	s.rows += len(r.members) + 1
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

// publish shows a commit that is on disk.
func (rs *rooms) publish(b *roomlog.Batch) {
	var touched [roomlog.Shards]bool
	for _, d := range b.Order {
		if !d.Changed {
			continue
		}
		i := roomlog.ShardOf(d.Room)
		touched[i] = true
		s := &rs.shards[i]
		s.mu.Lock()
		r := s.m[d.Room]
		if r == nil {
			r = &room{}
			s.m[d.Room] = r
			s.rows++
		}
		r.mu.Lock()
		n := len(r.members)
		r.apply(d)
		r.mu.Unlock()
		s.rows += len(r.members) - n
		s.mu.Unlock()
	}
	for i, t := range touched {
		if t {
			s := &rs.shards[i]
			s.evict(rs.maxRows, b)
			s.moved.L.Lock()
			s.moved.L.Unlock() //nolint:staticcheck // orders the publication before a waiter's next look
			s.moved.Broadcast()
		}
	}
}

// apply merges the draft's rows.
func (r *room) apply(d *roomlog.Draft) {
	r.head = d.Head
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

// evict forgets rooms until the shard holds at most limit rows. Those of the
// commit just published stay. It runs on the lane between commits, when none
// of the shard's rooms is changing.
func (s *shardRooms) evict(limit int, b *roomlog.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, r := range s.m {
		if s.rows <= limit {
			return
		}
		if b.Drafts[id] == nil {
			s.rows -= len(r.members) + 1
			delete(s.m, id)
		}
	}
}
