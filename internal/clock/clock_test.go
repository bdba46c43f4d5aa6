package clock_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/clock"
)

func TestNowIsUTCMilliseconds(t *testing.T) {
	for _, c := range []*clock.Clock{nil, {}, clock.New()} {
		now := c.Now()
		qt.Check(t, qt.Equals(now.Location(), time.UTC))
		qt.Check(t, qt.Equals(now.Nanosecond()%int(time.Millisecond), 0))
		qt.Check(t, qt.IsTrue(time.UnixMilli(now.UnixMilli()).UTC().Equal(now)))
	}
}

func TestAdvanceMovesNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		before := c.Now()
		c.Advance(24 * time.Hour)
		qt.Check(t, qt.Equals(c.Now().Sub(before), 24*time.Hour))
		c.SetOffset(time.Hour)
		c.SetOffset(time.Hour)
		qt.Check(t, qt.Equals(c.Now().Sub(before), time.Hour))
		qt.Check(t, qt.Equals(c.Offset(), time.Hour))
	})
}

func TestAdvanceWakesSleepersInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		start := time.Now()
		woke := make(chan time.Duration, 2)
		for _, d := range []time.Duration{time.Hour, 3 * time.Hour} {
			go func() {
				qt.Check(t, qt.IsNil(c.Sleep(t.Context(), d)))
				woke <- d
			}()
		}
		synctest.Wait()
		c.Advance(2 * time.Hour)
		qt.Check(t, qt.Equals(<-woke, time.Hour))
		qt.Check(t, qt.Equals(time.Since(start), 0))
		// The longer one has one hour of real time left.
		qt.Check(t, qt.Equals(<-woke, 3*time.Hour))
		qt.Check(t, qt.Equals(time.Since(start), time.Hour))
	})
}

func TestMovingBackMakesTimersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		c.Advance(time.Hour)
		start := time.Now()
		timer := c.NewTimer(time.Minute)
		c.Advance(-time.Minute)
		<-timer.C
		qt.Check(t, qt.Equals(time.Since(start), 2*time.Minute))
	})
}

func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []*clock.Clock{nil, clock.New()} {
			timer := c.NewTimer(time.Minute)
			qt.Check(t, qt.IsTrue(timer.Stop()))
			qt.Check(t, qt.IsFalse(timer.Stop()))
			c.Advance(time.Hour)
			time.Sleep(2 * time.Minute)
			qt.Check(t, qt.HasLen(timer.C, 0))
		}
	})
}

func TestSleepEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := clock.New().Sleep(ctx, time.Hour)
		qt.Check(t, qt.ErrorIs(err, context.DeadlineExceeded))
		qt.Check(t, qt.ErrorIs((*clock.Clock)(nil).Sleep(ctx, 0), context.DeadlineExceeded))
	})
}

func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.New()
		stop := errors.New("enough")
		var at []time.Duration
		start := c.Now()
		err := c.Every(t.Context(), time.Minute, func(context.Context) error {
			at = append(at, c.Now().Sub(start))
			if len(at) == 3 {
				return stop
			}
			return nil
		})
		qt.Check(t, qt.ErrorIs(err, stop))
		qt.Check(t, qt.DeepEquals(at, []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}))
		qt.Check(t, qt.IsNil(c.Until(t.Context(), start)))
	})
}
