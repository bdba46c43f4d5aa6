package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

func TestSignUpTakesWhatIsMissingFromTheNumber(t *testing.T) {
	for _, test := range []struct {
		name                          string
		phone                         string
		in                            account.SignIn
		wantName, lang, zone, country string
	}{
		{"number alone", "+821012345678", account.SignIn{}, "5678", "ko", "Asia/Seoul", "KR"},
		{
			"client knows", "+821012345678",
			account.SignIn{Name: " 지민 ", Language: "en-us", TimeZone: "Europe/Paris", Country: "FR"},
			"지민", "en-US", "Europe/Paris", "FR",
		},
		{
			"client is wrong", "+821012345678",
			account.SignIn{Language: "!!", TimeZone: "Mars/Olympus", Country: "fr"},
			"5678", "ko", "Asia/Seoul", "KR",
		},
		{"local is nowhere", "+821012345678", account.SignIn{TimeZone: "Local"}, "5678", "ko", "Asia/Seoul", "KR"},
		{"area code", "+14155552671", account.SignIn{}, "2671", "en", "America/Los_Angeles", "US"},
		{"wide country", "+447400123456", account.SignIn{}, "3456", "en", "Europe/London", "GB"},
		{"unknown area code", "+15550001111", account.SignIn{}, "1111", "en", "America/New_York", "US"},
		{"two scripts", "+886912345678", account.SignIn{}, "5678", "zh-Hant", "Asia/Taipei", "TW"},
		{"small country", "+6421123456", account.SignIn{}, "3456", "en", "Pacific/Auckland", "NZ"},
		{"no country", "+8829990123456", account.SignIn{}, "3456", "en", "UTC", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			town := newTown(t, dbtest.SQLite(t), account.Options{})
			in, err := town.signIn(test.phone, test.in)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.IsTrue(in.New))
			qt.Check(t, qt.Equals(in.User.Phone, test.phone))
			qt.Check(t, qt.Equals(in.User.Name, test.wantName))
			qt.Check(t, qt.Equals(in.User.Language, test.lang))
			qt.Check(t, qt.Equals(in.User.TimeZone, test.zone))
			qt.Check(t, qt.Equals(in.User.Country, test.country))
		})
	}
}

func TestSignInAgainIsTheSameAccount(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		first := town.join(number(1), "Ann")
		qt.Check(t, qt.DeepEquals(kinds(town.told()), []account.ChangeKind{account.DeviceAdded}))
		second, err := town.signIn(number(1), account.SignIn{
			Name: "ignored", DeviceName: "Ann's tablet",
			UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
		})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(second.New))
		qt.Check(t, qt.DeepEquals(second.User, first.User))
		qt.Check(t, qt.Not(qt.Equals(second.Token, first.Token)))

		// The others hear of the new device.
		told := town.told()
		qt.Assert(t, qt.HasLen(told, 1))
		qt.Check(t, qt.DeepEquals(told[0], account.Change{
			Kind: account.DeviceAdded, User: first.User.ID, Device: second.Session.Device,
			DeviceName: "Ann's tablet", Client: "Chrome on Windows",
		}))
		for _, in := range []account.SignedIn{first, second} {
			s, err := town.people.Authenticate(ctx, in.Token)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(s, in.Session))
			qt.Check(t, qt.Equals(s.User, first.User.ID))
		}
	})
}

// Two clients of one number that sign up at the same moment meet in one account.
func TestSignUpTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		clients := []account.Client{here("a"), here("b"), here("c"), here("d")}
		codes := make([]string, len(clients))
		for i, c := range clients {
			codes[i] = town.code(number(1), c)
		}
		ids := make([]account.ID, len(clients))
		var wg sync.WaitGroup
		for i, c := range clients {
			wg.Go(func() {
				in, err := town.people.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: codes[i], Client: c})
				if qt.Check(t, qt.IsNil(err)) {
					ids[i] = in.User.ID
				}
			})
		}
		wg.Wait()
		for _, id := range ids[1:] {
			qt.Check(t, qt.Equals(id, ids[0]))
		}
	})
}

