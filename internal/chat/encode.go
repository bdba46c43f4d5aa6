package chat

import (
	"encoding/json"
	"fmt"
	"strconv"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// maxReactors is how many users are listed under one reaction; the count tells
// of the rest.
const maxReactors = 20

// view is for whom, and with what beside it, an entry is encoded.
type view struct {
	// viewer is who will read it: they may see another text, and reactions that
	// others do not. Zero is for bytes that everybody gets.
	viewer UserID
	// unreadBy is written with messages unless it is negative.
	unreadBy int
	// target is the message that an edit, deletion or reaction changed, or that a
	// notice put up, as it stands now. Nil leaves it out; one that the viewer must not see is given
	// as hidden.
	target       *roomlog.Entry
	targetHidden bool
}

var kindNames = [...]string{
	roomlog.Message:  string(wire.KindMessage),
	roomlog.Edit:     string(wire.KindEdit),
	roomlog.Deletion: string(wire.KindDeletion),
	roomlog.Reaction: string(wire.KindReaction),
	roomlog.Notice:   string(wire.KindNotice),
}

// appendHidden writes the entry of which a person sees only the number.
func appendHidden(b []byte, seq uint64) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, seq, 10)
	return append(b, `,"kind":"hidden"}`...)
}

// appendEntry writes what encoding/json makes of the [wire.Entry], field by
// field in the order of that type. The content of a message is copied as it is
// stored.
func appendEntry(b []byte, e *roomlog.Entry, v view) ([]byte, error) {
	if int(e.Kind) >= len(kindNames) || e.Kind == 0 {
		return nil, fmt.Errorf("entry %d: unknown kind %d", e.Seq, e.Kind)
	}
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, e.Seq, 10)
	b = append(b, `,"kind":"`...)
	b = append(b, kindNames[e.Kind]...)
	b = append(b, '"')
	if !e.Sender.IsZero() {
		b = wire.AppendID(append(b, `,"sender_id":`...), e.Sender)
	}
	if !e.ClientID.IsZero() {
		b = wire.AppendID(append(b, `,"client_id":`...), e.ClientID)
	}
	if e.At != 0 {
		b = wire.Time(e.At).Append(append(b, `,"created_at":`...))
	}
	switch e.Kind {
	case roomlog.Message:
		return appendMessage(b, e, v)
	case roomlog.Notice:
		if e.Target != 0 {
			var err error
			if b, err = appendTarget(b, e, v); err != nil {
				return nil, err
			}
		}
		b = append(append(b, `,"notice":`...), e.Body...)
	default:
		var err error
		if b, err = appendTarget(b, e, v); err != nil {
			return nil, err
		}
		if e.Kind == roomlog.Reaction && len(e.Body) > 0 {
			b = wire.AppendString(append(b, `,"emoji":`...), string(e.Body[1:]))
			if e.Body[0] == reactionRemoved {
				b = append(b, `,"removed":true`...)
			}
		}
	}
	return append(b, '}'), nil
}

// The first byte of a reaction's body; the emoji follows.
const (
	reactionAdded   = 0
	reactionRemoved = 1
)

// appendTarget writes the message that an entry is about.
func appendTarget(b []byte, e *roomlog.Entry, v view) ([]byte, error) {
	b = strconv.AppendUint(append(b, `,"target_seq":`...), e.Target, 10)
	switch {
	case v.targetHidden:
		return appendHidden(append(b, `,"target":`...), e.Target), nil
	case v.target != nil:
		return appendEntry(append(b, `,"target":`...), v.target, view{viewer: v.viewer, unreadBy: -1})
	}
	return b, nil
}

func appendMessage(b []byte, e *roomlog.Entry, v view) ([]byte, error) {
	m, err := bodyOf(e)
	if err != nil {
		return nil, err
	}
	content := m.content
	if m.shown != nil && v.viewer != e.Sender {
		content, m.editedAt = m.shown, m.shownEditedAt
	}
	if n := len(content); n > 2 {
		b = append(append(b, ','), content[1:n-1]...)
	}
	if v.unreadBy >= 0 {
		b = strconv.AppendInt(append(b, `,"unread_by":`...), int64(v.unreadBy), 10)
	}
	if m.editedAt != 0 {
		b = wire.Time(m.editedAt).Append(append(b, `,"edited_at":`...))
	}
	if m.deleted {
		b = append(b, `,"deleted":true`...)
	}
	if len(m.reactions) > 0 {
		b = appendReactions(b, m.reactions, v.viewer)
	}
	return append(b, '}'), nil
}

