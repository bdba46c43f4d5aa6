package chat

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"madang/internal/chat/roomlog"
	"madang/internal/db"
	"madang/internal/fault"
	"madang/internal/wire"
)

var (
	speakerOf  = db.SQL(`SELECT user_id FROM import_speaker WHERE shard = $1 AND room_id = $2 AND hash = $3`)
	addSpeaker = db.SQL(`INSERT INTO import_speaker (shard, room_id, hash, user_id) VALUES ($1, $2, $3, $4)`)
)

// ImportInto says whose conversation is brought in, and which.
type ImportInto struct {
	Owner UserID
	// Key names the conversation among all that the owner brings in: importing
	// under the same key again goes on with the same group.
	Key string
	// Title of the group.
	Title string
}

// Imported is one item of a conversation from elsewhere: a message or a notice.
type Imported struct {
	// Key tells the item from all others of its conversation. An item whose key
	// is there already is not brought in again.
	Key [16]byte
	At  time.Time
	// Speaker is who said or did it, by the name written there. Empty is
	// nobody, which only notices can be by. Own says that it was the owner.
	Speaker string
	Own     bool
	// Content is the message. Files of which only the mention is left have no
	// media id.
	Content *wire.Content
	// Deleted is a message of which nothing is left.
	Deleted bool
	// Event is that of a notice: wire.EventJoined, EventLeft, EventInvited,
	// EventRemoved, with the names of those it was about, or EventText.
	Event    wire.Event
	Subjects []string
	Text     string // of EventText
}

// Import is a conversation on its way into a group. Until [Import.Finish] the
// group is hidden, also from its owner. A run that broke off is taken up by
// beginning anew under the same key. It is used by one goroutine.
type Import struct {
	chat     *Chat
	owner    Actor
	room     RoomID
	speakers map[string]UserID
}

// BeginImport makes the hidden group for a conversation, or finds the group
// that it went into before.
func (c *Chat) BeginImport(ctx context.Context, in ImportInto) (*Import, error) {
	if !wire.IsTitle(in.Title) {
		return nil, fault.New(fault.TitleInvalid).In("title")
	}
	if err := c.living(ctx, []UserID{in.Owner}, "owner"); err != nil {
		return nil, err
	}
	im := &Import{
		chat: c, owner: Actor{User: in.Owner, Exempt: true},
		room:     derivedID("import", in.Owner[:], []byte(in.Key)),
		speakers: make(map[string]UserID),
	}
	op := &roomlog.Op{Room: im.room}
	err := c.change(ctx, im.owner, op, func(tx *roomlog.Tx, ch *change) error {
		if tx.Exists() {
			if me, _ := tx.Member(in.Owner); !me.Present {
				return fault.New(fault.NotAMember) // they have left it since
			}
			return nil
		}
		m := meta{kind: group, staged: true, imported: true, creator: in.Owner, createdAt: tx.Now(), title: in.Title}
		tx.Create(m.encode())
		tx.Join(in.Owner, roleOwner, false)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("begin import: %w", err)
	}
	return im, nil
}

// Room is the group.
func (im *Import) Room() RoomID { return im.room }

// importWindow is how many items are in the lane at once.
const importWindow = 500

// Add brings items in, in their order, and gives how many of them were new. It
// returns when all are on disk. After an error some of them may be; adding them
// again does no harm.
func (im *Import) Add(ctx context.Context, items []Imported) (added int, err error) {
	for len(items) > 0 && err == nil {
		n := min(len(items), importWindow)
		var some int
		some, err = im.addSome(ctx, items[:n])
		added, items = added+some, items[n:]
	}
	return added, err
}

func (im *Import) addSome(ctx context.Context, items []Imported) (int, error) {
	ops := make([]*roomlog.Op, len(items))
	for i := range items {
		op, err := im.op(ctx, &items[i])
		if err != nil {
			return 0, err
		}
		ops[i] = op
	}
	if err := im.seat(ctx); err != nil {
		return 0, err
	}
	var mu sync.Mutex
	var failed error
	added := 0
	var wg sync.WaitGroup
	wg.Add(len(ops))
	for _, op := range ops {
		op.Done = func(r roomlog.Result, err error) {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case fault.Has(err, fault.ClientIDReused):
				// The item is there, told in other words: by another client.
			case err != nil:
				failed = errors.Join(failed, err)
			case !r.Duplicate:
				added++
			}
		}
		im.chat.log.Do(op)
	}
	wg.Wait()
	return added, failed
}

