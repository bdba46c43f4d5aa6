package httpapi

import (
	"net/http"

	"madang/internal/fault"
)

func (a *API) healthRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/livez", id: "live", tag: "Server", public: true,
		summary: "Is the process alive?",
	}, a.live)
	register(a, operation{
		method: http.MethodGet, path: "/readyz", id: "ready", tag: "Server", public: true,
		summary:     "Can the server serve?",
		description: "503 while its stores do not answer, or when the log has stopped.",
	}, a.ready)
}

type healthOut struct {
	Body struct {
		Status string `json:"status" enum:"ok"`
	}
}

func healthy() *healthOut {
	var out healthOut
	out.Body.Status = "ok"
	return &out
}

func (a *API) live(ctx, *struct{}) (*healthOut, error) { return healthy(), nil }

func (a *API) ready(c ctx, _ *struct{}) (*healthOut, error) {
	if err := a.Ready(c); err != nil {
		if f := fault.From(err); f.Code.Kind() == fault.Unavailable {
			return nil, f
		}
		return nil, fault.New(fault.Overloaded).Because(err)
	}
	return healthy(), nil
}
