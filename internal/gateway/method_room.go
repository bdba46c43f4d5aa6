package gateway

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// pendingRead is a room.read on its way to the disk, as pendingSend.
type pendingRead struct {
	s     *session
	id    []byte
	at    roomSeq
	kept  [maxIDBytes]byte
	ended func(error)
}

var pendingReads sync.Pool

func newPendingRead(s *session, id []byte, at roomSeq) *pendingRead {
	p, ok := pendingReads.Get().(*pendingRead)
	if !ok {
		p = new(pendingRead)
		p.ended = p.end
	}
	if p.s, p.at = s, at; id != nil {
		p.id = append(p.kept[:0], id...)
	}
	return p
}

func (p *pendingRead) end(err error) {
	s, id := p.s, p.id
	switch {
	case errors.Is(err, chat.ErrMustCount):
		// Whoever reads frames, or the lane, cannot do that; a worker can. The
		// call stays in flight.
		if s.later(countedRead, request{id: id, params: p.at.encode()}) {
			break
		}
		s.finish(id, fault.New(fault.TooManyInFlight))
	case err != nil:
		s.finish(id, err)
	default:
		s.empty(id)
		s.finish(id, nil)
	}
	p.s, p.id = nil, nil
	pendingReads.Put(p)
}

func readRoom(s *session, a *chat.Actor, id, params []byte) {
	var r roomSeq
	if err := r.decode(params); err != nil {
		s.finish(id, err)
		return
	}
	s.gw.chat.ReadAsync(*a, r.RoomID, r.Seq, newPendingRead(s, id, r).ended)
}

// countedRead is room.read for marks that need entries to be counted.
var countedRead = method{slow: func(ctx context.Context, s *session, a *chat.Actor, params, _ []byte) ([]byte, error) {
	var r roomSeq
	if err := r.decode(params); err != nil {
		return nil, err
	}
	return nil, s.gw.chat.Read(ctx, *a, r.RoomID, r.Seq)
}}

// roomSeq names an entry.
type roomSeq struct {
	RoomID wire.ID `json:"room_id"`
	Seq    uint64  `json:"seq"`
}

func (r *roomSeq) decode(params []byte) error {
	s := scanner{b: params}
	ok := s.fields(func(key []byte) (ok bool) {
		switch string(key) {
		case "room_id":
			r.RoomID, ok = s.id()
		case "seq":
			r.Seq, ok = s.uint()
		}
		return ok
	})
	if ok && s.space() == 0 {
		return nil
	}
	*r = roomSeq{}
	return decode(params, r)
}

// encode writes what decode reads.
func (r *roomSeq) encode() []byte {
	b := append(r.RoomID.Append([]byte(`{"room_id":"`)), `","seq":`...)
	return append(strconv.AppendUint(b, r.Seq, 10), '}')
}

func roomMessages(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		RoomID wire.ID `json:"room_id"`
		Before uint64  `json:"before"`
		After  *uint64 `json:"after"` // 0 is the beginning of the room
		Limit  int     `json:"limit"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	page := chat.Page{Before: p.Before, Limit: p.Limit}
	if p.After != nil {
		page.After, page.FromStart = *p.After, *p.After == 0
	}
	m, err := s.gw.chat.Messages(ctx, *a, p.RoomID, page)
	if err != nil {
		return nil, err
	}
	out = m.AppendJSON(out)
	out = append(out[:len(out)-1], `,"epoch":`...)
	return append(wire.AppendString(out, s.gw.chat.Epoch()), '}'), nil
}

func openRoom(ctx context.Context, s *session, a *chat.Actor, params, _ []byte) ([]byte, error) {
	var p struct {
		RoomID wire.ID `json:"room_id"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	if !p.RoomID.IsZero() {
		if err := s.gw.chat.Inside(ctx, *a, p.RoomID); err != nil {
			return nil, err
		}
	}
	s.gw.open.set(s, p.RoomID)
	return nil, nil
}

func draftRoom(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		RoomID wire.ID `json:"room_id"`
		wire.Draft
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	d, err := s.gw.chat.SetDraft(ctx, *a, p.RoomID, p.Draft)
	if err != nil || d == nil {
		return nil, err
	}
	return append(chat.AppendDraft(append(out, `{"draft":`...), d), '}'), nil
}

// isIn reports whether a user is among members, which are in order.
func isIn(members []account.ID, user account.ID) bool {
	_, ok := slices.BinarySearchFunc(members, user, func(a, b account.ID) int { return bytes.Compare(a[:], b[:]) })
	return ok
}

// typingEvery is how often a session may tell that its user writes; more is
// taken and not passed on.
const typingEvery = time.Second

func typing(ctx context.Context, s *session, a *chat.Actor, params, _ []byte) ([]byte, error) {
	var p struct {
		RoomID wire.ID `json:"room_id"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	now := time.Now()
	if now.Sub(s.typedAt) < typingEvery {
		return nil, nil
	}
	s.typedAt = now
	return nil, s.gw.chat.Typing(ctx, *a, p.RoomID)
}
