// Package httpapi answers: how does a program or a browser use the server over
// HTTP?
//
// It is an edge: each operation decodes its request, calls one function of the
// domain and encodes what that gives. Every answer that is not a success is a
// problem detail with the fault's stable code, made in one place (problem.go).
// The operations describe themselves: the OpenAPI document at /openapi.json and
// the page at /docs are made from the handlers, and openapi.json in this folder
// is the reviewed copy that a test compares with.
package httpapi

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/clock"
	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/notify"
	"madang/internal/preview"
	"madang/internal/search"
)

//go:generate go run ./wiredoc ../wire wiredoc.json
//go:generate go run ./openapigen openapi.json

// Config is what the API stands on.
type Config struct {
	Accounts *account.People
	Chat     *chat.Chat
	Files    *media.Files
	Search   *search.Search
	Notify   *notify.Notify
	Previews *preview.Previews
	Clock    *clock.Clock
	// Socket serves GET /v1/ws. It gets the connection untouched.
	Socket http.Handler
	// Sandbox serves everything below /sandbox/. Nil: there is nothing.
	Sandbox http.Handler
	// Web is the built web client, with its index.html at the root. Nil or
	// empty: a page says how to build it.
	Web fs.FS
	// TrustedProxies are the networks of proxies whose X-Forwarded-For is
	// believed. Empty: a caller's address is that of the connection.
	TrustedProxies []netip.Prefix
	// FilesOrigin is where links to files lead when they have a host of their
	// own, such as https://files.madang.example, which reaches this server, too,
	// and serves nothing else. Empty: they lead to the address of the API.
	FilesOrigin string
	// Ready says why the server cannot serve now; nil when it can.
	Ready func(context.Context) error
}

// API is the HTTP side of a node. It is safe for concurrent use.
type API struct {
	Config
	router    chi.Router
	huma      huma.API
	origin    *http.CrossOriginProtection
	accounts  *limiter // by user
	addresses *limiter // by network address, of calls without a good token

	filesHost string // of FilesOrigin, with its port; empty: none

	operations []*huma.Operation // as the document has them, in order
}

// New makes the API. It fails only when the web client cannot be read.
func New(c Config) (*API, error) {
	web, err := newPages(c.Web)
	if err != nil {
		return nil, err
	}
	a := &API{
		Config:    c,
		router:    chi.NewMux(),
		origin:    http.NewCrossOriginProtection(),
		accounts:  newLimiter(accountQuota, c.Clock.Now),
		addresses: newLimiter(addressQuota, c.Clock.Now),
	}
	if c.FilesOrigin != "" {
		u, err := url.Parse(c.FilesOrigin)
		if err != nil {
			return nil, fmt.Errorf("origin of files: %w", err)
		}
		a.filesHost = u.Host
	}
	r := a.router
	r.Use(identify, a.harden, recovered, middleware.GetHead)
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		p := problemOf(r.Context(), fault.Newf(fault.NotFoundAnywhere, "This address does not take %s.", r.Method))
		p.Status = http.StatusMethodNotAllowed
		write(w, p)
	})
	r.NotFound(web.ServeHTTP)
	a.huma = humachi.New(r, specConfig())
	a.huma.UseMiddleware(a.guard)
	a.routes()
	if err := describe(a.huma.OpenAPI().Components.Schemas); err != nil {
		return nil, err
	}
	d, err := newDocs(a.huma.OpenAPI(), a.operations)
	if err != nil {
		return nil, err
	}
	r.Get("/openapi.json", d.spec)
	r.Get("/docs", d.page)
	r.Get("/docs/docs.css", d.style)
	uploads, err := a.newUploads()
	if err != nil {
		return nil, err
	}
	r.Handle(uploadsPath, uploads)
	r.Handle(uploadsPath+"/*", uploads)
	r.Get(filesPath+"{token}", a.serveFile)
	r.Get(filesPath+"{token}/{name}", a.serveFile)
	if c.Sandbox != nil {
		r.Mount("/sandbox", c.Sandbox)
	}
	return a, nil
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.filesHost != "" && r.Host == a.filesHost && !strings.HasPrefix(r.URL.Path, filesPath) {
		WriteProblem(w, r, fault.New(fault.NotFoundAnywhere))
		return
	}
	if r.URL.Path == "/v1/ws" && a.Socket != nil {
		a.Socket.ServeHTTP(w, r)
		return
	}
	a.router.ServeHTTP(w, r)
}

// Server makes the HTTP server of the API with its limits on what a stranger
// may keep open.
func (a *API) Server() *http.Server {
	return &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      2 * requestTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}
