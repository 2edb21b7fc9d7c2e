package dirac

import (
	"context"
	"fmt"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxBulk is the most jobs of one request.
const maxBulk = 500

func (d *door) submit(w http.ResponseWriter, r *http.Request) error {
	sent, err := read(w, r)
	if err != nil {
		return err
	}
	specs, err := d.translate(r.Context(), sent)
	if err != nil {
		return err
	}
	jids, err := d.submitAll(r.Context(), specs, r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	if len(jids) == 1 {
		w.Header().Set("Location", fmt.Sprintf("/jobs/%d", jids[0]))
	}
	return reply(w, map[string][]uint64{"jids": jids})
}

// translate reads all manifests before anything is submitted.
func (d *door) translate(ctx context.Context, sent submission) ([]jobsapi.Spec, error) {
	if len(sent.manifests) > maxBulk {
		return nil, fault.New(fault.Exhausted, "too_many_manifests",
			"There are more than %d manifests in the request.", maxBulk).WithStatus(http.StatusRequestEntityTooLarge)
	}
	all, err := d.Backend.Jobs.Sites(ctx, jobsapi.Empty{})
	if err != nil {
		return nil, err
	}
	in := manifest.Setting{Caller: who.From(ctx), VO: d.VO, Files: sent.files}
	for _, s := range all.Sites {
		in.Sites = append(in.Sites, s.Name)
	}
	specs := make([]jobsapi.Spec, len(sent.manifests))
	for i, doc := range sent.manifests {
		if specs[i], err = manifest.Translate(doc, in); err != nil {
			return nil, numbered(err, i, len(specs))
		}
	}
	return specs, nil
}

// numbered says which of several manifests is wrong.
func numbered(err error, i, n int) error {
	f := *fault.From(err)
	if n > 1 {
		f.Message = fmt.Sprintf("Manifest %d of %d: %s", i+1, n, f.Message)
	}
	return &f
}

// submitAll submits all or none. With an idempotency key the jobs that were
// submitted before a failure stay: repeating the request finds them.
func (d *door) submitAll(ctx context.Context, specs []jobsapi.Spec, key string) ([]uint64, error) {
	jids := make([]uint64, 0, len(specs))
	var done []jobsapi.ActRequest
	for i, spec := range specs {
		req := jobsapi.SubmitRequest{Spec: spec, Key: key}
		if key != "" && len(specs) > 1 {
			req.Key = fmt.Sprintf("%s#%d", key, i)
		}
		job, err := d.Backend.Jobs.Submit(ctx, req)
		if err != nil {
			if key == "" {
				d.takeBack(ctx, done)
			}
			return nil, numbered(err, i, len(specs))
		}
		jids = append(jids, uint64(job.ID))
		done = append(done, jobsapi.ActRequest{ID: job.ID, Reason: "The request that it came with failed."})
	}
	return jids, nil
}

// takeBack removes the jobs of a request that failed in the middle, whether
// or not its client still waits. What cannot be removed stays visible to its
// owner.
func (d *door) takeBack(ctx context.Context, jobs []jobsapi.ActRequest) {
	ctx = context.WithoutCancel(ctx)
	for _, j := range jobs {
		if _, err := d.Backend.Jobs.Destroy(ctx, j); err != nil {
			return
		}
	}
}
