package httpapi

import (
	"net/http"

	"madang/internal/account"
	"madang/internal/wire"
)

func (a *API) friendRoutes() {
	register(a, operation{
		method: http.MethodPost, path: "/v1/contacts", id: "addContacts", tag: "People",
		summary: "Find friends by the phone book",
		description: "Whoever has one of the numbers becomes your friend. Numbers that nobody has are not kept. An account looks up at most " +
			"5,000 new numbers at first and 200 more a day; beyond that the numbers at the front are looked up, and the answer is `contacts_budget`.",
		maxBody: wire.MaxContactsBytes,
	}, a.addContacts)
	register(a, operation{
		method: http.MethodGet, path: "/v1/friends", id: "listFriends", tag: "People",
		summary:     "Your friend list",
		description: "Sorted by name as your language does.",
	}, a.listFriends)
	register(a, operation{
		method: http.MethodPut, path: "/v1/friends/{user_id}", id: "addFriend", tag: "People",
		summary:     "Add a friend",
		description: "They are not told. Whoever was blocked is unblocked.",
	}, a.addFriend)
	register(a, operation{
		method: http.MethodPatch, path: "/v1/friends/{user_id}", id: "updateFriend", tag: "People",
		summary:     "Mark a friend",
		description: "What is left out stays as it is. Anybody can be blocked, friend or not.",
	}, a.markFriend)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/friends/{user_id}", id: "removeFriend", tag: "People",
		summary: "Remove a friend",
		status:  http.StatusNoContent,
	}, a.removeFriend)
	register(a, operation{
		method: http.MethodGet, path: "/v1/recommendations", id: "listRecommendations", tag: "People",
		summary: "People who have your number",
	}, a.recommendations)
	register(a, operation{
		method: http.MethodGet, path: "/v1/blocks", id: "listBlocks", tag: "People",
		summary: "Whom you have blocked",
	}, a.blocks)
	register(a, operation{
		method: http.MethodPut, path: "/v1/blocks/{user_id}", id: "block", tag: "People",
		summary:     "Block somebody",
		description: "They are not told and see no difference; what they write in a direct room reaches you without content.",
		status:      http.StatusNoContent,
	}, a.block)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/blocks/{user_id}", id: "unblock", tag: "People",
		summary: "Unblock somebody",
		status:  http.StatusNoContent,
	}, a.unblock)
}

type friendsOut struct {
	Body struct {
		Friends    []wire.Friend `json:"friends"`
		NextCursor string        `json:"next_cursor,omitempty"`
	}
}

func friendsAnswer(friends []wire.Friend, next string, err error) (*friendsOut, error) {
	var out friendsOut
	out.Body.Friends, out.Body.NextCursor = list(friends), next
	return &out, err
}

type contactsIn struct {
	Body struct {
		Phones []string `json:"phones" doc:"At most 10,000; E.164, or as they are dialled in your country"`
	}
}

func (a *API) addContacts(ctx ctx, in *contactsIn) (*friendsOut, error) {
	found, err := a.Accounts.Contacts(ctx, self(ctx), in.Body.Phones)
	return friendsAnswer(found.Friends, "", err)
}

type listFriendsIn struct {
	Cursor string `query:"cursor" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" doc:"1 to 1,000; 200 when not given"`
	Only   string `query:"only" enum:"hidden,blocked" doc:"Those who are hidden or blocked, instead of all others"`
}

func (a *API) listFriends(ctx ctx, in *listFriendsIn) (*friendsOut, error) {
	page, err := a.Accounts.Friends(ctx, self(ctx), account.FriendQuery{
		Cursor: in.Cursor, Limit: in.Limit, Hidden: in.Only == "hidden", Blocked: in.Only == "blocked",
	})
	return friendsAnswer(page.Friends, page.Next, err)
}

type friendOut struct {
	Body wire.Friend
}

func (a *API) addFriend(ctx ctx, in *UserPath) (*friendOut, error) {
	f, err := a.Accounts.AddFriend(ctx, self(ctx), in.UserID)
	return &friendOut{f}, err
}

type markFriendIn struct {
	UserPath
	Body struct {
		Favourite *bool   `json:"favourite,omitempty"`
		Hidden    *bool   `json:"hidden,omitempty" doc:"Not shown in the list"`
		Blocked   *bool   `json:"blocked,omitempty"`
		Nickname  *string `json:"nickname,omitempty" doc:"What you alone see in place of the name; at most 40 characters, empty removes it"`
	}
}

func (a *API) markFriend(ctx ctx, in *markFriendIn) (*friendOut, error) {
	b := &in.Body
	f, err := a.Accounts.MarkFriend(ctx, self(ctx), in.UserID, account.Marks{
		Favourite: b.Favourite, Hidden: b.Hidden, Blocked: b.Blocked, Nickname: b.Nickname,
	})
	return &friendOut{f}, err
}

func (a *API) removeFriend(ctx ctx, in *UserPath) (*struct{}, error) {
	return nil, a.Accounts.RemoveFriend(ctx, self(ctx), in.UserID)
}

type recommendationsIn struct {
	Limit int `query:"limit" doc:"1 to 100; 50 when not given"`
}

type usersOut struct {
	Body struct {
		Users []wire.User `json:"users"`
	}
}

func usersAnswer(users []wire.User, err error) (*usersOut, error) {
	var out usersOut
	out.Body.Users = list(users)
	return &out, err
}

// recommended is how many people are recommended when no limit is given.
const recommended = 50

func (a *API) recommendations(ctx ctx, in *recommendationsIn) (*usersOut, error) {
	limit := in.Limit
	if limit == 0 {
		limit = recommended
	}
	return usersAnswer(a.Accounts.Recommended(ctx, self(ctx), limit))
}

func (a *API) blocks(ctx ctx, _ *struct{}) (*usersOut, error) {
	return usersAnswer(a.Accounts.BlockedPeople(ctx, self(ctx)))
}

func (a *API) block(ctx ctx, in *UserPath) (*struct{}, error) { return a.setBlock(ctx, in, true) }

func (a *API) unblock(ctx ctx, in *UserPath) (*struct{}, error) { return a.setBlock(ctx, in, false) }

func (a *API) setBlock(ctx ctx, in *UserPath, blocked bool) (*struct{}, error) {
	_, err := a.Accounts.MarkFriend(ctx, self(ctx), in.UserID, account.Marks{Blocked: &blocked})
	return nil, err
}
