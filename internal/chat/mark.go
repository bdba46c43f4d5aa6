package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
)

// Read moves the actor's read mark up to seq and returns when that is on disk.
// A lower mark is ignored, one above the head is cut to it. What lies between
// the old mark and the new may be read from the log first, for as long as
// countTimeout.
func (c *Chat) Read(ctx context.Context, a Actor, room RoomID, seq uint64) error {
	counting, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	for try := 1; ; try++ {
		_, err := wait(ctx, func(done func(struct{}, error)) {
			c.read(counting, a, room, seq, true, func(err error) { done(struct{}{}, err) })
		})
		if !errors.Is(err, ErrMustCount) || try == maxMarkTries {
			return err
		}
	}
}

// ReadAsync is Read that does not wait for the lane; done as in
// [Chat.SendAsync]. It does not look through the log: a mark for which that is
// needed fails with [ErrMustCount], and is one for Read.
func (c *Chat) ReadAsync(a Actor, room RoomID, seq uint64, done func(error)) {
	c.read(context.Background(), a, room, seq, false, done)
}

// ErrMustCount says that a read mark needs entries of the log to be counted.
var ErrMustCount = errors.New("a read mark needs entries to be counted")

// errCountAgain says that the counts of a mark no longer hold.
var errCountAgain = fmt.Errorf("the counts have changed: %w", ErrMustCount)

const (
	// maxMarkTries bounds how often a mark is counted again because an entry was
	// hidden in between.
	maxMarkTries = 10
	// countTimeout bounds how long the log is looked through for a mark.
	countTimeout = 5 * time.Second
)

// read puts a mark into the lane, having counted for it when it may. It fails
// with ErrMustCount when the counts did not hold until it was there.
func (c *Chat) read(ctx context.Context, a Actor, room RoomID, seq uint64, mayCount bool, done func(error)) {
	if seq == 0 {
		done(fault.New(fault.SeqInvalid).In("seq"))
		return
	}
	p, err := c.place(ctx, room, a.User)
	if err != nil {
		done(err)
		return
	}
	if min(seq, p.head.Seq) <= p.member.Read {
		done(nil)
		return
	}
	if m := &p.member; !mayCount && seq < p.head.Seq && (m.Own != m.ReadOwn || m.Hidden != m.ReadHidden) {
		done(ErrMustCount)
		return
	}
	mark, err := c.markAt(ctx, p, seq)
	if err != nil {
		done(fmt.Errorf("count up to a read mark: %w", err))
		return
	}
	r := &reading{room: room, actor: a, mark: mark, seen: p.member.Hidden}
	c.log.Do(&roomlog.Op{
		Room: room, Sender: a.User, Apply: r.apply,
		Done: func(_ roomlog.Result, err error) { done(err) },
	})
}

// reading is a read mark on its way through the lane.
type reading struct {
	room  RoomID
	actor Actor
	mark  roomlog.Mark
	seen  uint64 // the member's count of hidden messages when mark was counted
	at    uint64 // where the mark came to be
}

func (r *reading) apply(tx *roomlog.Tx) error {
	me, err := inside(tx, r.actor.User)
	if err != nil {
		return err
	}
	h := tx.Head()
	// An entry that was hidden in between may lie below the mark or above.
	if r.mark.Seq < h.Seq && r.mark.Seq > me.Read && me.Hidden != r.seen {
		return errCountAgain
	}
	if !tx.Read(r.actor.User, r.mark) {
		return nil
	}
	me, _ = tx.Member(r.actor.User)
	r.at = me.Read
	tx.Tell(r)
	return nil
}

func (r *reading) tell(t *telling) { t.read(r.room, r.actor.User, r.at, r.actor.Session) }

// markAt counts what a read mark needs: the room's messages, the person's own
// and those hidden from them, up to and with seq.
//
// At the head these are the counts of the rows. Below it, when the person has
// neither sent nor been spared anything since their old mark, the counts of the
// old mark hold. Otherwise the entries on the shorter side are looked through.
func (c *Chat) markAt(ctx context.Context, p *place, seq uint64) (roomlog.Mark, error) {
	m, h := &p.member, &p.head
	if seq >= h.Seq {
		return roomlog.Mark{Seq: h.Seq, Messages: h.Messages, Own: m.Own, Hidden: m.Hidden}, nil
	}
	at, err := c.log.Entries(ctx, p.room, seq, seq, 1, false)
	if err != nil {
		return roomlog.Mark{}, err
	}
	if len(at) == 0 {
		// Below the tail: retention has taken it, and the mark with it.
		return roomlog.Mark{}, nil
	}
	mark := roomlog.Mark{Seq: seq, Messages: at[0].Messages, Own: m.ReadOwn, Hidden: m.ReadHidden}
	if m.Own == m.ReadOwn && m.Hidden == m.ReadHidden {
		return mark, nil
	}
	from, to, up := m.Read+1, seq, true
	if h.Seq-seq < seq-m.Read || m.Read+1 < h.Tail {
		from, to, up = seq+1, h.Seq, false
		mark.Own, mark.Hidden = m.Own, m.Hidden
	}
	own, hidden, err := c.count(ctx, p, from, to)
	if err != nil {
		return roomlog.Mark{}, err
	}
	if up {
		mark.Own, mark.Hidden = mark.Own+own, mark.Hidden+hidden
	} else {
		mark.Own, mark.Hidden = mark.Own-own, mark.Hidden-hidden
	}
	return mark, nil
}

// countChunk is how many entries are read at once while counting.
const countChunk = 1000

// count counts the person's own messages and those of others hidden from them
// among from ≤ seq ≤ to.
func (c *Chat) count(ctx context.Context, p *place, from, to uint64) (own, hidden uint64, err error) {
	hides, err := c.log.Hides(ctx, p.room, p.user, from, to)
	if err != nil {
		return 0, 0, err
	}
	for from <= to {
		list, err := c.log.Entries(ctx, p.room, from, to, countChunk, false)
		if err != nil {
			return 0, 0, err
		}
		for i := range list {
			switch e := &list[i]; {
			case e.Kind != roomlog.Message:
			case e.Sender == p.user:
				own++
			case e.HiddenFrom == p.user || isIn(hides, e.Seq):
				hidden++
			}
		}
		if len(list) < countChunk {
			break
		}
		from = list[len(list)-1].Seq + 1
	}
	return own, hidden, nil
}

func isIn(sorted []uint64, seq uint64) bool {
	_, ok := slices.BinarySearch(sorted, seq)
	return ok
}
