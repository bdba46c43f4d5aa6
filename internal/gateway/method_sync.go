package gateway

import (
	"context"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

func rooms(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		Limit  int    `json:"limit"`
		Cursor string `json:"cursor"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	list, next, err := s.gw.chat.Rooms(ctx, *a, p.Cursor, p.Limit)
	if err != nil {
		return nil, err
	}
	out = append(out, `{"rooms":[`...)
	for i := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = list[i].AppendJSON(out)
	}
	out = append(out, ']')
	if next != "" {
		out = wire.AppendString(append(out, `,"next_cursor":`...), next)
	}
	out = wire.AppendString(append(out, `,"epoch":`...), s.gw.chat.Epoch())
	return append(out, '}'), nil
}

func syncRooms(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		Epoch string                 `json:"epoch"`
		Rooms map[chat.RoomID]uint64 `json:"rooms"`
	}
	if err := decodeRooms(params, &p, &p.Rooms); err != nil {
		return nil, err
	}
	answer, err := s.gw.chat.Sync(ctx, *a, p.Epoch, p.Rooms)
	if err != nil {
		return nil, err
	}
	if !answer.Reset { // numbers of another epoch say nothing
		s.has(a, p.Rooms)
	}
	return answer.AppendJSON(out), nil
}

// have takes what a device has by now, so that its person is not woken for it.
func have(_ context.Context, s *session, a *chat.Actor, params, _ []byte) ([]byte, error) {
	var p struct {
		Rooms map[chat.RoomID]uint64 `json:"rooms"`
	}
	if err := decodeRooms(params, &p, &p.Rooms); err != nil {
		return nil, err
	}
	s.has(a, p.Rooms)
	return nil, nil
}

// has passes on what a device says that it has.
func (s *session) has(a *chat.Actor, rooms map[chat.RoomID]uint64) {
	if n := s.gw.notify; n != nil {
		n.Has(a.User, rooms)
	}
}

func decodeRooms(params []byte, p any, rooms *map[chat.RoomID]uint64) error {
	if err := decode(params, p); err != nil {
		return err
	}
	if len(*rooms) > wire.MaxSyncRooms {
		return fault.Newf(fault.BadRequest, "One call names at most %d rooms.", wire.MaxSyncRooms).In("rooms")
	}
	return nil
}
