package carry

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

const (
	maxListing = 64 << 20 // bytes of the listing of one directory
	maxDepth   = 100      // directories inside of each other
)

// remote is a path in a storage of a UNICORE server elsewhere, which can tell
// what is in a directory.
type remote struct {
	root *url.URL // …/rest/core/storages/ID/files
	path string   // without a slash before or after; "" is the root
}

// storageOf reads a URL as one of a storage's files, if it is one.
func storageOf(u *url.URL) (remote, bool) {
	const storages, files = "/rest/core/storages/", "/files"
	site, rest, ok := strings.Cut(u.EscapedPath(), storages)
	id, at, slash := strings.Cut(rest, "/")
	if !ok || !slash || id == "" || at != files[1:] && !strings.HasPrefix(at, files[1:]+"/") {
		return remote{}, false
	}
	below, err := url.PathUnescape(strings.TrimPrefix(at, files[1:]))
	if err != nil {
		return remote{}, false
	}
	root := *u
	root.RawPath = site + storages + id + files
	if root.Path, err = url.PathUnescape(root.RawPath); err != nil {
		return remote{}, false
	}
	return remote{&root, strings.Trim(below, "/")}, true
}

// url is the URL of a path.
func (r remote) url(at string) *url.URL {
	if at == "" || at == "." {
		return r.root
	}
	return r.root.JoinPath(escaped(at))
}

// listing is what a server says of a path.
type listing struct {
	Directory bool             `json:"isDirectory"`
	Content   map[string]entry `json:"content"`
}

type entry struct {
	Directory bool `json:"isDirectory"`
}

// walk is a Bring from a remote storage under way.
type walk struct {
	web  Web
	task *Task
	from remote
	dirs int // that may still be looked into
}

// bringStorage brings a file, a directory with all below it, or what matches a
// pattern; a name with the signs of a pattern in it comes first.
func (w Web) bringStorage(ctx context.Context, t *Task, from remote) error {
	k := &walk{web: w, task: t, from: from, dirs: t.left.bounds().Files + 1}
	l, err := k.list(ctx, from.path)
	switch {
	case fault.Is(err, fault.Missing) && pattern(from.path):
		return k.match(ctx)
	case err != nil:
		return err
	case l.Directory:
		return k.all(ctx, from.path, "", l, 0)
	}
	return w.fetch(ctx, t, from.url(from.path), t.To(path.Base(from.path)))
}

// match brings the files that match the pattern, element by element.
func (k *walk) match(ctx context.Context) error {
	dir, glob := split(k.from.path)
	before := k.task.left.bounds().Files
	if err := k.below(ctx, dir, "", strings.Split(glob, "/")); err != nil {
		return err
	}
	if k.task.left.bounds().Files == before {
		return Blame(outbound.Shown(k.from.url(k.from.path)), fault.New(fault.Missing, "files.missing", "no file matches"))
	}
	return nil
}

func (k *walk) below(ctx context.Context, dir, rel string, glob []string) error {
	l, err := k.list(ctx, dir)
	if err != nil {
		return err
	}
	names, err := k.names(dir, l)
	if err != nil {
		return err
	}
	var files []string
	for _, name := range names {
		ok, err := path.Match(glob[0], name.name)
		switch {
		case err != nil:
			return Blame(outbound.Shown(k.from.url(k.from.path)), fault.New(fault.Invalid, "files.pattern", "The pattern is malformed."))
		case !ok:
		case len(glob) > 1 && name.dir:
			err = k.below(ctx, path.Join(dir, name.name), path.Join(rel, name.name), glob[1:])
		case len(glob) == 1 && !name.dir:
			files = append(files, name.name)
		}
		if err != nil {
			return err
		}
	}
	return k.fetch(ctx, dir, rel, files)
}

// fetch brings files of a directory.
func (k *walk) fetch(ctx context.Context, dir, rel string, names []string) error {
	return each(ctx, names, func(ctx context.Context, name string) error {
		return k.web.fetch(ctx, k.task, k.from.url(path.Join(dir, name)), path.Join(k.task.Path.Path, rel, name))
	})
}

// all brings all files of a directory that was listed.
func (k *walk) all(ctx context.Context, dir, rel string, l listing, depth int) error {
	if depth > maxDepth {
		return Blame(outbound.Shown(k.from.url(dir)), fault.New(fault.Exhausted, "carry.too_many", "The directories are too deep inside of each other."))
	}
	names, err := k.names(dir, l)
	if err != nil {
		return err
	}
	var files []string
	for _, name := range names {
		if !name.dir {
			files = append(files, name.name)
			continue
		}
		at := path.Join(dir, name.name)
		l, err := k.list(ctx, at)
		if err == nil {
			err = k.all(ctx, at, path.Join(rel, name.name), l, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return k.fetch(ctx, dir, rel, files)
}

type named struct {
	name string
	dir  bool
}

// names are the entries of a directory, by name. The server gives their paths;
// one that is not in the directory, or that no file here could have, is refused.
func (k *walk) names(dir string, l listing) ([]named, error) {
	var names []named
	for key, e := range l.Content {
		rest := strings.Trim(key, "/")
		if dir != "" && dir != "." {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, dir+"/"); !ok {
				rest = ""
			}
		}
		clean, err := storage.Clean(rest)
		if err != nil || clean != rest || strings.Contains(rest, "/") || rest == "." {
			return nil, Blame(outbound.Shown(k.from.url(dir)), fault.New(fault.Invalid, "carry.listing", "its listing names %.200q, which is no file in it", key))
		}
		names = append(names, named{rest, e.Directory || strings.HasSuffix(key, "/")})
	}
	slices.SortFunc(names, func(a, b named) int { return strings.Compare(a.name, b.name) })
	return names, nil
}

// list asks what a path is, and what is in it.
func (k *walk) list(ctx context.Context, at string) (l listing, err error) {
	u := k.from.url(at)
	if k.dirs--; k.dirs < 0 {
		return l, Blame(outbound.Shown(u), fault.New(fault.Exhausted, "carry.too_many", "These are more directories than may be carried at once.").WithStatus(413))
	}
	err = k.web.persist(ctx, func() error {
		l, err = k.ask(ctx, u)
		return err
	})
	return l, Blame(outbound.Shown(u), err)
}

func (k *walk) ask(ctx context.Context, u *url.URL) (l listing, err error) {
	r, err := request(ctx, http.MethodGet, u, k.task.Authorization)
	if err != nil {
		return l, err
	}
	r.Header.Set("Accept", "application/json")
	res, err := k.web.Client.Do(r)
	if err != nil {
		return l, failed(ctx, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return l, answered(res)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxListing+1))
	switch {
	case err != nil:
		return l, failed(ctx, err)
	case len(b) > maxListing:
		return l, fault.New(fault.Exhausted, "carry.listing", "its listing is too large").WithStatus(413)
	case json.Unmarshal(b, &l) != nil:
		return l, fault.New(fault.Invalid, "carry.listing", "its listing cannot be read")
	}
	return l, nil
}
