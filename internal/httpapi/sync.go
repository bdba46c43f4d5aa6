package httpapi

import (
	"maps"
	"net/http"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

func (a *API) syncRoutes() {
	register(a, operation{
		method: http.MethodPost, path: "/v1/sync", id: "sync", tag: "Messages",
		summary: "What was missed",
		description: "Names the last number kept of each room and gets everything after it, of the rooms that have something. " +
			"`more` says to go on with `after`; `reset` says that the numbers are of another life of the store.",
	}, a.sync)
}

type syncIn struct {
	Body struct {
		Epoch string             `json:"epoch" doc:"As the answer that gave the numbers had it"`
		Rooms map[wire.ID]uint64 `json:"rooms" doc:"Last number kept, by room id; at most 1,000"`
	}
}

// syncAnswer describes what [chat.SyncAnswer] writes.
type syncAnswer struct {
	Epoch string     `json:"epoch"`
	Reset bool       `json:"reset,omitempty" doc:"Forget the numbers kept and start again"`
	Rooms []syncRoom `json:"rooms"`
	New   []wire.ID  `json:"new,omitempty" doc:"Your rooms that were not named"`
	Gone  []wire.ID  `json:"gone,omitempty" doc:"Rooms that were named and that you are not in"`
}

type syncRoom struct {
	RoomID  wire.ID      `json:"room_id"`
	Entries []wire.Entry `json:"entries"`
	HeadSeq uint64       `json:"head_seq"`
	TailSeq uint64       `json:"tail_seq"`
	ReadSeq uint64       `json:"read_seq"`
	Unread  uint64       `json:"unread"`
	More    bool         `json:"more,omitempty" doc:"There is more after the last of entries"`
}

type syncBody struct {
	answer chat.SyncAnswer
}

// MarshalJSON implements json.Marshaler.
func (b syncBody) MarshalJSON() ([]byte, error) { return b.answer.AppendJSON(nil), nil }

type syncOut struct {
	Body syncBody
}

func (a *API) sync(ctx ctx, in *syncIn) (*syncOut, error) {
	if len(in.Body.Rooms) > wire.MaxSyncRooms {
		return nil, fault.Newf(fault.BadRequest, "At most %d rooms at once.", wire.MaxSyncRooms).In("rooms")
	}
	answer, err := a.Chat.Sync(ctx, actor(ctx), in.Body.Epoch, in.Body.Rooms)
	if err == nil && !answer.Reset {
		a.Notify.Has(callerOf(ctx).User, upTo(in.Body.Rooms, answer.Rooms))
	}
	return &syncOut{syncBody{answer}}, err
}

// upTo is what a device has once it has an answer to sync.
func upTo(had map[wire.ID]uint64, got []chat.SyncRoom) map[wire.ID]uint64 {
	has := maps.Clone(had)
	for i := range got {
		if n := len(got[i].Entries); n > 0 {
			has[got[i].Room] = got[i].Entries[n-1].Seq
		}
	}
	return has
}
