package dirac

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// countable are the attributes by which the jobs service counts, with the
// word for none.
var countable = map[string]struct{ by, none string }{
	"Status":     {jobsapi.ByState, ""},
	"Owner":      {jobsapi.ByOwner, ""},
	"OwnerGroup": {jobsapi.ByGroup, ""},
	"JobName":    {jobsapi.ByName, unnamed},
	"JobGroup":   {jobsapi.ByJobGroup, manifest.NoGroup},
}

// summary counts jobs by the attributes named with group.
func (d *door) summary(w http.ResponseWriter, r *http.Request) error {
	names := r.URL.Query()["group"]
	if len(names) == 0 {
		names = []string{"Status"}
	}
	var by []attribute
	counted := true
	for _, name := range names {
		a, ok := find(name)
		if !ok {
			return invalid("group", "there is no attribute %q", name)
		}
		_, known := countable[a.name]
		by, counted = append(by, a), counted && known
	}
	all, err := boolean(r.URL.Query(), "allOwners", false)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	of := jobsapi.ListRequest{All: all}
	if counted {
		err = d.count(r.Context(), of, by, counts)
	} else {
		err = d.scan(r.Context(), filter{request: of}, func(v jobView) { counts[values(by, v)]++ })
	}
	if err != nil {
		return err
	}
	return reply(w, counts)
}

// count asks the jobs service, however many jobs there are.
func (d *door) count(ctx context.Context, of jobsapi.ListRequest, by []attribute, counts map[string]int) error {
	req := jobsapi.SummaryRequest{Of: of}
	for _, a := range by {
		req.By = append(req.By, countable[a.name].by)
	}
	found, err := d.Backend.Jobs.Summary(ctx, req)
	for _, row := range found.Rows {
		words := make([]string, len(row.Values))
		for i, v := range row.Values {
			words[i] = firstOf(v, countable[by[i].name].none)
			if by[i].name == "Status" {
				words[i] = statusWords[jobsapi.State(v)].major
			}
		}
		counts[strings.Join(words, "|")] += row.Jobs
	}
	return err
}

func values(by []attribute, v jobView) string {
	parts := make([]string, 0, len(by))
	for _, a := range by {
		parts = append(parts, a.of(v))
	}
	return strings.Join(parts, "|")
}

// historyView is how many jobs came to each status in each step of time, that
// begins at a second since 1970.
type historyView struct {
	Data        map[string]map[string]int `json:"data"`
	Granularity int64                     `json:"granularity"` // seconds
}

const daySeconds = 86400

func (d *door) history(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	all, err := boolean(q, "allOwners", false)
	if err != nil {
		return err
	}
	span, err := number(q, "timeSpan", daySeconds)
	if err != nil {
		return err
	}
	if span < 1 || span > 366*daySeconds {
		return invalid("timeSpan", "must be 1 to %d seconds", 366*daySeconds)
	}
	found, err := d.Backend.Jobs.Timeline(r.Context(), jobsapi.TimelineRequest{All: all, Span: time.Duration(span) * time.Second})
	if err != nil {
		return err
	}
	out := historyView{Data: map[string]map[string]int{}, Granularity: int64(found.Grain.Seconds())}
	for _, p := range found.Points {
		word := statusWords[p.State].major
		if out.Data[word] == nil {
			out.Data[word] = map[string]int{}
		}
		out.Data[word][strconv.FormatInt(p.At.Unix(), 10)] += p.Jobs
	}
	return reply(w, out)
}
