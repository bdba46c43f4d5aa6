package delivery_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"

	"madang/internal/plus/delivery"
	"madang/internal/wire"
)

// zoneNames are zones with and without summer time, in both halves of the world,
// one of which moves its clock by half an hour.
var zoneNames = []string{"Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Kiritimati", "UTC"}

// begins are days shortly before clocks are changed somewhere.
var begins = []time.Time{
	time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 26, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 12, 28, 0, 0, 0, 0, time.UTC),
}

const length = 16 * 24 * time.Hour

func id(n int) (out wire.ID) {
	binary.BigEndian.PutUint64(out[8:], uint64(n))
	return out
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// world draws what the rules look at.
type world struct {
	t     *rapid.T
	begin time.Time
}

// moment is within the time looked at, mostly at a full hour, so that things meet.
func (w world) moment(label string) int64 {
	step := time.Hour
	if rapid.IntRange(0, 3).Draw(w.t, label+" odd") == 0 {
		step = time.Minute
	}
	return w.begin.Add(step * time.Duration(rapid.Int64Range(0, int64(length/step)).Draw(w.t, label))).UnixMilli()
}

func (w world) spans(label string, most int) delivery.Spans {
	var cuts []int64
	for range 2 * rapid.IntRange(0, most).Draw(w.t, label+" spans") {
		if m := w.moment(label); !slices.Contains(cuts, m) {
			cuts = append(cuts, m)
		}
	}
	slices.Sort(cuts)
	var out delivery.Spans
	for i := 0; i < len(cuts); i += 2 {
		s := delivery.Span{From: cuts[i], To: delivery.Forever}
		if i+1 < len(cuts) {
			s.To = cuts[i+1]
		}
		out = append(out, s)
	}
	return out
}

func history[T any](w world, label string, values []T, most int) delivery.History[T] {
	var out delivery.History[T]
	at := w.begin.UnixMilli()
	for i := range rapid.IntRange(1, most).Draw(w.t, label+" changes") {
		if i > 0 {
			next := w.moment(label)
			if next <= at {
				continue
			}
			at = next
		}
		out = append(out, delivery.Since[T]{At: at, Value: rapid.SampledFrom(values).Draw(w.t, label)})
	}
	return out
}

var marks = []string{"tag vip", "tag new", "list a"}

func (w world) person(accounts int) *delivery.Person {
	p := &delivery.Person{ID: id(1), Accounts: make(map[wire.ID]*delivery.Following)}
	var zones []*time.Location
	for _, name := range zoneNames {
		zones = append(zones, zone(w.t, name))
	}
	p.Zones = history(w, "zone", zones, 3)
	p.Languages = history(w, "language", []string{"ko", "en"}, 2)
	p.Countries = history(w, "country", []string{"KR", "US"}, 2)
	for i := range accounts {
		f := &delivery.Following{
			Promotion: history(w, "promotion", []bool{true, true, false}, 3),
			Night:     history(w, "night", []bool{false, true}, 3),
			Marks:     make(map[string]delivery.Spans),
		}
		if rapid.Bool().Draw(w.t, "always") {
			f.Friend = delivery.Spans{{From: w.begin.UnixMilli(), To: delivery.Forever}}
		} else {
			f.Friend = w.spans("friend", 3)
		}
		for _, m := range marks {
			f.Marks[m] = w.spans(m, 1)
		}
		p.Accounts[id(100+i)] = f
	}
	return p
}

func (w world) campaign(n, accounts int) *delivery.Campaign {
	c := &delivery.Campaign{
		ID:        id(1000 + n),
		Account:   id(100 + rapid.IntRange(0, accounts-1).Draw(w.t, "account")),
		Accepted:  w.moment("accepted"),
		OwnHour:   rapid.Bool().Draw(w.t, "own hour"),
		Promotion: rapid.IntRange(0, 3).Draw(w.t, "kind") > 0,
		Pauses:    w.spans("pause", 1),
	}
	c.At = w.moment("at")
	if rapid.IntRange(0, 4).Draw(w.t, "cancel") == 0 {
		c.Cancelled = w.moment("cancelled")
	}
	some := func(label string) bool { return rapid.IntRange(0, 4).Draw(w.t, label) == 0 }
	a := &c.Audience
	if some("by language") {
		a.Languages = []string{"ko"}
	}
	if some("by country") {
		a.Countries = []string{"KR"}
	}
	if some("by time") {
		a.AddedFrom = w.moment("added from")
	}
	if some("by time before") {
		a.AddedBefore = w.moment("added before")
	}
	if some("with") {
		a.With = []string{rapid.SampledFrom(marks).Draw(w.t, "with mark")}
	}
	if some("without") {
		a.Without = []string{rapid.SampledFrom(marks).Draw(w.t, "without mark")}
	}
	return c
}

func (w world) rules() delivery.Rules {
	r := delivery.DefaultRules
	r.WeekOfAccount = rapid.IntRange(1, 2).Draw(w.t, "a week")
	r.DayOfAll = rapid.IntRange(1, 3).Draw(w.t, "a day")
	r.MostDays = rapid.IntRange(0, 3).Draw(w.t, "days")
	return r
}

// What is computed when it is read is what a server would have written that keeps a
// row for everybody and looks every minute.
func TestAgainstReference(t *testing.T) {
	d := &delivery.Decider{}
	seen := make(map[delivery.Outcome]int)
	rapid.Check(t, func(rt *rapid.T) {
		w := world{rt, rapid.SampledFrom(begins).Draw(rt, "begin")}
		accounts := rapid.IntRange(1, 4).Draw(rt, "accounts")
		p := w.person(accounts)
		var campaigns []*delivery.Campaign
		for n := range rapid.IntRange(1, 16).Draw(rt, "campaigns") {
			campaigns = append(campaigns, w.campaign(n, accounts))
		}
		d.Rules = w.rules()
		slow := reference{rules: d.Rules, person: p}
		end := w.begin.Add(length)
		slow.run(campaigns, w.begin, end)

		got := make(map[wire.ID]result)
		decided := slices.Clone(d.Decide(p, campaigns, end.UnixMilli()))
		for _, one := range decided {
			if one.Outcome == delivery.Delivered || one.Outcome == delivery.Capped {
				got[one.Campaign.ID] = result{one.Outcome, time.UnixMilli(one.Due).UTC()}
				seen[one.Outcome]++
			}
		}
		if want := slow.results(); !equal(want, got) {
			rt.Fatalf("by the minute %s\ncomputed      %s", say(want), say(got))
		}
		nothingChangesLater(rt, w, d, p, campaigns, decided)
	})
	qt.Check(t, qt.IsTrue(seen[delivery.Delivered] > 0))
	qt.Check(t, qt.IsTrue(seen[delivery.Capped] > 0))
}

// nothingChangesLater looks at some moment before: what was decided then stands.
func nothingChangesLater(rt *rapid.T, w world, d *delivery.Decider, p *delivery.Person, campaigns []*delivery.Campaign, decided []delivery.Delivery) {
	until := w.moment("earlier")
	var then, now []string
	for _, one := range d.Decide(p, campaigns, until) {
		if one.Outcome == delivery.Delivered {
			then = append(then, fmt.Sprint(one.Campaign.ID, one.Due))
		}
	}
	for _, one := range decided {
		if one.Outcome == delivery.Delivered && one.Due <= until {
			now = append(now, fmt.Sprint(one.Campaign.ID, one.Due))
		}
	}
	if !slices.Equal(then, now) {
		rt.Fatalf("at %d there was %v, later %v", until, then, now)
	}
}

func equal(a, b map[wire.ID]result) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func say(m map[wire.ID]result) string {
	var out []string
	for k, v := range m {
		out = append(out, fmt.Sprintf("%s %d %s", k.String()[32:], v.Outcome, v.At.Format(time.RFC3339)))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

func TestNight(t *testing.T) {
	seoul := zone(t, "Asia/Seoul")
	at := func(day, hour, minute int) int64 {
		return time.Date(2026, 5, day, hour, minute, 0, 0, seoul).UnixMilli()
	}
	begin := at(1, 0, 0)
	yes := delivery.History[bool]{{At: begin, Value: true}}
	agreed := delivery.History[bool]{{At: begin, Value: false}, {At: at(3, 23, 30), Value: true}}
	always := delivery.Spans{{From: begin, To: delivery.Forever}}
	for _, c := range []struct {
		name  string
		at    int64
		info  bool
		night delivery.History[bool]
		want  int64
	}{
		{name: "a minute before it", at: at(4, 19, 59), want: at(4, 19, 59)},
		{name: "its first minute", at: at(4, 20, 0), want: at(5, 8, 0)},
		{name: "after midnight", at: at(5, 3, 0), want: at(5, 8, 0)},
		{name: "its end", at: at(5, 8, 0), want: at(5, 8, 0)},
		{name: "agreed to", at: at(4, 22, 0), night: yes, want: at(4, 22, 0)},
		{name: "agreed to in the middle of it", at: at(3, 22, 0), night: agreed, want: at(3, 23, 30)},
		{name: "no promotion", at: at(4, 23, 0), info: true, want: at(4, 23, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &delivery.Person{ID: id(1), Accounts: map[wire.ID]*delivery.Following{
				id(2): {Friend: always, Promotion: yes, Night: c.night},
			}}
			p.Zones = delivery.History[*time.Location]{{At: begin, Value: seoul}}
			d := delivery.Decider{Rules: delivery.DefaultRules}
			got := d.Decide(p, []*delivery.Campaign{{ID: id(3), Account: id(2), At: c.at, Promotion: !c.info}}, at(9, 0, 0))
			qt.Assert(t, qt.HasLen(got, 1))
			qt.Check(t, qt.Equals(got[0].Outcome, delivery.Delivered))
			qt.Check(t, qt.Equals(time.UnixMilli(got[0].Due).In(seoul).String(), time.UnixMilli(c.want).In(seoul).String()))
		})
	}
}

// A share of the people is about as large as it says, and two halves are everybody.
func TestShare(t *testing.T) {
	const people = 20_000
	always := delivery.Spans{{From: 1, To: delivery.Forever}}
	half := func(from, to uint16) *delivery.Campaign {
		return &delivery.Campaign{ID: id(int(from) + 1), Account: id(2), At: 5, Audience: delivery.Audience{Share: delivery.Share{Draw: id(9), From: from, To: to}}}
	}
	variants := []*delivery.Campaign{half(0, 3000), half(3000, 10_000)}
	d := delivery.Decider{Rules: delivery.DefaultRules}
	first := 0
	for n := range people {
		p := &delivery.Person{ID: id(10_000 + n), Accounts: map[wire.ID]*delivery.Following{id(2): {Friend: always}}}
		reached := 0
		for _, one := range d.Decide(p, variants, 10) {
			if one.Outcome == delivery.Delivered {
				reached++
				if one.Campaign == variants[0] {
					first++
				}
			}
		}
		qt.Assert(t, qt.Equals(reached, 1))
	}
	qt.Check(t, qt.IsTrue(first > people*28/100 && first < people*32/100), qt.Commentf("%d of %d", first, people))
}

// BenchmarkDecide is a friend of twenty accounts with two promotions a week each,
// over two months.
func BenchmarkDecide(b *testing.B) {
	seoul := zone(b, "Asia/Seoul")
	begin := time.Date(2026, 5, 1, 0, 0, 0, 0, seoul)
	p := &delivery.Person{ID: id(1), Accounts: make(map[wire.ID]*delivery.Following)}
	p.Zones = delivery.History[*time.Location]{{At: 0, Value: seoul}}
	yes := delivery.History[bool]{{At: 0, Value: true}}
	var campaigns []*delivery.Campaign
	for a := range 20 {
		p.Accounts[id(a)] = &delivery.Following{Friend: delivery.Spans{{From: 1, To: delivery.Forever}}, Promotion: yes}
		for n := range 17 {
			at := begin.Add(time.Duration(n)*84*time.Hour + time.Duration(a)*time.Hour)
			campaigns = append(campaigns, &delivery.Campaign{ID: id(1000 + a*100 + n), Account: id(a), At: at.UnixMilli(), Promotion: true})
		}
	}
	d := delivery.Decider{Rules: delivery.DefaultRules}
	for b.Loop() {
		d.Decide(p, campaigns, begin.Add(60*24*time.Hour).UnixMilli())
	}
}
