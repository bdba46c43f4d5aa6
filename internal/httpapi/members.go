package httpapi

import (
	"net/http"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

func (a *API) memberRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/rooms/{room_id}/members", id: "listMembers", tag: "Rooms",
		summary: "List the members",
	}, a.listMembers)
	register(a, operation{
		method: http.MethodPost, path: "/v1/rooms/{room_id}/members", id: "addMembers", tag: "Rooms",
		summary:     "Bring people into a group",
		description: "Those who are in it already are passed over.",
	}, a.addMembers)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/rooms/{room_id}/members/{user_id}", id: "removeMember", tag: "Rooms",
		summary:     "Remove a member, or leave",
		description: "`me` in place of the id leaves a group, or clears a direct or memo room for you.",
		status:      http.StatusNoContent,
	}, a.removeMember)
	register(a, operation{
		method: http.MethodPatch, path: "/v1/rooms/{room_id}/members/{user_id}", id: "updateMember", tag: "Rooms",
		summary:     "Change a member's role",
		description: "Giving `owner` hands the group over.",
		status:      http.StatusNoContent,
	}, a.updateMember)
}

type listMembersIn struct {
	RoomPath
	PageQuery
}

type membersOut struct {
	Body struct {
		Members    []wire.Member `json:"members"`
		NextCursor string        `json:"next_cursor,omitempty"`
	}
}

func (a *API) listMembers(ctx ctx, in *listMembersIn) (*membersOut, error) {
	members, next, err := a.Chat.Members(ctx, actor(ctx), in.RoomID, in.Cursor, in.Limit)
	var out membersOut
	out.Body.Members, out.Body.NextCursor = list(members), next
	return &out, err
}

type addMembersIn struct {
	RoomPath
	Body struct {
		UserIDs []wire.ID `json:"user_ids" doc:"At most 100"`
	}
}

func (a *API) addMembers(ctx ctx, in *addMembersIn) (*roomOut, error) {
	room, err := a.Chat.Invite(ctx, actor(ctx), in.RoomID, in.Body.UserIDs)
	return &roomOut{room}, err
}

// MemberPath names a member.
type MemberPath struct {
	RoomPath
	UserID string `path:"user_id" doc:"Id of the member, or me"`
}

// user is the member whom the address names.
func (in *MemberPath) user(me chat.UserID) (chat.UserID, error) {
	if in.UserID == "me" {
		return me, nil
	}
	id, err := wire.ParseID(in.UserID)
	if err != nil {
		return id, fault.New(fault.UserUnknown).Because(err)
	}
	return id, nil
}

func (a *API) removeMember(ctx ctx, in *MemberPath) (*struct{}, error) {
	who := actor(ctx)
	user, err := in.user(who.User)
	if err != nil {
		return nil, err
	}
	if user == who.User {
		return nil, a.Chat.Leave(ctx, who, in.RoomID)
	}
	return nil, a.Chat.Remove(ctx, who, in.RoomID, user)
}

type updateMemberIn struct {
	MemberPath
	Body struct {
		Role wire.Role `json:"role"`
	}
}

func (a *API) updateMember(ctx ctx, in *updateMemberIn) (*struct{}, error) {
	who := actor(ctx)
	user, err := in.user(who.User)
	if err != nil {
		return nil, err
	}
	return nil, a.Chat.SetRole(ctx, who, in.RoomID, user, in.Body.Role)
}
