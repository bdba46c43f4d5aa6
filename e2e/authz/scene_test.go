package authz_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/node"
	"madang/internal/wire"
)

// object is a JSON object.
type object map[string]any

// Everybody who could make a call. Members are in a group of which they are what
// the word says. A revoked device and a client that is not signed in are those
// of a member, so that nothing else stands in their way. Who is blocked is a
// member too, and blocked by all whom the call is about.
var everybody = []string{"owner", "admin", "member", "former member", "stranger", "blocked", "signed out", "revoked device"}

// The people of a scene, by their places.
const (
	whoOwns = iota
	whoCalls
	whoIsAbout // a member of the group, whom calls are about
	whoIsNew   // in no room, whom one can invite
	castSize
)

// scene is what a call is made in: a group with a message of the caller and
// one of somebody else, and rooms of two.
type scene struct {
	t    *testing.T
	node *node.Node
	web  *http.Client
	as   string
	cast []account.TestUser
	me   account.TestUser // who calls
	// token is what the caller has; empty when signed out.
	token  string
	path   map[string]string // what stands for the {parts} of a path
	query  string            // what stands behind the path
	header http.Header       // beside those that every call has
	group  chat.RoomID
	mine   uint64 // a message of the caller, of the other where they have none
	other  uint64 // a message of whom the call is about
}

func actor(u account.TestUser) chat.Actor {
	return chat.Actor{User: u.ID, Device: u.Device, Exempt: true}
}

func newScene(t *testing.T, n *node.Node, web *http.Client, cast []account.TestUser, as string) *scene {
	ctx := t.Context()
	s := &scene{t: t, node: n, web: web, as: as, cast: cast, me: cast[whoCalls]}
	if as == "owner" {
		s.me = cast[whoOwns]
	}
	s.token = s.me.Token
	owner := actor(cast[whoOwns])
	group, err := n.Chat().Create(ctx, owner, chat.NewRoom{Title: "Yard", MemberIDs: []wire.ID{s.about().ID}})
	qt.Assert(t, qt.IsNil(err))
	s.group = group.ID
	if as != "owner" && as != "stranger" {
		_, err := n.Chat().Invite(ctx, owner, s.group, []wire.ID{s.me.ID})
		qt.Assert(t, qt.IsNil(err))
	}
	s.other = s.say(s.about(), s.group)
	s.mine = s.other
	if as != "stranger" {
		s.mine = s.say(s.me, s.group)
	}
	switch as {
	case "admin":
		qt.Assert(t, qt.IsNil(n.Chat().SetRole(ctx, owner, s.group, s.me.ID, wire.RoleAdmin)))
	case "former member":
		qt.Assert(t, qt.IsNil(n.Chat().Remove(ctx, owner, s.group, s.me.ID)))
	case "blocked":
		s.block(s.about(), s.me)
		s.block(s.cast[whoIsNew], s.me)
	case "signed out":
		s.token = ""
	case "revoked device":
		// The sockets of a device that has them are to end: see callSocket.
	}
	s.path = map[string]string{
		"room_id": s.group.String(), "seq": strconv.FormatUint(s.other, 10), "user_id": s.about().ID.String(),
		"emoji": url.PathEscape("👍"), "device_id": s.me.Device.String(),
	}
	return s
}

// about is whom calls are about, when they are about somebody.
func (s *scene) about() account.TestUser { return s.cast[whoIsAbout] }

func (s *scene) say(u account.TestUser, room chat.RoomID) uint64 {
	s.t.Helper()
	sent, err := s.node.Chat().Send(s.t.Context(), actor(u), chat.Send{
		Room: room, ClientID: s.newID(), Content: wire.Content{Type: wire.TypeText, Text: "hello"},
	})
	qt.Assert(s.t, qt.IsNil(err))
	return sent.Seq
}

func (s *scene) newID() wire.ID {
	id, err := account.NewID(s.node.Clock().Now())
	qt.Assert(s.t, qt.IsNil(err))
	return id
}

func (s *scene) block(by, whom account.TestUser) {
	on := true
	_, err := s.node.People().MarkFriend(s.t.Context(), by.ID, whom.ID, account.Marks{Blocked: &on})
	qt.Assert(s.t, qt.IsNil(err))
}

// direct makes the room of two people the one that the call names.
func (s *scene) direct(a, b account.TestUser) chat.RoomID {
	s.t.Helper()
	room, err := s.node.Chat().Create(s.t.Context(), actor(a), chat.NewRoom{MemberIDs: []wire.ID{b.ID}})
	qt.Assert(s.t, qt.IsNil(err))
	s.group = room.ID
	s.path["room_id"] = room.ID.String()
	return room.ID
}

// ownDirect calls in the room that the caller has with another person.
func ownDirect(s *scene) { s.direct(s.me, s.about()) }

// othersDirect calls in a room of two other people.
func othersDirect(s *scene) {
	room := s.direct(s.about(), s.cast[whoIsNew])
	s.other = s.say(s.about(), room)
	s.mine = s.other
	s.path["seq"] = strconv.FormatUint(s.other, 10)
}

// ownMessage makes the call about a message of the caller.
func ownMessage(s *scene) { s.path["seq"] = strconv.FormatUint(s.mine, 10) }

func (s *scene) seq() uint64 {
	n, err := strconv.ParseUint(s.path["seq"], 10, 64)
	qt.Assert(s.t, qt.IsNil(err))
	return n
}

// revoke signs the caller's device out, when that is what is tried.
func (s *scene) revoke() {
	if s.as == "revoked device" {
		qt.Assert(s.t, qt.IsNil(s.node.People().Revoke(s.t.Context(), s.me.ID, s.me.Device)))
	}
}

// call makes a call over HTTP.
func (s *scene) call(method, path string, body object) string {
	s.t.Helper()
	s.revoke()
	for part, value := range s.path {
		path = strings.ReplaceAll(path, "{"+part+"}", value)
	}
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		qt.Assert(s.t, qt.IsNil(err))
		reader = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.node.URL()+path+s.query, reader)
	qt.Assert(s.t, qt.IsNil(err))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range s.header {
		request.Header[name] = values
	}
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	answer, err := s.web.Do(request)
	qt.Assert(s.t, qt.IsNil(err))
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	qt.Assert(s.t, qt.IsNil(err))
	if answer.StatusCode < 300 {
		return allowed
	}
	if method == http.MethodHead { // what is wrong would stand in the body
		return http.StatusText(answer.StatusCode)
	}
	var problem struct{ Code string }
	if err := json.Unmarshal(text, &problem); err != nil || answer.StatusCode >= 500 {
		s.t.Fatalf("%s %s as %s: %d %s", method, path, s.as, answer.StatusCode, text)
	}
	return problem.Code
}
