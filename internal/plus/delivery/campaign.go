package delivery

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"madang/internal/wire"
)

// Campaign is the sending of one post to an audience. Times are Unix milliseconds.
// Once it has been accepted only Pauses and Cancelled change, and those only for
// moments that are yet to come.
type Campaign struct {
	ID       wire.ID
	Account  wire.ID // the Plus Friend
	Accepted int64   // from when on it is known
	// At is when it comes due: a moment or, with OwnHour, what the person's clock
	// shows then (see [Wall]).
	At        int64
	OwnHour   bool
	Promotion bool // else informational: nobody's night and no caps hold it up
	Audience  Audience
	Pauses    []Span // in order, apart from each other; the last may end at [Forever]
	Cancelled int64  // 0: not
}

// goesOn is the first moment from t on at which the campaign is not paused.
func (c *Campaign) goesOn(t int64) int64 {
	for _, p := range c.Pauses {
		if p.From > t {
			break
		}
		if t < p.To {
			t = p.To
		}
	}
	return t
}

// Audience says which friends a campaign is for: those for whom all of it holds.
type Audience struct {
	Languages []string // BCP 47; empty: all
	Countries []string // ISO 3166-1 alpha-2; empty: all
	// When the friendship began: from AddedFrom on, before AddedBefore. 0: any time.
	AddedFrom, AddedBefore int64
	// Marks that the friend has all of, and none of: tags, lists and what they have
	// tapped.
	With, Without []string
	Share         Share
}

// Share is a random part of the people: those whose draw is at least From and below
// To, in ten-thousandths. The zero Share is everybody.
type Share struct {
	Draw     wire.ID // whose draw: variants of one test share it
	From, To uint16
}

const wholeShare = 10_000

// has reports whether a friend was in the audience at a moment.
func (a *Audience) has(p *Person, f *Following, at int64) bool {
	if len(a.Languages) > 0 && !slices.Contains(a.Languages, p.Languages.At(at)) {
		return false
	}
	if len(a.Countries) > 0 && !slices.Contains(a.Countries, p.Countries.At(at)) {
		return false
	}
	if a.AddedFrom != 0 || a.AddedBefore != 0 {
		period, _ := f.Friend.at(at)
		if period.From < a.AddedFrom || a.AddedBefore != 0 && period.From >= a.AddedBefore {
			return false
		}
	}
	for _, mark := range a.With {
		if _, is := f.Marks[mark].at(at); !is {
			return false
		}
	}
	for _, mark := range a.Without {
		if _, is := f.Marks[mark].at(at); is {
			return false
		}
	}
	return a.Share == Share{} || a.Share.has(p.ID)
}

func (s *Share) has(user wire.ID) bool {
	n := drawOf(s.Draw, user)
	return n >= s.From && n < s.To
}

// drawOf is the number that a person has drawn, 0 to 9,999. It never changes: it is
// XXH64 over both ids.
func drawOf(draw, user wire.ID) uint16 {
	var b [32]byte
	copy(b[:16], draw[:])
	copy(b[16:], user[:])
	return uint16(xxhash.Sum64(b[:]) % wholeShare)
}
