package httpapi

import (
	"crypto/rand"
	"net/http"
	"time"

	"madang/internal/account"
	"madang/internal/wire"
)

func (a *API) authRoutes() {
	register(a, operation{
		method: http.MethodPost, path: "/v1/auth/codes", id: "requestCode", tag: "Sign-in", public: true,
		summary: "Ask for a sign-in code",
		description: "A text with six digits goes to the number. The code is good for three minutes and five tries, " +
			"and only for the client that asked: the same `binding`, else the same browser, else the same network address.",
		status: http.StatusAccepted,
	}, a.requestCode)
	register(a, operation{
		method: http.MethodPost, path: "/v1/auth/sessions", id: "signIn", tag: "Sign-in", public: true,
		summary: "Sign in, or sign up",
		description: "Makes a device of the number's account, and the account if there is none. `pin_required` asks for the account's PIN; " +
			"the same code is sent again with it. With `cookie` the token comes as an HttpOnly cookie instead of in the answer.",
		status: http.StatusCreated,
	}, a.signIn)
	register(a, operation{
		method: http.MethodDelete, path: "/v1/auth/sessions/current", id: "signOut", tag: "Sign-in",
		summary: "Sign this device out",
		status:  http.StatusNoContent,
	}, a.signOut)
	register(a, operation{
		method: http.MethodGet, path: "/v1/terms", id: "getTerms", tag: "Sign-in", public: true,
		summary:     "The texts that people accept",
		description: "Whoever signs in accepts these versions of the terms and of the privacy policy.",
	}, a.terms)
}

type codeBody struct {
	Phone    string `json:"phone" doc:"With the country code, as in +821012345678"`
	Language string `json:"language,omitempty" doc:"BCP 47; language of the text. That of the number's country when not given"`
	Binding  string `json:"binding,omitempty" maxLength:"200" doc:"A random secret of the client, to be sent with the code too"`
}

type codeIn struct {
	Body codeBody
}

type codeOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Phone     string    `json:"phone" doc:"E.164, to be used with the code"`
		ExpiresAt wire.Time `json:"expires_at"`
	}
}

func (a *API) requestCode(ctx ctx, in *codeIn) (*codeOut, error) {
	client, cookies := askingClient(callerOf(ctx), in.Body.Binding)
	s, err := a.Accounts.RequestCode(ctx, account.CodeRequest{Phone: in.Body.Phone, Client: client, Language: in.Body.Language})
	return codeAnswer(s, cookies, err)
}

func codeAnswer(s account.CodeSent, cookies []http.Cookie, err error) (*codeOut, error) {
	if err != nil {
		return nil, err
	}
	out := codeOut{SetCookie: cookies}
	out.Body.Phone, out.Body.ExpiresAt = s.Phone, wire.TimeOf(s.ExpiresAt)
	return &out, nil
}

// Browsers get a cookie that binds a code to them. It ends with the code.
const (
	bindingSuffix = "-client"
	bindingLife   = 10 * time.Minute
)

// askingClient tells who asks for a code, with the cookie that a browser gets
// to be known by when it brings the code. Other programs do not keep cookies
// they were not told of: they bind the code themselves or not at all.
func askingClient(c *caller, binding string) (account.Client, []http.Cookie) {
	client := broughtBy(c, binding)
	if client.Binding != "" || c.request.Header.Get("Sec-Fetch-Site") == "" {
		return client, nil
	}
	client.Binding = rand.Text()
	cookie := sessionCookie(c.request, client.Binding)
	cookie.Name += bindingSuffix
	cookie.MaxAge = int(bindingLife.Seconds())
	return client, []http.Cookie{cookie}
}

// broughtBy tells who brings a code.
func broughtBy(c *caller, binding string) account.Client {
	client := account.Client{Binding: binding, Address: c.address.String()}
	if cookie, err := c.request.Cookie(CookieName(c.request) + bindingSuffix); err == nil && binding == "" {
		client.Binding = cookie.Value
	}
	return client
}

type signInIn struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Phone      string `json:"phone" doc:"As the code was asked for"`
		Code       string `json:"code" doc:"The six digits"`
		Binding    string `json:"binding,omitempty" maxLength:"200" doc:"As the code was asked for"`
		PIN        string `json:"pin,omitempty" doc:"Of an account that has one"`
		Fresh      bool   `json:"fresh,omitempty" doc:"Start a new account in place of the number's old one, whose PIN is not known; it must have been silent for 7 days"`
		DeviceName string `json:"device_name,omitempty" doc:"What the person calls this device"`
		Cookie     bool   `json:"cookie,omitempty" doc:"Put the token into a cookie of the browser"`

		Name           string `json:"name,omitempty" doc:"Of a new account; 1 to 40 characters"`
		Language       string `json:"language,omitempty" doc:"BCP 47"`
		TimeZone       string `json:"time_zone,omitempty" doc:"IANA"`
		Country        string `json:"country,omitempty" doc:"ISO 3166-1 alpha-2"`
		TermsVersion   string `json:"terms_version,omitempty" doc:"The version that the person was shown, when not the current one"`
		PrivacyVersion string `json:"privacy_version,omitempty" doc:"The same of the privacy policy"`
		SetupToken     string `json:"setup_token,omitempty" doc:"From the set-up link: makes the first administrator"`
	}
}

type signInOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		AccessToken string  `json:"access_token,omitempty" doc:"Good until the device is signed out; missing when it went into a cookie"`
		DeviceID    wire.ID `json:"device_id"`
		User        wire.Me `json:"user"`
		New         bool    `json:"new,omitempty" doc:"The account was made just now"`
	}
}

func (a *API) signIn(ctx ctx, in *signInIn) (*signInOut, error) {
	c, b := callerOf(ctx), &in.Body
	s, err := a.Accounts.SignIn(ctx, account.SignIn{
		Phone: b.Phone, Code: b.Code, Client: broughtBy(c, b.Binding), PIN: b.PIN, Fresh: b.Fresh,
		DeviceName: b.DeviceName, UserAgent: in.UserAgent,
		Name: b.Name, Language: b.Language, TimeZone: b.TimeZone, Country: b.Country,
		TermsVersion: b.TermsVersion, PrivacyVersion: b.PrivacyVersion, SetupToken: b.SetupToken,
	})
	if err != nil {
		return nil, err
	}
	var out signInOut
	out.Body.DeviceID, out.Body.User, out.Body.New = s.Device.ID, s.User, s.New
	if b.Cookie {
		out.SetCookie = []http.Cookie{sessionCookie(c.request, s.Token)}
	} else {
		out.Body.AccessToken = s.Token
	}
	return &out, nil
}

type cookieOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// forgetCookie takes the session cookie away from a browser that has one.
func forgetCookie(c *caller) *cookieOut {
	if _, err := c.request.Cookie(CookieName(c.request)); err != nil {
		return &cookieOut{}
	}
	return &cookieOut{[]http.Cookie{sessionCookie(c.request, "")}}
}

func (a *API) signOut(ctx ctx, _ *struct{}) (*cookieOut, error) {
	c := callerOf(ctx)
	return forgetCookie(c), a.Accounts.SignOut(ctx, c.Session)
}

type termsOut struct {
	Body struct {
		TermsVersion   string `json:"terms_version"`
		PrivacyVersion string `json:"privacy_version"`
	}
}

func (a *API) terms(ctx, *struct{}) (*termsOut, error) {
	var out termsOut
	out.Body.TermsVersion, out.Body.PrivacyVersion = a.Accounts.Documents()
	return &out, nil
}
