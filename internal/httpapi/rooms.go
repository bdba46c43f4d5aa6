package httpapi

import (
	"net/http"

	"madang/internal/chat"
	"madang/internal/wire"
)

// What several operations take from their address. huma reads embedded structs
// only when their names are exported.

// PageQuery is what lists take.
type PageQuery struct {
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" doc:"How many at most; more than the list allows is cut to that"`
}

// RoomPath names a room.
type RoomPath struct {
	RoomID wire.ID `path:"room_id"`
}

type roomOut struct {
	Body chat.Room
}

type roomsOut struct {
	Body struct {
		Rooms      []chat.Room `json:"rooms"`
		NextCursor string      `json:"next_cursor,omitempty"`
		Epoch      string      `json:"epoch" doc:"Life of the store: numbers kept from another one mean nothing"`
	}
}

func (a *API) roomRoutes() {
	register(a, operation{
		method: http.MethodPost, path: "/v1/rooms", id: "createRoom", tag: "Rooms",
		summary: "Make or find a room",
		description: "One member and no title is the direct room with them, made or found; no member is the memo room; " +
			"everything else makes a group. An `Idempotency-Key` makes asking for a group again give the same group.",
	}, a.createRoom)
	register(a, operation{
		method: http.MethodGet, path: "/v1/rooms", id: "listRooms", tag: "Rooms",
		summary:     "List your rooms",
		description: "Pinned ones first, then by last activity.",
	}, a.listRooms)
	register(a, operation{
		method: http.MethodGet, path: "/v1/rooms/{room_id}", id: "getRoom", tag: "Rooms",
		summary: "One room",
	}, a.getRoom)
	register(a, operation{
		method: http.MethodPatch, path: "/v1/rooms/{room_id}", id: "updateRoom", tag: "Rooms",
		summary: "Change a room",
		description: "The title is everybody's, and your role may not allow changing it; so is the notice, which any member may change. " +
			"Muting and pinning are yours alone.",
	}, a.updateRoom)
	register(a, operation{
		method: http.MethodPut, path: "/v1/rooms/{room_id}/read", id: "readRoom", tag: "Rooms",
		summary:     "Mark as read",
		description: "Everything up to the number is read. A lower number than before changes nothing; one above the head is cut to it.",
		status:      http.StatusNoContent,
	}, a.readRoom)
	register(a, operation{
		method: http.MethodPut, path: "/v1/rooms/{room_id}/draft", id: "draftRoom", tag: "Rooms",
		summary: "Keep what you have begun to write",
		description: "It is on all your devices, and nobody else's. A text without anything to see removes it; sending does not. " +
			"One that is older than what is kept, or than its removal, changes nothing: the answer is what is kept.",
	}, a.draftRoom)
}

type createRoomIn struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"Any text of at most 255 bytes, made anew for each room"`
	Body           struct {
		MemberIDs []wire.ID `json:"member_ids,omitempty" doc:"The others"`
		Title     string    `json:"title,omitempty" doc:"Of a group; 1 to 100 characters"`
	}
}

func (a *API) createRoom(ctx ctx, in *createRoomIn) (*roomOut, error) {
	room, err := a.Chat.Create(ctx, actor(ctx), chat.NewRoom{
		MemberIDs: in.Body.MemberIDs,
		Title:     in.Body.Title,
		Key:       in.IdempotencyKey,
	})
	return &roomOut{room}, err
}

func (a *API) listRooms(ctx ctx, in *PageQuery) (*roomsOut, error) {
	rooms, next, err := a.Chat.Rooms(ctx, actor(ctx), in.Cursor, in.Limit)
	var out roomsOut
	out.Body.Rooms, out.Body.NextCursor, out.Body.Epoch = list(rooms), next, a.Chat.Epoch()
	return &out, err
}

func (a *API) getRoom(ctx ctx, in *RoomPath) (*roomOut, error) {
	room, err := a.Chat.Room(ctx, actor(ctx), in.RoomID)
	return &roomOut{room}, err
}

type updateRoomIn struct {
	RoomPath
	Body struct {
		Title      *string    `json:"title,omitempty" doc:"Of a group; 1 to 100 characters"`
		MutedUntil *wire.Time `json:"muted_until,omitempty" doc:"No notifications until then; a time that is past ends it"`
		Mute       string     `json:"mute,omitempty" enum:"1h,8h,morning,always,off" doc:"The usual ways to set muted_until: for an hour, for eight, until the next 8 o'clock where you live, for good, not at all. Messages that mention you are notified all the same"`
		NoticeSeq  *uint64    `json:"notice_seq,omitempty" doc:"The message of this number is the notice of the room for all; 0 takes the notice down"`
		Pinned     *bool      `json:"pinned,omitempty" doc:"At the top of your list; at most 20 rooms"`
	}
}

func (a *API) updateRoom(ctx ctx, in *updateRoomIn) (*roomOut, error) {
	who := actor(ctx)
	if t := in.Body.Title; t != nil {
		if err := a.Chat.Rename(ctx, who, in.RoomID, *t); err != nil {
			return nil, err
		}
	}
	if seq := in.Body.NoticeSeq; seq != nil {
		if err := a.Chat.SetNotice(ctx, who, in.RoomID, *seq); err != nil {
			return nil, err
		}
	}
	if t := in.Body.MutedUntil; t != nil {
		if err := a.Chat.SetMute(ctx, who, in.RoomID, *t); err != nil {
			return nil, err
		}
	}
	if m := in.Body.Mute; m != "" {
		if err := a.Chat.Mute(ctx, who, in.RoomID, chat.MuteFor(m)); err != nil {
			return nil, err
		}
	}
	if p := in.Body.Pinned; p != nil {
		if err := a.Chat.SetPin(ctx, who, in.RoomID, *p); err != nil {
			return nil, err
		}
	}
	return a.getRoom(ctx, &in.RoomPath)
}

type readRoomIn struct {
	RoomPath
	Body struct {
		Seq uint64 `json:"seq" doc:"Number of the last entry that was read"`
	}
}

func (a *API) readRoom(ctx ctx, in *readRoomIn) (*struct{}, error) {
	return nil, a.Chat.Read(ctx, actor(ctx), in.RoomID, in.Body.Seq)
}

type draftRoomIn struct {
	RoomPath
	Body struct {
		Text      string    `json:"text" doc:"At most 10,000 characters"`
		ReplyTo   uint64    `json:"reply_to,omitempty" doc:"Number of the message that it answers"`
		UpdatedAt wire.Time `json:"updated_at,omitempty" doc:"When you wrote it; now, unless given"`
	}
}

type draftOut struct {
	Body struct {
		Draft *wire.Draft `json:"draft,omitempty"`
	}
}

func (a *API) draftRoom(ctx ctx, in *draftRoomIn) (*draftOut, error) {
	var out draftOut
	var err error
	out.Body.Draft, err = a.Chat.SetDraft(ctx, actor(ctx), in.RoomID, wire.Draft{
		Text: in.Body.Text, ReplyTo: in.Body.ReplyTo, UpdatedAt: in.Body.UpdatedAt,
	})
	return &out, err
}

// list makes nil an empty list, which JSON shows as [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
