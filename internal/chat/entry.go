package chat

import (
	"encoding/json"
	"fmt"

	"madang/internal/wire"
)

// Entry is an entry of a room as one person sees it, encoded. The bytes are
// what encoding/json makes of the [wire.Entry] and must not be changed.
type Entry struct {
	Seq  uint64
	JSON []byte
}

// MarshalJSON implements json.Marshaler.
func (e Entry) MarshalJSON() ([]byte, error) { return e.JSON, nil }

// Decode gives the entry's fields.
func (e Entry) Decode() (wire.Entry, error) {
	var w wire.Entry
	if err := json.Unmarshal(e.JSON, &w); err != nil {
		return w, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	return w, nil
}

// Room is a room as one member sees it. LastMessage and Notice of the embedded
// room are nil; Last and Posted have them, encoded.
type Room struct {
	wire.Room
	Last   *Entry
	Posted *Posted
}

// Wire gives the room with its last message and its notice decoded.
func (r *Room) Wire() (wire.Room, error) {
	w := r.Room
	if r.Last != nil {
		e, err := r.Last.Decode()
		if err != nil {
			return w, err
		}
		w.LastMessage = &e
	}
	if n := r.Posted; n != nil {
		e, err := n.Message.Decode()
		if err != nil {
			return w, err
		}
		w.Notice = &wire.RoomNotice{Seq: e.Seq, UserID: n.By, PinnedAt: n.At, Message: &e}
	}
	return w, nil
}

// MarshalJSON implements json.Marshaler.
func (r Room) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }
