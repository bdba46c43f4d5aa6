package authz_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync/atomic"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/media"
	"madang/internal/wire"
)

// restRows are the calls over HTTP. What they name by default stands in
// [newScene].
var restRows = []row{
	{op: "GET /livez"},
	{op: "GET /readyz"},

	{op: "GET /v1/terms"},
	{op: "POST /v1/auth/codes", body: func(s *scene) object { return object{"phone": newPhone()} }},
	{op: "POST /v1/auth/sessions", body: func(s *scene) object {
		phone := newPhone()
		return object{"phone": phone, "code": s.code(phone, s.node.People().RequestCode), "binding": binding, "name": "New"}
	}},
	{op: "DELETE /v1/auth/sessions/current"},

	{op: "GET /v1/me"},
	{op: "PATCH /v1/me", body: func(*scene) object { return object{"status_message": "out"} }},
	{op: "DELETE /v1/me", body: func(*scene) object { return object{} }},
	{op: "PUT /v1/me/handle", body: func(s *scene) object { return object{"handle": s.handle()} }},
	{op: "POST /v1/me/phone/codes", body: func(s *scene) object { return object{"phone": newPhone()} }},
	{op: "PUT /v1/me/phone", body: func(s *scene) object {
		phone := newPhone()
		code := s.code(phone, func(c ctx, r account.CodeRequest) (account.CodeSent, error) {
			return s.node.People().RequestNumber(c, s.me.ID, r)
		})
		return object{"phone": phone, "code": code, "binding": binding}
	}},
	{op: "PUT /v1/me/pin", body: func(*scene) object { return object{"pin": "2468"} }},
	{op: "DELETE /v1/me/pin", prepare: func(s *scene) {
		qt.Assert(s.t, qt.IsNil(s.node.People().SetPIN(s.t.Context(), s.me.ID, "", "2468")))
	}, body: func(*scene) object { return object{"pin": "2468"} }},
	{op: "GET /v1/me/consents"},
	{op: "POST /v1/me/consents", body: func(s *scene) object {
		terms, privacy := s.node.People().Documents()
		return object{"terms_version": terms, "privacy_version": privacy}
	}},

	{op: "GET /v1/devices"},
	{op: "DELETE /v1/devices"},
	{op: "DELETE /v1/devices/{device_id}", what: "one's own"},
	{op: "DELETE /v1/devices/{device_id}", what: "somebody's", prepare: func(s *scene) { s.path["device_id"] = s.about().Device.String() }},

	{op: "GET /v1/friends"},
	{op: "PUT /v1/friends/{user_id}"},
	{op: "PATCH /v1/friends/{user_id}", prepare: befriend, body: func(*scene) object { return object{"favourite": true} }},
	{op: "DELETE /v1/friends/{user_id}", prepare: befriend},
	{op: "POST /v1/contacts", body: func(s *scene) object { return object{"phones": []string{s.about().Phone}} }},
	{op: "GET /v1/recommendations"},
	{op: "GET /v1/blocks"},
	{op: "PUT /v1/blocks/{user_id}"},
	{op: "DELETE /v1/blocks/{user_id}"},
	{op: "GET /v1/users/{user_id}"},
	{op: "GET /v1/users/by-handle/{handle}", prepare: func(s *scene) {
		handle := s.handle()
		_, err := s.node.People().SetProfile(s.t.Context(), s.about().ID, account.Profile{Handle: &handle})
		qt.Assert(s.t, qt.IsNil(err))
		s.path["handle"] = handle
	}},

	{op: "GET /v1/rooms"},
	{op: "POST /v1/rooms", what: "with oneself", body: func(*scene) object { return object{"member_ids": []string{}} }},
	{op: "POST /v1/rooms", what: "with somebody", body: func(s *scene) object {
		return object{"member_ids": []wire.ID{s.about().ID}}
	}},
	{op: "POST /v1/rooms", what: "a group", body: func(s *scene) object {
		return object{"title": "New", "member_ids": []wire.ID{s.about().ID}}
	}},
	{op: "GET /v1/rooms/{room_id}"},
	{op: "GET /v1/rooms/{room_id}", what: "of two others", prepare: othersDirect},
	{op: "PATCH /v1/rooms/{room_id}", what: "title", body: func(*scene) object { return object{"title": "Other"} }},
	{op: "PATCH /v1/rooms/{room_id}", what: "notice", body: func(s *scene) object { return object{"notice_seq": s.other} }},
	{op: "PATCH /v1/rooms/{room_id}", what: "no notice", body: func(*scene) object { return object{"notice_seq": 0} }},
	{op: "PATCH /v1/rooms/{room_id}", what: "notice, of two others", prepare: othersDirect, body: func(s *scene) object {
		return object{"notice_seq": s.other}
	}},
	{op: "PATCH /v1/rooms/{room_id}", what: "pin", body: func(*scene) object { return object{"pinned": true} }},
	{op: "PATCH /v1/rooms/{room_id}", what: "mute", body: func(*scene) object {
		return object{"muted_until": "2100-01-01T00:00:00.000Z"}
	}},
	{op: "PATCH /v1/rooms/{room_id}", what: "mute until the morning", body: func(*scene) object { return object{"mute": "morning"} }},
	{op: "PUT /v1/rooms/{room_id}/read", body: func(s *scene) object { return object{"seq": s.other} }},
	{op: "PUT /v1/rooms/{room_id}/read", what: "of two others", prepare: othersDirect, body: func(s *scene) object { return object{"seq": s.other} }},

	{op: "PUT /v1/rooms/{room_id}/draft", body: draft},
	{op: "PUT /v1/rooms/{room_id}/draft", what: "of two others", prepare: othersDirect, body: draft},

	{op: "GET /v1/rooms/{room_id}/members"},
	{op: "POST /v1/rooms/{room_id}/members", body: func(s *scene) object {
		return object{"user_ids": []wire.ID{s.cast[whoIsNew].ID}}
	}},
	{op: "POST /v1/rooms/{room_id}/members", what: "of one's room of two", prepare: ownDirect, body: func(s *scene) object {
		return object{"user_ids": []wire.ID{s.cast[whoIsNew].ID}}
	}},
	{op: "DELETE /v1/rooms/{room_id}/members/{user_id}", what: "oneself", prepare: func(s *scene) { s.path["user_id"] = "me" }},
	{op: "DELETE /v1/rooms/{room_id}/members/{user_id}", what: "a member"},
	{op: "DELETE /v1/rooms/{room_id}/members/{user_id}", what: "an admin", prepare: aboutAnAdmin},
	{op: "DELETE /v1/rooms/{room_id}/members/{user_id}", what: "the owner", prepare: aboutTheOwner},
	{op: "PATCH /v1/rooms/{room_id}/members/{user_id}", what: "make an admin", body: func(*scene) object { return object{"role": "admin"} }},
	{op: "PATCH /v1/rooms/{room_id}/members/{user_id}", what: "hand over", body: func(*scene) object { return object{"role": "owner"} }},

	{op: "POST /v1/rooms/{room_id}/invites", body: func(*scene) object { return object{} }},
	{op: "DELETE /v1/rooms/{room_id}/invites"},
	{op: "GET /v1/invites/{token}", prepare: invite},
	{op: "POST /v1/invites/{token}", prepare: invite},

	{op: "GET /v1/rooms/{room_id}/messages"},
	{op: "GET /v1/rooms/{room_id}/messages", what: "of two others", prepare: othersDirect},
	{op: "POST /v1/rooms/{room_id}/messages", body: text},
	{op: "POST /v1/rooms/{room_id}/messages", what: "to somebody", prepare: ownDirect, body: text},
	{op: "POST /v1/rooms/{room_id}/messages", what: "to two others", prepare: othersDirect, body: text},
	{op: "PATCH /v1/rooms/{room_id}/messages/{seq}", what: "one's own", prepare: ownMessage, body: newText},
	{op: "PATCH /v1/rooms/{room_id}/messages/{seq}", what: "somebody's", body: newText},
	{op: "DELETE /v1/rooms/{room_id}/messages/{seq}", what: "one's own", prepare: func(s *scene) {
		ownMessage(s)
		s.path["seq"] += "?for=all"
	}},
	{op: "DELETE /v1/rooms/{room_id}/messages/{seq}", what: "somebody's", prepare: func(s *scene) { s.path["seq"] += "?for=all" }},
	{op: "DELETE /v1/rooms/{room_id}/messages/{seq}", what: "for me", prepare: func(s *scene) { s.path["seq"] += "?for=me" }},
	{op: "PUT /v1/rooms/{room_id}/messages/{seq}/reactions/{emoji}"},
	{op: "DELETE /v1/rooms/{room_id}/messages/{seq}/reactions/{emoji}"},
	{op: "POST /v1/rooms/{room_id}/messages/{seq}/forward", what: "to oneself", body: forward},
	{op: "POST /v1/rooms/{room_id}/messages/{seq}/forward", what: "into the group", body: func(s *scene) object {
		into, from := s.group, s.memo()
		s.path["room_id"], s.path["seq"] = from.String(), fmt.Sprint(s.say(s.me, from))
		return object{"to_room_ids": []wire.ID{into}, "client_ids": []wire.ID{s.newID()}}
	}},

	{op: "GET /v1/media/{media_id}", what: "one's own", prepare: func(s *scene) { s.path["media_id"] = s.photo(s.me).String() }},
	{op: "GET /v1/media/{media_id}", what: "of a message in the group", prepare: func(s *scene) { s.showPhoto(s.group) }},
	{op: "GET /v1/media/{media_id}", what: "of a message between two others", prepare: othersPhoto},
	{op: "GET /v1/media/{media_id}", what: "that somebody never sent", prepare: unsentPhoto},
	{op: "GET /v1/media/{media_id}", what: "the profile photo of a member", prepare: func(s *scene) {
		s.path["media_id"] = s.profilePhoto(s.about()).String()
	}},
	{op: "POST /v1/media/links", body: func(s *scene) object {
		s.showPhoto(s.group)
		return object{"ids": []string{s.path["media_id"]}}
	}},
	{op: "DELETE /v1/media/{media_id}", what: "one's own", prepare: func(s *scene) { s.path["media_id"] = s.photo(s.me).String() }},
	{op: "DELETE /v1/media/{media_id}", what: "somebody's", prepare: unsentPhoto},
	{op: "PATCH /v1/me", what: "with the photo of a message in the group", prepare: func(s *scene) { s.showPhoto(s.group) }, body: setPhoto},
	{op: "PATCH /v1/me", what: "with the photo of two others", prepare: othersPhoto, body: setPhoto},
	{op: "POST /v1/rooms/{room_id}/messages", what: "with the photo of a message in the group", prepare: func(s *scene) {
		s.showPhoto(s.group)
		s.path["room_id"] = s.memo().String()
	}, body: sendPhoto},
	{op: "POST /v1/rooms/{room_id}/messages", what: "with the photo of two others", prepare: func(s *scene) {
		othersPhoto(s)
		s.path["room_id"] = s.memo().String()
	}, body: sendPhoto},

	{op: "POST /v1/rooms/{room_id}/messages", what: "with a poster of two others", prepare: func(s *scene) {
		othersPhoto(s)
		s.path["room_id"] = s.memo().String()
	}, body: sendPoster},
	{op: "POST /v1/rooms/{room_id}/messages/{seq}/forward", what: "a photo, to oneself", prepare: func(s *scene) { s.showPhoto(s.group) }, body: forward},

	{op: "OPTIONS /v1/media/uploads"},
	{op: "POST /v1/media/uploads", prepare: func(s *scene) {
		s.tus("Upload-Length", "5", "Upload-Metadata", "kind ZmlsZQ==") // "file"
	}},
	{op: "HEAD /v1/media/uploads/{media_id}", what: "one's own", prepare: func(s *scene) { s.beginUpload(s.me) }},
	{op: "HEAD /v1/media/uploads/{media_id}", what: "somebody's", prepare: func(s *scene) { s.beginUpload(s.about()) }},
	{op: "PATCH /v1/media/uploads/{media_id}", what: "one's own", prepare: func(s *scene) { s.beginUpload(s.me) }},
	{op: "PATCH /v1/media/uploads/{media_id}", what: "somebody's", prepare: func(s *scene) { s.beginUpload(s.about()) }},
	{op: "DELETE /v1/media/uploads/{media_id}", what: "one's own", prepare: func(s *scene) { s.beginUpload(s.me) }},
	{op: "DELETE /v1/media/uploads/{media_id}", what: "somebody's", prepare: func(s *scene) { s.beginUpload(s.about()) }},
	{op: "DELETE /v1/media/uploads/{media_id}", what: "of a message in the group", prepare: func(s *scene) {
		s.showPhoto(s.group)
		s.tus()
	}},
	{op: "GET /files/{token}", what: "that somebody was given", prepare: func(s *scene) {
		s.showPhoto(s.group)
		s.link(s.about())
	}},
	{op: "GET /files/{token}", what: "of one who cannot read the message any more", prepare: func(s *scene) {
		seq := s.showPhoto(s.group)
		s.link(s.cast[whoOwns])
		_, err := s.node.Chat().Delete(s.t.Context(), actor(s.about()), s.group, seq, true)
		qt.Assert(s.t, qt.IsNil(err))
	}},
	{op: "GET /files/{token}", what: "forged", prepare: func(s *scene) {
		s.showPhoto(s.group)
		s.link(s.about())
		s.path["token"] = "A" + s.path["token"][:len(s.path["token"])-1]
	}},

	{op: "GET /v1/rooms/{room_id}/messages/{seq}/preview"},
	{op: "GET /v1/rooms/{room_id}/messages/{seq}/preview", what: "of two others", prepare: othersDirect},
	{op: "GET /v1/push"},
	{op: "PUT /v1/push/subscription", body: func(*scene) object {
		return object{"kind": "web", "endpoint": "https://push.example.org/a", "keys": object{
			"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg",
		}}
	}},
	{op: "DELETE /v1/push/subscription"},
	{op: "POST /v1/push/test"},
	{op: "GET /v1/push/settings"},
	{op: "PUT /v1/push/settings", body: func(*scene) object { return object{"preview": false, "quiet": []object{}} }},

	{op: "GET /v1/search/messages", prepare: func(s *scene) { s.query = "?q=hello" }},
	{op: "GET /v1/search/messages", what: "in the group", prepare: func(s *scene) { s.query = "?q=hello&room_id=" + s.group.String() }},
	{op: "GET /v1/search/messages", what: "in the room of two others", prepare: func(s *scene) {
		othersDirect(s)
		s.query = "?q=hello&room_id=" + s.group.String()
	}},
	{op: "GET /v1/search/people", prepare: func(s *scene) { s.query = "?q=user" }},
	{op: "GET /v1/search/rooms", prepare: func(s *scene) { s.query = "?q=yard" }},

	{op: "POST /v1/sync", body: syncAll},
}

