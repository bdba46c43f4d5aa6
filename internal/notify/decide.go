package notify

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

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
		if to := recipients[user]; to != nil && !to.quietAt(now) {
			list = append(list, delivery{to: to, room: room, seq: wanted[user].Seq})
		}
	}
	// A badge takes a look at every room of the person.
	var badges errgroup.Group
	badges.SetLimit(parallel)
	for i := range list {
		badges.Go(func() error {
			d := &list[i]
			badge, err := n.chat.UnreadSum(ctx, d.to.user)
			m := wanted[d.to.user]
			d.note = messageNote(d.to, room, news, m, names[m.Sender].Name, badge)
			return err
		})
	}
	return list, badges.Wait()
}

// refreshed gives what a person's devices, or one of them, are to show of a room
// now: the newest message that wakes the person, or nothing any more. It is empty
// when what they show is right, or when now is not the time to wake anybody.
func (n *Notify) refreshed(ctx context.Context, user account.ID, room chat.RoomID, device account.DeviceID) ([]delivery, error) {
	standings, err := n.chat.Standings(ctx, room, []account.ID{user})
	if err != nil {
		return nil, err
	}
	s := &standings[0]
	shown, err := n.shown(ctx, n.db, user, room)
	if err != nil {
		return nil, err
	}
	unread, err := n.unread(ctx, room, s)
	if err != nil {
		return nil, err
	}
	var list []delivery
	if m := n.newest(unread, s); m != nil && m.Seq > n.has.upTo(user, room) {
		list, err = n.deliveries(ctx, room, unread, map[account.ID]*chat.NewMessage{user: m})
		if err != nil {
			return nil, err
		}
	}
	if len(list) == 0 {
		if slices.ContainsFunc(unread.Messages, func(m chat.NewMessage) bool { return m.Seq == shown || shown == 0 }) {
			return nil, nil
		}
		recipients, err := n.recipients(ctx, []account.ID{user})
		if err != nil || recipients[user] == nil {
			return nil, err
		}
		if list, err = n.takenBack(ctx, recipients[user], room, max(s.Read, shown)); err != nil {
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

// unread are the messages of a room that a person has not read.
func (n *Notify) unread(ctx context.Context, room chat.RoomID, s *chat.Standing) (*chat.News, error) {
	if !s.Present || s.Head <= s.Read {
		return &chat.News{}, nil
	}
	from := max(s.First, s.Read+1)
	news, err := n.chat.News(ctx, room, from, s.Head, newsLimit)
	if err != nil {
		return nil, err
	}
	hidden, err := n.chat.HiddenFor(ctx, room, s.User, from, s.Head)
	if err != nil {
		return nil, err
	}
	news.Messages = slices.DeleteFunc(news.Messages, func(m chat.NewMessage) bool {
		_, is := slices.BinarySearch(hidden, m.Seq)
		return is || !m.For(s)
	})
	return &news, nil
}

// takenBack says that nothing of a room is to be shown up to a number.
func (n *Notify) takenBack(ctx context.Context, to *recipient, room chat.RoomID, upTo uint64) ([]delivery, error) {
	badge, err := n.chat.UnreadSum(ctx, to.user)
	if err != nil {
		return nil, err
	}
	return []delivery{{to: to, room: room, note: readNote(room, upTo, badge)}}, nil
}
