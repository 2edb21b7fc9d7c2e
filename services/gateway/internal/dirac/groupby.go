package dirac

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// maxGroups is how many values one answer may be grouped by.
const maxGroups = 50

// groupBy answers with a page of jobs for each value of an attribute that the
// query names; flatten makes one list of them.
func (d *door) groupBy(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("jid") != "groupby" {
		return fault.New(fault.Missing, "request.no_path", "There is nothing at this path.")
	}
	q := r.URL.Query()
	a, ok := find(r.PathValue("object"))
	if !ok {
		return invalid("groupby", "there is no attribute %q", r.PathValue("object"))
	}
	values := slices.Concat(q[a.name], q[a.short])
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) == 0 || len(values) > maxGroups {
		return invalid(a.name, "must be given 1 to %d values to group by", maxGroups)
	}
	flat, err := boolean(q, "flatten", false)
	if err != nil {
		return err
	}
	count, err := number(q, "maxJobs", defaultJobs)
	if err != nil {
		return err
	}
	o, err := newOrder(q)
	if err != nil {
		return err
	}
	groups, all := map[string]listView{}, listView{Jobs: []jobView{}}
	for _, v := range values {
		f, err := newFilter(only(q, a, v), who.From(r.Context()))
		if err != nil {
			return err
		}
		page, err := d.page(r.Context(), f, o, 0, min(count, maxJobs))
		if err != nil {
			return err
		}
		groups[v] = page
		all.Entries += page.Entries
		all.Jobs = append(all.Jobs, page.Jobs...)
	}
	if flat {
		return reply(w, all)
	}
	return reply(w, groups)
}

// only is a query with one value of an attribute.
func only(q url.Values, a attribute, value string) url.Values {
	out := url.Values{}
	for name, values := range q {
		if name != a.short {
			out[name] = values
		}
	}
	out[a.name] = []string{value}
	return out
}
