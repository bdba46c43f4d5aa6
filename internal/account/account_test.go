package account_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/fault"
	"madang/internal/sms"
)

// town is a platform with its phones.
type town struct {
	t      *testing.T
	d      *db.DB
	clock  *clock.Clock
	phones *sms.Terminal
	people *account.People

	mu      sync.Mutex
	changes []account.Change
}

var testKey = []byte("0123456789abcdef0123456789abcdef")

func newTown(t *testing.T, d *db.DB, o account.Options) *town {
	t.Helper()
	town := &town{t: t, d: d, clock: clock.New()}
	town.phones = sms.NewTerminal(io.Discard, town.clock)
	town.people = town.node(o)
	town.people.OnChange(func(c account.Change) {
		town.mu.Lock()
		defer town.mu.Unlock()
		town.changes = append(town.changes, c)
	})
	return town
}

// node is one more node on the same database, with the same clock.
func (town *town) node(o account.Options) *account.People {
	town.t.Helper()
	if o.Key == nil {
		o.Key = testKey
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	people, err := account.Open(town.d, town.clock, town.phones, o)
	qt.Assert(town.t, qt.IsNil(err))
	town.t.Cleanup(people.Close)
	return people
}

// each runs f on both engines with default options.
func each(t *testing.T, f func(t *testing.T, town *town)) {
	t.Helper()
	eachWith(t, account.Options{}, f)
}

func eachWith(t *testing.T, o account.Options, f func(t *testing.T, town *town)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newTown(t, d, o)) })
}

// told gives the changes since the last call.
func (town *town) told() []account.Change {
	town.mu.Lock()
	defer town.mu.Unlock()
	all := town.changes
	town.changes = nil
	return all
}

func kinds(changes []account.Change) []account.ChangeKind {
	var all []account.ChangeKind
	for _, c := range changes {
		all = append(all, c.Kind)
	}
	return all
}

var digits = regexp.MustCompile(`[0-9]{6}`)

// read is the code in the last message that a phone got.
func (town *town) read(phone string) string {
	town.t.Helper()
	messages := town.phones.Recent(phone)
	qt.Assert(town.t, qt.Not(qt.HasLen(messages, 0)))
	return digits.FindString(messages[len(messages)-1].Text)
}

// here is a client at an address of its own.
func here(name string) account.Client {
	return account.Client{Binding: "binding of " + name, Address: "192.0.2.1"}
}

// code asks for a code and reads it from the phone.
func (town *town) code(phone string, c account.Client) string {
	town.t.Helper()
	_, err := town.people.RequestCode(town.t.Context(), account.CodeRequest{Phone: phone, Client: c})
	qt.Assert(town.t, qt.IsNil(err))
	return town.read(phone)
}

// signIn signs in at a fresh client, with what else is in in.
func (town *town) signIn(phone string, in account.SignIn) (account.SignedIn, error) {
	town.t.Helper()
	if in.Client == (account.Client{}) {
		in.Client = here(phone)
	}
	in.Phone = phone
	if in.Code == "" {
		in.Code = town.code(phone, in.Client)
	}
	return town.people.SignIn(town.t.Context(), in)
}

// join signs somebody up.
func (town *town) join(phone, name string) account.SignedIn {
	town.t.Helper()
	in, err := town.signIn(phone, account.SignIn{Name: name})
	qt.Assert(town.t, qt.IsNil(err))
	qt.Assert(town.t, qt.IsTrue(in.New))
	return in
}

func (town *town) ctx() context.Context { return town.t.Context() }

// has fails the test unless err is a fault of the code.
func has(t *testing.T, err error, code fault.Code) {
	t.Helper()
	qt.Assert(t, qt.IsNotNil(err), qt.Commentf("want %s", code))
	qt.Assert(t, qt.IsTrue(fault.Has(err, code)), qt.Commentf("got %v, want %s", err, code))
}

// faultOf is has, and gives the fault.
func faultOf(t *testing.T, err error, code fault.Code) *fault.Error {
	t.Helper()
	has(t, err, code)
	return fault.From(err)
}

func number(i int) string { return fmt.Sprintf("+82102%07d", i) }

func ptr[T any](v T) *T { return &v }

func second[T any](_ T, err error) error { return err }

// Wrong codes are as long as right ones.
func wrong(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

const day = 24 * time.Hour

func (town *town) placeholder(name string) (id account.ID) {
	town.t.Helper()
	err := town.d.Tx(town.ctx(), func(tx *db.Tx) (err error) {
		id, err = town.people.AddPlaceholder(town.ctx(), tx, name)
		return err
	})
	qt.Assert(town.t, qt.IsNil(err))
	return id
}
