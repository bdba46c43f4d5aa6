package roomlog

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/fault"
	"madang/internal/wire"
)

// heldEngine keeps nothing. Its commits wait for a turn, so that a test can
// see what gathers meanwhile.
type heldEngine struct {
	Reader
	turn   chan error
	sizes  []int
	failed chan struct{}
	once   sync.Once
	begun  atomic.Int32
}

func newHeld() *heldEngine {
	return &heldEngine{turn: make(chan error), failed: make(chan struct{})}
}

func (e *heldEngine) Lanes() int                      { return 1 }
func (e *heldEngine) Parallel() int                   { return 1 }
func (e *heldEngine) Head(RoomID) (Head, bool, error) { return Head{}, false, nil }

func (e *heldEngine) Member(RoomID, UserID) (Member, bool, error) { return Member{}, false, nil }
func (e *heldEngine) Members(RoomID) ([]Member, error)            { return nil, nil }
func (e *heldEngine) Entry(RoomID, uint64) (Entry, bool, error)   { return Entry{}, false, nil }

func (e *heldEngine) Key(RoomID, UserID, wire.ID) (KeyRow, bool, error) { return KeyRow{}, false, nil }
func (e *heldEngine) HiddenFor(RoomID, UserID, uint64) (bool, error)    { return false, nil }
func (e *heldEngine) Failed() <-chan struct{}                           { return e.failed }
func (e *heldEngine) Err() error                                        { return errors.New("broken") }
func (e *heldEngine) Close() error                                      { return nil }
func (e *heldEngine) fail()                                             { e.once.Do(func() { close(e.failed) }) }

// held is heldEngine as the Engine, whose reads have other arguments.
type held struct {
	Reader
	*heldEngine
}

func (h held) Head(context.Context, RoomID) (Head, bool, error) { return Head{}, false, nil }
func (h held) Member(context.Context, RoomID, UserID) (Member, Head, bool, error) {
	return Member{}, Head{}, false, nil
}
func (h held) Members(context.Context, RoomID) ([]Member, Head, error) { return nil, Head{}, nil }
func (h held) Key(context.Context, RoomID, UserID, wire.ID) (KeyRow, bool, error) {
	return KeyRow{}, false, nil
}

func (h held) Commit(ctx context.Context, b *Batch) error {
	h.begun.Add(1)
	h.sizes = append(h.sizes, len(b.Ops))
	select {
	case err := <-h.turn:
		if err != nil {
			return err
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	return b.Run(h.heldEngine)
}

func nothing(*Tx) error { return nil }

func TestOpsGatherWhileACommitIsOnItsWay(t *testing.T) {
	e := newHeld()
	l := New(held{heldEngine: e}, Options{})
	first := make(chan error, 1)
	l.Do(&Op{Apply: nothing, Done: func(_ Result, err error) { first <- err }})
	for e.begun.Load() == 0 {
		runtime.Gosched()
	}
	const waiting = 100
	var done sync.WaitGroup
	done.Add(waiting)
	for range waiting {
		l.Do(&Op{Apply: nothing, Done: func(_ Result, err error) { qt.Check(t, qt.IsNil(err)); done.Done() }})
	}
	e.turn <- nil
	qt.Assert(t, qt.IsNil(<-first))
	e.turn <- nil
	done.Wait()
	qt.Assert(t, qt.IsNil(l.Close()))
	qt.Assert(t, qt.DeepEquals(e.sizes, []int{1, waiting}))
}

func TestFullLaneRefuses(t *testing.T) {
	e := newHeld()
	l := New(held{heldEngine: e}, Options{})
	var refused, served int
	var mu sync.Mutex
	for range maxQueued + maxBatch + 10 {
		l.Do(&Op{Apply: nothing, Done: func(_ Result, err error) {
			mu.Lock()
			defer mu.Unlock()
			if fault.Has(err, fault.Overloaded) {
				refused++
			} else if err == nil {
				served++
			}
		}})
	}
	mu.Lock()
	qt.Check(t, qt.IsTrue(refused >= 10))
	mu.Unlock()
	close(e.turn) // every further turn comes at once
	qt.Assert(t, qt.IsNil(l.Close()))
	qt.Assert(t, qt.Equals(refused+served, maxQueued+maxBatch+10))
}

func TestCloseFinishesWhatIsQueuedAndRefusesMore(t *testing.T) {
	e := newHeld()
	l := New(held{heldEngine: e}, Options{})
	var served sync.WaitGroup
	served.Add(50)
	for range 50 {
		l.Do(&Op{Apply: nothing, Done: func(_ Result, err error) { qt.Check(t, qt.IsNil(err)); served.Done() }})
	}
	close(e.turn)
	qt.Assert(t, qt.IsNil(l.Close()))
	served.Wait()
	_, err := l.Wait(t.Context(), &Op{Apply: nothing})
	qt.Assert(t, qt.IsTrue(fault.Has(err, fault.ShuttingDown)))
}

func TestFailedEngineAnswersEverything(t *testing.T) {
	e := newHeld()
	l := New(held{heldEngine: e}, Options{})
	answers := make(chan error, 10)
	for range 10 {
		l.Do(&Op{Apply: nothing, Done: func(_ Result, err error) { answers <- err }})
	}
	e.fail() // the commit under way never returns
	for range 10 {
		qt.Assert(t, qt.IsTrue(fault.Has(<-answers, fault.LogStopped)))
	}
	qt.Assert(t, qt.ErrorMatches(l.Close(), "broken"))
}

func TestObserverHearsBeforeTheAnswer(t *testing.T) {
	e := newHeld()
	close(e.turn)
	var order []string
	l := New(held{heldEngine: e}, Options{OnCommit: func(c *Commit) {
		for _, ev := range c.Events {
			order = append(order, ev.(string))
		}
	}})
	_, err := l.Wait(t.Context(), &Op{Apply: func(tx *Tx) error { tx.Tell("told"); return nil }})
	qt.Assert(t, qt.IsNil(err))
	_, err = l.Wait(t.Context(), &Op{Apply: func(tx *Tx) error { tx.Tell("lost"); return errors.New("no") }})
	qt.Assert(t, qt.ErrorMatches(err, "no"))
	qt.Assert(t, qt.DeepEquals(order, []string{"told"}))
	qt.Assert(t, qt.IsNil(l.Close()))
}
