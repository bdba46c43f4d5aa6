package notify_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/notify"
	"madang/internal/push"
	"madang/internal/push/pushtest"
	"madang/internal/wire"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

// tower is a house whose people are woken by hand.
type tower struct {
	*chattest.House
	t      testing.TB
	web    *pushtest.WebService
	notify *notify.Notify
	stop   func()
}

func each(t *testing.T, f func(t *testing.T, w *tower)) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		w := &tower{House: h, t: t, web: pushtest.NewWeb(t)}
		w.begin()
		t.Cleanup(func() { w.stop() })
		f(t, w)
	})
}

// begin starts notifications over what the database knows.
func (w *tower) begin() {
	w.t.Helper()
	service, err := push.New(push.Config{Key: secret, Private: true, TLS: w.web.TLS()})
	qt.Assert(w.t, qt.IsNil(err))
	w.notify, err = notify.Open(context.Background(), notify.Config{
		DB: w.DB, Chat: w.Chat, Accounts: w.People, Push: service, Bus: w.Bus, Clock: w.Clock, Logger: slog.New(slog.DiscardHandler),
	})
	qt.Assert(w.t, qt.IsNil(err))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.notify.Writing(ctx) }()
	w.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("notify: %v", err)
		}
		service.Close()
	}
}

func (w *tower) session(a chat.Actor) account.Session {
	return account.Session{User: a.User, Device: a.Device, Sandbox: true}
}

// phone subscribes the device of a person.
func (w *tower) phone(a chat.Actor) *pushtest.Device {
	w.t.Helper()
	d := w.web.Subscribe()
	qt.Assert(w.t, qt.IsNil(w.notify.Subscribe(w.t.Context(), w.session(a), d.Subscription)))
	return d
}

// pass lets the time go by that a message waits, and wakes.
func (w *tower) pass() {
	w.t.Helper()
	qt.Assert(w.t, qt.IsNil(w.notify.Look(w.t.Context())))
	w.Clock.Advance(notify.Patience)
	qt.Assert(w.t, qt.IsNil(w.notify.Wake(w.t.Context())))
}

// got are the payloads that came for a device.
func got(t testing.TB, d *pushtest.Device) []notify.Payload {
	t.Helper()
	var list []notify.Payload
	for _, m := range d.Messages() {
		var p notify.Payload
		qt.Assert(t, qt.IsNil(json.Unmarshal(m.Data, &p)))
		list = append(list, p)
	}
	return list
}

// last is the only further payload since n.
func last(t testing.TB, d *pushtest.Device, n int) notify.Payload {
	t.Helper()
	list := got(t, d)
	qt.Assert(t, qt.HasLen(list, n))
	return list[n-1]
}

// A push arrives, is replaced by the next, and is taken back after reading.
func TestWakes(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)

		w.Say(ann, room, "are you there?")
		qt.Assert(t, qt.IsNil(w.notify.Look(t.Context())))
		w.Clock.Advance(notify.Patience / 2) // the test itself takes time, too
		qt.Assert(t, qt.IsNil(w.notify.Wake(t.Context())))
		qt.Assert(t, qt.HasLen(phone.Messages(), 0)) // it may have come by the socket
		w.Clock.Advance(notify.Patience / 2)
		qt.Assert(t, qt.IsNil(w.notify.Wake(t.Context())))

		p := last(t, phone, 1)
		name, err := w.People.User(t.Context(), ann.User)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(p.Type, notify.TypeMessage))
		qt.Assert(t, qt.Equals(p.RoomID, room))
		qt.Assert(t, qt.Equals(p.Title, name.Name))
		qt.Assert(t, qt.Equals(p.Body, "are you there?"))
		qt.Assert(t, qt.Equals(p.Badge, 1))
		qt.Assert(t, qt.Equals(phone.Messages()[0].Urgency, "high"))

		seq := w.Say(ann, room, "hello?")
		w.pass()
		p = last(t, phone, 2)
		qt.Assert(t, qt.Equals(p.Seq, seq))
		qt.Assert(t, qt.Equals(p.Badge, 2))
		qt.Assert(t, qt.HasLen(phone.Shown(), 1)) // the next took its place

		w.Read(ben, room, seq)
		qt.Assert(t, qt.IsNil(w.notify.Wake(t.Context())))
		p = last(t, phone, 3)
		qt.Assert(t, qt.Equals(p.Type, notify.TypeRead))
		qt.Assert(t, qt.Equals(p.Seq, seq))
		qt.Assert(t, qt.Equals(p.Badge, 0))
		qt.Assert(t, qt.HasLen(phone.Shown(), 1))
		qt.Assert(t, qt.Equals(phone.Messages()[2].Urgency, "normal"))

		// Nothing is taken back twice, nor sent again.
		w.pass()
		qt.Assert(t, qt.IsNil(w.notify.LookAtAll(t.Context())))
		qt.Assert(t, qt.HasLen(phone.Messages(), 3))
	})
}

