package unicore

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

func (d *door) fileRoutes() []rest.Route {
	const files = " /storages/{id}/files/{path...}"
	return []rest.Route{
		d.user("GET"+files, "List, describe or download", "With `Accept: application/json` a directory's listing or a file's details; otherwise a file's bytes, by `Range` if asked.", d.getFile),
		d.user("PUT"+files, "Upload or change", "JSON changes properties; every other type of content is the file's new content.", d.putFile),
		d.user("POST"+files, "Make a directory", "Parents are made; an existing directory is fine.", d.makeDir),
		d.user("DELETE"+files, "Delete a file or a directory", "A directory with all that is in it.", d.deleteFile),
	}
}

// file is the file that the path names, relative to the storage's root.
func (a *ask) file() (filesapi.Path, error) {
	var segments []string
	for s := range strings.SplitSeq(a.PathValue("path"), "/") {
		switch {
		case s == "" || s == ".":
		case s == ".." && len(segments) == 0:
			return filesapi.Path{}, fault.New(fault.Denied, "unicore.path", "The path leads out of the storage.")
		case s == "..":
			segments = segments[:len(segments)-1]
		default:
			segments = append(segments, s)
		}
	}
	return filesapi.Path{Storage: ours(a.PathValue("id")), Path: "/" + strings.Join(segments, "/")}, nil
}

// filesURL is the URL of a file on the storage of the request.
func (a *ask) filesURL(path string) string {
	here := a.base + "/storages/" + url.PathEscape(a.PathValue("id")) + "/files"
	return strings.TrimSuffix(here+(&url.URL{Path: path}).EscapedPath(), "/")
}

// getFile answers with what the client accepts: a description if it says
// JSON, else the bytes, if there are any.
func (d *door) getFile(a *ask) error {
	p, err := a.file()
	if err != nil {
		return err
	}
	f, err := d.Backend.Files.Stat(a.Context(), p)
	switch {
	case err != nil:
		return err
	case a.wantsJSON():
		return d.describe(a, p, f)
	case !f.Dir:
		return d.download(a, p, f)
	case a.accepts("application/json") || a.accepts("text/html"):
		return d.describe(a, p, f)
	}
	return fault.New(fault.Unsupported, "unicore.accept", "A directory has no bytes; accept application/json.").
		WithStatus(http.StatusNotAcceptable)
}

// wantsJSON reports whether JSON is named before any other type.
func (a *ask) wantsJSON() bool {
	named := slices.DeleteFunc(mediaRanges(strings.Join(a.Header.Values("Accept"), ",")),
		func(m string) bool { return m == "" || m == "*" || m == "*/*" })
	return len(named) > 0 && named[0] == "application/json"
}

func (d *door) putFile(a *ask) error {
	p, err := a.file()
	if err != nil {
		return err
	}
	if a.sendsJSON() {
		return d.changeFile(a, p)
	}
	if _, err := d.Backend.Bytes.Put(a.Context(), p, a.Body); err != nil {
		return misplaced(err)
	}
	return a.done()
}

// changeFile answers for each property of a file what came of it.
func (d *door) changeFile(a *ask, p filesapi.Path) error {
	if _, err := d.Backend.Files.Stat(a.Context(), p); err != nil {
		return err
	}
	doc, err := a.document()
	if err != nil {
		return err
	}
	verdicts := map[string]string{}
	for _, m := range doc {
		switch m.Name {
		case "permissions", "unixPermissions", "group":
			verdicts[m.Name] = "FAILED: cannot be changed yet"
		case "metadata":
			verdicts[m.Name] = "FAILED: this storage has no metadata"
		default:
			verdicts[m.Name] = "Property not found or cannot be modified!"
		}
	}
	return a.show(verdicts)
}

func (d *door) makeDir(a *ask) error {
	segments := rest.Tail(a.Request)
	if len(segments) > 1 && slices.Contains([]string{
		strings.Join(segments[:2], "/"), strings.Join(segments[len(segments)-2:], "/")}, "actions/extract") {
		return notOffered("The extraction of metadata")
	}
	p, err := a.file()
	if err != nil {
		return err
	}
	if _, err := a.document(); err != nil {
		return err
	}
	if _, err := d.Backend.Files.MakeDir(a.Context(), p); err != nil {
		return misplaced(err)
	}
	a.w.Header().Set("Location", a.filesURL(p.Path))
	a.w.WriteHeader(http.StatusCreated)
	return nil
}

func (d *door) deleteFile(a *ask) error {
	p, err := a.file()
	if err != nil {
		return err
	}
	if _, err := d.Backend.Files.Remove(a.Context(), p); err != nil {
		return misplaced(err)
	}
	return a.done()
}

// misplaced gives a directory where a file is wanted, or the other way round,
// the status that UNICORE has for it.
func misplaced(err error) error {
	if fault.Is(err, fault.Conflict) {
		return fault.From(err).WithStatus(http.StatusBadRequest)
	}
	return err
}
