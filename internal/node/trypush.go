package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"madang/internal/account"
	"madang/internal/fault"
	"madang/internal/wire"
)

// PushTried is what became of a test notification at one device.
type PushTried struct {
	Device string `json:"device"`          // its name
	Kind   string `json:"kind"`            // web, apns, fcm
	Error  string `json:"error,omitempty"` // empty: the service took it
}

// maxPushTest bounds the answer to a test in bytes. There are at most 50 devices.
const maxPushTest = 1 << 20

// testPush sends a notification to all devices of the person that "to" names.
func (n *Node) testPush(w http.ResponseWriter, r *http.Request) {
	n.commands.Add(1)
	defer n.commands.Done()
	tried, err := n.tryPush(r.Context(), r.FormValue("to"))
	if err != nil {
		http.Error(w, fault.From(err).Sentence(), http.StatusUnprocessableEntity)
		return
	}
	_ = json.NewEncoder(w).Encode(tried) // who asked is gone
}

func (n *Node) tryPush(ctx context.Context, to string) ([]PushTried, error) {
	user, err := n.whoIs(ctx, to)
	if err != nil {
		return nil, err
	}
	devices, err := n.people.Devices(ctx, account.Session{User: user})
	if err != nil {
		return nil, err
	}
	names := make(map[wire.ID]string, len(devices))
	for _, d := range devices {
		names[d.ID] = d.Name
	}
	all, err := n.notify.TryAll(ctx, user)
	if fault.Has(err, fault.PushMissing) {
		return []PushTried{}, nil
	}
	if err != nil {
		return nil, err
	}
	tried := make([]PushTried, len(all))
	for i, t := range all {
		tried[i] = PushTried{Device: names[wire.ID(t.Device)], Kind: string(t.Kind)}
		if t.Err != nil {
			tried[i].Error = t.Err.Error()
		}
	}
	return tried, nil
}

// whoIs finds a person by phone number, @handle or id.
func (n *Node) whoIs(ctx context.Context, name string) (account.ID, error) {
	switch handle, isHandle := strings.CutPrefix(name, "@"); {
	case isHandle:
		u, err := n.people.ByHandle(ctx, handle)
		return u.ID, err
	case strings.HasPrefix(name, "+"):
		p, err := n.people.ByPhone(ctx, name)
		if err != nil {
			return account.ID{}, err
		}
		return p.ID, nil
	}
	id, err := wire.ParseID(name)
	if err != nil {
		return id, fault.Newf(fault.UserUnknown, "%q is neither a phone number as +821012345678, nor a @handle, nor the id of an account.", name)
	}
	_, err = n.people.User(ctx, id)
	return id, err
}

// TestPush asks the node that uses the data folder to send a notification to all
// devices of a person: a phone number, a @handle or an id.
func TestPush(ctx context.Context, data, to string) ([]PushTried, error) {
	client := controlClient(data)
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://madang/push/test?to="+url.QueryEscape(to), http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, fmt.Errorf("no server is running on the folder %s; start it first", data)
	case err != nil:
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	defer answer.Body.Close()
	body := http.MaxBytesReader(nil, answer.Body, maxPushTest)
	if answer.StatusCode != http.StatusOK {
		var text strings.Builder
		if _, err := io.Copy(&text, body); err != nil {
			return nil, err
		}
		return nil, errors.New(strings.TrimSpace(text.String()))
	}
	var tried []PushTried
	if err := json.NewDecoder(body).Decode(&tried); err != nil {
		return nil, fmt.Errorf("read the running server's answer: %w", err)
	}
	return tried, nil
}
