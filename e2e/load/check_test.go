package load

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/client"
)

// entryOf is the notification of a message, as a server would push it.
func entryOf(n *numbering, roomID client.ID, seq, number uint64) string {
	text := fmt.Sprintf("%012x", number) + n.filler
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"entry","params":{"room_id":"%s","entry":{"seq":%d,"kind":"message","sender_id":"%s",`+
		`"client_id":"%s","created_at":"2026-11-23T09:00:00.000Z","type":"text","text":"%s"}}}`, roomID, seq, roomID, n.id(number), text)
}

func TestNumberingKnowsItsMessages(t *testing.T) {
	n, other, id := newNumbering(200), newNumbering(200), client.NewID()
	quoted := []byte(`"` + id.String() + `"`)
	parse := func(object string) message {
		var m message
		qt.Assert(t, qt.IsNil(client.Split([]byte(object), func(got *client.Message) (err error) {
			m, err = parseEntry(got.Params, quoted)
			return err
		})))
		return m
	}
	good := entryOf(n, id, 9, 77)
	m := parse(good)
	number, err := n.number(&m)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.Equals(number, 77))
	qt.Assert(t, qt.IsTrue(n.mine(&m)))
	qt.Assert(t, qt.IsFalse(other.mine(&m)))
	_, err = other.number(&m)
	qt.Assert(t, qt.IsNotNil(err))

	for what, bad := range map[string]string{
		"text":      strings.Replace(good, "quick", "quiet", 1),
		"number":    strings.Replace(good, fmt.Sprintf("%012x", 77)+"the", fmt.Sprintf("%012x", 78)+"the", 1),
		"kind":      strings.Replace(good, `"message"`, `"notice"`, 1),
		"no id":     strings.Replace(good, n.id(77).String(), "", 1),
		"truncated": strings.Replace(good, "lazy dog", "lazy", 1),
	} {
		m := parse(bad)
		_, err := n.number(&m)
		qt.Check(t, qt.IsNotNil(err), qt.Commentf("%s", what))
	}

	sent := n.append(nil, id, 77, firstCall)
	qt.Assert(t, qt.IsTrue(strings.Contains(string(sent), n.id(77).String())))
	qt.Assert(t, qt.IsTrue(strings.Contains(string(sent), fmt.Sprintf(`"id":%d`, 77+firstCall))))
}

// received gives a pair entries and returns what it says.
func received(p *pair, objects ...string) error {
	return client.Split([]byte("["+strings.Join(objects, ",")+"]"), p.received)
}

func newTestPair() *pair {
	p := &pair{room: client.NewID(), numbers: newNumbering(50), last: 3}
	p.quoted = []byte(`"` + p.room.String() + `"`)
	return p
}

func TestPairFindsWhatIsWrong(t *testing.T) {
	ack := func(p *pair, number, seq uint64) error {
		return p.acknowledged(&client.Message{ID: number + firstCall, Result: fmt.Appendf(nil, `{"seq":%d}`, seq)})
	}
	t.Run("nothing", func(t *testing.T) {
		p := newTestPair()
		qt.Assert(t, qt.IsNil(received(p, entryOf(p.numbers, p.room, 4, 0), entryOf(p.numbers, p.room, 5, 1))))
		qt.Assert(t, qt.Equals(p.both.Load(), 0))
		qt.Assert(t, qt.IsNil(ack(p, 0, 4)))
		qt.Assert(t, qt.IsNil(ack(p, 1, 5)))
		qt.Assert(t, qt.IsNil(ack(p, 2, 6)))
		qt.Assert(t, qt.Equals(p.both.Load(), 2)) // the third was not received
	})
	for name, wrong := range map[string]func(p *pair) error{
		"a gap":          func(p *pair) error { return received(p, entryOf(p.numbers, p.room, 5, 0)) },
		"an entry twice": func(p *pair) error { e := entryOf(p.numbers, p.room, 4, 0); return received(p, e, e) },
		"a message twice": func(p *pair) error {
			return received(p, entryOf(p.numbers, p.room, 4, 0), entryOf(p.numbers, p.room, 5, 0))
		},
		"another order":  func(p *pair) error { return received(p, entryOf(p.numbers, p.room, 4, 1)) },
		"another room":   func(p *pair) error { return received(p, entryOf(p.numbers, client.NewID(), 4, 0)) },
		"another sender": func(p *pair) error { return received(p, entryOf(newNumbering(50), p.room, 4, 0)) },
		"no number":      func(p *pair) error { return received(p, `{"method":"entry","params":{}}`) },
		"an acknowledgement of another number": func(p *pair) error {
			if err := received(p, entryOf(p.numbers, p.room, 4, 0)); err != nil {
				return nil
			}
			return ack(p, 0, 5)
		},
		"a refusal": func(p *pair) error {
			return p.acknowledged(&client.Message{ID: firstCall, Error: []byte(`{"code":1200}`)})
		},
	} {
		t.Run(name, func(t *testing.T) { qt.Assert(t, qt.IsNotNil(wrong(newTestPair()))) })
	}
}

func TestMemberFindsWhatIsWrong(t *testing.T) {
	newTestRoom := func() (*room, *sender, func() *member) {
		r := &room{id: client.NewID()}
		r.quoted = []byte(`"` + r.id.String() + `"`)
		s := &sender{numbers: newNumbering(50)}
		s.room, s.next = r, 4
		r.senders = []*sender{s}
		return r, s, func() *member { return &member{room: r, next: 4} }
	}
	r, s, join := newTestRoom()
	first, second := entryOf(s.numbers, r.id, 4, 0), entryOf(s.numbers, r.id, 5, 1)
	all := []byte("[" + first + "," + second + "]")
	for range 3 { // the first looks, the others compare
		m := join()
		qt.Assert(t, qt.IsNil(m.take(all)))
		qt.Assert(t, qt.Equals(m.got.Load(), 2))
		qt.Assert(t, qt.Equals(m.next, 6))
	}
	m := join()
	qt.Assert(t, qt.IsNil(m.take([]byte(first)))) // alone, without an array
	qt.Assert(t, qt.IsNil(m.take([]byte(second))))
	qt.Assert(t, qt.Equals(m.got.Load(), 2))

	m = join()
	third := entryOf(s.numbers, r.id, 6, 2)
	qt.Assert(t, qt.IsNil(m.take([]byte("["+first+","+second+","+third+"]"))), qt.Commentf("known and new in one frame"))
	qt.Assert(t, qt.Equals(m.got.Load(), 3))

	for name, frame := range map[string]string{
		"a gap":           "[" + first + "," + third + "]",
		"other bytes":     strings.Replace(first, "fox", "ox!", 1),
		"another sender":  entryOf(newNumbering(50), r.id, 4, 0),
		"not JSON":        first[:len(first)-1],
		"between objects": "[" + first + second + "]",
	} {
		t.Run(name, func(t *testing.T) {
			qt.Assert(t, qt.IsNotNil(join().take([]byte(frame))))
		})
	}
}

func TestSenderFindsWhatIsWrong(t *testing.T) {
	newSender := func() *sender {
		s := &sender{numbers: newNumbering(50)}
		s.room = &room{id: client.NewID()}
		s.room.quoted = []byte(`"` + s.room.id.String() + `"`)
		s.room.stop.Store(true)
		s.next = 4
		return s
	}
	pushed := func(s *sender, objects ...string) error {
		return client.Split([]byte("["+strings.Join(objects, ",")+"]"), s.object)
	}
	other := newNumbering(50)
	s := newSender()
	qt.Assert(t, qt.IsNil(pushed(s, entryOf(other, s.room.id, 5, 0), entryOf(other, s.room.id, 7, 1), `{"id":2,"result":{"seq":4}}`)))
	qt.Assert(t, qt.Equals(s.got.Load()+s.acked.Load(), 3))

	s = newSender()
	qt.Check(t, qt.IsNotNil(pushed(s, entryOf(s.numbers, s.room.id, 5, 0))), qt.Commentf("its own"))
	s = newSender()
	e := entryOf(other, s.room.id, 5, 0)
	qt.Check(t, qt.IsNotNil(pushed(s, e, e)), qt.Commentf("twice"))
	s = newSender()
	qt.Check(t, qt.IsNotNil(pushed(s, `{"id":2,"result":{"seq":6}}`, `{"id":3,"result":{"seq":5}}`)), qt.Commentf("acknowledged out of order"))
}
