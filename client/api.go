package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAnswer is the largest REST answer that is read, in bytes.
const maxAnswer = 64 << 20

// API makes REST calls. It may be used by several goroutines at once.
type API struct {
	// Server is the address, such as https://madang.example.
	Server string
	// Token is the device's access token; empty before signing in.
	Token string
	// HTTP makes the requests; nil means http.DefaultClient.
	HTTP *http.Client
}

// RequestCode has a sign-in code sent to a phone number (E.164). The binding is
// a secret of the caller's choice, such as rand.Text(): the code is good only
// for who gives it again in SignIn. Without one it is good for any program at
// the same network address.
func (a *API) RequestCode(ctx context.Context, phone, binding string) error {
	in := struct {
		Phone   string `json:"phone"`
		Binding string `json:"binding,omitempty"`
	}{phone, binding}
	return a.Do(ctx, http.MethodPost, "/v1/auth/codes", in, nil)
}

// SignIn is what a person gives to sign in on a device. Phone and Code have to
// be set, and Binding as it was when the code was asked for.
type SignIn struct {
	Phone      string `json:"phone"` // E.164
	Code       string `json:"code"`
	Binding    string `json:"binding,omitempty"`
	PIN        string `json:"pin,omitempty"`   // of an account that has one
	Fresh      bool   `json:"fresh,omitempty"` // start a new account: the PIN of the old one is not known
	DeviceName string `json:"device_name,omitempty"`

	// Of a new account. The versions are those of the terms and of the privacy
	// policy that the person was shown; empty means the current ones.
	Name           string `json:"name,omitempty"`
	Language       string `json:"language,omitempty"`  // BCP 47
	TimeZone       string `json:"time_zone,omitempty"` // IANA
	TermsVersion   string `json:"terms_version,omitempty"`
	PrivacyVersion string `json:"privacy_version,omitempty"`
	SetupToken     string `json:"setup_token,omitempty"` // makes the first administrator
}

// Session is a device that is signed in.
type Session struct {
	AccessToken string `json:"access_token"`
	DeviceID    ID     `json:"device_id"`
	User        Me     `json:"user"`
	New         bool   `json:"new"` // the account was made just now
}

// SignIn signs a device in, and its person up when the number is new. The
// token that it gives is not yet set in a.
func (a *API) SignIn(ctx context.Context, in SignIn) (*Session, error) {
	var s Session
	if err := a.Do(ctx, http.MethodPost, "/v1/auth/sessions", in, &s); err != nil {
		return nil, err
	}
	return &s, nil
}

// CreateRoom makes a room with others: the direct room with a single one when
// there is no title, which exists once and is found again; a group otherwise;
// with nobody, the room with oneself.
func (a *API) CreateRoom(ctx context.Context, title string, members ...ID) (*Room, error) {
	in := struct {
		MemberIDs []ID   `json:"member_ids"`
		Title     string `json:"title,omitempty"`
	}{members, title}
	if in.MemberIDs == nil {
		in.MemberIDs = []ID{}
	}
	var room Room
	if err := a.Do(ctx, http.MethodPost, "/v1/rooms", in, &room); err != nil {
		return nil, err
	}
	return &room, nil
}

// Invite brings people into a group, at most 100 with one call.
func (a *API) Invite(ctx context.Context, room ID, users ...ID) error {
	in := struct {
		UserIDs []ID `json:"user_ids"`
	}{users}
	return a.Do(ctx, http.MethodPost, "/v1/rooms/"+room.String()+"/members", in, nil)
}

// Do makes a call of the REST API: the path begins with /v1, in is sent as JSON
// unless it is nil, the answer is read into out unless that is nil. An answer
// that says no is an [*Error].
func (a *API) Do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(a.Server, "/")+path, body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPost {
		// The transport repeats a request whose connection turned out to be
		// dead; with the key that has no effect twice.
		req.Header.Set("Idempotency-Key", NewID().String())
	}
	if a.Token != "" {
		req.Header.Set("Authorization", "Bearer "+a.Token)
	}
	res, err := a.client().Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if len(b) > maxAnswer {
		return fmt.Errorf("%s %s: answer of more than %d bytes", method, path, maxAnswer)
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %w", method, path, problem(res, b))
	}
	if out == nil || len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func (a *API) client() *http.Client {
	if a.HTTP == nil {
		return http.DefaultClient
	}
	return a.HTTP
}

// problem reads an RFC 9457 answer.
func problem(res *http.Response, body []byte) *Error {
	e := &Error{Code: strconv.Itoa(res.StatusCode), Message: res.Status}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = time.Duration(s) * time.Second
	}
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind != "application/problem+json" {
		return e
	}
	var p struct {
		Code   string `json:"code"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Errors []struct {
			Pointer   string `json:"pointer"`
			Parameter string `json:"parameter"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &p); err != nil || p.Code == "" {
		return e
	}
	e.Code = p.Code
	if e.Message = p.Detail; e.Message == "" {
		e.Message = p.Title
	}
	if len(p.Errors) > 0 {
		e.Field = cmp.Or(strings.TrimPrefix(p.Errors[0].Pointer, "#/"), p.Errors[0].Parameter)
	}
	return e
}
