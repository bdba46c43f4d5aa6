package search

import "time"

// SetAnswerTime sets how long one answer looks.
func (s *Search) SetAnswerTime(d time.Duration) { s.answer = d }

// Forget drops all searches that stopped, as a restart does.
func (s *Search) Forget() { s.scans.InvalidateAll() }
