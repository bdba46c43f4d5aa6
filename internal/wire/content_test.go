package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/wire"
)

// plainJSON is what encoding/json makes without escaping for HTML.
func plainJSON(t rapid.TB, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatalf("encode: %v", err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var (
	anyID = rapid.Custom(func(t *rapid.T) (id wire.ID) {
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		return id
	})
	someID = rapid.OneOf(rapid.Just(wire.ID{}), anyID)
	// Strings with everything that JSON escapes, and some that it does not.
	anyText = rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.SampledFrom([]rune("a\"\\/\b\f\n\r\t\x00\x1f<>&한👨‍👩‍👧\u2028\u2029\ufffd"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
)

func anyContent(t *rapid.T) wire.Content {
	num := rapid.IntRange(-5, 1<<40)
	return wire.Content{
		Type: wire.Type(rapid.SampledFrom([]string{"text", "photo", "", "\"odd\""}).Draw(t, "type")),
		Text: anyText.Draw(t, "text"),
		Photos: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) wire.Photo {
			return wire.Photo{MediaID: someID.Draw(t, "m"), Width: num.Draw(t, "w"), Height: num.Draw(t, "h"), Blur: anyText.Draw(t, "b")}
		}), 0, 3).Draw(t, "photos"),
		Video: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.Video {
			return wire.Video{MediaID: someID.Draw(t, "m"), PosterID: someID.Draw(t, "p"), Width: num.Draw(t, "w"), DurationMs: int64(num.Draw(t, "d"))}
		}), true).Draw(t, "video"),
		Voice: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.Voice {
			return wire.Voice{MediaID: someID.Draw(t, "m"), DurationMs: int64(num.Draw(t, "d")), Waveform: rapid.SliceOfN(num, 0, 5).Draw(t, "wave")}
		}), true).Draw(t, "voice"),
		File: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.File {
			return wire.File{MediaID: someID.Draw(t, "m"), Name: anyText.Draw(t, "n"), Size: int64(num.Draw(t, "s")), Mime: anyText.Draw(t, "mime")}
		}), true).Draw(t, "file"),
		Contact: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.Contact {
			return wire.Contact{Name: anyText.Draw(t, "n"), UserID: someID.Draw(t, "u"), Phone: anyText.Draw(t, "p")}
		}), true).Draw(t, "contact"),
		Place: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.Place {
			return wire.Place{Latitude: rapid.Float64().Draw(t, "lat"), Longitude: rapid.Float64Range(-1e-5, 1e-5).Draw(t, "lng"), Name: anyText.Draw(t, "n"), Address: anyText.Draw(t, "a")}
		}), true).Draw(t, "place"),
		Emoticon: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.Emoticon {
			return wire.Emoticon{Pack: anyText.Draw(t, "p"), ID: anyText.Draw(t, "i")}
		}), true).Draw(t, "emoticon"),
		Card: rapid.Ptr(rapid.Custom(func(t *rapid.T) wire.Card {
			return wire.Card{
				Title: anyText.Draw(t, "t"), Description: anyText.Draw(t, "d"), ImageID: someID.Draw(t, "i"), URL: anyText.Draw(t, "u"),
				Buttons: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) wire.Button {
					return wire.Button{Title: anyText.Draw(t, "t"), URL: anyText.Draw(t, "u")}
				}), 0, 2).Draw(t, "buttons"),
			}
		}), true).Draw(t, "card"),
		ReplyTo: rapid.Uint64().Draw(t, "reply"),
		Mentions: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) wire.Mention {
			return wire.Mention{UserID: anyID.Draw(t, "u"), Offset: num.Draw(t, "o"), Length: num.Draw(t, "l")}
		}), 0, 3).Draw(t, "mentions"),
		Forwarded: rapid.Bool().Draw(t, "forwarded"),
	}
}

func TestContentJSONIsThatOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyContent(t)
		if got, want := string(c.AppendJSON(nil)), plainJSON(t, c); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

func FuzzString(f *testing.F) {
	f.Add("a\"\\\n\x00\x1f\u2028한👨‍👩‍👧\xff<&>")
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(wire.AppendString(nil, s)), plainJSON(t, s); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

var (
	idA = wire.ID{0xa}
	idB = wire.ID{0xb}
)

func TestContentRules(t *testing.T) {
	long := strings.Repeat("가", wire.MaxTextGraphemes)
	family := "👨‍👩‍👧‍👦" // one character, 25 bytes, 11 UTF-16 units
	text := func(s string, m ...wire.Mention) wire.Content {
		return wire.Content{Type: wire.TypeText, Text: s, Mentions: m}
	}
	photos := func(p ...wire.Photo) wire.Content { return wire.Content{Type: wire.TypePhoto, Photos: p} }
	card := func(c wire.Card) wire.Content { return wire.Content{Type: wire.TypeCard, Card: &c} }
	place := func(lat, lng float64) wire.Content {
		return wire.Content{Type: wire.TypePlace, Place: &wire.Place{Latitude: lat, Longitude: lng}}
	}
	contact := func(c wire.Contact) wire.Content { return wire.Content{Type: wire.TypeContact, Contact: &c} }
	file := func(f wire.File) wire.Content { return wire.Content{Type: wire.TypeFile, File: &f} }
	voice := func(v wire.Voice) wire.Content { return wire.Content{Type: wire.TypeVoice, Voice: &v} }
	video := func(v wire.Video) wire.Content { return wire.Content{Type: wire.TypeVideo, Video: &v} }
	emoticon := func(pack, id string) wire.Content {
		return wire.Content{Type: wire.TypeEmoticon, Emoticon: &wire.Emoticon{Pack: pack, ID: id}}
	}
	var nan float64
	nan -= nan
	nan /= nan

	const none = wire.Rule(255)
	for _, c := range []struct {
		name    string
		content wire.Content
		rule    wire.Rule
		field   string
	}{
		{"text", text("hi"), none, ""},
		{"longest text", text(long), none, ""},
		{"text too long", text(long + "가"), wire.RuleTooLong, "text"},
		{"ASCII too long", text(strings.Repeat("a", wire.MaxTextGraphemes+1)), wire.RuleTooLong, "text"},
		{"joined emoji count as one", text(strings.Repeat(family, 2000)), none, ""},
		{"too many bytes", text(strings.Repeat(family, 3000)), wire.RuleTooLong, "text"},
		{"empty text", text(""), wire.RuleEmpty, "text"},
		{"blank text", text(" \n\u3000"), wire.RuleEmpty, "text"},
		{"not UTF-8", text("a\xff"), wire.RuleContent, "text"},
		{"NUL", text("a\x00"), wire.RuleContent, "text"},
		{"no type", wire.Content{Text: "hi"}, wire.RuleContent, "type"},
		{"unknown type", wire.Content{Type: "poll", Text: "hi"}, wire.RuleContent, "type"},
		{"object of another type", wire.Content{Type: wire.TypeText, Text: "hi", Card: &wire.Card{Title: "x"}}, wire.RuleContent, "card"},
		{"object missing", wire.Content{Type: wire.TypeVideo}, wire.RuleContent, "video"},
		{"text beside a card", wire.Content{Type: wire.TypeCard, Card: &wire.Card{Title: "x"}, Text: "hi"}, wire.RuleContent, "text"},
		{"caption", wire.Content{Type: wire.TypePhoto, Photos: []wire.Photo{{MediaID: idA}}, Text: "hi"}, none, ""},

		{"mention", text("@ann hi", wire.Mention{UserID: idA, Offset: 0, Length: 4}), none, ""},
		{"mention counts UTF-16", text(family+"@ann", wire.Mention{UserID: idA, Offset: 11, Length: 4}), none, ""},
		{"mention past the end", text("@ann", wire.Mention{UserID: idA, Offset: 0, Length: 5}), wire.RuleMentions, "mentions[0]"},
		{"mention splits a character", text("👨@ann", wire.Mention{UserID: idA, Offset: 1, Length: 3}), wire.RuleMentions, "mentions[0]"},
		{"mention of nobody", text("@ann", wire.Mention{Length: 4}), wire.RuleMentions, "mentions[0]"},
		{"empty mention", text("@ann", wire.Mention{UserID: idA}), wire.RuleMentions, "mentions[0]"},
		{"negative mention", text("@ann", wire.Mention{UserID: idA, Offset: -1, Length: 2}), wire.RuleMentions, "mentions[0]"},
		{"huge mention", text("@ann", wire.Mention{UserID: idA, Offset: 1 << 62, Length: 1 << 62}), wire.RuleMentions, "mentions[0]"},
		{"mentions side by side", text("@a@b", wire.Mention{UserID: idA, Length: 2}, wire.Mention{UserID: idB, Offset: 2, Length: 2}), none, ""},
		{"mentions overlap", text("@a@b", wire.Mention{UserID: idA, Length: 3}, wire.Mention{UserID: idB, Offset: 2, Length: 2}), wire.RuleMentions, "mentions[1]"},
		{"too many mentions", text(strings.Repeat("a", 100), make([]wire.Mention, wire.MaxMentions+1)...), wire.RuleMentions, "mentions"},

		{"no photos", wire.Content{Type: wire.TypePhoto, Photos: []wire.Photo{}}, wire.RuleContent, "photos"},
		{"too many photos", photos(make([]wire.Photo, wire.MaxPhotos+1)...), wire.RuleContent, "photos"},
		{"photo without file", photos(wire.Photo{MediaID: idA}, wire.Photo{}), wire.RuleContent, "photos[1].media_id"},
		{"negative width", photos(wire.Photo{MediaID: idA, Width: -1}), wire.RuleContent, "photos[0].width"},
		{"long placeholder", photos(wire.Photo{MediaID: idA, Blur: strings.Repeat("x", 101)}), wire.RuleContent, "photos[0].blur"},

		{"video", video(wire.Video{MediaID: idA, PosterID: idB, DurationMs: 1000}), none, ""},
		{"video without file", video(wire.Video{PosterID: idB}), wire.RuleContent, "video.media_id"},
		{"video of days", video(wire.Video{MediaID: idA, DurationMs: 1 << 40}), wire.RuleContent, "video.duration_ms"},
		{"voice", voice(wire.Voice{MediaID: idA, Waveform: []int{0, 255}}), none, ""},
		{"loud waveform", voice(wire.Voice{MediaID: idA, Waveform: []int{0, 256}}), wire.RuleContent, "voice.waveform[1]"},
		{"long waveform", voice(wire.Voice{MediaID: idA, Waveform: make([]int, 65)}), wire.RuleContent, "voice.waveform"},

		{"file", file(wire.File{MediaID: idA, Name: "회의록 (1).pdf", Mime: "application/pdf"}), none, ""},
		{"file without name", file(wire.File{MediaID: idA}), wire.RuleContent, "file.name"},
		{"file with a path", file(wire.File{MediaID: idA, Name: "../x"}), wire.RuleContent, "file.name"},
		{"file in a Windows path", file(wire.File{MediaID: idA, Name: `c:\x`}), wire.RuleContent, "file.name"},
		{"file named ..", file(wire.File{MediaID: idA, Name: ".."}), wire.RuleContent, "file.name"},
		{"file with a line break", file(wire.File{MediaID: idA, Name: "a\nb"}), wire.RuleContent, "file.name"},

		{"contact with a number", contact(wire.Contact{Name: "Ann", Phone: "+821012345678"}), none, ""},
		{"contact of a user", contact(wire.Contact{Name: "Ann", UserID: idA}), none, ""},
		{"contact without either", contact(wire.Contact{Name: "Ann"}), wire.RuleContent, "contact"},
		{"contact without name", contact(wire.Contact{UserID: idA}), wire.RuleContent, "contact.name"},
		{"contact with a local number", contact(wire.Contact{Name: "Ann", Phone: "01012345678"}), wire.RuleContent, "contact.phone"},
		{"contact with letters", contact(wire.Contact{Name: "Ann", Phone: "+82101234567x"}), wire.RuleContent, "contact.phone"},

		{"place", place(37.5665, 126.978), none, ""},
		{"place off the globe", place(90.1, 0), wire.RuleContent, "place.latitude"},
		{"place not a number", place(0, nan), wire.RuleContent, "place.longitude"},
		{"emoticon", emoticon("ryan-1", "hello_2"), none, ""},
		{"emoticon with capitals", emoticon("Ryan", "hello"), wire.RuleContent, "emoticon.pack"},
		{"emoticon with a path", emoticon("ryan", "../x"), wire.RuleContent, "emoticon.id"},

		{"card", card(wire.Card{Title: "t", URL: "https://example.com/?a=b", Buttons: []wire.Button{{Title: "Go", URL: "http://example.com"}}}), none, ""},
		{"card without title", card(wire.Card{}), wire.RuleContent, "card.title"},
		{"card with a script", card(wire.Card{Title: "t", URL: "javascript:alert(1)"}), wire.RuleContent, "card.url"},
		{"card with a disguised link", card(wire.Card{Title: "t", URL: "https://bank.example@evil.example"}), wire.RuleContent, "card.url"},
		{"card with a relative link", card(wire.Card{Title: "t", URL: "//example.com"}), wire.RuleContent, "card.url"},
		{"card with too many buttons", card(wire.Card{Title: "t", Buttons: make([]wire.Button, 6)}), wire.RuleContent, "card.buttons"},
		{"button without link", card(wire.Card{Title: "t", Buttons: []wire.Button{{Title: "x"}}}), wire.RuleContent, "card.buttons[0].url"},
		{"long description", card(wire.Card{Title: "t", Description: strings.Repeat("가", 1001)}), wire.RuleContent, "card.description"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := c.content.Check()
			if c.rule == none {
				qt.Assert(t, qt.IsNil(b))
				return
			}
			qt.Assert(t, qt.IsNotNil(b))
			qt.Check(t, qt.Equals(b.Field, c.field))
			qt.Check(t, qt.Equals(b.Rule, c.rule))
			qt.Check(t, qt.Not(qt.Equals(b.Detail, "")))
		})
	}
}

