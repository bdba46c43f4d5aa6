package delivery_test

import (
	"slices"
	"time"

	"madang/internal/plus/delivery"
	"madang/internal/wire"
)

// reference decides as a server would that keeps a row per receiver and looks at
// each of them every minute. It is slow, and plain enough to be seen to be right.
type reference struct {
	rules     delivery.Rules
	person    *delivery.Person
	rows      []*row
	delivered []*row
}

type row struct {
	campaign *delivery.Campaign
	due      bool   // has come due
	tried    bool   // has been tried
	over     bool   // nothing more happens
	waitPast string // the date that must be over first; empty: none
	late     int
	at       time.Time // of what became of it
	outcome  delivery.Outcome
}

func (r *reference) run(campaigns []*delivery.Campaign, from, to time.Time) {
	for _, c := range campaigns {
		r.rows = append(r.rows, &row{campaign: c})
	}
	slices.SortFunc(r.rows, func(a, b *row) int { return slices.Compare(a.campaign.ID[:], b.campaign.ID[:]) })
	for now := from; !now.After(to); now = now.Add(time.Minute) {
		for _, row := range r.rows {
			if !row.over {
				r.look(row, now)
			}
		}
	}
}

func (r *reference) look(row *row, now time.Time) {
	c := row.campaign
	ms := now.UnixMilli()
	local := now.In(zoneAt(r.person, ms))
	if !row.due {
		if ms < c.Accepted {
			return
		}
		shown := ms
		if c.OwnHour {
			shown = time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC).UnixMilli()
		}
		if shown < c.At {
			return
		}
		row.due = true
	}
	if c.Cancelled != 0 && ms >= c.Cancelled {
		row.over = true
		return
	}
	f := r.person.Accounts[c.Account]
	friend := f != nil && inside(f.Friend, ms)
	if row.tried && !friend {
		row.over = true // has left
		return
	}
	if inside(c.Pauses, ms) {
		return
	}
	row.tried = true
	if !friend {
		row.over = true
		return
	}
	if c.Promotion {
		if row.waitPast != "" && local.Format(time.DateOnly) <= row.waitPast {
			return
		}
		row.waitPast = ""
		minute := int64(local.Hour()*60+local.Minute()) * 60_000
		if (minute >= r.rules.NightFrom || minute < r.rules.NightTo) && !said(f.Night, ms) {
			return
		}
	}
	if !wanted(c, r.person, f, ms) {
		row.over = true
		return
	}
	if c.Promotion {
		today, week := 0, 0
		for _, other := range r.delivered {
			then := other.at.In(local.Location())
			if then.Format(time.DateOnly) == local.Format(time.DateOnly) {
				today++
			}
			y1, w1 := then.ISOWeek()
			y2, w2 := local.ISOWeek()
			if y1 == y2 && w1 == w2 && other.campaign.Account == c.Account {
				week++
			}
		}
		if today >= r.rules.DayOfAll || week >= r.rules.WeekOfAccount {
			row.waitPast = local.Format(time.DateOnly)
			if row.late++; row.late > r.rules.MostDays {
				row.over, row.outcome, row.at = true, delivery.Capped, now
			}
			return
		}
		r.delivered = append(r.delivered, row)
	}
	row.over, row.outcome, row.at = true, delivery.Delivered, now
}

func wanted(c *delivery.Campaign, p *delivery.Person, f *delivery.Following, ms int64) bool {
	if c.Promotion && !said(f.Promotion, ms) {
		return false
	}
	a := c.Audience
	if len(a.Languages) > 0 && !slices.Contains(a.Languages, latest(p.Languages, ms)) {
		return false
	}
	if len(a.Countries) > 0 && !slices.Contains(a.Countries, latest(p.Countries, ms)) {
		return false
	}
	for _, s := range f.Friend {
		if s.From <= ms && ms < s.To {
			if s.From < a.AddedFrom || a.AddedBefore != 0 && s.From >= a.AddedBefore {
				return false
			}
		}
	}
	for _, m := range a.With {
		if !inside(f.Marks[m], ms) {
			return false
		}
	}
	return !slices.ContainsFunc(a.Without, func(m string) bool { return inside(f.Marks[m], ms) })
}

func inside(spans []delivery.Span, ms int64) bool {
	return slices.ContainsFunc(spans, func(s delivery.Span) bool { return s.From <= ms && ms < s.To })
}

func said(h delivery.History[bool], ms int64) bool { return latest(h, ms) }

func latest[T any](h delivery.History[T], ms int64) (value T) {
	for i, s := range h {
		if i == 0 || s.At <= ms {
			value = s.Value
		}
	}
	return value
}

func zoneAt(p *delivery.Person, ms int64) *time.Location {
	if z := latest(p.Zones, ms); z != nil {
		return z
	}
	return time.UTC
}

// results is what reached the person, and what was capped, each with its moment.
func (r *reference) results() map[wire.ID]result {
	found := make(map[wire.ID]result)
	for _, row := range r.rows {
		if row.outcome != delivery.Pending {
			found[row.campaign.ID] = result{row.outcome, row.at.UTC()}
		}
	}
	return found
}

type result struct {
	Outcome delivery.Outcome
	At      time.Time
}
