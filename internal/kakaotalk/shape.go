package kakaotalk

import "strings"

// shape is how the lines of a file are built. A file keeps its shape.
type shape int

const (
	shapeNone    shape = iota
	shapeBracket       // [name] [time] text
	shapeHangul        // 2011년 10월 18일 오후 3:27, name : text
	shapeDotted        // 2025. 10. 14. 오전 9:30, name : text
	shapeEnglish       // October 12, 2020, 6:49 AM, name : text
	shapeClock         // 오후 8:36, name : text
	shapeCSV           // 2021-12-29 20:36:00,"name","text"
)

// form is the client that writes lines of the shape; at is whether an English
// date is followed by "at", as iOS writes it.
func (s shape) form(at bool) Form {
	switch s {
	case shapeBracket:
		return FormWindows
	case shapeHangul:
		return FormAndroid
	case shapeEnglish:
		if !at {
			return FormAndroid
		}
		return FormIOS
	case shapeDotted, shapeClock:
		return FormIOS
	case shapeCSV:
		return FormMac
	}
	return ""
}

// dayless says that the lines have only a time of day, and day lines give the
// day.
func (s shape) dayless() bool { return s == shapeBracket || s == shapeClock }

// record is a line that begins an item.
type record struct {
	stamp
	speaker string
	text    string
	own     bool // a line of the client itself: it has no speaker
	unsure  bool // it may be a text that begins with a time instead
	alone   bool // nothing but a day and a time: it may open a new day
}

// maxNameBytes bounds a speaker's name. KakaoTalk allows 20 characters; open
// chats and business accounts a few more.
const maxNameBytes = 512

// match reads a line of the shape; rows of a CSV have matchRow. names finds a speaker whose own name holds
// " : "; it may be nil.
func (s shape) match(text string, names *nameBook) (record, fit) {
	switch s {
	case shapeBracket:
		return matchBracket(text)
	case shapeHangul, shapeDotted, shapeEnglish, shapeClock:
		return s.matchStamped(text, names)
	}
	return record{}, fitNo
}

// matchBracket reads [name] [오후 2:30] text. The name ends where the first
// bracket with a time begins. A name that holds "] [" must have its brackets in
// pairs, or "[Info] [urgent] [2:30 PM] call" would have a speaker.
func matchBracket(text string) (record, fit) {
	if !strings.HasPrefix(text, "[") {
		return record{}, fitNo
	}
	worst := fitNo
	for at := 1; ; {
		i := strings.Index(text[at:], "] [")
		if i < 0 || at+i > maxNameBytes {
			return record{}, worst
		}
		name := text[1 : at+i]
		c := scan(text[at+i+3:])
		at += i + 1
		sec, f := c.clock()
		if f == fitNo || !c.lit("]") || c != "" && !c.lit(" ") {
			continue
		}
		if strings.Contains(name, "] [") && !paired(name) {
			return record{}, worst
		}
		if f == fitBad {
			worst = fitBad
			continue
		}
		name = trim(name)
		return record{stamp: stamp{sec: sec}, speaker: name, text: string(c), own: name == ""}, fitYes
	}
}

// paired reports whether each bracket has its counterpart.
func paired(s string) bool {
	open := 0
	for _, r := range s {
		switch r {
		case '[':
			open++
		case ']':
			if open--; open < 0 {
				return false
			}
		}
	}
	return open == 0
}

// stampOf takes the time that a line of the shape begins with.
func (s shape) stampOf(c *scan) (st stamp, at bool, _ fit) {
	f := fitYes
	switch s {
	case shapeHangul:
		st.day, f = c.hangulDay()
		c.spaces()
	case shapeDotted:
		st.day, f = c.dottedDay()
		c.spaces()
	case shapeEnglish:
		if st.day, f = c.englishDay(); f == fitNo {
			return st, false, fitNo
		}
		c.lit(",")
		if !c.spaces() {
			return st, false, fitNo
		}
		if c.lit("at") {
			at = true
			c.spaces()
		}
	}
	if f == fitNo {
		return st, at, fitNo
	}
	sec, g := c.clock()
	st.sec = sec
	return st, at, min(f, g)
}

// matchStamped reads the lines of phones: a time, then ", name : text", then
// ", sentence" or ": sentence" for lines of the client itself, then nothing.
func (s shape) matchStamped(text string, names *nameBook) (record, fit) {
	c := scan(text)
	st, _, f := s.stampOf(&c)
	if f == fitNo {
		return record{}, fitNo
	}
	rest := c
	r := record{stamp: st}
	switch {
	case trim(string(rest)) == "":
		r.alone = true
		return r, f
	case rest.lit(": "):
		r.own, r.unsure, r.text = true, true, string(rest)
		return r, f
	case !rest.lit(",") || !rest.lit(" "):
		return record{}, fitNo
	}
	name, body, ok := names.split(string(rest))
	if !ok {
		r.own, r.unsure, r.text = true, true, string(rest)
		return r, f
	}
	if len(name) > maxNameBytes {
		return record{}, fitNo
	}
	r.speaker, r.text = name, body
	r.own = name == ""
	return r, f
}

// nameBook holds the people met so far, as far as lines need them to be read.
type nameBook struct {
	seen   map[string]bool // spoke, joined, invited or was invited; at most MaxNames
	colons []string        // those with " : " inside, longest first; at most 64
}

func (b *nameBook) add(name string) {
	if name == "" || len(name) > maxNameBytes || b.seen[name] || len(b.seen) >= MaxNames {
		return
	}
	if b.seen == nil {
		b.seen = make(map[string]bool)
	}
	b.seen[name] = true
	if !strings.Contains(name, " : ") || len(b.colons) >= 64 {
		return
	}
	i := 0
	for i < len(b.colons) && len(b.colons[i]) >= len(name) {
		i++
	}
	b.colons = append(b.colons[:i], append([]string{name}, b.colons[i:]...)...)
}

// split parts "name : text". It reports false when there is no speaker.
func (b *nameBook) split(s string) (name, text string, ok bool) {
	if b != nil {
		for _, n := range b.colons {
			rest, ok := strings.CutPrefix(s, n)
			if !ok {
				continue
			}
			if body, ok := strings.CutPrefix(rest, " : "); ok {
				return n, body, true
			}
			if e, ok := parseEvent(s); ok && (e.speaker == n || len(e.subjects) > 0 && e.subjects[0] == n) {
				return "", "", false
			}
		}
	}
	if e, ok := parseEvent(s); ok && (e.kind == KindInvited || e.kind == KindRemoved) &&
		e.speaker != "" && !e.weak && !strings.Contains(e.speaker, " : ") {
		return "", "", false // whoever was invited has " : " in the name
	}
	if name, body, ok := strings.Cut(s, " : "); ok {
		return trim(name), body, true
	}
	if name, ok := strings.CutSuffix(s, " :"); ok {
		return trim(name), "", true
	}
	return "", "", false
}
