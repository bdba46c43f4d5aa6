package autoreply

import "time"

// Failures after which something happens.
const (
	// TellAfter is how many failures in a row have the owners told, and people given
	// the owner's own words for it.
	TellAfter = 10
	// StopAfter is how many failures on one day are borne; one more stops the bot until
	// somebody starts it again.
	StopAfter = 1000
)

// Health is how well a bot has answered of late. The zero value is a healthy one.
type Health struct {
	InARow  int
	Day     int64 // days since 1 January 1970 where the operator is
	Failed  int   // calls on that day
	Stopped bool
}

// Failing reports whether people are given the owner's words for a bot that fails.
func (h Health) Failing() bool { return h.InARow >= TellAfter }

// After is the health after one more call. The day begins anew at midnight in the
// zone of now. tell says that the owners are to be told, once for each bad time.
func (h Health) After(now time.Time, failed bool) (next Health, tell bool) {
	_, offset := now.Zone()
	if day := (now.Unix() + int64(offset)) / (24 * 60 * 60); day != h.Day {
		h.Day, h.Failed = day, 0
	}
	if !failed {
		h.InARow = 0
		return h, false
	}
	h.InARow++
	h.Failed++
	tell = h.InARow == TellAfter
	if h.Failed > StopAfter && !h.Stopped {
		h.Stopped, tell = true, true
	}
	return h, tell
}