// photo uploads one for somebody.
func (s *scene) photo(owner account.TestUser) wire.ID {
	id, err := s.node.Files().MakeSample(s.t.Context(), owner.ID, media.Photo)
	qt.Assert(s.t, qt.IsNil(err))
	return id
}

// showPhoto has whom the call is about send a photo into a room, and makes it the
// one that the call names. It gives the message's number.
func (s *scene) showPhoto(room wire.ID) uint64 {
	id := s.photo(s.about())
	sent, err := s.node.Chat().Send(s.t.Context(), actor(s.about()), chat.Send{Room: room, ClientID: s.newID(), Content: wire.Content{
		Type: wire.TypePhoto, Photos: []wire.Photo{{MediaID: id}},
	}})
	qt.Assert(s.t, qt.IsNil(err))
	s.path["media_id"] = id.String()
	s.path["seq"] = strconv.FormatUint(sent.Seq, 10)
	return sent.Seq
}

// link makes the call follow a link that somebody was given to the photo.
func (s *scene) link(to account.TestUser) {
	id, err := wire.ParseID(s.path["media_id"])
	qt.Assert(s.t, qt.IsNil(err))
	f, err := s.node.Files().Get(s.t.Context(), to.ID, id)
	qt.Assert(s.t, qt.IsNil(err))
	s.path["token"] = s.node.Files().Links(to.ID, &f)[0].Token
}

