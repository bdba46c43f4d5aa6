package load

import (
	"context"
	"fmt"
	"time"
)

// VoidBelow is how many messages a second the bare relay must reach with 16 in
// flight on the reference machine. A machine, or a moment, that cannot do this
// says nothing about the server: the run is void.
const VoidBelow = 400_000

// controlInFlight is the number in flight of each pair that VoidBelow is for.
const controlInFlight = 16

// ceiling measures the bare relay: always with 16 in flight, and with other
// numbers when it was asked for.
func (b *Bench) ceiling(ctx context.Context, all bool) (*Result, error) {
	r := &Result{
		Scenario: "ceiling",
		Shape:    fmt.Sprintf("bare relay, %d pairs, %d-byte frames, one committer, every batch synced", b.o.Pairs, RelayFrame),
		Figures:  []Figure{{Name: inFlight(controlInFlight), Unit: "/s"}},
	}
	sizes := []int{controlInFlight}
	if all {
		for _, n := range []int{1, 8} {
			sizes = append(sizes, n)
			r.Figures = append(r.Figures, Figure{Name: inFlight(n), Unit: "/s"})
		}
	}
	var runs []sample
	for i := range b.o.Runs {
		got, err := b.withRelay(ctx, func(relay *child) (sample, error) {
			s := sample{}
			for _, n := range sizes {
				report := func(done, total time.Duration, note string) {
					b.o.Progress(Progress{Scenario: "ceiling", Run: i + 1, Runs: b.o.Runs, Ceiling: true, Done: done, Total: total, Note: inFlight(n) + ": " + note})
				}
				perSecond, err := relayPairs(ctx, relay.addr, b.o.Pairs, n, b.o.ceilingSpan(), report)
				if err != nil {
					return nil, err
				}
				s[inFlight(n)] = perSecond
			}
			return s, nil
		})
		if err != nil {
			return nil, err
		}
		runs = append(runs, got)
	}
	r.fill(runs, nil)
	return r, nil
}

func inFlight(n int) string { return fmt.Sprintf("%d in flight", n) }
