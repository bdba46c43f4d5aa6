package sandbox

import (
	"net/http"

	"madang/internal/chat"
	"madang/internal/fault"
	"madang/internal/wire"
)

// media makes a test file that its owner can send: {"owner_id", "kind"} →
// {"id"}.
func (s *sandbox) media(w http.ResponseWriter, r *http.Request) {
	var in struct {
		OwnerID wire.ID        `json:"owner_id"`
		Kind    chat.MediaKind `json:"kind"`
	}
	err := read(w, r, &in)
	var id wire.ID
	if err == nil {
		id, err = s.makeMedia(r.Context(), in.OwnerID, in.Kind)
	}
	answer(w, r, http.StatusOK, map[string]any{"id": id}, err)
}

func (s *sandbox) makeMedia(c ctx, owner wire.ID, kind chat.MediaKind) (wire.ID, error) {
	switch kind {
	case chat.MediaPhoto, chat.MediaVideo, chat.MediaVoice, chat.MediaFile:
		return s.Chat.MakeTestMedia(c, owner, kind)
	}
	return wire.ID{}, fault.Newf(fault.BadRequest, "kind is photo, video, voice or file.").In("kind")
}
