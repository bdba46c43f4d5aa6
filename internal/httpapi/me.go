package httpapi

import (
	"net/http"

	"madang/internal/account"
	"madang/internal/wire"
)

func (a *API) meRoutes() {
	register(a, operation{
		method: http.MethodGet, path: "/v1/me", id: "getMe", tag: "Me",
		summary: "Your profile",
	}, a.me)
	register(a, operation{
		method: http.MethodPatch, path: "/v1/me", id: "updateMe", tag: "Me",
		summary:     "Change your profile",
		description: "What is left out stays as it is. When one field breaks its rule nothing changes.",
	}, a.updateMe)
	register(a, operation{
		method: http.MethodPut, path: "/v1/me/handle", id: "setHandle", tag: "Me",
		summary:     "Choose your handle",
		description: "A unique name by which everybody finds you. An empty one gives it up.",
	}, a.setHandle)
	register(a, operation{
		method: http.MethodPost, path: "/v1/me/phone/codes", id: "requestPhoneCode", tag: "Me",
		summary:     "Ask for a code to change your number",
		description: "It goes to the new number.",
		status:      http.StatusAccepted,
	}, a.requestPhoneCode)
	register(a, operation{
		method: http.MethodPut, path: "/v1/me/phone", id: "setPhone", tag: "Me",
		summary:     "Change your number",
		description: "Friends who found you by the old number keep you in their lists.",
	}, a.setPhone)
	register(a, operation{
		method: http.MethodPut, path: "/v1/me/pin", id: "setPIN", tag: "Me",
		summary:     "Set or change your PIN",
		description: "It is asked for when your number signs in on a new device.",
		status:      http.StatusNoContent,
	}, a.setPIN)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/me/pin", id: "removePIN", tag: "Me",
		summary: "Remove your PIN",
		status:  http.StatusNoContent,
	}, a.removePIN)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/me", id: "deleteMe", tag: "Me",
		summary:     "Delete your account",
		description: "It cannot be undone. Number and handle are free at once, all devices are signed out, and rooms show a deleted account where you were.",
		status:      http.StatusNoContent,
	}, a.deleteMe)
	register(a, operation{
		method: http.MethodGet, path: "/v1/me/consents", id: "listConsents", tag: "Me",
		summary: "What you have accepted",
	}, a.consents)
	register(a, operation{
		method: http.MethodPost, path: "/v1/me/consents", id: "accept", tag: "Me",
		summary:     "Accept the current texts",
		description: "For texts that came into force after you signed in.",
		status:      http.StatusNoContent,
	}, a.accept)
}

type meOut struct {
	Body wire.Me
}

func (a *API) me(ctx ctx, _ *struct{}) (*meOut, error) {
	me, err := a.Accounts.Me(ctx, self(ctx))
	return &meOut{me}, err
}

