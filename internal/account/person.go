package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/maypok86/otter/v2"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Person is everything about an account but its secrets. It is shared and must
// not be changed.
type Person struct {
	wire.User        // what everybody may see
	Phone     string // E.164; for friends only, empty when there is none
	Language  string // BCP 47
	TimeZone  string // IANA
	Country   string // ISO 3166-1 alpha-2, empty when not known
	HasPIN    bool
	Admin     bool
	Sandbox   bool // exempt from daily and rate limits
	CreatedAt time.Time
}

// Me is the person as they see themselves.
func (p *Person) Me() wire.Me {
	return wire.Me{
		User: p.User, Phone: p.Phone, Language: p.Language, TimeZone: p.TimeZone,
		Country: p.Country, HasPIN: p.HasPIN, Admin: p.Admin,
	}
}

// What an account is, and what ended it.
const (
	kindPerson      = "person"
	kindPlaceholder = "placeholder"

	goneDeleted  = "deleted"  // by the person
	goneReplaced = "replaced" // by a fresh account of the same number
)

const personColumns = `u.id, u.kind, u.name, u.status_message, u.photo_id, coalesce(u.handle, ''), coalesce(u.phone, ''),
	u.language, u.time_zone, u.country, u.pin_hash IS NOT NULL, u.is_admin, u.sandbox, u.created_at, u.gone IS NOT NULL`

func scanPerson(s db.Scanner) (*Person, error) {
	var p Person
	var kind string
	var created int64
	err := s.Scan(&p.ID, &kind, &p.Name, &p.StatusMessage, &p.PhotoID, &p.Handle, &p.Phone,
		&p.Language, &p.TimeZone, &p.Country, &p.HasPIN, &p.Admin, &p.Sandbox, &created, &p.Deleted)
	p.Placeholder = kind == kindPlaceholder
	p.CreatedAt = time.UnixMilli(created).UTC()
	return &p, err
}

var (
	selectPerson  = db.SQL(`SELECT ` + personColumns + ` FROM users AS u WHERE u.shard = $1 AND u.id = $2`)
	selectPersons = db.SQL(`SELECT ` + personColumns + `
		FROM {keys $1} AS k JOIN users AS u ON u.shard = k.shard AND u.id = k.id`)
)

// readPerson reads a person, within a transaction or not. It gives
// fault.UserUnknown when there is none.
func readPerson(ctx context.Context, r db.Reader, id ID) (*Person, error) {
	person, err := scanPerson(r.QueryRow(ctx, selectPerson, db.ShardOf(id), id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.UserUnknown)
	}
	return person, err
}

// Person gives somebody's account, also one that is gone. It gives
// fault.UserUnknown when there never was one.
func (p *People) Person(ctx context.Context, id ID) (*Person, error) {
	if person, ok := p.persons.GetIfPresent(id); ok {
		return person, nil
	}
	person, err := p.persons.Get(ctx, id, otter.LoaderFunc[ID, *Person](func(ctx context.Context, id ID) (*Person, error) {
		// Several callers wait for this one load; the first may give up.
		person, err := readPerson(context.WithoutCancel(ctx), p.d, id)
		if fault.Has(err, fault.UserUnknown) {
			return nil, otter.ErrNotFound
		}
		return person, err
	}))
	if errors.Is(err, otter.ErrNotFound) {
		return nil, fault.New(fault.UserUnknown)
	}
	return person, err
}

// living is Person without those whose account is gone, and without
// placeholders: people whom one can know.
func (p *People) living(ctx context.Context, id ID) (*Person, error) {
	person, err := p.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	if person.Deleted || person.Placeholder {
		return nil, fault.New(fault.UserUnknown)
	}
	return person, nil
}

// Persons gives the accounts of many ids. Ids of nobody are left out; accounts
// that are gone are not.
func (p *People) Persons(ctx context.Context, ids []ID) (map[ID]*Person, error) {
	return p.persons.BulkGet(ctx, ids, otter.BulkLoaderFunc[ID, *Person](func(ctx context.Context, ids []ID) (map[ID]*Person, error) {
		rows, err := db.Select(context.WithoutCancel(ctx), p.d, scanPerson, selectPersons, db.Keys(ids))
		if err != nil {
			return nil, err
		}
		found := make(map[ID]*Person, len(rows))
		for _, person := range rows {
			found[person.ID] = person
		}
		return found, nil
	}))
}

// User gives what everybody may see of a person, also of one who is gone.
func (p *People) User(ctx context.Context, id ID) (wire.User, error) {
	person, err := p.Person(ctx, id)
	if err != nil {
		return wire.User{}, err
	}
	return person.User, nil
}

// Users gives what everybody may see of many people. Ids of nobody are left out.
func (p *People) Users(ctx context.Context, ids []ID) (map[ID]wire.User, error) {
	persons, err := p.Persons(ctx, ids)
	if err != nil {
		return nil, err
	}
	users := make(map[ID]wire.User, len(persons))
	for id, person := range persons {
		users[id] = person.User
	}
	return users, nil
}

// Me gives a person's own profile.
func (p *People) Me(ctx context.Context, me ID) (wire.Me, error) {
	person, err := p.living(ctx, me)
	if err != nil {
		return wire.Me{}, err
	}
	return person.Me(), nil
}
