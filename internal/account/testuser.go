package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
)

// MaxTestUsers is how many test users one call makes.
const MaxTestUsers = 50_000

// Test users have Korean mobile numbers that no operator gives out: those that
// go on with 0 or 1 after 010. The phone book finds them like others.
const (
	testNumbers  = "+8210"
	testCapacity = 20_000_000
)

// isSandbox reports whether a number is one of those that test users get.
func (p phone) isSandbox() bool {
	rest, ok := strings.CutPrefix(string(p), testNumbers)
	return ok && len(rest) == 8 && rest[0] <= '1'
}

// TestUsers says which test users to make.
type TestUsers struct {
	Count int // 1 to MaxTestUsers
	// Prefix begins their names, which go on with a number; empty means "test".
	// One that begins with + begins their phone numbers instead.
	Prefix string
	// Befriend makes them friends of each other: everybody of everybody in groups
	// of up to about 300; of more, each of the next and the one before, and of as
	// many further neighbours as make 100,000 friendships in all.
	Befriend bool
	// With makes each of them, both ways, a friend of one person; zero: nobody.
	With ID
}

// TestUser is a test user who is signed in on one device.
type TestUser struct {
	ID     ID
	Device DeviceID
	Phone  string
	Token  string
}

// friendships is how many rows Befriend makes, about.
const friendships = 100_000

var reserveNumbers = db.SQL(`
	INSERT INTO sandbox_numbers (one, next) VALUES (1, $1)
	ON CONFLICT (one) DO UPDATE SET next = sandbox_numbers.next + excluded.next
	RETURNING next`)

// ErrNoSandbox says that test users were asked for outside of a sandbox.
var ErrNoSandbox = errors.New("account: test users exist in a sandbox only")

// CreateTestUsers makes many signed-in users at once, in one transaction of up to
// a few seconds. They are exempt from limits.
func (p *People) CreateTestUsers(ctx context.Context, t TestUsers) ([]TestUser, error) {
	if !p.options.Sandbox {
		return nil, ErrNoSandbox
	}
	if t.Count < 1 || t.Count > MaxTestUsers {
		return nil, fault.Newf(fault.BadRequest, "One call makes 1 to %d users.", MaxTestUsers).In("count")
	}
	if !t.With.IsZero() {
		if _, err := p.living(ctx, t.With); err != nil {
			return nil, err
		}
	}
	if t.Prefix == "" {
		t.Prefix = "test"
	}
	if !strings.HasPrefix(t.Prefix, "+") {
		name, err := cleanName(t.Prefix + " 00000000")
		if err != nil {
			return nil, fault.New(fault.NameInvalid).In("prefix")
		}
		t.Prefix = strings.TrimSuffix(name, " 00000000")
	}
	// Numbers are reserved by themselves, so that nobody's writes wait while the
	// rows are made.
	var next int64
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, reserveNumbers, t.Count).Scan(&next)
	})
	if err != nil {
		return nil, fmt.Errorf("create test users: %w", err)
	}
	rows, users, err := p.testRows(t, next-int64(t.Count))
	if err != nil {
		return nil, err
	}
	err = p.d.Tx(ctx, func(tx *db.Tx) error { return rows.copyInto(ctx, tx) })
	if db.IsUnique(err) {
		return nil, fault.New(fault.PhoneTaken).In("prefix").Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("create test users: %w", err)
	}
	if !t.With.IsZero() {
		p.tell(Change{Kind: FriendsChanged, User: t.With})
	}
	return users, nil
}

// testRows are the rows of test users, table by table.
type testRows struct {
	users, phones, devices, tokens, friends, knownBy [][]any
}

