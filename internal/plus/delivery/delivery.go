// Package delivery answers: which posts of the Plus Friends that a person follows
// reach that person, and when?
//
// Nothing is written per receiver. What somebody sees is a pure function of the
// campaigns and of what is known of the person, each fact with the time since when
// it holds: [Decider.Decide] gives the same answer today and in a year, for every
// rule looks at the facts as of the moment at which it is applied.
//
// # How a campaign reaches a person
//
// It comes due at its instant, or when the person's own clock first shows its hour,
// and never before it was accepted. From then on it is tried, and a try ends in one
// of three ways: it is delivered, it is over for this person, or it is tried again
// at the next moment at which something differs. In this order:
//
//  1. A campaign that was cancelled before is over.
//  2. A paused one is tried again when it goes on.
//  3. Who is no friend when it is first tried, or leaves before it is delivered, is
//     not reached; adding the account again does not change that.
//  4. A promotion waits for the end of the night where the person lives ([Rules]),
//     unless they have agreed to promotion by night.
//  5. Who is not in the audience, or for a promotion has not agreed to promotion, is
//     not reached.
//  6. A promotion over one of the caps waits for the person's next day, at most
//     [Rules.MostDays] times; then it counts as capped.
//
// The tries of all accounts of a person are made in the order of time and, at the
// same moment, of the campaigns' ids. Days and weeks are those that the person's
// clock shows at the moment of the try; weeks begin on Monday.
package delivery

import (
	"bytes"
	"cmp"
	"slices"

	"madang/internal/wire"
)

// Forever is later than every moment.
const Forever = int64(1<<63 - 1)

// Outcome is what became of a campaign for one person.
type Outcome uint8

// The outcomes.
const (
	Pending   Outcome = iota // tried again at Due, which is [Forever] while it is paused without end
	Delivered                // at Due
	Outside                  // no friend, not in the audience, or without the consent that it needs
	Capped                   // over a cap for too many days
	Cancelled
)

// Delivery is what became of one campaign at the moment Due (Unix milliseconds).
type Delivery struct {
	Campaign *Campaign
	Due      int64
	Outcome  Outcome
}

// Compare is the order in which a person sees posts: by Due, then by id.
func (d *Delivery) Compare(o *Delivery) int {
	return cmp.Or(cmp.Compare(d.Due, o.Due), compareIDs(d.Campaign.ID, o.Campaign.ID))
}

func compareIDs(a, b wire.ID) int { return bytes.Compare(a[:], b[:]) }

// try is a campaign that is to be tried at a moment.
type try struct {
	campaign *Campaign
	at       int64
	friendTo int64 // when the friendship in which it was first tried ends; 0: not tried yet
	late     int   // how many days the caps have cost
}

func (t *try) compare(o *try) int {
	return cmp.Or(cmp.Compare(t.at, o.at), compareIDs(t.campaign.ID, o.campaign.ID))
}

// Decider decides for one person after the other, over the same memory. It is not
// safe for concurrent use.
type Decider struct {
	Rules Rules

	person  *Person
	wall    wall // the person's
	tries   []try
	ended   []Delivery
	counted []promotion
}

// promotion is one that was delivered.
type promotion struct {
	account wire.ID
	due     int64
}

// Decide gives what becomes of the campaigns for a person up to the moment until,
// inclusive: one Delivery for each campaign that has come due by then, in their
// order. The campaigns are those of all accounts that the person has ever followed,
// in any order; leaving out one that was delivered changes what the caps do to
// others. The answer is valid until the next call.
func (d *Decider) Decide(p *Person, campaigns []*Campaign, until int64) []Delivery {
	d.person, d.wall = p, wall{zones: p.Zones}
	d.tries, d.ended, d.counted = d.tries[:0], d.ended[:0], d.counted[:0]
	for _, c := range campaigns {
		if due := d.comesDue(c); due <= until {
			d.tries = append(d.tries, try{campaign: c, at: due})
		}
	}
	slices.SortFunc(d.tries, func(a, b try) int { return a.compare(&b) })
	for i := 0; i < len(d.tries); i++ {
		t := d.tries[i]
		if t.at > until {
			d.end(&t, Pending)
			continue
		}
		if outcome, again := d.attempt(&t); outcome != Pending {
			d.end(&t, outcome)
		} else {
			t.at = again
			d.postpone(i+1, t)
		}
	}
	slices.SortFunc(d.ended, func(a, b Delivery) int { return a.Compare(&b) })
	return d.ended
}

