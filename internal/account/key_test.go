package account_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/clock"
	"madang/internal/db/dbtest"
)

func TestLoadKey(t *testing.T) {
	dir := t.TempDir()
	// Programs that start at once agree on one.
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			keys[i], err = account.LoadKey(dir)
			qt.Check(t, qt.IsNil(err))
		})
	}
	wg.Wait()
	for _, k := range keys {
		qt.Check(t, qt.DeepEquals(k, keys[0]))
	}
	qt.Check(t, qt.HasLen(keys[0], 32))
	files, err := os.ReadDir(dir)
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.HasLen(files, 1))
	info, err := files[0].Info()
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(info.Mode().Perm(), 0o600))

	qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(dir, "secret.key"), []byte("short"), 0o600)))
	_, err = account.LoadKey(dir)
	qt.Check(t, qt.ErrorMatches(err, "secret key: .* has 5 bytes, not 32"))
	_, err = account.LoadKey(filepath.Join(dir, "nowhere"))
	qt.Check(t, qt.ErrorIs(err, os.ErrNotExist))
}

func TestOpenNeedsAKey(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	_, err := account.Open(town.d, clock.New(), town.phones, account.Options{Key: []byte("short")})
	qt.Check(t, qt.ErrorMatches(err, "account: the key has 5 bytes, not 32"))
	_, err = account.Open(town.d, clock.New(), nil, account.Options{Key: testKey})
	qt.Check(t, qt.IsNotNil(err))
}

func TestKeyHashTellsPartsApart(t *testing.T) {
	seen := map[string]bool{}
	for _, parts := range [][]string{{"a", "b", "c"}, {"a", "bc"}, {"ab", "c"}, {"abc"}, {"a", "bc", ""}} {
		h := string(account.KeyHash(testKey, parts[0], parts[1:]...))
		qt.Check(t, qt.IsFalse(seen[h]))
		seen[h] = true
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "192.0.2.1:80": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "[2001:db8:1:2::9]:443": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "pipe": "pipe", "a\x00\xffb": "ab", strings.Repeat("x", 99): strings.Repeat("x", 64),
	} {
		qt.Check(t, qt.Equals(account.Network(address), want))
	}
}

func TestPlaceholders(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		ann := town.join(number(1), "Ann").User.ID
		for name, want := range map[string]string{
			"지민 🌸": "지민 🌸", "a\nb": "ab", "": "?", "\u200b": "?",
			"12345678901234567890123456789012345678901234567890": "1234567890123456789012345678901234567890",
		} {
			id := town.placeholder(name)
			user, err := town.people.User(t.Context(), id)
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.IsTrue(user.Placeholder))
			qt.Check(t, qt.Equals(user.Name, want))
			_, err = town.people.AddFriend(t.Context(), ann, id)
			qt.Check(t, qt.IsNotNil(err))
			_, err = town.people.Me(t.Context(), id)
			qt.Check(t, qt.IsNotNil(err))
		}
	})
}
