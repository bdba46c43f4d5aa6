package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// newClient makes the client for addresses of strangers. Every connection, so also
// that of a redirect, goes through the dialer.
func newClient(dialer *net.Dialer) *http.Client {
	return &http.Client{
		Timeout: Timeout,
		// No proxy: it would make the connection, unchecked.
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: Timeout,
			ResponseHeaderTimeout: Timeout, MaxResponseHeaderBytes: 32 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			switch {
			case len(via) > MaxRedirects:
				return errors.New("too many redirects")
			case r.URL.Scheme != "http" && r.URL.Scheme != "https" || r.URL.User != nil:
				return errors.New("a redirect leads away from the web")
			}
			r.Header.Del("Referer")
			return nil
		},
	}
}

// document is what an address answers.
type document struct {
	url  *url.URL // where redirects led
	kind string   // media type, without parameters
	full string   // with them
	body io.ReadCloser
}

// get asks for a document. The body ends after MaxBytes, decoded.
func (p *Previews) get(ctx context.Context, address, accept string) (*document, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (compatible; Madang; link preview)")
	r.Header.Set("Accept", accept)
	answer, err := p.client.Do(r) //nolint:bodyclose // who gets the document closes it
	if err != nil {
		return nil, fmt.Errorf("ask for a page: %w", errors.Unwrap(err)) // without the address
	}
	d := &document{url: answer.Request.URL, full: answer.Header.Get("Content-Type")}
	d.body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, MaxBytes), answer.Body}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the page answers %d", answer.StatusCode), d.body.Close())
	}
	d.kind, _, _ = strings.Cut(d.full, ";")
	d.kind = strings.ToLower(strings.TrimSpace(d.kind))
	return d, nil
}

// where is the address that led to the document in the end, or the one that was
// asked for when it is too long to be passed on.
func (d *document) where(asked string) string {
	if s := d.url.String(); len(s) <= maxAddress && utf8.ValidString(s) {
		return s
	}
	return asked
}

// fetch looks at a page. Its parsers are not ours, and the page is anybody's: what
// makes them panic is a page that shows nothing.
func (p *Previews) fetch(ctx context.Context, address string) (found *Preview, err error) {
	defer func() {
		if v := recover(); v != nil {
			found, err = nil, fmt.Errorf("read a page: panic: %v", v)
		}
	}()
	d, err := p.get(ctx, address, "text/html,application/xhtml+xml,image/*;q=0.8,*/*;q=0.1")
	if err != nil {
		return nil, err
	}
	defer d.body.Close()
	switch {
	case strings.HasPrefix(d.kind, "image/"):
		found = &Preview{URL: d.where(address), Site: siteOf(d.url)}
		return found, p.draw(ctx, found, d.body)
	case d.kind != "text/html" && d.kind != "application/xhtml+xml":
		return nil, fmt.Errorf("%w: it is %q", errNothing, d.kind)
	}
	g, err := readPage(d.body, d.full)
	if err != nil {
		return nil, fmt.Errorf("read a page: %w", err)
	}
	found = g.preview(d.url)
	found.URL = d.where(address)
	if g.picture != "" {
		// A page without its picture is still a page.
		if err := p.fetchPicture(ctx, found, d.url, g.picture); err != nil {
			p.Logger.Debug("the picture of a page cannot be shown", "cause", err)
		}
	}
	if found.Title == "" && found.Picture == nil {
		return nil, errNothing
	}
	return found, nil
}

func (p *Previews) fetchPicture(ctx context.Context, found *Preview, base *url.URL, address string) error {
	u, err := base.Parse(address)
	if err != nil {
		return err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return errors.New("its address is none of the web")
	}
	d, err := p.get(ctx, u.String(), "image/*")
	if err != nil {
		return err
	}
	defer d.body.Close()
	return p.draw(ctx, found, d.body)
}

// draw makes a small picture of a large one.
func (p *Previews) draw(ctx context.Context, found *Preview, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read a picture: %w", err)
	}
	small, err := p.studio.Small(ctx, data)
	if err != nil {
		return err
	}
	found.Picture, found.Width, found.Height = small.JPEG, small.Width, small.Height
	return nil
}
