package load

import (
	"math"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"
)

func TestPercentile(t *testing.T) {
	ten := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, test := range []struct {
		p    float64
		want int
	}{{0, 1}, {0.1, 1}, {10, 1}, {10.1, 2}, {50, 5}, {90, 9}, {99, 10}, {99.9, 10}, {100, 10}} {
		qt.Check(t, qt.Equals(percentile(ten, test.p), test.want), qt.Commentf("p%v", test.p))
	}
	qt.Check(t, qt.Equals(percentile([]int(nil), 50), 0))
	qt.Check(t, qt.Equals(percentile([]int{7}, 50), 7))
}

// A percentile is one of the values, and as many values as it says do not
// exceed it.
func TestPercentileCountsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := latencies(rapid.SliceOfN(rapid.Map(rapid.Int64Range(0, 1000), func(n int64) time.Duration { return time.Duration(n) }), 1, 200).Draw(t, "values"))
		p := rapid.Float64Range(0.01, 100).Draw(t, "p")
		l.sort()
		got := percentile(l, p)
		notAbove, below := 0, 0
		for _, v := range l {
			if v <= got {
				notAbove++
			}
			if v < got {
				below++
			}
		}
		need := p / 100 * float64(len(l))
		if float64(notAbove) < need-1e-9 || float64(below) >= math.Ceil(need) {
			t.Fatalf("p%v of %v is %v", p, l, got)
		}
	})
}

func TestMedian(t *testing.T) {
	values := []float64{9, 1, 5}
	qt.Check(t, qt.Equals(median(values), 5))
	qt.Check(t, qt.DeepEquals(values, []float64{9, 1, 5}))
	qt.Check(t, qt.Equals(median([]float64{4, 2}), 3))
	qt.Check(t, qt.Equals(median(nil), 0))
}

func TestPaceKeepsTheRate(t *testing.T) {
	var due []time.Time
	start := time.Now()
	qt.Assert(t, qt.IsNil(pace(t.Context(), 1000, 50*time.Millisecond, func(at time.Time) error {
		due = append(due, at)
		qt.Check(t, qt.IsFalse(time.Now().Before(at)))
		return nil
	})))
	qt.Assert(t, qt.HasLen(due, 50))
	for i := range due[1:] {
		qt.Assert(t, qt.Equals(due[i+1].Sub(due[i]), time.Millisecond))
	}
	qt.Assert(t, qt.IsTrue(time.Since(start) >= 49*time.Millisecond))
}
