package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Bucket keeps objects in a bucket of an S3-like service.
type Bucket struct {
	client       *minio.Client
	transport    *http.Transport
	name, prefix string
}

// partBytes is how much of an object is sent at once. One that is smaller goes
// in one request.
const partBytes = 16 << 20

// OpenBucket opens the store in a bucket, which must exist:
//
//	s3://key:secret@host:port/bucket/prefix?region=…&insecure=true
//
// Without key and secret the environment has them: AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY. The prefix may be empty; insecure speaks http.
func OpenBucket(ctx context.Context, address string) (*Bucket, error) {
	b, err := openBucket(address)
	if err != nil {
		return nil, err
	}
	ok, err := b.client.BucketExists(ctx, b.name)
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("ask for bucket %s: %w", b.name, err), b.Close())
	case !ok:
		return nil, errors.Join(fmt.Errorf("there is no bucket %s; make it first", b.name), b.Close())
	}
	return b, nil
}

func openBucket(address string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the bucket is no URL; write it as s3://key:secret@host/bucket") // the cause holds the secret
	}
	name, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if u.Host == "" || name == "" {
		return nil, errors.New("the address of the bucket names no host or no bucket; write it as s3://key:secret@host/bucket")
	}
	if prefix != "" {
		if err := checkKey(prefix); err != nil {
			return nil, fmt.Errorf("prefix of the bucket: %w", err)
		}
		prefix += "/"
	}
	insecure := u.Query().Get("insecure") == "true"
	// Nothing of a bucket is worth compressing on the way, and the library adds
	// its own headers.
	transport, err := minio.DefaultTransport(!insecure)
	if err != nil {
		return nil, err
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentialsOf(u), Secure: !insecure, Region: u.Query().Get("region"), Transport: transport,
	})
	if err != nil {
		return nil, fmt.Errorf("bucket %s at %s: %w", name, u.Host, err)
	}
	return &Bucket{client, transport, name, prefix}, nil
}

func credentialsOf(u *url.URL) *credentials.Credentials {
	if u.User == nil {
		return credentials.NewStaticV4(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))
	}
	secret, _ := u.User.Password()
	return credentials.NewStaticV4(u.User.Username(), secret, "")
}

// Close ends the store.
func (b *Bucket) Close() error {
	b.transport.CloseIdleConnections()
	return nil
}

// Put implements [Store].
func (b *Bucket) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := checkPut(key, size); err != nil {
		return err
	}
	body, err := whole(&exactly{r: r, left: size}, size)
	if err == nil {
		_, err = b.client.PutObject(ctx, b.name, b.prefix+key, body, size, minio.PutObjectOptions{
			PartSize: partBytes, NumThreads: 1, ContentType: "application/octet-stream",
			// A sum of the content that every such service checks, in place of a
			// signature over its pieces, which not every one can read.
			SendContentMd5: true, DisableContentSha256: true,
		})
	}
	if err != nil {
		return fmt.Errorf("put object %s: %w", key, err)
	}
	return nil
}

// whole reads what is sent in one request before any of it is sent: the service
// would keep it before a wrong length showed. A larger object appears when its
// last part is in, and the last part fails with its reader.
func whole(r *exactly, size int64) (io.Reader, error) {
	if size > partBytes {
		return r, nil
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	if err := r.last(); !errors.Is(err, io.EOF) {
		return nil, err
	}
	return bytes.NewReader(b), nil
}

// Open implements [Store].
func (b *Bucket) Open(ctx context.Context, key string) (*Object, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	o, err := b.client.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("open object %s: %w", key, err)
	}
	info, err := o.Stat()
	if err == nil {
		return &Object{o, info.Size}, nil
	}
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		err = fs.ErrNotExist
	}
	return nil, errors.Join(fmt.Errorf("open object %s: %w", key, err), o.Close())
}

// Delete implements [Store].
func (b *Bucket) Delete(ctx context.Context, keys ...string) error {
	var errs []error
	for _, key := range keys {
		err := checkKey(key)
		if err == nil {
			err = b.client.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{})
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("delete object %s: %w", key, err))
		}
	}
	return errors.Join(errs...)
}

// List implements [Store].
func (b *Bucket) List(ctx context.Context, prefix, after string, limit int) ([]Info, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o := minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true, MaxKeys: limit}
	if after != "" {
		o.StartAfter = b.prefix + after
	}
	var found []Info
	for info := range b.client.ListObjectsIter(ctx, b.name, o) {
		if info.Err != nil {
			return nil, fmt.Errorf("list objects %s: %w", prefix, info.Err)
		}
		if len(found) == limit {
			break
		}
		found = append(found, Info{strings.TrimPrefix(info.Key, b.prefix), info.Size, info.LastModified})
	}
	return found, nil
}
