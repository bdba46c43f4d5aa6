package httpapi

import (
	"encoding/json"
	"net/http"
	"time"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/search"
	"madang/internal/wire"
)

func (a *API) searchRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/search/messages", id: "searchMessages", tag: "Search",
		summary: "Find messages",
		description: "Newest first, in one room or all of yours. All words of `q` are found, anywhere in a word; upper and lower case, width and " +
			"the two kana are the same; Hangul is found by initial consonants (ㅎㅇ finds 회의) and when it was typed with a Latin keyboard (ghldml). " +
			"Several words in a row stand in double quotes. An answer comes after some 90 ms at the latest with what was found so far, " +
			"which may be nothing: `next_cursor` goes on.",
	}, a.searchMessages)
	register(a, operation{
		method: http.MethodGet, path: "/v1/search/people", id: "searchPeople", tag: "Search",
		summary:     "Find people",
		description: "Friends by the name that you see and by handle; anybody else by their whole handle. At most 50.",
	}, a.searchPeople)
	register(a, operation{
		method: http.MethodGet, path: "/v1/search/rooms", id: "searchRooms", tag: "Search",
		summary:     "Find rooms",
		description: "Rooms of yours by title and by the names of their first 20 members. At most 50.",
	}, a.searchRooms)
}

type searchMessagesIn struct {
	Q        string      `query:"q" doc:"Up to 10 words; may be empty when something else is given"`
	RoomID   wire.ID     `query:"room_id"`
	SenderID wire.ID     `query:"sender_id"`
	Since    string      `query:"since" doc:"RFC 3339; not older"`
	Until    string      `query:"until" doc:"RFC 3339; not newer"`
	Kind     search.Kind `query:"kind" doc:"photo, video, media (both), voice, file, link, contact, place, card or text"`
	Limit    int         `query:"limit" doc:"1 to 100; 30 when not given"`
	Cursor   string      `query:"cursor"`
}

// foundPage describes what a search answers.
type foundPage struct {
	Messages   []foundMessage `json:"messages"`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Goes on where this answer stopped; absent when everything was looked at"`
	Reached    wire.Time      `json:"reached_at,omitzero" doc:"How far back was looked"`
}

type foundMessage struct {
	RoomID wire.ID    `json:"room_id"`
	Entry  wire.Entry `json:"entry"`
}

type foundOut struct {
	Body foundBody
}

// foundBody writes a page whose entries are encoded already.
type foundBody struct{ page search.Page }

// MarshalJSON implements json.Marshaler.
func (b foundBody) MarshalJSON() ([]byte, error) {
	type message struct {
		RoomID wire.ID    `json:"room_id"`
		Entry  chat.Entry `json:"entry"`
	}
	out := struct {
		Messages   []message `json:"messages"`
		NextCursor string    `json:"next_cursor,omitempty"`
		Reached    wire.Time `json:"reached_at,omitzero"`
	}{make([]message, len(b.page.Found)), b.page.Next, b.page.Reached}
	for i, f := range b.page.Found {
		out.Messages[i] = message{f.Room, f.Entry}
	}
	return json.Marshal(out)
}

func (a *API) searchMessages(ctx ctx, in *searchMessagesIn) (*foundOut, error) {
	m := search.Messages{
		Text: in.Q, Room: in.RoomID, Sender: in.SenderID, Kind: in.Kind, Limit: in.Limit, Cursor: in.Cursor,
	}
	var err error
	if m.Since, err = timeOf(in.Since, "since"); err != nil {
		return nil, err
	}
	if m.Until, err = timeOf(in.Until, "until"); err != nil {
		return nil, err
	}
	page, err := a.Search.Messages(ctx, actor(ctx), m)
	return &foundOut{foundBody{page}}, err
}

func timeOf(text, field string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault.Newf(fault.SearchInvalid, "A time is written as in 2026-11-27T09:00:00Z.").In(field)
	}
	return t, nil
}

type searchNamesIn struct {
	Q string `query:"q" required:"true" doc:"Up to 10 words"`
}

type foundPeopleOut struct {
	Body struct {
		People []wire.Friend `json:"people"`
	}
}

func (a *API) searchPeople(ctx ctx, in *searchNamesIn) (*foundPeopleOut, error) {
	var out foundPeopleOut
	var err error
	out.Body.People, err = a.Search.People(ctx, actor(ctx), in.Q)
	return &out, err
}

type foundRoomsOut struct {
	Body struct {
		Rooms []chat.Room `json:"rooms"`
	}
}

func (a *API) searchRooms(ctx ctx, in *searchNamesIn) (*foundRoomsOut, error) {
	var out foundRoomsOut
	var err error
	out.Body.Rooms, err = a.Search.Rooms(ctx, actor(ctx), in.Q)
	return &out, err
}
