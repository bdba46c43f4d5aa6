package chattest

import (
	"encoding/json"
	"slices"
	"sync"

	"madang/internal/bus"
	"madang/internal/chat"
)

// Ear remembers what was on the bus.
type Ear struct {
	mu      sync.Mutex
	batches []*bus.Batch
}

func listen(b *bus.Local) *Ear {
	e := &Ear{}
	b.Subscribe(func(batch *bus.Batch) {
		e.mu.Lock()
		e.batches = append(e.batches, batch)
		e.mu.Unlock()
	})
	return e
}

// Batches gives all batches since the last Forget.
func (e *Ear) Batches() []*bus.Batch {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.batches)
}

// Forget forgets what was heard.
func (e *Ear) Forget() {
	e.mu.Lock()
	e.batches = nil
	e.mu.Unlock()
}

// Events gives the events of one kind, in order.
func (e *Ear) Events(kind bus.Kind) []bus.Event {
	var out []bus.Event
	for _, b := range e.Batches() {
		for _, ev := range b.Events {
			if ev.Kind == kind {
				out = append(out, ev)
			}
		}
	}
	return out
}

// Notification is a frame, decoded.
type Notification struct {
	JSONRPC string          `json:"jsonrpc"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

// Heard gives the frames that a person's sockets get out of what was heard, as
// a gateway hands them out: members as they are now hear of their rooms.
func (e *Ear) Heard(user chat.UserID, isMember func(room chat.RoomID) bool) []Notification {
	var out []Notification
	for _, b := range e.Batches() {
		for _, ev := range b.Events {
			frame := ev.Frame
			named := slices.Contains(ev.Users, [16]byte(user))
			switch ev.Kind {
			case bus.People:
				if !named {
					continue
				}
			default:
				if !named && !isMember(ev.Room) {
					continue
				}
				if ev.HiddenFrom == user {
					frame = ev.Hidden
				}
			}
			var n Notification
			if err := json.Unmarshal(frame, &n); err != nil {
				panic(err)
			}
			out = append(out, n)
		}
	}
	return out
}
