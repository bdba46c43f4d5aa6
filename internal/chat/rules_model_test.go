package chat_test

import (
	"bytes"
	"slices"
	"time"

	"madang/internal/fault"
	"madang/internal/wire"
)

// modelRooms is what chat should be, in the plainest form: each room a list, and
// for each person what they may see and have read. It knows the rules of
// docs/protocol.md and shares no code with the server. Its methods give the
// code that the server must refuse with, or 0 and have taken effect.
type modelRooms struct {
	all    []*modelRoom
	blocks map[modelPair]bool
	now    int64 // Unix milliseconds, about
}

// modelPair is somebody and whom they block.
type modelPair struct{ by, whom wire.ID }

type modelRoom struct {
	id      wire.ID
	kind    wire.RoomKind
	title   string
	made    int64
	log     []*modelEntry // the entry n at n-1
	people  map[wire.ID]*modelStay
	keys    map[modelKey]*modelEntry
	links   []string
	revoked []string
	notices map[wire.ID]modelNotice // by who sees it; zero is for all
}

// modelNotice is a message that is up as the notice of a room.
type modelNotice struct {
	seq int
	by  wire.ID
}

type modelKey struct{ sender, client wire.ID }

// modelStay is a person in a room, now or once.
type modelStay struct {
	present, listed bool
	role            wire.Role
	joined, read    int
	pinned          int64
	muted           wire.Time
}

type modelEntry struct {
	seq    int
	kind   wire.Kind
	sender wire.ID
	client wire.ID
	at     int64
	veil   wire.ID // from whom all but the number is hidden
	// Of messages.
	content   wire.Content
	first     wire.Content // as it was sent
	shown     *modelText   // what the other party of a direct room sees instead
	edited    bool
	deleted   bool
	hid       map[wire.ID]bool // who deleted it for themselves
	reactions []modelReaction
	// Of the others.
	target  *modelEntry
	emoji   string
	removed bool
	notice  *wire.Notice
}

// modelText is a text of before an edit.
type modelText struct {
	content wire.Content
	edited  bool
}

type modelReaction struct {
	emoji  string
	user   wire.ID
	veiled bool // seen by the user alone
}

// rank orders roles.
func rank(r wire.Role) int {
	return slices.Index([]wire.Role{wire.RoleMember, wire.RoleAdmin, wire.RoleOwner}, r)
}

func (r *modelRoom) head() int { return len(r.log) }

// standing says why somebody is not in the room.
func (r *modelRoom) standing(u wire.ID) fault.Code {
	switch s := r.people[u]; {
	case s == nil:
		return fault.RoomUnknown
	case !s.present:
		return fault.NotAMember
	}
	return 0
}

// groupStanding says why somebody may not do what takes a role in a group.
func (r *modelRoom) groupStanding(u wire.ID, least wire.Role) fault.Code {
	switch code := r.standing(u); {
	case code != 0:
		return code
	case r.kind != wire.RoomGroup:
		return fault.RoomKindWrong
	case rank(r.people[u].role) < rank(least):
		return fault.RoleTooLow
	}
	return 0
}

// first is the first number that somebody sees: in groups that of the notice by
// which they came in.
func (r *modelRoom) first(u wire.ID) int {
	if r.kind == wire.RoomGroup {
		return r.people[u].joined
	}
	return r.people[u].joined + 1
}

func (e *modelEntry) hidden(u wire.ID) bool { return e.veil == u || e.hid[u] }

// message is a message that somebody sees.
func (r *modelRoom) message(u wire.ID, seq int) (*modelEntry, fault.Code) {
	if seq < 1 || seq > r.head() || seq < r.first(u) {
		return nil, fault.EntryUnknown
	}
	e := r.log[seq-1]
	if e.kind != wire.KindMessage || e.hidden(u) {
		return nil, fault.EntryUnknown
	}
	return e, 0
}

func (r *modelRoom) unread(u wire.ID) (n uint64) {
	s := r.people[u]
	for _, e := range r.log {
		if e.kind == wire.KindMessage && e.seq > max(s.read, s.joined) && e.sender != u && !e.hidden(u) {
			n++
		}
	}
	return n
}

func (r *modelRoom) unreadBy(e *modelEntry) (n int) {
	for u, s := range r.people {
		if s.present && s.joined < e.seq && s.read < e.seq && u != e.sender {
			n++
		}
	}
	return n
}

// other is the other party of a direct room.
func (r *modelRoom) other(u wire.ID) (other wire.ID) {
	for p := range r.people {
		if r.kind == wire.RoomDirect && p != u {
			other = p
		}
	}
	return other
}

