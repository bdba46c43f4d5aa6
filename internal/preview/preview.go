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
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"madang/internal/chat"
	"madang/internal/clock"
	"madang/internal/db"
	"madang/internal/dial"
	"madang/internal/fault"
	"madang/internal/mediafile"
)

// Limits of a look at a page.
const (
	Timeout      = 5 * time.Second // for the page and its picture together
	MaxBytes     = 1 << 20         // of the page, and of the picture, as decoded
	MaxRedirects = 3               // of each
)

// maxLooks is how many looks are under way at once, and perPerson how many of them
// one person began, so that slow pages of one keep nobody else waiting. One more is
// refused with fault.PreviewBusy.
const (
	maxLooks  = 32
	perPerson = 8
)

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

	life context.Context // of all looks; it ends with Run
	end  context.CancelFunc

	mu      sync.Mutex
	stopped bool                // no look begins any more
	running map[chat.UserID]int // looks, by who began them
	all     int
	under   sync.WaitGroup // of all looks
}

// Open makes previews. It touches no network. The caller runs [Previews.Run].
func Open(c Config) *Previews {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	p := &Previews{
		Config: c, client: newClient(dial.Guarded(c.Private, Timeout, 80, 443)), studio: mediafile.NewStudio(pictureMemory),
		running: make(map[chat.UserID]int),
	}
	p.life, p.end = context.WithCancel(context.Background())
	return p
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
		if kept, err = p.look(ctx, a, address, hash[:]); err != nil {
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
	content, err := p.Chat.Content(ctx, a, room, seq)
	if fault.Has(err, fault.MessageDeleted) {
		return "", fault.New(fault.EntryUnknown)
	}
	return content.Text, err
}