// tus makes the call one of the upload protocol.
func (s *scene) tus(headers ...string) {
	s.header = http.Header{"Tus-Resumable": {"1.0.0"}, "Content-Type": {"application/offset+octet-stream"}}
	for i := 0; i < len(headers); i += 2 {
		s.header.Set(headers[i], headers[i+1])
	}
}

// beginUpload makes the call one about an upload that somebody has begun.
func (s *scene) beginUpload(owner account.TestUser) {
	id, err := s.node.Files().Begin(s.t.Context(), owner.ID, true, media.Upload{Kind: media.Plain, Size: 5})
	qt.Assert(s.t, qt.IsNil(err))
	s.path["media_id"] = id.String()
	s.tus("Upload-Offset", "0")
}

func othersPhoto(s *scene) {
	room := s.path["room_id"]
	othersDirect(s)
	s.showPhoto(s.group)
	s.path["room_id"] = room
}

func unsentPhoto(s *scene) { s.path["media_id"] = s.photo(s.about()).String() }

func (s *scene) profilePhoto(of account.TestUser) wire.ID {
	id := s.photo(of)
	_, err := s.node.People().SetProfile(s.t.Context(), of.ID, account.Profile{PhotoID: &id})
	qt.Assert(s.t, qt.IsNil(err))
	return id
}

