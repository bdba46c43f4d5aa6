package account_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
)

func TestCreateTestUsers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{Sandbox: true, Limits: account.Limits{CodesPerNumber: 1, FailuresPerNumber: 1}})
		ctx := t.Context()
		users, err := town.people.CreateTestUsers(ctx, account.TestUsers{Count: 5, Prefix: "bench", Befriend: true})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(users, 5))
		for i, u := range users {
			s, err := town.people.Authenticate(ctx, u.Token)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(s, account.Session{User: u.ID, Device: u.Device, Sandbox: true}))
			me, err := town.people.Me(ctx, u.ID)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(me.Phone, u.Phone))
			qt.Check(t, qt.Equals(me.Name, fmt.Sprintf("bench %d", i+1)))
			qt.Check(t, qt.Equals(me.Country, "KR"))
			qt.Check(t, qt.HasLen(friendNames(t, town, u.ID, account.FriendQuery{}), 4))
		}
		// They sign in like others, with no limit of codes.
		for range 3 {
			in, err := town.signIn(users[0].Phone, account.SignIn{})
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(in.User.ID, users[0].ID))
			_, err = town.signIn(users[0].Phone, account.SignIn{Code: "x"})
			has(t, err, fault.CodeInvalid)
		}
		// Real numbers in a sandbox are counted, their address is not.
		town.join(number(1), "Ann")
		town.join(number(2), "Ben")
		_, err = town.people.RequestCode(ctx, account.CodeRequest{Phone: number(1), Client: here("x")})
		has(t, err, fault.CodeLimit)

		// The next ones are others; a prefix can be that of a number.
		more, err := town.people.CreateTestUsers(ctx, account.TestUsers{Count: 2, Prefix: "+1555", With: users[0].ID})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Matches(more[0].Phone, `\+1555\d{7}`))
		for _, u := range more {
			for _, pair := range [][2]account.ID{{u.ID, users[0].ID}, {users[0].ID, u.ID}} {
				is, err := town.people.IsFriend(ctx, pair[0], pair[1])
				qt.Assert(t, qt.IsNil(err))
				qt.Check(t, qt.IsTrue(is))
			}
		}
		// They are found by phone.
		found, err := town.people.Contacts(ctx, more[0].ID, []string{users[3].Phone})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(found.Friends, 1))

		for _, bad := range []struct {
			users account.TestUsers
			code  fault.Code
		}{
			{account.TestUsers{}, fault.BadRequest},
			{account.TestUsers{Count: account.MaxTestUsers + 1}, fault.BadRequest},
			{account.TestUsers{Count: 1, Prefix: "a\nb"}, fault.NameInvalid},
			{account.TestUsers{Count: 1, Prefix: "+999"}, fault.PhoneInvalid},
			{account.TestUsers{Count: 1, With: account.ID{9}}, fault.UserUnknown},
		} {
			_, err := town.people.CreateTestUsers(ctx, bad.users)
			has(t, err, bad.code)
		}
	})
}

func TestTestUsersNeedASandbox(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	_, err := town.people.CreateTestUsers(t.Context(), account.TestUsers{Count: 1})
	qt.Check(t, qt.ErrorIs(err, account.ErrNoSandbox))
}

// Friends in a ring: everybody has as many, and each friendship is mutual.
func TestNeighbours(t *testing.T) {
	for _, test := range []struct{ n, each int }{{2, 1}, {3, 2}, {10, 9}, {10, 4}, {11, 2}} {
		friends := map[[2]int]bool{}
		for i := range test.n {
			for k := 1; k <= test.each; k++ {
				j := account.Neighbour(i, k, test.n)
				qt.Check(t, qt.IsTrue(i != j && !friends[[2]int{i, j}]), qt.Commentf("%v: %d %d", test, i, j))
				friends[[2]int{i, j}] = true
			}
		}
		for pair := range friends {
			qt.Check(t, qt.IsTrue(friends[[2]int{pair[1], pair[0]}]), qt.Commentf("%v: %v", test, pair))
		}
	}
}

func TestManyTestUsersInSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 50,000 users")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{Sandbox: true})
		start := time.Now()
		users, err := town.people.CreateTestUsers(t.Context(), account.TestUsers{Count: account.MaxTestUsers, Befriend: true})
		qt.Assert(t, qt.IsNil(err))
		t.Logf("%d users in %v", len(users), time.Since(start).Round(time.Millisecond))
		last := users[len(users)-1]
		qt.Check(t, qt.HasLen(friendNames(t, town, last.ID, account.FriendQuery{}), 2))
		_, err = town.people.Authenticate(t.Context(), last.Token)
		qt.Check(t, qt.IsNil(err))
	})
}
