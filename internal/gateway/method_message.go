package gateway

import (
	"context"
	"strconv"
	"sync"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// pendingSend is a message.send on its way to the disk. They are used again,
// so that a send costs no memory but its text.
type pendingSend struct {
	s     *session
	send  chat.Send // to be decoded into
	id    []byte    // in kept; nil for a notification
	kept  [maxIDBytes]byte
	ended func(chat.Sent, error) // p.end, made once
}

var pendingSends sync.Pool

func newPendingSend(s *session, id []byte) *pendingSend {
	p, ok := pendingSends.Get().(*pendingSend)
	if !ok {
		p = new(pendingSend)
		p.ended = p.end
	}
	if p.s = s; id != nil {
		p.id = append(p.kept[:0], id...)
	}
	return p
}

// end runs when the message is on disk or has failed, often on the lane's
// goroutine: it only queues the answer.
func (p *pendingSend) end(sent chat.Sent, err error) {
	s, id := p.s, p.id
	switch {
	case err != nil:
		s.fail(id, err)
	case id != nil:
		var room [256]byte
		s.Copy(append(appendSent(appendResult(room[:0], id), &sent), '}'))
	}
	s.inFlight.Add(-1)
	p.s, p.id, p.send = nil, nil, chat.Send{}
	pendingSends.Put(p)
}

func sendMessage(s *session, a *chat.Actor, id, params []byte) {
	p := newPendingSend(s, id)
	if err := decodeSend(params, &p.send); err != nil {
		p.end(chat.Sent{}, err)
		return
	}
	s.gw.chat.SendAsync(*a, p.send, p.ended)
}

// decodeSend reads the parameters of message.send: those of a plain text by
// hand, all others with encoding/json.
func decodeSend(params []byte, m *chat.Send) error {
	if scanSend(params, m) {
		return nil
	}
	var p struct {
		RoomID   wire.ID `json:"room_id"`
		ClientID string  `json:"client_id"`
		wire.Content
	}
	if err := decode(params, &p); err != nil {
		return err
	}
	client, err := wire.ParseID(p.ClientID)
	if err != nil || client.IsZero() {
		return fault.New(fault.ClientIDInvalid).In("client_id")
	}
	*m = chat.Send{Room: p.RoomID, ClientID: client, Content: p.Content}
	return nil
}

// scanSend reads {room_id, client_id, type, text} in any order. It reports
// false for everything else, right or wrong.
func scanSend(params []byte, m *chat.Send) bool {
	s := scanner{b: params}
	ok := s.fields(func(key []byte) (ok bool) {
		switch string(key) {
		case "room_id":
			m.Room, ok = s.id()
		case "client_id":
			m.ClientID, ok = s.id()
		case "type":
			var raw []byte
			raw, _, ok = s.str()
			ok = ok && string(raw) == string(wire.TypeText)
			m.Content.Type = wire.TypeText
		case "text":
			m.Content.Text, ok = s.text()
		}
		return ok
	})
	return ok && s.space() == 0 && !m.ClientID.IsZero()
}

// seqResult writes {"seq":n}, or {} for 0.
func seqResult(out []byte, seq uint64) []byte {
	if seq == 0 {
		return append(out, '{', '}')
	}
	return append(strconv.AppendUint(append(out, `{"seq":`...), seq, 10), '}')
}

func editMessage(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		RoomID   wire.ID        `json:"room_id"`
		Seq      uint64         `json:"seq"`
		Text     string         `json:"text"`
		Mentions []wire.Mention `json:"mentions"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	seq, err := s.gw.chat.Edit(ctx, *a, p.RoomID, p.Seq, p.Text, p.Mentions)
	return seqResult(out, seq), err
}

func deleteMessage(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		RoomID wire.ID `json:"room_id"`
		Seq    uint64  `json:"seq"`
		For    string  `json:"for"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	if p.For != "all" && p.For != "me" {
		return nil, fault.Newf(fault.BadRequest, `for is "all" or "me".`).In("for")
	}
	seq, err := s.gw.chat.Delete(ctx, *a, p.RoomID, p.Seq, p.For == "all")
	return seqResult(out, seq), err
}

func react(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		RoomID wire.ID `json:"room_id"`
		Seq    uint64  `json:"seq"`
		Emoji  string  `json:"emoji"`
		Remove bool    `json:"remove"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	seq, err := s.gw.chat.React(ctx, *a, p.RoomID, p.Seq, p.Emoji, p.Remove)
	return seqResult(out, seq), err
}

func forward(ctx context.Context, s *session, a *chat.Actor, params, out []byte) ([]byte, error) {
	var p struct {
		RoomID    wire.ID   `json:"room_id"`
		Seq       uint64    `json:"seq"`
		ToRoomIDs []wire.ID `json:"to_room_ids"`
		ClientIDs []wire.ID `json:"client_ids"`
	}
	if err := decode(params, &p); err != nil {
		return nil, err
	}
	if n := len(p.ToRoomIDs); n == 0 || n > chat.MaxForward || n != len(p.ClientIDs) {
		return nil, fault.Newf(fault.BadRequest, "to_room_ids names 1 to %d rooms, and client_ids as many ids.", chat.MaxForward).In("to_room_ids")
	}
	to := make([]chat.Target, len(p.ToRoomIDs))
	for i := range to {
		to[i] = chat.Target{Room: p.ToRoomIDs[i], ClientID: p.ClientIDs[i]}
	}
	sent, err := s.gw.chat.Forward(ctx, *a, p.RoomID, p.Seq, to)
	if err != nil {
		return nil, err
	}
	out = append(out, `{"sent":[`...)
	for i := range sent {
		if i > 0 {
			out = append(out, ',')
		}
		out = sent[i].Room.Append(append(out, `{"room_id":"`...))
		out = append(out, `",`...)
		out = append(out, appendSent(nil, &sent[i])[1:]...)
	}
	return append(out, ']', '}'), nil
}
