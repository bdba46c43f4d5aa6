package chat

import (
	"context"
	"errors"
	"fmt"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/wire"
)

// fileSlot is a place of a message that names a file.
type fileSlot struct {
	field string
	id    wire.ID
	kind  media.Kind
	fill  func(*media.File) // what the sender said of the file becomes what it is
}

// filesOf lists what a message names. That of a text is nil.
func filesOf(m *wire.Content) []fileSlot {
	switch m.Type {
	case wire.TypePhoto:
		slots := make([]fileSlot, len(m.Photos))
		for i := range m.Photos {
			p := &m.Photos[i]
			slots[i] = fileSlot{fmt.Sprintf("photos[%d].media_id", i), p.MediaID, media.Photo, func(f *media.File) {
				p.Width, p.Height, p.Blur = f.Width, f.Height, f.Blur
			}}
		}
		return slots
	case wire.TypeVideo:
		v := m.Video
		slots := []fileSlot{{"video.media_id", v.MediaID, media.Video, func(f *media.File) {
			v.Width, v.Height, v.DurationMs = f.Width, f.Height, f.Duration.Milliseconds()
		}}}
		if !v.PosterID.IsZero() {
			slots = append(slots, fileSlot{"video.poster_id", v.PosterID, media.Photo, func(*media.File) {}})
		}
		return slots
	case wire.TypeVoice:
		v := m.Voice
		return []fileSlot{{"voice.media_id", v.MediaID, media.Voice, func(f *media.File) {
			v.DurationMs, v.Waveform = f.Duration.Milliseconds(), nil
			for _, n := range f.Waveform {
				v.Waveform = append(v.Waveform, int(n))
			}
		}}}
	case wire.TypeFile:
		x := m.File
		return []fileSlot{{"file.media_id", x.MediaID, media.Plain, func(f *media.File) { x.Size, x.Mime = f.Size, f.Mime }}}
	case wire.TypeCard:
		if !m.Card.ImageID.IsZero() {
			return []fileSlot{{"card.image_id", m.Card.ImageID, media.Photo, func(*media.File) {}}}
		}
	}
	return nil
}

// mediaOf gives the files that a stored message names.
func mediaOf(e *roomlog.Entry) ([]wire.ID, error) {
	if e.Kind != roomlog.Message {
		return nil, nil
	}
	b, err := bodyOf(e)
	if err != nil || b.deleted {
		return nil, err
	}
	m, err := b.wire()
	if err != nil {
		return nil, err
	}
	return appendMedia(nil, filesOf(&m)), nil
}

func appendMedia(ids []wire.ID, slots []fileSlot) []wire.ID {
	for i := range slots {
		// Files of conversations from elsewhere are not there.
		if !slots[i].id.IsZero() {
			ids = append(ids, slots[i].id)
		}
	}
	return ids
}

// checkMedia checks that the sender may send every file that the content names
// and that it is of the kind that its place needs, and writes into the content
// what the files are.
func (c *Chat) checkMedia(ctx context.Context, sender UserID, m *wire.Content) error {
	slots := filesOf(m)
	for i := range slots {
		f, err := c.files.Usable(ctx, c.db, sender, slots[i].id, slots[i].kind)
		if err != nil {
			return inField(err, slots[i].field)
		}
		slots[i].fill(&f)
	}
	return nil
}

// inField says which field a fault is about.
func inField(err error, field string) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.In(field)
	}
	return err
}

// sentBefore answers a message of which a file is gone that was sent before: the
// number of a key is kept as long as its entry, also when a file is not.
func (c *Chat) sentBefore(ctx context.Context, a Actor, s *Send, cause error) (Sent, error) {
	if !fault.Has(cause, fault.MediaUnknown) {
		return Sent{}, cause
	}
	k, ok, err := c.log.Key(ctx, s.Room, a.User, s.ClientID)
	if err != nil || !ok {
		return Sent{}, errors.Join(cause, err)
	}
	list, err := c.log.Entries(ctx, s.Room, k.Seq, k.Seq, 1, false)
	if err != nil || len(list) == 0 {
		return Sent{}, errors.Join(cause, err)
	}
	return Sent{Room: s.Room, Seq: k.Seq, At: wire.Time(list[0].At)}, nil
}

// grantPage is how many grants of a file are looked at in one go, and maxGrants
// how many altogether: a file that was forwarded to more rooms is read by whoever
// is in one of the first.
const (
	grantPage = 256
	maxGrants = 64 * grantPage
)

// Named implements media.Holder: an entry of a room, or a profile, shows the file.
func (c *Chat) Named(ctx context.Context, id wire.ID) (bool, error) {
	grants, err := c.log.Grants(ctx, id, roomlog.Grant{}, 1)
	if err != nil || len(grants) > 0 {
		return len(grants) > 0, err
	}
	_, ok, err := c.accounts.PhotoOf(ctx, id)
	return ok, err
}

// MayRead implements media.Holder: the person sees an entry that names the file,
// or it is the profile photo of somebody they know or share a room with.
func (c *Chat) MayRead(ctx context.Context, user UserID, id wire.ID) (bool, error) {
	after := roomlog.Grant{}
	for range maxGrants / grantPage {
		grants, err := c.log.Grants(ctx, id, after, grantPage)
		if err != nil {
			return false, err
		}
		for _, g := range grants {
			_, err := c.visible(ctx, user, g.Room, g.Seq)
			if err == nil {
				return true, nil
			}
			var refused *fault.Error
			if !errors.As(err, &refused) {
				return false, err
			}
		}
		if len(grants) < grantPage {
			break
		}
		after = grants[len(grants)-1]
	}
	whose, ok, err := c.accounts.PhotoOf(ctx, id)
	if err != nil || !ok {
		return false, err
	}
	if whose == user {
		return true, nil
	}
	if known, err := c.accounts.Know(ctx, user, whose); err != nil || known {
		return known, err
	}
	return c.shareRoom(ctx, user, whose)
}

var sharedRooms = db.SQL(`SELECT count(*) FROM member a JOIN member b ON b.shard = $3 AND b.user_id = $4 AND b.room_id = a.room_id
	WHERE a.shard = $1 AND a.user_id = $2 AND a.present AND b.present`)

// shareRoom reports whether two people are in one room.
func (c *Chat) shareRoom(ctx context.Context, a, b UserID) (bool, error) {
	var n int
	err := c.db.QueryRow(ctx, sharedRooms, db.ShardOf(a), a, db.ShardOf(b), b).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("rooms of %s and %s: %w", a, b, err)
	}
	return n > 0, nil
}

// unnamed tells the files that a message which named them is gone. That it is
// gone stands on disk; when this is not noted, their own looking finds it.
func (c *Chat) unnamed(ctx context.Context, ids []wire.ID) {
	if err := c.files.Unnamed(context.WithoutCancel(ctx), ids...); err != nil {
		c.logger.Warn("files that a deleted message named could not be marked; they go some days later", "cause", err)
	}
}
