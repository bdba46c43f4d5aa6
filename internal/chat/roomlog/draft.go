package roomlog

import (
	"cmp"
	"slices"

	"madang/internal/fault"
	"madang/internal/wire"
)

// Base is what an engine knows of rooms before a commit. Its answers are the
// state that the last commit left; an error of the store itself fails the
// whole commit, not only the op that looked.
type Base interface {
	// Head gives the head row, or ok false for a room that does not exist.
	Head(room RoomID) (h Head, ok bool, err error)
	Member(room RoomID, user UserID) (m Member, ok bool, err error)
	// Members gives all rows of the room, of the present and of former ones,
	// in any order.
	Members(room RoomID) ([]Member, error)
	// Entry gives entry seq as it stands now. ok is false above the head and
	// below the tail.
	Entry(room RoomID, seq uint64) (e Entry, ok bool, err error)
	Key(room RoomID, sender UserID, client wire.ID) (k KeyRow, ok bool, err error)
	// HiddenFor reports whether the user has hidden the entry for themselves.
	HiddenFor(room RoomID, user UserID, seq uint64) (bool, error)
}

// KeyOf names an idempotency key within a room.
type KeyOf struct {
	Sender UserID
	Client wire.ID
}

// Hide is an entry that a person hid for themselves.
type Hide struct {
	User UserID
	Seq  uint64
}

// Draft is what a commit changes in one room. Engines write it as it stands.
type Draft struct {
	Room    RoomID
	Head    Head // as it will be
	Changed bool // whether anything is to be written at all
	Control bool // whether membership or meta changed
	First   uint64
	Entries []Entry // new ones, in order from First
	// Rewrites are entries of before the commit that change. New entries that
	// change within the same commit are changed in Entries.
	Rewrites map[uint64]Entry
	Members  map[UserID]*Member
	Keys     map[KeyOf]KeyRow
	Hides    []Hide
	// Grants are those of this room that come (true) or go (false).
	Grants map[Grant]bool
	// TrimFrom is the first entry to be removed, up to the one before
	// Head.Tail. 0 means none.
	TrimFrom uint64

	exists bool
	loaded bool // Members holds every row
}

// Batch is the ops of one commit and what they come to. A lane may carry
// several shards, and so may its batches.
type Batch struct {
	Ops []*Op
	// Pos holds, for each shard of the batch, the number that the engine gave
	// to its feed row, 0 where there is none.
	Pos [Shards]uint64
	// Now is the time of the commit in Unix milliseconds.
	Now    int64
	Drafts map[RoomID]*Draft
	// Order lists the drafts in the order in which rooms first appeared.
	Order []*Draft

	base Base
}

