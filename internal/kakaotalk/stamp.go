package kakaotalk

import (
	"strings"
	"time"
	"unicode/utf8"
)

// day is a date as a number, 20241209; zero means none. Later days are larger.
type day int

func newDay(year, month, dom int) (day, bool) {
	if year < 1970 || month < 1 || month > 12 || dom < 1 ||
		dom > time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return 0, false
	}
	return day(year*10000 + month*100 + dom), true
}

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day(y*10000 + int(m)*100 + d)
}

// stamp is a time as a line gives it. The day is zero where the line has only a
// time of day.
type stamp struct {
	day day
	sec int // seconds since midnight
}

func (s stamp) time(loc *time.Location) time.Time {
	y, m, d := int(s.day/10000), time.Month(s.day/100%100), int(s.day%100)
	return time.Date(y, m, d, s.sec/3600, s.sec/60%60, s.sec%60, 0, loc)
}

// minute orders stamps; it is no number of minutes across days.
func (s stamp) minute() int64 { return int64(s.day)*1440 + int64(s.sec/60) }

// fit says how well a text fits a form.
type fit int

const (
	fitNo  fit = iota // another form
	fitBad            // the form, but with an impossible date or time
	fitYes
)

func fitIf(ok bool) fit {
	if ok {
		return fitYes
	}
	return fitBad
}

// scan reads a text from the left. Each method takes what it names, or takes
// nothing and reports that.
type scan string

func (c *scan) lit(s string) bool {
	if !strings.HasPrefix(string(*c), s) {
		return false
	}
	*c = (*c)[len(s):]
	return true
}

// spaces takes any number of spaces, of every kind.
func (c *scan) spaces() bool {
	rest := strings.TrimLeftFunc(string(*c), isSpace)
	taken := len(rest) < len(*c)
	*c = scan(rest)
	return taken
}

// number takes least to most digits.
func (c *scan) number(least, most int) (n int, ok bool) {
	i := 0
	for i < len(*c) && i < most && (*c)[i] >= '0' && (*c)[i] <= '9' {
		n = n*10 + int((*c)[i]-'0')
		i++
	}
	if i < least || i < len(*c) && (*c)[i] >= '0' && (*c)[i] <= '9' {
		return 0, false
	}
	*c = (*c)[i:]
	return n, true
}

// halves are the words for the halves of a day.
var halves = []struct {
	word string
	pm   bool
}{
	{"오전", false},
	{"오후", true},
	{"AM", false},
	{"PM", true},
	{"am", false},
	{"pm", true},
	{"a.m.", false},
	{"p.m.", true},
	{"A.M.", false},
	{"P.M.", true},
}

func (c *scan) half() (pm, ok bool) {
	for _, h := range halves {
		if c.lit(h.word) {
			return h.pm, true
		}
	}
	return false, false
}

// clock takes a time of day: 오후 2:30, PM 2:30, 2:30 PM, 14:30, 14:30:05.
// 오전 12:05 is five past midnight.
func (c *scan) clock() (sec int, _ fit) {
	s := *c
	pm, halved := s.half()
	if halved {
		s.spaces()
	}
	h, ok := s.number(1, 2)
	if !ok || !s.lit(":") {
		return 0, fitNo
	}
	m, ok := s.number(2, 2)
	if !ok {
		return 0, fitNo
	}
	x := 0
	if t := s; t.lit(":") {
		if n, ok := t.number(2, 2); ok {
			x, s = n, t
		}
	}
	if !halved {
		t := s
		t.spaces()
		if pm, halved = t.half(); halved {
			s = t
		}
	}
	*c = s
	switch {
	case !halved:
	case pm && h < 12:
		h += 12
	case !pm && h == 12:
		h = 0
	case !pm && h > 12:
		return 0, fitBad
	}
	return h*3600 + m*60 + x, fitIf(h < 24 && m < 60 && x < 60)
}

// hangulDay takes 2011년 10월 18일.
func (c *scan) hangulDay() (day, fit) { return c.numericDay("년", "월", "일") }

