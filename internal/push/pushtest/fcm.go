package pushtest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"madang/internal/push"
)

// FCMService answers as Google's does: tokens for a service account (RFC 7523),
// and messages by the HTTP v1 API (firebase.google.com, REST reference of
// projects.messages.send).
type FCMService struct {
	server  *httptest.Server
	account string
	mu      sync.Mutex
	devices map[string]*Device
}

// NewFCM starts the service, which ends with the test.
func NewFCM(t T) *FCMService {
	s := &FCMService{devices: make(map[string]*Device)}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatalf("fcm: %v", err)
	}
	pem, err := os.ReadFile(writeKey(t, key))
	if err != nil {
		t.Fatalf("fcm: %v", err)
	}
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "yard", "client_email": "server@yard.example", "private_key_id": "1",
		"private_key": string(pem), "token_uri": s.server.URL + "/token",
	})
	if err != nil {
		t.Fatalf("fcm: %v", err)
	}
	s.account = filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(s.account, account, 0o600); err != nil {
		t.Fatalf("fcm: %v", err)
	}
	return s
}

// Config is how a server reaches the service.
func (s *FCMService) Config() push.FCMConfig {
	return push.FCMConfig{CredentialsFile: s.account, Host: s.server.URL, Client: s.server.Client()}
}

// Subscribe makes a device.
func (s *FCMService) Subscribe() *Device {
	d := &Device{Subscription: push.Subscription{Kind: push.FCM, Token: rand.Text() + ":" + rand.Text()}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices[d.Token] = d
	return d
}

// ServeHTTP implements http.Handler.
func (s *FCMService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	refuse := func(status int, text string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":{"code":%d,"message":%q}}`, status, text)
	}
	if r.URL.Path == "/token" {
		if strings.Count(r.FormValue("assertion"), ".") != 2 {
			refuse(http.StatusBadRequest, "no assertion")
			return
		}
		fmt.Fprint(w, `{"access_token":"a-token","token_type":"Bearer","expires_in":3600}`)
		return
	}
	var in struct {
		Message struct {
			Token        string
			Data         map[string]string
			Notification *struct{ Title, Body string }
			Android      struct {
				CollapseKey string `json:"collapse_key"`
				Priority    string
				TTL         string `json:"ttl"`
			}
		}
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 8192)).Decode(&in)
	m := &in.Message
	s.mu.Lock()
	d := s.devices[m.Token]
	s.mu.Unlock()
	switch {
	case r.URL.Path != "/v1/projects/yard/messages:send" || r.Method != http.MethodPost:
		refuse(http.StatusNotFound, "no such method")
	case r.Header.Get("Authorization") != "Bearer a-token":
		refuse(http.StatusUnauthorized, "UNAUTHENTICATED")
	case err != nil || m.Token == "" || !strings.HasSuffix(m.Android.TTL, "s") || m.Android.Priority == "":
		refuse(http.StatusBadRequest, "INVALID_ARGUMENT")
	case d == nil:
		refuse(http.StatusNotFound, "UNREGISTERED")
	default:
		if a, due := d.take(Message{Topic: m.Android.CollapseKey, Data: []byte(m.Data["madang"]), Silent: m.Notification == nil}); due {
			time.Sleep(a.Wait)
			if a.RetryAfter != "" {
				w.Header().Set("Retry-After", a.RetryAfter)
			}
			refuse(a.Status, "as the test wants")
			return
		}
		fmt.Fprint(w, `{"name":"projects/yard/messages/1"}`)
	}
}
