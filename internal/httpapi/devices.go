package httpapi

import (
	"net/http"

	"madang/internal/account"
	"madang/internal/wire"
)

func (a *API) deviceRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/devices", id: "listDevices", tag: "Devices",
		summary:     "List your devices",
		description: "The one that was seen last first. When one was seen is known to five minutes.",
	}, a.devices)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/devices/{device_id}", id: "revokeDevice", tag: "Devices",
		summary:     "Sign a device out",
		description: "Its token is refused and its sockets close at once.",
		status:      http.StatusNoContent,
	}, a.revokeDevice)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/devices", id: "revokeOtherDevices", tag: "Devices",
		summary: "Sign all other devices out",
	}, a.revokeOthers)
}

type devicesOut struct {
	Body struct {
		Devices []wire.Device `json:"devices"`
	}
}

func (a *API) devices(ctx ctx, _ *struct{}) (*devicesOut, error) {
	all, err := a.Accounts.Devices(ctx, callerOf(ctx).Session)
	var out devicesOut
	out.Body.Devices = list(all)
	return &out, err
}

type deviceIn struct {
	DeviceID wire.ID `path:"device_id"`
}

func (a *API) revokeDevice(ctx ctx, in *deviceIn) (*cookieOut, error) {
	c := callerOf(ctx)
	out := &cookieOut{}
	if account.DeviceID(in.DeviceID) == c.Device {
		out = forgetCookie(c)
	}
	return out, a.Accounts.Revoke(ctx, c.User, account.DeviceID(in.DeviceID))
}

type revokeOthersOut struct {
	Body struct {
		Revoked int `json:"revoked" doc:"How many there were"`
	}
}

func (a *API) revokeOthers(ctx ctx, _ *struct{}) (*revokeOthersOut, error) {
	n, err := a.Accounts.RevokeOthers(ctx, callerOf(ctx).Session)
	var out revokeOthersOut
	out.Body.Revoked = n
	return &out, err
}
