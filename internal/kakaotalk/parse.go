package kakaotalk

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"
)

// Parse reads an exported conversation and gives its items to yield, one by
// one in the order of the file. loc is the time zone in which the file was
// written, which no form says; nil means UTC. An error of yield ends the
// reading and is returned as it is.
//
// A file that is no export is refused with an error that wraps ErrNotAnExport
// and says why. That happens before the first item.
//
// The report is complete when the error is nil, and says what was read so far
// otherwise. Memory does not grow with the file (some 50 MB at most). Parse reads
// ahead of what it gives by less than 400 KiB, so a caller can show progress by
// counting the bytes that it hands out.
func Parse(r io.Reader, loc *time.Location, yield func(Item) error) (Report, error) {
	if loc == nil {
		loc = time.UTC
	}
	src := bufio.NewReaderSize(decode(r), prefixBytes)
	prefix, err := src.Peek(prefixBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return Report{}, fmt.Errorf("read the export: %w", err)
	}
	b, err := detect(string(prefix), err != nil, loc)
	if err != nil {
		return Report{}, err
	}
	p := &parser{
		loc: loc, yield: yield, shape: b.shape, mixed: b.mixed, at: b.at, start: b.start, head: b.head,
		report:  Report{Form: b.shape.form(b.at), Title: b.title, Direct: b.direct, File: b.file, Saved: b.saved, Kinds: map[Kind]int{}},
		speaker: map[string]int{},
	}
	if b.direct {
		p.names.add(b.title)
	}
	// The wrapping keeps bufio from using src itself with its longer lines.
	lr := newLineReader(struct{ io.Reader }{src})
	for p.err == nil {
		l, err := lr.next()
		if errors.Is(err, io.EOF) {
			p.finish()
			break
		}
		if err != nil {
			p.err = fmt.Errorf("read the export: %w", err)
			break
		}
		p.take(l)
	}
	return p.report, p.err
}

// parser turns lines into items. It holds one item, its draft, until the next
// one begins.
type parser struct {
	loc    *time.Location
	yield  func(Item) error
	report Report
	err    error // ends the reading

	shape shape
	mixed bool
	at    bool
	head  int
	start stamp
	day   day   // what the day lines said; zero before the first
	now   stamp // of the last item or day line; zero before the first

	draft   *draft
	blanks  int // blank lines since the draft's last line
	held    *heldDay
	softRun int
	quotes  quoting // CSV only

	names   nameBook
	recent  recent
	orders  orders
	speaker map[string]int // index in report.Speakers
}

// heldDay is a line that may only say the day. The next line tells.
type heldDay struct {
	line   line
	day    day
	before int // blank lines before it and after it
	after  int
}

// take reads one line or piece of a line.
func (p *parser) take(l line) {
	if l.broken {
		p.report.odd(l.no, OddEncoding, l.text)
	}
	if l.more && !l.cont {
		p.report.odd(l.no, OddLong, l.text)
	}
	switch {
	case l.no <= p.head:
		if !l.cont {
			p.countHead(l)
		}
	case p.shape == shapeCSV:
		p.takeCSV(l)
	case l.cont:
		p.put(l.text)
	default:
		p.takeLine(l)
	}
}

func (p *parser) countHead(l line) {
	if trim(l.text) == "" {
		p.report.Lines.Blank++
	} else {
		p.report.Lines.Head++
	}
}

// takeLine reads a line of any form but the CSV.
func (p *parser) takeLine(l line) {
	if trim(l.text) == "" && !l.more {
		p.blank()
		return
	}
	if p.shape == shapeNone {
		if s, _ := matchAny(l.text); s != shapeNone {
			p.shape = s
			p.report.Form = s.form(p.at)
		}
	}
	r, f := p.shape.match(l.text, &p.names)
	if p.insideEntry(l) {
		if f == fitYes && !r.alone {
			p.report.odd(l.no, OddInside, l.text)
		}
		p.body(l, "")
		return
	}
	switch {
	case f == fitYes && !r.alone:
		p.takeRecord(l, r)
	case !l.more && p.takeDay(l, r, f):
	case p.shape == shapeBracket && !l.more && p.takeEvent(l):
	case f == fitBad:
		p.body(l, OddTime)
	default:
		if s, _ := matchAny(l.text); s != shapeNone && s != p.shape {
			p.body(l, OddForm)
			return
		}
		p.body(l, "")
	}
}