// veiled is from whom what somebody does in a room is hidden, if from anybody.
func (m *modelRooms) veiled(r *modelRoom, u wire.ID) (other wire.ID) {
	if o := r.other(u); m.blocks[modelPair{o, u}] {
		other = o
	}
	return other
}

func (m *modelRooms) append(r *modelRoom, kind wire.Kind, sender wire.ID) *modelEntry {
	e := &modelEntry{seq: r.head() + 1, kind: kind, sender: sender, at: m.now, hid: map[wire.ID]bool{}}
	r.log = append(r.log, e)
	return e
}

func (m *modelRooms) notice(r *modelRoom, sender wire.ID, n wire.Notice) {
	m.append(r, wire.KindNotice, sender).notice = &n
}

func (r *modelRoom) join(role wire.Role, listed bool, users ...wire.ID) {
	for _, u := range users {
		r.people[u] = &modelStay{present: true, listed: listed, role: role, joined: r.head(), read: r.head()}
	}
}

func (m *modelRooms) send(r *modelRoom, u, client wire.ID, c wire.Content) (*modelEntry, fault.Code) {
	if e := r.keys[modelKey{u, client}]; e != nil {
		if !sameContent(e.first, c) {
			return nil, fault.ClientIDReused
		}
		return e, 0
	}
	if code := r.standing(u); code != 0 {
		return nil, code
	}
	if c.ReplyTo != 0 {
		if e, code := r.message(u, int(c.ReplyTo)); code != 0 || e.deleted {
			return nil, fault.ReplyInvalid
		}
	}
	for _, n := range c.Mentions {
		if r.standing(n.UserID) != 0 {
			return nil, fault.MentionInvalid
		}
	}
	e := m.append(r, wire.KindMessage, u)
	e.client, e.content, e.first, e.veil = client, c, c, m.veiled(r, u)
	r.keys[modelKey{u, client}] = e
	return e, 0
}

func (m *modelRooms) read(r *modelRoom, u wire.ID, seq int) fault.Code {
	if seq == 0 {
		return fault.SeqInvalid
	}
	if code := r.standing(u); code != 0 {
		return code
	}
	s := r.people[u]
	s.read = max(s.read, min(seq, r.head()))
	return 0
}

// amend appends the entry that tells of a change of a message.
func (m *modelRooms) amend(r *modelRoom, kind wire.Kind, u wire.ID, target *modelEntry) *modelEntry {
	e := m.append(r, kind, u)
	e.target, e.veil = target, target.veil
	if kind == wire.KindEdit && target.veil.IsZero() {
		e.veil = m.veiled(r, u)
	}
	return e
}

// amendable is a message that somebody sees and that is still there.
func (r *modelRoom) amendable(u wire.ID, seq int) (*modelEntry, fault.Code) {
	if seq == 0 {
		return nil, fault.SeqInvalid
	}
	if code := r.standing(u); code != 0 {
		return nil, code
	}
	e, code := r.message(u, seq)
	if code == 0 && e.deleted {
		code = fault.MessageDeleted
	}
	return e, code
}

func (m *modelRooms) edit(r *modelRoom, u wire.ID, seq int, text string) (*modelEntry, fault.Code) {
	e, code := r.amendable(u, seq)
	switch {
	case code != 0:
		return nil, code
	case e.sender != u:
		return nil, fault.NotYourMessage
	case m.now-e.at > (15 * time.Minute).Milliseconds():
		return nil, fault.EditTooLate
	}
	switch {
	case m.veiled(r, u).IsZero() || !e.veil.IsZero():
		e.shown = nil
	case e.shown == nil:
		e.shown = &modelText{e.content, e.edited}
	}
	e.content.Text, e.content.Mentions, e.edited = text, nil, true
	return m.amend(r, wire.KindEdit, u, e), 0
}

func (m *modelRooms) deleteForAll(r *modelRoom, u wire.ID, seq int) (*modelEntry, fault.Code) {
	e, code := r.amendable(u, seq)
	switch {
	case code != 0:
		return nil, code
	case e.sender != u && (r.kind != wire.RoomGroup || rank(r.people[u].role) < rank(wire.RoleAdmin)):
		return nil, fault.NotYourMessage
	}
	e.deleted, e.edited, e.content, e.shown, e.reactions = true, false, wire.Content{}, nil, nil
	return m.amend(r, wire.KindDeletion, u, e), 0
}

func (m *modelRooms) deleteForMe(r *modelRoom, u wire.ID, seq int) fault.Code {
	if seq == 0 {
		return fault.SeqInvalid
	}
	if code := r.standing(u); code != 0 {
		return code
	}
	if seq < r.first(u) || seq > r.head() || r.log[seq-1].kind != wire.KindMessage {
		return fault.EntryUnknown
	}
	r.log[seq-1].hid[u] = true
	return 0
}

