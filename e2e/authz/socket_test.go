package authz_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/wire"
)

type ctx = context.Context

// newMemo asks for the room with oneself.
var newMemo chat.NewRoom

// socketRows are the methods of the socket.
var socketRows = []row{
	{op: "hello"},
	{op: "ping"},
	{op: "rooms"},
	{op: "sync", body: syncAll},
	{op: "have", body: func(s *scene) object { return object{"rooms": map[string]int{s.group.String(): 1}} }},

	{op: "message.send", body: inRoom(text)},
	{op: "message.send", what: "to somebody", prepare: ownDirect, body: inRoom(text)},
	{op: "message.send", what: "to two others", prepare: othersDirect, body: inRoom(text)},
	{op: "message.send", what: "with the photo of two others", prepare: func(s *scene) {
		othersPhoto(s)
		s.group = s.memo()
	}, body: inRoom(sendPhoto)},
	{op: "message.edit", what: "one's own", prepare: ownMessage, body: onMessage(newText)},
	{op: "message.edit", what: "somebody's", body: onMessage(newText)},
	{op: "message.delete", what: "one's own", prepare: ownMessage, body: onMessage(func(*scene) object { return object{"for": "all"} })},
	{op: "message.delete", what: "somebody's", body: onMessage(func(*scene) object { return object{"for": "all"} })},
	{op: "message.delete", what: "for me", body: onMessage(func(*scene) object { return object{"for": "me"} })},
	{op: "message.react", body: onMessage(func(*scene) object { return object{"emoji": "👍"} })},
	{op: "message.forward", what: "to oneself", body: onMessage(forward)},
	{op: "message.forward", what: "into the group", body: func(s *scene) object {
		from := s.memo()
		return object{
			"room_id": from, "seq": s.say(s.me, from),
			"to_room_ids": []wire.ID{s.group}, "client_ids": []wire.ID{s.newID()},
		}
	}},

	{op: "room.read", body: onMessage(nil)},
	{op: "room.read", what: "of two others", prepare: othersDirect, body: onMessage(nil)},
	{op: "room.messages", body: inRoom(nil)},
	{op: "room.messages", what: "of two others", prepare: othersDirect, body: inRoom(nil)},
	{op: "room.open", body: inRoom(nil)},
	{op: "room.open", what: "of two others", prepare: othersDirect, body: inRoom(nil)},
	{op: "room.draft", body: inRoom(draft)},
	{op: "room.draft", what: "of two others", prepare: othersDirect, body: inRoom(draft)},
	{op: "typing", body: inRoom(nil)},
	{op: "typing", what: "to two others", prepare: othersDirect, body: inRoom(nil)},
}

// inRoom adds the room that a call is made in to its parameters.
func inRoom(more func(*scene) object) func(*scene) object {
	return func(s *scene) object {
		o := object{}
		if more != nil {
			o = more(s)
		}
		o["room_id"] = s.group
		return o
	}
}

// onMessage adds a message of the room.
func onMessage(more func(*scene) object) func(*scene) object {
	return func(s *scene) object {
		o := inRoom(more)(s)
		o["seq"] = s.seq()
		return o
	}
}

// callSocket makes a call on a socket of the caller's device: one that has said
// hello unless they are signed out, and before a device is revoked that will be.
func (s *scene) callSocket(method string, params object) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(s.node.URL(), "http", "ws", 1)+"/v1/ws", nil)
	qt.Assert(s.t, qt.IsNil(err))
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	if method == "hello" {
		s.revoke()
		return s.ask(ctx, ws, method, object{"token": s.token})
	}
	if s.token != "" {
		qt.Assert(s.t, qt.Equals(s.ask(ctx, ws, "hello", object{"token": s.token}), allowed))
	}
	s.revoke()
	if params == nil {
		params = object{}
	}
	return s.ask(ctx, ws, method, params)
}

// ask makes a call and waits for its answer, or for a goodbye.
func (s *scene) ask(ctx ctx, ws *websocket.Conn, method string, params object) string {
	s.t.Helper()
	frame, err := json.Marshal(object{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	qt.Assert(s.t, qt.IsNil(err))
	// A socket that is being closed may not take it any more; then the goodbye is
	// there to be read.
	_ = ws.Write(ctx, websocket.MessageText, frame)
	for {
		_, data, err := ws.Read(ctx)
		if err != nil {
			s.t.Fatalf("%s as %s: no answer: %v", method, s.as, err)
		}
		for _, f := range frames(s, data) {
			switch {
			case f.Method == "bye":
				return f.Params.Code
			case f.Method != "":
			case f.Error != nil:
				return f.Error.Data.Code
			default:
				return allowed
			}
		}
	}
}

// answer is an object that the server sent.
type answer struct {
	Method string
	Params struct{ Code string }
	Error  *struct{ Data struct{ Code string } }
}

// frames gives the objects of a frame, which holds one or an array of them.
func frames(s *scene, data []byte) (list []answer) {
	if bytes.HasPrefix(data, []byte("[")) {
		qt.Assert(s.t, qt.IsNil(json.Unmarshal(data, &list)))
		return list
	}
	var one answer
	qt.Assert(s.t, qt.IsNil(json.Unmarshal(data, &one)))
	return []answer{one}
}
