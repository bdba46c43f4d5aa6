package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"madang/internal/chat/roomlog"
	"madang/internal/fault"
	"madang/internal/wire"
)

// amending is an entry that changes an earlier message, on its way through the
// lane.
type amending struct {
	room    RoomID
	actor   Actor
	other   UserID // the other party of a direct room
	veiled  UserID // the other party of a direct room when they block the actor
	hide    UserID // from whom the entry is hidden; veiled, unless change knows better
	control uint64
	entry   roomlog.Entry
	target  roomlog.Entry
}

// amend runs an op that changes message seq. change checks, and gives the new
// body of the message and the kind and body of the entry about it; kind 0 means
// that there is nothing to change.
func (c *Chat) amend(ctx context.Context, a Actor, room RoomID, seq uint64, users []UserID, change func(tx *roomlog.Tx, am *amending, me *roomlog.Member) (body, roomlog.Kind, []byte, error)) (uint64, error) {
	if seq == 0 {
		return 0, fault.New(fault.SeqInvalid).In("seq")
	}
	i, ok, err := c.info(ctx, room)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fault.New(fault.RoomUnknown)
	}
	// Looked up here, so that the lane finds it in memory when it tells.
	if _, _, err := c.Audience(ctx, room); err != nil {
		return 0, err
	}
	am := &amending{room: room, actor: a, other: i.other(a.User)}
	if i.kind == direct {
		if am.veiled, err = c.blockedBy(ctx, i, a.User); err != nil {
			return 0, err
		}
	}
	var unchanged uint64
	op := &roomlog.Op{
		Room: room, Sender: a.User, Users: users, Targets: []uint64{seq},
		Apply: func(tx *roomlog.Tx) error {
			unchanged = 0
			me, err := inside(tx, a.User)
			if err != nil {
				return err
			}
			if am.target, err = message(tx, &me, seq); err != nil {
				return err
			}
			if isDeleted(&am.target) {
				return fault.New(fault.MessageDeleted)
			}
			am.hide = am.veiled
			b, kind, about, err := change(tx, am, &me)
			if err != nil {
				return err
			}
			if kind == 0 {
				unchanged = max(am.target.Rev, seq)
				return nil
			}
			am.write(tx, &b, kind, about)
			return nil
		},
	}
	r, err := c.log.Wait(ctx, op)
	if err != nil {
		return 0, err
	}
	return max(r.Seq, unchanged), nil
}

// write appends the entry and rewrites its target. What is hidden from the
// other party stays so: entries about a hidden message, and what somebody they
// block adds. What is taken away that they have seen is told to them: it has no
// content, and devices that hold it must let go of it.
func (am *amending) write(tx *roomlog.Tx, b *body, kind roomlog.Kind, about []byte) {
	hidden := am.target.HiddenFrom
	if hidden.IsZero() {
		hidden = am.hide
	}
	am.entry = tx.Append(roomlog.Entry{Kind: kind, Target: am.target.Seq, HiddenFrom: hidden, Body: about})
	am.target.Body = b.encode(nil)
	tx.Rewrite(am.target)
	am.target.Rev = am.entry.Seq
	am.control = tx.Head().Control
	tx.Tell(am)
}

func (am *amending) tell(t *telling) {
	target := &am.target
	if am.entry.HiddenFrom.IsZero() && !t.allSee(am.room, am.control, target.Seq) {
		target = nil
	}
	t.entry(am.room, am.control, am.actor.Session, &am.entry, target, -1, nil)
}

