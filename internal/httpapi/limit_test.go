package httpapi

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

func TestLimiter(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	l := newLimiter(quota{"test", 3, time.Second}, func() time.Time { return now })
	for left := 2; left >= 0; left-- {
		s := l.take("ann")
		qt.Assert(t, qt.IsTrue(s.ok))
		qt.Check(t, qt.Equals(s.remaining, left))
	}
	s := l.take("ann")
	qt.Assert(t, qt.IsFalse(s.ok))
	qt.Check(t, qt.Equals(s.wait, time.Second))
	qt.Check(t, qt.IsTrue(l.take("ben").ok), qt.Commentf("one caller's calls count for another"))

	now = now.Add(time.Second)
	qt.Check(t, qt.IsTrue(l.take("ann").ok))
	qt.Check(t, qt.IsFalse(l.take("ann").ok))

	h := http.Header{}
	l.header(h, l.take("ben"))
	qt.Check(t, qt.Equals(h.Get("RateLimit-Policy"), `"test";q=3;w=3`))
	qt.Check(t, qt.Equals(h.Get("RateLimit"), `"test";r=2;t=1`))
}

func TestPeekCountsNothing(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	l := newLimiter(quota{"test", 1, time.Second}, func() time.Time { return now })
	for range 3 {
		qt.Check(t, qt.IsTrue(l.peek("ann").ok))
	}
	qt.Check(t, qt.IsTrue(l.take("ann").ok))
	s := l.peek("ann")
	qt.Check(t, qt.IsFalse(s.ok))
	qt.Check(t, qt.Equals(s.wait, time.Second))
}

func TestLimiterIsBounded(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	l := newLimiter(quota{"test", 2, time.Second}, func() time.Time { return now })
	for i := range limiterSize {
		l.take(fmt.Sprint(i))
	}
	// Everybody is within their window: two strangers share what is left.
	qt.Check(t, qt.IsTrue(l.take("a").ok))
	qt.Check(t, qt.IsTrue(l.take("b").ok))
	qt.Check(t, qt.IsFalse(l.take("c").ok))
	qt.Check(t, qt.Equals(len(l.whole), limiterSize+1))

	now = now.Add(time.Minute)
	qt.Check(t, qt.IsTrue(l.take("c").ok))
	qt.Check(t, qt.Equals(len(l.whole), 1), qt.Commentf("quotas that are whole again are forgotten"))
}
