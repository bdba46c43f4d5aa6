package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

func signIn(t *testing.T, s *server) {
	phone := newPhone()
	post := func(path string, body object) request { return request{method: "POST", path: path, body: body} }

	s.refused(422, "phone_invalid", post("/v1/auth/codes", object{"phone": "12"}))
	code := s.codeFor(phone)
	qt.Assert(t, qt.HasLen(code, 6))
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	problem := s.refused(422, "code_invalid", post("/v1/auth/sessions", object{"phone": phone, "code": wrong, "name": "Ann"}))
	qt.Check(t, qt.Equals(problem.text("errors.0.pointer"), "#/code"))
	s.refused(422, "name_invalid", post("/v1/auth/sessions", object{"phone": phone, "code": code, "name": strings.Repeat("x", 41)}))
	s.refused(422, "consent_required", post("/v1/auth/sessions", object{"phone": phone, "code": code, "terms_version": "0"}))

	session := s.ask(201, post("/v1/auth/sessions", object{"phone": phone, "code": code, "name": "Ann", "device_name": "Kitchen"}))
	qt.Check(t, qt.Equals(session.text("user.name"), "Ann"))
	qt.Check(t, qt.Equals(session.text("user.phone"), phone))
	qt.Check(t, qt.Equals(session.text("user.country"), "KR"))
	qt.Check(t, qt.Equals(session.text("user.time_zone"), "Asia/Seoul"))
	qt.Check(t, qt.IsTrue(session.truth("new")))
	s.refused(422, "code_invalid", post("/v1/auth/sessions", object{"phone": phone, "code": code}))

	// The same number signs in again: another device of the same account.
	again := s.ask(201, post("/v1/auth/sessions", object{"phone": phone, "code": s.codeFor(phone)}))
	qt.Check(t, qt.Equals(again.text("user.id"), session.text("user.id")))
	qt.Check(t, qt.Not(qt.Equals(again.text("device_id"), session.text("device_id"))))
	qt.Check(t, qt.IsFalse(again.truth("new")))

	ann := &person{s, session.text("user.id"), phone, session.text("access_token")}
	ann.call(204, "DELETE", "/v1/auth/sessions/current", nil)
	ann.fail(401, "token_invalid", "GET", "/v1/me", nil)
	ann.token = again.text("access_token")
	qt.Check(t, qt.Equals(ann.get("/v1/me").text("name"), "Ann"))

	terms := s.ask(200, request{method: "GET", path: "/v1/terms"})
	consents := ann.get("/v1/me/consents").list("consents")
	qt.Check(t, qt.HasLen(consents, 2))
	ann.call(204, "POST", "/v1/me/consents", object{"terms_version": terms.text("terms_version"), "privacy_version": terms.text("privacy_version")})
	ann.fail(422, "consent_required", "POST", "/v1/me/consents", object{"terms_version": "0", "privacy_version": "0"})
}

