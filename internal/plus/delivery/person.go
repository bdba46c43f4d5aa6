package delivery

import (
	"cmp"
	"slices"
	"time"

	"madang/internal/wire"
)

// Person is what the rules know of somebody.
type Person struct {
	ID        wire.ID
	Zones     History[*time.Location] // where they live; an empty history is UTC
	Languages History[string]         // BCP 47
	Countries History[string]         // ISO 3166-1 alpha-2
	Accounts  map[wire.ID]*Following
}

// Following is what is known of a person and one Plus Friend.
type Following struct {
	Friend    Spans         // when they were friends
	Promotion History[bool] // whether promotion was agreed to
	Night     History[bool] // whether promotion by night was agreed to, too
	// Marks are the account's tags on the person, the lists that they are on, and
	// what they have tapped, each with when it held.
	Marks map[string]Spans
}

// Span is the time from From on and before To, in Unix milliseconds.
type Span struct{ From, To int64 }

// Spans are in order and do not overlap.
type Spans []Span

// at gives the span in which a moment lies.
func (s Spans) at(t int64) (Span, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].From <= t {
			return s[i], t < s[i].To
		}
	}
	return Span{}, false
}

// History is what held from when on, in the order of time. What came first held
// before, too.
type History[T any] []Since[T]

// Since is a value and the moment (Unix milliseconds) from which on it holds.
type Since[T any] struct {
	At    int64
	Value T
}

// At gives what held at a moment; of an empty history, the zero value.
func (h History[T]) At(t int64) (value T) {
	if i := h.index(t); i >= 0 {
		return h[i].Value
	}
	return value
}

// index is the place of what held at a moment, -1 in an empty history.
func (h History[T]) index(t int64) int {
	i, is := slices.BinarySearchFunc(h, t, func(s Since[T], t int64) int { return cmp.Compare(s.At, t) })
	if is || i == 0 && len(h) > 0 {
		return i
	}
	return i - 1
}

// nextChange is the first moment after t at which another value begins to hold.
func (h History[T]) nextChange(t int64) int64 {
	if next := h.index(t) + 1; next < len(h) {
		return h[next].At
	}
	return Forever
}
