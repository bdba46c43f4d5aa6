package load

import (
	"context"
	"runtime"
	"time"
)

// pace calls send at a fixed rate for the time given, with the moment at which
// the call was due, on the calling goroutine. It never waits for an answer: a
// send that is late is made at once, and its lateness belongs to the latency,
// since it counts from the due moment.
//
// The goroutine keeps its thread, so that waking up is up to the kernel alone.
func pace(ctx context.Context, perSecond float64, d time.Duration, send func(due time.Time) error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := time.Now()
	for i := 0; ; i++ {
		after := time.Duration(float64(i) / perSecond * float64(time.Second))
		if after >= d {
			return nil
		}
		due := start.Add(after)
		for wait := time.Until(due); wait > 0; wait = time.Until(due) {
			sleep(wait) // may be cut short by a signal
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := send(due); err != nil {
			return err
		}
	}
}
