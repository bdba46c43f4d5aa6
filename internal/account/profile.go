package account

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// Lengths of a profile's texts, in graphemes: characters as people count them.
const (
	maxName          = 40
	maxStatusMessage = 60
)

// Profile is a change of one's own profile: what is nil stays as it is.
type Profile struct {
	Name          *string  // 1 to 40 characters
	StatusMessage *string  // up to 60; empty removes it
	PhotoID       *wire.ID // zero removes it
	Handle        *string  // 4 to 20; empty gives it up
	Language      *string  // BCP 47
	TimeZone      *string  // IANA
	Country       *string  // ISO 3166-1 alpha-2
}

var updateProfile = db.SQL(`
	UPDATE users SET name = $3, status_message = $4, photo_id = $5, language = $6, time_zone = $7, country = $8, updated_at = $9
	WHERE shard = $1 AND id = $2 AND gone IS NULL`)

// SetProfile changes a person's own profile and gives what it is now. It gives
// fault.NameInvalid, HandleInvalid, HandleTaken, MediaUnknown, MediaKind, or
// ProfileInvalid with the field that breaks its rule; then nothing has changed.
func (p *People) SetProfile(ctx context.Context, me ID, change Profile) (wire.Me, error) {
	if err := change.clean(); err != nil {
		return wire.Me{}, err
	}
	var before, after *Person
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		now, err := readPerson(ctx, tx, me)
		if err != nil {
			return err
		}
		if now.Deleted {
			return fault.New(fault.UserUnknown)
		}
		before = now
		photo := now.PhotoID
		if change.PhotoID != nil && *change.PhotoID != photo {
			photo = *change.PhotoID
			if err := p.checkPhoto(ctx, tx, me, photo); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, updateProfile, db.ShardOf(me), me,
			or(change.Name, now.Name), or(change.StatusMessage, now.StatusMessage), photo,
			or(change.Language, now.Language), or(change.TimeZone, now.TimeZone), or(change.Country, now.Country), p.clock.NowMs())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.UserUnknown) // deleted meanwhile
		}
		if change.Handle != nil && *change.Handle != now.Handle {
			if err := p.setHandle(ctx, tx, me, now.Handle, *change.Handle); err != nil {
				return err
			}
		}
		after, err = readPerson(ctx, tx, me)
		return err
	})
	if err != nil {
		return wire.Me{}, fmt.Errorf("set profile: %w", err)
	}
	p.tell(Change{Kind: ProfileChanged, User: me})
	if was := before.PhotoID; !was.IsZero() && was != after.PhotoID && p.options.PhotoLeft != nil {
		p.options.PhotoLeft(ctx, was)
	}
	return after.Me(), nil
}

func or(changed *string, is string) string {
	if changed != nil {
		return *changed
	}
	return is
}

func (p *People) checkPhoto(ctx context.Context, tx *db.Tx, me ID, photo wire.ID) error {
	if photo.IsZero() {
		return nil
	}
	if p.options.CheckPhoto == nil {
		return fault.New(fault.MediaUnknown).In("photo_id")
	}
	return p.options.CheckPhoto(ctx, tx, me, photo)
}

// clean checks what does not need the database, and brings it into the form in
// which it is kept.
func (c *Profile) clean() error {
	invalid := func(field, why string) error { return fault.Newf(fault.ProfileInvalid, "%s", why).In(field) }
	if c.Name != nil {
		name, err := cleanName(*c.Name)
		if err != nil {
			return err
		}
		c.Name = &name
	}
	if c.StatusMessage != nil {
		text, ok := cleanText(*c.StatusMessage, maxStatusMessage)
		if !ok {
			return invalid("status_message", "A status message has at most 60 characters and no line breaks.")
		}
		c.StatusMessage = &text
	}
	if c.Handle != nil && *c.Handle != "" {
		handle, err := cleanHandle(*c.Handle)
		if err != nil {
			return err
		}
		c.Handle = &handle
	}
	if c.Language != nil {
		tag, ok := canonicalLanguage(*c.Language)
		if !ok {
			return invalid("language", "A language is a BCP 47 tag, such as ko or pt-BR.")
		}
		c.Language = &tag
	}
	if c.TimeZone != nil && !isTimeZone(*c.TimeZone) {
		return invalid("time_zone", "A time zone is a name of the IANA database, such as Asia/Seoul.")
	}
	if c.Country != nil {
		country := strings.ToUpper(*c.Country)
		if !isCountry(country) {
			return invalid("country", "A country is a code of ISO 3166-1, such as KR.")
		}
		c.Country = &country
	}
	return nil
}

// cleanName gives a person's name without the space around it, or
// fault.NameInvalid.
func cleanName(name string) (string, error) {
	name, ok := cleanText(name, maxName)
	if !ok || name == "" {
		return "", fault.New(fault.NameInvalid).In("name")
	}
	return name, nil
}

// cleanText gives a line of text without the space around it; false when it is
// longer than limit graphemes, or holds what could not be seen or would change how
// the text around it is read.
func cleanText(s string, limit int) (string, bool) {
	s = strings.TrimSpace(s)
	// A grapheme can have any number of bytes; no honest text has 32 on average.
	if len(s) > 32*limit {
		return "", false
	}
	visible := s == ""
	for _, r := range s {
		switch {
		case unicode.IsControl(r), r == unicode.ReplacementChar,
			'\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069', // embeddings of another direction
			r == '\u2028', r == '\u2029': // line and paragraph separators
			return "", false
		case unicode.IsGraphic(r) && !unicode.IsSpace(r):
			visible = true
		}
	}
	return s, visible && uniseg.GraphemeClusterCount(s) <= limit
}

var whosePhoto = db.SQL(`SELECT id FROM users WHERE photo_id = $1 LIMIT 1`)

// PhotoOf gives somebody whose profile shows the photo.
func (p *People) PhotoOf(ctx context.Context, photo wire.ID) (whose ID, ok bool, err error) {
	ids, err := db.Select(ctx, p.d, db.Value[ID], whosePhoto, photo)
	if err != nil || len(ids) == 0 {
		return ID{}, false, err
	}
	return ids[0], true, nil
}
