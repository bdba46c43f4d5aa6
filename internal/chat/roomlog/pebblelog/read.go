package pebblelog

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Head implements roomlog.Reader.
func (e *Engine) Head(_ context.Context, id roomlog.RoomID) (roomlog.Head, bool, error) {
	r, err := e.room(id)
	if err != nil || r == nil {
		return roomlog.Head{}, false, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.head, r.exists(), nil
}

// Member implements roomlog.Reader.
func (e *Engine) Member(_ context.Context, id roomlog.RoomID, user roomlog.UserID) (roomlog.Member, roomlog.Head, bool, error) {
	r, err := e.room(id)
	if err != nil || r == nil {
		return roomlog.Member{}, roomlog.Head{}, false, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	m, ok := r.member(user)
	return m, r.head, ok, nil
}

// Members implements roomlog.Reader.
func (e *Engine) Members(_ context.Context, id roomlog.RoomID) ([]roomlog.Member, roomlog.Head, error) {
	r, err := e.room(id)
	if err != nil || r == nil {
		return nil, roomlog.Head{}, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return append([]roomlog.Member(nil), r.members...), r.head, nil
}

// Entries implements roomlog.Reader.
func (e *Engine) Entries(ctx context.Context, id roomlog.RoomID, from, to uint64, limit int, down bool) ([]roomlog.Entry, error) {
	r, err := e.room(id)
	if err != nil || r == nil {
		return nil, err
	}
	r.mu.RLock()
	h := r.head
	from, to = max(from, h.Tail), min(to, h.Seq)
	if !r.exists() || from > to || limit <= 0 {
		r.mu.RUnlock()
		return nil, nil
	}
	list, ok := r.latest(from, to, limit, down)
	r.mu.RUnlock()
	if ok {
		return list, nil
	}
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: entryKey(nil, id, from), UpperBound: entryKey(nil, id, to+1)})
	if err != nil {
		return nil, err
	}
	out := make([]roomlog.Entry, 0, min(uint64(limit), to-from+1))
	first, next := it.First, it.Next
	if down {
		first, next = it.Last, it.Prev
	}
	for ok := first(); ok && len(out) < limit; ok = next() {
		x, err := roomlog.ParseEntry(binary.BigEndian.Uint64(it.Key()[18:]), it.Value())
		if err != nil {
			return nil, errors.Join(err, it.Close())
		}
		if x.Rev > h.Seq {
			// A commit that is not on disk yet has rewritten it.
			if err := e.waitFor(ctx, id, x.Rev); err != nil {
				return nil, errors.Join(err, it.Close())
			}
		}
		out = append(out, x)
	}
	if err := it.Close(); err != nil {
		return nil, err
	}
	e.learn(id, r, &h, out, down)
	return out, nil
}

// Scan implements roomlog.Reader. It leaves what is in memory as it is.
func (e *Engine) Scan(ctx context.Context, id roomlog.RoomID, from, to uint64, limit int, f func(*roomlog.Entry) error) error {
	r, err := e.room(id)
	if err != nil || r == nil {
		return err
	}
	r.mu.RLock()
	h, exists := r.head, r.exists()
	r.mu.RUnlock()
	from, to = max(from, h.Tail), min(to, h.Seq)
	if !exists || from > to {
		return nil
	}
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: entryKey(nil, id, from), UpperBound: entryKey(nil, id, to+1)})
	if err != nil {
		return err
	}
	for ok := it.Last(); ok && limit > 0; ok = it.Prev() {
		x, err := roomlog.ViewEntry(binary.BigEndian.Uint64(it.Key()[18:]), it.Value())
		if err == nil && x.Rev > h.Seq {
			err = e.waitFor(ctx, id, x.Rev)
		}
		if err == nil {
			err = f(&x)
		}
		if err != nil {
			return errors.Join(err, it.Close())
		}
		limit--
	}
	return it.Close()
}

