// Package pushtest answers: what arrived at a device?
//
// It has push services of the tests' own, as their makers describe them: a test
// subscribes a device, and sees what the device shows. What is encrypted is
// decrypted here by code that shares nothing with the package under test.
package pushtest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"madang/internal/push"
)

// T is what this package needs of a *testing.T. Naming it here keeps package
// testing out of the program that measures.
type T interface {
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	TempDir() string
}

// Message is a notification that reached a service.
type Message struct {
	Device  *Device
	Topic   string
	Urgency string
	TTL     int // seconds
	Data    []byte
	Silent  bool // of Apple and Google: nothing is shown
	At      time.Time
}

// Device is a subscription and what came for it.
type Device struct {
	push.Subscription
	private *ecdh.PrivateKey

	mu       sync.Mutex
	messages []Message
	answers  []Answer
}

// Answer is what a service answers in place of taking a notification.
type Answer struct {
	Status     int
	RetryAfter string
	Reason     string        // of Apple
	Wait       time.Duration // before answering
}

// Answer makes the service answer so to the next notifications for the device.
func (d *Device) Answer(a ...Answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answers = append(d.answers, a...)
}

// Messages are all that came for the device, in order.
func (d *Device) Messages() []Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Message(nil), d.messages...)
}

// Shown is what a device that was off would get when it comes back: of each topic
// the last message.
func (d *Device) Shown() map[string]Message {
	shown := make(map[string]Message)
	for _, m := range d.Messages() {
		shown[m.Topic] = m
	}
	return shown
}

// take notes a message, unless an answer in its place is due.
func (d *Device) take(m Message) (Answer, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.answers) > 0 {
		a := d.answers[0]
		d.answers = d.answers[1:]
		return a, true
	}
	m.Device, m.At = d, time.Now()
	d.messages = append(d.messages, m)
	return Answer{}, false
}

// WebService is a push service of browsers (RFC 8030).
type WebService struct {
	server  *httptest.Server
	mu      sync.Mutex
	devices map[string]*Device
	broken  []error
	sample  int // one of so many is looked into
	seen    int
	count   int
}

// NewWeb starts a push service, which ends with the test. It fails the test when
// something reaches it that no push service takes.
func NewWeb(t T) *WebService {
	s := StartWeb(1)
	t.Cleanup(func() {
		s.Close()
		for _, err := range s.Broken() {
			t.Errorf("push service: %v", err)
		}
	})
	return s
}

// StartWeb starts a push service that checks and decrypts one of so many
// notifications. Of the others it keeps no more than their count, as real ones
// look into none: for measuring.
func StartWeb(sample int) *WebService {
	s := &WebService{devices: make(map[string]*Device), sample: sample}
	s.server = httptest.NewUnstartedServer(s)
	s.server.EnableHTTP2 = true
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that tests break off
	s.server.StartTLS()
	return s
}

// Close ends the service.
func (s *WebService) Close() { s.server.Close() }

// TLS is the configuration with which a client trusts the service.
func (s *WebService) TLS() *tls.Config {
	return s.server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
}

// URL is the origin of the service.
func (s *WebService) URL() string { return s.server.URL }

// Certificate is that of the service, as PEM would hold it.
func (s *WebService) Certificate() []byte { return s.server.Certificate().Raw }

// Broken is what was wrong with what came in.
func (s *WebService) Broken() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.broken...)
}

// Count is how many notifications the service has taken.
func (s *WebService) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Subscribe makes a device, as a browser does for a page.
func (s *WebService) Subscribe() *Device {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic(fmt.Sprintf("push service: %v", err)) // no source of random numbers
	}
	d := &Device{private: key, Subscription: push.Subscription{
		Kind: push.Web, Endpoint: s.server.URL + "/push/" + rand.Text(), P256dh: key.PublicKey().Bytes(), Auth: make([]byte, 16),
	}}
	rand.Read(d.Auth)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices[strings.TrimPrefix(d.Endpoint, s.server.URL)] = d
	return d
}

// ServeHTTP implements http.Handler.
func (s *WebService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	d := s.devices[r.URL.Path]
	s.mu.Unlock()
	if d == nil {
		http.Error(w, "no such subscription", http.StatusGone)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4096))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	s.mu.Lock()
	s.seen++
	look := s.seen%s.sample == 0
	if !look {
		s.count++
	}
	s.mu.Unlock()
	if !look {
		w.WriteHeader(http.StatusCreated)
		return
	}
	m, err := s.read(d, r, body)
	if err != nil {
		s.mu.Lock()
		s.broken = append(s.broken, err)
		s.mu.Unlock()
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if a, due := d.take(m); due {
		select {
		case <-time.After(a.Wait):
		case <-r.Context().Done():
		}
		if a.RetryAfter != "" {
			w.Header().Set("Retry-After", a.RetryAfter)
		}
		http.Error(w, "as the test wants", a.Status)
		return
	}
	s.mu.Lock()
	s.count++
	s.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
}

var topicForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

// read checks a request against RFC 8030 and RFC 8292, and decrypts it.
func (s *WebService) read(d *Device, r *http.Request, body []byte) (Message, error) {
	m := Message{Topic: r.Header.Get("Topic"), Urgency: r.Header.Get("Urgency")}
	var err error
	switch m.TTL, err = strconv.Atoi(r.Header.Get("TTL")); {
	case r.Method != http.MethodPost:
		return m, fmt.Errorf("method %s", r.Method)
	case err != nil || m.TTL < 0:
		return m, fmt.Errorf("TTL %q", r.Header.Get("TTL"))
	case m.Topic != "" && !topicForm.MatchString(m.Topic):
		return m, fmt.Errorf("topic %q", m.Topic)
	case r.Header.Get("Content-Encoding") != "aes128gcm":
		return m, fmt.Errorf("content encoding %q", r.Header.Get("Content-Encoding"))
	}
	if err := s.checkVAPID(r.Header.Get("Authorization")); err != nil {
		return m, fmt.Errorf("authorization: %w", err)
	}
	m.Data, err = decrypt(d, body)
	return m, err
}

func (s *WebService) checkVAPID(header string) error {
	rest, ok := strings.CutPrefix(header, "vapid t=")
	jwt, key, ok2 := strings.Cut(rest, ", k=")
	parts := strings.Split(jwt, ".")
	if !ok || !ok2 || len(parts) != 3 {
		return fmt.Errorf("%q is not of the scheme vapid", header)
	}
	decode := base64.RawURLEncoding.DecodeString
	point, err1 := decode(key)
	head, err2 := decode(parts[0])
	claims, err3 := decode(parts[1])
	signature, err4 := decode(parts[2])
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("the signature is wrong")
	}
	var h struct{ Typ, Alg string }
	var c struct {
		Aud, Sub string
		Exp      int64
	}
	if err := errors.Join(json.Unmarshal(head, &h), json.Unmarshal(claims, &c)); err != nil {
		return err
	}
	left := time.Until(time.Unix(c.Exp, 0))
	switch {
	case h.Alg != "ES256":
		return fmt.Errorf("algorithm %q", h.Alg)
	case c.Aud != s.server.URL:
		return fmt.Errorf("audience %q", c.Aud)
	case left <= 0 || left > 24*time.Hour:
		return fmt.Errorf("expires in %v", left)
	case !strings.HasPrefix(c.Sub, "mailto:") && !strings.HasPrefix(c.Sub, "https:"):
		return fmt.Errorf("subject %q", c.Sub)
	}
	return nil
}

// decrypt opens a body as the browser does (RFC 8188, section 2; RFC 8291,
// section 3.4), with HKDF written out.
func decrypt(d *Device, body []byte) ([]byte, error) {
	if len(body) < 21 {
		return nil, errors.New("the body is shorter than its head")
	}
	salt, size, idLen := body[:16], binary.BigEndian.Uint32(body[16:]), int(body[20])
	if len(body) < 21+idLen || int(size) < len(body)-21-idLen {
		return nil, errors.New("the body does not fit its head")
	}
	sender, sealed := body[21:21+idLen], body[21+idLen:]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, fmt.Errorf("key of the sender: %w", err)
	}
	shared, err := d.private.ECDH(public)
	if err != nil {
		return nil, err
	}
	mac := func(key []byte, parts ...[]byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(bytes.Join(parts, nil))
		return h.Sum(nil)
	}
	one := []byte{1}
	ikm := mac(mac(d.Auth, shared), []byte("WebPush: info\x00"), d.P256dh, sender, one)
	prk := mac(salt, ikm)
	key := mac(prk, []byte("Content-Encoding: aes128gcm\x00"), one)[:16]
	nonce := mac(prk, []byte("Content-Encoding: nonce\x00"), one)[:12]
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	plain = bytes.TrimRight(plain, "\x00")
	if len(plain) == 0 || plain[len(plain)-1] != 2 {
		return nil, errors.New("the record is not the last one")
	}
	return plain[:len(plain)-1], nil
}
