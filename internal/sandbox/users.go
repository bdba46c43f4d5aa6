package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"

	"madang/internal/account"
	"madang/internal/fault"
	"madang/internal/wire"
)

// users makes test users who are signed in: {"count", "prefix"?, "befriend"?} →
// {"users": [{"id", "phone", "access_token"}]}. befriend is true for friends of
// each other, or the id of somebody whose friends they all become.
func (s *sandbox) users(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Count    int             `json:"count"`
		Prefix   string          `json:"prefix"`
		Befriend json.RawMessage `json:"befriend"`
	}
	err := read(w, r, &in)
	var made []testUser
	if err == nil {
		made, err = s.makeUsers(r.Context(), account.TestUsers{Count: in.Count, Prefix: in.Prefix}, in.Befriend)
	}
	answer(w, r, http.StatusOK, map[string]any{"users": made}, err)
}

type testUser struct {
	ID          wire.ID `json:"id"`
	DeviceID    wire.ID `json:"device_id"`
	Phone       string  `json:"phone"`
	AccessToken string  `json:"access_token"`
}

func (s *sandbox) makeUsers(c ctx, t account.TestUsers, befriend json.RawMessage) ([]testUser, error) {
	var err error
	switch {
	case len(befriend) == 0:
	case bytes.HasPrefix(befriend, []byte{'"'}):
		err = json.Unmarshal(befriend, &t.With)
	default:
		err = json.Unmarshal(befriend, &t.Befriend)
	}
	if err != nil {
		return nil, fault.Newf(fault.BadRequest, "befriend is true, or the id of a user.").In("befriend").Because(err)
	}
	users, err := s.People.CreateTestUsers(c, t)
	if err != nil {
		return nil, err
	}
	made := make([]testUser, len(users))
	for i, u := range users {
		made[i] = testUser{u.ID, wire.ID(u.Device), u.Phone, u.Token}
	}
	return made, nil
}