// A code is good for the client that asked for it, wherever that one says who
// it is.
func signInCookie(t *testing.T, s *server) {
	phone := newPhone()
	page := http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {s.node.URL()}}
	asked := s.do(request{method: "POST", path: "/v1/auth/codes", body: object{"phone": phone}, header: page})
	s.read(202, asked)
	qt.Assert(t, qt.HasLen(asked.Cookies(), 1))
	binding := asked.Cookies()[0]
	qt.Check(t, qt.Equals(binding.Name, "madang-client"))
	qt.Check(t, qt.IsTrue(binding.HttpOnly))

	body := object{"phone": phone, "code": s.lastCode(phone), "cookie": true}
	s.refused(422, "code_invalid", request{method: "POST", path: "/v1/auth/sessions", body: body})
	s.refused(422, "code_invalid", request{method: "POST", path: "/v1/auth/sessions", body: object{
		"phone": phone, "code": s.lastCode(phone), "binding": "another",
	}})
	with := page.Clone()
	with.Set("Cookie", binding.Name+"="+binding.Value)
	signedIn := s.do(request{method: "POST", path: "/v1/auth/sessions", body: body, header: with})
	session := s.read(201, signedIn)
	qt.Check(t, qt.IsFalse(session.has("access_token")), qt.Commentf("the token is for the cookie alone"))
	qt.Assert(t, qt.HasLen(signedIn.Cookies(), 1))
	cookie := signedIn.Cookies()[0]
	qt.Check(t, qt.Equals(cookie.Name, "madang"))
	qt.Check(t, qt.IsTrue(cookie.HttpOnly))
	qt.Check(t, qt.Equals(cookie.SameSite, http.SameSiteStrictMode))
	qt.Check(t, qt.Equals(cookie.Path, "/"))

	page.Set("Cookie", cookie.Name+"="+cookie.Value)
	qt.Check(t, qt.Equals(s.ask(200, request{method: "GET", path: "/v1/me", header: page}).text("phone"), phone))

	elsewhere := page.Clone()
	elsewhere.Set("Sec-Fetch-Site", "cross-site")
	s.refused(403, "origin_refused", request{method: "PATCH", path: "/v1/me", body: object{"name": "Eve"}, header: elsewhere})
	s.refused(403, "origin_refused", request{method: "POST", path: "/v1/auth/sessions", body: body, header: elsewhere})

	out := s.do(request{method: "DELETE", path: "/v1/auth/sessions/current", header: page})
	s.read(204, out)
	qt.Assert(t, qt.HasLen(out.Cookies(), 1))
	qt.Check(t, qt.IsTrue(out.Cookies()[0].MaxAge < 0))
	s.refused(401, "token_invalid", request{method: "GET", path: "/v1/me", header: page})
}

func pin(t *testing.T, s *server) {
	ann := s.signUp("Ann")
	ann.fail(422, "profile_invalid", "PUT", "/v1/me/pin", object{"pin": "12"})
	ann.call(204, "PUT", "/v1/me/pin", object{"pin": "1234"})
	qt.Check(t, qt.IsTrue(ann.get("/v1/me").truth("has_pin")))
	ann.fail(401, "pin_required", "PUT", "/v1/me/pin", object{"pin": "5678"})

	body := object{"phone": ann.phone, "code": s.codeFor(ann.phone)}
	post := request{method: "POST", path: "/v1/auth/sessions", body: body}
	s.refused(401, "pin_required", post)
	body["pin"] = "9999"
	s.refused(401, "pin_invalid", post)
	body["pin"] = "1234"
	s.ask(201, post)

	// Whoever does not know it waits until the old devices are silent.
	fresh := s.do(request{method: "POST", path: "/v1/auth/sessions", body: object{"phone": ann.phone, "code": s.codeFor(ann.phone), "fresh": true}})
	qt.Check(t, qt.Equals(s.read(409, fresh).text("code"), "recovery_pending"))
	wait, err := time.ParseDuration(fresh.Header.Get("Retry-After") + "s")
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.IsTrue(wait > 6*24*time.Hour && wait <= 7*24*time.Hour), qt.Commentf("%s", wait))

	ann.fail(401, "pin_invalid", "DELETE", "/v1/me/pin", object{"pin": "0000"})
	ann.call(204, "DELETE", "/v1/me/pin", object{"pin": "1234"})
	qt.Check(t, qt.IsFalse(ann.get("/v1/me").truth("has_pin")))
}

func administrator(t *testing.T, s *server) {
	old, err := s.node.SetupLink(t.Context())
	qt.Assert(t, qt.IsNil(err))
	link, err := s.node.SetupLink(t.Context())
	qt.Assert(t, qt.IsNil(err))
	tokenOf := func(link string) string { _, token, _ := strings.Cut(link, "/setup#"); return token }

	phone := newPhone()
	body := object{"phone": phone, "code": s.codeFor(phone), "name": "Root", "setup_token": tokenOf(old)}
	post := request{method: "POST", path: "/v1/auth/sessions", body: body}
	s.refused(410, "setup_link_invalid", post)
	body["setup_token"] = tokenOf(link)
	session := s.ask(201, post)
	qt.Check(t, qt.IsTrue(session.truth("user.admin")))
	link, err = s.node.SetupLink(t.Context())
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(link, ""), qt.Commentf("with an administrator there is no link"))
}

