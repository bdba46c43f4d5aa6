package roomlog

import (
	"sync"

	"madang/internal/fault"
)

// lane is the one path of all changes of its shards on this node. Its
// goroutine commits what has gathered while the last commit was on its way, so
// batches grow with the load and there is no artificial delay.
type lane struct {
	log  *Log
	wake chan struct{} // holds one token when queue may be filled

	mu      sync.Mutex
	queue   []*Op
	refusal error         // set when no more ops are taken
	current *Batch        // being committed
	ended   chan struct{} // closed when run has returned
}

// add queues an op, or answers it when the lane takes no more.
func (l *lane) add(op *Op) {
	l.mu.Lock()
	err := l.refusal
	if err == nil && len(l.queue) >= maxQueued {
		err = fault.New(fault.Overloaded)
	}
	if err != nil {
		l.mu.Unlock()
		if op.Done != nil {
			op.Done(Result{}, err)
		}
		return
	}
	l.queue = append(l.queue, op)
	first := len(l.queue) == 1
	l.mu.Unlock()
	if first {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// run commits until the lane is closed and empty.
func (l *lane) run() {
	defer close(l.ended)
	var last int64
	batch := &Batch{}
	for {
		if !l.wait() {
			return
		}
		select {
		case l.log.slots <- struct{}{}:
		case <-l.log.ctx.Done():
			return // nobody waits for what is queued any more
		}
		if !l.take(batch) {
			<-l.log.slots
			continue // stopped meanwhile
		}
		last = max(last, l.log.opts.Now().UnixMilli())
		batch.Now = last
		clear(batch.Pos[:])
		err := l.log.engine.Commit(l.log.ctx, batch)
		<-l.log.slots
		if !l.release() {
			return // stopped: the ops were answered
		}
		if err == nil && l.log.opts.OnCommit != nil {
			for _, c := range batch.commits() {
				l.log.opts.OnCommit(&c)
			}
		}
		batch.finish(err)
	}
}

// wait waits for ops. It returns false when the lane is closed and empty.
func (l *lane) wait() bool {
	for {
		l.mu.Lock()
		some, closed := len(l.queue) > 0, l.refusal != nil
		l.mu.Unlock()
		if some || closed {
			return some
		}
		<-l.wake
	}
}

// take moves up to maxBatch ops into b. It returns false when there is none.
func (l *lane) take(b *Batch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.queue), maxBatch)
	if n == 0 {
		return false
	}
	b.Ops = append(b.Ops[:0], l.queue[:n]...)
	rest := copy(l.queue, l.queue[n:])
	clear(l.queue[rest:])
	l.queue = l.queue[:rest]
	l.current = b
	return true
}

// release takes the batch back from the reach of stop. It returns false when
// stop has answered it.
func (l *lane) release() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ours := l.current != nil
	l.current = nil
	return ours
}

// close refuses further ops; those queued are still committed.
func (l *lane) close() {
	l.mu.Lock()
	if l.refusal == nil {
		l.refusal = fault.New(fault.ShuttingDown)
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// stop answers everything the lane holds with err, the batch under way too:
// nobody was told that it is on disk, and nobody will be.
func (l *lane) stop(err error) {
	l.mu.Lock()
	l.refusal = err
	ops := l.queue
	l.queue = nil
	var stuck []*Op
	if l.current != nil {
		stuck = append(stuck, l.current.Ops...)
		l.current = nil
	}
	l.mu.Unlock()
	for _, op := range append(stuck, ops...) {
		if op.Done != nil {
			op.Done(Result{}, err)
		}
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}
