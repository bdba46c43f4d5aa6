package preview

import (
	"context"
	"fmt"
	"time"

	"madang/internal/db"
)

// How long what was found is kept, and that there was nothing.
const (
	keepFound   = 24 * time.Hour
	keepNothing = 10 * time.Minute
)

// maxKept is how many previews are kept; beyond, those that expire first go. One
// takes some 15 KB with its picture.
const maxKept = 50_000

var (
	selectPreview = db.SQL(`SELECT found, url, site, title, description, picture, width, height FROM link_preview
		WHERE shard = $1 AND hash = $2 AND expires_at > $3`)
	putPreview = db.SQL(`INSERT INTO link_preview (shard, hash, expires_at, found, url, site, title, description, picture, width, height)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (shard, hash) DO UPDATE SET expires_at = excluded.expires_at, found = excluded.found, url = excluded.url,
			site = excluded.site, title = excluded.title, description = excluded.description, picture = excluded.picture,
			width = excluded.width, height = excluded.height`)
	dropExpired = db.SQL(`DELETE FROM link_preview WHERE (shard, hash) IN
		(SELECT shard, hash FROM link_preview WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`)
	expiryAt = db.SQL(`SELECT expires_at FROM link_preview ORDER BY expires_at DESC LIMIT 1 OFFSET $1`)
)

// kept gives what is known of an address; ok is false when that is nothing yet, and
// the preview is nil when there is none.
func (p *Previews) kept(ctx context.Context, hash []byte) (found *Preview, ok bool, err error) {
	list, err := db.Select(ctx, p.DB, func(s db.Scanner) (*Preview, error) {
		var v Preview
		var there bool
		err := s.Scan(&there, &v.URL, &v.Site, &v.Title, &v.Description, &v.Picture, &v.Width, &v.Height)
		if err != nil || !there {
			return nil, err
		}
		return &v, nil
	}, selectPreview, db.ShardOfBytes(hash), hash, p.Clock.NowMs())
	if err != nil {
		return nil, false, fmt.Errorf("look a preview up: %w", err)
	}
	if len(list) == 0 {
		return nil, false, nil
	}
	return list[0], true, nil
}

// keep notes what was found; nil is nothing.
func (p *Previews) keep(ctx context.Context, hash []byte, found *Preview) error {
	v, keep := Preview{}, keepNothing
	if found != nil {
		v, keep = *found, keepFound
	}
	err := p.DB.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, putPreview, db.ShardOfBytes(hash), hash, p.Clock.NowMs()+keep.Milliseconds(), found != nil,
			v.URL, v.Site, v.Title, v.Description, v.Picture, v.Width, v.Height)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a preview: %w", err)
	}
	return nil
}

// Run removes previews that have expired, and those that are too many, until ctx is
// done. Then it ends the looks under way.
func (p *Previews) Run(ctx context.Context) error {
	defer p.stop()
	return p.Clock.Every(ctx, cleanEvery, func(ctx context.Context) error {
		if err := p.Clean(ctx, maxKept); err != nil && ctx.Err() == nil {
			p.Logger.Error("remove old previews; trying again in some minutes", "cause", err)
		}
		return nil
	})
}

// Clean removes previews that have expired, and of more than most those that expire
// first.
func (p *Previews) Clean(ctx context.Context, most int) error {
	until := p.Clock.NowMs()
	over, err := db.Select(ctx, p.DB, db.Value[int64], expiryAt, most)
	if err != nil {
		return fmt.Errorf("count previews: %w", err)
	}
	if len(over) > 0 {
		until = max(until, over[0])
	}
	for {
		var gone int64
		err := p.DB.Tx(ctx, func(tx *db.Tx) (err error) {
			gone, err = tx.Exec(ctx, dropExpired, until, cleanStep)
			return err
		})
		if err != nil {
			return fmt.Errorf("remove previews: %w", err)
		}
		if gone < cleanStep {
			return nil
		}
	}
}

// cleanEvery is how often old previews are removed, and cleanStep how many before
// others have their turn to write.
const (
	cleanEvery = 10 * time.Minute
	cleanStep  = 200
)
