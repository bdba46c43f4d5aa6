package chat_test

import (
	"bytes"
	"cmp"
	"slices"

	"madang/internal/wire"
)

// What a person is shown of the model, in the form in which the server gives it.

// entry is an entry as somebody sees it.
func (r *modelRoom) entry(e *modelEntry, u wire.ID) wire.Entry {
	if e.hidden(u) || e.seq < r.first(u) {
		return wire.Entry{Seq: uint64(e.seq), Kind: wire.KindHidden}
	}
	v := wire.Entry{
		Seq: uint64(e.seq), Kind: e.kind, SenderID: e.sender, ClientID: e.client, CreatedAt: wire.Time(e.at),
		Notice: e.notice, Emoji: e.emoji, Removed: e.removed,
	}
	if e.kind == wire.KindMessage {
		n := r.unreadBy(e)
		v.UnreadBy, v.Deleted = &n, e.deleted
		text := e.textFor(u)
		if !e.deleted {
			v.Content = &text.content
		}
		if text.edited {
			v.EditedAt = 1
		}
		v.Reactions = e.reactionsFor(u)
	}
	if e.target != nil {
		t := r.entry(e.target, u)
		t.UnreadBy = nil
		v.TargetSeq, v.Target = t.Seq, &t
	}
	return v
}

func (e *modelEntry) reactionsFor(u wire.ID) (list []wire.Reaction) {
	for _, x := range e.reactions {
		if x.veiled && x.user != u {
			continue
		}
		at := slices.IndexFunc(list, func(r wire.Reaction) bool { return r.Emoji == x.emoji })
		if at < 0 {
			list = append(list, wire.Reaction{Emoji: x.emoji})
			at = len(list) - 1
		}
		list[at].Count++
		list[at].UserIDs = append(list[at].UserIDs, x.user)
	}
	return list
}

// page is all that somebody sees of a room.
func (r *modelRoom) page(u wire.ID) (list []wire.Entry) {
	for _, e := range r.log[min(max(r.first(u), 1)-1, r.head()):] {
		list = append(list, r.entry(e, u))
	}
	return list
}

// last is the newest message that somebody sees.
func (r *modelRoom) last(u wire.ID) *modelEntry {
	for _, e := range slices.Backward(r.log) {
		if e.kind == wire.KindMessage && !e.hidden(u) && e.seq >= r.first(u) {
			return e
		}
	}
	return nil
}

// view is a room as somebody who is in it sees it, without names.
func (r *modelRoom) view(u wire.ID, now int64) wire.Room {
	s := r.people[u]
	v := wire.Room{
		ID: r.id, Kind: r.kind, Title: r.title, HeadSeq: uint64(r.head()), TailSeq: uint64(max(r.first(u), 1)),
		JoinedSeq: uint64(s.joined), ReadSeq: uint64(s.read), Unread: r.unread(u), Pinned: s.pinned > 0,
	}
	if r.kind == wire.RoomGroup {
		v.Role = s.role
	}
	if int64(s.muted) > now {
		v.MutedUntil = s.muted
	}
	v.Notice = r.noticeFor(u)
	if e := r.last(u); e != nil {
		last := r.entry(e, u)
		v.LastMessage = &last
	}
	for id, s := range r.people {
		if !s.present {
			continue
		}
		v.MemberCount++
		m := wire.Member{UserID: id, JoinedSeq: uint64(s.joined), ReadSeq: uint64(s.read)}
		if r.kind == wire.RoomGroup {
			m.Role = s.role
		}
		v.Members = append(v.Members, m)
	}
	slices.SortFunc(v.Members, func(a, b wire.Member) int { return bytes.Compare(a.UserID[:], b.UserID[:]) })
	return v
}

// list is somebody's list of rooms: pinned ones first, the one pinned last on
// top, then by last activity.
func (m *modelRooms) list(u wire.ID) (list []*modelRoom) {
	for _, r := range m.all {
		if r.standing(u) == 0 && (r.last(u) != nil || r.people[u].listed) {
			list = append(list, r)
		}
	}
	activity := func(r *modelRoom) int64 {
		if e := r.last(u); e != nil {
			return e.at
		}
		if r.kind == wire.RoomGroup {
			return r.log[r.people[u].joined-1].at
		}
		return r.made
	}
	slices.SortFunc(list, func(a, b *modelRoom) int {
		return cmp.Or(cmp.Compare(b.people[u].pinned, a.people[u].pinned), cmp.Compare(activity(b), activity(a)))
	})
	return list
}

// plain takes out of an entry of the server what the model does not know
// exactly: the times of what is no message, and in which order people reacted.
func plain(e wire.Entry) wire.Entry {
	if e.Kind != wire.KindMessage {
		e.CreatedAt = 0
	}
	if e.EditedAt != 0 {
		e.EditedAt = 1
	}
	e.Reactions = slices.Clone(e.Reactions)
	for i := range e.Reactions {
		ids := slices.Clone(e.Reactions[i].UserIDs)
		slices.SortFunc(ids, func(a, b wire.ID) int { return bytes.Compare(a[:], b[:]) })
		e.Reactions[i].UserIDs = ids
	}
	slices.SortFunc(e.Reactions, func(a, b wire.Reaction) int { return cmp.Compare(a.Emoji, b.Emoji) })
	if e.Target != nil {
		t := plain(*e.Target)
		e.Target = &t
	}
	return e
}

func plainAll(list []wire.Entry) []wire.Entry {
	out := make([]wire.Entry, len(list))
	for i := range list {
		out[i] = plain(list[i])
	}
	return out
}

// plainRoom takes the names out of a room.
func plainRoom(r wire.Room) wire.Room {
	r.Members = slices.Clone(r.Members)
	for i := range r.Members {
		r.Members[i].Name, r.Members[i].PhotoID = "", wire.ID{}
	}
	if n := r.Notice; n != nil {
		e := plain(*n.Message)
		r.Notice = &wire.RoomNotice{Seq: n.Seq, UserID: n.UserID, Message: &e}
	}
	if r.LastMessage != nil {
		e := plain(*r.LastMessage)
		r.LastMessage = &e
	}
	return r
}
