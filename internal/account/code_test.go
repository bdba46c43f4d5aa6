package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
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

func TestPhoneNumbers(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{Limits: account.Limits{CodesPerNumber: -1, CodesPerAddress: -1}})
	for _, test := range []struct{ text, want string }{
		{"+821012345678", "+821012345678"},
		{" +82 10-1234-5678 ", "+821012345678"},
		{"+82 (0)10 1234 5678", "+821012345678"},
		{"+14155552671", "+14155552671"},
		{"+15550001111", "+15550001111"},
		{"+8613812345678", "+8613812345678"},
		{"+447911123456", "+447911123456"},
		{"+6421123456", "+6421123456"},
		{"+97455123456", "+97455123456"},
		{"01012345678", ""},
		{"+999123456789", ""},
		{"+82", ""},
		{"+8210123456789012345", ""},
		{"", ""},
		{"+", ""},
		{"+82101234567８", "+821012345678"}, // a full-width digit
		{"+821012345678;ext=5", ""},
		{"+" + strings.Repeat("1", 1000), ""},
		{"+19005551234", ""}, // costs the one who calls it
	} {
		sent, err := town.people.RequestCode(t.Context(), account.CodeRequest{Phone: test.text, Client: here("x")})
		if test.want == "" {
			qt.Check(t, qt.IsTrue(fault.Has(err, fault.PhoneInvalid)), qt.Commentf("%.40q: %v", test.text, err))
			continue
		}
		qt.Check(t, qt.IsNil(err), qt.Commentf("%q", test.text))
		qt.Check(t, qt.Equals(sent.Phone, test.want))
	}
}

func TestCodeIsSixDigitsInTheAskersLanguage(t *testing.T) {
	town := newTown(t, dbtest.SQLite(t), account.Options{})
	for phone, start := range map[string]string{
		"+821012345678":  "마당 인증번호 ",
		"+14155552671":   "Madang code: ",
		"+8613812345678": "Madang 验证码：",
		"+886912345678":  "Madang 驗證碼：",
		"+212612345678":  "Madang code: ", // no text in Arabic yet
	} {
		town.code(phone, here("x"))
		text := town.phones.Recent(phone)[0].Text
		qt.Check(t, qt.IsTrue(strings.HasPrefix(text, start)), qt.Commentf("%s: %s", phone, text))
		qt.Check(t, qt.HasLen(digits.FindString(text), 6))
	}
	_, err := town.people.RequestCode(t.Context(), account.CodeRequest{Phone: "+821012345678", Language: "th-TH", Client: here("x")})
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.StringContains(town.phones.Recent("+821012345678")[1].Text, "รหัส Madang"))
}

func TestCodeIsGoodOnceForThreeMinutesAndFiveTries(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		try := func(phone, code string) error {
			_, err := town.signIn(phone, account.SignIn{Code: code})
			return err
		}
		// Five tries: the fifth may be the right one.
		code := town.code(number(1), here(number(1)))
		for range 4 {
			has(t, try(number(1), wrong(code)), fault.CodeInvalid)
		}
		qt.Assert(t, qt.IsNil(try(number(1), code)))
		// Once.
		has(t, try(number(1), code), fault.CodeInvalid)

		// The sixth may not.
		code = town.code(number(2), here(number(2)))
		for range 5 {
			has(t, try(number(2), wrong(code)), fault.CodeInvalid)
		}
		has(t, try(number(2), code), fault.CodeExpired)
		// A new code starts anew.
		qt.Assert(t, qt.IsNil(try(number(2), town.code(number(2), here(number(2))))))

		// Three minutes.
		code = town.code(number(3), here(number(3)))
		town.clock.Advance(3*time.Minute - time.Second)
		other := town.code(number(4), here(number(4)))
		qt.Assert(t, qt.IsNil(try(number(3), code)))
		town.clock.Advance(3 * time.Minute)
		has(t, try(number(4), other), fault.CodeExpired)

		// What was never a code.
		has(t, try(number(5), "000000"), fault.CodeInvalid)
		has(t, try(number(5), "1"), fault.CodeInvalid)
	})
}