// op is the change that brings one item in. The item's key is the idempotency
// key of its entry.
func (im *Import) op(ctx context.Context, it *Imported) (*roomlog.Op, error) {
	e := roomlog.Entry{Kind: roomlog.Message}
	var sender UserID
	var err error
	switch {
	case it.Own:
		sender = im.owner.User
	case it.Speaker != "":
		if sender, err = im.speaker(ctx, it.Speaker); err != nil {
			return nil, err
		}
	}
	switch {
	case it.Deleted:
		e.Body = (&body{deleted: true}).encode(nil)
	case it.Content != nil:
		e.Body = (&body{content: it.Content.AppendJSON(nil)}).encode(nil)
	default:
		n := wire.Notice{Event: it.Event, Text: it.Text}
		for _, name := range it.Subjects {
			u, err := im.speaker(ctx, name)
			if err != nil {
				return nil, err
			}
			n.UserIDs = append(n.UserIDs, u)
		}
		e.Kind, e.Body = roomlog.Notice, noticeBody(&n)
	}
	if e.Kind == roomlog.Message && sender.IsZero() {
		return nil, fault.Newf(fault.BadRequest, "A message is said by somebody.").In("speaker")
	}
	at := it.At.UnixMilli()
	return &roomlog.Op{
		Room: im.room, Sender: sender, ClientID: derivedID("import item", im.room[:], it.Key[:]), Hash: xxhash.Sum64(e.Body),
		Apply: func(tx *roomlog.Tx) error {
			if !tx.Exists() {
				return fault.New(fault.RoomUnknown)
			}
			tx.AppendAt(e, sender, at)
			return nil
		},
	}, nil
}

// speaker gives who stands for a speaker, made when the name is new.
func (im *Import) speaker(ctx context.Context, name string) (UserID, error) {
	if u, ok := im.speakers[name]; ok {
		return u, nil
	}
	c, shard, hash := im.chat, db.ShardOf(im.room), sha256.Sum256([]byte(name))
	var user UserID
	err := c.db.Tx(ctx, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, speakerOf, shard, im.room, hash[:]).Scan(&user)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if user, err = c.accounts.AddPlaceholder(ctx, tx, name); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, addSpeaker, shard, im.room, hash[:], user)
		return err
	})
	if err != nil {
		return user, fmt.Errorf("make a placeholder for %q: %w", name, err)
	}
	im.speakers[name] = user
	return user, nil
}

// seat gives all speakers so far a row in the room.
func (im *Import) seat(ctx context.Context) error {
	users := make([]UserID, 0, len(im.speakers))
	for _, u := range im.speakers {
		users = append(users, u)
	}
	op := &roomlog.Op{Room: im.room, Users: users}
	return im.chat.change(ctx, im.owner, op, func(tx *roomlog.Tx, _ *change) error {
		for _, u := range users {
			if m, ok := tx.Member(u); !ok || m.Role != rolePlaceholder {
				tx.SetRole(u, rolePlaceholder)
			}
		}
		return nil
	})
}

// Finish shows the group to its owner, with everything in it read.
func (im *Import) Finish(ctx context.Context) (Room, error) {
	c, owner := im.chat, im.owner.User
	op := &roomlog.Op{Room: im.room}
	err := c.change(ctx, im.owner, op, func(tx *roomlog.Tx, ch *change) error {
		h := tx.Head()
		if me, ok := tx.Member(owner); !ok || !me.Present {
			return fault.New(fault.NotAMember)
		}
		m, err := metaOf(im.room, &h)
		if err != nil {
			return err
		}
		if m.staged {
			m.staged = false
			tx.SetMeta(m.encode())
			tx.SetListed(owner, true)
			ch.notice(tx, wire.Notice{Event: wire.EventImported})
		}
		tx.Read(owner, roomlog.Mark{Seq: tx.Head().Seq})
		ch.touched = append(ch.touched, owner)
		ch.people = append(ch.people, peopleNews{users: []UserID{owner}})
		return nil
	})
	if err != nil {
		return Room{}, fmt.Errorf("finish import: %w", err)
	}
	return c.Room(ctx, im.owner, im.room)
}