// insideEntry reports whether the line breaks say that a line belongs to the
// entry before. A file whose later part was written with other line breaks is
// noticed by the number of such lines that begin like messages in a row.
func (p *parser) insideEntry(l line) bool {
	const most = 1000
	if !p.mixed || p.draft == nil {
		return false
	}
	if !l.soft {
		p.softRun = 0
		return false
	}
	if p.softRun++; p.softRun > most {
		p.mixed = false
		return false
	}
	return true
}

// takeRecord reads a line that begins an item, unless it only looks like one.
func (p *parser) takeRecord(l line, r record) {
	opens := p.opensDay(r)
	dated := r.day != 0
	if !dated {
		if r.day = p.day; opens {
			r.day = p.held.day
		}
	}
	if p.now.day != 0 && r.minute() < p.now.minute() && p.recent.has(l.text) {
		p.body(l, OddQuoted)
		return
	}
	d := &draft{own: r.own, item: Item{Line: l.no, Speaker: r.speaker}}
	if r.own {
		e, ok := parseOwnLine(r.text)
		if !ok && r.unsure && p.draft != nil {
			p.body(l, OddNobody)
			return
		}
		d.set(e)
	}
	p.settleDay(opens)
	if r.day == 0 {
		r.day = p.start.day
		p.report.odd(l.no, OddNoDay, l.text)
	}
	p.recent.add(l.text)
	p.now = r.stamp
	p.begin(d, r.text)
}

// takeEvent reads a line without a time as Windows writes joins and leaves. It
// has the time of the item before. Inside a message a plain sentence ("Sky
// left.") must be about somebody known.
func (p *parser) takeEvent(l line) bool {
	e, ok := parseEvent(l.text)
	if !ok || e.weak && !p.names.seen[e.speaker] && p.draft != nil && !p.draft.own {
		return false
	}
	if p.now.day == 0 {
		p.now = p.start
	}
	d := &draft{own: true, item: Item{Line: l.no}}
	d.set(e)
	p.begin(d, l.text)
	return true
}

// takeDay reads a line that only says the day. Between dashes it says so by
// itself, else the next line decides.
func (p *parser) takeDay(l line, r record, f fit) bool {
	d, ok := dashedDay(l.text)
	if ok && (p.shape.dayless() || p.shape == shapeNone) {
		if d < p.day {
			p.body(l, OddBack)
			return true
		}
		p.flush()
		p.newDay(d)
		return true
	}
	if !ok {
		d, ok = dayLine(l.text)
	}
	if f == fitYes && r.alone && r.day != 0 {
		d, ok = r.day, true
	}
	if !ok || p.shape == shapeBracket {
		return false
	}
	p.settleDay(false)
	if p.draft == nil {
		p.newDay(d)
		return true
	}
	p.held = &heldDay{line: l, day: d, before: p.blanks}
	p.blanks = 0
	return true
}

func (p *parser) newDay(d day) {
	p.report.Lines.Day++
	if d > p.now.day || p.day == 0 {
		p.now = stamp{day: d}
	}
	p.day = d
}

// opensDay reports whether the line held back is a day line, now that the
// message r follows it: if r is of that day (or says no day), and if the day is
// new or set off by a blank line.
func (p *parser) opensDay(r record) bool {
	h := p.held
	if h == nil || h.before == 0 && h.day <= p.now.day {
		return false
	}
	return r.day == h.day || r.day == 0 && h.day >= p.day
}

// settleDay takes the line held back as a day line or as text.
func (p *parser) settleDay(opens bool) {
	h := p.held
	if h == nil {
		return
	}
	p.held = nil
	if opens {
		p.report.Lines.Blank += h.before + h.after
		p.flush()
		p.newDay(h.day)
		return
	}
	p.blanks = h.before
	p.addLine(h.line.text)
	p.blanks = h.after
}

func (p *parser) blank() {
	switch {
	case p.held != nil:
		p.held.after++
	case p.draft != nil:
		p.blanks++
	default:
		p.report.Lines.Blank++
	}
}

// body takes a line as text of the item before it, or as a notice if there is
// none.
func (p *parser) body(l line, why Reason) {
	p.settleDay(false)
	if p.draft != nil {
		if why == "" && p.draft.own {
			why = OddAfter
		}
		if why != "" {
			p.report.odd(l.no, why, l.text)
		}
		p.addLine(l.text)
		return
	}
	if why == "" {
		why = OddOrphan
	}
	p.report.odd(l.no, why, l.text)
	if p.now.day == 0 {
		p.now = p.start
	}
	p.begin(&draft{own: true, item: Item{Line: l.no, Kind: KindNotice}}, l.text)
}

// finish ends the file.
func (p *parser) finish() {
	p.settleDay(false)
	p.flush()
}
