package kakaotalk

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrNotAnExport means that the file is no conversation exported from
// KakaoTalk. The error around it says in a sentence why.
var ErrNotAnExport = errors.New("this is not a conversation exported from KakaoTalk")

// prefixBytes is how much of the beginning decides what a file is.
const prefixBytes = 256 << 10

// beginning is what the first prefixBytes tell about a file.
type beginning struct {
	head   int // number of lines that are the head
	title  string
	direct bool
	file   string
	saved  time.Time

	shape shape
	at    bool // English dates are followed by "at"
	// mixed says that entries end with CR LF and lines inside a message with LF.
	mixed bool
	start stamp // the first time known, for what comes before any
}

// detect reads the beginning of a file. Without a head, a title or a line that
// fits some form it refuses.
func detect(prefix string, whole bool, loc *time.Location) (beginning, error) {
	lines := strings.Split(prefix, "\n")
	if !whole && len(lines) > 1 {
		lines = lines[:len(lines)-1] // cut off somewhere
	}
	soft := make([]bool, len(lines)) // the line before ended with a bare LF
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, "\r")
		if i+1 < len(lines) {
			soft[i+1] = lines[i] == l
		}
	}
	var b beginning
	b.readHead(lines, loc)
	b.readShape(lines, soft)
	switch {
	case b.shape == shapeNone && b.head == 0:
		why := fmt.Sprintf("none of the first %d lines begins as one of the exports of Android, iOS, Windows or Mac does", len(lines))
		if !utf8.ValidString(prefix) && whole || strings.ContainsRune(prefix, 0) {
			why += ", and it is no UTF-8 text; save it as UTF-8 if it was opened in an editor"
		}
		return b, fmt.Errorf("%w: %s", ErrNotAnExport, why)
	case b.start.day != 0:
	case !b.saved.IsZero():
		h, m, s := b.saved.Clock()
		b.start = stamp{day: dayOf(b.saved), sec: h*3600 + m*60 + s}
	case b.shape.dayless():
		return b, fmt.Errorf("%w: its lines give the time of day only, and no line says the day", ErrNotAnExport)
	}
	return b, nil
}

// readHead finds the title, the file name and the date of saving.
func (b *beginning) readHead(lines []string, loc *time.Location) {
	const most = 8
	first := -1
	for i, l := range lines[:min(most, len(lines))] {
		t := trim(l)
		if t == "" {
			continue
		}
		if isCSVHead(t) {
			b.head, b.shape = i+1, shapeCSV
			return
		}
		if value, ok := cutSaved(t); ok {
			b.saved, b.head = parseSaved(value, loc), i+1
			break
		}
		if s, _ := matchAny(l); s != shapeNone {
			break
		}
		if first < 0 {
			first = i
		}
	}
	for i, l := range lines[:min(max(b.head, first+1), len(lines))] {
		t := trim(l)
		title, direct, ok := cutTitle(t)
		_, saved := cutSaved(t)
		switch {
		case t == "" || saved:
		case ok:
			b.title, b.direct = title, direct
			b.head = max(b.head, i+1)
			if strings.HasSuffix(t, ".txt") {
				b.file = t
			}
		case b.head == 0:
		case strings.HasSuffix(t, ".txt") || strings.HasSuffix(t, ".csv"):
			b.file = t
		case b.title == "":
			b.title = t
		}
	}
}

func cutSaved(t string) (value string, ok bool) {
	for _, word := range []string{"저장한 날짜", "Date Saved", "Saved Date"} {
		if rest, ok := strings.CutPrefix(t, word); ok {
			value, ok = strings.CutPrefix(trim(rest), ":")
			return trim(value), ok
		}
	}
	return "", false
}

// cutTitle reads the first line: whose conversation, or which room's.
func cutTitle(t string) (title string, direct, ok bool) {
	t = strings.TrimSuffix(t, ".txt")
	for _, ending := range []string{"님과 카카오톡 대화", "님과의 카카오톡 대화", " with KakaoTalk Chats"} {
		if s, ok := strings.CutSuffix(t, ending); ok && trim(s) != "" {
			return trim(s), true, true
		}
	}
	if _, s, ok := strings.Cut(t, "KakaoTalk Chats with "); ok && trim(s) != "" {
		return trim(s), true, true
	}
	for _, ending := range []string{" 카카오톡 대화", " KakaoTalk Chats", " Talk Chats"} {
		if s, ok := strings.CutSuffix(t, ending); ok && trim(s) != "" {
			return trim(s), false, true
		}
	}
	return "", false, t == "카카오톡 대화" || t == "KakaoTalk Chats"
}

