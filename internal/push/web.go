package push

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"madang/internal/dial"
)

// WebPush reaches browsers.
type WebPush struct {
	client  *http.Client
	key     *ecdsa.PrivateKey
	public  []byte
	subject string
	now     func() time.Time

	mu     sync.Mutex
	tokens map[string]token // by origin
}

// token is the proof of who we are to one push service.
type token struct {
	header string
	renew  time.Time
}

// Limits of Web.
const (
	pushTimeout  = 15 * time.Second
	maxEndpoint  = 2048
	maxOrigins   = 1000 // push services whose proofs are kept
	tokenLife    = 12 * time.Hour
	maxAnswer    = 4 << 10
	maxIdleConns = 64
)

func newWeb(c *Config) (*WebPush, error) {
	key, err := deriveKey(c.Key)
	if err != nil {
		return nil, err
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	subject := c.Subject
	if subject == "" {
		subject = "https://madang.invalid/"
	}
	if u, err := url.Parse(subject); err != nil || u.Scheme != "mailto" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is no address of the operator; write mailto:… or https:…", subject)
	}
	return &WebPush{client: client(c.Private, c.TLS), key: key, public: public, subject: subject, now: c.Now, tokens: make(map[string]token)}, nil
}

// deriveKey makes the key pair that names this server to push services. It is
// made from the secret, so that there is no other secret to be kept.
func deriveKey(secret []byte) (*ecdsa.PrivateKey, error) {
	for i := range 100 {
		raw, err := hkdf.Key(sha256.New, secret, nil, "web push "+strconv.Itoa(i), 32)
		if err != nil {
			return nil, err
		}
		// One number in 2^32 is no key.
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("no key can be made from the secret")
}

// client makes a client for addresses that users give: every connection is
// checked when its address is known, and no redirect is followed.
func client(private bool, trust *tls.Config) *http.Client {
	return &http.Client{
		Timeout: pushTimeout,
		Transport: &http.Transport{
			DialContext: dial.Guarded(private, 5*time.Second, 443).DialContext, ForceAttemptHTTP2: true, TLSClientConfig: trust, TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConns: maxIdleConns, MaxIdleConnsPerHost: 16, MaxConnsPerHost: 64, IdleConnTimeout: 90 * time.Second,
			MaxResponseHeaderBytes: 32 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// check refuses what is no PushSubscription.
func (w *WebPush) check(s *Subscription) error {
	u, err := url.Parse(s.Endpoint)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || len(s.Endpoint) > maxEndpoint:
		return errors.New("the endpoint is no https address")
	case len(s.Auth) != 16:
		return errors.New("the secret has 16 bytes")
	}
	if _, err := ecdh.P256().NewPublicKey(s.P256dh); err != nil {
		return errors.New("the key is no uncompressed point of P-256")
	}
	return nil
}

// Prepare makes the request for a notification: all of the work but the sending.
func (w *WebPush) Prepare(ctx context.Context, s *Subscription, n *Notification) (*http.Request, error) {
	body, err := Encrypt(n.Data, s)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	auth, err := w.authorization(r.URL)
	if err != nil {
		return nil, err
	}
	h := r.Header
	h.Set("Authorization", auth)
	h.Set("Content-Encoding", "aes128gcm")
	h.Set("Content-Type", "application/octet-stream")
	h.Set("TTL", strconv.Itoa(int(n.TTL.Seconds())))
	if n.Topic != "" {
		h.Set("Topic", n.Topic)
	}
	h.Set("Urgency", map[bool]string{true: "high", false: "normal"}[n.Urgent])
	return r, nil
}

// authorization proves to a push service who we are (RFC 8292, section 3). The
// proof is used again for half of its life.
func (w *WebPush) authorization(endpoint *url.URL) (string, error) {
	origin := endpoint.Scheme + "://" + endpoint.Host
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if t, ok := w.tokens[origin]; ok && now.Before(t.renew) {
		return t.header, nil
	}
	claims, err := json.Marshal(map[string]any{"aud": origin, "exp": now.Add(tokenLife).Unix(), "sub": w.subject})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	sum := sha256.Sum256([]byte(signed))
	x, y, err := ecdsa.Sign(rand.Reader, w.key, sum[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte
	x.FillBytes(signature[:32])
	y.FillBytes(signature[32:])
	if len(w.tokens) >= maxOrigins {
		clear(w.tokens)
	}
	header := "vapid t=" + signed + "." + encode(signature[:]) + ", k=" + encode(w.public)
	w.tokens[origin] = token{header, now.Add(tokenLife / 2)}
	return header, nil
}

// Push implements [Pusher].
func (w *WebPush) Push(ctx context.Context, s *Subscription, n *Notification) error {
	r, err := w.Prepare(ctx, s, n)
	if err != nil {
		return fmt.Errorf("prepare push: %w", err)
	}
	answer, err := w.client.Do(r)
	if err != nil {
		return &RetryError{Cause: errors.Unwrap(err)} // without the endpoint, which is a secret
	}
	return answered(answer)
}

// answered reads the answer of a service over HTTP.
func answered(r *http.Response) error {
	defer r.Body.Close()
	// Read to the end, so that the connection can be used again.
	text, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	if err != nil {
		text = nil
	}
	cause := fmt.Errorf("status %d: %.200q", r.StatusCode, text)
	switch {
	case r.StatusCode < 300:
		return nil
	case r.StatusCode == http.StatusNotFound || r.StatusCode == http.StatusGone:
		return fmt.Errorf("%w: %w", ErrGone, cause)
	case r.StatusCode == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: %w", ErrTooLarge, cause)
	case isLater(r.StatusCode):
		return &RetryError{retryAfter(r.Header.Get("Retry-After")), cause}
	}
	return cause
}

// isLater reports whether the same can be taken another time: the service has too
// much to do, or does not believe who we are, which a clock that is wrong and a key
// that was just changed make it do.
func isLater(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return status >= 500
}

// maxRetryAfter bounds what a service may ask for.
const maxRetryAfter = time.Hour

func retryAfter(text string) time.Duration {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return min(maxRetryAfter, time.Duration(n)*time.Second)
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(0, min(maxRetryAfter, time.Until(t)))
	}
	return 0
}