// Many messages at once make one notification, of the newest.
func TestOneForMany(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		for range 20 {
			w.Say(ann, room, "knock")
		}
		seq := w.Say(ann, room, "who is there?")
		w.pass()
		p := last(t, phone, 1)
		qt.Assert(t, qt.Equals(p.Seq, seq))
		qt.Assert(t, qt.Equals(p.Badge, 21))
	})
}

// Nobody is woken for what they have, have read, wrote, or must not hear of.
func TestSleepsOn(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		people := w.Users(4)
		ann, ben, eve, dan := people[0], people[1], people[2], people[3]
		room := w.Group(ann, ben, eve)
		anns, bens, eves, dans := w.phone(ann), w.phone(ben), w.phone(eve), w.phone(dan)
		w.pass()
		all := func() int {
			return len(anns.Messages()) + len(bens.Messages()) + len(eves.Messages()) + len(dans.Messages())
		}
		qt.Assert(t, qt.Equals(all(), 0)) // notices wake nobody

		seq := w.Say(ann, room, "one")
		w.notify.Has(ben.User, map[chat.RoomID]uint64{room: seq})
		w.Read(eve, room, seq)
		w.pass()
		qt.Assert(t, qt.Equals(all(), 0))

		// A device that has an older one has not this one.
		seq = w.Say(ann, room, "two")
		w.notify.Has(ben.User, map[chat.RoomID]uint64{room: seq - 1})
		w.Read(eve, room, seq)
		w.pass()
		qt.Assert(t, qt.HasLen(bens.Messages(), 1))
		qt.Assert(t, qt.Equals(all(), 1))

		// Ben blocks ann: what she writes to him alone is hidden from him.
		direct := w.Direct(ann, ben)
		w.Block(ben, ann, true)
		w.Say(ann, direct, "three")
		w.pass()
		qt.Assert(t, qt.Equals(all(), 1))

		// Who left hears nothing.
		w.Say(eve, w.Direct(eve, ann), "four")
		qt.Assert(t, qt.IsNil(w.Chat.Leave(t.Context(), eve, room)))
		w.Say(ann, room, "five")
		w.pass()
		qt.Assert(t, qt.HasLen(eves.Messages(), 0))
		qt.Assert(t, qt.HasLen(anns.Messages(), 1))
		qt.Assert(t, qt.HasLen(bens.Messages(), 2))
		qt.Assert(t, qt.HasLen(dans.Messages(), 0))
	})
}

func TestMuteAndMention(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		people := w.Users(3)
		ann, ben := people[0], people[1]
		room := w.Group(people...)
		phone := w.phone(ben)
		mute := func(m chat.MuteFor) {
			t.Helper()
			qt.Assert(t, qt.IsNil(w.Chat.Mute(t.Context(), ben, room, m)))
		}
		mention := func() {
			t.Helper()
			s := chattest.Text(room, "@b look")
			s.Content.Mentions = []wire.Mention{{UserID: ben.User, Offset: 0, Length: 2}}
			_, err := w.Chat.Send(t.Context(), ann, s)
			qt.Assert(t, qt.IsNil(err))
		}
		mute(chat.MuteHour)
		w.Say(ann, room, "one")
		w.pass()
		qt.Assert(t, qt.HasLen(phone.Messages(), 0))

		// A mention goes through, also when something else was said after it.
		mention()
		w.Say(ann, room, "two")
		w.pass()
		p := last(t, phone, 1)
		qt.Assert(t, qt.IsTrue(p.Mention))
		qt.Assert(t, qt.Equals(p.Title, "group"))
		qt.Assert(t, qt.Equals(p.Badge, 3))

		w.Clock.Advance(time.Hour)
		w.Say(ann, room, "three")
		w.pass()
		last(t, phone, 2)

		mute(chat.MuteAlways)
		w.Clock.Advance(1000 * time.Hour)
		w.Say(ann, room, "four")
		w.pass()
		last(t, phone, 2)
		mute(chat.MuteOff)
		w.Say(ann, room, "five")
		w.pass()
		last(t, phone, 3)
	})
}

