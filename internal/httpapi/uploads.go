package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog"

	"madang/internal/fault"
	"madang/internal/media"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// uploadsPath is where files are sent to by the tus protocol, version 1.0.0
// (tus.io/protocols/resumable-upload), with the extensions creation,
// creation-with-upload, termination and expiration.
const uploadsPath = "/v1/media/uploads"

// streamIdle ends an upload or a download of which nothing has moved for so long.
const streamIdle = time.Minute

// newUploads makes the handler of uploads. The protocol is the library's; what
// an upload is, is the domain's.
func (a *API) newUploads() (http.Handler, error) {
	composer := handler.NewStoreComposer()
	store := uploadStore{a}
	composer.UseCore(store)
	composer.UseTerminater(store)
	composer.UseLocker(uploadLocker{memorylocker.New()})
	h, err := handler.NewHandler(handler.Config{
		StoreComposer: composer, BasePath: uploadsPath + "/", MaxSize: a.maxUpload(), DisableDownload: true,
		Cors: &handler.CorsConfig{Disable: true}, NetworkTimeout: streamIdle,
		// What has to be done after the line broke is done whatever the context
		// says; a longer time would keep a goroutine for each request.
		GracefulRequestCompletionTimeout: 10 * time.Millisecond,
		Logger:                           slog.New(silent{}), // what goes wrong is logged where it becomes an answer
	})
	if err != nil {
		return nil, err
	}
	serve := http.StripPrefix(uploadsPath, h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &caller{request: r, address: clientAddr(r, a.TrustedProxies)}
		if err := a.admit(w, r, c, r.Method != http.MethodOptions); err != nil {
			if fault.From(err).Code.Kind() == fault.Unauthorized {
				w.Header().Set("WWW-Authenticate", "Bearer")
			}
			WriteProblem(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		answer := &placeWriter{ResponseWriter: w, request: r}
		inner := context.WithValue(context.WithValue(r.Context(), callerKey{}, c), placeKey{}, answer)
		inner = context.WithValue(inner, readingKey{}, &reading{})
		serve.ServeHTTP(answer, r.WithContext(inner))
	}), nil
}

func (a *API) maxUpload() int64 {
	if a.Files == nil { // when only the document is made
		return media.DefaultMaxUpload
	}
	return a.Files.MaxUpload
}

// placeWriter makes the library's answers ours: it cuts scheme and host off
// Location, which behind a proxy only the client knows, says when an upload is
// removed, which the library leaves out, and what is wrong as everything else
// does.
type placeWriter struct {
	http.ResponseWriter
	request  *http.Request
	expires  int64 // of the upload that is asked for, Unix milliseconds; 0: it is whole
	answered bool  // by a problem, in place of the library's text
}

// placeKey finds the placeWriter of a request.
type placeKey struct{}

// expire says when the upload of a request is removed.
func expire(ctx context.Context, at int64) {
	if w, ok := ctx.Value(placeKey{}).(*placeWriter); ok {
		w.expires = at
	}
}

// Unwrap is for http.ResponseController.
func (w *placeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *placeWriter) WriteHeader(status int) {
	if u, err := url.Parse(w.Header().Get("Location")); err == nil && u.Path != "" {
		w.Header().Set("Location", u.Path)
	}
	if known := w.Header().Get("Tus-Extension"); known != "" {
		w.Header().Set("Tus-Extension", known+",expiration")
	}
	if w.expires != 0 && status < http.StatusBadRequest && w.request.Method != http.MethodDelete {
		w.Header().Set("Upload-Expires", time.UnixMilli(w.expires).UTC().Format(http.TimeFormat))
	}
	if status >= http.StatusBadRequest && w.Header().Get("Content-Type") != problemType {
		w.answered = true
		w.Header().Del("Content-Length")
		p := problemOf(w.request.Context(), protocolFault(status))
		p.Status = status
		write(w.ResponseWriter, p)
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *placeWriter) Write(b []byte) (int, error) {
	if w.answered {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// protocolFault is what the library found wrong with a request.
func protocolFault(status int) error {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.UploadTooLarge)
	case http.StatusConflict:
		return fault.New(fault.UploadOffset)
	case http.StatusNotFound, http.StatusGone:
		return fault.New(fault.MediaUnknown)
	case http.StatusLocked:
		return fault.New(fault.UploadBusy).After(time.Second)
	}
	return fault.Newf(fault.BadRequest, "The request is not one of the tus protocol, version 1.0.0.")
}

// uploadStore gives the library the uploads of the caller.
type uploadStore struct{ api *API }

// NewUpload implements handler.DataStore.
func (s uploadStore) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	u, err := uploadOf(info)
	if err != nil {
		return nil, tusError(ctx, err)
	}
	c := callerOf(ctx)
	id, err := s.api.Files.Begin(ctx, c.User, c.Sandbox, u)
	if err != nil {
		return nil, tusError(ctx, err)
	}
	return s.find(ctx, id)
}

// GetUpload implements handler.DataStore.
func (s uploadStore) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	parsed, err := wire.ParseID(id)
	if err != nil {
		return nil, tusError(ctx, fault.New(fault.MediaUnknown))
	}
	return s.find(ctx, parsed)
}

