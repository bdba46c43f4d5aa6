package account_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
	"madang/internal/wire"
)

func TestProfile(t *testing.T) {
	photo, other := wire.ID{1}, wire.ID{2}
	o := account.Options{CheckPhoto: func(_ context.Context, _ *db.Tx, _ account.ID, id wire.ID) error {
		if id != photo {
			return fault.New(fault.MediaUnknown)
		}
		return nil
	}}
	eachWith(t, o, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann := town.join(number(1), "Ann")
		me := ann.User.ID
		_, err := town.people.User(ctx, me) // into the cache
		qt.Assert(t, qt.IsNil(err))
		town.told()
		got, err := town.people.SetProfile(ctx, me, account.Profile{
			Name: ptr(" Anna "), StatusMessage: ptr("비가 온다 ☔"), PhotoID: &photo, Handle: ptr("@Anna_K"),
			Language: ptr("EN-gb"), TimeZone: ptr("Europe/London"), Country: ptr("gb"),
		})
		qt.Assert(t, qt.IsNil(err))
		want := wire.Me{
			User:  wire.User{ID: me, Name: "Anna", StatusMessage: "비가 온다 ☔", PhotoID: photo, Handle: "anna_k"},
			Phone: number(1), Language: "en-GB", TimeZone: "Europe/London", Country: "GB",
		}
		qt.Check(t, qt.DeepEquals(got, want))
		qt.Check(t, qt.DeepEquals(kinds(town.told()), []account.ChangeKind{account.ProfileChanged}))
		read, err := town.people.Me(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(read, want))

		// Others see the profile without what is private.
		user, err := town.people.User(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(user, want.User))
		users, err := town.people.Users(ctx, []account.ID{me, me, {9}})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(users, map[account.ID]wire.User{me: want.User}))

		// Nothing given, nothing changed; one field, one changed.
		got, err = town.people.SetProfile(ctx, me, account.Profile{})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(got, want))
		want.StatusMessage, want.PhotoID = "", wire.ID{}
		got, err = town.people.SetProfile(ctx, me, account.Profile{StatusMessage: ptr(""), PhotoID: &wire.ID{}})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(got, want))

		for name, test := range map[string]struct {
			change account.Profile
			code   fault.Code
			field  string
		}{
			"long status": {account.Profile{StatusMessage: ptr(strings.Repeat("가", 61))}, fault.ProfileInvalid, "status_message"},
			"status line": {account.Profile{StatusMessage: ptr("a\nb")}, fault.ProfileInvalid, "status_message"},
			"language":    {account.Profile{Language: ptr("klingon-language")}, fault.ProfileInvalid, "language"},
			"no language": {account.Profile{Language: ptr("")}, fault.ProfileInvalid, "language"},
			"zone":        {account.Profile{TimeZone: ptr("Seoul")}, fault.ProfileInvalid, "time_zone"},
			"zone path":   {account.Profile{TimeZone: ptr("../../etc/passwd")}, fault.ProfileInvalid, "time_zone"},
			"country":     {account.Profile{Country: ptr("XX")}, fault.ProfileInvalid, "country"},
			"region":      {account.Profile{Country: ptr("EU")}, fault.ProfileInvalid, "country"},
			"photo":       {account.Profile{PhotoID: &other}, fault.MediaUnknown, ""},
			"handle":      {account.Profile{Handle: ptr("a b")}, fault.HandleInvalid, "handle"},
			"name":        {account.Profile{Name: ptr("")}, fault.NameInvalid, "name"},
		} {
			// A field that is right beside one that is wrong does not change.
			if test.change.Name == nil {
				test.change.Name = ptr("Eve")
			}
			_, err := town.people.SetProfile(ctx, me, test.change)
			f := faultOf(t, err, test.code)
			qt.Check(t, qt.Equals(f.Field, test.field), qt.Commentf("%s", name))
		}
		read, err = town.people.Me(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(read, want))

		_, err = town.people.SetProfile(ctx, account.ID{9}, account.Profile{})
		has(t, err, fault.UserUnknown)
		_, err = town.people.User(ctx, account.ID{9})
		has(t, err, fault.UserUnknown)
	})
}

func TestMainZonesExist(t *testing.T) {
	for country, zone := range account.MainZones() {
		qt.Check(t, qt.IsTrue(account.IsTimeZone(zone)), qt.Commentf("%s: %s", country, zone))
	}
}

func TestPhotoNeedsACheck(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	me := town.join(number(1), "Ann").User.ID
	_, err := town.people.SetProfile(t.Context(), me, account.Profile{PhotoID: &wire.ID{1}})
	has(t, err, fault.MediaUnknown)
}

func TestOtherNodesSeeProfilesChange(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		other := town.node(account.Options{})
		me := town.join(number(1), "Ann").User.ID
		_, err := other.User(t.Context(), me)
		qt.Assert(t, qt.IsNil(err))
		town.told()
		_, err = town.people.SetProfile(t.Context(), me, account.Profile{Name: ptr("Anna")})
		qt.Assert(t, qt.IsNil(err))
		for _, c := range town.told() {
			other.Heard(c)
		}
		user, err := other.User(t.Context(), me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(user.Name, "Anna"))
	})
}

func TestHandles(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann, ben := town.join(number(1), "Ann").User.ID, town.join(number(2), "Ben").User.ID
		set := func(who account.ID, handle string) error {
			_, err := town.people.SetProfile(ctx, who, account.Profile{Handle: &handle})
			return err
		}
		for _, bad := range []string{"abc", strings.Repeat("a", 21), "1abc", "_abc", "a bc", "ann!", "앤앤앤앤", "ab\ncd", "abcd\n"} {
			has(t, set(ann, bad), fault.HandleInvalid)
		}
		has(t, set(ann, "Support"), fault.HandleTaken)
		qt.Assert(t, qt.IsNil(set(ann, "Ann.Kim_1")))
		qt.Assert(t, qt.IsNil(set(ann, "ann.kim_1"))) // is it already
		has(t, set(ben, "ANN.KIM_1"), fault.HandleTaken)
		for _, text := range []string{"ann.kim_1", "@Ann.Kim_1"} {
			user, err := town.people.ByHandle(ctx, text)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(user.ID, ann))
		}
		// Changed: the old one is free.
		qt.Assert(t, qt.IsNil(set(ann, "annie")))
		qt.Assert(t, qt.IsNil(set(ben, "ann.kim_1")))
		// Given up.
		qt.Assert(t, qt.IsNil(set(ben, "")))
		_, err := town.people.ByHandle(ctx, "ann.kim_1")
		has(t, err, fault.UserUnknown)
		_, err = town.people.ByHandle(ctx, "no handle at all")
		has(t, err, fault.UserUnknown)
	})
}

func TestOneHandleForManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		var took, refused atomic.Int32
		var wg sync.WaitGroup
		for i := range 6 {
			me := town.join(number(i), "x").User.ID
			wg.Go(func() {
				_, err := town.people.SetProfile(t.Context(), me, account.Profile{Handle: ptr("wanted")})
				if err == nil {
					took.Add(1)
				} else if fault.Has(err, fault.HandleTaken) {
					refused.Add(1)
				}
			})
		}
		wg.Wait()
		qt.Check(t, qt.Equals(took.Load(), 1))
		qt.Check(t, qt.Equals(refused.Load(), 5))
	})
}
