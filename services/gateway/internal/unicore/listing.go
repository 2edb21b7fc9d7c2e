package unicore

import (
	"context"
	"io/fs"
	"strings"

	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// maxEntries is the most entries of a directory that one answer lists.
const maxEntries = 10000

// entry describes a file or directory in a listing.
type entry struct {
	IsDirectory  bool   `json:"isDirectory"`
	Size         int64  `json:"size"`
	Permissions  string `json:"permissions"`
	Owner        string `json:"owner,omitempty"`
	Group        string `json:"group,omitempty"`
	LastAccessed string `json:"lastAccessed"`
}

// fileView is the representation of a file or directory. Only a directory has
// content: clients tell the two apart by it.
type fileView struct {
	entry
	Metadata map[string]string `json:"metadata"`
	Content  map[string]entry  `json:"content,omitzero"` // by full path; directories end with a slash
	Links    links             `json:"_links"`
}

func (a *ask) entry(f filesapi.File) entry {
	e := entry{
		IsDirectory: f.Dir, Size: f.Size, LastAccessed: stamp(f.Modified),
		Permissions: fs.FileMode(f.Mode).Perm().String()[1:],
	}
	if !a.me.Operator() { // then it is the caller's own
		e.Owner, e.Group = a.me.Name, a.me.Group
	}
	return e
}

// describe answers with a file's details or a directory's listing.
func (d *door) describe(a *ask, p filesapi.Path, f filesapi.File) error {
	v := fileView{entry: a.entry(f), Metadata: map[string]string{}, Links: links{
		"self": {Href: a.filesURL(p.Path)}, "parentStorage": a.link("/storages/" + a.PathValue("id"))}}
	if !f.Dir {
		a.w.Header().Set("Accept-Ranges", "bytes")
		return a.show(v)
	}
	w, err := a.window(maxEntries)
	if err != nil {
		return err
	}
	files, more, err := d.entries(a.Context(), p, w)
	if err != nil {
		return err
	}
	v.Content = map[string]entry{}
	for _, f := range files {
		v.Content[fullPath(f)] = a.entry(f)
	}
	for name, l := range w.links(a.filesURL(p.Path), more) {
		if name != "self" {
			v.Links[name] = l
		}
	}
	return a.show(v)
}

// fullPath is a file's path from the storage's root, as listings have it.
func fullPath(f filesapi.File) string {
	path := "/" + strings.Trim(f.Path, "/")
	if f.Dir {
		path += "/"
	}
	return path
}

// entries reads the part of a directory that the window shows, and reports
// whether there is more after it.
func (d *door) entries(ctx context.Context, p filesapi.Path, w window) (files []filesapi.File, more bool, err error) {
	req := filesapi.ListRequest{Path: p}
	for skip := w.offset; ; {
		page, err := d.Backend.Files.List(ctx, req)
		if err != nil {
			return nil, false, err
		}
		for _, f := range page.Entries {
			switch {
			case skip > 0:
				skip--
			case len(files) < w.num:
				files = append(files, f)
			default:
				return files, true, nil
			}
		}
		if page.Next == "" {
			return files, false, nil
		}
		req.After = page.Next
	}
}