// Run applies all ops to drafts over base. It returns an error only when base
// failed; errors of single ops are kept with them. Calling it again starts
// anew, so an engine can repeat a commit.
func (b *Batch) Run(base Base) error {
	b.base = base
	if b.Drafts == nil {
		b.Drafts = make(map[RoomID]*Draft, len(b.Ops))
	} else {
		clear(b.Drafts)
	}
	b.Order = b.Order[:0]
	for _, op := range b.Ops {
		op.err, op.seq, op.at, op.duplicate, op.event = nil, 0, 0, false, nil
		d, err := b.draft(op.Room)
		if err != nil {
			return err
		}
		tx := Tx{batch: b, draft: d, op: op}
		if err := tx.run(); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) draft(room RoomID) (*Draft, error) {
	if d := b.Drafts[room]; d != nil {
		return d, nil
	}
	h, ok, err := b.base.Head(room)
	if err != nil {
		return nil, err
	}
	if !ok {
		h.Tail = 1
	}
	d := &Draft{Room: room, Head: h, First: h.Seq + 1, exists: ok}
	b.Drafts[room] = d
	b.Order = append(b.Order, d)
	return d, nil
}

// finish gives each op its answer.
func (b *Batch) finish(err error) {
	for _, op := range b.Ops {
		r, e := Result{Seq: op.seq, At: op.at, Duplicate: op.duplicate}, op.err
		if err != nil {
			r, e = Result{}, err
		}
		if op.Done != nil {
			op.Done(r, e)
		}
	}
}

// commits tells what the batch changed, a value per shard in order of the
// shards' first ops, leaving out ops that failed.
func (b *Batch) commits() []Commit {
	var out []Commit
	var at [Shards]int // index in out, from 1
	for _, op := range b.Ops {
		if op.err != nil || op.event == nil {
			continue
		}
		s := ShardOf(op.Room)
		if at[s] == 0 {
			out = append(out, Commit{Shard: s, Pos: b.Pos[s]})
			at[s] = len(out)
		}
		c := &out[at[s]-1]
		c.Events = append(c.Events, op.event)
	}
	return out
}

// Feeds gives the rooms of the feed row of each shard that the batch touches
// with more than marks.
func (b *Batch) Feeds() map[uint8][]FeedRoom {
	feeds := make(map[uint8][]FeedRoom)
	for _, d := range b.Order {
		if len(d.Entries) == 0 && !d.Control {
			continue
		}
		f := FeedRoom{Room: d.Room, Control: d.Control}
		if n := len(d.Entries); n > 0 {
			f.From, f.To = d.First, d.Entries[n-1].Seq
		}
		s := ShardOf(d.Room)
		feeds[s] = append(feeds[s], f)
	}
	return feeds
}

// Tx is what an op sees of its room and how it changes it. It is only valid
// inside Apply.
type Tx struct {
	batch *Batch
	draft *Draft
	op    *Op
	fail  error // of the store
}

func (tx *Tx) run() error {
	op := tx.op
	if !op.ClientID.IsZero() {
		k, ok, err := tx.key(KeyOf{op.Sender, op.ClientID})
		if err != nil {
			return err
		}
		if ok {
			if k.Hash != op.Hash {
				op.err = fault.New(fault.ClientIDReused)
				return nil
			}
			op.seq, op.duplicate = k.Seq, true
			e, _ := tx.Entry(k.Seq)
			op.at = e.At
			return tx.fail
		}
	}
	err := op.Apply(tx)
	if tx.fail != nil {
		return tx.fail
	}
	op.err = err
	return nil
}

func (tx *Tx) key(k KeyOf) (KeyRow, bool, error) {
	if r, ok := tx.draft.Keys[k]; ok {
		return r, true, nil
	}
	if !tx.draft.exists {
		return KeyRow{}, false, nil
	}
	return tx.batch.base.Key(tx.draft.Room, k.Sender, k.Client)
}

// Now is the time of the commit in Unix milliseconds.
func (tx *Tx) Now() int64 { return tx.batch.Now }

// Exists reports whether the room was created.
func (tx *Tx) Exists() bool { return tx.draft.exists }

// Head is the room's head as it stands after the ops before this one.
func (tx *Tx) Head() Head { return tx.draft.Head }

// Member gives a person's row; ok is false for somebody who never was in the
// room. The op must have named them, or asked for everyone.
func (tx *Tx) Member(user UserID) (Member, bool) {
	d := tx.draft
	if m := d.Members[user]; m != nil {
		return *m, true
	}
	if !d.exists || d.loaded || tx.fail != nil {
		return Member{}, false
	}
	m, ok, err := tx.batch.base.Member(d.Room, user)
	if err != nil {
		tx.fail = err
		return Member{}, false
	}
	return m, ok
}

// Members gives all rows of the room, in the order of ids. The op must have
// asked for everyone.
func (tx *Tx) Members() []Member {
	d := tx.draft
	var out []Member
	if d.exists && !d.loaded && tx.fail == nil {
		rows, err := tx.batch.base.Members(d.Room)
		if err != nil {
			tx.fail = err
			return nil
		}
		for _, m := range rows {
			if d.Members[m.User] == nil {
				out = append(out, m)
			}
		}
	}
	for _, m := range d.Members {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b Member) int { return cmp.Compare(string(a.User[:]), string(b.User[:])) })
	return out
}