func (s uploadStore) find(ctx context.Context, id wire.ID) (handler.Upload, error) {
	f, err := s.api.Files.Progress(ctx, self(ctx), id)
	if err != nil {
		return nil, tusError(ctx, err)
	}
	if f.Ready() {
		f.LookAt = 0
	}
	expire(ctx, f.LookAt)
	return &upload{s.api, f}, nil
}

// AsTerminatableUpload implements handler.TerminaterDataStore.
func (s uploadStore) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return u.(*upload)
}

// uploadOf reads what the sender says of a file.
func uploadOf(info handler.FileInfo) (media.Upload, error) {
	m := info.MetaData
	u := media.Upload{Kind: media.Kind(m["kind"]), Name: m["filename"], Size: info.Size}
	if text := m["duration_ms"]; text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return u, fault.Newf(fault.UploadInvalid, "duration_ms is a whole number of milliseconds.").In("duration_ms")
		}
		u.DurationMs = n
	}
	if text := m["waveform"]; text != "" {
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.ParseUint(part, 10, 8)
			if err != nil || len(u.Waveform) >= mediafile.WaveformValues {
				return u, fault.Newf(fault.UploadInvalid, "waveform is up to 64 numbers of 0 to 255 with commas between them.").In("waveform")
			}
			u.Waveform = append(u.Waveform, byte(n))
		}
	}
	return u, nil
}

// upload is one upload of the caller.
type upload struct {
	api  *API
	file media.File
}

// GetInfo implements handler.Upload.
func (u *upload) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{
		ID: u.file.ID.String(), Size: u.file.UploadSize, Offset: u.file.UploadAt,
		MetaData: handler.MetaData{"kind": string(u.file.Kind), "filename": u.file.Name},
	}, nil
}

// WriteChunk implements handler.Upload.
func (u *upload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	if r, ok := ctx.Value(readingKey{}).(*reading); ok {
		r.begin()
	}
	n, err := u.api.Files.Append(ctx, self(ctx), u.file.ID, offset, src)
	if n > 0 {
		expire(ctx, u.api.Files.Expiry())
	}
	return n, tusError(ctx, err)
}

// FinishUpload implements handler.Upload.
func (u *upload) FinishUpload(ctx context.Context) error {
	expire(ctx, 0)
	return tusError(ctx, u.api.Files.Finish(ctx, self(ctx), u.file.ID))
}

// Terminate implements handler.TerminatableUpload.
func (u *upload) Terminate(ctx context.Context) error {
	return tusError(ctx, u.api.Files.Abort(ctx, self(ctx), u.file.ID))
}

// GetReader implements handler.Upload. Downloads have an address of their own.
func (u *upload) GetReader(ctx context.Context) (io.ReadCloser, error) {
	return nil, tusError(ctx, fault.New(fault.NotFoundAnywhere))
}

// tusError makes an error the answer that it is everywhere else.
func tusError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var known handler.Error
	if errors.As(err, &known) {
		return known
	}
	p := problemOf(ctx, err)
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	known = handler.NewError(p.Code, p.Detail, p.Status)
	known.HTTPResponse.Body = string(body)
	known.HTTPResponse.Header = handler.HTTPHeader{"Content-Type": problemType}
	for name := range p.headers {
		known.HTTPResponse.Header[name] = p.headers.Get(name)
	}
	return known
}

// silent is a log that keeps nothing.
type silent struct{}

// Enabled implements slog.Handler.
func (silent) Enabled(context.Context, slog.Level) bool { return false }

// Handle implements slog.Handler.
func (silent) Handle(context.Context, slog.Record) error { return nil }

// WithAttrs implements slog.Handler.
func (s silent) WithAttrs([]slog.Attr) slog.Handler { return s }

// WithGroup implements slog.Handler.
func (s silent) WithGroup(string) slog.Handler { return s }
