package httpapi

import (
	"math"
	"net/http"
	"time"

	"madang/internal/fault"
	"madang/internal/wire"
)

func (a *API) inviteRoutes() {
	register(a, operation{
		method: http.MethodPost, path: "/v1/rooms/{room_id}/invites", id: "createInvite", tag: "Invitations",
		summary:     "Make a link into a group",
		description: "Whoever has the link can enter until it expires or all links are revoked.",
		status:      http.StatusCreated,
	}, a.createInvite)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/rooms/{room_id}/invites", id: "revokeInvites", tag: "Invitations",
		summary: "Revoke all links into a group",
		status:  http.StatusNoContent,
	}, a.revokeInvites)
	register(a, operation{
		method: http.MethodGet, path: "/v1/invites/{token}", id: "getInvite", tag: "Invitations",
		summary: "What a link leads to",
	}, a.peekInvite)
	register(a, operation{
		method: http.MethodPost, path: "/v1/invites/{token}", id: "acceptInvite", tag: "Invitations",
		summary: "Enter a group by a link",
	}, a.acceptInvite)
}

type createInviteIn struct {
	RoomPath
	Body *struct {
		ExpiresIn int64 `json:"expires_in,omitempty" minimum:"0" doc:"Seconds; 7 days when not given, at most 30 days"`
	}
}

type createInviteOut struct {
	Body struct {
		Token     string    `json:"token"`
		URL       string    `json:"url" format:"uri-reference" doc:"Address of the page that opens the invitation"`
		ExpiresAt wire.Time `json:"expires_at"`
	}
}

func (a *API) createInvite(ctx ctx, in *createInviteIn) (*createInviteOut, error) {
	var expires time.Duration
	if in.Body != nil {
		if in.Body.ExpiresIn > math.MaxInt64/int64(time.Second) {
			return nil, fault.New(fault.BadRequest).In("expires_in")
		}
		expires = time.Duration(in.Body.ExpiresIn) * time.Second
	}
	invite, err := a.Chat.CreateInvite(ctx, actor(ctx), in.RoomID, expires)
	if err != nil {
		return nil, err
	}
	var out createInviteOut
	out.Body.Token, out.Body.ExpiresAt = invite.Token, invite.ExpiresAt
	out.Body.URL = origin(callerOf(ctx).request) + "/invite/" + invite.Token
	return &out, nil
}

// origin is the address under which the caller sees this server.
func origin(r *http.Request) string {
	if plainLoopback(r) {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}

func (a *API) revokeInvites(ctx ctx, in *RoomPath) (*struct{}, error) {
	return nil, a.Chat.RevokeInvites(ctx, actor(ctx), in.RoomID)
}

type inviteIn struct {
	Token string `path:"token"`
}

type inviteOut struct {
	Body struct {
		RoomID      wire.ID `json:"room_id,omitzero" doc:"When you are in the group already"`
		Title       string  `json:"title,omitempty"`
		MemberCount int     `json:"member_count"`
	}
}

func (a *API) peekInvite(ctx ctx, in *inviteIn) (*inviteOut, error) {
	i, err := a.Chat.PeekInvite(ctx, actor(ctx), in.Token)
	if err != nil {
		return nil, err
	}
	var out inviteOut
	out.Body.Title, out.Body.MemberCount = i.Title, i.MemberCount
	if i.Joined {
		out.Body.RoomID = i.Room
	}
	return &out, nil
}

func (a *API) acceptInvite(ctx ctx, in *inviteIn) (*roomOut, error) {
	room, err := a.Chat.JoinByInvite(ctx, actor(ctx), in.Token)
	return &roomOut{room}, err
}