// learn keeps entries that were read up to the head.
func (e *Engine) learn(id roomlog.RoomID, r *room, h *roomlog.Head, list []roomlog.Entry, down bool) {
	n := len(list)
	if n == 0 || n > maxRecent {
		return
	}
	// A store that misses an entry must not be remembered as if it had it.
	first, last := min(list[0].Seq, list[n-1].Seq), max(list[0].Seq, list[n-1].Seq)
	if last != h.Seq || last-first != uint64(n-1) {
		return
	}
	list = slices.Clone(list)
	if down {
		slices.Reverse(list)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	// No commit came in between, and none had rewritten what was read.
	if r.recent == nil && r.head.Seq == h.Seq && !r.gone {
		r.recent = fit(list, h.Tail)
		e.rooms.shards[roomlog.ShardOf(id)].weigh(r)
	}
}

// waitFor returns when the room's durable head has reached seq. That takes the
// rest of one commit, or the engine fails.
func (e *Engine) waitFor(ctx context.Context, id roomlog.RoomID, seq uint64) error {
	s := &e.rooms.shards[roomlog.ShardOf(id)]
	s.moved.L.Lock()
	defer s.moved.L.Unlock()
	for {
		h, _, err := e.Head(ctx, id)
		if err != nil || h.Seq >= seq {
			return err
		}
		if s.stopped.Load() {
			return fault.New(fault.LogStopped).Because(e.Err())
		}
		s.moved.Wait()
	}
}

// Hides implements roomlog.Reader.
func (e *Engine) Hides(_ context.Context, id roomlog.RoomID, user roomlog.UserID, from, to uint64) ([]uint64, error) {
	if from > to {
		return nil, nil
	}
	// Nearly nobody has hidden anything.
	if r, err := e.room(id); err != nil || r == nil || !r.hides(user) {
		return nil, err
	}
	lo, hi := hideKey(nil, id, user, from), hideKey(nil, id, user, to)
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: lo, UpperBound: append(hi, 0)})
	if err != nil {
		return nil, err
	}
	var out []uint64
	for ok := it.First(); ok; ok = it.Next() {
		k := it.Key()
		out = append(out, binary.BigEndian.Uint64(k[len(k)-8:]))
	}
	return out, it.Close()
}

// Key implements roomlog.Reader.
func (e *Engine) Key(ctx context.Context, id roomlog.RoomID, sender roomlog.UserID, client wire.ID) (roomlog.KeyRow, bool, error) {
	k, ok, err := (*base)(e).Key(id, sender, client)
	if err != nil || !ok {
		return k, false, err
	}
	h, _, err := e.Head(ctx, id)
	if err != nil || k.Seq > h.Seq { // not on disk yet
		return roomlog.KeyRow{}, false, err
	}
	return k, true, nil
}

// Grants implements roomlog.Reader. One whose commit is not on disk yet may be
// among them; its entry cannot be read yet.
func (e *Engine) Grants(_ context.Context, media wire.ID, from roomlog.Grant, limit int) ([]roomlog.Grant, error) {
	prefix := append([]byte{tableGrant}, media[:]...)
	lower := prefix
	if from != (roomlog.Grant{}) {
		from.Media = media
		lower = append(grantKey(nil, from), 0)
	}
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: after(prefix)})
	if err != nil {
		return nil, err
	}
	var grants []roomlog.Grant
	for ok := it.First(); ok && len(grants) < limit; ok = it.Next() {
		rest := it.Key()[len(prefix):]
		g := roomlog.Grant{Media: media, Seq: binary.BigEndian.Uint64(rest[16:])}
		copy(g.Room[:], rest)
		grants = append(grants, g)
	}
	return grants, it.Close()
}

// Feed implements roomlog.Reader.
func (e *Engine) Feed(_ context.Context, shard uint8, pos uint64, limit int) ([]roomlog.FeedRow, error) {
	end := e.pos[shard].Load()
	if pos >= end {
		return nil, nil
	}
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: feedKey(nil, shard, pos+1), UpperBound: feedKey(nil, shard, end+1)})
	if err != nil {
		return nil, err
	}
	var out []roomlog.FeedRow
	for ok := it.First(); ok && len(out) < limit; ok = it.Next() {
		row, err := roomlog.ParseFeed(binary.BigEndian.Uint64(it.Key()[2:]), it.Value())
		if err != nil {
			return nil, errors.Join(err, it.Close())
		}
		out = append(out, row)
	}
	return out, it.Close()
}

// FeedPos implements roomlog.Reader.
func (e *Engine) FeedPos(_ context.Context, shard uint8) (uint64, error) {
	return e.pos[shard].Load(), nil
}

// Rooms implements roomlog.Reader.
func (e *Engine) Rooms(ctx context.Context, f func(roomlog.RoomID) error) error {
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: []byte{tableHead}, UpperBound: []byte{tableHead + 1}})
	if err != nil {
		return err
	}
	for ok := it.First(); ok; ok = it.Next() {
		if err := errors.Join(ctx.Err(), f(roomlog.RoomID(it.Key()[2:]))); err != nil {
			return errors.Join(err, it.Close())
		}
	}
	return it.Close()
}
