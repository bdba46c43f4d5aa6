package media

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"madang/internal/blob"
	"madang/internal/fault"
	"madang/internal/mediafile"
	"madang/internal/wire"
)

// A link is a right of one person to one variant of one file, for a time. It is
// read without a session, by whoever has it; but the person's right is looked at
// anew each time, so that what is deleted is gone, link or not.
//
// Its token is, in base64url: file (16 bytes), person (16), variant (1), end in
// Unix seconds (4), and the first 16 bytes of an HMAC-SHA256 of those.
const (
	tokenBody = 16 + 16 + 1 + 4
	tokenMAC  = 16
)

// linkStep is how long links to the same file stay the same, so that browsers
// find it in their cache; one is good for at least that long, and at most twice.
const linkStep = 6 * time.Hour

// Link is a token and its end.
type Link struct {
	Token   string
	Variant Variant
	Expires wire.Time
}

// Links makes the links to a file for a person who may read it.
func (f *Files) Links(user UserID, x *File) []Link {
	variants := []Variant{Original}
	if x.Kind == Photo {
		variants = append(variants, Large, Small)
	}
	now := f.Clock.Now().Unix()
	step := int64(linkStep.Seconds())
	end := (now/step + 2) * step
	links := make([]Link, len(variants))
	for i, v := range variants {
		links[i] = Link{f.token(x.ID, user, v, end), v, wire.Time(end * 1000)}
	}
	return links
}

func (f *Files) token(id wire.ID, user UserID, v Variant, end int64) string {
	b := make([]byte, 0, tokenBody+tokenMAC)
	b = append(b, id[:]...)
	b = append(b, user[:]...)
	b = append(b, byte(v))
	b = binary.BigEndian.AppendUint32(b, uint32(end))
	return base64.RawURLEncoding.EncodeToString(append(b, f.mac(b)...))
}

func (f *Files) mac(b []byte) []byte {
	h := hmac.New(sha256.New, f.Key)
	h.Write([]byte("media link 1\x00"))
	h.Write(b)
	return h.Sum(nil)[:tokenMAC]
}

// Content is a file that is open. The caller closes its Object.
type Content struct {
	*blob.Object
	File    File
	Variant Variant
	Mime    string
	// Tag names the bytes: the same tag is the same bytes.
	Tag string
	// Fresh is how long the link is still good.
	Fresh time.Duration
}

// Open opens what a link leads to.
func (f *Files) Open(ctx context.Context, token string) (*Content, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenBody+tokenMAC || !hmac.Equal(b[tokenBody:], f.mac(b[:tokenBody])) {
		return nil, fault.New(fault.MediaUnknown)
	}
	id, user, v := wire.ID(b[:16]), UserID(b[16:32]), Variant(b[32])
	end := time.Unix(int64(binary.BigEndian.Uint32(b[33:])), 0)
	fresh := end.Sub(f.Clock.Now())
	if fresh <= 0 {
		return nil, fault.New(fault.LinkExpired)
	}
	x, err := f.readable(ctx, f.DB, user, id)
	if err != nil {
		return nil, err
	}
	o, err := f.Store.Open(ctx, contentKey(x.hash, v))
	if errors.Is(err, fs.ErrNotExist) {
		f.Logger.Error("the content of a file is missing", "file", id.String())
		return nil, fault.New(fault.MediaUnknown).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", id, err)
	}
	mime := x.Mime
	if v != Original {
		mime = mediafile.JPEG
	}
	tag := fmt.Sprintf("%x-%c", x.hash[:12], v)
	return &Content{Object: o, File: x, Variant: v, Mime: mime, Tag: tag, Fresh: fresh}, nil
}
