package httpapi

import (
	"encoding/base64"
	"net/http"
	"strings"

	"madang/internal/fault"
	"madang/internal/notify"
	"madang/internal/push"
)

func (a *API) pushRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/push", id: "getPush", tag: "Notifications",
		summary: "How this server wakes devices",
		description: "And whether it wakes the one that asks. A device with a subscription is woken for a message that none of the person's devices " +
			"has two seconds after it was sent; what comes to it is described in docs/protocol.md.",
	}, a.getPush)
	register(a, operation{
		method: http.MethodPut, path: "/v1/push/subscription", id: "subscribePush", tag: "Notifications",
		summary: "Have this device woken",
		description: "Of a browser, `endpoint` and `keys` as its PushSubscription has them, made with `web_key`; of an app, the `token` that its system gave. " +
			"It takes the place of the device's subscription before, and of any other device's with the same address.",
		status: http.StatusNoContent,
	}, a.subscribe)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/push/subscription", id: "unsubscribePush", tag: "Notifications",
		summary: "Let this device sleep",
		status:  http.StatusNoContent,
	}, a.unsubscribe)
	register(a, operation{
		method: http.MethodPost, path: "/v1/push/test", id: "testPush", tag: "Notifications",
		summary:     "Send a notification to this device",
		description: "The answer comes when the push service has taken it.",
		status:      http.StatusNoContent,
	}, a.testPush)
	register(a, operation{
		method: http.MethodGet, path: "/v1/push/settings", id: "getPushSettings", tag: "Notifications",
		summary: "How you want to be notified",
	}, a.pushSettings)
	register(a, operation{
		method: http.MethodPut, path: "/v1/push/settings", id: "setPushSettings", tag: "Notifications",
		summary:     "Say how you want to be notified",
		description: "On all your devices. A room is muted with `PATCH /v1/rooms/{room_id}`.",
	}, a.setPushSettings)
}

type pushOut struct {
	Body struct {
		Kinds      []push.Kind `json:"kinds" doc:"Kinds of devices that can be woken: web, apns, fcm"`
		WebKey     string      `json:"web_key" doc:"applicationServerKey of a browser's subscription, base64url"`
		Subscribed push.Kind   `json:"subscribed,omitempty" doc:"The kind by which this device is woken; absent when it is not"`
	}
}

func (a *API) getPush(ctx ctx, _ *struct{}) (*pushOut, error) {
	var out pushOut
	var err error
	out.Body.Kinds = a.Notify.Kinds()
	out.Body.WebKey = base64.RawURLEncoding.EncodeToString(a.Notify.WebKey())
	out.Body.Subscribed, err = a.Notify.Subscribed(ctx, callerOf(ctx).Session)
	return &out, err
}

type subscribeIn struct {
	Body struct {
		Kind     push.Kind        `json:"kind" enum:"web,apns,fcm"`
		Endpoint string           `json:"endpoint,omitempty" maxLength:"2048" doc:"Of web"`
		Keys     subscriptionKeys `json:"keys,omitzero" doc:"Of web"`
		Token    string           `json:"token,omitempty" maxLength:"1024" doc:"Of apns and fcm"`
	}
}

type subscriptionKeys struct {
	P256dh string `json:"p256dh" maxLength:"100" doc:"base64url"`
	Auth   string `json:"auth" maxLength:"30" doc:"base64url"`
}

func (a *API) subscribe(ctx ctx, in *subscribeIn) (*struct{}, error) {
	b := &in.Body
	sub := push.Subscription{Kind: b.Kind, Endpoint: b.Endpoint, Token: b.Token}
	var err error
	if sub.P256dh, err = base64url(b.Keys.P256dh, "keys.p256dh"); err != nil {
		return nil, err
	}
	if sub.Auth, err = base64url(b.Keys.Auth, "keys.auth"); err != nil {
		return nil, err
	}
	return nil, a.Notify.Subscribe(ctx, callerOf(ctx).Session, sub)
}

// base64url reads what browsers write without padding and some libraries with.
func base64url(text, field string) ([]byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, fault.New(fault.PushInvalid).In(field).Because(err)
	}
	return b, nil
}

func (a *API) unsubscribe(ctx ctx, _ *struct{}) (*struct{}, error) {
	return nil, a.Notify.Unsubscribe(ctx, callerOf(ctx).Session)
}

func (a *API) testPush(ctx ctx, _ *struct{}) (*struct{}, error) {
	return nil, a.Notify.Try(ctx, callerOf(ctx).Session)
}

type pushSettings struct {
	Body struct {
		Preview bool         `json:"preview" doc:"Notifications show who says what"`
		Quiet   []quietHours `json:"quiet" doc:"Hours of every week without notifications, by the clock of your time zone; at most 20"`
	}
}

type quietHours struct {
	Days []int  `json:"days" doc:"1 is Monday, 7 is Sunday: when the hours begin"`
	From string `json:"from" doc:"As 22:00"`
	To   string `json:"to" doc:"As 07:00; not after from, it is on the next day"`
}

func (a *API) pushSettings(ctx ctx, _ *struct{}) (*pushSettings, error) {
	s, err := a.Notify.Settings(ctx, callerOf(ctx).User)
	var out pushSettings
	out.Body.Preview = s.Preview
	out.Body.Quiet = make([]quietHours, len(s.Quiet))
	for i, q := range s.Quiet {
		out.Body.Quiet[i] = quietHours(q)
	}
	return &out, err
}

func (a *API) setPushSettings(ctx ctx, in *pushSettings) (*pushSettings, error) {
	s := notify.Settings{Preview: in.Body.Preview}
	for _, q := range in.Body.Quiet {
		s.Quiet = append(s.Quiet, notify.QuietHours(q))
	}
	if err := a.Notify.Set(ctx, callerOf(ctx).User, s); err != nil {
		return nil, err
	}
	return a.pushSettings(ctx, nil)
}
