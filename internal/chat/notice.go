package chat

import (
	"context"
	"fmt"
	"slices"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// posted is a message that somebody put up as the notice of a room. What it says
// is not kept: who looks is shown the message as it stands, and nothing once it
// is deleted, or for those who do not see it.
type posted struct {
	seq uint64 // 0: no notice
	by  UserID
	at  int64 // Unix milliseconds
}

// noticeOf is the place of the notice that a person sees. The parties of a direct
// room have one each: what somebody does who is blocked, they do for themselves.
func (m *meta) noticeOf(user UserID) *posted {
	if m.kind == direct && user == m.parties[1] {
		return &m.notices[1]
	}
	return &m.notices[0]
}

// Posted is the notice of a room as one member sees it.
type Posted struct {
	By      UserID
	At      wire.Time
	Message Entry
}

// SetNotice puts a message up as the notice of the room, in place of the one
// before, or takes that down when seq is 0. Any member may.
func (c *Chat) SetNotice(ctx context.Context, a Actor, room RoomID, seq uint64) error {
	if err := c.allow(a); err != nil {
		return err
	}
	i, ok, err := c.info(ctx, room)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.RoomUnknown)
	}
	// Looked up here, so that the lane finds it in memory when it tells.
	if _, _, err := c.Audience(ctx, room); err != nil {
		return err
	}
	var veiled UserID
	if i.kind == direct {
		if veiled, err = c.blockedBy(ctx, i, a.User); err != nil {
			return err
		}
	}
	op := &roomlog.Op{Room: room}
	if seq != 0 {
		op.Targets = []uint64{seq}
	}
	return c.change(ctx, a, op, func(tx *roomlog.Tx, ch *change) error {
		me, err := inside(tx, a.User)
		if err != nil {
			return err
		}
		hidden := veiled
		var target *roomlog.Entry
		if seq != 0 {
			e, err := message(tx, &me, seq)
			if err != nil {
				return err
			}
			if isDeleted(&e) {
				return fault.New(fault.MessageDeleted)
			}
			if !e.HiddenFrom.IsZero() {
				hidden = e.HiddenFrom
			}
			target = &e
		}
		h := tx.Head()
		m, err := metaOf(room, &h)
		if err != nil {
			return err
		}
		seen := []*posted{m.noticeOf(a.User)}
		if i.kind == direct && hidden.IsZero() {
			seen = append(seen, m.noticeOf(i.other(a.User)))
		}
		if !slices.ContainsFunc(seen, func(p *posted) bool { return p.seq != seq }) {
			return nil
		}
		for _, p := range seen {
			if *p = (posted{}); seq != 0 {
				*p = posted{seq, a.User, tx.Now()}
			}
		}
		ch.posted(tx, target, hidden)
		tx.SetMeta(m.encode())
		return nil
	})
}

// posted appends the entry that tells of a notice that was put up, or taken down
// when there is no target.
func (ch *change) posted(tx *roomlog.Tx, target *roomlog.Entry, hidden UserID) {
	e := roomlog.Entry{Kind: roomlog.Notice, HiddenFrom: hidden}
	n := wire.Notice{Event: wire.EventUnpinned}
	if target != nil {
		n.Event, e.Target = wire.EventPinned, target.Seq
	}
	e.Body = noticeBody(&n)
	ch.news = append(ch.news, news{entry: tx.Append(e), target: target})
}

// notice gives the message that is up as the notice for the person, nil when
// there is none that they see.
func (c *Chat) notice(ctx context.Context, p *place) (*roomlog.Entry, error) {
	n := p.meta.noticeOf(p.user)
	if n.seq == 0 {
		return nil, nil
	}
	e, err := c.visibleAt(ctx, p, n.seq)
	if fault.Has(err, fault.EntryUnknown) || err == nil && isDeleted(e) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("notice of %s: %w", p.room, err)
	}
	return e, nil
}

// showNotice encodes the notice behind what buf holds.
func (c *Chat) showNotice(ctx context.Context, r *Room, p *place, buf []byte) ([]byte, error) {
	e, err := c.notice(ctx, p)
	if err != nil || e == nil {
		return buf, err
	}
	start := len(buf)
	if buf, err = appendEntry(buf, e, view{viewer: p.user, unreadBy: -1}); err != nil {
		return nil, err
	}
	n := p.meta.noticeOf(p.user)
	r.Posted = &Posted{n.by, wire.Time(n.at), Entry{e.Seq, buf[start:len(buf):len(buf)]}}
	return buf, nil
}
