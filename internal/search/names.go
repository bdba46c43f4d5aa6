package search

import (
	"context"
	"strings"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// maxNames is how many people or rooms are found at once.
const maxNames = 50

// People finds friends by the name that the actor sees, and by handle whoever has
// exactly that one. Friends come first, in the order of the friend list.
func (s *Search) People(ctx context.Context, a chat.Actor, text string) ([]wire.Friend, error) {
	q, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if q.Empty() {
		return nil, fault.Newf(fault.SearchInvalid, "Say who is looked for.").In("q")
	}
	found := []wire.Friend{}
	for page := (account.FriendQuery{Limit: 1000}); ; {
		list, err := s.people.Friends(ctx, a.User, page)
		if err != nil {
			return nil, err
		}
		for _, f := range list.Friends {
			if len(found) < maxNames && q.In([]byte(f.Nickname+"\n"+f.Name+"\n"+f.Handle)) {
				found = append(found, f)
			}
		}
		if page.Cursor = list.Next; page.Cursor == "" || len(found) == maxNames {
			break
		}
	}
	other, err := s.people.ByHandle(ctx, strings.TrimSpace(text))
	switch {
	case fault.Has(err, fault.UserUnknown) || fault.Has(err, fault.HandleInvalid):
		return found, nil
	case err != nil:
		return nil, err
	}
	for i := range found {
		if found[i].ID == other.ID {
			return found, nil
		}
	}
	f, err := s.people.Friend(ctx, a.User, other.ID)
	if err != nil {
		return nil, err
	}
	return append(found, f), nil
}

// Rooms finds rooms of the actor by title and by the names of members that the
// room shows, in the order of the room list.
func (s *Search) Rooms(ctx context.Context, a chat.Actor, text string) ([]chat.Room, error) {
	q, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if q.Empty() {
		return nil, fault.Newf(fault.SearchInvalid, "Say which room is looked for.").In("q")
	}
	found := []chat.Room{}
	for cursor := ""; ; {
		rooms, next, err := s.chat.Rooms(ctx, a, cursor, 200)
		if err != nil {
			return nil, err
		}
		for i := range rooms {
			if len(found) < maxNames && q.In([]byte(roomWords(&rooms[i], a.User))) {
				found = append(found, rooms[i])
			}
		}
		if cursor = next; cursor == "" || len(found) == maxNames {
			return found, nil
		}
	}
}

func roomWords(r *chat.Room, me chat.UserID) string {
	var b strings.Builder
	b.WriteString(r.Title)
	for i := range r.Members {
		if m := &r.Members[i]; m.UserID != me {
			b.WriteString("\n" + m.Name)
		}
	}
	return b.String()
}
