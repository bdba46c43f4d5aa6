package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"madang/internal/media"
	"madang/internal/wire"
)

func (a *API) mediaRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/media/{media_id}", id: "getMedia", tag: "Media",
		summary: "A file",
		description: "Whoever uploaded it may have it, whoever can read a message that shows it, and for a profile photo whoever knows " +
			"the person or shares a room with them. To everybody else there is no such file.",
	}, a.getMedia)
	register(a, operation{
		method: http.MethodPost, path: "/v1/media/links", id: "linkMedia", tag: "Media",
		summary:     "Links to many files",
		description: "At most 100 ids. Files that you may not have are left out, like those that are not there.",
	}, a.linkMedia)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/media/{media_id}", id: "deleteMedia", tag: "Media",
		summary:     "Take an upload back",
		description: "One of your own that no message and no profile shows.",
		status:      http.StatusNoContent,
	}, a.deleteMedia)
	a.describeFiles()
}

// mediaPath is the file of an operation.
type mediaPath struct {
	MediaID wire.ID `path:"media_id"`
}

// Media is a file as its readers see it.
type Media struct {
	ID          wire.ID    `json:"id"`
	Kind        media.Kind `json:"kind" enum:"photo,video,voice,file"`
	State       string     `json:"state" enum:"uploading,ready" doc:"Only what is ready can be sent and read"`
	Name        string     `json:"name" doc:"As its sender called it; may be empty"`
	Mime        string     `json:"mime,omitempty" doc:"By its content, whatever its name"`
	Size        int64      `json:"size" doc:"Bytes"`
	Received    int64      `json:"received,omitempty" doc:"Bytes of an upload that have come in"`
	Width       int        `json:"width,omitempty" doc:"Pixels"`
	Height      int        `json:"height,omitempty" doc:"Pixels"`
	DurationMs  int64      `json:"duration_ms,omitempty"`
	Blur        string     `json:"blur,omitempty" doc:"Placeholder of a photo: a BlurHash"`
	Waveform    []int      `json:"waveform,omitempty" doc:"64 values of 0 to 255"`
	Links       *MediaURLs `json:"links,omitempty"`
	LinksExpire wire.Time  `json:"links_expire_at,omitzero" doc:"Ask for new links after that; they stay the same for hours, so that browsers keep what they loaded"`
}

// MediaURLs are where the bytes of a file are. They need no sign-in, and serve
// ranges.
type MediaURLs struct {
	Original string `json:"original"`
	Large    string `json:"large,omitempty" doc:"Of photos: JPEG, at most 1280 pixels long"`
	Small    string `json:"small,omitempty" doc:"Of photos: JPEG, at most 320 pixels long"`
}

func (a *API) mediaAnswer(c ctx, f *media.File) Media {
	m := Media{
		ID: f.ID, Kind: f.Kind, State: "ready", Name: f.Name, Mime: f.Mime, Size: f.Size, Width: f.Width, Height: f.Height,
		DurationMs: f.Duration.Milliseconds(), Blur: f.Blur,
	}
	for _, v := range f.Waveform {
		m.Waveform = append(m.Waveform, int(v))
	}
	if !f.Ready() {
		m.State, m.Size, m.Received = "uploading", f.UploadSize, f.UploadAt
		return m
	}
	m.Links = &MediaURLs{}
	for _, l := range a.Files.Links(self(c), f) {
		address := a.FilesOrigin + filesPath + l.Token
		switch l.Variant {
		case media.Original:
			if f.Name != "" {
				address += "/" + url.PathEscape(strings.ReplaceAll(f.Name, "/", "_"))
			}
			m.Links.Original = address
		case media.Large:
			m.Links.Large = address
		case media.Small:
			m.Links.Small = address
		}
		m.LinksExpire = l.Expires
	}
	return m
}

type mediaOut struct{ Body Media }

func (a *API) getMedia(ctx ctx, in *mediaPath) (*mediaOut, error) {
	f, err := a.Files.Get(ctx, self(ctx), in.MediaID)
	if err != nil {
		return nil, err
	}
	return &mediaOut{a.mediaAnswer(ctx, &f)}, nil
}

type linkMediaIn struct {
	Body struct {
		IDs []wire.ID `json:"ids"`
	}
}

type linkMediaOut struct {
	Body struct {
		Media []Media `json:"media"`
	}
}

func (a *API) linkMedia(ctx ctx, in *linkMediaIn) (*linkMediaOut, error) {
	files, err := a.Files.List(ctx, self(ctx), in.Body.IDs)
	if err != nil {
		return nil, err
	}
	var out linkMediaOut
	out.Body.Media = make([]Media, len(files))
	for i := range files {
		out.Body.Media[i] = a.mediaAnswer(ctx, &files[i])
	}
	return &out, nil
}

func (a *API) deleteMedia(ctx ctx, in *mediaPath) (*struct{}, error) {
	return nil, a.Files.Abort(ctx, self(ctx), in.MediaID)
}
