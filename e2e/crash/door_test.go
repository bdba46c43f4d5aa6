package crash

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"madang/client"
	"madang/e2e/crash/history"
	"madang/internal/wire"
)

// door is the way to a server that comes and goes, each time under another
// address: a server that was killed may find its old one taken by the very
// clients that try to reach it.
type door struct {
	http *http.Client

	mu      sync.Mutex
	address string // empty while there is none
}

// doorURL is the server's address as far as clients know.
const doorURL = "http://127.0.0.1"

var errNoServer = errors.New("there is no server at the moment")

func newDoor() *door {
	d := &door{}
	d.http = &http.Client{Transport: &http.Transport{DialContext: d.dial}, Timeout: 10 * time.Second}
	return d
}

// lead leads to another server, to none with an empty address.
func (d *door) lead(address string) {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		address = u.Host
	}
	d.mu.Lock()
	d.address = address
	d.mu.Unlock()
	d.http.CloseIdleConnections()
}

func (d *door) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	d.mu.Lock()
	address := d.address
	d.mu.Unlock()
	if address == "" {
		return nil, errNoServer
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// api makes REST calls through the door.
func (d *door) api(token string) *client.API {
	return &client.API{Server: doorURL, Token: token, HTTP: d.http}
}

// account is a test user.
type account struct {
	ID    wire.ID `json:"id"`
	Phone string  `json:"phone"`
	Token string  `json:"access_token"`
}

// accounts makes test users.
func (d *door) accounts(ctx context.Context, count int) ([]account, error) {
	var out struct {
		Users []account `json:"users"`
	}
	in := map[string]any{"count": count, "befriend": true}
	err := d.api("").Do(ctx, http.MethodPost, "/sandbox/v1/users", in, &out)
	if err == nil && len(out.Users) != count {
		err = fmt.Errorf("asked for %d users and got %d", count, len(out.Users))
	}
	return out.Users, err
}

// state reads all rooms as their members see them. Nobody must write meanwhile.
func (d *door) state(ctx context.Context, people []account) (history.State, error) {
	state := make(history.State)
	direct := make(map[wire.ID]wire.Room)
	lists := make(map[wire.ID]map[wire.ID]wire.Room)
	for _, p := range people {
		rooms, err := listRooms(ctx, d.api(p.Token))
		if err != nil {
			return nil, err
		}
		lists[p.ID] = make(map[wire.ID]wire.Room)
		for _, r := range rooms {
			lists[p.ID][r.ID] = r
			if r.Kind == wire.RoomDirect {
				direct[r.ID] = r
			}
		}
	}
	for _, p := range people {
		api := d.api(p.Token)
		// Lists leave out direct rooms in which there is nothing to see yet.
		for id, theirs := range direct {
			if _, ok := lists[p.ID][id]; ok || !slices.ContainsFunc(theirs.Members, func(m wire.Member) bool { return m.UserID == p.ID }) {
				continue
			}
			var r wire.Room
			if err := api.Do(ctx, http.MethodGet, "/v1/rooms/"+id.String(), nil, &r); err != nil {
				return nil, err
			}
			lists[p.ID][id] = r
		}
		for id, r := range lists[p.ID] {
			m := history.Member{User: p.ID, Head: r.HeadSeq, Tail: r.TailSeq, Joined: r.JoinedSeq, Read: r.ReadSeq, Unread: r.Unread}
			var err error
			if m.Entries, err = pages(ctx, api, r); err != nil {
				return nil, err
			}
			state[id] = append(state[id], m)
		}
	}
	return state, nil
}

func listRooms(ctx context.Context, api *client.API) ([]wire.Room, error) {
	var all []wire.Room
	for cursor := ""; ; {
		var page struct {
			Rooms      []wire.Room `json:"rooms"`
			NextCursor string      `json:"next_cursor"`
		}
		if err := api.Do(ctx, http.MethodGet, "/v1/rooms?cursor="+url.QueryEscape(cursor), nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Rooms...)
		if cursor = page.NextCursor; cursor == "" {
			return all, nil
		}
	}
}

// pages reads a room's whole history, page by page.
func pages(ctx context.Context, api *client.API, r wire.Room) ([]*wire.Entry, error) {
	var all []*wire.Entry
	for after := r.TailSeq - 1; after < r.HeadSeq; {
		var page client.Page
		path := fmt.Sprintf("/v1/rooms/%s/messages?after=%d&limit=%d", r.ID, after, wire.MaxPage)
		if err := api.Do(ctx, http.MethodGet, path, nil, &page); err != nil {
			return nil, err
		}
		if len(page.Entries) == 0 {
			break // the checker sees what is missing
		}
		all = append(all, page.Entries...)
		after = page.Entries[len(page.Entries)-1].Seq
	}
	return all, nil
}
