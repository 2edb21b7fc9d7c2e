package carry

import (
	"context"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Site carries to and from the site's own file system, below directories that
// the configuration opens to all users; everything is done as the service, and
// nothing leads out of these directories. With Links, what is brought is a
// symbolic link, and nothing is sent.
type Site struct {
	Roots    []string // absolute; files may come from here
	Writable []string // and from here, and go here
	Links    bool
}

// Bring implements Driver.
func (s Site) Bring(ctx context.Context, t *Task) error {
	return s.with(t, func(p place, root string) error {
		if s.Links {
			return t.linkTo(ctx, p, root)
		}
		return t.bringFrom(ctx, p)
	})
}

// Send implements Driver.
func (s Site) Send(ctx context.Context, t *Task) error {
	if s.Links {
		return Bringer(nil).Send(ctx, t)
	}
	return s.with(t, func(p place, _ string) error { return t.sendTo(ctx, p) })
}

// with opens the directory that the task's URL is below.
func (s Site) with(t *Task, f func(p place, root string) error) error {
	at, err := parseSite(t.URL)
	if err != nil {
		return err
	}
	root, ok := s.rootOf(at, t.Out)
	if !ok {
		return Blame(at, closed(t.Out))
	}
	tree, err := storage.OpenDir(root)
	if err != nil {
		return Blame(at, err)
	}
	defer tree.Close()
	name := func(p string) string { return path.Join(root, p) }
	return f(place{tree, strings.TrimPrefix(at, root), name}, root)
}

// rootOf finds the open directory that a path is below, the innermost of them.
func (s Site) rootOf(at string, write bool) (root string, ok bool) {
	open := s.Writable
	if !write {
		open = append(append([]string(nil), s.Roots...), s.Writable...)
	}
	for _, r := range open {
		r = filepath.Clean(r)
		if (at == r || strings.HasPrefix(at, r+"/")) && len(r) > len(root) {
			root, ok = r, true
		}
	}
	return root, ok
}

func closed(write bool) error {
	if write {
		return fault.New(fault.Denied, "carry.closed", "is not below a directory of the site that may be written to; HEDDLE_CARRY_WRITABLE_ROOTS names those")
	}
	return fault.New(fault.Denied, "carry.closed", "is not below a directory of the site that is open to users; HEDDLE_CARRY_ROOTS names those")
}

// parseSite reads file:/path, file:///path and file://localhost/path. Signs of
// patterns mean what they mean there. A path that is not clean is refused by
// the tree, or is simply not below a root.
func parseSite(raw string) (string, error) {
	bad := fault.New(fault.Invalid, "carry.url", "The URL is not valid.")
	_, rest, _ := strings.Cut(raw, ":")
	if host, ok := strings.CutPrefix(rest, "//"); ok {
		host, rest, _ = strings.Cut(host, "/")
		if rest = "/" + rest; host != "" && host != "localhost" {
			return "", bad.WithField("url", "names a host; files of the site have none")
		}
	}
	at, err := url.PathUnescape(rest)
	if err != nil || !strings.HasPrefix(at, "/") {
		return "", bad.WithField("url", "is not like file:/path")
	}
	clean, err := storage.Clean(at)
	return path.Join("/", clean), err
}

// linkTo makes links to what a place names; a directory is one link.
func (t *Task) linkTo(ctx context.Context, to place, root string) error {
	name := to.name(to.path)
	f, err := to.tree.Stat(to.path)
	if err == nil {
		return Blame(name, t.Link(t.To(path.Base(name)), path.Join(root, f.Path)))
	}
	if !fault.Is(err, fault.Missing) || !pattern(to.path) {
		return Blame(name, err)
	}
	files, err := find(ctx, to.tree, to.path, t.left.bounds())
	if err != nil {
		return Blame(name, err)
	}
	for _, n := range files.names {
		at := path.Join(root, files.dir, n)
		if err := t.Link(path.Join(t.Path.Path, n), at); err != nil {
			return Blame(at, err)
		}
	}
	return nil
}
