package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// GatewayConfig says how to hand a message to a provider.
type GatewayConfig struct {
	// URL is where to POST, https or http.
	URL string
	// Headers go along, such as Authorization.
	Headers map[string]string
	// From is the sender's name or number, if the provider wants one.
	From string
	// Body is a JSON document in whose strings {from}, {to} and {text} are
	// replaced. Empty means {"from":"{from}","to":"{to}","text":"{text}"}.
	Body string
	// Form sends the body as a form instead of as JSON. It is then one object
	// of strings.
	Form bool
	// Timeout bounds one call; 0 means 10 seconds.
	Timeout time.Duration
}

// maxAnswerBytes bounds what is read of a provider's answer.
const maxAnswerBytes = 64 << 10

// Gateway hands messages to a provider over HTTP. An answer of status 2xx means
// that the provider has taken the message. Nothing is retried, because a message
// may have been taken although its answer was lost; the person asks again.
type Gateway struct {
	config GatewayConfig
	body   any // parsed from config.Body
	client *http.Client
}

// NewGateway checks the configuration and makes a sender of it.
func NewGateway(config GatewayConfig) (*Gateway, error) {
	address, err := url.Parse(config.URL)
	if err != nil || (address.Scheme != "https" && address.Scheme != "http") || address.Host == "" {
		return nil, errors.New("sms gateway: the address is not an http or https URL")
	}
	if config.Body == "" {
		config.Body = `{"from":"{from}","to":"{to}","text":"{text}"}`
	}
	if config.Timeout == 0 {
		config.Timeout = 10 * time.Second
	}
	g := &Gateway{config: config}
	if err := json.Unmarshal([]byte(config.Body), &g.body); err != nil {
		return nil, fmt.Errorf("sms gateway: body: %w", err)
	}
	if !strings.Contains(config.Body, "{to}") || !strings.Contains(config.Body, "{text}") {
		return nil, errors.New("sms gateway: the body names {to} and {text}")
	}
	if _, ok := flat(g.body); config.Form && !ok {
		return nil, errors.New("sms gateway: the body of a form is one object of strings")
	}
	g.client = &http.Client{
		Timeout: config.Timeout,
		// A redirect would carry the headers, and the code, somewhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return g, nil
}

// Send implements [Sender].
func (g *Gateway) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	body, kind, err := g.encode(m)
	if err != nil {
		return fmt.Errorf("sms gateway: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.config.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sms gateway: %w", err)
	}
	req.Header.Set("Content-Type", kind)
	for name, value := range g.config.Headers {
		req.Header.Set(name, value)
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return fmt.Errorf("sms gateway: %w", err)
	}
	defer resp.Body.Close()
	// Read to the end, so that the connection can be used again.
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("sms gateway: status %d: %.200q", resp.StatusCode, answer)
	}
	if err != nil {
		return fmt.Errorf("sms gateway: answer: %w", err)
	}
	return nil
}

func (g *Gateway) encode(m Message) (body []byte, contentType string, err error) {
	filled := fill(g.body, strings.NewReplacer("{from}", g.config.From, "{to}", m.To, "{text}", m.Text))
	if g.config.Form {
		values := url.Values{}
		fields, _ := flat(filled)
		for name, value := range fields {
			values.Set(name, value)
		}
		return []byte(values.Encode()), "application/x-www-form-urlencoded", nil
	}
	body, err = json.Marshal(filled)
	return body, "application/json", err
}

// fill copies a JSON value with its strings replaced. Working on the parsed
// value keeps a text from breaking out of its string.
func fill(v any, r *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return r.Replace(v)
	case []any:
		filled := make([]any, len(v))
		for i := range v {
			filled[i] = fill(v[i], r)
		}
		return filled
	case map[string]any:
		filled := make(map[string]any, len(v))
		for name := range v {
			filled[name] = fill(v[name], r)
		}
		return filled
	}
	return v
}

func flat(v any) (map[string]string, bool) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	fields := make(map[string]string, len(object))
	for name, value := range object {
		if fields[name], ok = value.(string); !ok {
			return nil, false
		}
	}
	return fields, true
}