func TestSettings(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		ctx := t.Context()
		s, err := w.notify.Settings(ctx, ben.User)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.DeepEquals(s, notify.Settings{Preview: true, Quiet: []notify.QuietHours{}}))

		// Without previews nothing tells who wrote, or what.
		qt.Assert(t, qt.IsNil(w.notify.Set(ctx, ben.User, notify.Settings{})))
		w.Say(ann, room, "secret")
		w.pass()
		p := last(t, phone, 1)
		qt.Assert(t, qt.Equals(p.Title, "Madang"))
		qt.Assert(t, qt.IsTrue(p.Body != "" && p.Body != "secret"))
		qt.Assert(t, qt.IsTrue(p.SenderID.IsZero()))

		// In quiet hours nobody is woken.
		all := notify.Settings{Preview: true, Quiet: []notify.QuietHours{{Days: []int{1, 2, 3, 4, 5, 6, 7}, From: "00:00", To: "00:00"}}}
		qt.Assert(t, qt.IsNil(w.notify.Set(ctx, ben.User, all)))
		s, err = w.notify.Settings(ctx, ben.User)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.DeepEquals(s, all))
		w.Say(ann, room, "psst")
		w.pass()
		last(t, phone, 1)

		err = w.notify.Set(ctx, ben.User, notify.Settings{Quiet: []notify.QuietHours{{Days: []int{8}, From: "22:00", To: "07:00"}}})
		qt.Assert(t, qt.IsTrue(fault.Has(err, fault.QuietInvalid)))
	})
}

// What was deleted is not left on a screen.
func TestDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		first := w.Say(ann, room, "first")
		second := w.Say(ann, room, "second")
		w.pass()
		last(t, phone, 1)
		remove := func(seq uint64) {
			t.Helper()
			_, err := w.Chat.Delete(t.Context(), ann, room, seq, true)
			qt.Assert(t, qt.IsNil(err))
			w.pass()
		}
		remove(second)
		p := last(t, phone, 2)
		qt.Assert(t, qt.Equals(p.Type, notify.TypeMessage))
		qt.Assert(t, qt.Equals(p.Seq, first))
		remove(first)
		p = last(t, phone, 3)
		qt.Assert(t, qt.Equals(p.Type, notify.TypeRead))
		qt.Assert(t, qt.Equals(p.Seq, first)) // also when it was never read

		// One that is gone before anybody was woken wakes nobody.
		gone := w.Say(ann, room, "third")
		remove(gone)
		last(t, phone, 3)

		// What a desk has is not shown in its place; it goes all the same.
		old := w.Say(ann, room, "fourth")
		secret := w.Say(ann, room, "secret")
		w.pass()
		last(t, phone, 4)
		w.notify.Has(ben.User, map[chat.RoomID]uint64{room: old})
		remove(secret)
		p = last(t, phone, 5)
		qt.Assert(t, qt.Equals(p.Type, notify.TypeRead))
		qt.Assert(t, qt.Equals(p.Seq, secret))
	})
}

// Who is out of a room has nothing of it on the screen.
func TestLeaving(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		people := w.Users(3)
		ann, ben := people[0], people[1]
		room := w.Group(people...)
		phone := w.phone(ben)
		seq := w.Say(ann, room, "not for you any more")
		w.pass()
		last(t, phone, 1)
		qt.Assert(t, qt.IsNil(w.Chat.Remove(t.Context(), ann, room, ben.User)))
		qt.Assert(t, qt.IsNil(w.notify.LookAtAll(t.Context())))
		p := last(t, phone, 2)
		qt.Assert(t, qt.Equals(p.Type, notify.TypeRead))
		qt.Assert(t, qt.Equals(p.Seq, seq))
	})
}

// A message is found behind any number of other entries.
func TestBehindManyReactions(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		seq := w.Say(ann, room, "like this")
		for i := range 600 {
			_, err := w.Chat.React(t.Context(), ann, room, seq, "👍", i%2 == 1)
			qt.Assert(t, qt.IsNil(err))
		}
		w.pass()
		qt.Assert(t, qt.Equals(last(t, phone, 1).Seq, seq))
	})
}