// Entry gives an entry as it stands; ok is false when there is none, or none
// any more. The op must have named it in Targets.
func (tx *Tx) Entry(seq uint64) (Entry, bool) {
	d := tx.draft
	if seq == 0 || seq > d.Head.Seq || seq < d.Head.Tail {
		return Entry{}, false
	}
	if seq >= d.First {
		return d.Entries[seq-d.First], true
	}
	if e, ok := d.Rewrites[seq]; ok {
		return e, true
	}
	if tx.fail != nil {
		return Entry{}, false
	}
	e, ok, err := tx.batch.base.Entry(d.Room, seq)
	if err != nil {
		tx.fail = err
	}
	return e, ok && err == nil
}

// HiddenFor reports whether the user has hidden the entry for themselves. The
// op must have named both.
func (tx *Tx) HiddenFor(user UserID, seq uint64) bool {
	if slices.Contains(tx.draft.Hides, Hide{user, seq}) {
		return true
	}
	if tx.fail != nil {
		return false
	}
	ok, err := tx.batch.base.HiddenFor(tx.draft.Room, user, seq)
	if err != nil {
		tx.fail = err
	}
	return ok
}

// Create makes the room. It does nothing when the room exists.
func (tx *Tx) Create(meta []byte) {
	d := tx.draft
	if d.exists {
		return
	}
	d.exists, d.loaded = true, true
	d.Head = Head{Tail: 1, Meta: meta, Control: 1}
	d.Changed, d.Control = true, true
}

// SetMeta changes what the room is.
func (tx *Tx) SetMeta(meta []byte) {
	tx.draft.Head.Meta = meta
	tx.control()
}

func (tx *Tx) control() {
	d := tx.draft
	d.Head.Control++
	d.Changed, d.Control = true, true
}

// Append gives e the next number and its counts and returns it. The client id
// of the op becomes the entry's. A message counts for its sender, who needs a
// member row.
func (tx *Tx) Append(e Entry) Entry {
	d, op := tx.draft, tx.op
	d.Head.Seq++
	e.Seq = d.Head.Seq
	d.Head.At = max(d.Head.At, tx.batch.Now)
	e.At = d.Head.At
	e.Sender = op.Sender
	e.ClientID = op.ClientID
	if e.Kind == Message {
		d.Head.Messages++
		d.Head.LastMessage = e.Seq
		m := tx.member(e.Sender)
		m.Own++
		e.Own = m.Own
		if !e.HiddenFrom.IsZero() {
			tx.member(e.HiddenFrom).Hidden++
		}
	}
	e.Messages = d.Head.Messages
	d.Entries = append(d.Entries, e)
	if !op.ClientID.IsZero() {
		if d.Keys == nil {
			d.Keys = make(map[KeyOf]KeyRow)
		}
		d.Keys[KeyOf{op.Sender, op.ClientID}] = KeyRow{Seq: e.Seq, Hash: op.Hash}
	}
	d.Changed = true
	op.seq, op.at = e.Seq, e.At
	return e
}

// AppendAt is Append with another sender and time, for conversations that are
// brought in from elsewhere. The sender needs a member row when e is a message.
func (tx *Tx) AppendAt(e Entry, sender UserID, at int64) Entry {
	op := *tx.op
	op.Sender = sender
	was := tx.op
	tx.op = &op
	e = tx.Append(e)
	tx.op = was
	was.seq, was.at = e.Seq, at
	e.At = at
	tx.draft.Entries[e.Seq-tx.draft.First].At = at
	return e
}

// Rewrite replaces the stored state of an entry on behalf of the entry that
// was appended last.
func (tx *Tx) Rewrite(e Entry) {
	d := tx.draft
	e.Rev = d.Head.Seq
	d.Changed = true
	if e.Seq >= d.First {
		d.Entries[e.Seq-d.First] = e
		return
	}
	if d.Rewrites == nil {
		d.Rewrites = make(map[uint64]Entry)
	}
	d.Rewrites[e.Seq] = e
}

// member gives the draft's row to change, made when there was none.
func (tx *Tx) member(user UserID) *Member {
	d := tx.draft
	if m := d.Members[user]; m != nil {
		return m
	}
	m, ok := tx.Member(user)
	if !ok {
		m = Member{User: user}
	}
	if d.Members == nil {
		d.Members = make(map[UserID]*Member)
	}
	d.Members[user] = &m
	d.Changed = true
	return &m
}

