package core4

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/tally"
)

// historyDays is core4's queue.history_in_days: how far a history goes back if
// nobody says.
const historyDays = 7

// far is later than anything.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// jobHistory is the changes of the queue, the newest first.
func (d *door) jobHistory(c *app.Call) (any, error) {
	from, to, err := span(c.Args.Text("filter"))
	if err != nil {
		return nil, err
	}
	ask, err := asked(c.Args)
	if err != nil {
		return nil, err
	}
	if err := d.caughtUp(c); err != nil {
		return nil, err
	}
	return samplesPage(c.Args, ask, d.tally.Between(from, to))
}

// span reads a filter of the field created, by $gte, $gt, $lt and $lte; what
// is between them is the answer.
func span(text string) (from, to time.Time, err error) {
	to = far
	if text == "" {
		return from, to, nil
	}
	var filter map[string]any
	if len(text) > maxFilter || json.Unmarshal([]byte(text), &filter) != nil {
		return from, to, badFilter("it is no JSON object of at most %d bytes", maxFilter)
	}
	for name, want := range filter {
		bounds, ok := want.(map[string]any)
		if name != "created" || !ok {
			return from, to, badFilter("[%s] is no field to filter by, with $gte, $gt, $lt or $lte", name)
		}
		for op, v := range bounds {
			word, _ := v.(string)
			at, ok := arg.ParseTime(word)
			if !ok {
				return from, to, badFilter("[%s] expected as_type [datetime]", op)
			}
			switch op {
			case "$gte":
				from = at
			case "$gt":
				from = at.Add(1)
			case "$lt":
				to = at
			case "$lte":
				to = at.Add(1)
			default:
				return from, to, badFilter("[%s] is no operator", op)
			}
		}
	}
	return from, to, nil
}

// samplesPage is a page of samples, the newest first unless the argument sort
// is 1.
func samplesPage(args arg.Values, ask media.Ask, list []tally.Sample) (any, error) {
	sort, err := arg.Get(args, "sort", -1)
	if err != nil {
		return nil, err
	}
	if sort != 1 && sort != -1 {
		return nil, app.Error(http.StatusBadRequest, "parameter [sort] expected 1 or -1")
	}
	if sort < 0 {
		slices.Reverse(list)
	}
	return media.Paginate(ask, maxPerPage, func() (int, error) { return len(list), nil }, func(skip, limit int) ([]document, error) {
		var out []document
		for _, s := range list[skip : skip+limit] {
			out = append(out, countsDocument(document{"created": moment(s.At), "total": s.Total()}, s.Counts))
		}
		return out, nil
	})
}

// queueHistory is the fullest moment of each bucket of a span of time.
func (d *door) queueHistory(c *app.Call) (any, error) {
	now := d.Now().UTC()
	args := spelled(c.Args)
	from, err := arg.Get(args, "start_date", now.Truncate(24*time.Hour).AddDate(0, 0, -historyDays))
	if err != nil {
		return nil, err
	}
	to, err := arg.Get(args, "end_date", now)
	if err != nil {
		return nil, err
	}
	if to.Before(from) {
		return nil, app.Error(http.StatusBadRequest, "parameter [end_date] is before [start_date]")
	}
	ask, err := asked(args)
	if err != nil {
		return nil, err
	}
	if err := d.caughtUp(c); err != nil {
		return nil, err
	}
	return samplesPage(args, ask, tally.Fullest(d.tally.Between(from, to.Add(1)), tally.Precision(from, to)))
}

// spelled are the arguments as they are spelled since: start_date for
// startDate, and so on.
func spelled(args arg.Values) arg.Values {
	out := map[string]any{}
	for _, n := range args.Names() {
		out[n] = args.Raw(n)
	}
	for older, name := range map[string]string{"startDate": "start_date", "endDate": "end_date", "perPage": "per_page"} {
		if v, ok := out[older]; ok && out[name] == nil {
			out[name] = v
		}
	}
	return arg.Of(out)
}
