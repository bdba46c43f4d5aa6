package delivery

// Rules are what an operator sets for promotions.
type Rules struct {
	// The night, in milliseconds since the midnight of the person's clock: a promotion
	// waits from NightFrom on and before NightTo of the next day. NightTo is before
	// NightFrom; both are within a day.
	NightFrom, NightTo int64
	WeekOfAccount      int // promotions from one account to one person in a week
	DayOfAll           int // promotions from all accounts to one person in a day
	MostDays           int // how many days a promotion waits for the caps
}

// DefaultRules are stricter than the law of Korea asks for: there the night begins
// at 21:00 (Act on Promotion of Information and Communications Network Utilization
// and Information Protection, Article 50(3)), and there are no caps.
var DefaultRules = Rules{
	NightFrom: 20 * 60 * minuteMs, NightTo: 8 * 60 * minuteMs,
	WeekOfAccount: 2, DayOfAll: 5, MostDays: 3,
}
