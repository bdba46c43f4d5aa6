package push_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/push"
	"madang/internal/push/pushtest"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

// services gives a server of all kinds and a way to get devices of each.
func services(t *testing.T) (*push.Service, map[push.Kind]func() *pushtest.Device) {
	web, apns, fcm := pushtest.NewWeb(t), pushtest.NewAPNs(t), pushtest.NewFCM(t)
	s, err := push.New(push.Config{Key: secret, Private: true, TLS: web.TLS(), APNs: apns.Config(), FCM: fcm.Config()})
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(s.Close)
	return s, map[push.Kind]func() *pushtest.Device{push.Web: web.Subscribe, push.APNs: apns.Subscribe, push.FCM: fcm.Subscribe}
}

func note(topic, data string) *push.Notification {
	return &push.Notification{Topic: topic, Data: []byte(data), Title: "Ann", Body: "hello", Badge: 3, TTL: time.Hour, Urgent: true}
}

// Every adapter does the same.
func TestServices(t *testing.T) {
	s, kinds := services(t)
	for kind, subscribe := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			ctx := t.Context()
			d := subscribe()
			qt.Assert(t, qt.IsTrue(s.Has(kind)))
			qt.Assert(t, qt.IsNil(s.Check(&d.Subscription)))

			qt.Assert(t, qt.IsNil(s.Push(ctx, &d.Subscription, note("room-1", `{"n":1}`))))
			qt.Assert(t, qt.IsNil(s.Push(ctx, &d.Subscription, note("room-2", `{"n":2}`))))
			qt.Assert(t, qt.IsNil(s.Push(ctx, &d.Subscription, note("room-1", `{"n":3}`))))
			quiet := note("room-2", `{"n":4}`)
			quiet.Silent = true
			qt.Assert(t, qt.IsNil(s.Push(ctx, &d.Subscription, quiet)))
			qt.Assert(t, qt.HasLen(d.Messages(), 4))
			shown := d.Shown()
			qt.Assert(t, qt.Equals(string(shown["room-1"].Data), `{"n":3}`))
			qt.Assert(t, qt.Equals(string(shown["room-2"].Data), `{"n":4}`))
			qt.Assert(t, qt.Equals(shown["room-2"].Silent, kind != push.Web)) // of Web it is in the data

			// A device that took its subscription back is to be forgotten.
			d.Answer(pushtest.Answer{Status: http.StatusGone, Reason: "Unregistered"})
			qt.Assert(t, qt.ErrorIs(s.Push(ctx, &d.Subscription, note("a", "{}")), push.ErrGone))
			stranger := *subscribe()
			stranger.Endpoint, stranger.Token = d.Endpoint+"x", "gone"
			qt.Assert(t, qt.ErrorIs(s.Push(ctx, &stranger.Subscription, note("a", "{}")), push.ErrGone))

			// A service that is busy is asked again later.
			for _, status := range []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
				d.Answer(pushtest.Answer{Status: status, RetryAfter: "7", Reason: "TooManyRequests"})
				err := s.Push(ctx, &d.Subscription, note("a", "{}"))
				var retry *push.RetryError
				qt.Assert(t, qt.ErrorAs(err, &retry))
				if kind != push.APNs {
					qt.Assert(t, qt.Equals(retry.After, 7*time.Second))
				}
			}
			// What it does not take is neither.
			d.Answer(pushtest.Answer{Status: http.StatusBadRequest, Reason: "BadPath"})
			err := s.Push(ctx, &d.Subscription, note("a", "{}"))
			var retry *push.RetryError
			qt.Assert(t, qt.IsNotNil(err))
			qt.Assert(t, qt.IsFalse(errors.Is(err, push.ErrGone) || errors.As(err, &retry)))

			qt.Assert(t, qt.ErrorIs(s.Push(ctx, &d.Subscription, note("a", strings.Repeat("x", push.MaxData+1))), push.ErrTooLarge))
			large := note("a", `"`+strings.Repeat("x", push.MaxData-2)+`"`)
			qt.Assert(t, qt.IsNil(s.Push(ctx, &d.Subscription, large)))

			// Giving up is no fault of the device.
			d.Answer(pushtest.Answer{Status: http.StatusCreated, Wait: 300 * time.Millisecond})
			short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
			defer cancel()
			qt.Assert(t, qt.ErrorAs(s.Push(short, &d.Subscription, note("a", "{}")), &retry))
		})
	}
}

