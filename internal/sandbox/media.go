package sandbox

import (
	"net/http"

	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/wire"
)

// media makes a test file that its owner can send: {"owner_id", "kind"} →
// {"id"}.
func (s *sandbox) media(w http.ResponseWriter, r *http.Request) {
	var in struct {
		OwnerID wire.ID    `json:"owner_id"`
		Kind    media.Kind `json:"kind"`
	}
	err := read(w, r, &in)
	var id wire.ID
	if err == nil {
		id, err = s.makeMedia(r.Context(), in.OwnerID, in.Kind)
	}
	answer(w, r, http.StatusOK, map[string]any{"id": id}, err)
}

func (s *sandbox) makeMedia(c ctx, owner wire.ID, kind media.Kind) (wire.ID, error) {
	if !kind.Known() {
		return wire.ID{}, fault.Newf(fault.BadRequest, "kind is photo, video, voice or file.").In("kind")
	}
	return s.Files.MakeSample(c, owner, kind)
}
