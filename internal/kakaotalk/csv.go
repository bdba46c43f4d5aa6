package kakaotalk

import "strings"

// isCSVHead reports whether a text is the first line of the Mac client's file.
func isCSVHead(text string) bool {
	return strings.EqualFold(strings.ReplaceAll(trim(text), `"`, ""), "Date,User,Message")
}

// row is the beginning of a CSV record.
type row struct {
	speaker string
	message string // from the message's first character on, still escaped
	quoted  bool   // the message is in quotation marks, of which the first is taken
	// strict says that the line cannot stand inside a quoted field: there all
	// its quotation marks would be doubled.
	strict bool
	// dateless rows have neither a date nor a user: a line of the client that
	// belongs to the row before.
	dateless bool
}

// matchRow reads 2021-12-29 20:36:00,"name","text with ""quotes""...
func matchRow(text string) (stamp, row, fit) {
	var st stamp
	c := scan(text)
	if c.lit(`,"","`) {
		return st, row{message: string(c), quoted: true, dateless: true}, fitYes
	}
	quoted := c.lit(`"`)
	d, f := c.isoDay()
	if f == fitNo || !c.spaces() {
		return st, row{}, fitNo
	}
	sec, g := c.clock()
	if g == fitNo || quoted && !c.lit(`"`) || !c.lit(",") {
		return st, row{}, fitNo
	}
	st = stamp{day: d, sec: sec}
	name, nameQuoted, ok := c.field()
	if !ok || len(name) > maxNameBytes {
		return st, row{}, fitNo
	}
	r := row{speaker: trim(name), strict: nameQuoted && name != ""}
	r.quoted = c.lit(`"`)
	r.message = string(c)
	return st, r, min(f, g)
}

// field takes a field and the comma after it.
func (c *scan) field() (value string, quoted, ok bool) {
	s := *c
	if !s.lit(`"`) {
		i := strings.IndexByte(string(s), ',')
		if i < 0 {
			return "", false, false
		}
		*c = s[i+1:]
		return string(s[:i]), false, true
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(string(s), '"')
		if i < 0 {
			return "", true, false
		}
		b.WriteString(string(s[:i]))
		s = s[i+1:]
		if s.lit(`"`) {
			b.WriteByte('"')
			continue
		}
		if !s.lit(",") {
			return "", true, false
		}
		*c = s
		return b.String(), true, true
	}
}

// quoting follows a quoted message over its lines.
type quoting struct {
	inside bool // the field's last quotation mark has not come
	half   bool // the piece before ended with one, which may be the first of two
}

// unescape gives the text of one line, or of a piece of one, of the message.
// It ends the field at a quotation mark with nothing but spaces after it. Other
// unpaired marks stay as they are; fair is false then.
func (q *quoting) unescape(s string, more bool) (text string, fair bool) {
	fair = true
	var b strings.Builder
	if q.half {
		q.half = false
		b.WriteByte('"')
		if rest, ok := strings.CutPrefix(s, `"`); ok {
			s = rest
		} else if !more && trim(s) == "" {
			q.inside = false
			return "", true
		} else {
			fair = false
		}
	}
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			b.WriteString(s)
			return b.String(), fair
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		switch {
		case s == "" && more:
			q.half = true
			return b.String(), fair
		case strings.HasPrefix(s, `"`):
			b.WriteByte('"')
			s = s[1:]
		case trim(s) == "":
			q.inside = false
			return b.String(), fair
		default:
			b.WriteByte('"')
			fair = false
		}
	}
}

// takeCSV reads a line of the Mac client's file.
func (p *parser) takeCSV(l line) {
	if l.cont && !p.quotes.inside {
		p.put(l.text)
		return
	}
	st, r, f := matchRow(l.text)
	if p.quotes.inside {
		if l.cont || f != fitYes || !r.strict {
			p.takeQuoted(l)
			return
		}
		// A row begins here although the field before was never closed.
		p.report.odd(l.no, OddQuotes, l.text)
		p.quotes = quoting{}
	}
	switch {
	case f == fitYes:
		if !r.dateless {
			p.now = st
		} else if p.now.day == 0 {
			p.now = p.start
		}
		text := r.message
		if r.quoted {
			p.quotes.inside = true
			var fair bool
			if text, fair = p.quotes.unescape(text, l.more); !fair {
				p.report.odd(l.no, OddQuotes, l.text)
			}
		}
		p.begin(&draft{row: true, item: Item{Line: l.no, Speaker: r.speaker}}, text)
	case trim(l.text) == "" && !l.more:
		p.blank()
	case f == fitBad:
		p.body(l, OddTime)
	default:
		p.body(l, OddRow)
	}
}

// takeQuoted reads a further line, or a further piece of one, of a quoted
// message.
func (p *parser) takeQuoted(l line) {
	text, fair := p.quotes.unescape(l.text, l.more)
	if !fair {
		p.report.odd(l.no, OddQuotes, l.text)
	}
	switch {
	case l.cont:
		p.put(text)
	case trim(text) == "" && !l.more:
		p.blank()
	default:
		p.addLine(text)
	}
}
