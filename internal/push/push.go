// Package push answers: how is a device that sleeps woken?
//
// Three services do that: the push service of a browser (Web Push), Apple's and
// Google's. Each is a [Pusher]; a [Service] chooses by the kind of subscription.
// Whom to wake, when and with what is not known here.
package push

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind is the service that wakes a device.
type Kind string

// The kinds of services.
const (
	Web  Kind = "web"  // RFC 8030, of any browser
	APNs Kind = "apns" // Apple Push Notification service
	FCM  Kind = "fcm"  // Firebase Cloud Messaging
)

// Subscription is where a device can be reached.
type Subscription struct {
	Kind Kind
	// Of Web: the address, the device's public key (65 bytes, uncompressed P-256)
	// and its secret (16 bytes), all from the browser's PushSubscription.
	Endpoint     string
	P256dh, Auth []byte
	// Of APNs and FCM: the token that the system gave to the app.
	Token string
}

// Notification is what reaches a device.
type Notification struct {
	// Topic names what the notification is about: a later one of the same topic
	// takes its place, on its way and on the screen. At most 32 characters of the
	// base64url alphabet (RFC 8030, section 5.4).
	Topic string
	// Data is for the app: JSON of at most MaxData bytes. On Web only the device
	// can read it.
	Data []byte
	// Title and Body are what Apple and Google show by themselves.
	Title, Body string
	Badge       int
	// Silent says that nothing is to be shown or heard: something on the screen is
	// taken away or changed.
	Silent bool
	// Urgent says that the device is to be woken at once (RFC 8030, section 5.3).
	Urgent bool
	// TTL is how long the service keeps it for a device that cannot be reached.
	TTL time.Duration
}

// MaxData bounds Data, so that it fits into the smallest of the services' limits
// (RFC 8030, section 7.2: 4096 bytes, encryption included).
const MaxData = 3000

// Pusher hands notifications to a service. It is safe for concurrent use.
type Pusher interface {
	// Push returns when the service has taken the notification. An error that
	// wraps ErrGone means that the subscription is to be forgotten, a *RetryError
	// that trying again later can help.
	Push(ctx context.Context, s *Subscription, n *Notification) error
}

// What services answer.
var (
	ErrGone        = errors.New("the device has taken its subscription back")
	ErrTooLarge    = errors.New("the notification is too large")
	ErrUnsupported = errors.New("this server is not set up for the service")
)

// RetryError says that a service could not take a notification now.
type RetryError struct {
	After time.Duration // not before; 0 when the service does not say
	Cause error
}

// Error implements error.
func (e *RetryError) Error() string { return fmt.Sprintf("try again later: %v", e.Cause) }

// Unwrap gives the cause.
func (e *RetryError) Unwrap() error { return e.Cause }

// Config is how a server reaches the services. Web needs nothing; the others need
// an account.
type Config struct {
	// Key is the server's secret, from which its key pair for Web is made: the
	// same on all nodes, and after every restart.
	Key []byte
	// Subject is an address under which push services reach the operator: mailto:
	// or https: (RFC 8292, section 2.1). Empty: https://madang.invalid/.
	Subject string
	// Private lets endpoints be on private and loopback addresses, for services
	// that an operator runs themselves.
	Private bool
	// TLS says whom to trust; nil is the system's authorities.
	TLS  *tls.Config
	APNs APNsConfig
	FCM  FCMConfig
	// Now is what services take for the time, whatever the platform's clock shows;
	// nil is time.Now.
	Now func() time.Time
}

// Service reaches the devices of all kinds that it is set up for.
type Service struct {
	web  *WebPush
	apns *APNsPush // nil when not set up
	fcm  *FCMPush
}

// New makes a service. It touches no network.
func New(c Config) (*Service, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	web, err := newWeb(&c)
	if err != nil {
		return nil, fmt.Errorf("web push: %w", err)
	}
	s := &Service{web: web}
	if c.APNs.KeyFile != "" {
		if s.apns, err = newAPNs(c.APNs); err != nil {
			return nil, fmt.Errorf("apns: %w", err)
		}
	}
	if c.FCM.CredentialsFile != "" {
		if s.fcm, err = newFCM(c.FCM); err != nil {
			return nil, fmt.Errorf("fcm: %w", err)
		}
	}
	return s, nil
}

// PublicKey is what a browser needs to subscribe (its applicationServerKey): 65
// bytes, an uncompressed point of P-256.
func (s *Service) PublicKey() []byte { return s.web.public }

// Has reports whether the service reaches devices of a kind.
func (s *Service) Has(k Kind) bool {
	switch k {
	case Web:
		return true
	case APNs:
		return s.apns != nil
	case FCM:
		return s.fcm != nil
	}
	return false
}

// Check refuses a subscription that cannot be right. What a device sends is
// checked once, when it subscribes.
func (s *Service) Check(sub *Subscription) error {
	switch {
	case !s.Has(sub.Kind):
		return ErrUnsupported
	case sub.Kind == Web:
		return s.web.check(sub)
	case sub.Token == "" || len(sub.Token) > maxToken:
		return fmt.Errorf("a token has 1 to %d characters", maxToken)
	}
	return nil
}

// maxToken is the longest token of a device in bytes. Google's are about 160.
const maxToken = 1024

// Push implements [Pusher].
func (s *Service) Push(ctx context.Context, sub *Subscription, n *Notification) error {
	switch {
	case !s.Has(sub.Kind):
		return ErrUnsupported
	case len(n.Data) > MaxData:
		return ErrTooLarge
	case sub.Kind == APNs:
		return s.apns.Push(ctx, sub, n)
	case sub.Kind == FCM:
		return s.fcm.Push(ctx, sub, n)
	}
	return s.web.Push(ctx, sub, n)
}

// Prepare makes a web push ready to be sent: all of the work but the sending.
func (s *Service) Prepare(ctx context.Context, sub *Subscription, n *Notification) (*http.Request, error) {
	return s.web.Prepare(ctx, sub, n)
}

// Close ends the connections that nothing uses.
func (s *Service) Close() {
	s.web.client.CloseIdleConnections()
	if s.apns != nil {
		s.apns.client.CloseIdleConnections()
	}
	if s.fcm != nil {
		s.fcm.client.CloseIdleConnections()
	}
}

// Address is where the device is reached, whatever its kind: the endpoint or the
// token. It is a secret: who knows it can send to it, or at least tell the device
// from others.
func (s *Subscription) Address() string {
	if s.Kind == Web {
		return s.Endpoint
	}
	return s.Token
}

// SetAddress sets what [Subscription.Address] gives. Kind is set before.
func (s *Subscription) SetAddress(address string) {
	if s.Kind == Web {
		s.Endpoint = address
	} else {
		s.Token = address
	}
}
