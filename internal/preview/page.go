package preview

import (
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// page is what a page's head says, under the names of the Open Graph protocol
// (ogp.me) where there are several.
type page struct {
	title, description, site, picture string
	plainTitle                        string // of <title>
}

// The metas that count, in the order in which they are believed.
var (
	titles       = []string{"og:title", "twitter:title"}
	descriptions = []string{"og:description", "twitter:description", "description"}
	pictures     = []string{"og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"}
	sites        = []string{"og:site_name", "application-name"}

	known = slices.Concat(titles, descriptions, pictures, sites)
)

// readPage reads the head of a page, in whichever encoding it is.
func readPage(r io.Reader, contentType string) (*page, error) {
	decoded, err := charset.NewReader(r, contentType)
	if errors.Is(err, io.EOF) {
		return &page{}, nil // it is empty
	}
	if err != nil {
		return nil, err
	}
	z := html.NewTokenizer(decoded)
	z.SetMaxBuf(MaxBytes)
	metas := make(map[string]string)
	g := &page{}
	inTitle := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			// The end, or a page that is cut off: what was read counts.
			g.choose(metas)
			return g, nil
		case html.TextToken:
			if inTitle && g.plainTitle == "" {
				g.plainTitle = string(z.Text())
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			inTitle = false
			if atom.Lookup(name) == atom.Head {
				g.choose(metas)
				return g, nil
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch atom.Lookup(name) {
			case atom.Title:
				inTitle = true
			case atom.Body:
				g.choose(metas)
				return g, nil
			case atom.Meta:
				if more {
					meta(z, metas)
				}
			}
		}
	}
}

// meta notes a <meta> by its property or name; of several the first one counts.
func meta(z *html.Tokenizer, metas map[string]string) {
	attrs := make(map[string]string)
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		attrs[string(key)] = string(value)
	}
	for _, by := range []string{"property", "name"} {
		name := strings.ToLower(strings.TrimSpace(attrs[by]))
		if slices.Contains(known, name) && metas[name] == "" {
			metas[name] = strings.TrimSpace(attrs["content"])
		}
	}
}

func (g *page) choose(metas map[string]string) {
	best := func(names []string) string {
		for _, n := range names {
			if metas[n] != "" {
				return metas[n]
			}
		}
		return ""
	}
	g.title, g.description, g.picture, g.site = best(titles), best(descriptions), best(pictures), best(sites)
	if g.title == "" {
		g.title = g.plainTitle
	}
}

func (g *page) preview(at *url.URL) *Preview {
	p := &Preview{URL: at.String(), Site: line(g.site, 100), Title: line(g.title, 200), Description: line(g.description, 500)}
	if p.Site == "" {
		p.Site = siteOf(at)
	}
	return p
}

// siteOf is what a site is called that does not say so itself.
func siteOf(at *url.URL) string { return strings.TrimPrefix(at.Hostname(), "www.") }

// line is a text on one line, without what is not to be seen, of at most so many
// characters.
func line(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar, !unicode.IsPrint(r) && r != '\u200d': // which joins emoji
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		s = strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return s
}
