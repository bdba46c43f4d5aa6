package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

func messages(t *testing.T, s *server) {
	p := s.people(2)
	ann, ben := p[0], p[1]
	room := ann.direct(ben)
	at := "/v1/rooms/" + room + "/messages"

	body := object{"client_id": newID(), "type": "text", "text": "안녕"}
	sent := ann.call(201, "POST", at, body)
	qt.Check(t, qt.Equals(sent.number("seq"), 1))
	qt.Check(t, qt.Equals(sent.text("id"), room+".1"))
	_, err := time.Parse("2006-01-02T15:04:05.000Z", sent.text("created_at"))
	qt.Check(t, qt.IsNil(err))
	qt.Check(t, qt.DeepEquals(ann.call(201, "POST", at, body), sent), qt.Commentf("the same again is the same"))
	ann.fail(409, "client_id_reused", "POST", at, object{"client_id": body["client_id"], "type": "text", "text": "other"})
	ann.fail(422, "client_id_invalid", "POST", at, object{"client_id": "1", "type": "text", "text": "x"})
	ann.fail(422, "bad_request", "POST", at, object{"type": "text", "text": "x"})
	ann.fail(422, "text_empty", "POST", at, object{"client_id": newID(), "type": "text"})
	ann.fail(413, "text_too_long", "POST", at, object{"client_id": newID(), "type": "text", "text": strings.Repeat("a", 10_001)})
	ann.fail(422, "bad_request", "POST", at, object{"client_id": newID(), "type": "song", "text": "x"})

	qt.Check(t, qt.Equals(ann.call(200, "PATCH", at+"/1", object{"text": "안녕!"}).number("seq"), 2))
	ben.fail(403, "not_your_message", "PATCH", at+"/1", object{"text": "no"})
	ann.fail(404, "entry_unknown", "PATCH", at+"/99", object{"text": "no"})
	ann.fail(422, "bad_request", "PATCH", at+"/first", object{"text": "no"})

	heart := at + "/1/reactions/" + url.PathEscape("❤️")
	qt.Check(t, qt.Equals(ben.call(200, "PUT", heart, nil).number("seq"), 3))
	page := ann.get(at)
	qt.Check(t, qt.Equals(page.text("entries.0.text"), "안녕!"))
	qt.Check(t, qt.Equals(page.text("entries.0.reactions.0.emoji"), "❤️"))
	qt.Check(t, qt.IsTrue(page.has("entries.0.edited_at")))
	qt.Check(t, qt.Equals(page.number("head_seq"), 3))
	ben.call(200, "DELETE", heart, nil)
	qt.Check(t, qt.IsFalse(ann.get(at).has("entries.0.reactions.0")))
	ben.fail(422, "reaction_invalid", "PUT", at+"/1/reactions/abc", nil)

	ann.fail(422, "bad_request", "DELETE", at+"/1", nil)
	ann.fail(422, "bad_request", "DELETE", at+"/1?for=nobody", nil)
	ben.fail(403, "not_your_message", "DELETE", at+"/1?for=all", nil)
	qt.Check(t, qt.IsFalse(ben.call(200, "DELETE", at+"/1?for=me", nil).has("seq")))
	qt.Check(t, qt.Equals(ben.get(at).text("entries.0.kind"), "hidden"))
	qt.Check(t, qt.Equals(ann.get(at).text("entries.0.text"), "안녕!"))
	qt.Check(t, qt.IsTrue(ann.call(200, "DELETE", at+"/1?for=all", nil).has("seq")))
	deleted := ann.get(at).list("entries")[0]
	qt.Check(t, qt.IsTrue(deleted.truth("deleted")))
	qt.Check(t, qt.IsFalse(deleted.has("text")))
	ann.fail(409, "message_deleted", "PATCH", at+"/1", object{"text": "no"})
}

func messagePages(t *testing.T, s *server) {
	p := s.people(2)
	room := p[0].direct(p[1])
	at := "/v1/rooms/" + room + "/messages"
	for i := range 7 {
		qt.Assert(t, qt.Equals(p[i%2].say(room, fmt.Sprint(i+1)), i+1))
	}
	read := func(query string) []string { return texts(p[0].get(at+query).list("entries"), "text") }
	qt.Check(t, qt.DeepEquals(read(""), []string{"1", "2", "3", "4", "5", "6", "7"}))
	qt.Check(t, qt.DeepEquals(read("?limit=2"), []string{"6", "7"}))
	qt.Check(t, qt.DeepEquals(read("?before=6&limit=2"), []string{"4", "5"}))
	qt.Check(t, qt.DeepEquals(read("?after=2&limit=2"), []string{"3", "4"}))
	qt.Check(t, qt.DeepEquals(read("?after=0&limit=2"), []string{"1", "2"}))
	qt.Check(t, qt.DeepEquals(read("?after=7"), []string{}))
	qt.Check(t, qt.DeepEquals(read("?before=1"), []string{}))
	p[0].fail(422, "bad_request", "GET", at+"?before=3&after=1", nil)
	p[0].fail(422, "bad_request", "GET", at+"?limit=201", nil)
	qt.Check(t, qt.Equals(p[0].fail(422, "bad_request", "GET", at+"?before=x", nil).text("errors.0.parameter"), "before"))
}

// Every type of message comes back as it went in.
func contents(t *testing.T, s *server) {
	p := s.people(2)
	ann, ben := p[0], p[1]
	room := ann.direct(ben)
	at := "/v1/rooms/" + room + "/messages"
	media := func(kind string) string {
		return s.ask(200, request{method: "POST", path: "/sandbox/v1/media", body: object{"owner_id": ann.id, "kind": kind}}).text("id")
	}
	photo := media("photo")
	all := []object{
		{"type": "text", "text": "@Ben look", "mentions": []any{object{"user_id": ben.id, "offset": 0, "length": 4}}},
		{"type": "photo", "text": "us", "photos": []any{object{"media_id": photo, "width": 320, "height": 240}}},
		{"type": "video", "video": object{"media_id": media("video"), "poster_id": photo, "duration_ms": 3000}},
		{"type": "voice", "voice": object{"media_id": media("voice"), "duration_ms": 1000}},
		{"type": "file", "file": object{"media_id": media("file"), "name": "회의록.pdf", "size": 20, "mime": "text/plain"}},
		{"type": "contact", "contact": object{"name": "Cho", "phone": "+821012345678"}},
		{"type": "place", "place": object{"latitude": 37.5663, "longitude": 126.9779, "name": "서울시청"}},
		{"type": "emoticon", "emoticon": object{"pack": "dokkaebi", "id": "wave-1"}},
		{"type": "card", "card": object{"title": "News", "url": "https://example.org/", "buttons": []any{object{"title": "Open", "url": "https://example.org/1"}}}},
		{"type": "text", "text": "about that", "reply_to": 1},
	}
	for i, content := range all {
		content["client_id"] = newID()
		qt.Assert(t, qt.Equals(ann.call(201, "POST", at, content).number("seq"), i+1))
	}
	entries := ben.get(at).list("entries")
	qt.Assert(t, qt.HasLen(entries, len(all)))
	for i, content := range all {
		for name := range content {
			encoded, err := json.Marshal(content[name])
			qt.Assert(t, qt.IsNil(err))
			var want any
			qt.Assert(t, qt.IsNil(json.Unmarshal(encoded, &want)))
			qt.Check(t, qt.DeepEquals(part(entries[i][name], want), want), qt.Commentf("%v", content))
		}
	}
	ann.fail(404, "media_unknown", "POST", at, object{"client_id": newID(), "type": "photo", "photos": []any{object{"media_id": newID()}}})
	ben.fail(404, "media_unknown", "POST", at, object{"client_id": newID(), "type": "photo", "photos": []any{object{"media_id": media("photo")}}})
	ann.fail(422, "media_kind", "POST", at, object{"client_id": newID(), "type": "voice", "voice": object{"media_id": photo}})
	ann.fail(422, "reply_invalid", "POST", at, object{"client_id": newID(), "type": "text", "text": "x", "reply_to": 999})
	ann.fail(422, "message_invalid", "POST", at, object{"client_id": newID(), "type": "place", "place": object{"latitude": 91, "longitude": 0}})
}

