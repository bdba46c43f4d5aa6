package account

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Somebody with a list of all numbers of a country could ask who uses Madang. So
// an account looks up at most 5,000 different numbers at first and 200 more each
// day, which is more than people have in their phone book.
//
// To know which numbers are different, each account has a set of marks of those
// it asked for: the first three bytes of a keyed hash of account and number. With
// three bytes a country's hundred million numbers share sixteen million marks,
// so that even who has both the database and the key learns of no number that
// it is in somebody's phone book; the price is that of a person's n-th number,
// n in 16 million is taken for an old one and not counted. The set is sorted and
// written as one value of three bytes a number, 15 kB for 5,000.
const (
	contactsFirst = 5000
	contactsDaily = 200
	// contactsSaved bounds what an account that does not use its days gathers.
	contactsSaved = 5000
	// maxTags bounds an account's set, at 300 kB. Beyond it marks are forgotten by
	// chance, and those numbers count as new when they come again.
	maxTags  = 100_000
	tagBytes = 3
)

// MaxContacts is how many numbers one call may bring.
const MaxContacts = 10_000

// Contacts is what became of numbers from a phone book.
type Contacts struct {
	Friends []wire.Friend // who was found, now in the list unless blocked or full
	// Left is how many numbers were not looked up because the budget is used up.
	Left int
}

var (
	// Also locks the row until the transaction ends.
	openBook = db.SQL(`
		INSERT INTO contact_books (shard, user_id, began_at, used, tags) VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT (shard, user_id) DO UPDATE SET used = contact_books.used
		RETURNING began_at, used, tags`)
	updateBook = db.SQL(`UPDATE contact_books SET used = $3, tags = $4 WHERE shard = $1 AND user_id = $2`)
	phonesIn   = db.SQL(`SELECT phone, user_id FROM phones WHERE shard = $1 AND phone IN {texts $2}`)
)

// Contacts looks up the numbers of a person's phone book and adds who has one of
// them as friends. Numbers may be written as they are dialled in the person's
// country; what is no number is passed over. A number that nobody has is not
// kept.
//
// When the budget does not suffice, the numbers at the front are looked up, and
// it gives what it found together with fault.ContactsBudget and the time until
// there is more.
func (p *People) Contacts(ctx context.Context, me ID, numbers []string) (Contacts, error) {
	if len(numbers) > MaxContacts {
		return Contacts{}, fault.Newf(fault.BodyTooLarge, "One call takes up to %d numbers.", MaxContacts).In("phones")
	}
	person, err := p.living(ctx, me)
	if err != nil {
		return Contacts{}, err
	}
	asked := distinctPhones(numbers, person)
	if len(asked) == 0 {
		return Contacts{}, nil
	}
	var refused error
	var out Contacts
	if !person.Sandbox {
		if asked, refused, err = p.spendBudget(ctx, me, asked, &out.Left); err != nil {
			return Contacts{}, fmt.Errorf("contacts: %w", err)
		}
	}
	found, err := p.findPhones(ctx, asked)
	if err != nil {
		return Contacts{}, fmt.Errorf("contacts: %w", err)
	}
	blocked, err := p.blockedBy(ctx, me)
	if err != nil {
		return Contacts{}, fmt.Errorf("contacts: %w", err)
	}
	found = slices.DeleteFunc(found, func(f newFriend) bool { return f.id == me || blocked.has(f.id) })
	if len(found) > 0 {
		err = p.d.Tx(ctx, func(tx *db.Tx) error {
			_, err := p.addFriends(ctx, tx, me, found)
			return err
		})
		if err != nil {
			return Contacts{}, fmt.Errorf("contacts: %w", err)
		}
		p.tell(Change{Kind: FriendsChanged, User: me})
	}
	if out.Friends, err = p.friendsAmong(ctx, person, found); err != nil {
		return Contacts{}, fmt.Errorf("contacts: %w", err)
	}
	return out, refused
}

// distinctPhones are the numbers in E.164, each once, without the person's own.
func distinctPhones(numbers []string, person *Person) []phone {
	seen := map[phone]bool{phone(person.Phone): true}
	asked := make([]phone, 0, len(numbers))
	for _, text := range numbers {
		if number, ok := phoneIn(text, person.Country); ok && !seen[number] {
			seen[number] = true
			asked = append(asked, number)
		}
	}
	return asked
}