// parseSaved reads the date of saving in any of the forms; zero if it cannot.
func parseSaved(value string, loc *time.Location) time.Time {
	for _, s := range []shape{shapeHangul, shapeDotted, shapeEnglish} {
		c := scan(value)
		if st, _, f := s.stampOf(&c); f == fitYes {
			return st.time(loc)
		}
	}
	c := scan(value)
	if d, f := c.isoDay(); f == fitYes {
		c.spaces()
		sec, _ := c.clock()
		return stamp{day: d, sec: sec}.time(loc)
	}
	return time.Time{}
}

// matchAny finds the shape that a line fits, if any. It wants a speaker or a
// known sentence: a time alone, or one before any text, says too little. A CSV
// is known by its first line.
func matchAny(text string) (shape, record) {
	for s := shapeBracket; s < shapeCSV; s++ {
		r, f := s.match(text, nil)
		if f != fitYes || r.alone {
			continue
		}
		if e, ok := parseEvent(r.text); r.speaker != "" || ok && e.kind != KindNotice {
			return s, r
		}
	}
	return shapeNone, record{}
}

// votes are the lines of one shape in the beginning of a file.
type votes struct {
	count int
	first stamp
	rank  int // how many shapes were met before
	// How the lines before them ended.
	afterHard, afterSoft int
}

// readShape finds the form. In a file with a head, or whose first line fits a
// form, the first line that fits one decides: nothing comes before it that it
// could be a part of. In a file that begins in the middle of a message the form
// with most lines does.
func (b *beginning) readShape(lines []string, soft []bool) {
	if b.shape == shapeCSV {
		b.readFirstRow(lines)
		return
	}
	var all [shapeCSV]votes
	var now, first, dashed day
	shapes, seen, anchored := 0, false, b.head > 0
	for i := b.head; i < len(lines); i++ {
		if trim(lines[i]) == "" {
			continue
		}
		firstLine := !seen
		seen = true
		if d, ok := dashedDay(lines[i]); ok {
			now, dashed = d, max(dashed, d)
			anchored = anchored || firstLine
		} else if d, ok := dayLine(lines[i]); ok {
			now = d
		} else if s, r := matchAny(lines[i]); s != shapeNone {
			anchored = anchored || firstLine
			all[s].add(r, now, shapes, soft[i], firstLine)
			if all[s].count == 1 {
				shapes++
			}
		}
		if first == 0 {
			first = now
		}
	}
	for s, v := range all {
		best := all[b.shape]
		if v.count > 0 && (b.shape == shapeNone || anchored && v.rank < best.rank ||
			!anchored && (v.count > best.count || v.count == best.count && v.rank < best.rank)) {
			b.shape = shape(s)
		}
	}
	if b.shape == shapeNone {
		if dashed != 0 && anchored { // nobody spoke yet
			b.shape, b.start = shapeBracket, stamp{day: first}
		}
		return
	}
	v := all[b.shape]
	b.start = v.first
	if b.start.day == 0 {
		b.start.day = first
	}
	b.mixed = v.afterHard > v.afterSoft
	b.readAt(lines)
}

func (v *votes) add(r record, now day, rank int, soft, firstLine bool) {
	if v.count == 0 {
		v.first, v.rank = r.stamp, rank
		if r.day == 0 {
			v.first.day = now
		}
	}
	v.count++
	switch {
	case firstLine:
	case soft:
		v.afterSoft++
	default:
		v.afterHard++
	}
}

func (b *beginning) readFirstRow(lines []string) {
	for _, l := range lines[b.head:] {
		if st, _, f := matchRow(l); f == fitYes && st.day != 0 {
			b.start = st
			return
		}
	}
}

// readAt looks at how the first English date is written.
func (b *beginning) readAt(lines []string) {
	for _, l := range lines[b.head:] {
		c := scan(l)
		if _, at, f := shapeEnglish.stampOf(&c); f == fitYes {
			b.at = at
			return
		}
	}
}
