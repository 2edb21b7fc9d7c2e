package dirac

import (
	"encoding/json"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// reply answers with JSON.
func reply(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // the client may be gone
	return nil
}

// jobID reads the id of the path: decimal digits, or there is no such job.
func jobID(r *http.Request) (id.ID, error) {
	v, err := id.ParseDecimal(r.PathValue("jid"))
	if err != nil {
		return 0, fault.New(fault.Missing, "unknown_job", "There is no job %q.", r.PathValue("jid"))
	}
	return v, nil
}

func (d *door) job(r *http.Request) (jobsapi.Job, error) {
	v, err := jobID(r)
	if err != nil {
		return jobsapi.Job{}, err
	}
	return d.Backend.Jobs.Get(r.Context(), jobsapi.GetRequest{ID: v})
}

func (d *door) get(w http.ResponseWriter, r *http.Request) error {
	j, err := d.job(r)
	if err != nil {
		return err
	}
	return reply(w, d.view(j))
}

// remove kills a job, or deletes it.
func (d *door) remove(w http.ResponseWriter, r *http.Request) error {
	v, err := jobID(r)
	if err != nil {
		return err
	}
	killOnly, err := boolean(r.URL.Query(), "killonly", true)
	if err != nil {
		return err
	}
	deleted, err := boolean(r.URL.Query(), "delete", false)
	if err != nil {
		return err
	}
	do := d.Backend.Jobs.Abort
	if deleted || !killOnly {
		do = d.Backend.Jobs.Destroy
	}
	if _, err := do(r.Context(), jobsapi.ActRequest{ID: v}); err != nil {
		return err
	}
	return reply(w, map[string]uint64{"jid": uint64(v)})
}

func (d *door) manifest(w http.ResponseWriter, r *http.Request) error {
	j, err := d.job(r)
	if err != nil {
		return err
	}
	original, err := boolean(r.URL.Query(), "original", false)
	if err != nil {
		return err
	}
	if text := manifest.Original(j); original && text != nil {
		return reply(w, text)
	}
	return reply(w, manifest.Processed(j, d.VO))
}
