// Package preview answers: what is behind the address that a message names?
//
// The server looks, so that no member's device tells a stranger's server where it
// is. It reads at most [MaxBytes] within [Timeout], follows [MaxRedirects]
// redirects, and connects only to public addresses, which is checked for every
// connection when its address is known. What it finds is kept for a day, that there
// is nothing for ten minutes. Pictures are decoded and made small here; nothing of a
// page reaches a client but texts and pixels.
package preview

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/singleflight"

	"madang/internal/chat"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// Limits of a look at a page.
const (
	Timeout      = 5 * time.Second // for the page and its picture together
	MaxBytes     = 1 << 20         // of the page, and of the picture, as decoded
	MaxRedirects = 3               // of each
)

// maxLooks is how many looks are under way at once. One more is refused with
// fault.PreviewBusy.
const maxLooks = 16

// pictureMemory bounds what pictures being made small take, in bytes.
const pictureMemory = 64 << 20

// Preview is what a page says of itself. Texts are plain, on one line, and bounded.
type Preview struct {
	URL         string // where redirects led
	Site        string // at most 100 characters
	Title       string // at most 200
	Description string // at most 500
	// Picture is a JPEG whose longer side has at most mediafile.SmallSide pixels;
	// nil when there is none.
	Picture       []byte
	Width, Height int
}

// Config is what previews stand on. DB and Chat are needed.
type Config struct {
	DB     *db.DB
	Chat   *chat.Chat
	Clock  *clock.Clock
	Off    bool // no message has a preview
	Logger *slog.Logger
	// Private lets pages be on private addresses and any port: for tests.
	Private bool
}

// Previews looks at pages. It is safe for concurrent use.
type Previews struct {
	Config
	client *http.Client
	studio *mediafile.Studio
	looks  singleflight.Group // by address
	slots  chan struct{}
}

// Open makes previews. It touches no network. The caller runs [Previews.Run].
func Open(c Config) *Previews {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return &Previews{Config: c, client: newClient(c.Private), studio: mediafile.NewStudio(pictureMemory), slots: make(chan struct{}, maxLooks)}
}

// Of gives the preview of the first address in the text of a message that the actor
// sees. Without one, or when its page shows nothing, that is fault.PreviewNone; who
// may not see the message is refused as by [chat.Chat.Messages].
func (p *Previews) Of(ctx context.Context, a chat.Actor, room chat.RoomID, seq uint64) (*Preview, error) {
	text, err := p.text(ctx, a, room, seq)
	if err != nil {
		return nil, err
	}
	address := First(text)
	if p.Off || address == "" {
		return nil, fault.New(fault.PreviewNone)
	}
	hash := sha256.Sum256([]byte(address))
	kept, ok, err := p.kept(ctx, hash[:])
	if err != nil {
		return nil, err
	}
	if !ok {
		if kept, err = p.look(ctx, address, hash[:]); err != nil {
			return nil, err
		}
	}
	if kept == nil {
		return nil, fault.New(fault.PreviewNone)
	}
	return kept, nil
}

// text is that of a message as the actor sees it.
func (p *Previews) text(ctx context.Context, a chat.Actor, room chat.RoomID, seq uint64) (string, error) {
	if seq == 0 {
		return "", fault.New(fault.SeqInvalid).In("seq")
	}
	page, err := p.Chat.Messages(ctx, a, room, chat.Page{After: seq - 1, FromStart: true, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(page.Entries) == 0 || page.Entries[0].Seq != seq {
		return "", fault.New(fault.EntryUnknown)
	}
	e, err := page.Entries[0].Decode()
	if err != nil {
		return "", err
	}
	if e.Kind != wire.KindMessage || e.Content == nil {
		return "", fault.New(fault.EntryUnknown)
	}
	return e.Text, nil
}

// look looks at a page, once for all who want it at the same time.
func (p *Previews) look(ctx context.Context, address string, hash []byte) (*Preview, error) {
	done := p.looks.DoChan(address, func() (any, error) {
		select {
		case p.slots <- struct{}{}:
			defer func() { <-p.slots }()
		default:
			return nil, fault.New(fault.PreviewBusy).After(time.Second)
		}
		// It ends by itself, and others may wait for it when this caller has gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), Timeout)
		defer cancel()
		found, err := p.fetch(ctx, address)
		if err != nil {
			p.Logger.Debug("a page shows nothing", "cause", err)
			found = nil
		}
		return found, p.keep(context.WithoutCancel(ctx), hash, found)
	})
	select {
	case r := <-done:
		found, _ := r.Val.(*Preview)
		return found, r.Err
	case <-ctx.Done():
		return nil, fmt.Errorf("look at a page: %w", ctx.Err())
	}
}

var errNothing = errors.New("the page tells nothing of itself")
