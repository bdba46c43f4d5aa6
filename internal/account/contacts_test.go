package account_test

import (
	"slices"
	"testing"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
	"madang/internal/wire"
)

func TestContacts(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann := town.join("+821012345678", "Ann").User.ID
		ben := town.join("+821023456789", "Ben").User.ID
		cho := town.join("+14155552671", "Cho").User.ID
		dan := town.join("+821034567890", "Dan").User.ID
		_, err := town.people.MarkFriend(ctx, ann, dan, account.Marks{Blocked: ptr(true)})
		qt.Assert(t, qt.IsNil(err))

		found, err := town.people.Contacts(ctx, ann, []string{
			"010-2345-6789", "+82 10 2345 6789", // Ben, as Koreans write it and again
			"001 1 415 555 2671", "+1 (415) 555-2671", // Cho, as dialled from Korea
			"010 3456 7890",                     // Dan, who is blocked
			"+821012345678",                     // Ann herself
			"+821099999999",                     // nobody
			"*111#", "", "pizza", "112", "\x00", // what else is in phone books
		})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(found, account.Contacts{Friends: []wire.Friend{
			{User: wire.User{ID: ben, Name: "Ben"}, Phone: "+821023456789"},
			{User: wire.User{ID: cho, Name: "Cho"}, Phone: "+14155552671"},
		}}))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, ann, account.FriendQuery{}), []string{"Ben", "Cho"}))

		// Ben gets Ann recommended, who has his number; Dan does not get who blocked him.
		for who, want := range map[account.ID][]wire.User{
			ben: {{ID: ann, Name: "Ann"}}, cho: {{ID: ann, Name: "Ann"}}, dan: nil, ann: nil,
		} {
			got, err := town.people.Recommended(ctx, who, 10)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.DeepEquals(got, want))
		}
		// Not when she is a friend, or blocked.
		_, err = town.people.AddFriend(ctx, ben, ann)
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.MarkFriend(ctx, cho, ann, account.Marks{Blocked: ptr(true)})
		qt.Assert(t, qt.IsNil(err))
		for _, who := range []account.ID{ben, cho} {
			got, err := town.people.Recommended(ctx, who, 10)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.HasLen(got, 0))
		}
		// Nor those who know somebody by id alone.
		_, err = town.people.AddFriend(ctx, dan, ben)
		qt.Assert(t, qt.IsNil(err))
		got, err := town.people.Recommended(ctx, ben, 10)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(got, 0))

		_, err = town.people.Contacts(ctx, ann, make([]string, account.MaxContacts+1))
		has(t, err, fault.BodyTooLarge)
		_, err = town.people.Recommended(ctx, ann, 0)
		has(t, err, fault.BadRequest)
	})
}

func TestContactsBudget(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann := town.join("+821099990000", "Ann").User.ID
		numbers := make([]string, account.ContactsFirst+3*account.ContactsDaily)
		for i := range numbers {
			numbers[i] = number(i)
		}
		last := town.join(numbers[account.ContactsFirst], "Last").User.ID
		look := func(from, to int) (account.Contacts, error) { return town.people.Contacts(ctx, ann, numbers[from:to]) }

		out, err := look(0, account.ContactsFirst-10)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(out.Left, 0))
		// The same numbers again cost nothing.
		_, err = look(0, account.ContactsFirst-10)
		qt.Assert(t, qt.IsNil(err))
		// Ten are left, and what is beyond is not looked up.
		out, err = look(0, account.ContactsFirst+1)
		f := faultOf(t, err, fault.ContactsBudget)
		qt.Check(t, qt.IsTrue(f.RetryAfter > 23*60*60*1e9 && f.RetryAfter <= day))
		// Marks of 24 bits collide: of these numbers about one or two are not counted.
		qt.Check(t, qt.IsTrue(out.Left <= 1), qt.Commentf("%d", out.Left))
		for range 3 {
			out, err = look(account.ContactsFirst, account.ContactsFirst+20)
			has(t, err, fault.ContactsBudget)
			qt.Check(t, qt.IsTrue(out.Left > 15))
			qt.Check(t, qt.HasLen(out.Friends, 0))
		}
		is, err := town.people.IsFriend(ctx, ann, last)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(is))

		// Two hundred more the next day.
		town.clock.Advance(day)
		out, err = look(account.ContactsFirst, account.ContactsFirst+account.ContactsDaily+20)
		has(t, err, fault.ContactsBudget)
		qt.Check(t, qt.IsTrue(out.Left > 15 && out.Left <= 20), qt.Commentf("%d", out.Left))
		qt.Assert(t, qt.HasLen(out.Friends, 1))
		qt.Check(t, qt.Equals(out.Friends[0].ID, last))

		// Days that are not used are saved, up to five thousand numbers.
		town.clock.Advance(365 * day)
		many := make([]string, account.ContactsFirst+100)
		for i := range many {
			many[i] = number(100_000 + i)
		}
		out, err = town.people.Contacts(ctx, ann, many)
		has(t, err, fault.ContactsBudget)
		qt.Check(t, qt.IsTrue(out.Left > 80 && out.Left <= 100), qt.Commentf("%d", out.Left))

		// Others have their own.
		ben := town.join("+821099990001", "Ben").User.ID
		_, err = town.people.Contacts(ctx, ben, many[:10])
		qt.Assert(t, qt.IsNil(err))
	})
}

func TestSandboxUsersHaveNoBudget(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{Sandbox: true})
	users, err := town.people.CreateTestUsers(t.Context(), account.TestUsers{Count: 1})
	qt.Assert(t, qt.IsNil(err))
	numbers := make([]string, account.ContactsFirst+100)
	for i := range numbers {
		numbers[i] = number(i)
	}
	_, err = town.people.Contacts(t.Context(), users[0].ID, numbers)
	qt.Check(t, qt.IsNil(err))
}

// A number that nobody has leaves nothing from which it could be read.
func TestUnmatchedNumbersAreNotKept(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann := town.join(number(1), "Ann").User.ID
		_, err := town.people.Contacts(ctx, ann, []string{number(2), number(3)})
		qt.Assert(t, qt.IsNil(err))
		text := `SELECT used, tags FROM contact_books`
		var used int
		var tags []byte
		qt.Assert(t, qt.IsNil(town.d.QueryRow(ctx, db.Raw(text, text)).Scan(&used, &tags)))
		qt.Check(t, qt.Equals(used, 2))
		qt.Check(t, qt.HasLen(tags, 6)) // three bytes each
		for _, table := range []string{"friends", "known_by"} {
			var n int
			text := "SELECT count(*) FROM " + table
			qt.Assert(t, qt.IsNil(town.d.QueryRow(ctx, db.Raw(text, text)).Scan(&n)))
			qt.Check(t, qt.Equals(n, 0))
		}
	})
}

func TestTagsSurvivePacking(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tags := rapid.SliceOf(rapid.Uint32Range(0, 1<<24-1)).Draw(rt, "tags")
		got := account.Tags(slices.Clone(tags))
		slices.Sort(tags)
		tags = slices.Compact(tags)
		if !slices.Equal(got, tags) {
			rt.Fatalf("got %v, want %v", got, tags)
		}
	})
	many := make([]uint32, account.MaxTags+500)
	for i := range many {
		many[i] = uint32(i)
	}
	got := account.Tags(many)
	qt.Check(t, qt.HasLen(got, account.MaxTags))
	qt.Check(t, qt.IsTrue(slices.IsSorted(got)))
}
