package gateway

import (
	"encoding/json"
	"strconv"
	"time"

	"madang/internal/account"
	"madang/internal/bus"
	"madang/internal/fault"
	"madang/internal/gateway/socket"
	"madang/internal/wire"
)

// bye makes the notification that goes before a close frame. reconnect is when
// to come back; zero says nothing of it.
func bye(code fault.Code, reconnect time.Duration) []byte {
	return appendBye(code.String(), code.Text(), reconnect)
}

func appendBye(code, message string, reconnect time.Duration) []byte {
	b := append([]byte(nil), `{"jsonrpc":"2.0","method":"bye","params":{"code":"`...)
	b = append(b, code...)
	b = wire.AppendString(append(b, `","message":`...), message)
	if reconnect > 0 {
		b = strconv.AppendInt(append(b, `,"reconnect_after_ms":`...), reconnect.Milliseconds(), 10)
	}
	return append(b, '}', '}')
}

// closing says with which words the connections end that package socket ends.
func closing(code socket.Code, reason string) []byte {
	switch code {
	case socket.CodeResume:
		return appendBye("resume", "The connection was too slow for what came; connect again and ask for what is missing.", time.Second)
	case socket.CodeTooBig:
		return bye(fault.FrameTooLarge, 0)
	case socket.CodeLimits:
		return bye(fault.RateLimited, 10*time.Second)
	case socket.CodeNoHello:
		return appendBye("hello_timeout", "The first call, hello, did not come in time.", 0)
	case socket.CodeSilent:
		return appendBye("ping_timeout", "Nothing was heard for too long.", 0)
	default:
		return appendBye("bad_frame", "This is no frame of the protocol: "+reason+".", 0)
	}
}

// endAll ends all sockets that are open now. Those who come back are spread over
// time.
func (g *Gateway) endAll(code socket.Code, reason string, why fault.Code) {
	spread := spreadOf(g.loop.Len())
	g.loop.Each(func(r socket.Receiver) {
		r.(*session).Close(code, reason, bye(why, randomIn(spread)))
	})
}

// end closes the sockets of a device that was signed out, or of all devices of
// an account that is gone.
func (g *Gateway) end(e *bus.Event) {
	text := appendBye(e.Code, fault.TokenInvalid.Text(), 0)
	for _, s := range g.users.append(nil, e.User) {
		if e.Device == [16]byte{} || [16]byte(s.actor.Load().Device) == e.Device {
			s.Close(socket.CodeToken, e.Code, text)
		}
	}
}

// changed passes on what has happened to an account.
func (g *Gateway) changed(c account.Change) {
	e := bus.Event{Kind: bus.People, User: c.User, Users: [][16]byte{c.User}}
	switch c.Kind {
	case account.DeviceAdded:
		now := wire.TimeOf(g.clock.Now())
		e.Frame = notification("device", deviceNotice{Event: "added", Device: wire.Device{
			ID: wire.ID(c.Device), Name: c.DeviceName, Client: c.Client, CreatedAt: now, LastSeenAt: now,
		}})
	case account.DeviceRevoked:
		e.Kind, e.Device, e.Code = bus.Close, c.Device, fault.TokenInvalid.String()
	case account.AccountDeleted:
		e.Kind, e.Code = bus.Close, fault.TokenInvalid.String()
	case account.ProfileChanged:
		e.Frame = notification("people", peopleNotice{"profile", c.User})
	case account.FriendsChanged, account.BlocksChanged:
		e.Frame = notification("people", peopleNotice{"friend", c.Other})
	default:
		return
	}
	g.bus.Publish(&bus.Batch{Events: []bus.Event{e}})
}

// wanted asks a person's devices to say what they have, see the method have.
func (g *Gateway) wanted(user account.ID) {
	g.bus.Publish(&bus.Batch{Events: []bus.Event{{
		Kind: bus.People, User: user, Users: [][16]byte{user}, Frame: notification("have_wanted", struct{}{}),
	}}})
}

type deviceNotice struct {
	Event  string      `json:"event"`
	Device wire.Device `json:"device"`
}

type peopleNotice struct {
	Event  string     `json:"event"`
	UserID account.ID `json:"user_id,omitzero"`
}

func notification(method string, params any) []byte {
	b, err := json.Marshal(params)
	if err != nil {
		panic(err) // our own structs of plain fields
	}
	out := append([]byte(nil), `{"jsonrpc":"2.0","method":"`...)
	out = append(append(out, method...), `","params":`...)
	return append(append(out, b...), '}')
}
