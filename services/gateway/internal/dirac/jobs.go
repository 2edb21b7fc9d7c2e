package dirac

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
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

// openJob is the job of the path, if the caller may see all of it.
func (d *door) openJob(r *http.Request) (jobsapi.Job, error) {
	v, err := jobID(r)
	if err != nil {
		return jobsapi.Job{}, err
	}
	return d.open(r.Context(), v)
}

// open is a job that the caller may see all of, and not only what a list says.
func (d *door) open(ctx context.Context, v id.ID) (jobsapi.Job, error) {
	j, err := d.Backend.Jobs.Get(ctx, jobsapi.GetRequest{ID: v})
	if err == nil && j.Hidden {
		err = fault.New(fault.Denied, "not_authorized", "The job %d is somebody else's: you may see what a list says of it, and no more.", uint64(j.ID))
	}
	return j, err
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
	if deleted || !killOnly {
		err = d.delete(r.Context(), v)
	} else {
		_, err = d.Backend.Jobs.Abort(r.Context(), jobsapi.ActRequest{ID: v})
	}
	if err != nil {
		return err
	}
	return reply(w, map[string]uint64{"jid": uint64(v)})
}

// delete deletes a job where DIRAC's states allow it: one that is with a
// runner, or sends its outputs, is killed, and remains.
func (d *door) delete(ctx context.Context, v id.ID) error {
	j, err := d.Backend.Jobs.Get(ctx, jobsapi.GetRequest{ID: v})
	if err != nil {
		return err
	}
	do := d.Backend.Jobs.Destroy
	if busy(j.State) {
		do = d.Backend.Jobs.Abort
	}
	_, err = do(ctx, jobsapi.ActRequest{ID: v})
	return err
}

// busy are the states in which DIRAC's jobs can be killed, but not deleted.
func busy(s jobsapi.State) bool {
	return s == jobsapi.Matched || s == jobsapi.Running || s == jobsapi.StagingOut
}

// mediaJDL is DIRAC's job description language.
const mediaJDL = "text/x-jdl"

func (d *door) manifest(w http.ResponseWriter, r *http.Request) error {
	j, err := d.openJob(r)
	if err != nil {
		return err
	}
	original, err := boolean(r.URL.Query(), "original", false)
	if err != nil {
		return err
	}
	m := manifest.Processed(j, d.VO)
	if text := manifest.Original(j); original && text != nil {
		if v, err := lenient.Parse(text); err == nil {
			m, _ = v.(lenient.Object)
		}
	}
	if !strings.HasPrefix(r.Header.Get("Accept"), mediaJDL) {
		return reply(w, m)
	}
	w.Header().Set("Content-Type", mediaJDL)
	_, _ = io.WriteString(w, manifest.JDL(m)) // the client may be gone
	return nil
}
