package load

import (
	"context"
	"time"
)

// span says how long a scenario runs before it measures, and how long it
// measures.
type span struct {
	warm    time.Duration
	measure time.Duration
}

func (s span) total() time.Duration { return s.warm + s.measure }

// progress is told how far a step has come, a few times a second. Total is 0
// when the end is not known by time; note is a short text for people.
type progress func(done, total time.Duration, note string)

// watch waits for the warm-up, calls begin, waits for the measured time, calls
// end, and gives the exact time between the two calls. It returns early with
// the cause when ctx ends.
func (s span) watch(ctx context.Context, report progress, note func() string, begin, end func() error) (time.Duration, error) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	start := time.Now()
	wait := func(until time.Duration) error {
		t := time.NewTimer(time.Until(start.Add(until)))
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-t.C:
				return nil
			case <-tick.C:
				report(time.Since(start), s.total(), note())
			}
		}
	}
	if err := wait(s.warm); err != nil {
		return 0, err
	}
	from := time.Now()
	if err := begin(); err != nil {
		return 0, err
	}
	if err := wait(s.total()); err != nil {
		return 0, err
	}
	took := time.Since(from)
	return took, end()
}
