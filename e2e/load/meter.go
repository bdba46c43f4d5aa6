package load

import "context"

// meter reads, at the beginning and at the end of the measured time, how much
// was done and what both processes have cost.
type meter struct {
	ctx   context.Context
	t     *target
	count func() uint64

	from, to              uint64
	before, after         process
	selfBefore, selfAfter float64 // processor seconds of this process
}

// The cost is asked for outside of what is counted, so that the asking is not
// part of the rate.
func (m *meter) begin() (err error) {
	m.before, err = m.t.process(m.ctx, false)
	m.selfBefore, m.from = selfSeconds(), m.count()
	return err
}

func (m *meter) end() (err error) {
	m.to, m.selfAfter = m.count(), selfSeconds()
	m.after, err = m.t.process(m.ctx, false)
	return err
}

// counted is how much was done in the measured time.
func (m *meter) counted() float64 { return float64(m.to - m.from) }