// react gives no entry when nothing changes.
func (m *modelRooms) react(r *modelRoom, u wire.ID, seq int, emoji string, remove bool) (*modelEntry, fault.Code) {
	e, code := r.amendable(u, seq)
	if code != 0 {
		return nil, code
	}
	var veiled bool
	at := slices.IndexFunc(e.reactions, func(x modelReaction) bool { return x.emoji == emoji && x.user == u })
	switch {
	case remove == (at < 0):
		return nil, 0
	case remove:
		veiled = e.reactions[at].veiled
		e.reactions = slices.Delete(e.reactions, at, at+1)
	default:
		veiled = !m.veiled(r, u).IsZero()
		e.reactions = append(e.reactions, modelReaction{emoji, u, veiled})
	}
	about := m.amend(r, wire.KindReaction, u, e)
	if veiled {
		about.veil = r.other(u)
	}
	about.emoji, about.removed = emoji, remove
	return about, 0
}

// forwarded is the content of a message as it is forwarded by somebody.
func (r *modelRoom) forwarded(u wire.ID, seq int) (wire.Content, fault.Code) {
	e, code := r.amendable(u, seq)
	if code != 0 {
		return wire.Content{}, code
	}
	c := e.textFor(u).content
	c.ReplyTo, c.Mentions, c.Forwarded = 0, nil, true
	return c, 0
}

func (e *modelEntry) textFor(u wire.ID) modelText {
	if e.shown != nil && u != e.sender {
		return *e.shown
	}
	return modelText{e.content, e.edited}
}

func (m *modelRooms) room(id wire.ID) *modelRoom {
	for _, r := range m.all {
		if r.id == id {
			return r
		}
	}
	return nil
}

func (m *modelRooms) add(kind wire.RoomKind, id wire.ID) *modelRoom {
	r := &modelRoom{id: id, kind: kind, made: m.now, people: map[wire.ID]*modelStay{}, keys: map[modelKey]*modelEntry{}, notices: map[wire.ID]modelNotice{}}
	m.all = append(m.all, r)
	return r
}

// refused says whether one of the people blocks the one who brings them.
func (m *modelRooms) refused(u wire.ID, users []wire.ID) bool {
	return slices.ContainsFunc(users, func(o wire.ID) bool { return m.blocks[modelPair{o, u}] })
}

func (m *modelRooms) createGroup(id, u wire.ID, users []wire.ID, title string) {
	r := m.add(wire.RoomGroup, id)
	r.title = title
	m.notice(r, u, wire.Notice{Event: wire.EventCreated, UserIDs: users, Title: title})
	r.join(wire.RoleOwner, true, u)
	r.join(wire.RoleMember, true, users...)
}

func (m *modelRooms) invite(r *modelRoom, u wire.ID, users []wire.ID) fault.Code {
	if code := r.standing(u); code != 0 {
		return code
	}
	if m.refused(u, users) {
		return fault.InviteRefused
	}
	if code := r.groupStanding(u, wire.RoleMember); code != 0 {
		return code
	}
	users = slices.DeleteFunc(slices.Clone(users), func(o wire.ID) bool { return r.standing(o) == 0 })
	if len(users) > 0 {
		m.notice(r, u, wire.Notice{Event: wire.EventInvited, UserIDs: users})
		r.join(wire.RoleMember, true, users...)
	}
	return 0
}

func (m *modelRooms) joinByLink(r *modelRoom, u wire.ID, link string) fault.Code {
	n := 0
	for _, s := range r.people {
		if s.present {
			n++
		}
	}
	switch {
	case n == 0 || !slices.Contains(r.links, link):
		return fault.InviteInvalid
	case r.standing(u) != 0:
		m.notice(r, u, wire.Notice{Event: wire.EventJoined})
		r.join(wire.RoleMember, true, u)
	}
	return 0
}

// out ends a stay, after the notice of it.
func (r *modelRoom) out(u wire.ID) { r.people[u] = &modelStay{} }

func (m *modelRooms) leave(r *modelRoom, u wire.ID) fault.Code {
	if code := r.standing(u); code != 0 {
		return code
	}
	s := r.people[u]
	if r.kind != wire.RoomGroup {
		s.joined, s.read, s.listed = r.head(), r.head(), false
		return 0
	}
	m.notice(r, u, wire.Notice{Event: wire.EventLeft})
	if heir := r.heir(u); s.role == wire.RoleOwner && !heir.IsZero() {
		m.notice(r, u, wire.Notice{Event: wire.EventRole, UserIDs: []wire.ID{heir}, Role: wire.RoleOwner})
		r.people[heir].role = wire.RoleOwner
	}
	r.out(u)
	return 0
}

