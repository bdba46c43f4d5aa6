package gateway_test

import (
	"fmt"
	"io"
	"regexp"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/db/dbtest"
	"madang/internal/gateway"
	"madang/internal/sms"
)

// phones signs people in who are not of the sandbox, with real codes.
type phones struct {
	t      testing.TB
	people *account.People
	sms    *sms.Terminal
}

func openWithPhones(t testing.TB) (*house, *phones) {
	t.Helper()
	c := chattest.Open(t, dbtest.SQLite(t))
	terminal := sms.NewTerminal(io.Discard, c.Clock)
	people, err := account.Open(c.DB, c.Clock, terminal, account.Options{Key: []byte("0123456789abcdef0123456789abcdef")})
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(people.Close)
	return openOver(t, c, func(c *gateway.Config) { c.Accounts = people }), &phones{t, people, terminal}
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

func (p *phones) signIn(number string) person {
	p.t.Helper()
	client := account.Client{Address: "192.0.2.1", Binding: "the same phone"}
	_, err := p.people.RequestCode(p.t.Context(), account.CodeRequest{Phone: number, Client: client})
	qt.Assert(p.t, qt.IsNil(err))
	texts := p.sms.Recent(number)
	qt.Assert(p.t, qt.Not(qt.HasLen(texts, 0)))
	in, err := p.people.SignIn(p.t.Context(), account.SignIn{
		Phone: number, Code: sixDigits.FindString(texts[len(texts)-1].Text), Client: client, DeviceName: "phone", Name: "Ann",
	})
	qt.Assert(p.t, qt.IsNil(err))
	return person{chat.Actor{User: in.Session.User, Device: in.Session.Device}, in.Token}
}

// A person's other devices hear of a new one.
func TestNewDevice(t *testing.T) {
	h, phones := openWithPhones(t)
	first := phones.signIn("+821055501001")
	c := h.connect(first)
	second := phones.signIn("+821055501001")
	qt.Check(t, qt.Equals(second.User, first.User))
	qt.Check(t, qt.Matches(c.notice("device"), fmt.Sprintf(`{"event":"added","device":{"id":"%s","name":"phone",.*}}`, second.Device)))
}