func setPhoto(s *scene) object { return object{"photo_id": s.path["media_id"]} }

func sendPhoto(s *scene) object {
	return object{"client_id": s.newID(), "type": "photo", "photos": []object{{"media_id": s.path["media_id"]}}}
}

func sendPoster(s *scene) object {
	film, err := s.node.Files().MakeSample(s.t.Context(), s.me.ID, media.Video)
	qt.Assert(s.t, qt.IsNil(err))
	return object{"client_id": s.newID(), "type": "video", "video": object{"media_id": film, "poster_id": s.path["media_id"]}}
}

func text(s *scene) object { return object{"client_id": s.newID(), "type": "text", "text": "hi"} }

func draft(*scene) object { return object{"text": "not yet"} }

func newText(*scene) object { return object{"text": "something else"} }

func syncAll(s *scene) object {
	return object{"epoch": s.node.Chat().Epoch(), "rooms": map[string]int{s.group.String(): 0}}
}

// memo is the caller's room with themselves.
func (s *scene) memo() wire.ID {
	room, err := s.node.Chat().Create(s.t.Context(), actor(s.me), newMemo)
	qt.Assert(s.t, qt.IsNil(err))
	return room.ID
}

func forward(s *scene) object {
	return object{"to_room_ids": []wire.ID{s.memo()}, "client_ids": []wire.ID{s.newID()}}
}