type updateMeIn struct {
	Body struct {
		Name          *string    `json:"name,omitempty" doc:"1 to 40 characters"`
		StatusMessage *string    `json:"status_message,omitempty" doc:"At most 60 characters"`
		PhotoID       optionalID `json:"photo_id,omitzero" doc:"A photo of yours; null removes it"`
		Handle        *string    `json:"handle,omitempty" doc:"4 to 20 of a-z, 0-9, _ and .; empty gives it up"`
		Language      *string    `json:"language,omitempty" doc:"BCP 47"`
		TimeZone      *string    `json:"time_zone,omitempty" doc:"IANA"`
		Country       *string    `json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
	}
}

func (a *API) updateMe(ctx ctx, in *updateMeIn) (*meOut, error) {
	b := &in.Body
	me, err := a.Accounts.SetProfile(ctx, self(ctx), account.Profile{
		Name: b.Name, StatusMessage: b.StatusMessage, PhotoID: b.PhotoID.pointer(), Handle: b.Handle,
		Language: b.Language, TimeZone: b.TimeZone, Country: b.Country,
	})
	return &meOut{me}, err
}

type handleIn struct {
	Body struct {
		Handle string `json:"handle" doc:"4 to 20 of a-z, 0-9, _ and ., beginning with a letter"`
	}
}

func (a *API) setHandle(ctx ctx, in *handleIn) (*meOut, error) {
	me, err := a.Accounts.SetProfile(ctx, self(ctx), account.Profile{Handle: &in.Body.Handle})
	return &meOut{me}, err
}

func (a *API) requestPhoneCode(ctx ctx, in *codeIn) (*codeOut, error) {
	client, cookies := askingClient(callerOf(ctx), in.Body.Binding)
	s, err := a.Accounts.RequestNumber(ctx, self(ctx), account.CodeRequest{
		Phone: in.Body.Phone, Client: client, Language: in.Body.Language,
	})
	return codeAnswer(s, cookies, err)
}

type setPhoneIn struct {
	Body struct {
		Phone   string `json:"phone" doc:"The new number"`
		Code    string `json:"code" doc:"That was sent there"`
		Binding string `json:"binding,omitempty" maxLength:"200" doc:"As the code was asked for"`
		PIN     string `json:"pin,omitempty" doc:"Of an account that has one"`
	}
}

func (a *API) setPhone(ctx ctx, in *setPhoneIn) (*meOut, error) {
	b := &in.Body
	me, err := a.Accounts.SetNumber(ctx, self(ctx), account.NumberChange{
		Phone: b.Phone, Code: b.Code, Client: broughtBy(callerOf(ctx), b.Binding), PIN: b.PIN,
	})
	return &meOut{me}, err
}

type setPINIn struct {
	Body struct {
		PIN    string `json:"pin" doc:"4 to 8 digits"`
		OldPIN string `json:"old_pin,omitempty" doc:"The present one, when there is one"`
	}
}

func (a *API) setPIN(ctx ctx, in *setPINIn) (*struct{}, error) {
	return nil, a.Accounts.SetPIN(ctx, self(ctx), in.Body.OldPIN, in.Body.PIN)
}

type removePINIn struct {
	Body struct {
		PIN string `json:"pin" doc:"The present one"`
	}
}

func (a *API) removePIN(ctx ctx, in *removePINIn) (*struct{}, error) {
	return nil, a.Accounts.SetPIN(ctx, self(ctx), in.Body.PIN, "")
}

type deleteMeIn struct {
	Body *struct {
		PIN string `json:"pin,omitempty" doc:"Of an account that has one"`
	}
}

func (a *API) deleteMe(ctx ctx, in *deleteMeIn) (*cookieOut, error) {
	var pin string
	if in.Body != nil {
		pin = in.Body.PIN
	}
	c := callerOf(ctx)
	return forgetCookie(c), a.Accounts.Delete(ctx, c.User, pin)
}

type consentsOut struct {
	Body struct {
		Consents []consent `json:"consents"`
	}
}

type consent struct {
	Document   string    `json:"document" enum:"terms,privacy"`
	Version    string    `json:"version"`
	AcceptedAt wire.Time `json:"accepted_at"`
}

func (a *API) consents(ctx ctx, _ *struct{}) (*consentsOut, error) {
	all, err := a.Accounts.Consents(ctx, self(ctx))
	if err != nil {
		return nil, err
	}
	var out consentsOut
	out.Body.Consents = make([]consent, len(all))
	for i, c := range all {
		out.Body.Consents[i] = consent{c.Document, c.Version, wire.TimeOf(c.AcceptedAt)}
	}
	return &out, nil
}

type acceptIn struct {
	Body struct {
		TermsVersion   string `json:"terms_version" doc:"As GET /v1/terms has it"`
		PrivacyVersion string `json:"privacy_version"`
	}
}

func (a *API) accept(ctx ctx, in *acceptIn) (*struct{}, error) {
	return nil, a.Accounts.Accept(ctx, self(ctx), in.Body.TermsVersion, in.Body.PrivacyVersion)
}
