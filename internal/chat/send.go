package chat

import (
	"context"
	"fmt"
	"sync"

	"github.com/cespare/xxhash/v2"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// sending is a message on its way through the lane. It is used again for later
// ones, so that a message costs few allocations.
type sending struct {
	op      roomlog.Op
	chat    *Chat
	session uint64
	done    func(Sent, error)

	// What the lane checks.
	replyTo    uint64
	targets    [1]uint64
	media      []wire.ID // what the lane grants
	mentions   []wire.Mention
	users      []UserID
	hiddenFrom UserID

	body []byte // what is stored

	// What became of it.
	entry   roomlog.Entry
	control uint64
	others  int // present members but the sender
}

// sendings are those that are not on their way.
var sendings sync.Pool

func takeSending() *sending {
	if s, ok := sendings.Get().(*sending); ok {
		return s
	}
	s := new(sending)
	s.op.Apply, s.op.Done = s.apply, s.ended
	return s
}

// Send appends a message and returns when it is on disk. Sending the same
// ClientID again gives the same number again; with another content it is
// fault.ClientIDReused.
func (c *Chat) Send(ctx context.Context, a Actor, s Send) (Sent, error) {
	return wait(ctx, func(done func(Sent, error)) { c.SendAsync(a, s, done) })
}

// wait turns a call that answers later into one that waits. When ctx ends
// first, the call goes on and its fate is unknown.
func wait[T any](ctx context.Context, call func(done func(T, error))) (T, error) {
	type answer struct {
		v   T
		err error
	}
	ch := make(chan answer, 1)
	call(func(v T, err error) { ch <- answer{v, err} })
	select {
	case a := <-ch:
		return a.v, a.err
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}

// SendAsync is Send that does not wait for the lane: done is called exactly
// once, possibly before SendAsync returns, mostly on the lane's goroutine, and
// must not block. What is checked first may take a look into the database.
func (c *Chat) SendAsync(a Actor, s Send, done func(Sent, error)) {
	ctx := context.Background()
	if err := c.checkSend(ctx, a, &s); err != nil {
		done(c.sentBefore(ctx, a, &s, err))
		return
	}
	s.Content.Forwarded = false
	c.send(ctx, a, &s, done)
}

// checkSend checks all that needs no look at the room.
func (c *Chat) checkSend(ctx context.Context, a Actor, s *Send) error {
	if s.ClientID.IsZero() {
		return fault.New(fault.ClientIDInvalid).In("client_id")
	}
	if err := c.allow(a); err != nil {
		return err
	}
	if b := s.Content.Check(); b != nil {
		return breached(b)
	}
	return c.checkMedia(ctx, a.User, &s.Content)
}

// send hands a message that was checked to the lane.
func (c *Chat) send(ctx context.Context, a Actor, m *Send, done func(Sent, error)) {
	i, ok, err := c.info(ctx, m.Room)
	if err == nil && !ok {
		err = fault.New(fault.RoomUnknown)
	}
	var hiddenFrom UserID
	if err == nil && i.kind == direct {
		hiddenFrom, err = c.blockedBy(ctx, i, a.User)
	}
	if err != nil {
		done(Sent{}, err)
		return
	}
	s := takeSending()
	s.chat, s.session, s.done, s.hiddenFrom = c, a.Session, done, hiddenFrom
	s.body = m.Content.AppendJSON(append(s.body[:0], 0)) // no flags: nothing but content
	s.mentions, s.replyTo = m.Content.Mentions, m.Content.ReplyTo
	s.media = appendMedia(s.media[:0], filesOf(&m.Content))
	s.users = s.users[:0]
	for i := range s.mentions {
		s.users = append(s.users, s.mentions[i].UserID)
	}
	if !hiddenFrom.IsZero() {
		s.users = append(s.users, hiddenFrom)
	}
	op := &s.op
	op.Room, op.Sender, op.ClientID = m.Room, a.User, m.ClientID
	op.Hash = xxhash.Sum64(s.body)
	op.Users, op.Targets = s.users, nil
	if s.replyTo != 0 {
		s.targets[0] = s.replyTo
		op.Targets = s.targets[:]
	}
	c.log.Do(op)
}

// blockedBy is the other party of a direct room when they block the user, who
// must be a party.
func (c *Chat) blockedBy(ctx context.Context, i *info, user UserID) (UserID, error) {
	if user != i.parties[0] && user != i.parties[1] {
		return UserID{}, fault.New(fault.RoomUnknown)
	}
	other := i.other(user)
	blocked, err := c.accounts.Blocked(ctx, other, user)
	if err != nil {
		return UserID{}, fmt.Errorf("blocks of %s: %w", other, err)
	}
	if !blocked {
		return UserID{}, nil
	}
	return other, nil
}

// apply checks the message against the room as it stands, and appends it.
func (s *sending) apply(tx *roomlog.Tx) error {
	me, err := inside(tx, s.op.Sender)
	if err != nil {
		return err
	}
	if s.replyTo != 0 {
		if e, err := message(tx, &me, s.replyTo); err != nil || isDeleted(&e) {
			return fault.New(fault.ReplyInvalid).In("reply_to")
		}
	}
	if err := mentioned(tx, s.mentions); err != nil {
		return err
	}
	s.entry = tx.Append(roomlog.Entry{Kind: roomlog.Message, HiddenFrom: s.hiddenFrom, Body: s.body})
	for _, id := range s.media {
		tx.Grant(id, s.entry.Seq)
	}
	h := tx.Head()
	s.control, s.others = h.Control, int(h.Present)-1
	tx.Tell(s)
	return nil
}

// mentioned checks that all who are mentioned are present.
func mentioned(tx *roomlog.Tx, mentions []wire.Mention) error {
	for i := range mentions {
		if m, ok := tx.Member(mentions[i].UserID); !ok || !m.Present {
			return fault.New(fault.MentionInvalid).In(fmt.Sprintf("mentions[%d].user_id", i))
		}
	}
	return nil
}

func (s *sending) tell(t *telling) {
	t.entry(s.op.Room, s.control, s.session, &s.entry, nil, s.others, nil)
}

// ended answers the sender. One that failed is not used again: after a failed
// sync its commit may still hold it.
func (s *sending) ended(r roomlog.Result, err error) {
	done := s.done
	sent := Sent{Room: s.op.Room, Seq: r.Seq, At: wire.Time(r.At)}
	if err != nil {
		done(Sent{}, err)
		return
	}
	s.done, s.mentions, s.entry = nil, nil, roomlog.Entry{}
	sendings.Put(s)
	done(sent, nil)
}

// breached is the fault for a rule of a content that is broken.
func breached(b *wire.Breach) error {
	code := fault.MessageInvalid
	switch b.Rule {
	case wire.RuleTooLong:
		code = fault.TextTooLong
	case wire.RuleEmpty:
		code = fault.TextEmpty
	case wire.RuleMentions:
		code = fault.MentionInvalid
	}
	return fault.Newf(code, "%s", b.Detail).In(b.Field)
}
