package notify

import (
	"context"
	"encoding/json"
	"fmt"

	"madang/internal/account"
	"madang/internal/db"
)

// Settings are how a person wants to be woken, on all their devices. Mutes are set
// per room, see chat.
type Settings struct {
	Preview bool         `json:"preview"` // notifications show who says what
	Quiet   []QuietHours `json:"quiet"`
}

var (
	selectSettings = db.SQL(`SELECT preview, quiet FROM push_setting WHERE shard = $1 AND user_id = $2`)
	putSettings    = db.SQL(`INSERT INTO push_setting (shard, user_id, preview, quiet) VALUES ($1, $2, $3, $4)
		ON CONFLICT (shard, user_id) DO UPDATE SET preview = excluded.preview, quiet = excluded.quiet`)
)

// Settings gives a person's settings; who has set nothing sees previews and has no
// quiet hours.
func (n *Notify) Settings(ctx context.Context, user account.ID) (Settings, error) {
	list, err := db.Select(ctx, n.db, func(s db.Scanner) (out Settings, err error) {
		var quiet []byte
		if err := s.Scan(&out.Preview, &quiet); err != nil {
			return out, err
		}
		return out, json.Unmarshal(quiet, &out.Quiet)
	}, selectSettings, db.ShardOf(user), user)
	if err != nil {
		return Settings{}, fmt.Errorf("settings of notifications: %w", err)
	}
	if len(list) == 0 {
		return Settings{Preview: true, Quiet: []QuietHours{}}, nil
	}
	return list[0], nil
}

// Set changes a person's settings. It gives fault.QuietInvalid for hours that break
// a rule.
func (n *Notify) Set(ctx context.Context, user account.ID, s Settings) error {
	if err := checkQuiet(s.Quiet); err != nil {
		return err
	}
	if s.Quiet == nil {
		s.Quiet = []QuietHours{}
	}
	quiet, err := json.Marshal(s.Quiet)
	if err != nil {
		return err
	}
	err = n.db.Tx(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, putSettings, db.ShardOf(user), user, s.Preview, string(quiet))
		return err
	})
	if err != nil {
		return fmt.Errorf("set notifications: %w", err)
	}
	return nil
}