// dottedDay takes 2025. 10. 14.
func (c *scan) dottedDay() (day, fit) { return c.numericDay(".", ".", ".") }

func (c *scan) numericDay(afterYear, afterMonth, afterDay string) (day, fit) {
	s := *c
	y, ok := s.number(4, 4)
	if !ok || !s.lit(afterYear) {
		return 0, fitNo
	}
	s.spaces()
	m, ok := s.number(1, 2)
	if !ok || !s.lit(afterMonth) {
		return 0, fitNo
	}
	s.spaces()
	d, ok := s.number(1, 2)
	if !ok || !s.lit(afterDay) {
		return 0, fitNo
	}
	*c = s
	date, ok := newDay(y, m, d)
	return date, fitIf(ok)
}

// isoDay takes 2021-12-29.
func (c *scan) isoDay() (day, fit) { return c.numericDay("-", "-", "") }

// englishDay takes October 12, 2020 and 12 Oct 2020.
func (c *scan) englishDay() (day, fit) {
	s := *c
	d, dayFirst := s.number(1, 2)
	if dayFirst && !s.spaces() {
		return 0, fitNo
	}
	m, ok := s.month()
	if !ok {
		return 0, fitNo
	}
	s.spaces()
	if !dayFirst {
		if d, ok = s.number(1, 2); !ok {
			return 0, fitNo
		}
		s.lit(",")
		if !s.spaces() {
			return 0, fitNo
		}
	}
	y, ok := s.number(4, 4)
	if !ok {
		return 0, fitNo
	}
	*c = s
	date, ok := newDay(y, m, d)
	return date, fitIf(ok)
}

// month takes the English name of a month, whole or cut to three letters.
func (c *scan) month() (int, bool) {
	word := c.peekWord()
	for m := time.January; m <= time.December; m++ {
		name := m.String()
		if word == name || word == name[:3] || m == time.September && word == "Sept" {
			*c = (*c)[len(word):]
			c.lit(".")
			return int(m), true
		}
	}
	return 0, false
}

func (c *scan) peekWord() string {
	i := 0
	for i < len(*c) && ((*c)[i]|0x20 >= 'a' && (*c)[i]|0x20 <= 'z') {
		i++
	}
	return string((*c)[:i])
}

// weekday takes Monday (then a comma) or 월요일.
func (c *scan) weekday() bool {
	word := c.peekWord()
	for w := time.Sunday; w <= time.Saturday; w++ {
		if word == w.String() || word != "" && word == w.String()[:3] {
			*c = (*c)[len(word):]
			c.lit(",")
			return true
		}
	}
	r, n := utf8.DecodeRuneInString(string(*c))
	if !strings.ContainsRune("일월화수목금토", r) {
		return false
	}
	s := (*c)[n:]
	if !s.lit("요일") {
		return false
	}
	*c = s
	return true
}

// dayLine takes a whole text that says a day and a weekday, and nothing else:
// 2024년 12월 9일 월요일, Monday, December 9, 2024.
func dayLine(text string) (day, bool) {
	c := scan(trim(text))
	named := c.weekday()
	c.spaces()
	d, f := c.hangulDay()
	if f == fitNo {
		d, f = c.dottedDay()
	}
	if f == fitNo {
		d, f = c.englishDay()
	}
	if f != fitYes {
		return 0, false
	}
	if c.spaces(); !named {
		named = c.weekday()
	}
	if !named || c != "" {
		return 0, false
	}
	return d, true
}

// dashedDay is a day line between dashes. The weekday may be missing.
func dashedDay(text string) (day, bool) {
	text = trim(text)
	if !strings.HasPrefix(text, "---") || !strings.HasSuffix(text, "---") {
		return 0, false
	}
	inner := strings.Trim(text, "-")
	if d, ok := dayLine(inner); ok {
		return d, true
	}
	c := scan(trim(inner))
	d, f := c.hangulDay()
	if f == fitNo {
		d, f = c.englishDay()
	}
	if f != fitYes || c != "" {
		return 0, false
	}
	return d, true
}
