// Package contract_test answers: does a whole server keep the delivery contract
// of docs/protocol.md as its clients see it, over sockets and HTTP and on both
// engines?
//
// Each test is one of its sentences, or a part of one; what takes a crash, a
// power cut or a broken bus to show stands with the parts that have to bear it.
// doc_test.go holds the list in docs/protocol.md to the tests that exist.
package contract_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db/dbtest"
	"madang/internal/node"
	"madang/internal/wire"
)

// house is a node that can be started again.
type house struct {
	t      *testing.T
	config node.Config
	node   *node.Node
}

// each runs f with a node of each engine.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) { f(t, open(t, node.Config{Data: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) { f(t, open(t, node.Config{Data: t.TempDir(), Database: dbtest.PostgresURL(t)})) })
}

func open(t *testing.T, c node.Config) *house {
	c.Listen, c.Sandbox = "127.0.0.1:0", true
	h := &house{t: t, config: c}
	h.start()
	t.Cleanup(h.stop)
	return h
}

func (h *house) start() {
	h.t.Helper()
	n, err := node.Start(h.t.Context(), h.config)
	qt.Assert(h.t, qt.IsNil(err))
	h.node = n
}

func (h *house) stop() {
	if h.node != nil {
		qt.Check(h.t, qt.IsNil(h.node.Stop()))
		h.node = nil
	}
}

// another starts a second node over the same database.
func (h *house) another() *house {
	h.t.Helper()
	c := node.Config{Data: h.t.TempDir(), Database: h.config.Database}
	key, err := os.ReadFile(filepath.Join(h.config.Data, "secret.key"))
	qt.Assert(h.t, qt.IsNil(err))
	qt.Assert(h.t, qt.IsNil(os.WriteFile(filepath.Join(c.Data, "secret.key"), key, 0o600)))
	return open(h.t, c)
}

// person is somebody with an account.
type person struct {
	account.TestUser
	*house
}

func (h *house) people(n int) []person {
	h.t.Helper()
	users, err := h.node.People().CreateTestUsers(h.t.Context(), account.TestUsers{Count: n})
	qt.Assert(h.t, qt.IsNil(err))
	list := make([]person, n)
	for i := range users {
		list[i] = person{users[i], h}
	}
	return list
}

// object is a JSON object.
type object map[string]any

// call makes a REST call; into, unless nil, gets the answer. It gives the code of
// the fault, or "".
func (p person) call(method, path string, body, into any) (code string) {
	p.t.Helper()
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		qt.Assert(p.t, qt.IsNil(err))
		reader = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.node.URL()+path, reader)
	qt.Assert(p.t, qt.IsNil(err))
	request.Header.Set("Authorization", "Bearer "+p.Token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	qt.Assert(p.t, qt.IsNil(err))
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	qt.Assert(p.t, qt.IsNil(err))
	if answer.StatusCode >= 300 {
		var problem struct{ Code string }
		qt.Assert(p.t, qt.IsNil(json.Unmarshal(text, &problem)), qt.Commentf("%s %s: %s", method, path, text))
		return problem.Code
	}
	if into != nil {
		qt.Assert(p.t, qt.IsNil(json.Unmarshal(text, into)))
	}
	return ""
}

// must is call for what has to succeed.
func (p person) must(method, path string, body, into any) {
	p.t.Helper()
	qt.Assert(p.t, qt.Equals(p.call(method, path, body, into), ""), qt.Commentf("%s %s", method, path))
}

// room makes a room with other people: a group when it has a title.
func (p person) room(title string, others ...person) wire.ID {
	p.t.Helper()
	ids := make([]wire.ID, len(others))
	for i, o := range others {
		ids[i] = o.ID
	}
	body := object{"member_ids": ids}
	if title != "" {
		body["title"] = title
	}
	var room wire.Room
	p.must("POST", "/v1/rooms", body, &room)
	return room.ID
}

func (p person) view(room wire.ID) (r wire.Room) {
	p.t.Helper()
	p.must("GET", "/v1/rooms/"+room.String(), nil, &r)
	return r
}

// page is an answer with entries.
type page struct {
	Entries []wire.Entry `json:"entries"`
	Head    uint64       `json:"head_seq"`
	Tail    uint64       `json:"tail_seq"`
	Epoch   string       `json:"epoch"`
}

func (p person) page(room wire.ID, query string) (got page) {
	p.t.Helper()
	p.must("GET", "/v1/rooms/"+room.String()+"/messages"+query, nil, &got)
	return got
}

// entry is one entry of a room as the person sees it.
func (p person) entry(room wire.ID, seq uint64) wire.Entry {
	p.t.Helper()
	got := p.page(room, "?limit=1&before="+number(seq+1))
	qt.Assert(p.t, qt.HasLen(got.Entries, 1))
	qt.Assert(p.t, qt.Equals(got.Entries[0].Seq, seq))
	return got.Entries[0]
}

// synced is the answer of sync.
type synced struct {
	Epoch string `json:"epoch"`
	Reset bool   `json:"reset"`
	Rooms []struct {
		RoomID wire.ID `json:"room_id"`
		page
		Read   uint64 `json:"read_seq"`
		Unread uint64 `json:"unread"`
		More   bool   `json:"more"`
	} `json:"rooms"`
	New  []wire.ID `json:"new"`
	Gone []wire.ID `json:"gone"`
}
