package notify

import (
	"sync"

	"madang/internal/account"
	"madang/internal/chat"
)

// has is what people's devices said they have. It is kept in memory and for a
// while only: it matters until a message is two seconds old. Two generations hold
// it; when the younger is full, the older goes. Who says so much that others are
// forgotten causes notifications that were not needed, and no lost ones.
type has struct {
	mu         sync.Mutex
	young, old map[inRoom]uint64
}

// inRoom is a person in a room.
type inRoom struct {
	user account.ID
	room chat.RoomID
}

// maxHas is how many rooms of people a generation holds. One takes some 100 bytes.
const maxHas = 200_000

// Has notes that a device of a person has the entries of rooms up to the numbers
// given. A number is the device's word: who says more than there is, is not woken
// for it.
func (n *Notify) Has(user account.ID, rooms map[chat.RoomID]uint64) {
	if len(rooms) == 0 || !n.index.has(user) {
		return
	}
	n.has.mu.Lock()
	defer n.has.mu.Unlock()
	for room, seq := range rooms {
		n.has.put(inRoom{user, room}, seq)
	}
}

func (h *has) put(key inRoom, seq uint64) {
	if seq <= h.young[key] {
		return
	}
	if len(h.young) >= maxHas {
		h.old, h.young = h.young, nil
	}
	if h.young == nil {
		h.young = make(map[inRoom]uint64)
	}
	h.young[key] = seq
}

// upTo is the highest number that a device of the person has said.
func (h *has) upTo(user account.ID, room chat.RoomID) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := inRoom{user, room}
	return max(h.young[key], h.old[key])
}
