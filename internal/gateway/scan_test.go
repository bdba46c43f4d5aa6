package gateway

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

const sendParams = `{"room_id":"0192a4c4-8b1e-7cc3-98c4-dc0c0c07398f","client_id":"0192a4c4-8b1e-7cc3-98c4-dc0c0c073990","type":"text","text":"` +
	`어제 그 집 다시 가자. 비 오는 날에는 역시 칼국수지! See you at 19:00 in front of the station, exit 3. ` +
	`Bring an umbrella, and the book that you promised me last week, please."}`

const sendCall = `{"jsonrpc":"2.0","id":42,"method":"message.send","params":` + sendParams + `}`

// slowSend is decodeSend without the hand-written path.
func slowSend(params []byte) (m chat.Send, err error) {
	var p struct {
		RoomID   wire.ID `json:"room_id"`
		ClientID wire.ID `json:"client_id"`
		wire.Content
	}
	err = json.Unmarshal(params, &p)
	return chat.Send{Room: p.RoomID, ClientID: p.ClientID, Content: p.Content}, err
}

func TestScanSend(t *testing.T) {
	var m chat.Send
	qt.Assert(t, qt.IsTrue(scanSend([]byte(sendParams), &m)))
	want, err := slowSend([]byte(sendParams))
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.DeepEquals(m, want))
	for _, other := range []string{
		`{"type":"photo"}`, `{"reply_to":1}`, `{"type":1}`, `{"text":"x"`, `{"text":"x"}}`, `{"text":"\x"}`, "{\"text\":\"a\nb\"}",
		`{"room_id":"0192a4c4"}`, `{"text":null}`, `{"text":"x",}`, `[]`, ``, `{"text":"x"}`, // the last has no client_id
	} {
		qt.Check(t, qt.IsFalse(scanSend([]byte(other), new(chat.Send))), qt.Commentf("%s", other))
	}
}

// Whatever text a person sends, however their client writes it down, the fast
// path and encoding/json understand the same.
func TestScanSendAgreesWithEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.ToValidUTF8(rapid.String().Draw(t, "text"), "")
		escapeHTML := rapid.Bool().Draw(t, "escape")
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(escapeHTML)
		err := e.Encode(map[string]any{"room_id": wire.ID{1}, "client_id": wire.ID{2}, "type": "text", "text": s})
		var m chat.Send
		if err != nil || !scanSend([]byte(b.String()), &m) || m.Content.Text != s {
			t.Fatalf("%q became %q (%v)", s, m.Content.Text, err)
		}
	})
}

func TestPlainPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.SampledFrom([]byte("abcd\"\\\n\x1f\x20\x00\x7f\x80\xff"))).Draw(t, "bytes")
		want := len(b)
		for i, c := range b {
			if c < 0x20 || c == '"' || c == '\\' {
				want = i
				break
			}
		}
		if got := plainPrefix(b); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	})
}

func FuzzScanSend(f *testing.F) {
	f.Add([]byte(sendParams))
	f.Add([]byte(`{"client_id":"0192a4c4-8b1e-7cc3-98c4-dc0c0c073990","text":"\ud83d\ude00 \ud83d \ude00\u00e9\/\b\f\n\r\t\"\\"}`))
	f.Add([]byte(` { "type" : "text" , "client_id":"0192a4c4-8b1e-7cc3-98c4-dc0c0c073990","client_id":"0192a4c4-8b1e-7cc3-98c4-dc0c0c073991"} `))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return // was refused with the frame
		}
		var m chat.Send
		if !scanSend(b, &m) {
			return
		}
		want, err := slowSend(b)
		if err != nil {
			t.Fatalf("taken, but encoding/json says %v", err)
		}
		qt.Assert(t, qt.DeepEquals(m, want))
	})
}

// Whatever a frame holds, parsing ends, keeps within it, and every id that would
// be written back is a JSON value.
func FuzzParseFrame(f *testing.F) {
	f.Add([]byte(sendCall))
	f.Add([]byte(`[` + sendCall + `,{"id":"a","method":"ping"},{"method":"typing","params":{"room_id":""}}]`))
	f.Add([]byte(`{"id":1e3,"method":"x","params":[[[{"a":"]"}]]]}`))
	f.Add([]byte(`{"id":null,"method":""}`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte(`{"a":"\"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return
		}
		n := 0
		parseFrame(b, func(r request, err error) {
			n++
			if r.id != nil && !json.Valid(r.id) {
				t.Fatalf("id %q", r.id)
			}
			if err == nil && len(r.method) == 0 {
				t.Fatal("a call without a method")
			}
			if err != nil && fault.From(err).Code == fault.InternalError {
				t.Fatal(err)
			}
		})
		if n == 0 || n > wire.MaxBatch+1 {
			t.Fatalf("%d calls", n)
		}
		// What encoding/json takes for one call within the bounds is taken here.
		var call struct {
			Method string
			Params json.RawMessage
		}
		if json.Unmarshal(b, &call) == nil && n == 1 && depth(b) <= wire.MaxJSONDepth {
			parseFrame(b, func(_ request, err error) {
				if fault.Has(err, fault.BadJSON) && b[0] == '{' {
					t.Fatal(err)
				}
			})
		}
	})
}

// depth is how deep valid JSON nests.
func depth(b []byte) (deepest int) {
	d := json.NewDecoder(strings.NewReader(string(b)))
	for at := 0; ; {
		token, err := d.Token()
		if err != nil {
			return deepest
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			at++
		case json.Delim('}'), json.Delim(']'):
			at--
		}
		deepest = max(deepest, at)
	}
}

func BenchmarkParseCall(b *testing.B) {
	frame := []byte(sendCall)
	b.ReportAllocs()
	b.SetBytes(int64(len(frame)))
	for b.Loop() {
		parseFrame(frame, func(r request, err error) {
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkDecodeSend(b *testing.B) {
	b.Run("scanned", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m chat.Send
			if err := decodeSend([]byte(sendParams), &m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := slowSend([]byte(sendParams)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAck(b *testing.B) {
	sent := chat.Sent{Room: wire.ID{1, 2, 3}, Seq: 12345, At: 1_790_000_000_000}
	id := []byte("42")
	b.ReportAllocs()
	for b.Loop() {
		var room [256]byte
		if out := append(appendSent(appendResult(room[:0], id), &sent), '}'); len(out) < 100 {
			b.Fatal(string(out))
		}
	}
}