func profile(t *testing.T, s *server) {
	p := s.people(2)
	ann, ben := p[0], p[1]
	me := ann.call(200, "PATCH", "/v1/me", object{
		"name": "  앤 ", "status_message": "hello", "language": "ko", "time_zone": "Europe/Berlin", "country": "de",
	})
	qt.Check(t, qt.Equals(me.text("name"), "앤"))
	qt.Check(t, qt.Equals(me.text("country"), "DE"))
	qt.Check(t, qt.Equals(ann.get("/v1/me").text("time_zone"), "Europe/Berlin"))

	for _, bad := range []struct {
		code, pointer string
		body          object
	}{
		{"name_invalid", "#/name", object{"name": ""}},
		{"profile_invalid", "#/time_zone", object{"time_zone": "Mars/Base"}},
		{"profile_invalid", "#/language", object{"language": "zz-!"}},
		{"profile_invalid", "#/status_message", object{"status_message": strings.Repeat("s", 61)}},
		{"bad_request", "#/name", object{"name": 7}},
		{"bad_request", "#/photo_id", object{"photo_id": "photo"}},
	} {
		problem := ann.fail(422, bad.code, "PATCH", "/v1/me", bad.body)
		qt.Check(t, qt.Equals(problem.text("errors.0.pointer"), bad.pointer), qt.Commentf("%v", bad.body))
	}

	ann.fail(404, "media_unknown", "PATCH", "/v1/me", object{"photo_id": newID()})
	photo := s.ask(200, request{method: "POST", path: "/sandbox/v1/media", body: object{"owner_id": ann.id, "kind": "photo"}}).text("id")
	ben.fail(404, "media_unknown", "PATCH", "/v1/me", object{"photo_id": photo})
	qt.Check(t, qt.Equals(ann.call(200, "PATCH", "/v1/me", object{"photo_id": photo}).text("photo_id"), photo))
	qt.Check(t, qt.Equals(ann.call(200, "PATCH", "/v1/me", object{"name": "Ann"}).text("photo_id"), photo))
	qt.Check(t, qt.IsFalse(ann.call(200, "PATCH", "/v1/me", `{"photo_id":null}`).has("photo_id")))

	handle := "ann." + newID()[:8]
	qt.Check(t, qt.Equals(ann.call(200, "PUT", "/v1/me/handle", object{"handle": handle}).text("handle"), handle))
	ben.fail(409, "handle_taken", "PUT", "/v1/me/handle", object{"handle": handle})
	ben.fail(422, "handle_invalid", "PUT", "/v1/me/handle", object{"handle": "no spaces"})
	qt.Check(t, qt.Equals(ben.get("/v1/users/by-handle/@"+strings.ToUpper(handle)).text("id"), ann.id))
	ben.fail(404, "user_unknown", "GET", "/v1/users/by-handle/nobody", nil)

	seen := ben.get("/v1/users/" + ann.id)
	qt.Check(t, qt.Equals(seen.text("name"), "Ann"))
	qt.Check(t, qt.IsFalse(seen.has("phone")), qt.Commentf("a number is for friends"))
	ben.fail(404, "user_unknown", "GET", "/v1/users/"+newID(), nil)
	qt.Check(t, qt.Equals(ben.fail(422, "bad_request", "GET", "/v1/users/someone", nil).text("errors.0.parameter"), "user_id"))
}

