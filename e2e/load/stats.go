package load

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// percentile is the smallest of sorted values that at least p percent of them
// do not exceed (the nearest-rank method). It is 0 when there are none.
func percentile[T cmp.Ordered](sorted []T, p float64) T {
	var zero T
	if len(sorted) == 0 {
		return zero
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// median is the middle of values, the mean of the two middle ones when their
// number is even, and 0 when there are none. It leaves values as they are.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(values))
	if m := len(s) / 2; len(s)%2 == 1 {
		return s[m]
	} else {
		return (s[m-1] + s[m]) / 2
	}
}

// latencies are the times from send to receipt of single messages.
type latencies []time.Duration

// milliseconds is the p-th percentile. The latencies must be sorted.
func (l latencies) milliseconds(p float64) float64 {
	return float64(percentile(l, p)) / float64(time.Millisecond)
}

func (l latencies) sort() { slices.Sort(l) }
