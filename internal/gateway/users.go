package gateway

import (
	"sync"

	"madang/internal/account"
	"madang/internal/chat"
)

// maxSessions is how many sockets a person may have open on a node. One more
// ends the oldest.
const maxSessions = 20

// users knows which sessions each person has. It is bounded by the number of
// connections.
type users struct {
	shards [64]usersShard
}

type usersShard struct {
	mu    sync.RWMutex
	first map[account.ID]*session // then along sibling, newest first
}

// shard goes by the random end of an id.
func (u *users) shard(user account.ID) *usersShard {
	return &u.shards[user[15]%uint8(len(u.shards))]
}

// add registers a session that has its actor, unless it has ended already. It
// gives the sessions that are too many.
func (u *users) add(s *session) (tooMany []*session) {
	user := s.actor.Load().User
	sh := u.shard(user)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return nil
	}
	if sh.first == nil {
		sh.first = make(map[account.ID]*session)
	}
	s.sibling = sh.first[user]
	sh.first[user] = s
	n := 0
	for o := s; o != nil; o = o.sibling {
		if n++; n > maxSessions {
			tooMany = append(tooMany, o)
		}
	}
	return tooMany
}

// remove forgets a session. It does nothing for one that is not registered.
func (u *users) remove(s *session) {
	a := s.actor.Load()
	if a == nil {
		return
	}
	sh := u.shard(a.User)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.first[a.User] == s {
		if s.sibling == nil {
			delete(sh.first, a.User)
		} else {
			sh.first[a.User] = s.sibling
		}
		s.sibling = nil
		return
	}
	for o := sh.first[a.User]; o != nil; o = o.sibling {
		if o.sibling == s {
			o.sibling, s.sibling = s.sibling, nil
			return
		}
	}
}

// append adds a person's sessions to a list.
func (u *users) append(list []*session, user account.ID) []*session {
	sh := u.shard(user)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	for s := sh.first[user]; s != nil; s = s.sibling {
		list = append(list, s)
	}
	return list
}

// openRooms knows which sessions have a room open. A session has at most one.
type openRooms struct {
	mu    sync.Mutex
	rooms map[chat.RoomID][]*session
}

// set notes the room that a session has open; zero is none. A session that has
// ended opens nothing.
func (o *openRooms) set(s *session, room chat.RoomID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		room = chat.RoomID{}
	}
	if s.open == room {
		return
	}
	if list := o.rooms[s.open]; !s.open.IsZero() {
		for i := range list {
			if list[i] == s {
				list[i] = list[len(list)-1]
				list[len(list)-1] = nil
				o.rooms[s.open] = list[:len(list)-1]
				break
			}
		}
		if len(o.rooms[s.open]) == 0 {
			delete(o.rooms, s.open)
		}
	}
	if s.open = room; room.IsZero() {
		return
	}
	if o.rooms == nil {
		o.rooms = make(map[chat.RoomID][]*session)
	}
	o.rooms[room] = append(o.rooms[room], s)
}

// any reports whether somebody has the room open.
func (o *openRooms) any(room chat.RoomID) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.rooms[room]) > 0
}

// append adds the sessions that have the room open to a list.
func (o *openRooms) append(list []*session, room chat.RoomID) []*session {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append(list, o.rooms[room]...)
}
