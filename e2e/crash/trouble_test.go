package crash

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/go-quicktest/qt"

	"madang/client"
	"madang/e2e/crash/history"
	"madang/internal/wire"
)

// TestLittleSpace takes the disk space away for a while: senders are told that
// the disk is full, everybody still reads, and it goes on by itself when there
// is space again.
func TestLittleSpace(t *testing.T) {
	t.Run("pebble", func(t *testing.T) {
		_, seed := random(t)
		disk := newDisk(vfs.NewCrashableMem())
		n := serve(t, t.TempDir(), disk)
		d := newDoor()
		d.lead(n.URL())
		c := newCrowd(t, d, 4, 300)
		quiet := c.talking(t.Context(), seed)
		qt.Assert(t, qt.IsTrue(c.acked(t, 50, time.Minute)))

		disk.full.Store(true)
		p, room := c.people[0], c.rooms[0].id
		qt.Assert(t, qt.IsTrue(until(t, time.Minute, func() bool {
			return client.Is(c.say(t.Context(), p, room), "storage_full")
		})))
		s := dialRaw(t, d, p)
		_, code := s.send(t, c, p, room)
		qt.Check(t, qt.Equals(code, "storage_full"))
		rooms, err := listRooms(t.Context(), d.api(p.Token))
		qt.Assert(t, qt.IsNil(err))
		for _, r := range rooms {
			_, err := pages(t.Context(), d.api(p.Token), r)
			qt.Assert(t, qt.IsNil(err))
		}

		disk.full.Store(false)
		qt.Assert(t, qt.IsTrue(c.acked(t, 50, time.Minute)))
		quiet()
		c.prove(t)
		qt.Assert(t, qt.IsNil(n.Stop()))
	})
}

// TestDiskFails has the disk refuse a sync, or a write for want of space that
// nobody saw coming. The sender is told in words, by either door; the server
// stops by itself; and the next one has everything that was acknowledged.
func TestDiskFails(t *testing.T) {
	faults := []struct {
		name string
		fail func(d *disk)
	}{
		{"sync", func(d *disk) { d.cut(rand.New(rand.NewPCG(1, 1))) }},
		{"write", func(d *disk) { d.jammed.Store(true) }},
	}
	for _, fault := range faults {
		for _, door := range []string{"rest", "socket"} {
			t.Run("pebble/"+fault.name+"/"+door, func(t *testing.T) {
				rnd, seed := random(t)
				data, disk := t.TempDir(), newDisk(vfs.NewCrashableMem())
				n := serve(t, data, disk)
				d := newDoor()
				d.lead(n.URL())
				c := newCrowd(t, d, 4, 400)
				quiet := c.talking(t.Context(), seed)
				qt.Assert(t, qt.IsTrue(c.acked(t, 50, time.Minute)))
				quiet() // so that the one who is to be told is the first to notice

				p, room := c.people[0], c.rooms[0].id
				s := dialRaw(t, d, p)
				fault.fail(disk)
				if door == "rest" {
					err := c.say(t.Context(), p, room)
					qt.Check(t, qt.IsTrue(client.Is(err, "log_stopped")), qt.Commentf("%v", err))
				} else {
					_, code := s.send(t, c, p, room)
					qt.Check(t, qt.Equals(code, "log_stopped"))
				}
				select {
				case <-n.Done():
					qt.Check(t, qt.ErrorMatches(n.Wait(), "(?s)the room log cannot be written any more, .*nothing acknowledged is lost.*"))
				case <-time.After(time.Minute):
					t.Fatal("the server goes on although it cannot write")
				}

				d.lead("")
				n = serve(t, data, newDisk(left(disk.mem, rnd)))
				d.lead(n.URL())
				quiet = c.talking(t.Context(), seed+1)
				qt.Assert(t, qt.IsTrue(c.acked(t, 50, time.Minute)))
				quiet()
				c.prove(t)
				qt.Assert(t, qt.IsNil(n.Stop()))
			})
		}
	}
}

// rawSocket is a socket whose calls are made once, whatever the answer.
type rawSocket struct {
	conn    *client.Conn
	answers chan rawAnswer
}

type rawAnswer struct {
	result json.RawMessage
	code   string // of an error
}

// dialRaw opens a socket for a person.
func dialRaw(t *testing.T, d *door, p account) *rawSocket {
	t.Helper()
	conn, err := client.Dial(t.Context(), doorURL, client.DialOptions{
		NetDial: func(ctx context.Context, network, addr string) (net.Conn, error) { return d.dial(ctx, network, addr) },
	})
	qt.Assert(t, qt.IsNil(err))
	s := &rawSocket{conn: conn, answers: make(chan rawAnswer, 10)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- conn.Serve(ctx, s.take) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err == nil {
			t.Error("a socket ended without a reason")
		}
	})
	params, err := json.Marshal(map[string]string{"token": p.Token})
	qt.Assert(t, qt.IsNil(err))
	a := s.call(t, client.AppendCall(nil, 1, "hello", params))
	qt.Assert(t, qt.Equals(a.code, ""))
	return s
}

func (s *rawSocket) take(message []byte) error {
	return client.Split(message, func(m *client.Message) error {
		if m.ID == 0 {
			return nil
		}
		a := rawAnswer{result: append(json.RawMessage(nil), m.Result...)}
		if m.Error != nil {
			var e struct {
				Data struct {
					Code string `json:"code"`
				} `json:"data"`
			}
			if err := json.Unmarshal(m.Error, &e); err != nil {
				return err
			}
			a.code = e.Data.Code
		}
		s.answers <- a
		return nil
	})
}

func (s *rawSocket) call(t *testing.T, call []byte) rawAnswer {
	t.Helper()
	qt.Assert(t, qt.IsNil(s.conn.Queue(call)))
	qt.Assert(t, qt.IsNil(s.conn.Flush()))
	select {
	case a := <-s.answers:
		return a
	case <-time.After(time.Minute):
		t.Fatal("no answer")
	}
	return rawAnswer{}
}

// send sends a message, once, and gives its number or the code of the error.
func (s *rawSocket) send(t *testing.T, c *crowd, p account, room wire.ID) (seq uint64, code string) {
	t.Helper()
	e := history.Event{What: history.Send, Device: "raw", User: p.ID, Room: room, Client: client.NewID(), Text: fmt.Sprint("raw ", texts.Add(1))}
	c.record.Note(e)
	content := client.Text(e.Text)
	a := s.call(t, client.AppendSend(nil, 2, room, e.Client, &content))
	if a.code != "" {
		return 0, a.code
	}
	var got client.Sent
	qt.Assert(t, qt.IsNil(json.Unmarshal(a.result, &got)))
	e.What, e.Seq, e.Text = history.Sent, got.Seq, ""
	c.record.Note(e)
	return got.Seq, ""
}
