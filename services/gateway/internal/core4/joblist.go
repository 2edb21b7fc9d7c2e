package core4

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxSeen is how many jobs a list looks at, the newest ones of those that the
// filter may mean.
const maxSeen = 5000

// jobFields are what jobs may be filtered and sorted by.
var jobFields = fields{"_id", "qual_name", "name", "state", "highstate", "priority", "started_at", "finished_at", "runtime", "age", "journal", "attempts", "worker"}

// queued is a job and what the caller sees of it.
type queued struct {
	job   jobsapi.Job
	right right
}

// seen are the documents of everybody's jobs as the caller may see them, those
// without a right masked or, with readable, left out. Arguments are not there
// yet: see withArgs.
func (d *door) seen(c *app.Call, readable bool) ([]document, map[string]queued, error) {
	var docs []document
	jobs := map[string]queued{}
	now := d.Now()
	looked := 0
	_, err := d.Backend.EachJob(overlooking(c, c.Context()), narrowed(c.Args.Text("filter")), maxSeen, func(j jobsapi.Job) {
		q := queued{j, rightTo(c, j)}
		looked++
		if readable && q.right < mayRead {
			return
		}
		doc := jobDocument(j, now)
		if q.right < mayRead {
			doc = doc.masked()
		}
		docs = append(docs, doc)
		jobs[doc["_id"].(string)] = q
	})
	if looked == maxSeen {
		c.FlashWarning("This is a list of the newest %d jobs that the filter may mean; older ones are left out. A filter by state or qual_name finds more.", maxSeen)
	}
	return docs, jobs, err
}

// narrowed is as much of a filter as the jobs service can look for, so that a
// list looks at the newest jobs of those. What cannot be read, the filter
// itself refuses.
func narrowed(filter string) jobsapi.ListRequest {
	ask := jobsapi.ListRequest{All: true}
	var query map[string]any
	if json.Unmarshal([]byte(filter), &query) != nil {
		return ask
	}
	for _, field := range []string{"qual_name", "name"} {
		if name, _ := query[field].(string); jobsapi.QualifiedKind(name) && !strings.HasPrefix(name, jobsapi.OtherKinds) && name != unauthorized {
			ask.Names = []string{name} // with the tag of a kind, which the filter sees to
		}
	}
	if word, _ := query["state"].(string); len(statesOf(word)) > 0 {
		ask.States = listed(statesOf(word))
	} else if journal, ok := query["journal"].(bool); ok && !journal {
		ask.States = inQueue
	}
	return ask
}

// listed are those of some states that lists show.
func listed(states []jobsapi.State) []jobsapi.State {
	return slices.DeleteFunc(states, func(s jobsapi.State) bool { return s == jobsapi.Destroyed })
}

// listJobs is GET /job.
func (d *door) listJobs(c *app.Call) (any, error) {
	docs, jobs, err := d.seen(c, false)
	if err == nil {
		docs, err = jobFields.filtered(c.Args, docs)
	}
	if err == nil {
		err = jobFields.sortByList(c.Args, docs)
	}
	if err != nil {
		return nil, err
	}
	return d.pageWithArgs(c, docs, jobs)
}

func (d *door) pageWithArgs(c *app.Call, docs []document, jobs map[string]queued) (any, error) {
	p, err := pageOf(c.Args, docs)
	if err != nil {
		return nil, err
	}
	return p, d.withArgs(c, p.Items, jobs)
}

// withArgs puts in the arguments of the jobs of a page, which lists of the
// jobs service do not have. A job that is gone by now is shown without.
func (d *door) withArgs(c *app.Call, docs []document, jobs map[string]queued) error {
	for _, doc := range docs {
		q := jobs[doc["_id"].(string)]
		if q.right < mayRead {
			continue
		}
		j, err := d.Backend.Jobs.Get(asCaller(c, c.Context()), jobsapi.GetRequest{ID: q.job.ID})
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		doc["args"] = argsOf(j)
	}
	return nil
}

func pageOf[T any](args arg.Values, list []T) (media.Page[T], error) {
	ask, err := asked(args)
	if err != nil {
		return media.Page[T]{}, err
	}
	return media.PageOf(ask, maxPerPage, list)
}

func asked(args arg.Values) (ask media.Ask, err error) {
	if ask.PerPage, err = arg.Get(args, "per_page", perPage); err != nil {
		return ask, err
	}
	ask.Page, err = arg.Get(args, "page", 0)
	return ask, err
}

// sortByList sorts by the argument sort, a list of [field, direction].
func (fs fields) sortByList(args arg.Values, docs []document) error {
	list, err := arg.Get(args, "sort", []any{[]any{"_id", 1}})
	if err != nil {
		return err
	}
	type key struct {
		field string
		order int
	}
	var keys []key
	for _, one := range list {
		pair, _ := one.([]any)
		if len(pair) != 2 || len(list) > maxNesting {
			return badSort()
		}
		field, _ := pair[0].(string)
		order := map[string]int{"1": 1, "-1": -1}[fmt.Sprint(pair[1])]
		if order == 0 || !slices.Contains(fs, field) {
			return badSort()
		}
		keys = append(keys, key{field, order})
	}
	slices.SortStableFunc(docs, func(a, b document) int {
		for _, k := range keys {
			if n := k.order * compare(a[k.field], b[k.field]); n != 0 {
				return n
			}
		}
		return 0
	})
	return nil
}

func badSort() error {
	return fault.New(fault.Invalid, arg.CodeMistyped, "parameter [sort] expected as_type [list] of [field, 1 or -1]")
}

// compare orders numbers by their value and all else by its text.
func compare(a, b any) int {
	if n, ok := a.(float64); ok {
		if m, ok := b.(float64); ok {
			return cmp.Compare(n, m)
		}
	}
	if n, ok := a.(int); ok {
		if m, ok := b.(int); ok {
			return cmp.Compare(n, m)
		}
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}
