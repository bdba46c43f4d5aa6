package account

import (
	"context"
	"time"

	"madang/internal/db"
	"madang/internal/fault"
)

// The texts that people consent to.
const (
	documentTerms   = "terms"
	documentPrivacy = "privacy"
)

// Consent says that a person accepted a version of a text.
type Consent struct {
	Document   string // terms, privacy
	Version    string
	AcceptedAt time.Time
}

// Documents are the versions of the texts that people accept now.
func (p *People) Documents() (terms, privacy string) {
	return p.options.TermsVersion, p.options.PrivacyVersion
}

// checkConsent gives fault.ConsentRequired when somebody was shown other texts
// than the current ones. Empty means that the client showed the current ones.
func (p *People) checkConsent(terms, privacy string) error {
	if terms != "" && terms != p.options.TermsVersion {
		return fault.New(fault.ConsentRequired).In("terms_version")
	}
	if privacy != "" && privacy != p.options.PrivacyVersion {
		return fault.New(fault.ConsentRequired).In("privacy_version")
	}
	return nil
}

var (
	putConsent = db.SQL(`
		INSERT INTO consents (shard, user_id, document, version, accepted_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shard, user_id, document, version) DO NOTHING`)
	selectConsents = db.SQL(`
		SELECT document, version, accepted_at FROM consents WHERE shard = $1 AND user_id = $2
		ORDER BY accepted_at, document`)
)

// putConsents records the current versions, which checkConsent has found to be
// those that the person was shown. The first time that one was accepted stays.
func (p *People) putConsents(ctx context.Context, tx *db.Tx, user ID, terms, privacy string) error {
	if err := p.checkConsent(terms, privacy); err != nil {
		return err
	}
	now := p.clock.NowMs()
	for document, version := range map[string]string{
		documentTerms: p.options.TermsVersion, documentPrivacy: p.options.PrivacyVersion,
	} {
		if _, err := tx.Exec(ctx, putConsent, db.ShardOf(user), user, document, version, now); err != nil {
			return err
		}
	}
	return nil
}

// Accept records that a person accepts texts which came into force after they
// signed in. It gives fault.ConsentRequired for versions that are not current.
func (p *People) Accept(ctx context.Context, me ID, terms, privacy string) error {
	return p.d.Tx(ctx, func(tx *db.Tx) error { return p.putConsents(ctx, tx, me, terms, privacy) })
}

// Consents are what a person has accepted so far, oldest first.
func (p *People) Consents(ctx context.Context, me ID) ([]Consent, error) {
	return db.Select(ctx, p.d, func(s db.Scanner) (c Consent, err error) {
		var at int64
		err = s.Scan(&c.Document, &c.Version, &at)
		c.AcceptedAt = time.UnixMilli(at).UTC()
		return c, err
	}, selectConsents, db.ShardOf(me), me)
}
