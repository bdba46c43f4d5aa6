package notify

import (
	"context"
	"fmt"
	"slices"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/db"
)

var shownDeleted = db.SQL(`SELECT s.user_id FROM {keys $1} AS k
	JOIN push_shown AS s ON s.shard = k.shard AND s.user_id = k.id WHERE s.room_id = $2 AND s.seq IN {ints $3}`)

// decide tells who of some people in a room is to be woken for its news, and by
// what. Those whose devices show a message that was deleted get what is newest
// before it, or have the notification taken back.
func (n *Notify) decide(ctx context.Context, room chat.RoomID, news *chat.News, users []account.ID) ([]delivery, error) {
	standings, err := n.chat.Standings(ctx, room, users)
	if err != nil {
		return nil, err
	}
	wanted := make(map[account.ID]*chat.NewMessage)
	for i := range standings {
		s := &standings[i]
		if m := n.newest(news, s); m != nil && m.Seq > s.Read && m.Seq > n.has.upTo(s.User, room) {
			wanted[s.User] = m
		}
	}
	list, err := n.deliveries(ctx, room, news, wanted)
	if err != nil {
		return nil, err
	}
	if len(news.Deleted) == 0 {
		return list, nil
	}
	seqs := make([]int64, len(news.Deleted))
	for i, seq := range news.Deleted {
		seqs[i] = int64(seq)
	}
	showing, err := db.Select(ctx, n.db, db.Value[account.ID], shownDeleted, db.Keys(users), room, db.Ints(seqs))
	if err != nil {
		return nil, fmt.Errorf("who is shown a deleted message: %w", err)
	}
	for _, user := range showing {
		if wanted[user] != nil {
			continue // something newer takes its place
		}
		more, err := n.refreshed(ctx, user, room, account.DeviceID{})
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// newest is the newest message that a person in the room is woken for, nil for
// none: it is recent, and in a muted room it names them.
func (n *Notify) newest(news *chat.News, s *chat.Standing) *chat.NewMessage {
	if !s.Present {
		return nil
	}
	now := n.clock.NowMs()
	for i := range news.Messages {
		m := &news.Messages[i]
		if m.At < now-maxAge.Milliseconds() {
			return nil // and so are those before it
		}
		if m.For(s) && (s.MutedUntil <= now || m.Mentions(s.User)) {
			return m
		}
	}
	return nil
}

// deliveries makes the notifications of messages of a room. People without a
// device, and those who have quiet hours now, get none.
func (n *Notify) deliveries(ctx context.Context, room chat.RoomID, news *chat.News, wanted map[account.ID]*chat.NewMessage) ([]delivery, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	users := make([]account.ID, 0, len(wanted))
	for user := range wanted {
		users = append(users, user)
	}
	slices.SortFunc(users, func(a, b account.ID) int { return slices.Compare(a[:], b[:]) })
	recipients, err := n.recipients(ctx, users)
	if err != nil {
		return nil, err
	}
	now := n.clock.Now()
	senders := make([]account.ID, 0, len(wanted))
	for _, m := range wanted {
		senders = append(senders, m.Sender)
	}
	names, err := n.people.Users(ctx, senders)
	if err != nil {
		return nil, fmt.Errorf("names of senders: %w", err)
	}
	var list []delivery
	for _, user := range users {
		to := recipients[user]
		if to == nil || to.quietAt(now) {
			continue
		}
		m := wanted[user]
		badge, err := n.chat.UnreadSum(ctx, user)
		if err != nil {
			return nil, err
		}
		d := delivery{to: to, room: room, seq: m.Seq}
		d.note = messageNote(to, room, news, m, names[m.Sender].Name, badge)
		list = append(list, d)
	}
	return list, nil
}

// lookBack is how many entries before the newest are searched for a message that
// somebody has not read.
const lookBack = 200

// refreshed gives what a person's devices, or one of them, are to show of a room
// now: the newest message that they have not read, or nothing any more.
func (n *Notify) refreshed(ctx context.Context, user account.ID, room chat.RoomID, device account.DeviceID) ([]delivery, error) {
	standings, err := n.chat.Standings(ctx, room, []account.ID{user})
	if err != nil {
		return nil, err
	}
	s := &standings[0]
	var list []delivery
	if s.Present && s.Head > s.Read {
		from := max(s.First, s.Read+1)
		news, err := n.chat.News(ctx, room, from, s.Head, lookBack)
		if err != nil {
			return nil, err
		}
		hidden, err := n.chat.HiddenFor(ctx, room, user, from, s.Head)
		if err != nil {
			return nil, err
		}
		news.Messages = slices.DeleteFunc(news.Messages, func(m chat.NewMessage) bool {
			_, is := slices.BinarySearch(hidden, m.Seq)
			return is
		})
		if m := n.newest(&news, s); m != nil {
			if n.has.upTo(user, room) >= m.Seq {
				return nil, nil
			}
			list, err = n.deliveries(ctx, room, &news, map[account.ID]*chat.NewMessage{user: m})
			if err != nil {
				return nil, err
			}
		}
	}
	if len(list) == 0 {
		recipients, err := n.recipients(ctx, []account.ID{user})
		if err != nil || recipients[user] == nil {
			return nil, err
		}
		if list, err = n.takenBack(ctx, recipients[user], room, s.Read); err != nil {
			return nil, err
		}
	}
	if device != (account.DeviceID{}) {
		if list[0].to = list[0].to.only(device); list[0].to == nil {
			return nil, nil
		}
	}
	return list, nil
}

// takenBack says that nothing of a room is to be shown up to a number.
func (n *Notify) takenBack(ctx context.Context, to *recipient, room chat.RoomID, read uint64) ([]delivery, error) {
	badge, err := n.chat.UnreadSum(ctx, to.user)
	if err != nil {
		return nil, err
	}
	return []delivery{{to: to, room: room, note: readNote(room, read, badge)}}, nil
}
