package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/client"
)

// target is the server under test. It is reached as any client reaches it, and
// through its sandbox for users and for what its process has cost.
type target struct {
	url     string
	sandbox client.API // carries the sandbox's secret, when there is one
	http    *http.Client
	child   *child   // nil when the server is not ours
	args    []string // of a server of ours: where its data is
}

// errForeign says that load would hit a server that is not the caller's.
var errForeign = errors.New("load is sent only to servers on this machine; say --i-own-this-server if this one is yours")

// newTarget checks the address of a server.
func newTarget(ctx context.Context, server, secret string, owned bool) (*target, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of a server; write it as http://127.0.0.1:8080", server)
	}
	if !owned {
		// The name is resolved once and all addresses count: what is dialled
		// later must not be elsewhere.
		addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
		if err != nil {
			return nil, fmt.Errorf("address of the server: %w", err)
		}
		for _, a := range addrs {
			if !a.Unmap().IsLoopback() {
				return nil, errForeign
			}
		}
		if _, err := netip.ParseAddr(u.Hostname()); err != nil {
			u.Host = net.JoinHostPort(addrs[0].Unmap().String(), u.Port())
			u.Host = strings.TrimSuffix(u.Host, ":")
		}
	}
	h := &http.Client{
		Timeout:   5 * time.Minute, // of making 50,000 users
		Transport: &http.Transport{MaxIdleConnsPerHost: 32, MaxConnsPerHost: 32},
	}
	base := strings.TrimRight(u.String(), "/")
	return &target{url: base, http: h, sandbox: client.API{Server: base, Token: secret, HTTP: h}}, nil
}

// user is somebody whom the sandbox made and signed in.
type user struct {
	ID    client.ID `json:"id"`
	Token string    `json:"access_token"`
}

// users makes as many people as are wanted, who are on no other test's account.
func (t *target) users(ctx context.Context, count int) ([]user, error) {
	var all []user
	for len(all) < count {
		var made struct {
			Users []user `json:"users"`
		}
		in := map[string]any{"count": min(count-len(all), 50_000)}
		if err := t.sandbox.Do(ctx, http.MethodPost, "/sandbox/v1/users", in, &made); err != nil {
			return nil, fmt.Errorf("make users: %w", err)
		}
		if len(made.Users) == 0 {
			return nil, errors.New("make users: the sandbox made none")
		}
		all = append(all, made.Users...)
	}
	return all, nil
}

// process is what the server's process has cost so far.
type process struct {
	CPUSeconds float64 `json:"cpu_seconds"`
	RSSBytes   float64 `json:"rss_bytes"`
	PeakBytes  float64 `json:"peak_bytes"` // since its start; 0 where that is not known
	Commits    float64 `json:"commits"`
}

// process asks for it. With settle the server first gives back the memory that
// it does not need any more.
func (t *target) process(ctx context.Context, settle bool) (process, error) {
	path := "/sandbox/v1/process"
	if settle {
		path += "?settle=true"
	}
	var p process
	if err := t.sandbox.Do(ctx, http.MethodGet, path, nil, &p); err != nil {
		return p, fmt.Errorf("cost of the process: %w", err)
	}
	return p, nil
}

// as makes REST calls for a user.
func (t *target) as(u user) *client.API {
	return &client.API{Server: t.url, Token: u.Token, HTTP: t.http}
}

// group makes a room of all users; the first is its owner. It gives the room as
// the owner sees it when all are in.
func (t *target) group(ctx context.Context, title string, users []user) (*client.Room, error) {
	const step = 100 // as many as one call may invite
	ids := make([]client.ID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	owner := t.as(users[0])
	first := min(len(ids), step+1)
	room, err := owner.CreateRoom(ctx, title, ids[1:first]...)
	if err != nil {
		return nil, fmt.Errorf("make a room of %d: %w", len(ids), err)
	}
	for rest := ids[first:]; len(rest) > 0; {
		n := min(len(rest), step)
		if err := owner.Invite(ctx, room.ID, rest[:n]...); err != nil {
			return nil, fmt.Errorf("make a room of %d: %w", len(ids), err)
		}
		rest = rest[n:]
	}
	if len(ids) <= first {
		return room, nil
	}
	var now client.Room
	if err := owner.Do(ctx, http.MethodGet, "/v1/rooms/"+room.ID.String(), nil, &now); err != nil {
		return nil, err
	}
	return &now, nil
}

// each calls f for 0 to n-1 with a bounded number of calls at a time.
func each(ctx context.Context, n, atOnce int, f func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error { return f(ctx, i) })
	}
	return group.Wait()
}
