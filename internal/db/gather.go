package db

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"madang/internal/fault"
)

// Gather joins writes that come in masses: all that came in while the last
// COMMIT was on its way form the next transaction. On a disk where a commit
// takes 1 ms, a thousand callers a second then cost a few dozen commits. Each
// write has a savepoint of its own, so that one that fails takes none of the
// others with it.
type Gather struct {
	d       *DB
	queue   chan *gathered
	stopped chan struct{} // closed when Run has ended
}

type gathered struct {
	ctx  context.Context
	fn   func(tx *Tx) error
	err  error
	done chan struct{}
}

// maxGathered bounds the writes in one transaction, and so how long the first
// of them waits for the last.
const maxGathered = 512

// NewGather makes a Gather whose queue holds the given number of writes. When it
// is full, [Gather.Do] waits. Nothing is written before [Gather.Run] runs.
func NewGather(d *DB, queue int) *Gather {
	return &Gather{d: d, queue: make(chan *gathered, queue), stopped: make(chan struct{})}
}

// Do has fn run in one of the next transactions and returns when that is
// committed, or with fn's own error. Like a function given to [DB.Tx], fn may be
// called again when the transaction lost against another.
//
// When ctx is done while fn waits for its turn, fn does not run. When ctx is
// done later, Do still waits: a write that may have happened is not reported as
// one that did not. After Run has ended Do gives fault.ShuttingDown.
func (g *Gather) Do(ctx context.Context, fn func(tx *Tx) error) error {
	w := &gathered{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case g.queue <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.stopped:
		return fault.New(fault.ShuttingDown)
	}
	select {
	case <-w.done:
		return w.err
	case <-g.stopped:
		// Run answers what it took; w may have come too late to be taken.
		select {
		case <-w.done:
			return w.err
		default:
			return fault.New(fault.ShuttingDown)
		}
	}
}

// Run writes what is gathered until ctx is done, then writes what is still in
// the queue and returns nil. It is called once.
func (g *Gather) Run(ctx context.Context) error {
	defer close(g.stopped)
	// What was accepted is written also when the program is stopping.
	writing := context.WithoutCancel(ctx)
	for {
		select {
		case first := <-g.queue:
			g.commit(writing, g.batch(first))
		case <-ctx.Done():
			for {
				select {
				case first := <-g.queue:
					g.commit(writing, g.batch(first))
				default:
					return nil
				}
			}
		}
	}
}

// batch is first and whatever else waits.
func (g *Gather) batch(first *gathered) []*gathered {
	batch := []*gathered{first}
	for len(batch) < maxGathered {
		select {
		case w := <-g.queue:
			batch = append(batch, w)
		default:
			return batch
		}
	}
	return batch
}

func (g *Gather) commit(ctx context.Context, batch []*gathered) {
	err := g.d.Tx(ctx, func(tx *Tx) error {
		for _, w := range batch {
			if w.err = w.ctx.Err(); w.err != nil {
				continue
			}
			w.err = tx.Savepoint(ctx, func(tx *Tx) error { return call(w.fn, tx) })
			if isRetryable(w.err) {
				return w.err
			}
			if _, is := errors.AsType[*broken](w.err); is {
				return w.err
			}
		}
		return nil
	})
	for _, w := range batch {
		if err != nil && w.err == nil {
			w.err = err
		}
		w.err = describe(w.err)
		close(w.done)
	}
}

// call turns a panic of one write into its error: the others and the goroutine
// of Run belong to other callers.
func call(fn func(tx *Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a gathered write: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(tx)
}