// appendReactions writes the reactions that the viewer sees. A veiled one
// counts with the others of its emoji for its own user.
func appendReactions(b []byte, list []reaction, viewer UserID) []byte {
	start := `,"reactions":[`
	n := len(b)
	for i := range list {
		r := &list[i]
		if r.veiled && (r.users[0] != viewer || seenBefore(list[:i], r.emoji, viewer)) {
			continue
		}
		if !r.veiled && seenBefore(list[:i], r.emoji, viewer) {
			continue // a veiled one of the viewer came first and took it in
		}
		users := r.users
		for j := i + 1; j < len(list); j++ {
			if o := &list[j]; o.emoji == r.emoji && (!o.veiled || o.users[0] == viewer) {
				users = append(users[:len(users):len(users)], o.users...)
			}
		}
		b = append(b, start...)
		start = ","
		b = wire.AppendString(append(b, `{"emoji":`...), r.emoji)
		b = strconv.AppendInt(append(b, `,"count":`...), int64(len(users)), 10)
		b = append(b, `,"user_ids":`...)
		b = appendIDs(b, users[:min(len(users), maxReactors)])
		b = append(b, '}')
	}
	if len(b) == n {
		return b
	}
	return append(b, ']')
}

func seenBefore(list []reaction, emoji string, viewer UserID) bool {
	for i := range list {
		if r := &list[i]; r.emoji == emoji && (!r.veiled || r.users[0] == viewer) {
			return true
		}
	}
	return false
}

func appendIDs(b []byte, ids []wire.ID) []byte {
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = wire.AppendID(b, id)
	}
	return append(b, ']')
}

// isVeiled reports whether some of a message is seen by one party alone, so
// that no bytes of it can be shared.
func isVeiled(e *roomlog.Entry) bool {
	if e.Kind != roomlog.Message || len(e.Body) == 0 || e.Body[0]&(bodyReactions|bodyShown) == 0 {
		return false
	}
	m, err := parseBody(e.Body)
	if err != nil || m.shown != nil {
		return true
	}
	for i := range m.reactions {
		if m.reactions[i].veiled {
			return true
		}
	}
	return false
}

// The heads of the notifications that chat makes itself.
var (
	entryFrame = []byte(`{"jsonrpc":"2.0","method":"entry","params":{"room_id":"`)
	readFrame  = []byte(`{"jsonrpc":"2.0","method":"read","params":{"room_id":"`)
	roomFrame  = []byte(`{"jsonrpc":"2.0","method":"room","params":{"room_id":"`)
	draftFrame = []byte(`{"jsonrpc":"2.0","method":"draft","params":{"room_id":"`)
	typeFrame  = []byte(`{"jsonrpc":"2.0","method":"typing","params":{"room_id":"`)
)

func appendEntryFrame(b []byte, room RoomID, e *roomlog.Entry, v view) ([]byte, error) {
	b = append(room.Append(append(b, entryFrame...)), `","entry":`...)
	b, err := appendEntry(b, e, v)
	return append(b, '}', '}'), err
}

func appendHiddenFrame(b []byte, room RoomID, seq uint64) []byte {
	b = append(room.Append(append(b, entryFrame...)), `","entry":`...)
	return append(appendHidden(b, seq), '}', '}')
}

func appendReadFrame(b []byte, room RoomID, user UserID, seq uint64) []byte {
	b = append(room.Append(append(b, readFrame...)), `","user_id":"`...)
	b = append(user.Append(b), `","seq":`...)
	return append(strconv.AppendUint(b, seq, 10), '}', '}')
}

func appendRoomFrame(b []byte, room RoomID, gone bool) []byte {
	b = append(room.Append(append(b, roomFrame...)), '"')
	if gone {
		b = append(b, `,"gone":true`...)
	}
	return append(b, '}', '}')
}

func appendDraftFrame(b []byte, room RoomID, d *wire.Draft) []byte {
	b = append(room.Append(append(b, draftFrame...)), '"')
	if d != nil {
		b = AppendDraft(append(b, `,"draft":`...), d)
	}
	return append(b, '}', '}')
}

// AppendDraft writes a draft as encoding/json does.
func AppendDraft(b []byte, d *wire.Draft) []byte {
	b = wire.AppendString(append(b, `{"text":`...), d.Text)
	if d.ReplyTo != 0 {
		b = strconv.AppendUint(append(b, `,"reply_to":`...), d.ReplyTo, 10)
	}
	return append(d.UpdatedAt.Append(append(b, `,"updated_at":`...)), '}')
}

func appendTypingFrame(b []byte, room RoomID, user UserID) []byte {
	b = append(room.Append(append(b, typeFrame...)), `","user_id":"`...)
	return append(user.Append(b), `"}}`...)
}

// AppendJSON writes the page: entries, head_seq, tail_seq.
func (m *Messages) AppendJSON(b []byte) []byte {
	b = appendEntries(append(b, `{"entries":`...), m.Entries)
	b = strconv.AppendUint(append(b, `,"head_seq":`...), m.Head, 10)
	b = strconv.AppendUint(append(b, `,"tail_seq":`...), m.Tail, 10)
	return append(b, '}')
}

func appendEntries(b []byte, list []Entry) []byte {
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, list[i].JSON...)
	}
	return append(b, ']')
}

