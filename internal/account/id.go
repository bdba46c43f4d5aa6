package account

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/gofrs/uuid/v5"

	"madang/internal/wire"
)

// ID names a person: a UUID of version 7, in SQL 16 bytes. It is the same type
// that messages carry.
type ID = wire.ID

// DeviceID names one signed-in client of a person.
type DeviceID wire.ID

// NewID makes an id at a time: later ids sort behind earlier ones.
func NewID(now time.Time) (ID, error) {
	u, err := uuid.NewV7AtTime(now)
	if err != nil {
		return ID{}, fmt.Errorf("make id: %w", err)
	}
	return ID(u), nil
}

// ParseID reads an id in its 36 characters.
func ParseID(s string) (ID, error) { return wire.ParseID(s) }

// ParseDeviceID reads a device's id in its 36 characters.
func ParseDeviceID(s string) (DeviceID, error) {
	id, err := wire.ParseID(s)
	return DeviceID(id), err
}

// IsZero reports whether the id names no device.
func (id DeviceID) IsZero() bool { return id == DeviceID{} }

// String is the 36-character form.
func (id DeviceID) String() string { return wire.ID(id).String() }

// MarshalText implements encoding.TextMarshaler.
func (id DeviceID) MarshalText() ([]byte, error) { return wire.ID(id).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *DeviceID) UnmarshalText(b []byte) error { return (*wire.ID)(id).UnmarshalText(b) }

// Value stores the id as its 16 bytes.
func (id DeviceID) Value() (driver.Value, error) { return wire.ID(id).Value() }

// Scan reads what Value stored.
func (id *DeviceID) Scan(src any) error { return (*wire.ID)(id).Scan(src) }

// idSet is a set of people.
type idSet map[ID]struct{}

func (s idSet) has(id ID) bool { _, ok := s[id]; return ok }

func setOf(ids []ID) idSet {
	if len(ids) == 0 {
		return nil
	}
	s := make(idSet, len(ids))
	for _, id := range ids {
		s[id] = struct{}{}
	}
	return s
}
