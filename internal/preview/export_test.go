package preview

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
)

// Limits of looks, for tests that reach them.
const (
	MaxLooks  = maxLooks
	PerPerson = perPerson
	CleanStep = cleanStep
)

// Dial makes the connections of p with another dialer.
func (p *Previews) Dial(d *net.Dialer) { p.client = newClient(d) }

// Through answers the requests of p without a network.
func (p *Previews) Through(t http.RoundTripper) { p.client.Transport = t }

// Keep keeps a preview, or with nil that there is none.
func (p *Previews) Keep(ctx context.Context, hash []byte, found *Preview) error {
	return p.keep(ctx, hash, found)
}

// Fetch looks at a page without any cache.
func (p *Previews) Fetch(ctx context.Context, address string) (*Preview, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	return p.fetch(ctx, address)
}

// Read reads a page, with the address of its picture.
func Read(r io.Reader, contentType string, at *url.URL) (found *Preview, picture string, err error) {
	g, err := readPage(r, contentType)
	if err != nil {
		return nil, "", err
	}
	return g.preview(at), g.picture, nil
}
