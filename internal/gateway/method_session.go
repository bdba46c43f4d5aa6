package gateway

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/gateway/socket"
	"madang/internal/wire"
)

// greeting is the result of hello.
type greeting struct {
	User     wire.Me          `json:"user"`
	DeviceID account.DeviceID `json:"device_id"`
	Session  string           `json:"session"` // names this socket in the server's log
	Epoch    string           `json:"epoch"`
	Time     wire.Time        `json:"time"`
	// HaveWanted asks the device to say what it has, see the method have.
	HaveWanted bool   `json:"have_wanted"`
	Limits     limits `json:"limits"`
}

// limits are what a client should know before it breaks them.
type limits struct {
	FrameBytes    int `json:"frame_bytes"`
	Batch         int `json:"batch"`
	InFlight      int `json:"in_flight"`
	TextGraphemes int `json:"text_graphemes"`
	Page          int `json:"page"`
	SyncRooms     int `json:"sync_rooms"`
	// PingSeconds is after how much silence the server pings. A client that
	// hears nothing for much longer has lost its connection.
	PingSeconds int `json:"ping_seconds"`
}

var ownLimits = limits{
	wire.MaxFrameBytes, wire.MaxBatch, wire.MaxInFlight, wire.MaxTextGraphemes, wire.MaxPage, wire.MaxSyncRooms,
	int(pingAfter / time.Second),
}

// hello tells the session whose it is. From its registration on the session
// gets everything that happens, so a sync made after the answer leaves no gap.
func hello(ctx context.Context, s *session, _ *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		Token string `json:"token"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	if s.actor.Load() != nil {
		return nil, fault.Newf(fault.BadRequest, "This socket has said hello already.")
	}
	s.mu.Lock()
	if p.Token == "" {
		p.Token = s.cookie
	}
	s.mu.Unlock()
	g := s.gw
	who, err := g.people.Authenticate(ctx, p.Token)
	if err != nil {
		return nil, err
	}
	me, err := g.people.Me(ctx, who.User)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.cookie = ""
	s.mu.Unlock()
	s.actor.Store(&chat.Actor{User: who.User, Device: who.Device, Session: s.number, Exempt: who.Sandbox})
	s.Greet(who.Sandbox)
	for _, old := range g.users.add(s) {
		old.Close(socket.CodeLimits, "too many sockets", bye(fault.RateLimited, 0))
	}
	// A device that was signed out between the two questions has missed its
	// notice of it: it was not registered yet.
	if _, err := g.people.Authenticate(ctx, p.Token); err != nil {
		g.users.remove(s)
		return nil, err
	}
	g.people.Seen(who.User, who.Device)
	result, err := json.Marshal(greeting{
		User: me, DeviceID: who.Device, Session: strconv.FormatUint(s.number, 10),
		Epoch: g.chat.Epoch(), Time: wire.TimeOf(g.clock.Now()), HaveWanted: g.notify != nil && g.notify.Wants(who.User), Limits: ownLimits,
	})
	return append(out, result...), err
}

func ping(s *session, _ *chat.Actor, id, _ []byte) {
	s.empty(id)
	s.finish(id, nil)
}
