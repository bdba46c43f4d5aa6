package account_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

func TestDevices(t *testing.T) {
	o := account.Options{Limits: account.Limits{CodesPerNumber: -1, CodesPerAddress: -1}}
	eachWith(t, o, func(t *testing.T, town *town) {
		ctx := t.Context()
		var ins []account.SignedIn
		for i := range 4 {
			in, err := town.signIn(number(1), account.SignIn{DeviceName: fmt.Sprint("device ", i)})
			qt.Assert(t, qt.IsNil(err))
			ins = append(ins, in)
			town.clock.Advance(time.Minute)
		}
		me := ins[0].User.ID
		ben := town.join(number(2), "Ben")
		town.told()
		names := func(s account.Session) (all []string) {
			devices, err := town.people.Devices(ctx, s)
			qt.Assert(t, qt.IsNil(err))
			for _, d := range devices {
				qt.Check(t, qt.Equals(d.Current, account.DeviceID(d.ID) == s.Device))
				all = append(all, strings.TrimPrefix(d.Name, "device "))
			}
			return all
		}
		qt.Check(t, qt.DeepEquals(names(ins[0].Session), []string{"3", "2", "1", "0"}))

		// Another's device cannot be signed out.
		has(t, town.people.Revoke(ctx, me, ben.Session.Device), fault.DeviceUnknown)
		_, err := town.people.Authenticate(ctx, ben.Token)
		qt.Assert(t, qt.IsNil(err))

		// Revoking holds at once, also against the cache.
		_, err = town.people.Authenticate(ctx, ins[3].Token)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(town.people.Revoke(ctx, me, ins[3].Session.Device)))
		_, err = town.people.Authenticate(ctx, ins[3].Token)
		has(t, err, fault.TokenInvalid)
		has(t, town.people.Revoke(ctx, me, ins[3].Session.Device), fault.DeviceUnknown)
		told := town.told()
		qt.Assert(t, qt.HasLen(told, 1))
		qt.Check(t, qt.Equals(told[0].Kind, account.DeviceRevoked))
		qt.Check(t, qt.Equals(told[0].Device, ins[3].Session.Device))

		// All others.
		n, err := town.people.RevokeOthers(ctx, ins[1].Session)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(n, 2))
		qt.Check(t, qt.DeepEquals(names(ins[1].Session), []string{"1"}))
		_, err = town.people.Authenticate(ctx, ins[0].Token)
		has(t, err, fault.TokenInvalid)

		qt.Assert(t, qt.IsNil(town.people.SignOut(ctx, ins[1].Session)))
		_, err = town.people.Authenticate(ctx, ins[1].Token)
		has(t, err, fault.TokenInvalid)
		qt.Check(t, qt.HasLen(names(ins[1].Session), 0))
	})
}

func TestRevokeHoldsOnOtherNodes(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		other := town.node(account.Options{})
		ann := town.join(number(1), "Ann")
		_, err := other.Authenticate(ctx, ann.Token)
		qt.Assert(t, qt.IsNil(err))
		town.told()
		qt.Assert(t, qt.IsNil(town.people.SignOut(ctx, ann.Session)))
		for _, c := range town.told() {
			other.Heard(c)
		}
		_, err = other.Authenticate(ctx, ann.Token)
		has(t, err, fault.TokenInvalid)
	})
}

func TestTheOldestDeviceMakesRoom(t *testing.T) {
	o := account.Options{Limits: account.Limits{CodesPerNumber: -1, CodesPerAddress: -1}}
	eachWith(t, o, func(t *testing.T, town *town) {
		var ins []account.SignedIn
		for range account.MaxDevices + 1 {
			in, err := town.signIn(number(1), account.SignIn{})
			qt.Assert(t, qt.IsNil(err))
			ins = append(ins, in)
			town.clock.Advance(time.Second)
		}
		_, err := town.people.Authenticate(t.Context(), ins[0].Token)
		has(t, err, fault.TokenInvalid)
		_, err = town.people.Authenticate(t.Context(), ins[1].Token)
		qt.Check(t, qt.IsNil(err))
		devices, err := town.people.Devices(t.Context(), ins[1].Session)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(devices, account.MaxDevices))
	})
}

func TestAuthenticateRefuses(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	ann := town.join(number(1), "Ann")
	_, err := town.people.Authenticate(t.Context(), "")
	has(t, err, fault.SignInRequired)
	last := ann.Token[len(ann.Token)-1]
	for _, token := range []string{
		"x", ann.Token + "A", ann.Token[1:], strings.Repeat("A", len(ann.Token)), strings.Repeat("!", len(ann.Token)),
		ann.Token[:len(ann.Token)-1] + string(last^1), " " + ann.Token, strings.Repeat("A", 1<<20),
	} {
		_, err := town.people.Authenticate(t.Context(), token)
		has(t, err, fault.TokenInvalid)
	}
}

func TestLastSeen(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann")
		run, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- town.people.Run(run) }()
		signedIn := town.clock.Now()
		town.clock.Advance(time.Hour)
		_, err := town.people.Authenticate(t.Context(), ann.Token)
		qt.Assert(t, qt.IsNil(err))
		seen := town.clock.Now()
		stop()
		qt.Assert(t, qt.IsNil(<-ended)) // writes what was noted
		devices, err := town.people.Devices(t.Context(), ann.Session)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(devices[0].LastSeenAt.Time().Sub(signedIn) >= time.Hour))
		qt.Check(t, qt.IsFalse(devices[0].LastSeenAt.Time().After(seen.Add(time.Second))))
	})
}

func TestLastSeenIsKeptUntilWritten(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann")
		town.clock.Advance(time.Hour)
		town.people.Seen(ann.User.ID, ann.Session.Device)
		seen := town.clock.Now()
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		qt.Check(t, qt.ErrorIs(account.WriteSeen(canceled, town.people), context.Canceled))
		qt.Assert(t, qt.IsNil(account.WriteSeen(t.Context(), town.people)))
		devices, err := town.people.Devices(t.Context(), ann.Session)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(seen.Sub(devices[0].LastSeenAt.Time()) < time.Second))
	})
}

func TestDeviceNames(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{Limits: account.Limits{CodesPerNumber: -1, CodesPerAddress: -1}})
	const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
	const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
	for _, test := range []struct{ name, agent, wantName, wantClient string }{
		{"My phone", safari, "My phone", "Safari on iOS"},
		{"", firefox, "Firefox on Linux", "Firefox on Linux"},
		{"", "", "Device", ""},
		{" a\nb\x1b ", "", "ab", ""},
		{strings.Repeat("가", 100), "", strings.Repeat("가", 60), ""},
		{"", strings.Repeat("x", 5000), strings.Repeat("x", 60), strings.Repeat("x", 60)},
		{"x\xff", "a\xffb", "x", "ab"},
	} {
		in, err := town.signIn(number(1), account.SignIn{DeviceName: test.name, UserAgent: test.agent})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(in.Device.Name, test.wantName))
		qt.Check(t, qt.Equals(in.Device.Client, test.wantClient))
	}
}
