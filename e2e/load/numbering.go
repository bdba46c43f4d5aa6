package load

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"madang/client"
)

// numbering makes the messages of one sender in such a way that a receiver can
// tell from a message whether it is the one that was sent: client ids and texts
// carry a running number.
//
//	client id: 6 bytes of the sender, version, 7 free bits, variant, 1 free
//	           byte, 6 bytes of number
type numbering struct {
	prefix [10]byte
	filler string // the text behind the number
}

const numberDigits = 12 // hexadecimal, of the 6 bytes

// newNumbering makes a numbering whose texts have size bytes, at least 16.
func newNumbering(size int) *numbering {
	n := &numbering{}
	id := client.NewID()
	// The last bytes of a new id are random; the first ones are the time.
	copy(n.prefix[:6], id[10:])
	n.prefix[6], n.prefix[8] = 0x70, 0x80 // RFC 9562: version 7, variant 10
	fill := make([]byte, max(size, 16)-numberDigits)
	for i := range fill {
		fill[i] = "the quick brown fox jumps over the lazy dog "[i%44]
	}
	n.filler = string(fill)
	return n
}

func (n *numbering) id(number uint64) client.ID {
	var id client.ID
	copy(id[:], n.prefix[:])
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], number)
	copy(id[10:], b[2:])
	return id
}

// append appends a call of message.send. The call's id is the number + first.
func (n *numbering) append(b []byte, room client.ID, number, first uint64) []byte {
	id := n.id(number)
	text := make([]byte, 0, 256)
	text = hex.AppendEncode(text, id[10:])
	text = append(text, n.filler...)
	content := client.Content{Type: "text", Text: string(text)}
	return client.AppendSend(b, number+first, room, id, &content)
}

// message is what a receiver looks at of an entry.
type message struct {
	seq      uint64
	kind     []byte // with quotes, like the others
	clientID []byte
	text     []byte
}

// parseEntry reads the params of an entry notification and checks the room,
// which is given with its quotes.
func parseEntry(params, room []byte) (message, error) {
	var m message
	err := client.Fields(params, func(key, value []byte) error {
		switch string(key) {
		case "room_id":
			if !bytes.Equal(value, room) {
				return fmt.Errorf("an entry of room %s came where only %s was expected", value, room)
			}
		case "entry":
			return client.Fields(value, func(key, value []byte) error {
				switch string(key) {
				case "seq":
					m.seq, _ = client.Uint(value)
				case "kind":
					m.kind = value
				case "client_id":
					m.clientID = value
				case "text":
					m.text = value
				}
				return nil
			})
		}
		return nil
	})
	if err == nil && m.seq == 0 {
		err = fmt.Errorf("an entry without number: %.200s", params)
	}
	return m, err
}

// number checks that a message is one of this sender's, unchanged, and gives
// its number.
func (n *numbering) number(m *message) (uint64, error) {
	const uuid = 38 // with quotes
	if string(m.kind) != `"message"` || len(m.clientID) != uuid || len(m.text) != 2+numberDigits+len(n.filler) {
		return 0, n.wrong(m)
	}
	var b [8]byte
	digits := m.clientID[uuid-1-numberDigits : uuid-1]
	if _, err := hex.Decode(b[2:], digits); err != nil {
		return 0, n.wrong(m)
	}
	number := binary.BigEndian.Uint64(b[:])
	var want [uuid]byte
	id := n.id(number)
	if !bytes.Equal(m.clientID[1:uuid-1], id.Append(want[:0])) ||
		!bytes.Equal(m.text[1:1+numberDigits], digits) || string(m.text[1+numberDigits:len(m.text)-1]) != n.filler {
		return 0, n.wrong(m)
	}
	return number, nil
}

func (n *numbering) wrong(m *message) error {
	return fmt.Errorf("number %d is not a message that was sent here: kind %s, client id %s, text %.60s", m.seq, m.kind, m.clientID, m.text)
}

// mine reports whether a message has this sender's client ids.
func (n *numbering) mine(m *message) bool {
	id := n.id(0)
	var want [36]byte
	return len(m.clientID) == 38 && bytes.Equal(m.clientID[1:25], id.Append(want[:0])[:24])
}

// parseSent reads the number out of the result of message.send.
func parseSent(result []byte) (seq uint64, err error) {
	err = client.Fields(result, func(key, value []byte) error {
		if string(key) == "seq" {
			seq, _ = client.Uint(value)
		}
		return nil
	})
	if err == nil && seq == 0 {
		err = fmt.Errorf("an acknowledgement without number: %.200s", result)
	}
	return seq, err
}
