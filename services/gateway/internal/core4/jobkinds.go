package core4

import (
	"net/http"
	"path"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// kindFields are what kinds of jobs may be filtered and sorted by.
var kindFields = fields{"_id", "name", "author", "doc", "schedule", "tag", "created_at", "updated_at"}

// KindsOwner is whose the kinds of jobs are, to FirstSeen.
const KindsOwner = "kinds"

// listKinds are the kinds of jobs that the caller may start.
func (d *door) listKinds(c *app.Call) (any, error) {
	like, err := wildcard(c.Args.Text("search"))
	if err != nil {
		return nil, err
	}
	docs := []document{}
	since := func(name string) any {
		if d.FirstSeen == nil {
			return moment(d.Began)
		}
		return moment(d.FirstSeen(KindsOwner, name))
	}
	for name, kind := range d.Jobs {
		if !c.Perms.Job(name, true) || !like(name) {
			continue
		}
		docs = append(docs, document{"_id": name, "name": name, "author": kind.Author, "doc": orNull(kind.Doc),
			"schedule": orNull(kind.Schedule), "tag": sorted(kind.Tag), "created_at": since(name), "updated_at": moment(d.Began)})
	}
	if docs, err = kindFields.filtered(c.Args, docs); err != nil {
		return nil, err
	}
	if err := kindFields.sortByList(c.Args, docs); err != nil {
		return nil, err
	}
	return pageOf(c.Args, docs)
}

// wildcard matches names with ? and *, in any case; without either it looks
// for a part of the name.
func wildcard(text string) (func(string) bool, error) {
	text = strings.ToLower(text)
	if len(text) > maxFilter {
		return nil, app.Error(http.StatusBadRequest, "parameter [search] has more than %d bytes", maxFilter)
	}
	if !strings.ContainsAny(text, "?*") {
		return func(name string) bool { return strings.Contains(strings.ToLower(name), text) }, nil
	}
	text = strings.NewReplacer("[", `\[`, `\`, `\\`).Replace(text)
	return func(name string) bool {
		ok, err := path.Match(text, strings.ToLower(name))
		return ok && err == nil
	}, nil
}
