package gateway

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"madang/internal/bus"
	"madang/internal/chat/roomlog"
)

// hub takes batches from the bus and delivers them to sessions, each shard in
// the order of its feed. A shard belongs to one hand; there are as many hands as
// processors.
//
// Bounds: maxQueuedBatches wait for a hand. Further ones are dropped, and the
// gap that this leaves in the feed is fetched from the log. Batches that are
// early wait for the missing one, maxEarly a shard; those beyond are dropped too.
type hub struct {
	gw    *Gateway
	hands []*hand
	feeds [roomlog.Shards]feed
	// gaps counts how often a batch was early or dropped, or was missed without
	// a sign. On a healthy bus it stays 0.
	gaps atomic.Uint64
	// doubts wakes the follower, which compares with the feed.
	doubts chan struct{}
}

const (
	maxQueuedBatches = 8192
	maxEarly         = 256
)

// feed is how far one shard has been delivered.
type feed struct {
	pos   atomic.Uint64 // its hand changes it
	early []*bus.Batch  // in order of Pos; only its hand looks
}

// item is what a hand gets to do.
type item struct {
	batch *bus.Batch
	// jump says that what lies before the batch can be had no more.
	jump bool
}

// hand delivers the batches of some of the shards.
type hand struct {
	hub *hub
	delivery

	mu      sync.Mutex
	wake    sync.Cond // of mu
	queue   []item
	stopped bool
}

func newHub(g *Gateway) *hub {
	h := &hub{gw: g, doubts: make(chan struct{}, 1)}
	for range runtime.GOMAXPROCS(0) {
		w := &hand{hub: h, delivery: delivery{gw: g}}
		w.wake.L = &w.mu
		h.hands = append(h.hands, w)
	}
	return h
}

// take gets a batch from the bus. It never waits.
func (h *hub) take(b *bus.Batch) {
	for i := range b.Events {
		// Not to be lost with a full queue: a device that was signed out must
		// not hear another word.
		if e := &b.Events[i]; e.Kind == bus.Close {
			h.gw.end(e)
		}
	}
	h.give(item{batch: b})
}

func (h *hub) give(it item) {
	w := h.hands[int(it.batch.Shard)%len(h.hands)]
	w.mu.Lock()
	full := len(w.queue) >= maxQueuedBatches
	if !full {
		w.queue = append(w.queue, it)
	}
	w.mu.Unlock()
	if full {
		h.gaps.Add(1)
		h.doubt()
		return
	}
	w.wake.Signal()
}

// doubt has the follower compare with the feed soon.
func (h *hub) doubt() {
	select {
	case h.doubts <- struct{}{}:
	default: // it will
	}
}

// start notes where the feeds are before anything is delivered. The hub is
// subscribed already: what the bus brings meanwhile waits in the queues.
func (h *hub) start(ctx context.Context) error {
	for shard := range h.feeds {
		pos, err := h.gw.chat.FeedPos(ctx, uint8(shard))
		if err != nil {
			return err
		}
		h.feeds[shard].pos.Store(pos)
	}
	return nil
}

func (h *hub) stop() {
	for _, w := range h.hands {
		w.mu.Lock()
		w.stopped = true
		w.wake.Signal()
		w.mu.Unlock()
	}
}

// work delivers until the hub is stopped. Everything that has gathered is
// queued with the sessions before the first of them is written to.
func (w *hand) work(ctx context.Context) {
	var items []item
	for {
		w.mu.Lock()
		for len(w.queue) == 0 && !w.stopped {
			w.wake.Wait()
		}
		if w.stopped {
			w.mu.Unlock()
			return
		}
		items, w.queue = w.queue, items[:0]
		w.mu.Unlock()
		for _, it := range items {
			w.inOrder(ctx, it)
		}
		w.flush()
		clear(items)
	}
}

// inOrder delivers a batch when it is its turn.
func (w *hand) inOrder(ctx context.Context, it item) {
	b := it.batch
	if b.Pos == 0 {
		// It has no place in the order and holds no entries, which alone can fail.
		_ = w.deliver(ctx, b)
		return
	}
	f := &w.hub.feeds[b.Shard]
	pos := f.pos.Load()
	switch {
	case b.Pos <= pos:
		return // was delivered
	case b.Pos > pos+1 && !it.jump:
		w.hub.gaps.Add(1)
		w.hub.doubt()
		f.keep(b)
		return
	}
	if !w.advance(ctx, f, b) {
		return
	}
	for len(f.early) > 0 && f.early[0].Pos <= f.pos.Load()+1 {
		next := f.early[0]
		f.early = f.early[1:]
		if next.Pos == f.pos.Load()+1 && !w.advance(ctx, f, next) {
			return
		}
	}
	if len(f.early) == 0 {
		f.early = nil
	}
}

// advance delivers the batch whose turn it is. When that fails, the feed stays
// where it is, and the batch is fetched and delivered again as a whole: clients
// know entries that they have by their numbers.
func (w *hand) advance(ctx context.Context, f *feed, b *bus.Batch) bool {
	if err := w.deliver(ctx, b); err != nil {
		if ctx.Err() == nil {
			w.hub.gw.log.Error("deliver; will be tried again", "shard", b.Shard, "pos", b.Pos, "error", err)
		}
		w.hub.gaps.Add(1)
		return false
	}
	f.pos.Store(b.Pos)
	return true
}

// keep lets a batch wait for those before it.
func (f *feed) keep(b *bus.Batch) {
	i := len(f.early)
	for i > 0 && f.early[i-1].Pos > b.Pos {
		i--
	}
	if i > 0 && f.early[i-1].Pos == b.Pos || len(f.early) >= maxEarly {
		return
	}
	f.early = append(f.early, nil)
	copy(f.early[i+1:], f.early[i:])
	f.early[i] = b
}
