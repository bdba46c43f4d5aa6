package account

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"strings"

	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

var handleForm = regexp.MustCompile(`^[a-z][a-z0-9_.]{3,19}$`)

// reservedHandles look as if they spoke for the platform.
var reservedHandles = map[string]bool{
	"admin": true, "administrator": true, "help": true, "madang": true, "moderator": true, "notice": true,
	"official": true, "root": true, "security": true, "staff": true, "support": true, "system": true,
}

// cleanHandle gives a handle in lower case, the form in which handles are kept
// and compared, or fault.HandleInvalid.
func cleanHandle(handle string) (string, error) {
	handle = strings.ToLower(strings.TrimPrefix(handle, "@"))
	if !handleForm.MatchString(handle) {
		return "", fault.New(fault.HandleInvalid).In("handle")
	}
	return handle, nil
}

var (
	insertHandle = db.SQL(`
		INSERT INTO handles (shard, handle, user_id) VALUES ($1, $2, $3) ON CONFLICT (shard, handle) DO NOTHING`)
	deleteHandle = db.SQL(`DELETE FROM handles WHERE shard = $1 AND handle = $2 AND user_id = $3`)
	selectHandle = db.SQL(`SELECT user_id FROM handles WHERE shard = $1 AND handle = $2`)
	updateHandle = db.SQL(`UPDATE users SET handle = $3 WHERE shard = $1 AND id = $2`)
)

// setHandle gives a person another handle, or none.
func (p *People) setHandle(ctx context.Context, tx *db.Tx, me ID, old, handle string) error {
	if handle != "" {
		if reservedHandles[handle] {
			return fault.New(fault.HandleTaken).In("handle")
		}
		n, err := tx.Exec(ctx, insertHandle, db.ShardOfText(handle), handle, me)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.HandleTaken).In("handle")
		}
	}
	if old != "" {
		if _, err := tx.Exec(ctx, deleteHandle, db.ShardOfText(old), old, me); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, updateHandle, db.ShardOf(me), me, sql.NullString{String: handle, Valid: handle != ""})
	return err
}

// ByHandle gives the person with a handle, in upper or lower case, with or
// without @. It gives fault.UserUnknown when there is none.
func (p *People) ByHandle(ctx context.Context, handle string) (wire.User, error) {
	handle, err := cleanHandle(handle)
	if err != nil {
		return wire.User{}, fault.New(fault.UserUnknown)
	}
	var id ID
	err = p.d.QueryRow(ctx, selectHandle, db.ShardOfText(handle), handle).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return wire.User{}, fault.New(fault.UserUnknown)
	}
	if err != nil {
		return wire.User{}, err
	}
	return p.User(ctx, id)
}
