package account

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// FriendQuery asks for a page of a friend list.
type FriendQuery struct {
	Cursor  string // of the last page; empty: from the beginning
	Limit   int    // 1 to 1000; 0: 200
	Hidden  bool   // those who are hidden instead of those who are not
	Blocked bool   // those who are blocked instead of those who are not
}

const (
	friendPage    = 200
	maxFriendPage = 1000
)

// FriendPage is a part of a friend list.
type FriendPage struct {
	Friends []wire.Friend
	Next    string // cursor of the next page; empty: this was the last
}

var (
	selectFriends = db.SQL(`
		SELECT friend_id, phone_tag, nickname, favourite, hidden FROM friends WHERE shard = $1 AND user_id = $2`)
	selectFriend = db.SQL(`
		SELECT friend_id, phone_tag, nickname, favourite, hidden FROM friends
		WHERE shard = $1 AND user_id = $2 AND friend_id = $3`)
	knownByAmong = db.SQL(`
		SELECT owner_id FROM known_by WHERE shard = $1 AND user_id = $2 AND owner_id IN {blobs $3}`)
)

// friendRow is one row of a person's list.
type friendRow struct {
	id                ID
	tag               []byte
	nickname          string
	favourite, hidden bool
}

func scanFriend(s db.Scanner) (f friendRow, err error) {
	return f, s.Scan(&f.id, &f.tag, &f.nickname, &f.favourite, &f.hidden)
}

// Friends is a page of a person's friend list, sorted by name (or nickname) as
// the person's language does.
func (p *People) Friends(ctx context.Context, me ID, q FriendQuery) (FriendPage, error) {
	limit := q.Limit
	if limit == 0 {
		limit = friendPage
	}
	if limit < 1 || limit > maxFriendPage {
		return FriendPage{}, fault.Newf(fault.BadRequest, "A page holds 1 to %d friends.", maxFriendPage).In("limit")
	}
	after, err := parseFriendCursor(q.Cursor)
	if err != nil {
		return FriendPage{}, err
	}
	person, err := p.living(ctx, me)
	if err != nil {
		return FriendPage{}, err
	}
	rows, err := db.Select(ctx, p.d, scanFriend, selectFriends, db.ShardOf(me), me)
	if err != nil {
		return FriendPage{}, err
	}
	blocked, err := p.blockedBy(ctx, me)
	if err != nil {
		return FriendPage{}, err
	}
	rows = slices.DeleteFunc(rows, func(f friendRow) bool {
		if q.Blocked {
			return !blocked.has(f.id)
		}
		return blocked.has(f.id) || f.hidden != q.Hidden
	})
	byID := make(map[ID]friendRow, len(rows))
	ids := make([]ID, len(rows))
	for i, f := range rows {
		byID[f.id], ids[i] = f, f.id
	}
	persons, err := p.Persons(ctx, ids)
	if err != nil {
		return FriendPage{}, err
	}
	sorted := byName(person.Language, persons, func(id ID) string { return byID[id].nickname })
	from, _ := slices.BinarySearchFunc(sorted, after, sortedPerson.compare)
	if q.Cursor != "" && from < len(sorted) && sorted[from].compare(after) == 0 {
		from++
	}
	to := min(from+limit, len(sorted))
	var page FriendPage
	if to < len(sorted) {
		page.Next = sorted[to-1].cursor()
	}
	shown := make([]friendRow, 0, to-from)
	for _, s := range sorted[from:to] {
		shown = append(shown, byID[s.person.ID])
	}
	page.Friends, err = p.friends(ctx, person, shown, persons)
	return page, err
}

// Friend is somebody as a person sees them: with marks when they are in the
// list, and without when they are not.
func (p *People) Friend(ctx context.Context, me, other ID) (wire.Friend, error) {
	mine, err := p.living(ctx, me)
	if err != nil {
		return wire.Friend{}, err
	}
	person, err := p.Person(ctx, other)
	if err != nil {
		return wire.Friend{}, err
	}
	rows, err := db.Select(ctx, p.d, scanFriend, selectFriend, db.ShardOf(me), me, other)
	if err != nil {
		return wire.Friend{}, err
	}
	if len(rows) == 0 {
		blocked, err := p.Blocked(ctx, me, other)
		return wire.Friend{User: person.User, Blocked: blocked}, err
	}
	all, err := p.friends(ctx, mine, rows, map[ID]*Person{other: person})
	if err != nil {
		return wire.Friend{}, err
	}
	return all[0], nil
}

// friends turns rows into what the person sees, phone numbers only of those
// whose number they know: because they found them by it, or because those have
// them in their own list (and have not blocked them).
func (p *People) friends(ctx context.Context, me *Person, rows []friendRow, persons map[ID]*Person) ([]wire.Friend, error) {
	ids := make([]ID, len(rows))
	for i, f := range rows {
		ids[i] = f.id
	}
	owners, err := db.Select(ctx, p.d, db.Value[ID], knownByAmong, db.ShardOf(me.ID), me.ID, db.Blobs(ids))
	if err != nil {
		return nil, err
	}
	blocked, err := p.blockedBy(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	knownBy := setOf(owners)
	all := make([]wire.Friend, 0, len(rows))
	for _, f := range rows {
		person := persons[f.id]
		if person == nil {
			continue
		}
		friend := wire.Friend{
			User: person.User, Favourite: f.favourite, Hidden: f.hidden, Blocked: blocked.has(f.id), Nickname: f.nickname,
		}
		if person.Phone != "" {
			sees := f.tag != nil && bytes.Equal(f.tag, phone(person.Phone).tag(p.key))
			if !sees && knownBy.has(f.id) {
				theyBlock, err := p.Blocked(ctx, f.id, me.ID)
				if err != nil {
					return nil, err
				}
				sees = !theyBlock
			}
			if sees {
				friend.Phone = person.Phone
			}
		}
		all = append(all, friend)
	}
	return all, nil
}

// sortedPerson is a person with the key by which a list is sorted: that of the
// name, then the id.
type sortedPerson struct {
	person *Person
	key    []byte
	id     ID
}

func (s sortedPerson) compare(to sortedPerson) int {
	return cmp.Or(bytes.Compare(s.key, to.key), bytes.Compare(s.id[:], to.id[:]))
}

// byName sorts people who are not gone by name, or by what nickname gives if
// that is not empty, in the order of a language.
func byName(tag string, persons map[ID]*Person, nickname func(ID) string) []sortedPerson {
	var buffer collate.Buffer
	order := collate.New(language.Make(tag))
	sorted := make([]sortedPerson, 0, len(persons))
	for id, person := range persons {
		if person.Deleted {
			continue
		}
		name := person.Name
		if nickname != nil {
			name = cmp.Or(nickname(id), name)
		}
		sorted = append(sorted, sortedPerson{person: person, key: order.KeyFromString(&buffer, name), id: id})
	}
	slices.SortFunc(sorted, sortedPerson.compare)
	return sorted
}

// cursor is where a page ended. It holds the position itself, so that a list that
// changes between two pages neither repeats nor skips who stayed in place.
func (s sortedPerson) cursor() string {
	return base64.RawURLEncoding.EncodeToString(append(s.id[:], s.key...))
}

func parseFriendCursor(cursor string) (sortedPerson, error) {
	if cursor == "" {
		return sortedPerson{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) < 16 || len(b) > 8<<10 {
		return sortedPerson{}, fault.New(fault.CursorInvalid).In("cursor")
	}
	return sortedPerson{id: ID(b[:16]), key: b[16:]}, nil
}
