package wire

import (
	"database/sql/driver"
	"fmt"
)

// Value stores the id as its 16 bytes, and the zero ID as NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads what Value stored.
func (id *ID) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(b) != len(id) {
			return fmt.Errorf("id of %d bytes", len(b))
		}
		copy(id[:], b)
		return nil
	}
	return fmt.Errorf("id stored as %T", src)
}