func TestManyTriesAtOnceAreFive(t *testing.T) {
	eachWith(t, account.Options{Limits: account.Limits{FailuresPerNumber: -1}}, func(t *testing.T, town *town) {
		code := town.code(number(1), here(number(1)))
		var refused, expired atomic.Int32
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				guess := fmt.Sprintf("%06d", i)
				if guess == code {
					guess = wrong(code)
				}
				_, err := town.people.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: guess, Client: here(number(1))})
				switch {
				case fault.Has(err, fault.CodeInvalid):
					refused.Add(1)
				case fault.Has(err, fault.CodeExpired):
					expired.Add(1)
				default:
					t.Errorf("a guess gave %v", err)
				}
			})
		}
		wg.Wait()
		qt.Check(t, qt.Equals(refused.Load(), 5))
		qt.Check(t, qt.Equals(expired.Load(), 35))
	})
}

func TestCodeIsBoundToTheAskingClient(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		phone := number(1)
		plain := func(address string) account.Client { return account.Client{Address: address} }
		for _, test := range []struct {
			name       string
			asks, uses account.Client
			good       bool
		}{
			{"same binding", here("ann"), here("ann"), true},
			{"same binding elsewhere", here("ann"), account.Client{Binding: here("ann").Binding, Address: "198.51.100.9"}, true},
			{"another's binding", here("ann"), here("eve"), false},
			{"no binding, same address", plain("192.0.2.7"), plain("192.0.2.7:4711"), true},
			{"no binding, same network", plain("2001:db8::1"), plain("[2001:db8::2]:80"), true},
			{"no binding, another address", plain("192.0.2.7"), plain("192.0.2.8"), false},
			{"binding forgotten", here("ann"), plain(here("ann").Address), false},
		} {
			t.Run(test.name, func(t *testing.T) {
				town.clock.Advance(time.Hour) // past the limits
				code := town.code(phone, test.asks)
				_, err := town.people.SignIn(t.Context(), account.SignIn{Phone: phone, Code: code, Client: test.uses})
				if test.good {
					qt.Check(t, qt.IsNil(err))
				} else {
					has(t, err, fault.CodeInvalid)
					// The owner's own code is still good.
					_, err = town.people.SignIn(t.Context(), account.SignIn{Phone: phone, Code: code, Client: test.asks})
					qt.Check(t, qt.IsNil(err))
				}
			})
		}
	})
}

func TestCodeLimits(t *testing.T) {
	limits := account.Limits{CodesPerNumber: 3, CodesPerAddress: 5, Codes: 7}
	eachWith(t, account.Options{Limits: limits}, func(t *testing.T, town *town) {
		ask := func(phone, address string) error {
			_, err := town.people.RequestCode(t.Context(), account.CodeRequest{
				Phone: phone, Client: account.Client{Address: address},
			})
			return err
		}
		// Per number, wherever it is asked from.
		for i := range 3 {
			qt.Assert(t, qt.IsNil(ask(number(1), fmt.Sprintf("192.0.2.%d", i))))
		}
		f := faultOf(t, ask(number(1), "192.0.2.9"), fault.CodeLimit)
		qt.Check(t, qt.IsTrue(f.RetryAfter > 59*time.Minute && f.RetryAfter <= time.Hour), qt.Commentf("%v", f.RetryAfter))
		qt.Check(t, qt.HasLen(town.phones.Recent(number(1)), 3))

		// Per address, whatever number.
		town.clock.Advance(time.Hour)
		for i := range 5 {
			qt.Assert(t, qt.IsNil(ask(number(10+i), "192.0.2.1")))
		}
		has(t, ask(number(20), "192.0.2.1"), fault.CodeLimit)

		// Overall.
		qt.Assert(t, qt.IsNil(ask(number(21), "192.0.2.2")))
		qt.Assert(t, qt.IsNil(ask(number(22), "192.0.2.3")))
		has(t, ask(number(23), "192.0.2.4"), fault.CodeLimit)

		// Another node counts with the same counters.
		node := town.node(account.Options{Limits: limits})
		_, err := node.RequestCode(t.Context(), account.CodeRequest{Phone: number(24), Client: here("x")})
		has(t, err, fault.CodeLimit)

		// An hour later all is well.
		town.clock.Advance(time.Hour)
		qt.Assert(t, qt.IsNil(ask(number(23), "192.0.2.1")))
	})
}