// What passes the rules survives the way to a client and back.
func FuzzContent(f *testing.F) {
	for _, s := range []string{
		`{"type":"text","text":"안녕 <b>&\u2028"}`,
		`{"type":"text","text":"@ann","mentions":[{"user_id":"0a000000-0000-0000-0000-000000000000","offset":0,"length":4}],"reply_to":3}`,
		`{"type":"photo","photos":[{"media_id":"0a000000-0000-0000-0000-000000000000","width":3}]}`,
		`{"type":"video","video":{"media_id":"0a000000-0000-0000-0000-000000000000","duration_ms":5}}`,
		`{"type":"voice","voice":{"media_id":"0a000000-0000-0000-0000-000000000000","waveform":[1,2]}}`,
		`{"type":"file","file":{"media_id":"0a000000-0000-0000-0000-000000000000","name":"a.pdf"}}`,
		`{"type":"contact","contact":{"name":"Ann","phone":"+821012345678"}}`,
		`{"type":"place","place":{"latitude":37.5,"longitude":-1e-7}}`,
		`{"type":"emoticon","emoticon":{"pack":"a","id":"b"}}`,
		`{"type":"card","card":{"title":"t","url":"https://example.com","buttons":[{"title":"x","url":"https://example.com"}]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c wire.Content
		if json.Unmarshal(data, &c) != nil || c.Check() != nil {
			return
		}
		first := c.AppendJSON(nil)
		var back wire.Content
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatalf("%s: %v", first, err)
		}
		if second := back.AppendJSON(nil); !bytes.Equal(first, second) {
			t.Fatalf("first  %s\nsecond %s", first, second)
		}
		if want := plainJSON(t, c); string(first) != want {
			t.Fatalf("got  %s\nwant %s", first, want)
		}
	})
}

func TestIsEmoji(t *testing.T) {
	for _, s := range []string{"❤️", "❤", "👍", "👍🏽", "👨‍👩‍👧‍👦", "🇰🇷", "1️⃣", "#️⃣", "☺️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫡"} {
		qt.Check(t, qt.IsTrue(wire.IsEmoji(s)), qt.Commentf("%q", s))
	}
	for _, s := range []string{"", "a", "1", "가", "👍👍", "👍 ", " ", "\x00", "🇰", "🇰a", "\ufe0f", "\u200d", "\xff", strings.Repeat("👍\u200d", 40)} {
		qt.Check(t, qt.IsFalse(wire.IsEmoji(s)), qt.Commentf("%q", s))
	}
}

func TestIsTitle(t *testing.T) {
	for _, s := range []string{"a", "회의", strings.Repeat("👨‍👩‍👧‍👦", 50), strings.Repeat("가", 100)} {
		qt.Check(t, qt.IsTrue(wire.IsTitle(s)), qt.Commentf("%q", s))
	}
	for _, s := range []string{"", "  ", "a\nb", "a\u2028b", "\xff", strings.Repeat("가", 101), "a\x7f"} {
		qt.Check(t, qt.IsFalse(wire.IsTitle(s)), qt.Commentf("%q", s))
	}
}

func BenchmarkContent(b *testing.B) {
	c := wire.Content{Type: wire.TypeText, Text: strings.Repeat("안녕하세요 hello. ", 8)}
	buf := c.AppendJSON(nil)
	b.ReportAllocs()
	for b.Loop() {
		if c.Check() != nil {
			b.Fatal("check")
		}
		buf = c.AppendJSON(buf[:0])
	}
}
