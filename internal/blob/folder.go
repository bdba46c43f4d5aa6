package blob

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Folder keeps objects as files of this machine.
type Folder struct {
	root *os.Root
}

// aside is the folder of files that are being written. No key can name it.
const aside = ".new"

// OpenFolder opens the store in a folder, which is made when it is missing. What
// a crash left half written is removed, so one process at a time opens it.
func OpenFolder(dir string) (*Folder, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("open file folder %s: %w", dir, err)
	}
	return f, nil
}

func openFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(root.RemoveAll(aside), root.Mkdir(aside, 0o700)); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Folder{root}, nil
}

// Close ends the store. Objects that are open stay readable.
func (f *Folder) Close() error { return f.root.Close() }

// Put implements [Store].
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := checkPut(key, size); err != nil {
		return err
	}
	if err := f.put(ctx, key, r, size); err != nil {
		return fmt.Errorf("put object %s: %w", key, err)
	}
	return nil
}

// put writes aside and moves into place, so that under a key there is always
// all of one object.
func (f *Folder) put(ctx context.Context, key string, r io.Reader, size int64) error {
	temp := path.Join(aside, rand.Text())
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, &exactly{r: inTime{ctx, r}, left: size})
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = f.place(temp, key)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(f.root.Remove(temp)))
	}
	return nil
}

// place moves a file to its key and makes its new name last: every folder that
// got an entry is synced.
func (f *Folder) place(temp, key string) error {
	dir := path.Dir(key)
	made, err := f.makeDirs(dir)
	if err != nil {
		return err
	}
	if err := f.root.Rename(temp, key); err != nil {
		return err
	}
	if err := f.syncDir(dir); err != nil {
		return err
	}
	for _, d := range made {
		if err := f.syncDir(path.Dir(d)); err != nil {
			return err
		}
	}
	return nil
}

// makeDirs makes a folder with those above it, and names the new ones.
func (f *Folder) makeDirs(dir string) (made []string, err error) {
	for d := dir; d != "."; d = path.Dir(d) {
		if _, err := f.root.Stat(d); err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		made = append(made, d)
	}
	return made, f.root.MkdirAll(dir, 0o700)
}

func (f *Folder) syncDir(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open implements [Store].
func (f *Folder) Open(_ context.Context, key string) (*Object, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, fmt.Errorf("open object: %w", err)
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("open object %s: %w", key, err), file.Close())
	case !info.Mode().IsRegular():
		return nil, errors.Join(missing(key), file.Close())
	}
	return &Object{file, info.Size()}, nil
}

// Delete implements [Store]. Folders stay: they are few, and one that is removed
// could be the one that another goroutine is about to put something into.
func (f *Folder) Delete(_ context.Context, keys ...string) error {
	var errs []error
	for _, key := range keys {
		if err := checkKey(key); err != nil {
			errs = append(errs, err)
		} else if err := ignoreMissing(f.root.Remove(key)); err != nil {
			errs = append(errs, fmt.Errorf("delete object: %w", err))
		}
	}
	return errors.Join(errs...)
}

// List implements [Store]. It reads every folder that can hold some of what is
// asked for, whole; those of a store made for it hold a few hundred names.
func (f *Folder) List(ctx context.Context, prefix, after string, limit int) ([]Info, error) {
	l := lister{ctx: ctx, root: f.root, prefix: prefix, after: after, limit: limit}
	if err := l.list("."); err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("list objects %s: %w", prefix, err)
	}
	return l.found, nil
}

// errEnough ends a list that is full.
var errEnough = errors.New("enough")

type lister struct {
	ctx           context.Context
	root          *os.Root
	prefix, after string
	limit         int
	found         []Info
}

// list adds what is in a folder, with a slash behind the names of folders so
// that keys come in the order of their bytes.
func (l *lister) list(dir string) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	d, err := l.root.Open(dir)
	if err != nil {
		return ignoreMissing(err)
	}
	entries, err := d.ReadDir(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	type name struct {
		key   string
		entry fs.DirEntry
	}
	names := make([]name, 0, len(entries))
	for _, e := range entries {
		key := path.Join(dir, e.Name())
		if key == aside {
			continue
		}
		if e.IsDir() {
			key += "/"
		}
		names = append(names, name{key, e})
	}
	slices.SortFunc(names, func(a, b name) int { return cmp.Compare(a.key, b.key) })
	for _, n := range names {
		if err := l.add(n.key, n.entry); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) add(key string, e fs.DirEntry) error {
	if e.IsDir() {
		// Skip a folder of which nothing can be wanted.
		if !strings.HasPrefix(key, l.prefix) && !strings.HasPrefix(l.prefix, key) ||
			key < l.after && !strings.HasPrefix(l.after, key) {
			return nil
		}
		return l.list(strings.TrimSuffix(key, "/"))
	}
	if !strings.HasPrefix(key, l.prefix) || key <= l.after {
		return nil
	}
	if len(l.found) == l.limit {
		return errEnough
	}
	info, err := e.Info()
	if err != nil {
		return ignoreMissing(err)
	}
	l.found = append(l.found, Info{key, info.Size(), info.ModTime()})
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// inTime is a reader that ends with its context.
type inTime struct {
	ctx context.Context
	r   io.Reader
}

func (t inTime) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p)
}
