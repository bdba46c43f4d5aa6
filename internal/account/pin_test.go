package account_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

func TestPINIsAskedOnANewDevice(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann := town.join(number(1), "Ann")
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, ann.User.ID, "", "4711")))
		me, err := town.people.Me(ctx, ann.User.ID)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(me.HasPIN))

		// One code serves for both calls, and a wrong PIN does not spend it.
		code := town.code(number(1), here("new"))
		try := func(pin string) (account.SignedIn, error) {
			return town.people.SignIn(ctx, account.SignIn{Phone: number(1), Code: code, Client: here("new"), PIN: pin})
		}
		_, err = try("")
		has(t, err, fault.PINRequired)
		for _, bad := range []string{"4712", "4", "x", "47111"} {
			_, err = try(bad)
			has(t, err, fault.PINInvalid)
		}
		in, err := try("4711")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(in.User.ID, ann.User.ID))

		// A PIN is nothing without a code.
		_, err = town.signIn(number(1), account.SignIn{Code: "000000", PIN: "4711"})
		has(t, err, fault.CodeInvalid)
	})
}

func TestPINTries(t *testing.T) {
	o := account.Options{Limits: account.Limits{CodesPerNumber: -1, CodesPerAddress: -1}}
	eachWith(t, o, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann")
		qt.Assert(t, qt.IsNil(town.people.SetPIN(t.Context(), ann.User.ID, "", "4711")))
		try := func(pin string) error {
			_, err := town.signIn(number(1), account.SignIn{PIN: pin})
			return err
		}
		for range 5 {
			f := faultOf(t, try("0000"), fault.PINInvalid)
			qt.Check(t, qt.Equals(f.RetryAfter, 0))
		}
		// Now not even the right one, for an hour.
		f := faultOf(t, try("4711"), fault.PINInvalid)
		qt.Check(t, qt.IsTrue(f.RetryAfter > 59*time.Minute && f.RetryAfter <= time.Hour))
		// Nor for a device that is signed in: the same PIN, the same tries.
		has(t, town.people.SetPIN(t.Context(), ann.User.ID, "4711", ""), fault.PINInvalid)
		town.clock.Advance(f.RetryAfter)
		for range 5 {
			has(t, try("0000"), fault.PINInvalid)
		}
		f = faultOf(t, try("4711"), fault.PINInvalid)
		qt.Check(t, qt.IsTrue(f.RetryAfter > 23*time.Hour && f.RetryAfter <= day))
		town.clock.Advance(f.RetryAfter)
		qt.Assert(t, qt.IsNil(try("4711")))
		// The right one starts the count anew.
		for range 4 {
			has(t, try("0000"), fault.PINInvalid)
		}
		qt.Assert(t, qt.IsNil(try("4711")))
	})
}

func TestManyPINsAtOnceAreFive(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann")
		qt.Assert(t, qt.IsNil(town.people.SetPIN(t.Context(), ann.User.ID, "", "4711")))
		var compared, refused atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				err := town.people.Delete(t.Context(), ann.User.ID, "0000")
				if f := fault.From(err); f.Code == fault.PINInvalid && f.RetryAfter == 0 {
					compared.Add(1)
				} else if f.Code == fault.PINInvalid {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		qt.Check(t, qt.Equals(compared.Load(), 5))
		qt.Check(t, qt.Equals(refused.Load(), 15))
	})
}

func TestSetPIN(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		me := town.join(number(1), "Ann").User.ID
		for _, bad := range []string{"1", "123", "123456789", "12a4", "１２３４", "12 4"} {
			f := faultOf(t, town.people.SetPIN(ctx, me, "", bad), fault.ProfileInvalid)
			qt.Check(t, qt.Equals(f.Field, "pin"))
		}
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, me, "", "1234")))
		has(t, town.people.SetPIN(ctx, me, "", "5678"), fault.PINRequired)
		has(t, town.people.SetPIN(ctx, me, "0000", "5678"), fault.PINInvalid)
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, me, "1234", "5678")))
		has(t, town.people.SetPIN(ctx, me, "1234", ""), fault.PINInvalid)
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, me, "5678", "")))
		profile, err := town.people.Me(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(profile.HasPIN))
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, me, "whatever", "")))
		_, err = town.signIn(number(1), account.SignIn{})
		qt.Assert(t, qt.IsNil(err))
		has(t, town.people.SetPIN(ctx, account.ID{1}, "", "1234"), fault.UserUnknown)
	})
}

func TestPINIsStoredAsArgon2(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	hashes := map[string]bool{}
	for i := range 2 {
		me := town.join(number(i), "Ann").User.ID
		qt.Assert(t, qt.IsNil(town.people.SetPIN(t.Context(), me, "", "1234")))
		stored, err := db.Select(t.Context(), town.d, db.Value[string], db.Raw(`SELECT pin_hash FROM users WHERE id = $1`, ""), me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Matches(stored[0], `\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}`))
		hashes[stored[0]] = true
	}
	qt.Check(t, qt.HasLen(hashes, 2)) // salted
}
