package account_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

func TestDeleteAccount(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann, ben := town.join(number(1), "Ann"), town.join(number(2), "Ben")
		me := ann.User.ID
		_, err := town.people.SetProfile(ctx, me, account.Profile{Handle: ptr("ann.k"), StatusMessage: ptr("hello")})
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.Contacts(ctx, me, []string{number(2), number(7)})
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.Contacts(ctx, ben.User.ID, []string{number(1)})
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.MarkFriend(ctx, me, ben.User.ID, account.Marks{Blocked: ptr(true)})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, me, "", "4711")))
		town.told()

		has(t, town.people.Delete(ctx, me, ""), fault.PINRequired)
		has(t, town.people.Delete(ctx, me, "0000"), fault.PINInvalid)
		qt.Assert(t, qt.IsNil(town.people.Delete(ctx, me, "4711")))
		qt.Check(t, qt.DeepEquals(kinds(town.told()), []account.ChangeKind{account.DeviceRevoked, account.AccountDeleted}))
		has(t, town.people.Delete(ctx, me, ""), fault.UserUnknown)

		// Signed out, and no account to act for.
		_, err = town.people.Authenticate(ctx, ann.Token)
		has(t, err, fault.TokenInvalid)
		_, err = town.people.Me(ctx, me)
		has(t, err, fault.UserUnknown)
		_, err = town.people.SetProfile(ctx, me, account.Profile{Name: ptr("Zombie")})
		has(t, err, fault.UserUnknown)

		for _, err := range []error{
			second(town.people.AddFriend(ctx, me, ben.User.ID)),
			second(town.people.MarkFriend(ctx, me, ben.User.ID, account.Marks{Blocked: ptr(true)})),
			second(town.people.Contacts(ctx, me, []string{number(2)})),
			second(town.people.Friends(ctx, me, account.FriendQuery{})),
			second(town.people.RequestNumber(ctx, me, account.CodeRequest{Phone: number(8)})),
		} {
			has(t, err, fault.UserUnknown)
		}

		// Rooms still know that there was somebody.
		user, err := town.people.User(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(user.Deleted))
		user.ID, user.Deleted = account.ID{}, false
		qt.Check(t, qt.IsTrue(user == (account.Person{}).User))

		// Nobody can add, find or see them.
		_, err = town.people.AddFriend(ctx, ben.User.ID, me)
		has(t, err, fault.UserUnknown)
		page, err := town.people.Friends(ctx, ben.User.ID, account.FriendQuery{})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(page.Friends, 0))
		recommended, err := town.people.Recommended(ctx, ben.User.ID, 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(recommended, 0))

		// No row of theirs is left but the tombstone.
		for _, table := range []string{"phones", "handles", "devices", "tokens", "consents", "friends", "known_by", "blocks", "contact_books", "leavings"} {
			text := "SELECT count(*) FROM " + table + " WHERE user_id = $1"
			var n int
			qt.Assert(t, qt.IsNil(town.d.QueryRow(ctx, db.Raw(text, text), me).Scan(&n)))
			qt.Check(t, qt.Equals(n, 0), qt.Commentf("%s", table))
		}
		text := `SELECT count(*) FROM users WHERE id = $1 AND gone = 'deleted' AND phone IS NULL AND handle IS NULL AND pin_hash IS NULL`
		var n int
		qt.Assert(t, qt.IsNil(town.d.QueryRow(ctx, db.Raw(text, text), me).Scan(&n)))
		qt.Check(t, qt.Equals(n, 1))

		// Number and handle are free for another, who is another.
		cho := town.join(number(1), "Cho")
		qt.Check(t, qt.Not(qt.Equals(cho.User.ID, me)))
		_, err = town.people.SetProfile(ctx, cho.User.ID, account.Profile{Handle: ptr("ann.k")})
		qt.Assert(t, qt.IsNil(err))
	})
}

// What other packages hold of a person is let go after the account has ended,
// and again until that has worked once.
func TestLeavingIsTold(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann")
		asked := make(chan account.ID, 10)
		fails := errors.New("not yet")
		town.people.OnLeaving(func(_ context.Context, user account.ID) error {
			asked <- user
			err := fails
			fails = nil
			return err
		})
		qt.Assert(t, qt.IsNil(town.people.Delete(t.Context(), ann.User.ID, "")))
		qt.Assert(t, qt.Equals(<-asked, ann.User.ID))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- town.people.Run(ctx) }()
		qt.Assert(t, qt.Equals(<-asked, ann.User.ID)) // Run begins with a sweep
		cancel()
		if err := <-ended; err != nil {
			qt.Assert(t, qt.ErrorIs(err, context.Canceled))
		}
		qt.Assert(t, qt.HasLen(asked, 0))
	})
}

// Somebody whom thousands had in their lists leaves, and the server stops in
// between.
func TestLeavingIsFinishedLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{Sandbox: true})
		ctx, cancel := context.WithCancel(t.Context())
		star := town.join(number(1), "Star").User.ID
		const fans = 2500
		users, err := town.people.CreateTestUsers(ctx, account.TestUsers{Count: fans, With: star})
		qt.Assert(t, qt.IsNil(err))
		// The deletion itself commits; what follows finds the context done.
		town.people.OnChange(func(c account.Change) {
			if c.Kind == account.AccountDeleted {
				cancel()
			}
		})
		qt.Assert(t, qt.IsNil(town.people.Delete(ctx, star, "")))
		left := func() (n int) {
			text := "SELECT count(*) FROM friends"
			qt.Assert(t, qt.IsNil(d.QueryRow(t.Context(), db.Raw(text, text)).Scan(&n)))
			return n
		}
		qt.Check(t, qt.Equals(left(), fans))
		// Nobody sees them meanwhile.
		page, err := town.people.Friends(t.Context(), users[0].ID, account.FriendQuery{})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(page.Friends, 0))

		qt.Assert(t, qt.IsNil(account.Sweep(t.Context(), town.node(account.Options{}))))
		qt.Check(t, qt.Equals(left(), 0), qt.Commentf("%s", fmt.Sprint(star)))
	})
}

func TestSweepRemovesWhatHasExpired(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		town.code(number(1), here("x"))
		_, err := town.people.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: "x", Client: here("x")})
		has(t, err, fault.CodeInvalid)
		count := func(table string) (n int) {
			text := "SELECT count(*) FROM " + table
			qt.Assert(t, qt.IsNil(town.d.QueryRow(t.Context(), db.Raw(text, text)).Scan(&n)))
			return n
		}
		qt.Assert(t, qt.IsNil(account.Sweep(t.Context(), town.people)))
		qt.Check(t, qt.Equals(count("codes"), 1))
		qt.Check(t, qt.Equals(count("limits"), 6))
		town.clock.Advance(day)
		qt.Assert(t, qt.IsNil(account.Sweep(t.Context(), town.people)))
		qt.Check(t, qt.Equals(count("codes"), 0))
		qt.Check(t, qt.Equals(count("limits"), 0))
	})
}
