package httpapi

import "net/http"

func (a *API) previewRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/rooms/{room_id}/messages/{seq}/preview", id: "getPreview", tag: "Messages",
		summary: "What a message links to",
		description: "Of the first web address in its text. The server looks at the page, within five seconds, and keeps what it finds for a day; " +
			"`preview_none` says that there is nothing to show, or that the operator turned this off.",
	}, a.getPreview)
}

type previewOut struct {
	Body linkPreview
}

type linkPreview struct {
	URL         string          `json:"url" doc:"Where the address leads"`
	Site        string          `json:"site" doc:"Name of the site, or its host"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Picture     *previewPicture `json:"picture,omitempty" doc:"Absent when there is none"`
}

type previewPicture struct {
	JPEG   []byte `json:"jpeg" doc:"The picture itself, base64"`
	Width  int    `json:"width" doc:"Pixels, at most 320"`
	Height int    `json:"height" doc:"Pixels, at most 320"`
}

func (a *API) getPreview(ctx ctx, in *MessagePath) (*previewOut, error) {
	p, err := a.Previews.Of(ctx, actor(ctx), in.RoomID, in.Seq)
	if err != nil {
		return nil, err
	}
	out := &previewOut{linkPreview{URL: p.URL, Site: p.Site, Title: p.Title, Description: p.Description}}
	if p.Picture != nil {
		out.Body.Picture = &previewPicture{p.Picture, p.Width, p.Height}
	}
	return out, nil
}
