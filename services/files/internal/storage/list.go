package storage

import (
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"syscall"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// List returns a directory and a page of what is in it, by name: the entries
// after a name, at most limit. Names are read as a stream and only a page of
// them is kept, so that a directory may be as large as it likes. Names that
// are not UTF-8 can be neither shown nor named, and are left out.
func (t *Tree) List(raw, after string, limit int) (filesapi.Listing, error) {
	dir, rel, err := t.dir(raw)
	if err != nil {
		return filesapi.Listing{}, err
	}
	f, err := t.root.OpenFile(rel, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return filesapi.Listing{}, toFault(err, raw)
	}
	defer f.Close()
	page, err := smallest(f, after, limit+1)
	if err != nil {
		return filesapi.Listing{}, toFault(err, raw)
	}
	out := filesapi.Listing{Dir: dir, Entries: []filesapi.File{}}
	if len(page) > limit {
		page = page[:limit]
		out.Next = page[limit-1]
	}
	for _, name := range page {
		if e, ok := t.entry(path.Join(rel, name), path.Join(dir.Path, name)); ok {
			out.Entries = append(out.Entries, e)
		}
	}
	return out, nil
}

// smallest returns the n smallest names after one, in order.
func smallest(dir *os.File, after string, n int) ([]string, error) {
	var page []string
	trim := func() {
		slices.Sort(page)
		page = page[:min(n, len(page))]
	}
	err := batches(dir, func(names []string) error {
		for _, name := range names {
			if name > after && !hidden(name) && utf8.ValidString(name) {
				page = append(page, name)
			}
		}
		if len(page) > 2*n {
			trim()
		}
		return nil
	})
	trim()
	return page, err
}

// entry describes one name of a listing. A link is described by what it leads
// to, if that is inside, else as a link that leads nowhere. ok is false if
// the name has gone meanwhile.
func (t *Tree) entry(rel, asked string) (filesapi.File, bool) {
	fi, err := t.root.Lstat(rel)
	if err != nil {
		return filesapi.File{}, false
	}
	e := describe(asked, fi)
	if e.Link {
		if target, _, err := t.stat(shown(rel)); err == nil {
			e = target
			e.Path, e.Name, e.Link = asked, path.Base(asked), true
		}
	}
	return e, true
}

// batches calls f with the names in a directory, some at a time.
func batches(dir *os.File, f func([]string) error) error {
	const batch = 1024
	for {
		names, err := dir.Readdirnames(batch)
		if len(names) > 0 {
			if err := f(names); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || err == nil && len(names) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
