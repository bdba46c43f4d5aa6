package client

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"madang/internal/wire"
)

// Media is a file as its readers see it.
type Media struct {
	ID    ID     `json:"id"`
	Kind  string `json:"kind"`  // photo, video, voice or file
	State string `json:"state"` // uploading, or ready
	Name  string `json:"name"`  // as its sender called it
	Mime  string `json:"mime"`  // by its content
	Size  int64  `json:"size"`  // bytes
	// Received is how many bytes of an upload have come in.
	Received   int64  `json:"received"`
	Width      int    `json:"width"`  // pixels
	Height     int    `json:"height"` // pixels
	DurationMs int64  `json:"duration_ms"`
	Blur       string `json:"blur"`     // of a photo: a BlurHash
	Waveform   []int  `json:"waveform"` // of a recording: values of 0 to 255
	// Links are where its bytes are, see [API.Download]; nil before it is ready.
	Links       *MediaLinks `json:"links"`
	LinksExpire Time        `json:"links_expire_at"`
}

// MediaLinks are where the bytes of a file are. Whoever has a link can read it
// until it expires, or until the person it was given to no longer may.
type MediaLinks struct {
	Original string `json:"original"`
	Large    string `json:"large"` // of a photo: JPEG, at most 1280 pixels long
	Small    string `json:"small"` // of a photo: JPEG, at most 320 pixels long
}

// ready is the state of a file that can be sent.
const ready = "ready"

// Media gives a file that the person may read, and one's own upload as it stands.
func (a *API) Media(ctx context.Context, id ID) (*Media, error) {
	var m Media
	if err := a.Do(ctx, http.MethodGet, "/v1/media/"+id.String(), nil, &m); err != nil {
		return nil, err
	}
	return &m, nil
}

// Upload says what a file is that is to be sent to the server. Kind and Size have
// to be set.
type Upload struct {
	Kind string // photo, video, voice or file
	Name string // at most 255 characters
	Size int64  // bytes
	// DurationMs and Waveform say of a recording what its file does not tell; at
	// most 64 values of 0 to 255.
	DurationMs int64
	Waveform   []int

	// ID is that of an upload that was begun earlier and is to go on. Zero: a new
	// one.
	ID ID
	// Begun is told the id of a new upload, before anything is sent: with it the
	// upload can go on in another process, for a day. It may be nil.
	Begun func(ID)
}

// maxTries is how often in a row something is tried that does not move.
const maxTries = 8

// Upload sends a file and gives it as the server sees it; its ID is what messages
// name. The file is read from where the server has it to; when the line breaks,
// or the server starts anew, it is read again from there. An answer that says no
// is an [*Error]; then nothing of the file is kept. The HTTP client should have
// no Timeout, which would end a long upload.
func (a *API) Upload(ctx context.Context, u Upload, file io.ReadSeeker) (*Media, error) {
	last := int64(-1)
	for try := 0; ; try++ {
		m, err := a.upload(ctx, &u, file)
		if err == nil {
			return m, nil
		}
		if m != nil && m.Received > last {
			last, try = m.Received, 0
		}
		if err := again(ctx, err, try); err != nil {
			return nil, err
		}
	}
}

// again waits before another try, or gives the error for which there is none.
func again(ctx context.Context, err error, try int) error {
	if broken, ok := errors.AsType[*fileError](err); ok {
		return broken.cause
	}
	wait := backoff(try)
	if e, ok := errors.AsType[*Error](err); ok {
		// upload_offset: what was sent before the line broke came in after all.
		if !e.Temporary() && e.Code != "upload_offset" {
			return err
		}
		wait = max(wait, e.RetryAfter)
	}
	if try >= maxTries || ctx.Err() != nil {
		return err
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return err
	}
}

// upload goes on with an upload as far as it goes. With an error it gives how far
// the server was before, if that is known.
func (a *API) upload(ctx context.Context, u *Upload, file io.ReadSeeker) (*Media, error) {
	if u.ID.IsZero() {
		id, err := a.beginUpload(ctx, u)
		if err != nil {
			return nil, err
		}
		u.ID = id
		if u.Begun != nil {
			u.Begun(id)
		}
	}
	m, err := a.Media(ctx, u.ID)
	switch {
	case err != nil:
		return nil, err
	case m.State == ready:
		return m, nil
	case m.Size != u.Size:
		return m, &fileError{fmt.Errorf("upload %s is of %d bytes, not %d", u.ID, m.Size, u.Size)}
	}
	if _, err := file.Seek(m.Received, io.SeekStart); err != nil {
		return m, &fileError{fmt.Errorf("upload %s: %w", u.ID, err)}
	}
	rest := &rest{file: file, left: m.Size - m.Received}
	header := http.Header{
		"Upload-Offset": {strconv.FormatInt(m.Received, 10)}, "Content-Type": {"application/offset+octet-stream"},
	}
	answer, err := a.tus(ctx, http.MethodPatch, uploads+"/"+u.ID.String(), header, rest, rest.left)
	if cause := rest.end(); cause != nil {
		return m, &fileError{fmt.Errorf("upload %s: %w", u.ID, cause)}
	}
	if err != nil {
		return m, err
	}
	if at := answer.Get("Upload-Offset"); at != strconv.FormatInt(m.Size, 10) {
		return m, fmt.Errorf("upload %s ended at %s of %d bytes", u.ID, at, m.Size)
	}
	return a.Media(ctx, u.ID)
}

