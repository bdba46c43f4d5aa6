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

// Room is a room as one member sees it. LastMessage of the embedded room is
// nil; Last has it, encoded.
type Room struct {
	wire.Room
	Last *Entry
}

// Wire gives the room with its last message decoded.
func (r *Room) Wire() (wire.Room, error) {
	w := r.Room
	if r.Last != nil {
		e, err := r.Last.Decode()
		if err != nil {
			return w, err
		}
		w.LastMessage = &e
	}
	return w, nil
}

// MarshalJSON implements json.Marshaler.
func (r Room) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }
