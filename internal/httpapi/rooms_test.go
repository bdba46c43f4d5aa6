package httpapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

func rooms(t *testing.T, s *server) {
	p := s.people(3)
	ann, ben, eve := p[0], p[1], p[2]
	direct := ann.direct(ben)
	qt.Check(t, qt.Equals(ben.direct(ann), direct), qt.Commentf("two creators meet in one room"))
	memo := ann.call(200, "POST", "/v1/rooms", object{"member_ids": []string{}})
	qt.Check(t, qt.Equals(memo.text("kind"), "memo"))
	ann.fail(404, "user_unknown", "POST", "/v1/rooms", object{"member_ids": []string{newID()}})

	seq := ann.say(direct, "hello")
	list := ben.get("/v1/rooms")
	qt.Check(t, qt.Equals(list.text("rooms.0.id"), direct))
	qt.Check(t, qt.Equals(list.number("rooms.0.unread"), 1))
	qt.Check(t, qt.Equals(list.text("rooms.0.last_message.text"), "hello"))
	qt.Check(t, qt.Equals(list.number("rooms.0.head_seq"), seq))
	qt.Check(t, qt.HasLen(list.list("rooms.0.members"), 2))

	ben.call(204, "PUT", "/v1/rooms/"+direct+"/read", object{"seq": seq})
	room := ben.get("/v1/rooms/" + direct)
	qt.Check(t, qt.Equals(room.number("unread"), 0))
	qt.Check(t, qt.Equals(room.number("read_seq"), seq))
	ben.fail(422, "bad_request", "PUT", "/v1/rooms/"+direct+"/read", object{"seq": -1})
	ben.fail(422, "bad_request", "PUT", "/v1/rooms/"+direct+"/read", object{})

	for _, call := range []request{
		{method: "GET", path: "/v1/rooms/" + direct},
		{method: "GET", path: "/v1/rooms/" + direct + "/messages"},
		{method: "GET", path: "/v1/rooms/" + direct + "/members"},
		{method: "PUT", path: "/v1/rooms/" + direct + "/read", body: object{"seq": 1}},
		{method: "PATCH", path: "/v1/rooms/" + direct, body: object{"pinned": true}},
		{method: "POST", path: "/v1/rooms/" + direct + "/messages", body: object{"client_id": newID(), "type": "text", "text": "x"}},
	} {
		call.token = eve.token
		s.refused(404, "room_unknown", call)
	}

	until := time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05.000Z")
	mine := ann.call(200, "PATCH", "/v1/rooms/"+direct, object{"muted_until": until, "pinned": true})
	qt.Check(t, qt.Equals(mine.text("muted_until"), until))
	qt.Check(t, qt.IsTrue(mine.truth("pinned")))
	qt.Check(t, qt.IsFalse(ben.get("/v1/rooms/"+direct).truth("pinned")))
	ann.fail(422, "room_kind_wrong", "PATCH", "/v1/rooms/"+direct, object{"title": "ours"})
	ann.fail(422, "bad_request", "PATCH", "/v1/rooms/"+direct, object{"muted_until": "soon"})

	put := ben.call(200, "PATCH", "/v1/rooms/"+direct, object{"notice_seq": seq})
	qt.Check(t, qt.Equals(put.number("notice.seq"), seq))
	qt.Check(t, qt.Equals(ann.get("/v1/rooms/"+direct).text("notice.user_id"), ben.id))
	qt.Check(t, qt.IsFalse(ann.call(200, "PATCH", "/v1/rooms/"+direct, object{"notice_seq": 0}).has("notice")))
	ann.fail(422, "bad_request", "PATCH", "/v1/rooms/"+direct, object{"notice_seq": -1})
	ann.fail(404, "entry_unknown", "PATCH", "/v1/rooms/"+direct, object{"notice_seq": 99})

	draft := ann.call(200, "PUT", "/v1/rooms/"+direct+"/draft", object{"text": "and then", "reply_to": seq, "updated_at": until})
	qt.Check(t, qt.Equals(draft.text("draft.text"), "and then"))
	qt.Check(t, qt.Equals(ann.get("/v1/rooms").number("rooms.0.draft.reply_to"), seq))
	qt.Check(t, qt.IsFalse(ben.get("/v1/rooms/"+direct).has("draft")))
	qt.Check(t, qt.IsFalse(ann.call(200, "PUT", "/v1/rooms/"+direct+"/draft", object{"text": ""}).has("draft")))
	ann.fail(422, "bad_request", "PUT", "/v1/rooms/"+direct+"/draft", object{"reply_to": seq})

	// Pinned first, then the newest; in pages.
	for i := range 3 {
		ann.say(ann.group(fmt.Sprint("group ", i), ben), "hi")
	}
	page := ann.get("/v1/rooms?limit=2")
	qt.Check(t, qt.Equals(page.text("rooms.0.id"), direct))
	qt.Check(t, qt.Equals(page.text("rooms.1.title"), "group 2"))
	page = ann.get("/v1/rooms?limit=2&cursor=" + url.QueryEscape(page.text("next_cursor")))
	qt.Check(t, qt.DeepEquals(texts(page.list("rooms"), "title"), []string{"group 1", "group 0"}))
	ann.fail(422, "cursor_invalid", "GET", "/v1/rooms?cursor=%00", nil)
}

func groups(t *testing.T, s *server) {
	p := s.people(4)
	ann, ben, cho, dee := p[0], p[1], p[2], p[3]
	key := http.Header{"Idempotency-Key": {newID()}}
	create := request{method: "POST", path: "/v1/rooms", token: ann.token, header: key, body: object{
		"member_ids": []string{ben.id, cho.id}, "title": "Team",
	}}
	group := s.ask(200, create)
	id := group.text("id")
	qt.Check(t, qt.Equals(group.text("kind"), "group"))
	qt.Check(t, qt.Equals(group.text("role"), "owner"))
	qt.Check(t, qt.Equals(group.number("member_count"), 3))
	qt.Check(t, qt.Equals(s.ask(200, create).text("id"), id), qt.Commentf("the same key gives the same group"))
	ann.fail(422, "title_invalid", "POST", "/v1/rooms", object{"member_ids": []string{ben.id}, "title": strings.Repeat("t", 101)})

	qt.Check(t, qt.Equals(ann.call(200, "PATCH", "/v1/rooms/"+id, object{"title": "팀"}).text("title"), "팀"))
	ben.fail(403, "role_too_low", "PATCH", "/v1/rooms/"+id, object{"title": "Ben's"})

	members := ben.get("/v1/rooms/" + id + "/members?limit=2")
	qt.Check(t, qt.HasLen(members.list("members"), 2))
	rest := ben.get("/v1/rooms/" + id + "/members?limit=2&cursor=" + url.QueryEscape(members.text("next_cursor")))
	qt.Check(t, qt.HasLen(rest.list("members"), 1))

	qt.Check(t, qt.Equals(ben.call(200, "POST", "/v1/rooms/"+id+"/members", object{"user_ids": []string{dee.id}}).number("member_count"), 4))
	ben.fail(403, "role_too_low", "DELETE", "/v1/rooms/"+id+"/members/"+dee.id, nil)
	ann.call(204, "PATCH", "/v1/rooms/"+id+"/members/"+ben.id, object{"role": "admin"})
	ben.call(204, "DELETE", "/v1/rooms/"+id+"/members/"+dee.id, nil)
	dee.fail(403, "not_a_member", "POST", "/v1/rooms/"+id+"/messages", object{"client_id": newID(), "type": "text", "text": "x"})
	ben.fail(403, "owner_must_stay", "DELETE", "/v1/rooms/"+id+"/members/"+ann.id, nil)
	ann.fail(422, "bad_request", "PATCH", "/v1/rooms/"+id+"/members/"+ben.id, object{"role": "king"})
	ann.fail(404, "user_unknown", "DELETE", "/v1/rooms/"+id+"/members/nobody", nil)

	cho.call(204, "DELETE", "/v1/rooms/"+id+"/members/me", nil)
	qt.Check(t, qt.HasLen(cho.get("/v1/rooms").list("rooms"), 0))
	ann.call(204, "DELETE", "/v1/rooms/"+id+"/members/"+ann.id, nil)
	qt.Check(t, qt.Equals(ben.get("/v1/rooms/"+id).text("role"), "owner"), qt.Commentf("the admin follows the owner"))
}

func invitations(t *testing.T, s *server) {
	p := s.people(3)
	ann, ben, cho := p[0], p[1], p[2]
	id := ann.group("Open", ben)
	made := ann.call(201, "POST", "/v1/rooms/"+id+"/invites", object{"expires_in": 3600})
	token := made.text("token")
	qt.Check(t, qt.Equals(made.text("url"), s.node.URL()+"/invite/"+token))
	ann.call(201, "POST", "/v1/rooms/"+id+"/invites", nil)
	ann.fail(422, "bad_request", "POST", "/v1/rooms/"+id+"/invites", object{"expires_in": -1})
	cho.fail(404, "room_unknown", "POST", "/v1/rooms/"+id+"/invites", nil)

	seen := cho.get("/v1/invites/" + token)
	qt.Check(t, qt.Equals(seen.text("title"), "Open"))
	qt.Check(t, qt.Equals(seen.number("member_count"), 2))
	qt.Check(t, qt.IsFalse(seen.has("room_id")))
	joined := cho.call(200, "POST", "/v1/invites/"+token, nil)
	qt.Check(t, qt.Equals(joined.text("id"), id))
	qt.Check(t, qt.Equals(cho.get("/v1/invites/"+token).text("room_id"), id))
	cho.fail(410, "invite_invalid", "GET", "/v1/invites/nothing", nil)

	ann.call(204, "DELETE", "/v1/rooms/"+id+"/invites", nil)
	cho.fail(410, "invite_invalid", "GET", "/v1/invites/"+token, nil)
}