// Edit gives a text message, or the caption of a photo, video or file, another
// text. Only the sender may, for wire.EditWindow. It gives the number of the
// entry that tells of it; the text itself stands in the message alone.
func (c *Chat) Edit(ctx context.Context, a Actor, room RoomID, seq uint64, text string, mentions []wire.Mention) (uint64, error) {
	if b := wire.CheckText(text, mentions); b != nil {
		return 0, breached(b)
	}
	if err := c.allow(a); err != nil {
		return 0, err
	}
	users := make([]UserID, len(mentions))
	for i := range mentions {
		users[i] = mentions[i].UserID
	}
	return c.amend(ctx, a, room, seq, users, func(tx *roomlog.Tx, am *amending, _ *roomlog.Member) (body, roomlog.Kind, []byte, error) {
		m, err := editable(tx, am)
		if err != nil {
			return m, 0, nil, err
		}
		content, err := m.wire()
		if err != nil {
			return m, 0, nil, err
		}
		switch content.Type {
		case wire.TypeText:
			if strings.TrimSpace(text) == "" {
				return m, 0, nil, fault.New(fault.TextEmpty).In("text")
			}
		case wire.TypePhoto, wire.TypeVideo, wire.TypeFile:
		default:
			return m, 0, nil, fault.New(fault.NotAText)
		}
		if err := mentioned(tx, mentions); err != nil {
			return m, 0, nil, err
		}
		if !am.veiled.IsZero() && am.target.HiddenFrom.IsZero() {
			if m.shown == nil {
				m.shown, m.shownEditedAt = m.content, m.editedAt
			}
		} else {
			m.shown, m.shownEditedAt = nil, 0
		}
		content.Text, content.Mentions = text, mentions
		m.content = content.AppendJSON(nil)
		m.editedAt = tx.Now()
		return m, roomlog.Edit, nil, nil
	})
}

// editable gives the body of a message that its sender may still edit.
func editable(tx *roomlog.Tx, am *amending) (body, error) {
	switch {
	case am.target.Sender != am.actor.User:
		return body{}, fault.New(fault.NotYourMessage)
	case tx.Now()-am.target.At > wire.EditWindow.Milliseconds():
		return body{}, fault.New(fault.EditTooLate)
	}
	return bodyOf(&am.target)
}

// Delete deletes a message for all, and gives the number of the entry that
// tells of it: its sender may, and in groups admins and the owner. Or it hides
// the message from the actor alone; then the number is 0.
func (c *Chat) Delete(ctx context.Context, a Actor, room RoomID, seq uint64, forAll bool) (uint64, error) {
	if !forAll {
		return 0, c.hide(ctx, a, room, seq)
	}
	var files []wire.ID
	told, err := c.amend(ctx, a, room, seq, nil, func(tx *roomlog.Tx, am *amending, me *roomlog.Member) (body, roomlog.Kind, []byte, error) {
		h := tx.Head()
		if am.target.Sender != a.User && (!isGroup(&h) || me.Role < roleAdmin) {
			return body{}, 0, nil, fault.New(fault.NotYourMessage)
		}
		var err error
		if files, err = mediaOf(&am.target); err != nil {
			return body{}, 0, nil, err
		}
		for _, id := range files {
			tx.Revoke(id, seq)
		}
		am.hide = UserID{}
		return body{deleted: true}, roomlog.Deletion, nil, nil
	})
	if err == nil {
		c.unnamed(ctx, files)
	}
	return told, err
}

// hiding is a message on its way out of one person's sight.
type hiding struct {
	room  RoomID
	actor Actor
	seq   uint64
}

func (h *hiding) tell(t *telling) { t.hide(h.room, h.actor.User, h.seq, h.actor.Session) }

// hide takes a message out of the actor's sight on all their devices. Hiding it
// twice is hiding it once.
func (c *Chat) hide(ctx context.Context, a Actor, room RoomID, seq uint64) error {
	if seq == 0 {
		return fault.New(fault.SeqInvalid).In("seq")
	}
	h := &hiding{room, a, seq}
	_, err := c.log.Wait(ctx, &roomlog.Op{
		Room: room, Sender: a.User, Targets: []uint64{seq},
		Apply: func(tx *roomlog.Tx) error {
			me, err := inside(tx, a.User)
			if err != nil {
				return err
			}
			head := tx.Head()
			e, ok := tx.Entry(seq)
			if !ok || e.Kind != roomlog.Message || seq < first(&head, &me) {
				return fault.New(fault.EntryUnknown)
			}
			if e.HiddenFrom == a.User || tx.HiddenFor(a.User, seq) {
				return nil
			}
			tx.Hide(a.User, seq, e.Sender != a.User)
			tx.Tell(h)
			return nil
		},
	})
	return err
}

