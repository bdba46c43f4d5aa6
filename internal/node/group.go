package node

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"madang/internal/fault"
)

var (
	errStopping error = fault.New(fault.ShuttingDown)
	errEnded          = errors.New("a part of the server ended by itself")
)

// group runs functions that return when their context ends. The zero group has
// nothing to stop.
type group struct {
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu  sync.Mutex
	err error
}

// start runs all of them. failed is called with the error of one that ended
// before it was told to.
func (g *group) start(failed func(error), all ...func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	g.cancel = cancel
	for _, run := range all {
		g.wait.Go(func() {
			err := run(ctx)
			if errors.Is(err, context.Canceled) && ctx.Err() != nil {
				return
			}
			if ctx.Err() == nil {
				failed(cmp.Or(err, errEnded))
				return
			}
			if err != nil {
				g.mu.Lock()
				g.err = errors.Join(g.err, err)
				g.mu.Unlock()
			}
		})
	}
}

// stop ends them and waits, no longer than the time given.
func (g *group) stop(within time.Duration) error {
	if g.cancel == nil {
		return nil
	}
	g.cancel()
	ended := make(chan struct{})
	go func() {
		g.wait.Wait()
		close(ended)
	}()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-ended:
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.err
	case <-timer.C:
		return fmt.Errorf("parts of the server did not end within %s", within)
	}
}
