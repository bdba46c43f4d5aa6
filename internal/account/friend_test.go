package account_test

import (
	"fmt"
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

func friendNames(t *testing.T, town *town, me account.ID, q account.FriendQuery) (all []string) {
	t.Helper()
	page, err := town.people.Friends(t.Context(), me, q)
	qt.Assert(t, qt.IsNil(err))
	for _, f := range page.Friends {
		all = append(all, f.Name)
	}
	return all
}

func TestFriends(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann, ben, cho := town.join(number(1), "Ann").User.ID, town.join(number(2), "Ben").User.ID, town.join(number(3), "Cho").User.ID
		_, err := town.people.SetProfile(ctx, cho, account.Profile{Handle: ptr("cho_")})
		qt.Assert(t, qt.IsNil(err))
		town.told()

		got, err := town.people.AddFriend(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(got, wire.Friend{User: wire.User{ID: ben, Name: "Ben"}}))
		got, err = town.people.AddFriendByHandle(ctx, ann, "@CHO_")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(got.ID, cho))
		for _, c := range town.told() {
			qt.Check(t, qt.Equals(c.User, ann)) // nobody tells Ben or Cho
		}
		// One way.
		qt.Check(t, qt.DeepEquals(friendNames(t, town, ann, account.FriendQuery{}), []string{"Ben", "Cho"}))
		qt.Check(t, qt.HasLen(friendNames(t, town, ben, account.FriendQuery{}), 0))
		is, err := town.people.IsFriend(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(is))
		is, err = town.people.IsFriend(ctx, ben, ann)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(is))

		// Marks.
		got, err = town.people.MarkFriend(ctx, ann, ben, account.Marks{Favourite: ptr(true), Nickname: ptr(" Benny ")})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(got.Favourite))
		qt.Check(t, qt.Equals(got.Nickname, "Benny"))
		got, err = town.people.MarkFriend(ctx, ann, ben, account.Marks{Hidden: ptr(true)})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(got.Favourite && got.Hidden))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, ann, account.FriendQuery{}), []string{"Cho"}))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, ann, account.FriendQuery{Hidden: true}), []string{"Ben"}))
		// Adding again changes no mark.
		got, err = town.people.AddFriend(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(got.Favourite && got.Hidden && got.Nickname == "Benny"))

		// Refusals.
		_, err = town.people.AddFriend(ctx, ann, ann)
		has(t, err, fault.FriendSelf)
		_, err = town.people.AddFriend(ctx, ann, account.ID{9})
		has(t, err, fault.UserUnknown)
		_, err = town.people.AddFriendByHandle(ctx, ann, "nobody")
		has(t, err, fault.UserUnknown)
		_, err = town.people.MarkFriend(ctx, ben, ann, account.Marks{Favourite: ptr(true)})
		has(t, err, fault.NotAFriend)
		_, err = town.people.MarkFriend(ctx, ann, ben, account.Marks{Nickname: ptr("a\nb")})
		has(t, err, fault.NameInvalid)
		_, err = town.people.MarkFriend(ctx, ann, ann, account.Marks{Blocked: ptr(true)})
		has(t, err, fault.FriendSelf)
		has(t, town.people.RemoveFriend(ctx, ben, ann), fault.NotAFriend)

		qt.Assert(t, qt.IsNil(town.people.RemoveFriend(ctx, ann, ben)))
		has(t, town.people.RemoveFriend(ctx, ann, ben), fault.NotAFriend)
		qt.Check(t, qt.HasLen(friendNames(t, town, ann, account.FriendQuery{Hidden: true}), 0))
	})
}

