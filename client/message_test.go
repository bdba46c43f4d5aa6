package client_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/client"
)

func TestSplit(t *testing.T) {
	message := ` [ {"jsonrpc":"2.0","id":7,"result":{"text":"a \"} ] \\","n":[1,{"x":-1.5e3}]}} ,
		{"error":{"code":1},"id":18}, {"method":"entry","params":{}},{"id":null,"method":"x"},{} ] `
	var got []client.Message
	err := client.Split([]byte(message), func(m *client.Message) error {
		got = append(got, *m)
		return nil
	})
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.DeepEquals(got, []client.Message{
		{ID: 7, Result: []byte(`{"text":"a \"} ] \\","n":[1,{"x":-1.5e3}]}`)},
		{ID: 18, Error: []byte(`{"code":1}`)},
		{Method: []byte("entry"), Params: []byte("{}")},
		{Method: []byte("x")},
		{},
	}))
	n := 0
	qt.Assert(t, qt.IsNil(client.Split([]byte(`[]`), func(*client.Message) error { n++; return nil })))
	qt.Assert(t, qt.IsNil(client.Split([]byte(`{"id":1}`), func(*client.Message) error { n++; return nil })))
	qt.Assert(t, qt.Equals(n, 1))
}

func TestSplitRefuses(t *testing.T) {
	for _, message := range []string{
		"", " ", "x", `"x"`, "[", "[{}", "[{},", "[{},]", "[1]", "{", `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`,
		`{"a" 1}`, `{"a":"x}`, `{"a":[1,2}`, `{"a":{}`, `{"a":}`, `{a:1}`, "[{} {}]", `{"a":]}`, `{"a":1 "b":2}`,
	} {
		err := client.Split([]byte(message), func(*client.Message) error { return nil })
		qt.Check(t, qt.IsNotNil(err), qt.Commentf("%q", message))
	}
}

// FuzzSplit compares the scanner with encoding/json: it never fails on what is
// valid, and what it cuts out of something valid is what is there.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		`{"jsonrpc":"2.0","id":1,"result":{"seq":3}}`,
		`[{"method":"entry","params":{"room_id":"x","entry":{"seq":1,"text":"\"\\\u00e9"}}},{"id":2,"error":{}}]`,
		`[]`, `{}`, ` [ { "id" : 12 } ] `, `{"id":"\\"}`, `{"params":[[],[{}],"]"]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var parts []client.Message
		err := client.Split(message, func(m *client.Message) error {
			parts = append(parts, *m)
			return nil
		})
		var single map[string]json.RawMessage
		var several []map[string]json.RawMessage
		if json.Unmarshal(message, &single) == nil && single != nil {
			several = append(several, single)
		} else if json.Unmarshal(message, &several) != nil || several == nil {
			return
		}
		for _, one := range several {
			if one == nil {
				return // null in the place of an object
			}
			for key := range one {
				// A key twice, in other case or escaped is read in one way or
				// the other; no server writes such.
				if strings.ContainsAny(key, "\\") || strings.Contains(string(message), `\u`) {
					return
				}
			}
			if strings.Count(string(message), `"params"`) > len(several) {
				return
			}
		}
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(parts, len(several)))
		for i, one := range several {
			if want, ok := one["params"]; ok {
				qt.Assert(t, qt.Equals(string(parts[i].Params), string(want)))
			}
		}
	})
}

var entryFrame = func() []byte {
	one := `{"jsonrpc":"2.0","method":"entry","params":{"room_id":"0192f3a4-5b6c-7d8e-9f00-112233445566","entry":{"seq":123456,"kind":"message",` +
		`"sender_id":"0192f3a4-5b6c-7d8e-9f00-112233445566","client_id":"0192f3a4-5b6c-7d8e-9f00-112233445566",` +
		`"created_at":"2026-11-23T09:00:00.000Z","type":"text","text":"` + strings.Repeat("x", 200) + `"}}}`
	return []byte("[" + strings.Repeat(one+",", 15) + one + "]")
}()

func BenchmarkSplit(b *testing.B) {
	b.SetBytes(int64(len(entryFrame) / 16))
	b.ReportAllocs()
	for i := 0; i < b.N; i += 16 {
		_ = client.Split(entryFrame, func(*client.Message) error { return nil })
	}
}
