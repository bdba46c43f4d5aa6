package httpapi

import (
	"net/http"

	"madang/internal/wire"
)

func (a *API) userRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/users/{user_id}", id: "getUser", tag: "People",
		summary: "Somebody's profile",
	}, a.user)
	register(a, operation{
		method: http.MethodGet, path: "/v1/users/by-handle/{handle}", id: "getUserByHandle", tag: "People",
		summary: "Find somebody by their handle",
	}, a.userByHandle)
}

// UserPath names a person.
type UserPath struct {
	UserID wire.ID `path:"user_id"`
}

type userOut struct {
	Body wire.User
}

func (a *API) user(ctx ctx, in *UserPath) (*userOut, error) {
	u, err := a.Accounts.User(ctx, in.UserID)
	return &userOut{u}, err
}

type handlePathIn struct {
	Handle string `path:"handle" doc:"In upper or lower case, with or without @"`
}

func (a *API) userByHandle(ctx ctx, in *handlePathIn) (*userOut, error) {
	u, err := a.Accounts.ByHandle(ctx, in.Handle)
	return &userOut{u}, err
}
