package client_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/client"
	"madang/internal/db/dbtest"
	"madang/internal/node"
)

// house is a whole server of ours, which can be stopped and started again.
type house struct {
	t      *testing.T
	config node.Config
	node   *node.Node
}

// onEachEngine runs a test against whole servers, one on each engine.
func onEachEngine(t *testing.T, f func(t *testing.T, h *house)) {
	open := func(t *testing.T, c node.Config) *house {
		c.Listen, c.Data, c.Sandbox = "127.0.0.1:0", t.TempDir(), true
		h := &house{t: t, config: c}
		h.start()
		h.config.Listen = strings.TrimPrefix(h.url(), "http://") // the same again after a restart
		t.Cleanup(h.stop)
		return h
	}
	t.Run("sqlite", func(t *testing.T) { f(t, open(t, node.Config{})) })
	t.Run("postgres", func(t *testing.T) { f(t, open(t, node.Config{Database: dbtest.PostgresURL(t)})) })
}

func (h *house) start() {
	n, err := node.Start(context.Background(), h.config)
	qt.Assert(h.t, qt.IsNil(err))
	h.node = n
}

func (h *house) stop() { qt.Check(h.t, qt.IsNil(h.node.Stop())) }

func (h *house) url() string { return h.node.URL() }

var digits = regexp.MustCompile(`\b\d{6}\b`)

// signUp makes a person the way that people do: with a code from their phone.
func (h *house) signUp(phone, name string) *client.Session {
	api := client.API{Server: h.url(), HTTP: h.http()}
	binding := rand.Text()
	qt.Assert(h.t, qt.IsNil(api.RequestCode(h.t.Context(), phone, binding)))
	var got struct {
		Messages []struct {
			Text string `json:"text"`
		} `json:"messages"`
	}
	qt.Assert(h.t, qt.IsNil(api.Do(h.t.Context(), http.MethodGet, "/sandbox/v1/sms?phone="+url.QueryEscape(phone), nil, &got)))
	qt.Assert(h.t, qt.HasLen(got.Messages, 1))
	in := client.SignIn{Phone: phone, Code: digits.FindString(got.Messages[0].Text), Binding: binding, Name: name, DeviceName: "test"}

	wrong := in
	wrong.Code = "000000"
	if wrong.Code != in.Code {
		_, err := api.SignIn(h.t.Context(), wrong)
		qt.Assert(h.t, qt.IsTrue(client.Is(err, "code_invalid")), qt.Commentf("%v", err))
	}
	s, err := api.SignIn(h.t.Context(), in)
	qt.Assert(h.t, qt.IsNil(err))
	qt.Assert(h.t, qt.Equals(s.User.Name, name))
	qt.Assert(h.t, qt.IsTrue(s.New))
	return s
}

// http is a client whose connections end with the test.
func (h *house) http() *http.Client {
	transport := &http.Transport{}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// join connects a device that writes down what it is told.
func (h *house) join(s *client.Session, d *diary) *client.Client {
	c := client.New(client.Config{
		Server: h.url(), Token: s.AccessToken, Device: "test", HTTP: h.http(),
		Position: &client.Position{}, Handler: d.handler(),
	})
	run(h.t, c)
	return c
}

// soon waits until f holds.
func soon(t *testing.T, what string, f func() bool) {
	t.Helper()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !f() {
		select {
		case <-tick.C:
		case <-end.C:
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func TestTwoPeopleTalk(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		ann, ben := h.signUp("+821012345678", "Ann"), h.signUp("+821087654321", "Ben")
		var annsDiary, bensDiary diary
		a, b := h.join(ann, &annsDiary), h.join(ben, &bensDiary)
		room, err := a.CreateRoom(t.Context(), "", ben.User.ID)
		qt.Assert(t, qt.IsNil(err))
		again, err := b.CreateRoom(t.Context(), "", ann.User.ID)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(again.ID, room.ID))

		// Both write at once; both see the same order.
		var talk sync.WaitGroup
		for i := range 50 {
			for name, c := range map[string]*client.Client{"ann": a, "ben": b} {
				talk.Go(func() {
					_, err := c.Send(t.Context(), room.ID, client.Text(fmt.Sprintf("%s %d", name, i)))
					qt.Check(t, qt.IsNil(err))
				})
			}
		}
		talk.Wait()
		first, err := a.Send(t.Context(), room.ID, client.Text("tpyo"))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(first.ID, fmt.Sprintf("%s.%d", room.ID, first.Seq)))
		qt.Assert(t, qt.IsNil(a.Edit(t.Context(), room.ID, first.Seq, "typo")))
		qt.Assert(t, qt.IsNil(b.React(t.Context(), room.ID, first.Seq, "👍", false)))
		qt.Assert(t, qt.IsNil(a.Delete(t.Context(), room.ID, first.Seq, true)))
		head := first.Seq + 3
		soon(t, "everything came", func() bool {
			return len(annsDiary.numbers(room.ID)) == int(head) && len(bensDiary.numbers(room.ID)) == int(head)
		})
		qt.Assert(t, qt.DeepEquals(annsDiary.numbers(room.ID), upTo(1, head)))
		qt.Assert(t, qt.DeepEquals(bensDiary.numbers(room.ID), upTo(1, head)))
		for i, e := range annsDiary.entries[room.ID] {
			other := bensDiary.entries[room.ID][i]
			qt.Assert(t, qt.Equals(e.Kind, other.Kind))
			qt.Assert(t, qt.Equals(e.SenderID, other.SenderID))
			if e.Kind == client.KindMessage {
				qt.Assert(t, qt.Equals(e.ClientID, other.ClientID))
			}
		}

		// Marks and signs.
		qt.Assert(t, qt.IsNil(b.Read(t.Context(), room.ID, head)))
		b.Typing(room.ID)
		soon(t, "Ann sees that Ben has read and writes", func() bool {
			notes := annsDiary.noted()
			return slices.Contains(notes, fmt.Sprintf("read %d", head)) && slices.Contains(notes, "typing")
		})
		rooms, next, err := b.Rooms(t.Context(), "")
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(next, ""))
		qt.Assert(t, qt.HasLen(rooms, 1))
		qt.Assert(t, qt.Equals(rooms[0].Unread, 0))
		page, err := b.Messages(t.Context(), room.ID, client.Before(4, 2))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(page.Entries, 2))
		qt.Assert(t, qt.Equals(page.Entries[1].Seq, 3))
		page, err = b.Messages(t.Context(), room.ID, client.Latest(1))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(page.Entries[0].Seq, head))

		// What is refused says so.
		_, err = a.Send(t.Context(), client.NewID(), client.Text("nowhere"))
		qt.Assert(t, qt.IsTrue(client.Is(err, "room_unknown")), qt.Commentf("%v", err))
		i := slices.IndexFunc(annsDiary.entries[room.ID], func(e *client.Entry) bool { return e.SenderID == ann.User.ID && e.Kind == client.KindMessage })
		_, err = a.SendAs(t.Context(), room.ID, annsDiary.entries[room.ID][i].ClientID, client.Text("something else"))
		qt.Assert(t, qt.IsTrue(client.Is(err, "client_id_reused")), qt.Commentf("%v", err))
	})
}