func TestBlock(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ctx := t.Context()
		ann, ben := town.join(number(1), "Ann").User.ID, town.join(number(2), "Ben").User.ID
		blocked := func(by, other account.ID) bool {
			b, err := town.people.Blocked(ctx, by, other)
			qt.Assert(t, qt.IsNil(err))
			return b
		}
		block := func(on bool) wire.Friend {
			f, err := town.people.MarkFriend(ctx, ann, ben, account.Marks{Blocked: &on})
			qt.Assert(t, qt.IsNil(err))
			return f
		}
		qt.Check(t, qt.IsFalse(blocked(ann, ben)))
		// A stranger can be blocked.
		qt.Check(t, qt.IsTrue(block(true).Blocked))
		qt.Check(t, qt.IsTrue(blocked(ann, ben)))
		qt.Check(t, qt.IsFalse(blocked(ben, ann)))
		users, err := town.people.BlockedPeople(ctx, ann)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.HasLen(users, 1))
		qt.Check(t, qt.IsFalse(block(false).Blocked))
		qt.Check(t, qt.IsFalse(blocked(ann, ben)))

		// A friend who is blocked is not in the list, and comes back with the marks.
		_, err = town.people.AddFriend(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.MarkFriend(ctx, ann, ben, account.Marks{Favourite: ptr(true)})
		qt.Assert(t, qt.IsNil(err))
		block(true)
		qt.Check(t, qt.HasLen(friendNames(t, town, ann, account.FriendQuery{}), 0))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, ann, account.FriendQuery{Blocked: true}), []string{"Ben"}))
		qt.Check(t, qt.IsTrue(block(false).Favourite))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, ann, account.FriendQuery{}), []string{"Ben"}))

		// The blocked person sees no difference.
		block(true)
		f, err := town.people.AddFriend(ctx, ben, ann)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(f, wire.Friend{User: wire.User{ID: ann, Name: "Ann"}}))
		// Adding unblocks.
		_, err = town.people.AddFriend(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(blocked(ann, ben)))

		// Another node hears of it.
		other := town.node(account.Options{})
		_, err = other.Blocked(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		town.told()
		block(true)
		for _, c := range town.told() {
			other.Heard(c)
		}
		b, err := other.Blocked(ctx, ann, ben)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsTrue(b))

		// Somebody who left can be unblocked, but not blocked.
		qt.Assert(t, qt.IsNil(town.people.Delete(ctx, ben, "")))
		block(false)
		_, err = town.people.MarkFriend(ctx, ann, ben, account.Marks{Blocked: ptr(true)})
		has(t, err, fault.UserUnknown)
	})
}

// Phone numbers are answered to friends only: to who found somebody by it, and
// to whom somebody has as a friend.
func TestWhoSeesAPhoneNumber(t *testing.T) {
	for _, test := range []struct {
		name string
		// What happens: Ann finds Ben by phone, adds him by id; Ben adds Ann, blocks her.
		byPhone, byID, benAdds, benBlocks bool
		want                              bool
	}{
		{name: "strangers"},
		{name: "by id", byID: true},
		{name: "by phone", byPhone: true, want: true},
		{name: "by id, then by phone", byID: true, byPhone: true, want: true},
		{name: "mutual", byID: true, benAdds: true, want: true},
		{name: "Ben's friend, not Ann's", benAdds: true},
		{name: "mutual but blocked", byID: true, benAdds: true, benBlocks: true},
		{name: "by phone but blocked", byPhone: true, benBlocks: true, want: true}, // Ann knows the number anyway
	} {
		t.Run(test.name, func(t *testing.T) {
			town := newTown(t, dbtest.SQLite(t), account.Options{})
			ctx := t.Context()
			ann, ben := town.join(number(1), "Ann").User.ID, town.join(number(2), "Ben").User.ID
			if test.byID {
				_, err := town.people.AddFriend(ctx, ann, ben)
				qt.Assert(t, qt.IsNil(err))
			}
			if test.byPhone {
				_, err := town.people.Contacts(ctx, ann, []string{number(2)})
				qt.Assert(t, qt.IsNil(err))
			}
			if test.benAdds {
				_, err := town.people.AddFriend(ctx, ben, ann)
				qt.Assert(t, qt.IsNil(err))
			}
			if test.benBlocks {
				_, err := town.people.MarkFriend(ctx, ben, ann, account.Marks{Blocked: ptr(true)})
				qt.Assert(t, qt.IsNil(err))
			}
			f, err := town.people.Friend(ctx, ann, ben)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.Equals(f.Phone != "", test.want))
			page, err := town.people.Friends(ctx, ann, account.FriendQuery{})
			qt.Assert(t, qt.IsNil(err))
			if test.byID || test.byPhone {
				qt.Check(t, qt.DeepEquals(page.Friends, []wire.Friend{f}))
			}
		})
	}
}

func TestFriendListPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{})
		ctx := t.Context()
		me := town.join(number(0), "나").User.ID
		// As a Korean list sorts, not as bytes do.
		want := []string{"a", "B", "b", "c", "Ü", "z", "가을", "김", "하늘"}
		ids := map[string]account.ID{}
		for i, name := range []string{"김", "z", "B", "하늘", "a", "Ü", "c", "가을", "b"} {
			other := town.join(number(i+1), name).User.ID
			ids[name] = other
			_, err := town.people.AddFriend(ctx, me, other)
			qt.Assert(t, qt.IsNil(err))
			town.clock.Advance(day)
		}
		qt.Assert(t, qt.ContentEquals(friendNames(t, town, me, account.FriendQuery{}), want))
		sorted := friendNames(t, town, me, account.FriendQuery{})
		qt.Check(t, qt.IsTrue(slices.Index(sorted, "a") < slices.Index(sorted, "B")))
		qt.Check(t, qt.IsTrue(slices.Index(sorted, "c") < slices.Index(sorted, "Ü")))
		qt.Check(t, qt.IsTrue(slices.Index(sorted, "가을") < slices.Index(sorted, "김")))
		qt.Check(t, qt.IsTrue(slices.Index(sorted, "김") < slices.Index(sorted, "하늘")))
		for limit := 1; limit <= len(want)+1; limit++ {
			var all []string
			q := account.FriendQuery{Limit: limit}
			for {
				page, err := town.people.Friends(ctx, me, q)
				qt.Assert(t, qt.IsNil(err))
				qt.Assert(t, qt.IsTrue(len(page.Friends) <= limit && len(page.Friends) > 0))
				for _, f := range page.Friends {
					all = append(all, f.Name)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			qt.Check(t, qt.DeepEquals(all, sorted), qt.Commentf("limit %d", limit))
		}
		// Who is in the page's last place leaves: the next page goes on behind.
		page, err := town.people.Friends(ctx, me, account.FriendQuery{Limit: 3})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(town.people.RemoveFriend(ctx, me, ids[sorted[2]])))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, me, account.FriendQuery{Cursor: page.Next}), sorted[3:]))
		// A nickname is where one looks.
		_, err = town.people.MarkFriend(ctx, me, ids["하늘"], account.Marks{Nickname: ptr("aa")})
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.DeepEquals(friendNames(t, town, me, account.FriendQuery{})[:2], []string{"a", "하늘"}))

		for _, bad := range []account.FriendQuery{{Cursor: "!"}, {Cursor: "AAAA"}} {
			_, err := town.people.Friends(ctx, me, bad)
			has(t, err, fault.CursorInvalid)
		}
		for _, limit := range []int{-1, 1001} {
			_, err := town.people.Friends(ctx, me, account.FriendQuery{Limit: limit})
			has(t, err, fault.BadRequest)
		}
	})
}

func TestFriendListIsBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{Sandbox: true})
		ctx := t.Context()
		me := town.join(number(1), "Ann").User.ID
		users, err := town.people.CreateTestUsers(ctx, account.TestUsers{Count: account.MaxFriends - 1, With: me})
		qt.Assert(t, qt.IsNil(err))
		more, err := town.people.CreateTestUsers(ctx, account.TestUsers{Count: 3})
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.AddFriend(ctx, me, more[0].ID)
		qt.Assert(t, qt.IsNil(err))
		_, err = town.people.AddFriend(ctx, me, more[1].ID)
		has(t, err, fault.TooManyFriends)
		// Who is in it already needs no room.
		_, err = town.people.AddFriend(ctx, me, users[0].ID)
		qt.Assert(t, qt.IsNil(err))
		found, err := town.people.Contacts(ctx, me, []string{more[1].Phone, users[0].Phone, more[2].Phone})
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(found.Friends, 1))
		qt.Check(t, qt.Equals(found.Friends[0].ID, users[0].ID))
	})
}

// Friendships and blocks against a model that is two maps.
func TestFriendModel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d, account.Options{Sandbox: true})
		ctx := t.Context()
		rapid.Check(t, func(rt *rapid.T) {
			people, err := town.people.CreateTestUsers(ctx, account.TestUsers{Count: 4, Prefix: "p"})
			qt.Assert(t, qt.IsNil(err))
			type pair struct{ a, b int }
			friend, blocked, byPhone := map[pair]bool{}, map[pair]bool{}, map[pair]bool{}
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				pr := pair{rapid.IntRange(0, 3).Draw(rt, "a"), rapid.IntRange(0, 3).Draw(rt, "b")}
				a, b := people[pr.a], people[pr.b]
				var err error
				var want fault.Code
				switch step := rapid.SampledFrom([]string{"add", "phone", "remove", "block", "unblock"}).Draw(rt, "step"); step {
				case "add":
					_, err = town.people.AddFriend(ctx, a.ID, b.ID)
					if pr.a == pr.b {
						want = fault.FriendSelf
					} else {
						friend[pr] = true
						delete(blocked, pr)
					}
				case "phone":
					_, err = town.people.Contacts(ctx, a.ID, []string{b.Phone})
					if pr.a != pr.b && !blocked[pr] {
						friend[pr], byPhone[pr] = true, true
					}
				case "remove":
					err = town.people.RemoveFriend(ctx, a.ID, b.ID)
					if !friend[pr] {
						want = fault.NotAFriend
					}
					delete(friend, pr)
					delete(byPhone, pr)
				default:
					on := step == "block"
					_, err = town.people.MarkFriend(ctx, a.ID, b.ID, account.Marks{Blocked: &on})
					if pr.a == pr.b {
						want = fault.FriendSelf
					} else if on {
						blocked[pr] = true
					} else {
						delete(blocked, pr)
					}
				}
				if want == 0 && err != nil || want != 0 && !fault.Has(err, want) {
					rt.Fatalf("got %v, want %v", err, want)
				}
			}
			for a := range people {
				var names []string
				for b := range people {
					pr, back := pair{a, b}, pair{b, a}
					if is, err := town.people.Blocked(ctx, people[a].ID, people[b].ID); err != nil || is != blocked[pr] {
						rt.Fatalf("blocked(%v): %v %v", pr, is, err)
					}
					if !friend[pr] || blocked[pr] {
						continue
					}
					f, err := town.people.Friend(ctx, people[a].ID, people[b].ID)
					if err != nil {
						rt.Fatal(err)
					}
					if sees := byPhone[pr] || friend[back] && !blocked[back]; (f.Phone != "") != sees {
						rt.Fatalf("%v sees the number: %v, want %v", pr, f.Phone, sees)
					}
					names = append(names, fmt.Sprint(people[b].ID))
				}
				page, err := town.people.Friends(ctx, people[a].ID, account.FriendQuery{})
				if err != nil {
					rt.Fatal(err)
				}
				var got []string
				for _, f := range page.Friends {
					got = append(got, fmt.Sprint(f.ID))
				}
				slices.Sort(names)
				slices.Sort(got)
				if !slices.Equal(got, names) {
					rt.Fatalf("friends of %d: %v, want %v", a, got, names)
				}
			}
		})
	})
}
