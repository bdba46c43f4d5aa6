package gateway

import (
	"context"
	"strconv"
	"sync"
	"time"

	"madang/internal/chat"
	"madang/internal/gateway/socket"
)

// reads gathers the read marks of large rooms: once a second each room with new
// ones gets a frame that tells how many people have yet to read its last
// messages, encoded once for all who have the room open. It holds at most the
// rooms that somebody has open.
type reads struct {
	mu    sync.Mutex
	rooms map[chat.RoomID]struct{}
}

const (
	readsEvery = time.Second
	// readSteps is of how many of a room's last messages a gathered frame tells.
	readSteps = 100
)

func (r *reads) note(room chat.RoomID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.rooms == nil {
		r.rooms = make(map[chat.RoomID]struct{})
	}
	r.rooms[room] = struct{}{}
}

func (r *reads) take() map[chat.RoomID]struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	rooms := r.rooms
	r.rooms = nil
	return rooms
}

// tellReads sends gathered frames until ctx is done.
func (g *Gateway) tellReads(ctx context.Context) {
	t := time.NewTicker(readsEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		for room := range g.reads.take() {
			if err := g.tellRead(ctx, room); err != nil && ctx.Err() == nil {
				g.log.Warn("read marks were not passed on", "room", room, "error", err)
			}
		}
	}
}

func (g *Gateway) tellRead(ctx context.Context, room chat.RoomID) error {
	_, members, err := g.chat.Audience(ctx, room)
	if err != nil {
		return err
	}
	steps, err := g.chat.UnreadSteps(ctx, room, readSteps)
	if err != nil || len(steps) == 0 {
		return err
	}
	frame := appendUnreadBy(nil, room, steps)
	var out socket.Batch
	for _, s := range g.open.append(nil, room) {
		if isIn(members, s.actor.Load().User) { // they may have left since they opened it
			out.Send(&s.Conn, frame)
		}
	}
	out.Flush(&g.loop)
	return nil
}

func appendUnreadBy(b []byte, room chat.RoomID, steps [][2]uint64) []byte {
	b = append(b, `{"jsonrpc":"2.0","method":"read","params":{"room_id":"`...)
	b = room.Append(b)
	b = append(b, `","unread_by":[`...)
	for i, s := range steps {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(append(b, '['), s[0], 10)
		b = strconv.AppendUint(append(b, ','), s[1], 10)
		b = append(b, ']')
	}
	return append(b, ']', '}', '}')
}