// A server that goes and comes back costs time and nothing else: what is sent
// meanwhile waits, nothing is missing, nothing is there twice.
func TestServerGoesAndComesBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		ann, ben := h.signUp("+821012345678", "Ann"), h.signUp("+821087654321", "Ben")
		var annsDiary, bensDiary diary
		a := h.join(ann, &annsDiary)
		h.join(ben, &bensDiary)
		room, err := a.CreateRoom(t.Context(), "", ben.User.ID)
		qt.Assert(t, qt.IsNil(err))
		var talk sync.WaitGroup
		var sent atomic.Int64
		enough := make(chan struct{})
		for i := range 4 {
			talk.Go(func() {
				for k := 0; ; k++ {
					_, err := a.Send(t.Context(), room.ID, client.Text(fmt.Sprintf("%d.%d", i, k)))
					qt.Check(t, qt.IsNil(err))
					sent.Add(1)
					select {
					case <-enough:
						return
					default:
					}
				}
			})
		}
		soon(t, "the talk has begun", func() bool { return len(bensDiary.numbers(room.ID)) > 20 })
		h.stop()
		before := sent.Load()
		h.start()
		soon(t, "the talk goes on", func() bool { return sent.Load() > before+20 })
		close(enough)
		talk.Wait()
		all := int(sent.Load())
		messages := func(d *diary) (texts []string) {
			d.mu.Lock()
			defer d.mu.Unlock()
			for _, e := range d.entries[room.ID] {
				if e.Kind == client.KindMessage {
					texts = append(texts, e.Text)
				}
			}
			return texts
		}
		soon(t, "everything came", func() bool {
			return len(messages(&annsDiary)) >= all && len(messages(&bensDiary)) >= all
		})
		qt.Assert(t, qt.DeepEquals(messages(&annsDiary), messages(&bensDiary)))
		numbers := bensDiary.numbers(room.ID)
		qt.Assert(t, qt.DeepEquals(numbers, upTo(1, uint64(len(numbers)))))
		sorted := slices.Sorted(slices.Values(messages(&bensDiary)))
		qt.Assert(t, qt.HasLen(slices.Compact(sorted), all))
		qt.Assert(t, qt.HasLen(messages(&bensDiary), all))
	})
}

func TestSignedOutByTheServer(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		ann := h.signUp("+821012345678", "Ann")
		api := client.API{Server: h.url(), Token: ann.AccessToken, HTTP: h.http()}
		c := client.New(client.Config{Server: h.url(), Token: ann.AccessToken})
		ended := make(chan error, 1)
		go func() { ended <- c.Run(t.Context()) }()
		soon(t, "she is connected", func() bool { return c.Me() != nil })
		qt.Assert(t, qt.IsNil(api.Do(t.Context(), http.MethodDelete, "/v1/auth/sessions/current", nil, nil)))
		qt.Assert(t, qt.ErrorIs(<-ended, client.ErrSignedOut))
		_, err := api.CreateRoom(t.Context(), "")
		qt.Assert(t, qt.IsTrue(client.Is(err, "token_invalid") || client.Is(err, "sign_in_required")), qt.Commentf("%v", err))
	})
}