// React puts an emoji of the actor under a message, or takes it back. Doing so
// twice is doing it once. It gives the number of the entry that tells of it.
func (c *Chat) React(ctx context.Context, a Actor, room RoomID, seq uint64, emoji string, remove bool) (uint64, error) {
	if !wire.IsEmoji(emoji) {
		return 0, fault.New(fault.ReactionInvalid).In("emoji")
	}
	if err := c.allow(a); err != nil {
		return 0, err
	}
	return c.amend(ctx, a, room, seq, nil, func(_ *roomlog.Tx, am *amending, _ *roomlog.Member) (body, roomlog.Kind, []byte, error) {
		m, err := bodyOf(&am.target)
		if err != nil {
			return m, 0, nil, err
		}
		changed, veiled := m.react(a.User, emoji, remove, !am.veiled.IsZero())
		if !changed {
			return m, 0, nil, nil
		}
		if m.emojis() > wire.MaxReactions {
			return m, 0, nil, fault.New(fault.TooManyReactions)
		}
		about := []byte{reactionAdded}
		if remove {
			about[0] = reactionRemoved
			am.hide = UserID{}
			if veiled {
				am.hide = am.other
			}
		}
		return m, roomlog.Reaction, append(about, emoji...), nil
	})
}

// MaxForward is how many rooms one call forwards to.
const MaxForward = 10

// Forward copies a message that the actor sees into other rooms, marked as
// forwarded and without its mentions and what it replied to. When one room
// refuses, those before it have the message: the error comes with them, and
// trying again with the same client ids sends nothing twice. The session that asks
// hears of the copies as all others do: an answer that fails or is lost would
// leave it without them.
func (c *Chat) Forward(ctx context.Context, a Actor, room RoomID, seq uint64, to []Target) ([]Sent, error) {
	if len(to) == 0 || len(to) > MaxForward {
		return nil, fault.Newf(fault.BadRequest, "A message is forwarded to 1 to %d rooms.", MaxForward).In("to_room_ids")
	}
	for i := range to {
		if to[i].ClientID.IsZero() {
			return nil, fault.New(fault.ClientIDInvalid).In(fmt.Sprintf("client_ids[%d]", i))
		}
	}
	content, err := c.Content(ctx, a, room, seq)
	if err != nil {
		return nil, err
	}
	content.ReplyTo, content.Mentions, content.Forwarded = 0, nil, true
	a.Session = 0
	sent := make([]Sent, 0, len(to))
	for i := range to {
		if err := c.allow(a); err != nil {
			return sent, err
		}
		s, err := wait(ctx, func(done func(Sent, error)) {
			c.send(ctx, a, &Send{Room: to[i].Room, ClientID: to[i].ClientID, Content: content}, done)
		})
		if err != nil {
			return sent, fmt.Errorf("forward to %s: %w", to[i].Room, err)
		}
		sent = append(sent, s)
	}
	return sent, nil
}

// visible gives a message that a person sees.
func (c *Chat) visible(ctx context.Context, user UserID, room RoomID, seq uint64) (*roomlog.Entry, error) {
	p, err := c.place(ctx, room, user)
	if err != nil {
		return nil, err
	}
	return c.visibleAt(ctx, p, seq)
}

// visibleAt is visible for a person whose place in the room is known.
func (c *Chat) visibleAt(ctx context.Context, p *place, seq uint64) (*roomlog.Entry, error) {
	room, user := p.room, p.user
	if seq < p.first() {
		return nil, fault.New(fault.EntryUnknown)
	}
	list, err := c.log.Entries(ctx, room, seq, seq, 1, false)
	if err != nil {
		return nil, err
	}
	hides, err := c.log.Hides(ctx, room, user, seq, seq)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].Kind != roomlog.Message || list[0].HiddenFrom == user || slices.Contains(hides, seq) {
		return nil, fault.New(fault.EntryUnknown)
	}
	return &list[0], nil
}

// Content gives the content of a message as the actor sees it. One that was deleted
// for all is fault.MessageDeleted; any other that they do not see, whether it exists
// or not, is fault.EntryUnknown.
func (c *Chat) Content(ctx context.Context, a Actor, room RoomID, seq uint64) (wire.Content, error) {
	var content wire.Content
	e, err := c.visible(ctx, a.User, room, seq)
	if err != nil {
		return content, err
	}
	m, err := bodyOf(e)
	if err != nil {
		return content, err
	}
	if m.deleted {
		return content, fault.New(fault.MessageDeleted)
	}
	raw := m.content
	if m.shown != nil && e.Sender != a.User {
		raw = m.shown
	}
	return content, json.Unmarshal(raw, &content)
}