func number(t *testing.T, s *server) {
	ann, ben := s.signUp("Ann"), s.signUp("Ben")
	to := newPhone()
	ann.call(202, "POST", "/v1/me/phone/codes", object{"phone": to})
	code := s.lastCode(to)
	s.refused(422, "code_invalid", request{method: "POST", path: "/v1/auth/sessions", body: object{"phone": to, "code": code}})
	ben.fail(422, "code_invalid", "PUT", "/v1/me/phone", object{"phone": to, "code": code})
	qt.Check(t, qt.Equals(ann.call(200, "PUT", "/v1/me/phone", object{"phone": to, "code": code}).text("phone"), to))

	ann.call(202, "POST", "/v1/me/phone/codes", object{"phone": ben.phone})
	ann.fail(409, "phone_taken", "PUT", "/v1/me/phone", object{"phone": ben.phone, "code": s.lastCode(ben.phone)})
}

func deletion(t *testing.T, s *server) {
	ann := s.signUp("Ann")
	ben := s.people(1)[0]
	room := ann.direct(ben)
	ann.say(room, "bye")
	ann.call(204, "PUT", "/v1/me/pin", object{"pin": "1234"})
	ann.fail(401, "pin_required", "DELETE", "/v1/me", nil)
	ann.call(204, "DELETE", "/v1/me", object{"pin": "1234"})
	ann.fail(401, "token_invalid", "GET", "/v1/me", nil)
	qt.Check(t, qt.IsTrue(ben.get("/v1/users/"+ann.id).truth("deleted")))

	// The number is free at once, for somebody else.
	session := s.ask(201, request{method: "POST", path: "/v1/auth/sessions", body: object{"phone": ann.phone, "code": s.codeFor(ann.phone)}})
	qt.Check(t, qt.Not(qt.Equals(session.text("user.id"), ann.id)))
}

func devices(t *testing.T, s *server) {
	ann := s.signUp("Ann")
	var others []*person
	for range 2 {
		session := s.ask(201, request{method: "POST", path: "/v1/auth/sessions", body: object{
			"phone": ann.phone, "code": s.codeFor(ann.phone), "device_name": "other",
		}})
		others = append(others, &person{s, ann.id, ann.phone, session.text("access_token")})
	}
	all := ann.get("/v1/devices").list("devices")
	qt.Assert(t, qt.HasLen(all, 3))
	current := slices.IndexFunc(all, func(d object) bool { return d.truth("current") })
	qt.Assert(t, qt.IsTrue(current >= 0))
	qt.Check(t, qt.Equals(all[current].text("name"), "test"))

	stranger := s.people(1)[0]
	stranger.fail(404, "device_unknown", "DELETE", "/v1/devices/"+all[current].text("id"), nil)
	for _, d := range others[0].get("/v1/devices").list("devices") {
		if d.truth("current") {
			ann.call(204, "DELETE", "/v1/devices/"+d.text("id"), nil)
		}
	}
	others[0].fail(401, "token_invalid", "GET", "/v1/me", nil)
	qt.Check(t, qt.Equals(ann.call(200, "DELETE", "/v1/devices", nil).number("revoked"), 1))
	others[1].fail(401, "token_invalid", "GET", "/v1/me", nil)
	ann.get("/v1/me")
}

