package httpapi

import (
	"net/http"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

func (a *API) messageRoutes() {
	const base = "/v1/rooms/{room_id}/messages"
	register(a, operation{
		method: http.MethodGet, path: base, id: "listMessages", tag: "Messages",
		summary: "A page of entries",
		description: "Oldest first. `before` gives the newest below the number, `after` the oldest above it, neither the newest of all. " +
			"Edits, deletions and reactions are entries of their own, and their target already shows its present state.",
	}, a.listMessages)
	register(a, operation{
		method: http.MethodPost, path: base, id: "sendMessage", tag: "Messages",
		summary: "Send a message",
		description: "The answer comes when the message is on disk. Sending the same `client_id` again gives the same number again, " +
			"whatever happened in between; with another content it is refused.",
		status: http.StatusCreated,
	}, a.sendMessage)
	register(a, operation{
		method: http.MethodPatch, path: base + "/{seq}", id: "editMessage", tag: "Messages",
		summary:     "Edit a text",
		description: "For 15 minutes, by its sender.",
	}, a.editMessage)
	register(a, operation{
		method: http.MethodDelete, path: base + "/{seq}", id: "deleteMessage", tag: "Messages",
		summary:     "Delete a message",
		description: "`for=all` deletes your own message for everybody, and as owner or admin of a group anybody's; `for=me` takes any message out of your own sight.",
	}, a.deleteMessage)
	register(a, operation{
		method: http.MethodPut, path: base + "/{seq}/reactions/{emoji}", id: "addReaction", tag: "Messages",
		summary: "React to a message",
	}, a.addReaction)
	register(a, operation{
		method: http.MethodDelete, path: base + "/{seq}/reactions/{emoji}", id: "removeReaction", tag: "Messages",
		summary: "Take a reaction back",
	}, a.removeReaction)
	register(a, operation{
		method: http.MethodPost, path: base + "/{seq}/forward", id: "forwardMessage", tag: "Messages",
		summary: "Forward a message",
		status:  http.StatusCreated,
	}, a.forwardMessage)
}

type listMessagesIn struct {
	RoomPath
	Before uint64 `query:"before" doc:"Entries below this number"`
	After  uint64 `query:"after" doc:"Entries above this number; 0 is the beginning"`
	Limit  int    `query:"limit" doc:"1 to 200; 50 when not given"`
}

// entriesPage describes what [chat.Messages] writes.
type entriesPage struct {
	Entries []wire.Entry `json:"entries"`
	HeadSeq uint64       `json:"head_seq" doc:"Number of the room's last entry"`
	TailSeq uint64       `json:"tail_seq" doc:"First number that you can still see"`
	Epoch   string       `json:"epoch" doc:"Life of the store: numbers kept from another one mean nothing"`
}

type messagesOut struct {
	Body messagesBody
}

func (a *API) listMessages(ctx ctx, in *listMessagesIn) (*messagesOut, error) {
	p := chat.Page{Before: in.Before, After: in.After, Limit: in.Limit}
	// huma does not tell a 0 from nothing.
	p.FromStart = callerOf(ctx).request.URL.Query().Has("after")
	m, err := a.Chat.Messages(ctx, actor(ctx), in.RoomID, p)
	if n := len(m.Entries); err == nil && n > 0 {
		a.Notify.Has(callerOf(ctx).User, map[wire.ID]uint64{in.RoomID: m.Entries[n-1].Seq})
	}
	return &messagesOut{messagesBody{m, a.Chat.Epoch()}}, err
}

// messagesBody writes a page whose entries are encoded already.
type messagesBody struct {
	page  chat.Messages
	epoch string
}

// MarshalJSON implements json.Marshaler.
func (b messagesBody) MarshalJSON() ([]byte, error) {
	out := b.page.AppendJSON(nil)
	out = append(out[:len(out)-1], `,"epoch":`...)
	return append(wire.AppendString(out, b.epoch), '}'), nil
}

type sendMessageIn struct {
	RoomPath
	Body sendMessageBody
}

type sendMessageBody struct {
	ClientID string `json:"client_id" doc:"A UUID that the sender makes anew for each message"`
	wire.Content
}

// sent is what became of a message.
type sent struct {
	RoomID    wire.ID   `json:"room_id,omitzero" doc:"Where it went, of forwarded messages"`
	Seq       uint64    `json:"seq" doc:"Its number in the room"`
	ID        string    `json:"id" doc:"room_id.seq"`
	CreatedAt wire.Time `json:"created_at"`
}

type sentOut struct {
	Body sent
}

func (a *API) sendMessage(ctx ctx, in *sendMessageIn) (*sentOut, error) {
	client, err := clientID(in.Body.ClientID)
	if err != nil {
		return nil, err
	}
	s, err := a.Chat.Send(ctx, actor(ctx), chat.Send{Room: in.RoomID, ClientID: client, Content: in.Body.Content})
	if err != nil {
		return nil, err
	}
	return &sentOut{sent{Seq: s.Seq, ID: s.ID(), CreatedAt: s.At}}, nil
}

func clientID(s string) (wire.ID, error) {
	id, err := wire.ParseID(s)
	if err != nil || id.IsZero() {
		return id, fault.New(fault.ClientIDInvalid).In("client_id")
	}
	return id, nil
}

// MessagePath names a message.
type MessagePath struct {
	RoomPath
	Seq uint64 `path:"seq" doc:"Number of the message"`
}

// seqOut is the number of the entry that tells the change.
type seqOut struct {
	Body struct {
		Seq uint64 `json:"seq,omitempty" doc:"Number of the entry that tells the change; missing when nobody else learns of it"`
	}
}

func seqAnswer(seq uint64, err error) (*seqOut, error) {
	var out seqOut
	out.Body.Seq = seq
	return &out, err
}

type editMessageIn struct {
	MessagePath
	Body struct {
		Text     string         `json:"text"`
		Mentions []wire.Mention `json:"mentions,omitempty"`
	}
}

func (a *API) editMessage(ctx ctx, in *editMessageIn) (*seqOut, error) {
	return seqAnswer(a.Chat.Edit(ctx, actor(ctx), in.RoomID, in.Seq, in.Body.Text, in.Body.Mentions))
}

type deleteMessageIn struct {
	MessagePath
	For string `query:"for" enum:"all,me" required:"true"`
}

func (a *API) deleteMessage(ctx ctx, in *deleteMessageIn) (*seqOut, error) {
	return seqAnswer(a.Chat.Delete(ctx, actor(ctx), in.RoomID, in.Seq, in.For == "all"))
}

type reactionIn struct {
	MessagePath
	Emoji string `path:"emoji" doc:"One emoji, percent-encoded"`
}

func (a *API) addReaction(ctx ctx, in *reactionIn) (*seqOut, error) {
	return seqAnswer(a.Chat.React(ctx, actor(ctx), in.RoomID, in.Seq, in.Emoji, false))
}

func (a *API) removeReaction(ctx ctx, in *reactionIn) (*seqOut, error) {
	return seqAnswer(a.Chat.React(ctx, actor(ctx), in.RoomID, in.Seq, in.Emoji, true))
}

type forwardMessageIn struct {
	MessagePath
	Body struct {
		ToRoomIDs []wire.ID `json:"to_room_ids" doc:"At most 10"`
		ClientIDs []string  `json:"client_ids" doc:"A new UUID for each room"`
	}
}

type forwardMessageOut struct {
	Body struct {
		Sent []sent `json:"sent" doc:"In the order of to_room_ids"`
	}
}

func (a *API) forwardMessage(ctx ctx, in *forwardMessageIn) (*forwardMessageOut, error) {
	if len(in.Body.ToRoomIDs) != len(in.Body.ClientIDs) {
		return nil, fault.Newf(fault.ClientIDInvalid, "client_ids must hold one id for each room.").In("client_ids")
	}
	targets := make([]chat.Target, len(in.Body.ToRoomIDs))
	for i, room := range in.Body.ToRoomIDs {
		client, err := clientID(in.Body.ClientIDs[i])
		if err != nil {
			return nil, err
		}
		targets[i] = chat.Target{Room: room, ClientID: client}
	}
	all, err := a.Chat.Forward(ctx, actor(ctx), in.RoomID, in.Seq, targets)
	if err != nil {
		return nil, err
	}
	var out forwardMessageOut
	out.Body.Sent = make([]sent, len(all))
	for i, s := range all {
		out.Body.Sent[i] = sent{RoomID: s.Room, Seq: s.Seq, ID: s.ID(), CreatedAt: s.At}
	}
	return &out, nil
}
