package chat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"madang/internal/account"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// MediaKind is what a file is.
type MediaKind string

// The kinds of files.
const (
	MediaPhoto MediaKind = "photo"
	MediaVideo MediaKind = "video"
	MediaVoice MediaKind = "voice"
	MediaFile  MediaKind = "file"
)

var (
	mediaByID = db.SQL(`SELECT owner, kind FROM media WHERE shard = $1 AND id = $2 AND state = 'ready'`)
	addMedia  = db.SQL(`INSERT INTO media (shard, id, owner, kind, state, created_at) VALUES ($1, $2, $3, $4, 'ready', $5)`)
)

// checkMedia checks that every file which the content names is there, is the
// sender's own and is of the kind that its place needs.
func (c *Chat) checkMedia(ctx context.Context, owner UserID, m *wire.Content) error {
	check := func(field string, id wire.ID, want MediaKind) error {
		return checkFile(ctx, c.db, owner, id, want, field)
	}
	switch m.Type {
	case wire.TypePhoto:
		for i := range m.Photos {
			if err := check(fmt.Sprintf("photos[%d].media_id", i), m.Photos[i].MediaID, MediaPhoto); err != nil {
				return err
			}
		}
	case wire.TypeVideo:
		if !m.Video.PosterID.IsZero() {
			if err := check("video.poster_id", m.Video.PosterID, MediaPhoto); err != nil {
				return err
			}
		}
		return check("video.media_id", m.Video.MediaID, MediaVideo)
	case wire.TypeVoice:
		return check("voice.media_id", m.Voice.MediaID, MediaVoice)
	case wire.TypeFile:
		return check("file.media_id", m.File.MediaID, MediaFile)
	case wire.TypeCard:
		if !m.Card.ImageID.IsZero() {
			return check("card.image_id", m.Card.ImageID, MediaPhoto)
		}
	}
	return nil
}

// checkFile checks one file. Of a file of somebody else only "unknown" is said.
func checkFile(ctx context.Context, r db.Reader, owner UserID, id wire.ID, want MediaKind, field string) error {
	var of UserID
	var kind MediaKind
	err := r.QueryRow(ctx, mediaByID, db.ShardOf(id), id).Scan(&of, &kind)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.New(fault.MediaUnknown).In(field)
	case err != nil:
		return fmt.Errorf("look for file %s: %w", id, err)
	case of != owner:
		return fault.New(fault.MediaUnknown).In(field)
	case kind != want:
		return fault.New(fault.MediaKind).In(field)
	}
	return nil
}

// CheckPhoto checks that a photo is there and the owner's, for profiles. It is
// the CheckPhoto of [account.Options].
func CheckPhoto(ctx context.Context, tx *db.Tx, owner account.ID, photo wire.ID) error {
	return checkFile(ctx, tx, owner, photo, MediaPhoto, "photo_id")
}

// MakeTestMedia makes a file that messages can name, without any bytes behind
// it. Only the sandbox calls it.
func (c *Chat) MakeTestMedia(ctx context.Context, owner UserID, kind MediaKind) (wire.ID, error) {
	switch kind {
	case MediaPhoto, MediaVideo, MediaVoice, MediaFile:
	default:
		return wire.ID{}, fault.New(fault.MediaKind).In("kind")
	}
	id, err := account.NewID(c.clock.Now())
	if err != nil {
		return id, err
	}
	err = c.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, addMedia, db.ShardOf(id), id, owner, string(kind), c.clock.NowMs())
		return err
	})
	if err != nil {
		return wire.ID{}, fmt.Errorf("make test media: %w", err)
	}
	return id, nil
}
