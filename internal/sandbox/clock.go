package sandbox

import (
	"net/http"
	"time"

	"madang/internal/fault"
	"madang/internal/wire"
)

// maxAdvance is the furthest that one call moves the clock.
const maxAdvance = 10 * 366 * 24 * time.Hour

// clock moves the server's clock forward: {"advance": "24h"}. It never goes
// back, because what has happened has happened.
func (s *sandbox) clock(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Advance string `json:"advance"` // as Go writes durations: 90s, 15m, 24h
	}
	err := read(w, r, &in)
	if err == nil {
		err = s.advance(in.Advance)
	}
	now := s.Clock.Now()
	answer(w, r, http.StatusOK, map[string]any{"now": wire.TimeOf(now), "ahead": s.Clock.Offset().String()}, err)
}

func (s *sandbox) advance(by string) error {
	d, err := time.ParseDuration(by)
	if err != nil || d < 0 || d > maxAdvance {
		return fault.Newf(fault.BadRequest, "advance is a time of at most ten years, such as 90s, 15m or 24h.").In("advance")
	}
	s.Clock.Advance(d)
	return nil
}
