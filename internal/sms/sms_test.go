package sms_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/clock"
	"madang/internal/sms"
)

// A receiver is what stands at the other end of a sender in the tests.
type receiver func() []sms.Message

// The senders, each with a way to see what arrived.
var senders = map[string]func(t *testing.T) (sms.Sender, receiver){
	"terminal": func(t *testing.T) (sms.Sender, receiver) {
		term := sms.NewTerminal(io.Discard, clock.New())
		return term, func() (all []sms.Message) {
			for _, r := range term.Newest(100) {
				for _, m := range term.Recent(r.To) {
					all = append(all, sms.Message{To: m.To, Text: m.Text})
				}
			}
			return all
		}
	},
	"gateway json": func(t *testing.T) (sms.Sender, receiver) {
		return gateway(t, sms.GatewayConfig{}, func(r *http.Request) (m sms.Message) {
			qt.Check(t, qt.Equals(r.Header.Get("Content-Type"), "application/json"))
			qt.Check(t, qt.IsNil(json.NewDecoder(r.Body).Decode(&m)))
			return m
		})
	},
	"gateway nested": func(t *testing.T) (sms.Sender, receiver) {
		config := sms.GatewayConfig{Body: `{"messages":[{"to":"tel:{to}","body":{"text":"{text}"},"ttl":180}]}`}
		return gateway(t, config, func(r *http.Request) sms.Message {
			var body struct {
				Messages []struct {
					To   string
					Body struct{ Text string }
					TTL  int
				}
			}
			qt.Check(t, qt.IsNil(json.NewDecoder(r.Body).Decode(&body)))
			qt.Assert(t, qt.HasLen(body.Messages, 1))
			qt.Check(t, qt.Equals(body.Messages[0].TTL, 180))
			return sms.Message{To: strings.TrimPrefix(body.Messages[0].To, "tel:"), Text: body.Messages[0].Body.Text}
		})
	},
	"gateway form": func(t *testing.T) (sms.Sender, receiver) {
		config := sms.GatewayConfig{Form: true, From: "Madang", Body: `{"To":"{to}","Body":"{text}","From":"{from}"}`}
		return gateway(t, config, func(r *http.Request) sms.Message {
			qt.Check(t, qt.IsNil(r.ParseForm()))
			qt.Check(t, qt.Equals(r.PostForm.Get("From"), "Madang"))
			return sms.Message{To: r.PostForm.Get("To"), Text: r.PostForm.Get("Body")}
		})
	},
}

