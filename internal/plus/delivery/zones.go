package delivery

import "time"

const (
	minuteMs = 60_000
	dayMs    = 24 * 60 * minuteMs
	// longestWeek is more than seven days last on any clock, moves to other zones
	// included.
	longestWeek = 9 * dayMs
)

// Wall is what a clock on the wall shows, as the milliseconds that it would be in
// Unix time if the clock showed UTC.
func Wall(year int, month time.Month, day, hour, minute int) int64 {
	return time.Date(year, month, day, hour, minute, 0, 0, time.UTC).UnixMilli()
}

// weekday is how many days a day (since 1 January 1970, a Thursday) is after the
// Monday before.
func weekday(day int64) int64 { return ((day+3)%7 + 7) % 7 }

// wall is the clock on the wall of a person, who lives in one zone after the other.
type wall struct {
	zones History[*time.Location]

	// stretch is the last one asked for: mostly the next question is about it too.
	stretch stretch
}

// stretch is a time during which a person's clock differs from UTC by the same
// milliseconds.
type stretch struct {
	Span
	ahead int64
}

// at gives the stretch in which a moment lies.
func (w *wall) at(t int64) stretch {
	if s := &w.stretch; s.From <= t && t < s.To {
		return *s
	}
	w.stretch = w.look(t)
	return w.stretch
}

func (w *wall) look(t int64) stretch {
	if len(w.zones) == 0 {
		return stretch{Span{-Forever, Forever}, 0}
	}
	s := stretch{Span: Span{-Forever, Forever}}
	i := w.zones.index(t)
	if i > 0 {
		s.From = w.zones[i].At
	}
	if i+1 < len(w.zones) {
		s.To = w.zones[i+1].At
	}
	here := time.UnixMilli(t).In(w.zones[i].Value)
	_, offset := here.Zone()
	s.ahead = int64(offset) * 1000
	begin, end := here.ZoneBounds()
	if !begin.IsZero() {
		s.From = max(s.From, begin.UnixMilli())
	}
	if !end.IsZero() {
		s.To = min(s.To, end.UnixMilli())
	}
	return s
}

// firstShowing is the first moment from now on at which the person's clock shows
// a time or later. A time that is left out when clocks are put forward is shown
// by the moment at which they are; one that comes twice, the first time.
func (w *wall) firstShowing(now, shown int64) int64 {
	for {
		s := w.at(now)
		if t := max(now, shown-s.ahead); t < s.To {
			return t
		}
		if s.To == Forever {
			return Forever
		}
		now = s.To
	}
}

// firstBetween is the first moment from now on at which the person's clock shows an
// hour of the day from from on and before to, both in milliseconds since midnight.
// From is before to.
func (w *wall) firstBetween(now, from, to int64) int64 {
	for {
		s := w.at(now)
		shown := now + s.ahead
		day := floorDiv(shown, dayMs)
		t := now
		switch hour := shown - day*dayMs; {
		case hour < from:
			t = day*dayMs + from - s.ahead
		case hour >= to:
			t = (day+1)*dayMs + from - s.ahead
		}
		if t < s.To {
			return t
		}
		now = s.To
	}
}

// dayOf is the day that the person's clock shows, in days since 1 January 1970.
func (w *wall) dayOf(t int64) int64 { return floorDiv(t+w.at(t).ahead, dayMs) }

// dayAs is the day of an earlier moment, by the zone in which the person lives now.
func (w *wall) dayAs(t, now int64) int64 {
	if i := w.zones.index(now); i >= 0 {
		if s := &w.stretch; s.From <= t && now < s.To {
			return floorDiv(t+s.ahead, dayMs)
		}
		_, offset := time.UnixMilli(t).In(w.zones[i].Value).Zone()
		return floorDiv(t+int64(offset)*1000, dayMs)
	}
	return floorDiv(t, dayMs)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
