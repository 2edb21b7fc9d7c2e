package outputs

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// right is one caller's right to read what a job writes. All share a reader,
// which reads for the job's owner; so each one's right is asked for here, and
// anew whenever the job has changed: it may be shared no longer.
type right struct {
	jobs  Jobs
	asked uint64 // version of the job
}

// May refuses who may not read what the job writes.
func (h *Hub) May(ctx context.Context, j jobsapi.Job) error {
	return (&right{jobs: h.cfg.Jobs}).check(ctx, j)
}

// check refuses who may not read the job.
func (r *right) check(ctx context.Context, j jobsapi.Job) error {
	if who.From(ctx).ID == j.Owner || r.asked == j.Version && j.Version > 0 {
		return nil
	}
	may, err := r.jobs.Access(ctx, jobsapi.AccessRequest{ID: j.ID})
	if err != nil {
		return err
	}
	if !may.Read {
		return fault.New(fault.Denied, "job.not_yours", "This is somebody else's job.")
	}
	r.asked = j.Version
	return nil
}