func TestNames(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	me := town.join(number(1), "Ann").User.ID
	family := "👨‍👩‍👧‍👦"
	for _, test := range []struct{ name, want string }{
		{"Ann", "Ann"},
		{"  Ann  ", "Ann"},
		{"김", "김"},
		{strings.Repeat(family, 40), strings.Repeat(family, 40)},
		{strings.Repeat("가", 40), strings.Repeat("가", 40)},
		{"عائشة", "عائشة"},
		{"", ""},
		{"   ", ""},
		{strings.Repeat("가", 41), ""},
		{"a\nb", ""},
		{"a\x00b", ""},
		{"a\u202eb", ""},
		{"\u200b\u200b", ""},
		{"a\xff", ""},
		{"a\u2028b", ""},
		{"e" + strings.Repeat("\u0301", 1000), ""},
	} {
		got, err := town.people.SetProfile(t.Context(), me, account.Profile{Name: &test.name})
		if test.want == "" {
			qt.Check(t, qt.IsTrue(fault.Has(err, fault.NameInvalid)), qt.Commentf("%.40q: %v", test.name, err))
			continue
		}
		qt.Check(t, qt.IsNil(err), qt.Commentf("%.40q", test.name))
		qt.Check(t, qt.Equals(got.Name, test.want))
	}
	_, err := town.signIn(number(2), account.SignIn{Name: "a\nb"})
	has(t, err, fault.NameInvalid)
}

func TestConsent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{TermsVersion: "2026-01", PrivacyVersion: "7"})
		ctx := t.Context()
		code := town.code(number(1), here("ann"))
		for _, in := range []account.SignIn{{TermsVersion: "2025-01"}, {TermsVersion: "2026-01", PrivacyVersion: "6"}} {
			in.Phone, in.Code, in.Client = number(1), code, here("ann")
			_, err := town.people.SignIn(ctx, in)
			has(t, err, fault.ConsentRequired)
		}
		// The code is still good.
		in, err := town.people.SignIn(ctx, account.SignIn{
			Phone: number(1), Code: code, Client: here("ann"), TermsVersion: "2026-01", PrivacyVersion: "7",
		})
		qt.Assert(t, qt.IsNil(err))
		me := in.User.ID

		// New texts come into force: an old account signs in and accepts them.
		later := town.node(account.Options{TermsVersion: "2027-01", PrivacyVersion: "7"})
		has(t, later.Accept(ctx, me, "2026-01", "7"), fault.ConsentRequired)
		town.clock.Advance(day)
		qt.Assert(t, qt.IsNil(later.Accept(ctx, me, "2027-01", "")))
		all, err := later.Consents(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		var got []string
		for _, c := range all {
			got = append(got, c.Document+" "+c.Version)
		}
		qt.Check(t, qt.DeepEquals(got, []string{"privacy 7", "terms 2026-01", "terms 2027-01"}))
		qt.Check(t, qt.IsTrue(all[2].AcceptedAt.Sub(all[0].AcceptedAt) >= day))

		// Without versions the current ones are recorded.
		other := town.join(number(2), "Ben")
		all, err = town.people.Consents(ctx, other.User.ID)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(all, 2))
	})
}

func TestSetupLinkMakesOneAdministrator(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		old, pending, err := town.people.SetupLink(ctx)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(pending))
		token, pending, err := town.people.SetupLink(ctx)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(pending))

		for _, bad := range []string{old, "x", strings.Repeat("A", 43)} {
			_, err := town.signIn(number(1), account.SignIn{SetupToken: bad})
			has(t, err, fault.SetupLinkInvalid)
		}
		admin, err := town.signIn(number(2), account.SignIn{SetupToken: token})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(admin.User.Admin))
		s, err := town.people.Authenticate(ctx, admin.Token)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(s.Admin))

		_, err = town.signIn(number(3), account.SignIn{SetupToken: token})
		has(t, err, fault.SetupLinkInvalid)
		none, pending, err := town.people.SetupLink(ctx)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(pending))
		qt.Check(t, qt.Equals(none, ""))

		// The command line can do without.
		ben := town.join(number(4), "Ben")
		qt.Assert(t, qt.IsNil(town.people.SetAdmin(ctx, ben.User.ID, true)))
		me, err := town.people.Me(ctx, ben.User.ID)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(me.Admin))
		has(t, town.people.SetAdmin(ctx, account.ID{1}, true), fault.UserUnknown)
	})
}

func TestSetupLinkIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		token, _, err := town.people.SetupLink(t.Context())
		qt.Assert(t, qt.IsNil(err))
		var mu sync.Mutex
		admins := 0
		codes := make([]string, 4)
		for i := range codes {
			codes[i] = town.code(number(i), here("x"))
		}
		var wg sync.WaitGroup
		for i := range codes {
			wg.Go(func() {
				in, err := town.people.SignIn(t.Context(), account.SignIn{
					Phone: number(i), Code: codes[i], Client: here("x"), SetupToken: token,
				})
				mu.Lock()
				defer mu.Unlock()
				if err == nil && in.User.Admin {
					admins++
				} else {
					has(t, err, fault.SetupLinkInvalid)
				}
			})
		}
		wg.Wait()
		qt.Check(t, qt.Equals(admins, 1))
	})
}