// What is tried again for one device in quiet hours neither wakes it nor undoes what
// the others show.
func TestTriesAgainInQuietHours(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		seq := w.Say(ann, room, "one")
		w.pass()
		last(t, phone, 1)
		phone.Answer(pushtest.Answer{Status: http.StatusServiceUnavailable})
		w.Say(ann, room, "two")
		w.pass()
		all := notify.Settings{Preview: true, Quiet: []notify.QuietHours{{Days: []int{1, 2, 3, 4, 5, 6, 7}, From: "00:00", To: "00:00"}}}
		qt.Assert(t, qt.IsNil(w.notify.Set(t.Context(), ben.User, all)))
		w.Clock.Advance(time.Minute)
		qt.Assert(t, qt.IsNil(w.notify.Wake(t.Context())))
		last(t, phone, 1)
		w.Read(ben, room, seq+1)
		qt.Assert(t, qt.IsNil(w.notify.Wake(t.Context())))
		qt.Assert(t, qt.Equals(last(t, phone, 2).Type, notify.TypeRead))
	})
}

// What a service does not take comes later, as it is by then.
func TestTriesAgain(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		phone.Answer(pushtest.Answer{Status: http.StatusServiceUnavailable}, pushtest.Answer{Status: http.StatusTooManyRequests, RetryAfter: "90"})
		w.Say(ann, room, "one")
		w.pass()
		qt.Assert(t, qt.HasLen(phone.Messages(), 0))
		w.Clock.Advance(15 * time.Second)
		qt.Assert(t, qt.IsNil(w.notify.Retry(t.Context()))) // 429
		seq := w.Say(ann, room, "two")
		w.Read(ben, room, seq-1)
		w.Clock.Advance(time.Hour)
		qt.Assert(t, qt.IsNil(w.notify.Retry(t.Context())))
		p := last(t, phone, 1)
		qt.Assert(t, qt.Equals(p.Seq, seq))
		w.Clock.Advance(24 * time.Hour)
		qt.Assert(t, qt.IsNil(w.notify.Retry(t.Context())))
		last(t, phone, 1)
	})
}

// A device whose service fails keeps nobody waiting: what is new for it goes with
// what is tried again, and all of it once the service takes something.
func TestFailingWaitsApart(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		people := w.Users(3)
		ann, ben, cat := people[0], people[1], people[2]
		phone := w.phone(ben)
		fail := pushtest.Answer{Status: http.StatusServiceUnavailable}
		phone.Answer(fail, fail)
		w.Say(ann, w.Direct(ann, ben), "one")
		w.pass() // the first failure
		w.Clock.Advance(15 * time.Second)
		qt.Assert(t, qt.IsNil(w.notify.Retry(t.Context()))) // the second one
		w.Say(cat, w.Direct(cat, ben), "two")
		w.pass() // is not even tried
		qt.Assert(t, qt.HasLen(phone.Messages(), 0))
		w.Clock.Advance(time.Minute)
		qt.Assert(t, qt.IsNil(w.notify.Retry(t.Context())))
		qt.Assert(t, qt.IsNil(w.notify.Retry(t.Context())))
		qt.Assert(t, qt.HasLen(phone.Messages(), 2))
		qt.Assert(t, qt.HasLen(phone.Shown(), 2))
		w.Say(cat, w.Direct(cat, ben), "three")
		w.pass()
		qt.Assert(t, qt.HasLen(phone.Messages(), 3))
	})
}

// A dead subscription is forgotten, and so is one of a device that signed out.
func TestDead(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		phone.Answer(pushtest.Answer{Status: http.StatusGone})
		w.Say(ann, room, "one")
		w.pass()
		kind, err := w.notify.Subscribed(t.Context(), w.session(ben))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(kind, ""))
		qt.Assert(t, qt.IsFalse(w.notify.Wants(ben.User)))

		phone = w.phone(ben)
		qt.Assert(t, qt.IsTrue(w.notify.Wants(ben.User)))
		qt.Assert(t, qt.IsNil(w.People.SignOut(t.Context(), w.session(ben))))
		w.Say(ann, room, "two")
		w.pass()
		qt.Assert(t, qt.HasLen(phone.Messages(), 0))
		_, err = w.notify.TryAll(t.Context(), ben.User)
		qt.Assert(t, qt.IsTrue(fault.Has(err, fault.PushMissing)))
	})
}

// One browser leads to one person: the one who uses it now.
func TestAddressMoves(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		shared := w.phone(ben)
		qt.Assert(t, qt.IsNil(w.notify.Subscribe(t.Context(), w.session(ann), shared.Subscription)))
		qt.Assert(t, qt.IsFalse(w.notify.Wants(ben.User)))
		w.Say(ann, room, "for ben")
		w.pass()
		qt.Assert(t, qt.HasLen(shared.Messages(), 0))
		w.Say(ben, room, "for ann")
		w.pass()
		last(t, shared, 1)
		qt.Assert(t, qt.IsNil(w.notify.Unsubscribe(t.Context(), w.session(ann))))
		qt.Assert(t, qt.IsNil(w.notify.Unsubscribe(t.Context(), w.session(ann))))
		qt.Assert(t, qt.IsFalse(w.notify.Wants(ann.User)))
	})
}

