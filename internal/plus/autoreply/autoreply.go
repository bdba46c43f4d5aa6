// Package autoreply answers: what does a partner's server say to a person who writes
// to its Plus Friend?
//
// It is the calling side of Kakao's Plus Friend auto-reply API, version 2.0 (2016;
// its description was kept at github.com/plusfriend/auto_reply): servers written for
// that interface are called as they were by Kakao. What the description leaves open
// is done as such servers expect it, and what they answer beside the description is
// taken where its meaning is clear (answer.go).
//
// Addresses that owners give are dialled through package dial: public ones, unless
// an administrator has named the host.
package autoreply

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"madang/internal/dial"
)

// Limits of a call.
const (
	// Limit is how long a whole call may take.
	Limit = 5 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes: a hundred buttons and a
	// thousand characters fit in well, whatever way they are escaped.
	maxAnswer = 256 << 10
	// maxBase is the length of a base address in bytes.
	maxBase = 1024
)

// ports are where partners' servers listen: those of the web, and what the usual
// frameworks begin with.
var ports = []uint16{80, 443, 3000, 5000, 8000, 8080, 8443}

// Config says what may be called.
type Config struct {
	// Trusted are hosts ("bot.example" or "bot.example:9000") that an administrator has
	// named: they are dialled without a look at the address and the port.
	Trusted []string
	// Source is the address from which servers are called; nil leaves it to the system.
	// Partners that let in only known callers ask for it.
	Source net.Addr
}

// Caller calls partners' servers. It is safe for concurrent use.
type Caller struct {
	trusted []string
	public  *http.Client
	private *http.Client // for trusted hosts
}

// New makes a Caller.
func New(c Config) *Caller {
	return &Caller{trusted: c.Trusted, public: client(c.Source, false), private: client(c.Source, true)}
}

func client(source net.Addr, private bool) *http.Client {
	dialer := dial.Guarded(private, Limit, ports...)
	dialer.LocalAddr = source
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    16,
			IdleConnTimeout:        time.Minute,
			TLSHandshakeTimeout:    Limit,
			MaxResponseHeaderBytes: 32 << 10,
		},
		// A POST would lose its body on the way.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ParseBase reads the base address of a partner's server, which may hold a path and
// end in a slash.
func ParseBase(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case len(text) > maxBase:
		return nil, fail(WrongAddress, "the address has more than %d bytes", maxBase)
	case err != nil:
		return nil, fail(WrongAddress, "the address cannot be read: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fail(WrongAddress, "the address does not begin with http:// or https://")
	case u.Hostname() == "":
		return nil, fail(WrongAddress, "the address names no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fail(WrongAddress, "the address may hold a host and a path, and nothing else")
	}
	return u, nil
}

// Keyboard asks for the Home keyboard.
func (c *Caller) Keyboard(ctx context.Context, base *url.URL) (*Keyboard, error) {
	body, err := c.call(ctx, base, http.MethodGet, "/keyboard", nil)
	if err != nil {
		return nil, err
	}
	return parseHome(body)
}

// Message tells what a person said, and gives what the server answers. The type is
// "text", "photo", "video" or "audio"; the content is the text as it was written, or
// the address of the file.
func (c *Caller) Message(ctx context.Context, base *url.URL, userKey, kind, content string) (*Answer, error) {
	body, err := c.call(ctx, base, http.MethodPost, "/message", map[string]string{
		"user_key": userKey, "type": kind, "content": content,
	})
	if err != nil {
		return nil, err
	}
	return parseAnswer(body)
}

// Added tells that a person added the Plus Friend, or stopped blocking it.
func (c *Caller) Added(ctx context.Context, base *url.URL, userKey string) error {
	return c.tell(ctx, base, http.MethodPost, "/friend", userKey)
}

// Blocked tells that a person blocks the Plus Friend.
func (c *Caller) Blocked(ctx context.Context, base *url.URL, userKey string) error {
	return c.tell(ctx, base, http.MethodDelete, "/friend/"+url.PathEscape(userKey), userKey)
}

// Left tells that a person left the room.
func (c *Caller) Left(ctx context.Context, base *url.URL, userKey string) error {
	return c.tell(ctx, base, http.MethodDelete, "/chat_room/"+url.PathEscape(userKey), userKey)
}

// tell makes a call whose answer says nothing: servers answer it with words of all
// kinds, with nothing, and with 404 where they have no such route. Some read the key
// from the body also where the path has it.
func (c *Caller) tell(ctx context.Context, base *url.URL, method, path, userKey string) error {
	_, err := c.call(ctx, base, method, path, map[string]string{"user_key": userKey})
	if e, is := errors.AsType[*Error](err); is && 400 <= e.Answered && e.Answered < 500 {
		return nil
	}
	return err
}

// call makes a call and gives the body of a good answer.
func (c *Caller) call(ctx context.Context, base *url.URL, method, path string, params map[string]string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, Limit)
	defer cancel()
	req, err := request(ctx, base, method, path, params)
	if err != nil {
		return nil, err
	}
	res, err := c.clientFor(base).Do(req)
	if err != nil {
		return nil, unreached(ctx, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, unreached(ctx, err)
	}
	if res.StatusCode/100 != 2 {
		code := WrongFormat
		if res.StatusCode == http.StatusNotFound || res.StatusCode/100 == 3 {
			code = WrongAddress
		}
		e := fail(code, "%s %s was answered with %s", method, req.URL.Path, res.Status)
		e.Answered = res.StatusCode
		return nil, e
	}
	if len(body) > maxAnswer {
		return nil, fail(WrongFormat, "the answer has more than %d bytes", maxAnswer)
	}
	return body, nil
}

func request(ctx context.Context, base *url.URL, method, path string, params map[string]string) (*http.Request, error) {
	var body io.Reader
	if params != nil {
		b := new(bytes.Buffer)
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		if err := e.Encode(params); err != nil {
			return nil, fmt.Errorf("%s %s: %w", method, path, err)
		}
		body = bytes.NewReader(bytes.TrimSpace(b.Bytes()))
	}
	address := strings.TrimRight(base.String(), "/") + path
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fail(WrongAddress, "the address cannot be called: %w", err)
	}
	req.Header.Set("User-Agent", "Madang/1.0")
	req.Header.Set("Accept", "application/json")
	if params != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return req, nil
}

func (c *Caller) clientFor(base *url.URL) *http.Client {
	if slices.Contains(c.trusted, base.Host) || slices.Contains(c.trusted, base.Hostname()) {
		return c.private
	}
	return c.public
}

// unreached says why there is no answer.
func unreached(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fail(TimedOut, "there was no answer within %s", Limit)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fail(WrongAddress, "the server cannot be reached: %w", err)
}
