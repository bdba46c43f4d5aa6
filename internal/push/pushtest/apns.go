package pushtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"madang/internal/push"
)

// APNsService answers as Apple's does, as far as a sender of notifications sees of
// it (developer.apple.com, Sending notification requests to APNs).
type APNsService struct {
	server  *httptest.Server
	keyFile string
	mu      sync.Mutex
	devices map[string]*Device
}

const apnsTopic = "org.example.yard"

// NewAPNs starts the service, which ends with the test.
func NewAPNs(t T) *APNsService {
	s := &APNsService{devices: make(map[string]*Device)}
	s.server = httptest.NewUnstartedServer(s)
	s.server.EnableHTTP2 = true
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("apns: %v", err)
	}
	s.keyFile = writeKey(t, key)
	return s
}

// writeKey writes a private key as PEM and gives the file.
func writeKey(t T, key any) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatalf("private key: %v", err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatalf("private key: %v", err)
	}
	return file
}

// Config is how a server reaches the service.
func (s *APNsService) Config() push.APNsConfig {
	return push.APNsConfig{
		KeyFile: s.keyFile, KeyID: "ABCDEFGHIJ", TeamID: "KLMNOPQRST", Topic: apnsTopic, Host: s.server.URL, TLS: s.tls(),
	}
}

func (s *APNsService) tls() *tls.Config {
	return s.server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
}

// Subscribe makes a device.
func (s *APNsService) Subscribe() *Device {
	d := &Device{Subscription: push.Subscription{Kind: push.APNs, Token: strings.ToLower(rand.Text())}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices[d.Token] = d
	return d
}

// ServeHTTP implements http.Handler.
func (s *APNsService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, reason string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"reason":%q}`, reason)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4096))
	token, ok := strings.CutPrefix(r.URL.Path, "/3/device/")
	s.mu.Lock()
	d := s.devices[token]
	s.mu.Unlock()
	kind := r.Header.Get("apns-push-type")
	var p struct {
		APS struct {
			Alert            *struct{ Title, Body string } `json:"alert"`
			ContentAvailable int                           `json:"content-available"`
		} `json:"aps"`
		Madang json.RawMessage `json:"madang"`
	}
	switch {
	case err != nil:
		refuse(http.StatusRequestEntityTooLarge, "PayloadTooLarge")
	case r.ProtoMajor != 2 || r.Method != http.MethodPost || !ok:
		refuse(http.StatusMethodNotAllowed, "MethodNotAllowed")
	case strings.Count(strings.TrimPrefix(strings.ToLower(r.Header.Get("Authorization")), "bearer "), ".") != 2:
		refuse(http.StatusForbidden, "MissingProviderToken")
	case r.Header.Get("apns-topic") != apnsTopic:
		refuse(http.StatusBadRequest, "BadTopic")
	case len(r.Header.Get("apns-collapse-id")) > 64:
		refuse(http.StatusBadRequest, "BadCollapseId")
	case d == nil:
		refuse(http.StatusGone, "Unregistered")
	case json.Unmarshal(body, &p) != nil:
		refuse(http.StatusBadRequest, "PayloadEmpty")
	case kind == "background" && (p.APS.Alert != nil || p.APS.ContentAvailable != 1 || r.Header.Get("apns-priority") != "5"):
		refuse(http.StatusBadRequest, "BadPriority")
	case kind == "alert" && p.APS.Alert == nil, kind != "alert" && kind != "background":
		refuse(http.StatusBadRequest, "InvalidPushType")
	default:
		m := Message{Topic: r.Header.Get("apns-collapse-id"), Data: p.Madang, Silent: kind == "background"}
		if a, due := d.take(m); due {
			time.Sleep(a.Wait)
			refuse(a.Status, a.Reason)
		}
	}
}
