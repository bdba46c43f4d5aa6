package load

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

var rateScenario = scenario{
	name: "rate",
	shape: func(o *Options) string {
		return fmt.Sprintf("%g messages a second over %d pairs, %d bytes of text", o.Rate, o.Pairs, o.TextBytes)
	},
	standard: func(o *Options) bool { return o.Rate == 500 },
	figures: []Figure{
		{Name: "p50", Unit: "ms", Goal: 0.7, AtMost: true},
		{Name: "p90", Unit: "ms", AtMost: true},
		{Name: "p99", Unit: "ms", Goal: 3, Aim: 1.5, AtMost: true},
		{Name: "p99.9", Unit: "ms", AtMost: true},
		{Name: "longest", Unit: "ms", AtMost: true},
		{Name: "server processor", Unit: "µs/message", AtMost: true},
	},
	onPostgres: map[string]Figure{"p50": {}, "p99": {}},
	run:        runRate,
	ceiling: func(ctx context.Context, o *Options, relay *child, report progress) (sample, error) {
		took, err := relayRate(ctx, relay.addr, o.Pairs, o.Rate, o.ceilingSpan(), report)
		if err != nil {
			return nil, err
		}
		return took.figures(), nil
	},
}

func (l latencies) figures() sample {
	l.sort()
	return sample{
		"p50": l.milliseconds(50), "p90": l.milliseconds(90), "p99": l.milliseconds(99),
		"p99.9": l.milliseconds(99.9), "longest": l.milliseconds(100),
	}
}

// timed is what the receiver of a pair knows of the times of messages.
type timed struct {
	due  [pairWindow]atomic.Int64 // nanoseconds since the start, of message n % pairWindow
	took latencies                // of the receiver's goroutine, until it ended
}

// runRate sends at a fixed rate, whether answers come or not. A latency counts
// from the moment at which the message was due until the receiver has it.
func runRate(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	c := newCrew(ctx, t)
	ended := false
	defer func() {
		if !ended {
			err = c.end(err)
		}
	}()
	report(0, 0, "making users and rooms")
	pairs, err := newPairs(c.ctx, c, o.Pairs, 0, o.TextBytes)
	if err != nil {
		return nil, "", err
	}
	base := time.Now()
	times := make([]timed, len(pairs))
	for i, p := range pairs {
		p.took = func(number uint64) {
			due := time.Duration(times[i].due[number%pairWindow].Load())
			if took := time.Since(base) - due; due > o.Warm {
				times[i].took = append(times[i].took, took)
			}
		}
	}
	var sent atomic.Uint64
	base = time.Now()
	paced := make(chan error, 1)
	go func() {
		paced <- pace(c.ctx, o.Rate, o.span().total(), func(due time.Time) error {
			i := sent.Add(1) % uint64(len(pairs))
			p := pairs[i]
			times[i].due[p.sent%pairWindow].Store(int64(due.Sub(base)))
			p.sent++
			if err := p.queue(p.sent - 1); err != nil {
				return err
			}
			return p.from.conn.Flush()
		})
	}()
	m := meter{ctx: c.ctx, t: t, count: sent.Load}
	_, err = o.span().watch(c.ctx, report, func() string { return fmt.Sprintf("%d messages", sent.Load()) }, m.begin, m.end)
	if failed := <-paced; failed != nil {
		return nil, "", failed
	}
	if err != nil {
		return nil, "", err
	}
	for _, p := range pairs {
		p.end()
	}
	if err := finish(c.ctx, pairs); err != nil {
		return nil, "", err
	}
	ended = true
	if err := c.end(nil); err != nil {
		return nil, "", err
	}
	var all latencies
	for i := range times {
		all = append(all, times[i].took...)
	}
	s = all.figures()
	s["server processor"] = 1e6 * (m.after.CPUSeconds - m.before.CPUSeconds) / m.counted()
	return s, fmt.Sprintf("%d messages acknowledged and received under the same number, %d of them timed", sent.Load(), len(all)), nil
}