// A number changes hands, or a PIN is forgotten.
func TestFreshAccountAfterSevenSilentDays(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		phone := number(1)
		old := town.join(phone, "Ann")
		ben := town.join(number(2), "Ben")
		_, err := town.people.AddFriend(ctx, old.User.ID, ben.User.ID)
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.Contacts(ctx, ben.User.ID, []string{phone})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, old.User.ID, "", "4711")))
		_, err = town.people.SetProfile(ctx, old.User.ID, account.Profile{Handle: ptr("ann.k")})
		qt.Assert(t, qt.IsNil(err))

		fresh := func() (account.SignedIn, error) {
			return town.signIn(phone, account.SignIn{Fresh: true, Name: "Cho", Client: here("cho")})
		}
		_, err = fresh()
		f := faultOf(t, err, fault.RecoveryPending)
		qt.Check(t, qt.IsTrue(f.RetryAfter > 7*day-time.Minute && f.RetryAfter <= 7*day))

		// Being seen starts the seven days again, also when it is not yet written.
		town.clock.Advance(5 * day)
		_, err = town.people.Authenticate(ctx, old.Token)
		qt.Assert(t, qt.IsNil(err))
		town.clock.Advance(5 * day)
		_, err = fresh()
		f = faultOf(t, err, fault.RecoveryPending)
		qt.Check(t, qt.IsTrue(f.RetryAfter > day && f.RetryAfter <= 2*day), qt.Commentf("%v", f.RetryAfter))

		// So does a device that was signed out since.
		town.clock.Advance(f.RetryAfter)
		town.told()
		in, err := fresh()
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(in.New))
		qt.Check(t, qt.Equals(in.User.Name, "Cho"))
		qt.Check(t, qt.Not(qt.Equals(in.User.ID, old.User.ID)))
		qt.Check(t, qt.IsFalse(in.User.HasPIN))
		qt.Check(t, qt.DeepEquals(kinds(town.told()),
			[]account.ChangeKind{account.DeviceRevoked, account.AccountDeleted, account.DeviceAdded}))

		// Nothing is carried over, and the old account is gone.
		_, err = town.people.Authenticate(ctx, old.Token)
		has(t, err, fault.TokenInvalid)
		page, err := town.people.Friends(ctx, in.User.ID, account.FriendQuery{})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(page.Friends, 0))
		page, err = town.people.Friends(ctx, ben.User.ID, account.FriendQuery{})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(page.Friends, 0))
		gone, err := town.people.User(ctx, old.User.ID)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(gone.Deleted))
		qt.Check(t, qt.Equals(gone.Name, ""))
		_, err = town.people.ByHandle(ctx, "ann.k")
		has(t, err, fault.UserUnknown)

		// Who has Cho's number now finds Cho.
		found, err := town.people.Contacts(ctx, ben.User.ID, []string{phone})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(found.Friends, 1))
		qt.Check(t, qt.Equals(found.Friends[0].ID, in.User.ID))
	})
}

func TestSigningOutIsBeingSeen(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann")
		town.clock.Advance(3 * day)
		again, err := town.signIn(number(1), account.SignIn{})
		qt.Assert(t, qt.IsNil(err))
		for _, in := range []account.SignedIn{ann, again} {
			qt.Assert(t, qt.IsNil(town.people.SignOut(t.Context(), in.Session)))
		}
		town.clock.Advance(6 * day)
		_, err = town.signIn(number(1), account.SignIn{Fresh: true})
		has(t, err, fault.RecoveryPending)
		// Without a PIN the number's owner just signs in.
		in, err := town.signIn(number(1), account.SignIn{})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(in.User.ID, ann.User.ID))
	})
}

func TestByPhone(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join("+821012345678", "Ann").User.ID
		person, err := town.people.ByPhone(t.Context(), "+82 10-1234-5678")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(person.ID, ann))
		_, err = town.people.ByPhone(t.Context(), "+821012345679")
		has(t, err, fault.UserUnknown)
		_, err = town.people.ByPhone(t.Context(), "010-1234-5678")
		has(t, err, fault.PhoneInvalid)
	})
}

func TestFreshOnANumberWithoutAccount(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		in, err := town.signIn(number(1), account.SignIn{Fresh: true, Name: "Ann"})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(in.New))
	})
}
