package kakaotalk

import (
	"fmt"
	"hash/maphash"
	"strings"
)

// draft is an item whose lines are still coming.
type draft struct {
	item  Item
	text  strings.Builder
	own   bool // a line of the client itself
	row   bool // from a CSV: whether it is an event shows at its end
	parts int  // how many were given already
}

func (d *draft) set(e event) {
	d.item.Kind, d.item.Speaker, d.item.Subjects = e.kind, e.speaker, e.subjects
	if e.kind == "" {
		d.item.Kind = KindNotice
	}
}

// begin ends the item before and opens the next one, at the time p.now.
func (p *parser) begin(d *draft, text string) {
	p.flush()
	if p.err != nil {
		return
	}
	if p.now.day == 0 {
		p.err = fmt.Errorf("%w: it has a head, but no line says when anything was said", ErrNotAnExport)
		return
	}
	p.report.Lines.Item++
	p.names.add(d.item.Speaker)
	for _, s := range d.item.Subjects {
		p.names.add(s)
	}
	d.item.Time = p.now.time(p.loc)
	p.draft = d
	p.put(text)
}

// addLine appends a line to the draft, with the blank lines before it.
func (p *parser) addLine(text string) {
	p.report.Lines.Continued += p.blanks + 1
	for ; p.blanks >= 0; p.blanks-- {
		p.put("\n")
	}
	p.blanks = 0
	p.put(text)
}

// put appends to the draft's text, and gives what is there when it gets too
// long.
func (p *parser) put(s string) {
	if p.draft == nil || p.err != nil {
		return
	}
	if p.draft.text.Len()+len(s) > MaxTextBytes {
		p.give(false)
	}
	p.draft.text.WriteString(s)
}

// flush gives the draft. Blank lines after it are none of it.
func (p *parser) flush() {
	p.report.Lines.Blank += p.blanks
	p.blanks = 0
	if p.draft != nil && p.err == nil {
		p.give(true)
	}
	p.draft = nil
}

// give hands the draft's text to the caller as an item or a part of one.
func (p *parser) give(last bool) {
	d := p.draft
	d.item.Text = d.text.String()
	d.text.Reset()
	d.item.Part = d.parts
	d.parts++
	if d.item.Part == 0 {
		p.judge(d, last)
	}
	it := d.item
	it.Order = p.orders.next(it)
	p.count(it)
	p.err = p.yield(it)
}

// judge finds the kind of the item. A text in parts is a text.
func (p *parser) judge(d *draft, whole bool) {
	it := &d.item
	if d.row && whole {
		e, ok := parseEvent(it.Text)
		switch {
		case ok && (it.Speaker == "" || it.Speaker == e.speaker || len(e.subjects) > 0 && it.Speaker == e.subjects[0]):
			d.own = true
			d.set(e)
		case it.Speaker == "":
			d.own, it.Kind = true, KindNotice
		}
	}
	if d.own {
		if it.Kind == "" {
			it.Kind = KindNotice
		}
		return
	}
	it.Kind = KindText
	if whole {
		c := classify(it.Text)
		it.Kind, it.Count, it.File = c.kind, c.count, c.file
	}
}

// count enters an item in the report.
func (p *parser) count(it Item) {
	if it.Part > 0 {
		return
	}
	r := &p.report
	r.Items++
	r.Kinds[it.Kind]++
	if r.First.IsZero() || it.Time.Before(r.First) {
		r.First = it.Time
	}
	if it.Time.After(r.Last) {
		r.Last = it.Time
	}
	if !it.Kind.Sent() || it.Speaker == "" {
		return
	}
	i, ok := p.speaker[it.Speaker]
	if !ok {
		if len(r.Speakers) >= MaxNames {
			return
		}
		i = len(r.Speakers)
		p.speaker[it.Speaker] = i
		r.Speakers = append(r.Speakers, Speaker{Name: it.Speaker})
	}
	r.Speakers[i].Items++
}

// recent remembers the last lines that began items, to know them again when
// they are quoted.
type recent struct {
	seed  maphash.Seed
	ring  []uint64
	next  int
	count map[uint64]int
}

const maxRecent = 1 << 14

func (q *recent) has(text string) bool {
	return q.count != nil && q.count[maphash.String(q.seed, text)] > 0
}

func (q *recent) add(text string) {
	if q.count == nil {
		q.seed, q.count = maphash.MakeSeed(), make(map[uint64]int)
	}
	h := maphash.String(q.seed, text)
	if len(q.ring) < maxRecent {
		q.ring = append(q.ring, h)
	} else {
		old := q.ring[q.next]
		if q.count[old]--; q.count[old] == 0 {
			delete(q.count, old)
		}
		q.ring[q.next] = h
		q.next = (q.next + 1) % maxRecent
	}
	q.count[h]++
}
