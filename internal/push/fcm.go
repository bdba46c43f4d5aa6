package push

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
)

// FCMConfig is the account with which Google's devices are reached.
type FCMConfig struct {
	CredentialsFile string // JSON of a service account
	Host            string // empty: https://fcm.googleapis.com
	// Client is for tests; nil is one of the package's own.
	Client *http.Client
}

// FCMPush reaches Google's devices by the HTTP v1 API.
type FCMPush struct {
	client  *http.Client
	address string
}

const fcmScope = "https://www.googleapis.com/auth/firebase.messaging"

func newFCM(c FCMConfig) (*FCMPush, error) {
	file, err := os.ReadFile(c.CredentialsFile)
	if err != nil {
		return nil, err
	}
	var account struct {
		ProjectID    string `json:"project_id"`
		ClientEmail  string `json:"client_email"`
		PrivateKey   string `json:"private_key"`
		PrivateKeyID string `json:"private_key_id"`
		TokenURI     string `json:"token_uri"`
	}
	err = json.Unmarshal(file, &account)
	if err != nil || account.ProjectID == "" || account.ClientEmail == "" || account.PrivateKey == "" || account.TokenURI == "" {
		return nil, errors.New("the file is no service account: it names project_id, client_email, private_key and token_uri")
	}
	config := &jwt.Config{
		Email: account.ClientEmail, PrivateKey: []byte(account.PrivateKey), PrivateKeyID: account.PrivateKeyID,
		Scopes: []string{fcmScope}, TokenURL: account.TokenURI,
	}
	base := c.Client
	if base == nil {
		base = &http.Client{Timeout: pushTimeout, Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	host := c.Host
	if host == "" {
		host = "https://fcm.googleapis.com"
	}
	client := config.Client(context.WithValue(context.Background(), oauth2.HTTPClient, base))
	client.Timeout = pushTimeout
	return &FCMPush{client, host + "/v1/projects/" + account.ProjectID + "/messages:send"}, nil
}

// Push implements [Pusher].
func (f *FCMPush) Push(ctx context.Context, s *Subscription, n *Notification) error {
	android := map[string]any{
		"collapse_key": n.Topic, "priority": map[bool]string{true: "HIGH", false: "NORMAL"}[n.Urgent],
		"ttl": strconv.Itoa(int(n.TTL.Seconds())) + "s",
	}
	message := map[string]any{"token": s.Token, "data": map[string]string{"madang": string(n.Data)}, "android": android}
	if !n.Silent {
		message["notification"] = map[string]string{"title": n.Title, "body": n.Body}
		android["notification"] = map[string]any{"tag": n.Topic, "notification_count": n.Badge}
	}
	body, err := json.Marshal(map[string]any{"message": message})
	if err != nil {
		return fmt.Errorf("prepare push: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("prepare push: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := f.client.Do(r)
	if err != nil {
		return &RetryError{Cause: err}
	}
	// A token that is none any more is a 404, and one that never was a 400 whose
	// details say INVALID_ARGUMENT for the token.
	if answer.StatusCode == http.StatusBadRequest {
		text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		if err = errors.Join(err, answer.Body.Close()); err == nil && bytes.Contains(text, []byte("registration token")) {
			return fmt.Errorf("%w: status 400: %.200q", ErrGone, text)
		}
		return fmt.Errorf("status 400: %.200q", text)
	}
	return answered(answer)
}
