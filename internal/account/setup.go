package account

import (
	"context"
	"fmt"

	"madang/internal/db"
	"madang/internal/fault"
)

var (
	anyAdmin     = db.SQL(`SELECT count(*) FROM users WHERE is_admin`)
	putSetupLink = db.SQL(`
		INSERT INTO setup_link (one, token_hash, created_at) VALUES (1, $1, $2)
		ON CONFLICT (one) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`)
	useSetupLink = db.SQL(`DELETE FROM setup_link WHERE one = 1 AND token_hash = $1`)
	updateAdmin  = db.SQL(`UPDATE users SET is_admin = $3, updated_at = $4 WHERE shard = $1 AND id = $2 AND gone IS NULL`)
)

// SetupLink makes the token of a new set-up link while there is no
// administrator; an older link is then no longer good. Whoever signs in with the
// token becomes the first administrator. With an administrator pending is false.
func (p *People) SetupLink(ctx context.Context) (token string, pending bool, err error) {
	err = p.d.Tx(ctx, func(tx *db.Tx) error {
		var admins int
		if err := tx.QueryRow(ctx, anyAdmin).Scan(&admins); err != nil {
			return err
		}
		if pending = admins == 0; !pending {
			return nil
		}
		var hash tokenHash
		token, hash = newToken()
		_, err := tx.Exec(ctx, putSetupLink, hash[:], p.clock.NowMs())
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("set-up link: %w", err)
	}
	return token, pending, nil
}

// useSetupLink makes an administrator of whoever has the newest link, once.
func (p *People) useSetupLink(ctx context.Context, tx *db.Tx, user ID, token string) error {
	hash, ok := hashToken(token)
	if !ok {
		return fault.New(fault.SetupLinkInvalid)
	}
	n, err := tx.Exec(ctx, useSetupLink, hash[:])
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.SetupLinkInvalid)
	}
	_, err = tx.Exec(ctx, updateAdmin, db.ShardOf(user), user, true, p.clock.NowMs())
	return err
}

// SetAdmin makes or unmakes an administrator. It is for the command line, which
// whoever runs the server holds; no edge offers it. The person's sessions know
// within ten seconds.
func (p *People) SetAdmin(ctx context.Context, user ID, admin bool) error {
	err := p.d.Tx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, updateAdmin, db.ShardOf(user), user, admin, p.clock.NowMs())
		if err == nil && n == 0 {
			return fault.New(fault.UserUnknown)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set administrator: %w", err)
	}
	p.tell(Change{Kind: ProfileChanged, User: user})
	return nil
}