func (r *testRows) copyInto(ctx context.Context, tx *db.Tx) error {
	for _, t := range []struct {
		table, columns string
		rows           [][]any
	}{
		{"users", "shard id kind name status_message phone language time_zone country " +
			"pin_failures pin_wait_until is_admin sandbox created_at updated_at", r.users},
		{"phones", "shard phone user_id", r.phones},
		{"devices", "shard user_id id name client token_hash created_at last_seen_at", r.devices},
		{"tokens", "shard hash user_id device_id", r.tokens},
		{"friends", "shard user_id friend_id nickname favourite hidden created_at", r.friends},
		{"known_by", "shard user_id owner_id created_at", r.knownBy},
	} {
		if err := tx.Copy(ctx, t.table, strings.Fields(t.columns), t.rows); err != nil {
			return fmt.Errorf("%s: %w", t.table, err)
		}
	}
	return nil
}

func (p *People) testRows(t TestUsers, first int64) (*testRows, []TestUser, error) {
	now := p.clock.Now()
	ms := now.UnixMilli()
	rows := &testRows{}
	users := make([]TestUser, t.Count)
	// They are all from where the first is.
	sample, _, err := testNumber(t.Prefix, first)
	if err != nil {
		return nil, nil, err
	}
	country, zone := sample.country(), sample.timeZone()
	lang := languageOf(country)
	for i := range users {
		number, name, err := testNumber(t.Prefix, first+int64(i))
		if err != nil {
			return nil, nil, err
		}
		id, device, err := twoIDs(now)
		if err != nil {
			return nil, nil, err
		}
		token, hash := newToken()
		users[i] = TestUser{ID: id, Device: DeviceID(device), Phone: string(number), Token: token}
		shard := db.ShardOf(id)
		rows.users = append(rows.users, []any{
			shard, id, kindPerson, name, "", string(number), lang, zone, country,
			0, 0, false, true, ms, ms,
		})
		rows.phones = append(rows.phones, []any{db.ShardOfText(string(number)), string(number), id})
		rows.devices = append(rows.devices, []any{shard, id, device, "test", "", hash[:], ms, ms})
		rows.tokens = append(rows.tokens, []any{db.ShardOfBytes(hash[:]), hash[:], id, device})
	}
	befriend := func(a, b ID) {
		rows.friends = append(rows.friends, []any{db.ShardOf(a), a, b, "", false, false, ms})
		rows.knownBy = append(rows.knownBy, []any{db.ShardOf(b), b, a, ms})
	}
	if t.Befriend {
		each := max(2, friendships/t.Count) &^ 1 // even: as many after as before
		each = min(each, t.Count-1)
		for i := range users {
			for k := 1; k <= each; k++ {
				befriend(users[i].ID, users[neighbour(i, k, t.Count)].ID)
			}
		}
	}
	if !t.With.IsZero() {
		for i := range users {
			befriend(t.With, users[i].ID)
			befriend(users[i].ID, t.With)
		}
	}
	return rows, users, nil
}

// neighbour is the k-th nearest to i in a ring of n: after, before, second after …
// It is mutual as long as k runs to an even number or to n-1.
func neighbour(i, k, n int) int {
	step := (k + 1) / 2
	if k%2 == 0 {
		step = n - step
	}
	return (i + step) % n
}

func testNumber(prefix string, i int64) (phone, string, error) {
	if strings.HasPrefix(prefix, "+") {
		text := fmt.Sprintf("%s%0*d", prefix, max(1, 12-len(prefix)), i)
		number, err := parsePhone(text)
		if err != nil {
			return "", "", fault.New(fault.PhoneInvalid).In("prefix")
		}
		return number, "test " + number.last4(), nil
	}
	if i >= testCapacity {
		return "", "", fault.Newf(fault.BadRequest, "The sandbox has no more numbers; give a prefix that begins with +.").In("count")
	}
	return phone(fmt.Sprintf("%s%08d", testNumbers, i)), fmt.Sprintf("%s %d", prefix, i+1), nil
}

func twoIDs(now time.Time) (a, b ID, err error) {
	if a, err = NewID(now); err != nil {
		return a, b, err
	}
	b, err = NewID(now)
	return a, b, err
}
