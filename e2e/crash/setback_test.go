package crash

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/go-quicktest/qt"

	"madang/client"
	"madang/internal/wire"
)

// TestDatabaseSetBack puts an early copy of the SQLite file in place of the
// present one, as a restored backup of one file or a disk that lied would. What
// lies in it about rooms is made from the room log: the next start makes all of
// it again.
func TestDatabaseSetBack(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		ctx := t.Context()
		data, old := t.TempDir(), &copies{folder: t.TempDir()}
		d := newDoor()
		n := serve(t, data, vfs.Default)
		d.lead(n.URL())
		people, err := d.accounts(ctx, 5)
		qt.Assert(t, qt.IsNil(err))
		api := make([]*client.API, len(people))
		for i, p := range people {
			api[i] = d.api(p.Token)
		}
		early, err := api[0].CreateRoom(ctx, "early", people[1].ID, people[2].ID)
		qt.Assert(t, qt.IsNil(err))
		say(t, api[0], early.ID)
		qt.Assert(t, qt.IsNil(n.Stop()))
		old.takeFile(t, data, "madang.db")

		// A day on which everything changes that lists of rooms are made of.
		n = serve(t, data, vfs.Default)
		d.lead(n.URL())
		do := func(i int, method, path string, in, out any) {
			t.Helper()
			qt.Assert(t, qt.IsNil(api[i].Do(ctx, method, path, in, out)))
		}
		room := "/v1/rooms/" + early.ID.String()
		say(t, api[1], early.ID)
		do(0, http.MethodPatch, room, map[string]string{"title": "late"}, nil)
		qt.Assert(t, qt.IsNil(api[0].Invite(ctx, early.ID, people[3].ID)))
		do(0, http.MethodDelete, room+"/members/"+people[1].ID.String(), nil, nil)
		do(2, http.MethodDelete, room+"/members/me", nil, nil)
		do(0, http.MethodPatch, room+"/members/"+people[3].ID.String(), map[string]wire.Role{"role": wire.RoleAdmin}, nil)
		late, err := api[4].CreateRoom(ctx, "all", people[0].ID, people[1].ID)
		qt.Assert(t, qt.IsNil(err))
		say(t, api[4], late.ID)
		var link struct {
			Token string `json:"token"`
		}
		do(4, http.MethodPost, "/v1/rooms/"+late.ID.String()+"/invites", map[string]string{}, &link)
		do(2, http.MethodPost, "/v1/invites/"+link.Token, nil, nil)
		do(4, http.MethodDelete, "/v1/rooms/"+late.ID.String()+"/members/me", nil, nil) // the ownership passes on
		for i := range people {
			direct, err := api[i].CreateRoom(ctx, "", people[(i+1)%len(people)].ID)
			qt.Assert(t, qt.IsNil(err))
			say(t, api[i], direct.ID)
		}
		memo, err := api[3].CreateRoom(ctx, "")
		qt.Assert(t, qt.IsNil(err))
		say(t, api[3], memo.ID)

		before := lists(t, api)
		qt.Assert(t, qt.IsNil(n.Stop()))
		old.restoreFile(t, data, "madang.db")

		n = serve(t, data, vfs.Default)
		d.lead(n.URL())
		qt.Check(t, qt.DeepEquals(lists(t, api), before))
		// Who is out is out, who is in is in.
		qt.Check(t, qt.IsNotNil(sayTo(t, api[1], early.ID)))
		qt.Check(t, qt.IsNotNil(sayTo(t, api[2], early.ID)))
		qt.Check(t, qt.IsNil(sayTo(t, api[3], early.ID)))
		qt.Check(t, qt.IsNil(sayTo(t, api[2], late.ID)))
		qt.Assert(t, qt.IsNil(n.Stop()))
	})
}

// lists gives everybody's list of rooms, and the members of each room.
func lists(t *testing.T, api []*client.API) (all [][]wire.Room) {
	t.Helper()
	for _, a := range api {
		rooms, err := listRooms(t.Context(), a)
		qt.Assert(t, qt.IsNil(err))
		all = append(all, rooms)
	}
	return all
}

func sayTo(t *testing.T, api *client.API, room wire.ID) error {
	in := map[string]string{"client_id": client.NewID().String(), "type": "text", "text": "text " + strconv.FormatInt(texts.Add(1), 10)}
	return api.Do(t.Context(), http.MethodPost, "/v1/rooms/"+room.String()+"/messages", in, nil)
}

func say(t *testing.T, api *client.API, room wire.ID) {
	t.Helper()
	qt.Assert(t, qt.IsNil(sayTo(t, api, room)))
}