func befriend(s *scene) {
	_, err := s.node.People().AddFriend(s.t.Context(), s.me.ID, s.about().ID)
	qt.Assert(s.t, qt.IsNil(err))
}

func aboutAnAdmin(s *scene) {
	owner := actor(s.cast[whoOwns])
	qt.Assert(s.t, qt.IsNil(s.node.Chat().SetRole(s.t.Context(), owner, s.group, s.about().ID, wire.RoleAdmin)))
}

func aboutTheOwner(s *scene) { s.path["user_id"] = s.cast[whoOwns].ID.String() }

func invite(s *scene) {
	i, err := s.node.Chat().CreateInvite(s.t.Context(), actor(s.cast[whoOwns]), s.group, 0)
	qt.Assert(s.t, qt.IsNil(err))
	s.path["token"] = i.Token
}

var phones atomic.Int64

// newPhone is a number that nobody has.
func newPhone() string { return fmt.Sprintf("+82109%07d", phones.Add(1)) }

// handle is one that nobody has.
func (s *scene) handle() string { return fmt.Sprintf("h%d", 100_000+phones.Add(1)) }

// binding is by what the client that asks for codes is known.
const binding = "a secret of the client"

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code asks for a code and reads it off the phone.
func (s *scene) code(phone string, ask func(ctx, account.CodeRequest) (account.CodeSent, error)) string {
	s.t.Helper()
	_, err := ask(s.t.Context(), account.CodeRequest{Phone: phone, Client: account.Client{Binding: binding}})
	qt.Assert(s.t, qt.IsNil(err))
	answer, err := http.Get(s.node.URL() + "/sandbox/v1/sms?phone=" + url.QueryEscape(phone))
	qt.Assert(s.t, qt.IsNil(err))
	defer answer.Body.Close()
	var inbox struct{ Messages []struct{ Text string } }
	qt.Assert(s.t, qt.IsNil(json.NewDecoder(answer.Body).Decode(&inbox)))
	qt.Assert(s.t, qt.HasLen(inbox.Messages, 1))
	return sixDigits.FindString(inbox.Messages[0].Text)
}
