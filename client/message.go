package client

import (
	"bytes"
	"fmt"
)

// Message is one JSON-RPC object of the server: the answer to a call, or a
// notification. Its parts are JSON as it came, valid as long as the message
// they were cut from.
type Message struct {
	ID     uint64 // of the call that is answered; 0 means a notification
	Method []byte // of a notification, without quotes: entry, read …
	Params []byte
	Result []byte // of an answer
	Error  []byte // of an answer that says no
}

// Split calls each for every JSON-RPC object of a message of the server, which
// holds one or an array of them. It checks only as much as it has to look at.
func Split(message []byte, each func(*Message) error) error {
	i := space(message, 0)
	if i == len(message) {
		return fmt.Errorf("%w: empty message", errProtocol)
	}
	var m Message
	if message[i] == '{' {
		_, err := object(message, i, &m, each)
		return err
	}
	if message[i] != '[' {
		return fmt.Errorf("%w: a message begins with %q", errProtocol, message[i])
	}
	if i = space(message, i+1); i < len(message) && message[i] == ']' {
		return nil
	}
	for {
		var err error
		if i, err = object(message, i, &m, each); err != nil {
			return err
		}
		i = space(message, i)
		if i == len(message) {
			return errCut
		}
		if message[i] == ']' {
			return nil
		}
		if message[i] != ',' {
			return fmt.Errorf("%w: %q between the objects of an array", errProtocol, message[i])
		}
		i = space(message, i+1)
	}
}

var errCut = fmt.Errorf("%w: the message is cut off", errProtocol)

// object reads the object that begins at i and gives what follows it.
func object(b []byte, i int, m *Message, each func(*Message) error) (int, error) {
	*m = Message{}
	end, err := fields(b, i, func(key, value []byte) error {
		switch string(key) {
		case "id":
			m.ID, _ = Uint(value) // null, or not one of ours: 0
		case "method":
			m.Method = bytes.Trim(value, `"`)
		case "params":
			m.Params = value
		case "result":
			m.Result = value
		case "error":
			m.Error = value
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return end, each(m)
}

// Fields calls each for every field of a JSON object, in order, with the key as
// it is written between its quotes and the value as it is written. It is for
// loops that want a few fields of many objects; everything else is better
// served by encoding/json.
func Fields(object []byte, each func(key, value []byte) error) error {
	_, err := fields(object, space(object, 0), each)
	return err
}

// Elements calls each for every element of a JSON array as it is written, like
// [Fields] does for those of an object.
func Elements(array []byte, each func(value []byte) error) error {
	i := space(array, 0)
	if i == len(array) || array[i] != '[' {
		return fmt.Errorf("%w: not an array", errProtocol)
	}
	if i = space(array, i+1); i < len(array) && array[i] == ']' {
		return nil
	}
	for {
		end := skipValue(array, i)
		if end < 0 {
			return errCut
		}
		if err := each(array[i:end:end]); err != nil {
			return err
		}
		if i = space(array, end); i == len(array) {
			return errCut
		}
		if array[i] == ']' {
			return nil
		}
		if array[i] != ',' {
			return fmt.Errorf("%w: %q between the elements of an array", errProtocol, array[i])
		}
		i = space(array, i+1)
	}
}

// Uint reads a JSON number that is a whole one without sign.
func Uint(value []byte) (uint64, bool) {
	if len(value) == 0 || len(value) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

func fields(b []byte, i int, each func(key, value []byte) error) (int, error) {
	if i >= len(b) || b[i] != '{' {
		return 0, fmt.Errorf("%w: not an object", errProtocol)
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1, nil
	}
	for {
		if i >= len(b) || b[i] != '"' {
			return 0, fmt.Errorf("%w: a field without name", errProtocol)
		}
		end := skipString(b, i)
		if end < 0 {
			return 0, errCut
		}
		key := b[i+1 : end-1]
		if i = space(b, end); i >= len(b) || b[i] != ':' {
			return 0, fmt.Errorf("%w: a field without value", errProtocol)
		}
		i = space(b, i+1)
		if end = skipValue(b, i); end < 0 {
			return 0, errCut
		}
		if err := each(key, b[i:end:end]); err != nil {
			return 0, err
		}
		if i = space(b, end); i >= len(b) {
			return 0, errCut
		}
		if b[i] == '}' {
			return i + 1, nil
		}
		if b[i] != ',' {
			return 0, fmt.Errorf("%w: %q between fields", errProtocol, b[i])
		}
		i = space(b, i+1)
	}
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// skipString gives what follows the string that begins at i, or -1.
func skipString(b []byte, i int) int {
	for i++; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++
		}
		i++
		if slashes%2 == 0 {
			return i
		}
	}
}

// skipValue gives what follows the value that begins at i, or -1.
func skipValue(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch c := b[i]; c {
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
			if depth < 0 {
				return -1
			}
		case ',', ':', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return -1
			}
			i++
			continue
		default: // a number, true, false or null
			for i < len(b) && !ends[b[i]] {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// ends are the characters that end a number or a word.
var ends = [256]bool{',': true, '}': true, ']': true, ' ': true, '\n': true, '\r': true, '\t': true, '"': true, '{': true, '[': true, ':': true}