func TestOnlyWebWithoutAccounts(t *testing.T) {
	s, err := push.New(push.Config{Key: secret})
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsTrue(s.Has(push.Web)))
	for _, kind := range []push.Kind{push.APNs, push.FCM, "pigeon"} {
		qt.Assert(t, qt.IsFalse(s.Has(kind)))
		sub := &push.Subscription{Kind: kind, Token: "x"}
		qt.Assert(t, qt.ErrorIs(s.Check(sub), push.ErrUnsupported))
		qt.Assert(t, qt.ErrorIs(s.Push(t.Context(), sub, note("a", "{}")), push.ErrUnsupported))
	}
	_, err = push.New(push.Config{Key: secret, Subject: "ftp://x"})
	qt.Assert(t, qt.IsNotNil(err))
	_, err = push.New(push.Config{Key: secret, APNs: push.APNsConfig{KeyFile: "missing.p8"}})
	qt.Assert(t, qt.IsNotNil(err))
	_, err = push.New(push.Config{Key: secret, FCM: push.FCMConfig{CredentialsFile: "missing.json"}})
	qt.Assert(t, qt.IsNotNil(err))
}

// Browsers subscribe to a key: it is the same on every node and after a restart.
func TestKeyIsTheServers(t *testing.T) {
	one, err := push.New(push.Config{Key: secret})
	qt.Assert(t, qt.IsNil(err))
	two, err := push.New(push.Config{Key: secret})
	qt.Assert(t, qt.IsNil(err))
	other, err := push.New(push.Config{Key: bytes.Repeat([]byte{7}, 32)})
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.DeepEquals(one.PublicKey(), two.PublicKey()))
	qt.Assert(t, qt.IsFalse(bytes.Equal(one.PublicKey(), other.PublicKey())))
	qt.Assert(t, qt.Equals(len(one.PublicKey()), 65))
}

func TestCheck(t *testing.T) {
	web := pushtest.NewWeb(t)
	s, err := push.New(push.Config{Key: secret})
	qt.Assert(t, qt.IsNil(err))
	good := web.Subscribe().Subscription
	qt.Assert(t, qt.IsNil(s.Check(&good)))
	for name, change := range map[string]func(*push.Subscription){
		"http":         func(s *push.Subscription) { s.Endpoint = "http://example.org/" },
		"no host":      func(s *push.Subscription) { s.Endpoint = "https:///x" },
		"with a user":  func(s *push.Subscription) { s.Endpoint = "https://a:b@example.org/" },
		"long":         func(s *push.Subscription) { s.Endpoint = "https://example.org/" + strings.Repeat("x", 3000) },
		"no address":   func(s *push.Subscription) { s.Endpoint = "\x00" },
		"short secret": func(s *push.Subscription) { s.Auth = s.Auth[:15] },
		"no key":       func(s *push.Subscription) { s.P256dh = nil },
		"bad key":      func(s *push.Subscription) { s.P256dh = bytes.Repeat([]byte{4}, 65) },
	} {
		bad := good
		change(&bad)
		qt.Check(t, qt.IsNotNil(s.Check(&bad)), qt.Commentf(name))
	}
}

// A server that nobody told otherwise dials nothing on private addresses, and
// follows nothing there.
func TestPrivateAddressesAreRefused(t *testing.T) {
	web := pushtest.NewWeb(t)
	d := web.Subscribe()
	s, err := push.New(push.Config{Key: secret, TLS: web.TLS()})
	qt.Assert(t, qt.IsNil(err))
	for _, host := range []string{"127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "localhost"} {
		sub := d.Subscription
		sub.Endpoint = "https://" + host + "/push/x"
		err := s.Push(t.Context(), &sub, note("a", "{}"))
		qt.Check(t, qt.ErrorMatches(err, ".*(prohibited|denied|not permitted|ssrf).*"), qt.Commentf(host))
	}
	qt.Assert(t, qt.HasLen(d.Messages(), 0))
}

func FuzzCheck(f *testing.F) {
	s, err := push.New(push.Config{Key: secret, Private: true})
	qt.Assert(f, qt.IsNil(err))
	f.Add("https://push.example.org/x", []byte("key"), []byte("0123456789abcdef"))
	f.Fuzz(func(t *testing.T, endpoint string, key, auth []byte) {
		sub := &push.Subscription{Kind: push.Web, Endpoint: endpoint, P256dh: key, Auth: auth}
		if s.Check(sub) != nil {
			return
		}
		// What passes can be prepared.
		if _, err := s.Prepare(t.Context(), sub, note("a", "{}")); err != nil {
			t.Fatalf("%q passes, but: %v", endpoint, err)
		}
	})
}

// BenchmarkPrepare makes web pushes ready to be sent: encryption and proof.
func BenchmarkPrepare(b *testing.B) {
	web := pushtest.NewWeb(b)
	s, err := push.New(push.Config{Key: secret, Private: true})
	qt.Assert(b, qt.IsNil(err))
	d := web.Subscribe()
	n := note("room", strings.Repeat("x", 300))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Prepare(context.Background(), &d.Subscription, n); err != nil {
				b.Fatal(err)
			}
		}
	})
}
