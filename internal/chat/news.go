package chat

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

// What those need who tell people of messages outside of their rooms. It is for
// parts of the program, not for people: nothing here asks who wants to know,
// except where it says so.

// Feed gives up to limit rows of a shard after pos, see [roomlog.Reader].
func (c *Chat) Feed(ctx context.Context, shard uint8, pos uint64, limit int) ([]roomlog.FeedRow, error) {
	rows, err := c.log.Feed(ctx, shard, pos, limit)
	if err != nil {
		return nil, fmt.Errorf("feed of shard %d: %w", shard, err)
	}
	return rows, nil
}

// News is what is new in a room.
type News struct {
	Kind  wire.RoomKind
	Title string
	// Messages are those that were sent and are still there, newest first.
	Messages []NewMessage
	// Deleted are messages, older or new, that were deleted for all.
	Deleted []uint64
}

// NewMessage is a message that some may hear of.
type NewMessage struct {
	Seq        uint64
	At         int64 // Unix milliseconds
	Sender     UserID
	HiddenFrom UserID // who must not hear of it; zero: nobody
	Content    wire.Content
}

// Mentions reports whether the message names a person.
func (m *NewMessage) Mentions(user UserID) bool {
	return slices.ContainsFunc(m.Content.Mentions, func(x wire.Mention) bool { return x.UserID == user })
}

// For reports whether a message may be told to a person who stands so in its
// room: it is of somebody else, not hidden from them, and came when they were in.
func (m *NewMessage) For(s *Standing) bool {
	return m.Sender != s.User && m.HiddenFrom != s.User && m.Seq >= s.First
}

// newsChunk is how many entries are read at once for the news of a room.
const newsChunk = 1000

// News gives what the entries from ≤ seq ≤ to made new: the newest limit messages,
// up to as many more that mention somebody, and all deletions. A room that does not
// exist, or into which nobody can look yet, has no news.
func (c *Chat) News(ctx context.Context, room RoomID, from, to uint64, limit int) (News, error) {
	h, ok, err := c.log.Head(ctx, room)
	if err != nil || !ok || isStaged(&h) {
		return News{}, err
	}
	m, err := metaOf(room, &h)
	if err != nil {
		return News{}, err
	}
	news := News{Kind: m.kind.wire(), Title: m.title}
	mentions := 0
	for read := newsChunk; read == newsChunk && to >= from; {
		read = 0
		err := c.log.Scan(ctx, room, from, to, newsChunk, func(e *roomlog.Entry) error {
			read, to = read+1, e.Seq-1
			switch e.Kind {
			case roomlog.Deletion:
				news.Deleted = append(news.Deleted, e.Target)
				return nil
			case roomlog.Message:
			default:
				return nil
			}
			b, err := bodyOf(e)
			if err != nil || b.deleted {
				return err
			}
			if b.shown != nil {
				b.content = b.shown // what the only other one in the room goes on seeing
			}
			if len(news.Messages)-mentions >= limit {
				if mentions >= limit || !bytes.Contains(b.content, []byte(`"mentions"`)) {
					return nil
				}
				mentions++
			}
			content, err := b.wire()
			if err != nil {
				return err
			}
			news.Messages = append(news.Messages, NewMessage{e.Seq, e.At, e.Sender, e.HiddenFrom, content})
			return nil
		})
		if err != nil {
			return News{}, fmt.Errorf("news of %s: %w", room, err)
		}
	}
	return news, nil
}

// Standing is how a person stands in a room.
type Standing struct {
	User       UserID
	Present    bool
	First      uint64 // first entry that they see
	Read       uint64 // their read mark
	Head       uint64 // number of the room's last entry
	MutedUntil int64  // Unix milliseconds; 0: not muted
}

var mutesIn = db.SQL(`SELECT m.user_id, m.muted_until FROM {keys $1} AS k
	JOIN member AS m ON m.shard = k.shard AND m.user_id = k.id WHERE m.room_id = $2 AND m.muted_until > $3`)

// Standings tells how people stand in a room, in the order asked.
func (c *Chat) Standings(ctx context.Context, room RoomID, users []UserID) ([]Standing, error) {
	type mute struct {
		user  UserID
		until int64
	}
	mutes, err := db.Select(ctx, c.db, func(s db.Scanner) (m mute, err error) {
		return m, s.Scan(&m.user, &m.until)
	}, mutesIn, db.Keys(users), room, c.clock.NowMs())
	if err != nil {
		return nil, fmt.Errorf("mutes in %s: %w", room, err)
	}
	until := make(map[UserID]int64, len(mutes))
	for _, m := range mutes {
		until[m.user] = m.until
	}
	list := make([]Standing, len(users))
	for i, user := range users {
		list[i] = Standing{User: user, MutedUntil: until[user]}
		m, h, ok, err := c.log.Member(ctx, room, user)
		if err != nil {
			return nil, fmt.Errorf("member of %s: %w", room, err)
		}
		if ok && m.Present {
			s := &list[i]
			s.Present, s.First, s.Read, s.Head = true, first(&h, &m), m.Read, h.Seq
		}
	}
	return list, nil
}

// HiddenFor gives the entries from ≤ seq ≤ to of a room that a person hid for
// themselves, in order.
func (c *Chat) HiddenFor(ctx context.Context, room RoomID, user UserID, from, to uint64) ([]uint64, error) {
	list, err := c.log.Hides(ctx, room, user, from, to)
	if err != nil {
		return nil, fmt.Errorf("what %s hid in %s: %w", user, room, err)
	}
	return list, nil
}

// UnreadSum is how many messages a person has not read in all their rooms
// together.
func (c *Chat) UnreadSum(ctx context.Context, user UserID) (uint64, error) {
	rows, err := c.memberships(ctx, user)
	if err != nil {
		return 0, err
	}
	sum := uint64(0)
	for i := range rows {
		p, err := c.place(ctx, rows[i].room, user)
		if fault.Has(err, fault.NotAMember) || fault.Has(err, fault.RoomUnknown) {
			continue // the log is ahead of the projection
		}
		if err != nil {
			return 0, err
		}
		sum += p.member.Unread(p.head.Messages)
	}
	return sum, nil
}