func gateway(t *testing.T, config sms.GatewayConfig, decode func(*http.Request) sms.Message) (sms.Sender, receiver) {
	var mu sync.Mutex
	var got []sms.Message
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		qt.Check(t, qt.Equals(r.Header.Get("Authorization"), "Bearer k"))
		got = append(got, decode(r))
	}))
	t.Cleanup(server.Close)
	config.URL = server.URL
	config.Headers = map[string]string{"Authorization": "Bearer k"}
	g, err := sms.NewGateway(config)
	qt.Assert(t, qt.IsNil(err))
	return g, func() []sms.Message {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

func TestSenders(t *testing.T) {
	for name, open := range senders {
		t.Run(name, func(t *testing.T) {
			sender, received := open(t)
			sent := []sms.Message{
				{To: "+821012345678", Text: "마당 code: 123456"},
				{To: "+821012345678", Text: `a "quoted" {to} & \ text%`},
				{To: "+14155552671", Text: strings.Repeat("x", sms.MaxTextBytes)},
			}
			for _, m := range sent {
				qt.Assert(t, qt.IsNil(sender.Send(t.Context(), m)))
			}
			qt.Check(t, qt.ContentEquals(received(), sent))

			for _, bad := range []sms.Message{
				{},
				{To: "+821012345678"},
				{Text: "x"},
				{To: "01012345678", Text: "x"},
				{To: "+8210 1234", Text: "x"},
				{To: "+12345678901234567", Text: "x"},
				{To: "+821012345678", Text: strings.Repeat("x", sms.MaxTextBytes+1)},
				{To: "+821012345678", Text: "\xff"},
			} {
				qt.Check(t, qt.ErrorMatches(sender.Send(t.Context(), bad), "sms: a message has .*"), qt.Commentf("%q", bad))
			}
			canceled, cancel := context.WithCancel(t.Context())
			cancel()
			qt.Check(t, qt.ErrorIs(sender.Send(canceled, sent[0]), context.Canceled))
			qt.Check(t, qt.HasLen(received(), len(sent)))
		})
	}
}

func TestTerminalWritesOneLineEach(t *testing.T) {
	var out bytes.Buffer
	term := sms.NewTerminal(&out, clock.New())
	qt.Assert(t, qt.IsNil(term.Send(t.Context(), sms.Message{To: "+1234", Text: "a\nSMS to +5: b\x1b[2J"})))
	qt.Check(t, qt.Equals(out.String(), "SMS to +1234: a SMS to +5: b [2J\n"))
}

func TestTerminalMemoryIsBounded(t *testing.T) {
	c := clock.New()
	term := sms.NewTerminal(io.Discard, c)
	for i := range 30 {
		qt.Assert(t, qt.IsNil(term.Send(t.Context(), sms.Message{To: "+100", Text: fmt.Sprint(i)})))
	}
	recent := term.Recent("+100")
	qt.Assert(t, qt.HasLen(recent, 20))
	qt.Check(t, qt.Equals(recent[0].Text, "10"))
	qt.Check(t, qt.Equals(recent[19].Text, "29"))
	for i := range 10_000 {
		qt.Assert(t, qt.IsNil(term.Send(t.Context(), sms.Message{To: fmt.Sprintf("+9%05d", i), Text: "x"})))
	}
	qt.Check(t, qt.HasLen(term.Recent("+100"), 0))
	qt.Check(t, qt.HasLen(term.Recent("+900000"), 1))
	newest := term.Newest(2)
	qt.Assert(t, qt.HasLen(newest, 2))
	qt.Check(t, qt.Equals(newest[0].To, "+909999"))
}

func TestTerminalSaysWhenItCannotWrite(t *testing.T) {
	broken := errors.New("broken")
	term := sms.NewTerminal(writer(func([]byte) (int, error) { return 0, broken }), clock.New())
	qt.Check(t, qt.ErrorIs(term.Send(t.Context(), sms.Message{To: "+100", Text: "x"}), broken))
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func TestGatewayFailures(t *testing.T) {
	hang := make(chan struct{})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	defer elsewhere.Close()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"refused": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, strings.Repeat("no", 1000), http.StatusPaymentRequired)
		}, `sms gateway: status 402: "(no){100}"`},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		}, `sms gateway: status 307: .*`},
		"too slow": {func(http.ResponseWriter, *http.Request) { <-hang }, `sms gateway: .*Client.Timeout.*`},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.answer)
			g, err := sms.NewGateway(sms.GatewayConfig{URL: server.URL, Timeout: 100 * time.Millisecond})
			qt.Assert(t, qt.IsNil(err))
			qt.Check(t, qt.ErrorMatches(g.Send(t.Context(), sms.Message{To: "+100", Text: "x"}), test.want))
			if name == "too slow" {
				close(hang)
			}
			server.Close()
		})
	}
}

func TestGatewayReadsNoEndlessAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<16)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	g, err := sms.NewGateway(sms.GatewayConfig{URL: server.URL})
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.IsNil(g.Send(t.Context(), sms.Message{To: "+100", Text: "x"})))
}

func TestGatewayConfig(t *testing.T) {
	for _, bad := range []sms.GatewayConfig{
		{},
		{URL: "ftp://example.com"},
		{URL: "https://"},
		{URL: "https://example.com", Body: "{"},
		{URL: "https://example.com", Body: `{"to":"{to}"}`},
		{URL: "https://example.com", Form: true, Body: `[{"to":"{to}","text":"{text}"}]`},
		{URL: "https://example.com", Form: true, Body: `{"to":"{to}","text":"{text}","n":1}`},
	} {
		_, err := sms.NewGateway(bad)
		qt.Check(t, qt.ErrorMatches(err, "sms gateway: .*"), qt.Commentf("%+v", bad))
	}
}