const uploads = "/v1/media/uploads"

func (a *API) beginUpload(ctx context.Context, u *Upload) (ID, error) {
	var metadata []string
	add := func(name, value string) {
		if value != "" {
			metadata = append(metadata, name+" "+base64.StdEncoding.EncodeToString([]byte(value)))
		}
	}
	add("kind", u.Kind)
	add("filename", u.Name)
	if u.DurationMs != 0 {
		add("duration_ms", strconv.FormatInt(u.DurationMs, 10))
	}
	values := make([]string, len(u.Waveform))
	for i, v := range u.Waveform {
		values[i] = strconv.Itoa(v)
	}
	add("waveform", strings.Join(values, ","))
	header := http.Header{"Upload-Length": {strconv.FormatInt(u.Size, 10)}, "Upload-Metadata": {strings.Join(metadata, ",")}}
	answer, err := a.tus(ctx, http.MethodPost, uploads, header, nil, 0)
	if err != nil {
		return ID{}, err
	}
	place := answer.Get("Location")
	id, err := wire.ParseID(place[strings.LastIndexByte(place, '/')+1:])
	if err != nil {
		return ID{}, fmt.Errorf("begin upload: it is at %q: %w", place, err)
	}
	return id, nil
}

// tus makes a call of the upload protocol and gives the header of its answer.
func (a *API) tus(ctx context.Context, method, path string, header http.Header, body io.Reader, size int64) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(a.Server, "/")+path, body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	req.Header = header
	req.ContentLength = size
	req.Header.Set("Tus-Resumable", "1.0.0")
	req.Header.Set("Authorization", "Bearer "+a.Token)
	res, err := a.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if res.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %w", method, path, problem(res, b))
	}
	return res.Header, nil
}

// Download writes what a link leads to, and gives how many bytes that were. When
// the line breaks it goes on from there.
func (a *API) Download(ctx context.Context, link string, to io.Writer) (int64, error) {
	address := link
	if strings.HasPrefix(link, "/") {
		address = strings.TrimRight(a.Server, "/") + link
	}
	d := download{api: a, address: address, to: to}
	for try := 0; ; try++ {
		before := d.at
		err := d.run(ctx)
		if err == nil {
			return d.at, nil
		}
		if d.at > before {
			try = 0
		}
		if err := again(ctx, err, try); err != nil {
			return d.at, err
		}
	}
}

// download is a file on its way here.
type download struct {
	api     *API
	address string
	to      io.Writer
	at      int64
	tag     string // names the bytes
}

// run gets the rest of the file.
func (d *download) run(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.address, nil)
	if err != nil {
		return &fileError{fmt.Errorf("download: %w", err)}
	}
	if d.at > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.at))
		req.Header.Set("If-Range", d.tag)
	}
	res, err := d.api.client().Do(req)
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode >= 300:
		b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		if err != nil {
			return fmt.Errorf("download: %w", err)
		}
		return fmt.Errorf("download: %w", problem(res, b))
	case d.at > 0 && (res.StatusCode != http.StatusPartialContent || res.Header.Get("ETag") != d.tag):
		return &fileError{errors.New("download: the file is another one since the line broke")}
	}
	d.tag = res.Header.Get("ETag")
	w := &counted{to: d.to}
	n, err := io.Copy(w, res.Body)
	d.at += n
	switch {
	case w.err != nil:
		return &fileError{fmt.Errorf("download: %w", w.err)}
	case err != nil:
		return fmt.Errorf("download: %w", err)
	}
	return nil
}

// counted keeps what went wrong with writing, which trying again does not mend.
type counted struct {
	to  io.Writer
	err error
}

// Write implements io.Writer.
func (c *counted) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	if err != nil {
		c.err = err
	}
	return n, err
}

// fileError is what is wrong on this side of the line.
type fileError struct{ cause error }

func (e *fileError) Error() string { return e.cause.Error() }

// rest is the part of a file that a request sends. The transport may read it
// after the answer is there; from end on it no longer touches the file.
type rest struct {
	mu    sync.Mutex
	file  io.Reader
	left  int64
	err   error
	ended bool
}

// Read implements io.Reader.
func (r *rest) Read(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.ended || r.err != nil:
		return 0, io.ErrClosedPipe
	case r.left == 0:
		return 0, io.EOF
	}
	n, err := r.file.Read(b[:min(int64(len(b)), r.left)])
	r.left -= int64(n)
	if errors.Is(err, io.EOF) && r.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// end lets go of the file, and gives what was wrong with it.
func (r *rest) end() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	return r.err
}