// comesDue is the moment of a campaign's first try.
func (d *Decider) comesDue(c *Campaign) int64 {
	if c.OwnHour {
		return d.wall.firstShowing(c.Accepted, c.At)
	}
	return max(c.At, c.Accepted)
}

// postpone puts a try among those that are still to come, the first of which is
// at i.
func (d *Decider) postpone(i int, t try) {
	at, _ := slices.BinarySearchFunc(d.tries[i:], t, func(a, b try) int { return a.compare(&b) })
	d.tries = slices.Insert(d.tries, i+at, t)
}

func (d *Decider) end(t *try, outcome Outcome) {
	d.ended = append(d.ended, Delivery{t.campaign, t.at, outcome})
	if outcome == Delivered && t.campaign.Promotion {
		d.counted = append(d.counted, promotion{t.campaign.Account, t.at})
	}
}

// attempt tries a campaign. Pending comes with the moment of the next try.
func (d *Decider) attempt(t *try) (outcome Outcome, again int64) {
	c := t.campaign
	if c.Cancelled != 0 && c.Cancelled <= t.at {
		return Cancelled, 0
	}
	if on := c.goesOn(t.at); on > t.at {
		return Pending, on
	}
	f := d.person.Accounts[c.Account]
	if f == nil {
		return Outside, 0
	}
	if t.friendTo == 0 {
		period, is := f.Friend.at(t.at)
		if !is {
			return Outside, 0
		}
		t.friendTo = period.To
	}
	if t.friendTo <= t.at {
		return Outside, 0
	}
	if c.Promotion && !f.Night.At(t.at) {
		if day := d.nightEnds(t.at, f); day > t.at {
			return Pending, day
		}
	}
	if !c.Audience.has(d.person, f, t.at) || c.Promotion && !f.Promotion.At(t.at) {
		return Outside, 0
	}
	if !c.Promotion {
		return Delivered, 0
	}
	return d.cap(t)
}

// nightEnds is the first moment from now on at which a promotion need not wait for
// the night, now itself if it need not now.
func (d *Decider) nightEnds(now int64, f *Following) int64 {
	end := d.wall.firstBetween(now, d.Rules.NightTo, d.Rules.NightFrom)
	if agreed := f.Night.nextChange(now); agreed < end {
		return agreed // looked at again then
	}
	return end
}

// cap delivers a promotion unless the person has had as many as may be.
func (d *Decider) cap(t *try) (outcome Outcome, again int64) {
	today := d.wall.dayOf(t.at)
	if !d.full(t, today) {
		return Delivered, 0
	}
	if t.late == d.Rules.MostDays {
		return Capped, 0
	}
	t.late++
	return Pending, d.wall.firstShowing(t.at, (today+1)*dayMs)
}

// full reports whether a promotion now would be one too many today or this week.
func (d *Decider) full(t *try, today int64) bool {
	monday := today - weekday(today)
	ofAccount, ofDay := 0, 0
	for i := len(d.counted) - 1; i >= 0; i-- {
		p := &d.counted[i]
		if p.due <= t.at-longestWeek {
			break
		}
		day := d.wall.dayAs(p.due, t.at)
		if day == today {
			ofDay++
		}
		if day >= monday && p.account == t.campaign.Account {
			ofAccount++
		}
	}
	return ofAccount >= d.Rules.WeekOfAccount || ofDay >= d.Rules.DayOfAll
}
