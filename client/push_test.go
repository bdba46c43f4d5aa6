package client_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/client"
	"madang/internal/notify"
	"madang/internal/push"
	"madang/internal/push/pushtest"
)

// A phone sleeps while a desk has what comes; when nobody has it, it is woken,
// shows the next in its place, and nothing once the desk has read it.
func TestPush(t *testing.T) {
	web := pushtest.NewWeb(t)
	onEachEngine(t, func(t *testing.T, h *house) {
		h.stop()
		h.config.Push = push.Config{Private: true, TLS: web.TLS()}
		h.start()
		ann, ben, cat := h.signUp("+821055550001", "Ann"), h.signUp("+821055550002", "Ben"), h.signUp("+821055550003", "Cat")
		phone, cats := h.phone(ben, web), h.phone(cat, web)
		rest := func(s *client.Session) *client.API {
			return &client.API{Server: h.url(), Token: s.AccessToken, HTTP: h.http()}
		}
		anns := rest(ann)
		room := func(with *client.Session) client.ID {
			r, err := anns.CreateRoom(t.Context(), "", with.User.ID)
			qt.Assert(t, qt.IsNil(err))
			return r.ID
		}
		toBen, toCat := room(ben), room(cat)
		say := func(room client.ID, text string) uint64 {
			var sent client.Sent
			body := map[string]any{"client_id": client.NewID(), "type": "text", "text": text}
			qt.Assert(t, qt.IsNil(anns.Do(t.Context(), "POST", "/v1/rooms/"+room.String()+"/messages", body, &sent)))
			return sent.Seq
		}

		// A desk of ben's is on, from before the phone subscribed or after.
		var read diary
		desk := client.New(client.Config{
			Server: h.url(), Token: ben.AccessToken, Device: "desk", HTTP: h.http(), Position: &client.Position{}, Handler: read.handler(),
		})
		off := run(t, desk)
		first := say(toBen, "do you see this?")
		soon(t, "the desk has it", func() bool { return slices.Contains(read.numbers(toBen), first) })
		say(toCat, "and you?")
		soon(t, "cat is woken", func() bool { return len(cats.Messages()) == 1 })
		qt.Assert(t, qt.HasLen(phone.Messages(), 0))
		qt.Assert(t, qt.IsNil(off()))

		second := say(toBen, "and this?")
		soon(t, "the phone is woken", func() bool { return len(phone.Messages()) == 1 })
		p := payload(t, phone, 0)
		qt.Assert(t, qt.Equals(p.Seq, second))
		qt.Assert(t, qt.Equals(p.Title, "Ann"))
		qt.Assert(t, qt.Equals(p.Body, "and this?"))
		qt.Assert(t, qt.Equals(p.Badge, 2))
		third := say(toBen, "hello?")
		soon(t, "the next comes", func() bool { return len(phone.Messages()) == 2 })
		qt.Assert(t, qt.Equals(payload(t, phone, 1).Seq, third))
		qt.Assert(t, qt.HasLen(phone.Shown(), 1)) // in its place

		qt.Assert(t, qt.IsNil(rest(ben).Do(t.Context(), "PUT", "/v1/rooms/"+toBen.String()+"/read", map[string]any{"seq": third}, nil)))
		soon(t, "it is taken back", func() bool { return len(phone.Messages()) == 3 })
		p = payload(t, phone, 2)
		qt.Assert(t, qt.Equals(p.Type, notify.TypeRead))
		qt.Assert(t, qt.Equals(p.Badge, 0))
		qt.Assert(t, qt.HasLen(phone.Shown(), 1))
	})
}

// phone subscribes a device of a person.
func (h *house) phone(s *client.Session, web *pushtest.WebService) *pushtest.Device {
	h.t.Helper()
	d := web.Subscribe()
	encode := base64.RawURLEncoding.EncodeToString
	api := &client.API{Server: h.url(), Token: s.AccessToken, HTTP: h.http()}
	qt.Assert(h.t, qt.IsNil(api.Do(h.t.Context(), "PUT", "/v1/push/subscription", map[string]any{
		"kind": "web", "endpoint": d.Endpoint, "keys": map[string]string{"p256dh": encode(d.P256dh), "auth": encode(d.Auth)},
	}, nil)))
	return d
}

func payload(t *testing.T, d *pushtest.Device, i int) (p notify.Payload) {
	t.Helper()
	qt.Assert(t, qt.IsNil(json.Unmarshal(d.Messages()[i].Data, &p)))
	return p
}
