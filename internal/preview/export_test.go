package preview

import (
	"context"
	"io"
	"net/url"
)

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