// AppendJSON writes the answer to sync. Lists are left out when empty, except
// rooms.
func (s *SyncAnswer) AppendJSON(b []byte) []byte {
	b = wire.AppendString(append(b, `{"epoch":`...), s.Epoch)
	if s.Reset {
		b = append(b, `,"reset":true`...)
	}
	b = append(b, `,"rooms":[`...)
	for i := range s.Rooms {
		if i > 0 {
			b = append(b, ',')
		}
		r := &s.Rooms[i]
		b = wire.AppendID(append(b, `{"room_id":`...), r.Room)
		b = appendEntries(append(b, `,"entries":`...), r.Entries)
		b = strconv.AppendUint(append(b, `,"head_seq":`...), r.Head, 10)
		b = strconv.AppendUint(append(b, `,"tail_seq":`...), r.Tail, 10)
		b = strconv.AppendUint(append(b, `,"read_seq":`...), r.Read, 10)
		b = strconv.AppendUint(append(b, `,"unread":`...), r.Unread, 10)
		if r.More {
			b = append(b, `,"more":true`...)
		}
		b = append(b, '}')
	}
	b = append(b, ']')
	if len(s.New) > 0 {
		b = appendIDs(append(b, `,"new":`...), s.New)
	}
	if len(s.Gone) > 0 {
		b = appendIDs(append(b, `,"gone":`...), s.Gone)
	}
	return append(b, '}')
}

// AppendJSON writes the room as encoding/json writes [wire.Room].
func (r *Room) AppendJSON(b []byte) []byte {
	b = wire.AppendID(append(b, `{"id":`...), r.ID)
	b = append(append(append(b, `,"kind":"`...), r.Kind...), '"')
	if r.Title != "" {
		b = wire.AppendString(append(b, `,"title":`...), r.Title)
	}
	b = strconv.AppendUint(append(b, `,"head_seq":`...), r.HeadSeq, 10)
	b = strconv.AppendUint(append(b, `,"tail_seq":`...), r.TailSeq, 10)
	b = strconv.AppendUint(append(b, `,"joined_seq":`...), r.JoinedSeq, 10)
	b = strconv.AppendUint(append(b, `,"read_seq":`...), r.ReadSeq, 10)
	b = strconv.AppendUint(append(b, `,"unread":`...), r.Unread, 10)
	if r.Role != "" {
		b = append(append(append(b, `,"role":"`...), r.Role...), '"')
	}
	if r.MutedUntil != 0 {
		b = r.MutedUntil.Append(append(b, `,"muted_until":`...))
	}
	if r.Pinned {
		b = append(b, `,"pinned":true`...)
	}
	if n := r.Posted; n != nil {
		b = strconv.AppendUint(append(b, `,"notice":{"seq":`...), n.Message.Seq, 10)
		b = wire.AppendID(append(b, `,"user_id":`...), n.By)
		b = n.At.Append(append(b, `,"pinned_at":`...))
		b = append(append(append(b, `,"message":`...), n.Message.JSON...), '}')
	}
	if r.Draft != nil {
		b = AppendDraft(append(b, `,"draft":`...), r.Draft)
	}
	if r.Last != nil {
		b = append(append(b, `,"last_message":`...), r.Last.JSON...)
	}
	b = strconv.AppendInt(append(b, `,"member_count":`...), int64(r.MemberCount), 10)
	b = append(b, `,"members":[`...)
	for i := range r.Members {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendMember(b, &r.Members[i])
	}
	return append(b, ']', '}')
}

func appendMember(b []byte, m *wire.Member) []byte {
	b = wire.AppendID(append(b, `{"user_id":`...), m.UserID)
	b = wire.AppendString(append(b, `,"name":`...), m.Name)
	if !m.PhotoID.IsZero() {
		b = wire.AppendID(append(b, `,"photo_id":`...), m.PhotoID)
	}
	if m.Role != "" {
		b = append(append(append(b, `,"role":"`...), m.Role...), '"')
	}
	b = strconv.AppendUint(append(b, `,"joined_seq":`...), m.JoinedSeq, 10)
	b = strconv.AppendUint(append(b, `,"read_seq":`...), m.ReadSeq, 10)
	if m.Placeholder {
		b = append(b, `,"placeholder":true`...)
	}
	return append(b, '}')
}

// noticeBody is the stored form of a notice: its JSON.
func noticeBody(n *wire.Notice) []byte {
	b := append([]byte(`{"event":"`), n.Event...)
	b = append(b, '"')
	if len(n.UserIDs) > 0 {
		b = appendIDs(append(b, `,"user_ids":`...), n.UserIDs)
	}
	if n.Title != "" {
		b = wire.AppendString(append(b, `,"title":`...), n.Title)
	}
	if n.Role != "" {
		b = append(append(append(b, `,"role":"`...), n.Role...), '"')
	}
	if n.Text != "" {
		b = wire.AppendString(append(b, `,"text":`...), n.Text)
	}
	return append(b, '}')
}

// parseNotice reads the stored form back.
func parseNotice(e *roomlog.Entry) (wire.Notice, error) {
	var n wire.Notice
	if err := json.Unmarshal(e.Body, &n); err != nil {
		return n, fmt.Errorf("notice %d: %w", e.Seq, err)
	}
	return n, nil
}