// Join makes a person present from the head on: what follows is theirs to
// read, and nothing before counts as unread. Joining twice only sets the role.
func (tx *Tx) Join(user UserID, role uint8, listed bool) {
	h := tx.draft.Head
	m := tx.member(user)
	if !m.Present {
		m.Present = true
		tx.draft.Head.Present++
		m.JoinedSeq = h.Seq
		m.Read, m.ReadMessages, m.ReadOwn, m.ReadHidden = h.Seq, h.Messages, m.Own, m.Hidden
	}
	m.Role, m.Listed = role, listed
	tx.control()
}

// Leave ends a person's stay at the head.
func (tx *Tx) Leave(user UserID) {
	m := tx.member(user)
	if m.Present {
		m.Present = false
		tx.draft.Head.Present--
	}
	m.LeftSeq = tx.draft.Head.Seq
	tx.control()
}

// Clear takes everything up to the head out of a person's sight while they
// stay a member, and the room out of their list until the next message.
func (tx *Tx) Clear(user UserID) {
	h := tx.draft.Head
	m := tx.member(user)
	m.JoinedSeq, m.Listed = h.Seq, false
	m.Read, m.ReadMessages, m.ReadOwn, m.ReadHidden = h.Seq, h.Messages, m.Own, m.Hidden
	tx.control()
}

// SetListed shows or hides an empty room in the person's list.
func (tx *Tx) SetListed(user UserID, listed bool) {
	tx.member(user).Listed = listed
	tx.control()
}

// SetRole changes a member's role.
func (tx *Tx) SetRole(user UserID, role uint8) {
	tx.member(user).Role = role
	tx.control()
}

// Trim removes all entries below seq, with their idempotency keys, for good.
// It never goes beyond the head.
func (tx *Tx) Trim(below uint64) {
	d := tx.draft
	below = min(below, d.First)
	if below <= d.Head.Tail {
		return
	}
	if d.TrimFrom == 0 {
		d.TrimFrom = d.Head.Tail
	}
	d.Head.Tail, d.Changed = below, true
}

// Mark is a read mark with its counts, see [Member].
type Mark struct {
	Seq      uint64
	Messages uint64
	Own      uint64
	Hidden   uint64
}

// Read moves a person's read mark up. A lower one changes nothing; one at or
// above the head becomes the head, whatever its counts. It reports whether the
// mark moved.
func (tx *Tx) Read(user UserID, to Mark) bool {
	h := tx.draft.Head
	m, ok := tx.Member(user)
	if !ok || to.Seq <= m.Read || m.Read >= h.Seq {
		return false
	}
	row := tx.member(user)
	if to.Seq >= h.Seq {
		to = Mark{h.Seq, h.Messages, row.Own, row.Hidden}
	}
	row.Read, row.ReadMessages, row.ReadOwn, row.ReadHidden = to.Seq, to.Messages, to.Own, to.Hidden
	return true
}

// Hide takes one entry out of one person's sight. counts says that it is a
// message of somebody else that was not hidden before, so that it no longer
// counts as unread.
func (tx *Tx) Hide(user UserID, seq uint64, counts bool) {
	if tx.HiddenFor(user, seq) {
		return
	}
	d := tx.draft
	d.Hides = append(d.Hides, Hide{user, seq})
	d.Changed = true
	m := tx.member(user)
	m.Hides++
	if counts {
		m.Hidden++
		if seq <= m.Read {
			m.ReadHidden++
		}
	}
}

// Grant notes that an entry of the room names a file.
func (tx *Tx) Grant(media wire.ID, seq uint64) { tx.setGrant(media, seq, true) }

// Revoke notes that it no longer does. Where there was no grant it changes
// nothing.
func (tx *Tx) Revoke(media wire.ID, seq uint64) { tx.setGrant(media, seq, false) }

func (tx *Tx) setGrant(media wire.ID, seq uint64, there bool) {
	d := tx.draft
	if d.Grants == nil {
		d.Grants = make(map[Grant]bool)
	}
	d.Grants[Grant{media, d.Room, seq}] = there
	d.Changed = true
}

// Tell gives the observer of the log something to pass on when the commit is
// on disk. One per op; the last one counts.
func (tx *Tx) Tell(event any) { tx.op.event = event }
