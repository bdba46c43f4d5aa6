package notify

import (
	"slices"
	"time"

	"madang/internal/fault"
)

// QuietHours are hours of every week in which a person is not woken, by the clock
// of their time zone. Hours whose end is not after their beginning reach into the
// next day.
type QuietHours struct {
	Days []int  `json:"days"` // 1 is Monday, 7 is Sunday; when they begin
	From string `json:"from"` // 22:00
	To   string `json:"to"`   // 07:00
}

// maxQuiet is how many of them somebody can have: some for each day.
const maxQuiet = 20

// checkQuiet gives a fault when hours break a rule.
func checkQuiet(list []QuietHours) error {
	if len(list) > maxQuiet {
		return fault.New(fault.QuietInvalid).In("quiet")
	}
	for _, q := range list {
		_, ok1 := minutes(q.From)
		_, ok2 := minutes(q.To)
		bad := slices.ContainsFunc(q.Days, func(d int) bool { return d < 1 || d > 7 })
		if !ok1 || !ok2 || bad || len(q.Days) == 0 || len(q.Days) > 7 {
			return fault.New(fault.QuietInvalid).In("quiet")
		}
	}
	return nil
}

// isQuiet reports whether a time lies in some of the hours. It goes by what the
// wall shows: on the day that the clocks change, hours are longer or shorter.
func isQuiet(list []QuietHours, t time.Time) bool {
	today := (int(t.Weekday())+6)%7 + 1
	yesterday := (today+5)%7 + 1
	now := t.Hour()*60 + t.Minute()
	for _, q := range list {
		from, _ := minutes(q.From)
		to, _ := minutes(q.To)
		over := to <= from
		if slices.Contains(q.Days, today) && now >= from && (now < to || over) {
			return true
		}
		if over && slices.Contains(q.Days, yesterday) && now < to {
			return true
		}
	}
	return false
}

// minutes reads a time of day.
func minutes(text string) (int, bool) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}
