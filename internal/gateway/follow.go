package gateway

import (
	"context"
	"time"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/gateway/socket"
)

const (
	// followEvery is how long a hint that was lost without a sign can go
	// unnoticed.
	followEvery = 5 * time.Second
	// settle is how long a batch may be on its way from the commit to its hand
	// before it counts as lost.
	settle = 200 * time.Millisecond
)

// follow compares what was delivered with the feeds, every five seconds and
// after any doubt, and fetches what is missing, until ctx is done.
func (h *hub) follow(ctx context.Context) {
	t := time.NewTicker(followEvery)
	defer t.Stop()
	wait := time.NewTimer(settle)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-h.doubts:
		}
		behind := h.behind(ctx)
		if len(behind) == 0 {
			continue
		}
		wait.Reset(settle)
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		for shard, pos := range behind {
			if h.feeds[shard].pos.Load() < pos {
				h.fetch(ctx, shard, pos)
			}
		}
	}
}

// behind gives the shards whose feed is ahead of what was delivered, with the
// feed's number.
func (h *hub) behind(ctx context.Context) map[uint8]uint64 {
	var out map[uint8]uint64
	for shard := range uint8(roomlog.Shards) {
		pos, err := h.gw.chat.FeedPos(ctx, shard)
		if err != nil {
			if ctx.Err() == nil {
				h.gw.log.Warn("the feed cannot be read", "shard", shard, "error", err)
			}
			return nil // the next round tries again
		}
		if h.feeds[shard].pos.Load() < pos {
			if out == nil {
				out = make(map[uint8]uint64)
			}
			out[shard] = pos
		}
	}
	return out
}

// fetch gets what a shard has told up to a number and gives it to its hand.
func (h *hub) fetch(ctx context.Context, shard uint8, until uint64) {
	h.gaps.Add(1)
	for at := h.feeds[shard].pos.Load(); at < until; {
		missed, err := h.gw.chat.MissedSince(ctx, shard, at)
		if err != nil {
			if ctx.Err() == nil {
				h.gw.log.Warn("missed commits cannot be read", "shard", shard, "after", at, "error", err)
			}
			return
		}
		if len(missed) == 0 {
			return
		}
		jump := missed[0].Pos > at+1
		if jump {
			// The feed no longer reaches back that far. Clients fetch by
			// number what they have missed.
			h.gw.log.Warn("missed commits are gone from the feed; all sockets start anew", "shard", shard, "after", at)
			h.gw.endAll(socket.CodeResume, "resume", fault.ShuttingDown)
		}
		for i, b := range missed {
			h.give(item{b, jump && i == 0})
		}
		at = missed[len(missed)-1].Pos
	}
}