func TestFailuresAreCountedOverAllNumbers(t *testing.T) {
	eachWith(t, account.Options{Limits: account.Limits{Failures: 6}}, func(t *testing.T, town *town) {
		try := func(i int, code string, address string) error {
			_, err := town.people.SignIn(t.Context(), account.SignIn{
				Phone: number(i), Code: code, Client: account.Client{Binding: number(i), Address: address},
			})
			return err
		}
		codes := make([]string, 8)
		for i := range codes {
			codes[i] = town.code(number(i), account.Client{Binding: number(i), Address: fmt.Sprint("192.0.2.", i)})
		}
		for i := range 6 {
			has(t, try(i, wrong(codes[i]), fmt.Sprint("192.0.2.", i)), fault.CodeInvalid)
		}
		// Now not even a right code tells that it is right.
		f := faultOf(t, try(7, codes[7], "192.0.2.7"), fault.CodeLimit)
		qt.Check(t, qt.IsTrue(f.RetryAfter > 0 && f.RetryAfter <= time.Minute))
		town.clock.Advance(f.RetryAfter)
		qt.Check(t, qt.IsNil(try(7, codes[7], "192.0.2.7")))
	})
}

func TestFailuresPerNumber(t *testing.T) {
	eachWith(t, account.Options{Limits: account.Limits{FailuresPerNumber: 7, Failures: -1}}, func(t *testing.T, town *town) {
		for i := range 7 {
			c := here(fmt.Sprint(i / 4))
			if i%4 == 0 {
				town.code(number(1), c)
			}
			_, err := town.people.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: "x", Client: c})
			has(t, err, fault.CodeInvalid)
		}
		code := town.code(number(1), here("ann"))
		_, err := town.people.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: code, Client: here("ann")})
		has(t, err, fault.CodeLimit)
		// Other numbers are not concerned.
		town.join(number(2), "Ben")
	})
}

// Whoever was sent no code has nothing to guess: their tries shut out nobody but
// their own address.
func TestStrayCodesLockNobodyOut(t *testing.T) {
	limits := account.Limits{FailuresPerNumber: 3, Failures: 4, FailuresPerAddress: 10}
	eachWith(t, account.Options{Limits: limits}, func(t *testing.T, town *town) {
		code := town.code(number(1), here("ann"))
		stranger := account.Client{Binding: "stranger", Address: "198.51.100.1"}
		try := func() error {
			_, err := town.people.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: "000000", Client: stranger})
			return err
		}
		for range 10 {
			has(t, try(), fault.CodeInvalid)
		}
		has(t, try(), fault.CodeLimit)
		_, err := town.signIn(number(1), account.SignIn{Code: code, Client: here("ann"), Name: "Ann"})
		qt.Assert(t, qt.IsNil(err))
		town.join(number(2), "Ben")
	})
}

func TestAnswerDoesNotTellWhoIsHere(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		town.join(number(1), "Ann")
		a, err := town.people.RequestCode(t.Context(), account.CodeRequest{Phone: number(1), Client: here("eve")})
		qt.Assert(t, qt.IsNil(err))
		b, err := town.people.RequestCode(t.Context(), account.CodeRequest{Phone: number(2), Client: here("eve")})
		qt.Assert(t, qt.IsNil(err))
		a.Phone, b.Phone = "", ""
		qt.Check(t, qt.IsTrue(b.ExpiresAt.Sub(a.ExpiresAt) < 10*time.Second))
	})
}

func TestSMSThatFailsIsSaid(t *testing.T) {
	broken := errors.New("no credit")
	people, err := account.Open(dbtest.SQLite(t), clock.New(), sender(func() error { return broken }), account.Options{Key: testKey})
	qt.Assert(t, qt.IsNil(err))
	defer people.Close()
	_, err = people.RequestCode(t.Context(), account.CodeRequest{Phone: number(1), Client: here("x")})
	has(t, err, fault.SMSUnavailable)
	qt.Check(t, qt.ErrorIs(err, broken))
}

type sender func() error

func (s sender) Send(context.Context, sms.Message) error { return s() }

func TestCodesAreNotStoredInPlain(t *testing.T) {
	each(t, func(t *testing.T, town *town) {
		code := town.code(number(1), here("x"))
		rows, err := db.Select(t.Context(), town.d, func(s db.Scanner) (b []byte, err error) {
			var hash, client []byte
			err = s.Scan(&hash, &client)
			return append(hash, client...), err
		}, db.Raw(`SELECT code_hash, client FROM codes`, `SELECT code_hash, client FROM codes`))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(rows, 1))
		qt.Check(t, qt.Not(qt.StringContains(string(rows[0]), code)))
		qt.Check(t, qt.Not(qt.StringContains(string(rows[0]), "binding")))

		// Another key makes another hash: the database alone is not enough.
		other := town.node(account.Options{Key: []byte("another key of thirty-two bytes!")})
		_, err = other.SignIn(t.Context(), account.SignIn{Phone: number(1), Code: code, Client: here("x")})
		has(t, err, fault.CodeInvalid)
	})
}
