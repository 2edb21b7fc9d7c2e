package dirac

import (
	"context"
	"io"
	"mime"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const bulkText = "The jobs are a JSON list of numbers, or an object or a form with `jids`. The answer lists those that are as asked, those that are not yours " +
	"(`NonauthorizedJobIDs`), those that are not there or not in a status for it (`InvalidJobIDs`), and those to try again (`FailedJobIDs`)."

// bulkView says what became of each job.
type bulkView struct {
	JIDs         []uint64 `json:"jids"`
	Unauthorized []uint64 `json:"NonauthorizedJobIDs,omitempty"`
	Invalid      []uint64 `json:"InvalidJobIDs,omitempty"`
	Failed       []uint64 `json:"FailedJobIDs,omitempty"`
}

// many does the same to many jobs.
func (d *door) many(what string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		ids, err := readIDs(w, r)
		if err != nil {
			return err
		}
		reset, err := boolean(r.URL.Query(), "reset", false)
		if err != nil {
			return err
		}
		var out bulkView
		if what == jobsapi.ActDestroy {
			out, err = d.deleteAll(r.Context(), ids)
		} else {
			out, err = d.actAll(r.Context(), jobsapi.ManyRequest{What: what, IDs: ids, Reset: reset})
		}
		if err != nil {
			return err
		}
		return reply(w, out)
	}
}

func (d *door) actAll(ctx context.Context, r jobsapi.ManyRequest) (bulkView, error) {
	if len(r.IDs) == 0 {
		return bulkView{JIDs: []uint64{}}, nil
	}
	done, err := d.Backend.Jobs.ActMany(ctx, r)
	return bulkView{
		JIDs: numbers(done.Done), Unauthorized: numbers(done.Denied), Failed: numbers(done.Failed),
		Invalid: append(numbers(done.Missing), numbers(done.Refused)...),
	}, err
}

// deleteAll kills those that a runner has, and deletes the others: what is to
// be done is decided on the states before.
func (d *door) deleteAll(ctx context.Context, ids []id.ID) (bulkView, error) {
	var kill, remove []id.ID
	for _, v := range ids {
		j, err := d.Backend.Jobs.Get(ctx, jobsapi.GetRequest{ID: v})
		if err == nil && busy(j.State) {
			kill = append(kill, v)
		} else { // whatever the error is, the answer will name it
			remove = append(remove, v)
		}
	}
	killed, err := d.actAll(ctx, jobsapi.ManyRequest{What: jobsapi.ActAbort, IDs: kill})
	if err != nil {
		return killed, err
	}
	removed, err := d.actAll(ctx, jobsapi.ManyRequest{What: jobsapi.ActDestroy, IDs: remove})
	return bulkView{
		JIDs: append(killed.JIDs, removed.JIDs...), Unauthorized: append(killed.Unauthorized, removed.Unauthorized...),
		Invalid: append(killed.Invalid, removed.Invalid...), Failed: append(killed.Failed, removed.Failed...),
	}, err
}

func numbers(ids []id.ID) []uint64 {
	out := make([]uint64, len(ids))
	for i, v := range ids {
		out[i] = uint64(v)
	}
	return out
}

// readIDs reads the numbers of jobs.
func readIDs(w http.ResponseWriter, r *http.Request) ([]id.ID, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var v any
	if media == mediaForm {
		var s submission
		if err := s.readForm(w, r); err != nil {
			return nil, err
		}
		var all []any
		for _, text := range append(r.PostForm["jids"], r.PostForm["jid"]...) {
			all = append(all, text)
		}
		v = all
	} else {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxManifests))
		if err != nil {
			return nil, bodyError(err)
		}
		if v, err = lenient.Parse(text); err != nil {
			return nil, invalid("jids", "are not JSON: %s", err)
		}
	}
	if o, ok := v.(lenient.Object); ok {
		v, _ = o.Get("jids")
	}
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	if len(items) == 0 || len(items) > jobsapi.MaxBatch {
		return nil, invalid("jids", "must be 1 to %d numbers of jobs", jobsapi.MaxBatch)
	}
	ids := make([]id.ID, len(items))
	for i, item := range items {
		text, _ := lenient.Text(item)
		n, err := id.ParseDecimal(text)
		if err != nil {
			return nil, invalid("jids", "must be 1 to %d numbers of jobs", jobsapi.MaxBatch)
		}
		ids[i] = n
	}
	return ids, nil
}