func friends(t *testing.T, s *server) {
	p := s.people(4)
	ann, ben, cho, dee := p[0], p[1], p[2], p[3]
	for i, name := range []string{"Ann", "Ben", "Cho", "Dee"} {
		p[i].call(200, "PATCH", "/v1/me", object{"name": name})
	}
	for _, f := range []*person{dee, ben, cho} {
		ann.call(200, "PUT", "/v1/friends/"+f.id, nil)
	}
	ann.fail(422, "friend_self", "PUT", "/v1/friends/"+ann.id, nil)
	ann.fail(404, "user_unknown", "PUT", "/v1/friends/"+newID(), nil)

	page := ann.get("/v1/friends?limit=2")
	qt.Check(t, qt.DeepEquals(texts(page.list("friends"), "name"), []string{"Ben", "Cho"}))
	rest := ann.get("/v1/friends?limit=2&cursor=" + page.text("next_cursor"))
	qt.Check(t, qt.DeepEquals(texts(rest.list("friends"), "name"), []string{"Dee"}))
	qt.Check(t, qt.IsFalse(rest.has("next_cursor")))
	problem := ann.fail(422, "cursor_invalid", "GET", "/v1/friends?cursor=x", nil)
	qt.Check(t, qt.Equals(problem.text("errors.0.parameter"), "cursor"))
	ann.fail(422, "bad_request", "GET", "/v1/friends?limit=many", nil)

	marked := ann.call(200, "PATCH", "/v1/friends/"+ben.id, object{"favourite": true, "nickname": "Benny"})
	qt.Check(t, qt.IsTrue(marked.truth("favourite")))
	qt.Check(t, qt.Equals(marked.text("nickname"), "Benny"))
	ann.call(200, "PATCH", "/v1/friends/"+cho.id, object{"hidden": true})
	qt.Check(t, qt.DeepEquals(texts(ann.get("/v1/friends").list("friends"), "name"), []string{"Ben", "Dee"}))
	qt.Check(t, qt.DeepEquals(texts(ann.get("/v1/friends?only=hidden").list("friends"), "name"), []string{"Cho"}))

	ann.call(204, "DELETE", "/v1/friends/"+dee.id, nil)
	ann.fail(404, "not_a_friend", "DELETE", "/v1/friends/"+dee.id, nil)
	ann.fail(404, "not_a_friend", "PATCH", "/v1/friends/"+dee.id, object{"favourite": true})
}

func contacts(t *testing.T, s *server) {
	p := s.people(3)
	ann, ben, cho := p[0], p[1], p[2]
	found := ann.call(200, "POST", "/v1/contacts", object{"phones": []string{ben.phone, "0" + ben.phone[3:], "+4930123456", "nonsense"}})
	qt.Check(t, qt.DeepEquals(texts(found.list("friends"), "id"), []string{ben.id}))
	qt.Check(t, qt.Equals(found.text("friends.0.phone"), ben.phone))
	qt.Check(t, qt.HasLen(ann.call(200, "POST", "/v1/contacts", object{"phones": []string{}}).list("friends"), 0))
	ann.fail(422, "bad_request", "POST", "/v1/contacts", object{"phones": "all"})
	ann.fail(422, "bad_request", "POST", "/v1/contacts", object{})

	qt.Check(t, qt.DeepEquals(texts(ben.get("/v1/recommendations").list("users"), "id"), []string{ann.id}))
	qt.Check(t, qt.HasLen(cho.get("/v1/recommendations?limit=5").list("users"), 0))
	cho.fail(422, "bad_request", "GET", "/v1/recommendations?limit=1000", nil)
	many := make([]string, 10_001)
	for i := range many {
		many[i] = "+821012345678"
	}
	ann.fail(413, "body_too_large", "POST", "/v1/contacts", object{"phones": many})
}

func blocks(t *testing.T, s *server) {
	p := s.people(2)
	ann, eve := p[0], p[1]
	room := eve.direct(ann)
	ann.call(204, "PUT", "/v1/blocks/"+eve.id, nil)
	qt.Check(t, qt.DeepEquals(texts(ann.get("/v1/blocks").list("users"), "id"), []string{eve.id}))
	eve.say(room, "psst")
	entries := ann.get("/v1/rooms/" + room + "/messages").list("entries")
	qt.Assert(t, qt.HasLen(entries, 1))
	qt.Check(t, qt.DeepEquals(entries[0], object{"seq": 1.0, "kind": "hidden"}))
	qt.Check(t, qt.Equals(eve.get("/v1/rooms/"+room+"/messages").text("entries.0.text"), "psst"))

	ann.call(204, "DELETE", "/v1/blocks/"+eve.id, nil)
	qt.Check(t, qt.HasLen(ann.get("/v1/blocks").list("users"), 0))
	ann.fail(404, "user_unknown", "PUT", "/v1/blocks/"+newID(), nil)
	ann.fail(422, "friend_self", "PUT", "/v1/blocks/"+ann.id, nil)
}