// heir is the longest-standing admin, else the longest-standing member; of
// several who came in together the one whose id comes first.
func (r *modelRoom) heir(leaver wire.ID) (heir wire.ID) {
	for u, s := range r.people {
		if !s.present || u == leaver {
			continue
		}
		h := r.people[heir]
		if h == nil || rank(s.role) > rank(h.role) || s.role == h.role &&
			(s.joined < h.joined || s.joined == h.joined && bytes.Compare(u[:], heir[:]) < 0) {
			heir = u
		}
	}
	return heir
}

func (m *modelRooms) remove(r *modelRoom, u, user wire.ID) fault.Code {
	if u == user {
		return m.leave(r, u)
	}
	code := r.groupStanding(u, wire.RoleAdmin)
	switch s := r.people[user]; {
	case code != 0:
		return code
	case r.standing(user) != 0:
		return fault.UserUnknown
	case s.role == wire.RoleOwner:
		return fault.OwnerMustStay
	case rank(s.role) >= rank(r.people[u].role):
		return fault.RoleTooLow
	}
	m.notice(r, u, wire.Notice{Event: wire.EventRemoved, UserIDs: []wire.ID{user}})
	r.out(user)
	return 0
}

func (m *modelRooms) setRole(r *modelRoom, u, user wire.ID, role wire.Role) fault.Code {
	code := r.groupStanding(u, wire.RoleOwner)
	switch {
	case code != 0:
		return code
	case r.standing(user) != 0:
		return fault.UserUnknown
	case r.people[user].role == role:
		return 0
	case u == user:
		return fault.OwnerMustStay
	}
	m.notice(r, u, wire.Notice{Event: wire.EventRole, UserIDs: []wire.ID{user}, Role: role})
	r.people[user].role = role
	if role == wire.RoleOwner {
		m.notice(r, u, wire.Notice{Event: wire.EventRole, UserIDs: []wire.ID{u}, Role: wire.RoleAdmin})
		r.people[u].role = wire.RoleAdmin
	}
	return 0
}

func (m *modelRooms) rename(r *modelRoom, u wire.ID, title string) fault.Code {
	if code := r.groupStanding(u, wire.RoleAdmin); code != 0 {
		return code
	}
	if title != r.title {
		r.title = title
		m.notice(r, u, wire.Notice{Event: wire.EventRenamed, Title: title})
	}
	return 0
}

// noticeOf names the notice that somebody sees: in a direct room each party has
// one of their own.
func (r *modelRoom) noticeOf(u wire.ID) wire.ID {
	if r.kind == wire.RoomDirect {
		return u
	}
	return wire.ID{}
}

func (m *modelRooms) setNotice(r *modelRoom, u wire.ID, seq int) fault.Code {
	if code := r.standing(u); code != 0 {
		return code
	}
	var target *modelEntry
	hidden := m.veiled(r, u)
	if seq != 0 {
		e, code := r.amendable(u, seq)
		if code != 0 {
			return code
		}
		if target = e; !e.veil.IsZero() {
			hidden = e.veil
		}
	}
	changed := false
	for p := range r.people {
		if p != hidden {
			changed = changed || r.notices[r.noticeOf(p)].seq != seq
		}
	}
	if !changed {
		return 0
	}
	e := m.append(r, wire.KindNotice, u)
	e.veil, e.target, e.notice = hidden, target, &wire.Notice{Event: wire.EventUnpinned}
	if seq != 0 {
		e.notice.Event = wire.EventPinned
	}
	for p := range r.people {
		if p != hidden {
			r.notices[r.noticeOf(p)] = modelNotice{seq, u}
		}
	}
	return 0
}

// noticeFor is the notice that somebody is shown.
func (r *modelRoom) noticeFor(u wire.ID) *wire.RoomNotice {
	n := r.notices[r.noticeOf(u)]
	e, code := r.message(u, n.seq)
	if code != 0 || e.deleted {
		return nil
	}
	shown := r.entry(e, u)
	shown.UnreadBy = nil
	return &wire.RoomNotice{Seq: uint64(n.seq), UserID: n.by, Message: &shown}
}

func sameContent(a, b wire.Content) bool {
	return a.Text == b.Text && a.ReplyTo == b.ReplyTo && a.Forwarded == b.Forwarded && slices.Equal(a.Mentions, b.Mentions)
}