func TestTry(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		phone := w.phone(ben)
		qt.Assert(t, qt.IsNil(w.notify.Try(t.Context(), w.session(ben))))
		qt.Assert(t, qt.Equals(last(t, phone, 1).Type, notify.TypeTest))
		qt.Assert(t, qt.IsTrue(fault.Has(w.notify.Try(t.Context(), w.session(ann)), fault.PushMissing)))
		phone.Answer(pushtest.Answer{Status: http.StatusServiceUnavailable})
		qt.Assert(t, qt.IsTrue(fault.Has(w.notify.Try(t.Context(), w.session(ben)), fault.RateLimited)))
		w.Clock.Advance(5 * time.Second)
		qt.Assert(t, qt.IsTrue(fault.Has(w.notify.Try(t.Context(), w.session(ben)), fault.PushRefused)))
		tried, err := w.notify.TryAll(t.Context(), ben.User)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(tried, 1))
		qt.Assert(t, qt.IsNil(tried[0].Err))
	})
}

func TestRefusedSubscriptions(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, _ := w.Two()
		sub := w.web.Subscribe().Subscription
		sub.Auth = nil
		qt.Assert(t, qt.IsTrue(fault.Has(w.notify.Subscribe(t.Context(), w.session(ann), sub), fault.PushInvalid)))
		sub = push.Subscription{Kind: push.APNs, Token: "token"}
		qt.Assert(t, qt.IsTrue(fault.Has(w.notify.Subscribe(t.Context(), w.session(ann), sub), fault.PushUnsupported)))
		qt.Assert(t, qt.DeepEquals(w.notify.Kinds(), []push.Kind{push.Web}))
	})
}

// What was committed while nobody woke is made up for; what was done is not done
// again.
func TestGoesOnWhereItWas(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		ann, ben := w.Two()
		room := w.Direct(ann, ben)
		phone := w.phone(ben)
		w.Say(ann, room, "one")
		w.pass()
		last(t, phone, 1)
		w.stop()
		seq := w.Say(ann, room, "two")
		w.begin()
		w.Clock.Advance(notify.Grace)
		w.pass()
		p := last(t, phone, 2)
		qt.Assert(t, qt.Equals(p.Seq, seq))

		// Read while nobody looked.
		w.stop()
		w.Read(ben, room, seq)
		w.begin()
		w.Clock.Advance(notify.Grace)
		w.pass()
		qt.Assert(t, qt.IsNil(w.notify.LookAtAll(t.Context())))
		qt.Assert(t, qt.Equals(last(t, phone, 3).Type, notify.TypeRead))

		// Older than a day.
		w.stop()
		w.Say(ann, room, "three")
		w.Clock.Advance(25 * time.Hour)
		w.begin()
		w.Clock.Advance(notify.Grace)
		w.pass()
		last(t, phone, 3)
	})
}

// All of a large group are woken, batch by batch, also when the server is stopped in
// between.
func TestLargeGroup(t *testing.T) {
	each(t, func(t *testing.T, w *tower) {
		people := w.Users(1200)
		room := w.Group(people[:100]...)
		for rest := range slices.Chunk(people[100:], 100) {
			var ids []chat.UserID
			for _, p := range rest {
				ids = append(ids, p.User)
			}
			_, err := w.Chat.Invite(t.Context(), people[0], room, ids)
			qt.Assert(t, qt.IsNil(err))
		}
		phones := make([]*pushtest.Device, len(people))
		for i := range people {
			phones[i] = w.phone(people[i])
		}
		w.Say(people[0], room, "everybody!")
		qt.Assert(t, qt.IsNil(w.notify.Look(t.Context())))
		w.Clock.Advance(notify.Patience)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for w.web.Count() == 0 {
				runtime.Gosched()
			}
			cancel()
		}()
		err := w.notify.Wake(ctx)
		qt.Assert(t, qt.ErrorIs(err, context.Canceled))
		w.stop()
		qt.Assert(t, qt.IsTrue(w.web.Count() < len(people)-1))
		w.begin()
		w.Clock.Advance(notify.Grace)
		w.pass()
		qt.Assert(t, qt.HasLen(phones[0].Messages(), 0))
		for _, p := range phones[1:] {
			last(t, p, 1)
		}
	})
}
