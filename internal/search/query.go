package search

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"madang/internal/fault"
)

// Limits of what is looked for.
const (
	maxQuery = 200 // characters
	maxTerms = 10
)

// Query is what is looked for in texts: terms that must all be found, anywhere in
// a word. It is safe for concurrent use.
type Query struct {
	terms []term
}

// folding holds the buffers in which texts are folded.
var folding = sync.Pool{New: func() any { return new([]byte) }}

// term is one word, in the forms in which it can stand in a text.
type term struct {
	literal [][]byte // folded
	pattern pattern  // of a word with initial consonants; nil when there are none
}

// Parse reads what somebody typed: words with spaces between them, or "several
// words" in a row. Each is also looked for as if it was typed with the keyboard
// set to the other of Hangul and Latin. A text of no words is an empty query,
// which finds everything.
func Parse(text string) (*Query, error) {
	if utf8.RuneCountInString(text) > maxQuery {
		return nil, fault.Newf(fault.SearchInvalid, "What is looked for has at most %d characters.", maxQuery).In("q")
	}
	q := new(Query)
	for word := range words(strings.ToValidUTF8(text, "")) {
		if len(q.terms) == maxTerms {
			return nil, fault.Newf(fault.SearchInvalid, "At most %d words are looked for at once.", maxTerms).In("q")
		}
		q.terms = append(q.terms, termOf(word))
	}
	return q, nil
}

// words gives the words of a query.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			text = strings.TrimLeftFunc(text, unicode.IsSpace)
			var word string
			if quoted, ok := strings.CutPrefix(text, `"`); ok && strings.Contains(quoted, `"`) {
				word, text, _ = strings.Cut(quoted, `"`)
				word = strings.TrimSpace(word)
			} else if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
				word, text = text[:i], text[i:]
			} else {
				word, text = text, ""
			}
			if word != "" && !yield(word) {
				return
			}
		}
	}
}

func termOf(word string) term {
	folded := appendFolded(nil, []byte(word))
	t := term{literal: [][]byte{folded}}
	if hangul, ok := asTyped(word); ok {
		t.literal = append(t.literal, []byte(hangul))
	}
	if latin, ok := asKeys(string(folded)); ok {
		t.literal = append(t.literal, []byte(strings.ToLower(latin)))
	}
	if hasInitial(string(folded)) {
		t.pattern = pattern(string(folded))
	}
	return t
}

// Empty reports whether the query finds everything.
func (q *Query) Empty() bool { return len(q.terms) == 0 }

// In reports whether the query is found in a text.
func (q *Query) In(text []byte) bool {
	if len(q.terms) == 0 {
		return true
	}
	buf := folding.Get().(*[]byte)
	defer folding.Put(buf)
	*buf = appendFolded((*buf)[:0], text)
	for i := range q.terms {
		if !q.terms[i].in(*buf) {
			return false
		}
	}
	return true
}

func (t *term) in(folded []byte) bool {
	for _, l := range t.literal {
		if bytes.Contains(folded, l) {
			return true
		}
	}
	return t.pattern != nil && t.pattern.in(folded)
}
