package client

import (
	"strconv"

	"madang/internal/wire"
)

// AppendCall appends a call of a method: a JSON-RPC request with an id from 1
// on, or, with id 0, a notification, which is not answered. The params are
// JSON; without any the method is called with {}.
func AppendCall(b []byte, id uint64, method string, params []byte) []byte {
	b = appendHead(b, id, method)
	if len(params) == 0 {
		params = []byte("{}")
	}
	b = append(b, params...)
	return append(b, '}')
}

// AppendSend appends a call of message.send, the one that has to be cheap.
func AppendSend(b []byte, id uint64, room, clientID ID, content *Content) []byte {
	b = appendHead(b, id, "message.send")
	b = appendSendParams(b, room, clientID, content)
	return append(b, '}')
}

// AppendRead appends a call of room.read.
func AppendRead(b []byte, id uint64, room ID, seq uint64) []byte {
	b = appendHead(b, id, "room.read")
	b = append(b, `{"room_id":`...)
	b = wire.AppendID(b, room)
	b = append(b, `,"seq":`...)
	b = strconv.AppendUint(b, seq, 10)
	return append(b, `}}`...)
}

func appendHead(b []byte, id uint64, method string) []byte {
	b = append(b, `{"jsonrpc":"2.0",`...)
	if id != 0 {
		b = append(b, `"id":`...)
		b = strconv.AppendUint(b, id, 10)
		b = append(b, ',')
	}
	b = append(b, `"method":"`...)
	b = append(b, method...)
	return append(b, `","params":`...)
}

func appendSendParams(b []byte, room, clientID ID, content *Content) []byte {
	b = append(b, `{"room_id":`...)
	b = wire.AppendID(b, room)
	b = append(b, `,"client_id":`...)
	b = wire.AppendID(b, clientID)
	at := len(b)
	b = content.AppendJSON(b)
	b[at] = ',' // its opening brace: the content's fields follow the ids
	return b
}
