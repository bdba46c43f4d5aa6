package push

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sideshow/apns2"
	apnstoken "github.com/sideshow/apns2/token"
)

// APNsConfig is the account with which Apple's devices are reached.
type APNsConfig struct {
	KeyFile string // .p8 file of the key
	KeyID   string // 10 characters
	TeamID  string // 10 characters
	Topic   string // bundle id of the app
	Host    string // empty: https://api.push.apple.com
	TLS     *tls.Config
}

// APNsPush reaches Apple's devices.
type APNsPush struct {
	client *apns2.Client
	topic  string
}

func newAPNs(c APNsConfig) (*APNsPush, error) {
	if c.KeyID == "" || c.TeamID == "" || c.Topic == "" {
		return nil, errors.New("the id of the key, of the team and of the app belong to the key")
	}
	key, err := apnstoken.AuthKeyFromFile(c.KeyFile)
	if err != nil {
		return nil, err
	}
	client := apns2.NewTokenClient(&apnstoken.Token{AuthKey: key, KeyID: c.KeyID, TeamID: c.TeamID}).Production()
	if c.Host != "" {
		client.Host = c.Host
	}
	if c.TLS != nil {
		client.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: c.TLS, ForceAttemptHTTP2: true}}
	}
	client.HTTPClient.Timeout = pushTimeout
	return &APNsPush{client, c.Topic}, nil
}

// Push implements [Pusher].
func (a *APNsPush) Push(ctx context.Context, s *Subscription, n *Notification) error {
	aps := map[string]any{"badge": n.Badge}
	note := &apns2.Notification{
		DeviceToken: s.Token, Topic: a.topic, CollapseID: n.Topic, PushType: apns2.PushTypeAlert, Priority: apns2.PriorityHigh,
	}
	if n.TTL > 0 {
		note.Expiration = time.Now().Add(n.TTL)
	}
	if n.Silent {
		aps["content-available"] = 1
		note.PushType, note.Priority = apns2.PushTypeBackground, apns2.PriorityLow
	} else {
		aps["alert"] = map[string]string{"title": n.Title, "body": n.Body}
		aps["thread-id"], aps["mutable-content"], aps["sound"] = n.Topic, 1, "default"
	}
	payload, err := json.Marshal(map[string]any{"aps": aps, "madang": json.RawMessage(n.Data)})
	if err != nil {
		return fmt.Errorf("prepare push: %w", err)
	}
	note.Payload = payload
	r, err := a.client.PushWithContext(ctx, note)
	if err != nil {
		return &RetryError{Cause: err}
	}
	cause := fmt.Errorf("status %d: %s", r.StatusCode, r.Reason)
	switch {
	case r.Sent():
		return nil
	case r.StatusCode == http.StatusGone || r.Reason == apns2.ReasonBadDeviceToken || r.Reason == apns2.ReasonDeviceTokenNotForTopic:
		return fmt.Errorf("%w: %w", ErrGone, cause)
	case r.StatusCode == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: %w", ErrTooLarge, cause)
	case isLater(r.StatusCode):
		return &RetryError{Cause: cause}
	}
	return cause
}
