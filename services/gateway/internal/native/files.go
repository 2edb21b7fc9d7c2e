package native

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

func (d *door) fileRoutes() []rest.Route {
	const pattern = " /storages/{id}/files/{path...}"
	route := func(method, title, text string, f func(http.ResponseWriter, *http.Request, filesapi.Path) error) rest.Route {
		return rest.Raw(method+pattern, who.Authenticated, rest.Doc{
			Title: title, Text: text, Tags: []string{"storages"},
			Errors: []fault.Kind{fault.Missing, fault.Denied, fault.Conflict},
		}, func(w http.ResponseWriter, r *http.Request) error {
			p, err := filePath(r)
			if err != nil {
				return err
			}
			return f(w, r, p)
		})
	}
	get := route("GET", "List a directory or download a file", getFileText, d.getFile)
	get.Query = []string{"stat", "limit", "after"}
	return []rest.Route{
		get,
		route("PUT", "Upload a file", "The body is the content, of any type and size. The file is replaced whole or not at all; "+
			"directories on the way are made. 201 means that it is new.", d.putFile),
		route("POST", "Make a directory", "Parents are made too; one that is there already is fine. The request has no body.", d.makeDir),
		route("DELETE", "Delete a file or a directory", "A directory with all that is in it.", d.remove),
	}
}

const getFileText = "A file: its bytes, by `Range` and by condition (`If-None-Match`, `If-Modified-Since`) if asked.\n\n" +
	"A directory: a page of its entries by name, as JSON; `limit` (1 to 10000, default 1000) and `after` (the last name of the page before) turn the pages.\n\n" +
	"With `?stat=true` either is only described, as JSON."

// filePath is the file that the URL names. Each segment is one name: a slash
// in it cannot be meant, and what is not UTF-8 would become another name on
// its way through JSON.
func filePath(r *http.Request) (filesapi.Path, error) {
	segments := rest.Tail(r)
	for _, s := range segments {
		if strings.Contains(s, "/") || !utf8.ValidString(s) {
			return filesapi.Path{}, fault.New(fault.Invalid, "files.path", "The path is not valid.").
				WithField("path", "%q is not a file's name: it holds a slash or is not UTF-8", s)
		}
	}
	return filesapi.Path{Storage: r.PathValue("id"), Path: "/" + strings.Join(segments, "/")}, nil
}

func (d *door) getFile(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	q, err := fileQuery(r.URL)
	if err != nil {
		return err
	}
	f, err := d.Backend.Files.Stat(r.Context(), p)
	switch {
	case err != nil:
		return err
	case q.stat:
		return writeJSON(w, http.StatusOK, f)
	case !f.Dir:
		return d.send(w, r, p)
	}
	l, err := d.Backend.Files.List(r.Context(), filesapi.ListRequest{Path: p, Limit: q.limit, After: q.after})
	if err != nil {
		return err
	}
	if l.Entries == nil {
		l.Entries = []filesapi.File{}
	}
	if l.Next != "" {
		here := strings.TrimPrefix(r.URL.EscapedPath(), Root)
		w.Header().Set("Link", placeOf(r.Context()).next(here, "after", l.Next))
	}
	return writeJSON(w, http.StatusOK, l)
}

// query is what a GET of a file may say beside its path.
type query struct {
	stat  bool
	limit int
	after string
}

func fileQuery(u *url.URL) (query, error) {
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		bad = bad.WithField("query", "is not readable")
	}
	q := query{after: values.Get("after")}
	if v := values.Get("stat"); v != "" {
		if q.stat, err = strconv.ParseBool(v); err != nil {
			bad = bad.WithField("stat", "is %q; it may be true or false", v)
		}
	}
	if v := values.Get("limit"); v != "" {
		if q.limit, err = strconv.Atoi(v); err != nil || q.limit < 1 || q.limit > 10_000 {
			bad = bad.WithField("limit", "is %q; it may be 1 to 10000", v)
		}
	}
	if len(bad.Fields) > 0 {
		return q, bad
	}
	return q, nil
}