// spendBudget takes the new ones of the numbers asked for out of the account's
// budget, and gives those that may be looked up: old ones and paid ones.
func (p *People) spendBudget(ctx context.Context, me ID, asked []phone, left *int) (may []phone, refused, err error) {
	err = p.d.Tx(ctx, func(tx *db.Tx) error {
		may, refused, *left = may[:0], nil, 0
		now := p.clock.Now()
		var began, used int64
		var packed []byte
		err := tx.QueryRow(ctx, openBook, db.ShardOf(me), me, now.UnixMilli(), []byte{}).Scan(&began, &used, &packed)
		if err != nil {
			return err
		}
		days := int64(now.Sub(time.UnixMilli(began)) / (24 * time.Hour))
		earned := contactsFirst + contactsDaily*max(0, days)
		used = max(used, earned-contactsSaved)
		tags := unpackTags(packed)
		var paid []uint32
		for _, number := range asked {
			tag := p.contactTag(me, number)
			if _, old := slices.BinarySearch(tags, tag); old {
				may = append(may, number)
				continue
			}
			if used >= earned {
				*left++
				continue
			}
			used++
			paid = append(paid, tag)
			may = append(may, number)
		}
		if *left > 0 {
			tomorrow := time.UnixMilli(began).Add(time.Duration(days+1) * 24 * time.Hour)
			refused = fault.New(fault.ContactsBudget).After(tomorrow.Sub(now))
		}
		if len(paid) == 0 {
			return nil
		}
		_, err = tx.Exec(ctx, updateBook, db.ShardOf(me), me, used, packTags(append(tags, paid...)))
		return err
	})
	return may, refused, err
}

func (p *People) contactTag(me ID, number phone) uint32 {
	b := p.key.hash("contact", string(me[:]), string(number))
	return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
}

func unpackTags(b []byte) []uint32 {
	tags := make([]uint32, 0, len(b)/tagBytes)
	for ; len(b) >= tagBytes; b = b[tagBytes:] {
		tags = append(tags, uint32(b[0])<<16|uint32(b[1])<<8|uint32(b[2]))
	}
	return tags
}

func packTags(tags []uint32) []byte {
	slices.Sort(tags)
	tags = slices.Compact(tags)
	for len(tags) > maxTags {
		i := rand.IntN(len(tags))
		tags = slices.Delete(tags, i, i+1)
	}
	b := make([]byte, 0, len(tags)*tagBytes)
	for _, tag := range tags {
		b = append(b, binary.BigEndian.AppendUint32(nil, tag)[1:]...)
	}
	return b
}

// findPhones gives who has the numbers, one query for each shard that they are
// in.
func (p *People) findPhones(ctx context.Context, numbers []phone) ([]newFriend, error) {
	var shards [db.Shards][]string
	for _, number := range numbers {
		s := db.ShardOfText(string(number))
		shards[s] = append(shards[s], string(number))
	}
	var found []newFriend
	for s, texts := range shards {
		if len(texts) == 0 {
			continue
		}
		rows, err := db.Select(ctx, p.d, func(sc db.Scanner) (f newFriend, err error) {
			var number string
			err = sc.Scan(&number, &f.id)
			f.tag = phone(number).tag(p.key)
			return f, err
		}, phonesIn, db.Shard(s), db.Texts(texts))
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	return found, nil
}

// friendsAmong shows those of people who are in the person's list, by name.
func (p *People) friendsAmong(ctx context.Context, me *Person, people []newFriend) ([]wire.Friend, error) {
	ids := make([]ID, len(people))
	for i, f := range people {
		ids[i] = f.id
	}
	rows, err := db.Select(ctx, p.d, scanFriend, friendsIn, db.ShardOf(me.ID), me.ID, db.Blobs(ids))
	if err != nil {
		return nil, err
	}
	byID := make(map[ID]friendRow, len(rows))
	for _, f := range rows {
		byID[f.id] = f
	}
	persons, err := p.Persons(ctx, ids)
	if err != nil {
		return nil, err
	}
	sorted := byName(me.Language, persons, nil)
	shown := make([]friendRow, 0, len(rows))
	for _, s := range sorted {
		if f, ok := byID[s.id]; ok {
			shown = append(shown, f)
		}
	}
	return p.friends(ctx, me, shown, persons)
}

var friendsIn = db.SQL(`
	SELECT friend_id, phone_tag, nickname, favourite, hidden FROM friends
	WHERE shard = $1 AND user_id = $2 AND friend_id IN {blobs $3}`)
