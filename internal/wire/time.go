package wire

import (
	"fmt"
	"time"
)

// Time is a moment in Unix milliseconds, written in JSON as RFC 3339 in UTC
// with exactly three decimals: "2026-11-23T09:00:00.000Z". Zero means "none".
type Time int64

// TimeOf cuts t to milliseconds.
func TimeOf(t time.Time) Time { return Time(t.UnixMilli()) }

// Time gives the moment in UTC.
func (t Time) Time() time.Time { return time.UnixMilli(int64(t)).UTC() }

// IsZero reports whether there is no time.
func (t Time) IsZero() bool { return t == 0 }

const timeLayout = "2006-01-02T15:04:05.000Z"

// Append writes the JSON string, quotes included.
func (t Time) Append(b []byte) []byte {
	b = append(b, '"')
	b = t.Time().AppendFormat(b, timeLayout)
	return append(b, '"')
}

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) { return t.Append(make([]byte, 0, 26)), nil }

// UnmarshalJSON implements json.Unmarshaler. It takes any RFC 3339 time.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("time %q is not a string", b)
	}
	v, err := time.Parse(time.RFC3339Nano, string(b[1:len(b)-1]))
	if err != nil {
		return fmt.Errorf("time: %w", err)
	}
	*t = TimeOf(v)
	return nil
}