// part is what of got is in want, too: of files the server says more than their
// sender did.
func part(got, want any) any {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		out := map[string]any{}
		for name := range w {
			out[name] = part(g[name], w[name])
		}
		return out
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return got
		}
		out := make([]any, len(w))
		for i := range w {
			out[i] = part(g[i], w[i])
		}
		return out
	}
	return got
}

func forwarding(t *testing.T, s *server) {
	p := s.people(3)
	ann := p[0]
	from, to := ann.direct(p[1]), ann.direct(p[2])
	ann.say(from, "pass it on")
	body := object{"to_room_ids": []string{to}, "client_ids": []string{newID()}}
	at := "/v1/rooms/" + from + "/messages/1/forward"
	sent := ann.call(201, "POST", at, body).list("sent")
	qt.Assert(t, qt.HasLen(sent, 1))
	qt.Check(t, qt.Equals(sent[0].text("room_id"), to))
	qt.Check(t, qt.Equals(sent[0].text("id"), to+".1"))
	qt.Check(t, qt.Equals(ann.call(201, "POST", at, body).number("sent.0.seq"), 1), qt.Commentf("again is the same"))
	entry := p[2].get("/v1/rooms/" + to + "/messages").list("entries")[0]
	qt.Check(t, qt.Equals(entry.text("text"), "pass it on"))
	qt.Check(t, qt.IsTrue(entry.truth("forwarded")))
	ann.fail(422, "client_id_invalid", "POST", at, object{"to_room_ids": []string{to}, "client_ids": []string{}})
	p[2].fail(404, "room_unknown", "POST", at, body)
}

func syncing(t *testing.T, s *server) {
	p := s.people(3)
	ann, ben, cho := p[0], p[1], p[2]
	one, two := ann.direct(ben), cho.direct(ben)
	ann.say(one, "1")
	ann.say(one, "2")
	cho.say(two, "hello")
	epoch := ben.get("/v1/rooms").text("epoch")
	strange := newID()
	got := ben.call(200, "POST", "/v1/sync", object{"epoch": epoch, "rooms": map[string]int{one: 1, strange: 5}})
	qt.Assert(t, qt.HasLen(got.list("rooms"), 1))
	qt.Check(t, qt.Equals(got.text("rooms.0.room_id"), one))
	qt.Check(t, qt.DeepEquals(texts(got.list("rooms.0.entries"), "text"), []string{"2"}))
	qt.Check(t, qt.Equals(got.number("rooms.0.unread"), 2))
	qt.Check(t, qt.DeepEquals(got.at("new"), any([]any{two})))
	qt.Check(t, qt.DeepEquals(got.at("gone"), any([]any{strange})))
	qt.Check(t, qt.IsTrue(ben.call(200, "POST", "/v1/sync", object{"epoch": "another life", "rooms": map[string]int{one: 1}}).truth("reset")))
	ben.fail(422, "bad_request", "POST", "/v1/sync", object{"epoch": epoch})
	ben.fail(422, "bad_request", "POST", "/v1/sync", object{"epoch": epoch, "rooms": map[string]int{"room": 1}})

	named := map[string]int{}
	for range 1001 {
		named[newID()] = 1
	}
	ben.fail(422, "bad_request", "POST", "/v1/sync", object{"epoch": epoch, "rooms": named})
	qt.Check(t, qt.IsFalse(slices.Contains(texts(got.list("rooms"), "room_id"), two)))
}
