package account_test

import (
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/fault"
)

func TestChangeOfNumber(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann, ben := town.join(number(1), "Ann"), town.join(number(2), "Ben")
		me := ann.User.ID
		ask := func(phone string) string {
			_, err := town.people.RequestNumber(ctx, me, account.CodeRequest{Phone: phone, Client: here("ann")})
			qt.Assert(t, qt.IsNil(err))
			return town.read(phone)
		}
		set := func(phone, code, pin string) error {
			_, err := town.people.SetNumber(ctx, me, account.NumberChange{Phone: phone, Code: code, Client: here("ann"), PIN: pin})
			return err
		}
		code := ask(number(3))
		has(t, set(number(3), wrong(code), ""), fault.CodeInvalid)
		// A code for another number, another purpose or another person is none.
		has(t, set(number(4), code, ""), fault.CodeInvalid)
		_, err := town.people.SignIn(ctx, account.SignIn{Phone: number(3), Code: code, Client: here("ann")})
		has(t, err, fault.CodeInvalid)
		_, err = town.people.SetNumber(ctx, ben.User.ID, account.NumberChange{Phone: number(3), Code: code, Client: here("ann")})
		has(t, err, fault.CodeInvalid)
		has(t, set(number(3), town.code(number(3), here("ann")), ""), fault.CodeInvalid)

		// The PIN, if there is one.
		qt.Assert(t, qt.IsNil(town.people.SetPIN(ctx, me, "", "4711")))
		has(t, set(number(3), code, ""), fault.PINRequired)
		has(t, set(number(3), code, "0000"), fault.PINInvalid)
		town.told()
		qt.Assert(t, qt.IsNil(set(number(3), code, "4711")))
		qt.Check(t, qt.DeepEquals(kinds(town.told()), []account.ChangeKind{account.ProfileChanged}))
		profile, err := town.people.Me(ctx, me)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(profile.Phone, number(3)))

		// Devices stay; the new number signs in, the old one is free.
		_, err = town.people.Authenticate(ctx, ann.Token)
		qt.Assert(t, qt.IsNil(err))
		in, err := town.signIn(number(3), account.SignIn{PIN: "4711"})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(in.User.ID, me))
		qt.Check(t, qt.Not(qt.Equals(town.join(number(1), "Cho").User.ID, me)))

		// A number that is taken says so only to who holds it.
		code = ask(number(2))
		has(t, set(number(2), wrong(code), "4711"), fault.CodeInvalid)
		has(t, set(number(2), code, "4711"), fault.PhoneTaken)
		// Its own number is no change.
		qt.Assert(t, qt.IsNil(set(number(3), ask(number(3)), "4711")))
	})
}

// Who knew the old number does not learn the new one by it.
func TestNewNumberIsNotShownToWhoKnewTheOld(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann, ben, cho := town.join(number(1), "Ann").User.ID, town.join(number(2), "Ben").User.ID, town.join(number(3), "Cho").User.ID
		for _, who := range []account.ID{ben, cho} {
			found, err := town.people.Contacts(ctx, who, []string{number(1)})
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.HasLen(found.Friends, 1))
			qt.Check(t, qt.Equals(found.Friends[0].Phone, number(1)))
		}
		_, err := town.people.AddFriend(ctx, ann, cho) // Ann has Cho as a friend
		qt.Assert(t, qt.IsNil(err))
		recommended := func() int {
			users, err := town.people.Recommended(ctx, ann, 10)
			qt.Assert(t, qt.IsNil(err))
			return len(users)
		}
		qt.Check(t, qt.Equals(recommended(), 1)) // Ben

		_, err = town.people.RequestNumber(ctx, ann, account.CodeRequest{Phone: number(9), Client: here("ann")})
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.SetNumber(ctx, ann, account.NumberChange{Phone: number(9), Code: town.read(number(9)), Client: here("ann")})
		qt.Assert(t, qt.IsNil(err))

		for who, want := range map[account.ID]string{ben: "", cho: number(9)} {
			friend, err := town.people.Friend(ctx, who, ann)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(friend.Phone, want))
		}
		qt.Check(t, qt.Equals(recommended(), 0))
	})
}
