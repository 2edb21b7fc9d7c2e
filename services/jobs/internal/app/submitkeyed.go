package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxKey bounds an idempotency key, in bytes.
const maxKey = 256

func (a *App) submitKeyed(ctx context.Context, r jobsapi.SubmitRequest, c job.Submit) (jobsapi.Job, error) {
	spec, err := json.Marshal(c.Spec)
	if err != nil {
		return jobsapi.Job{}, fault.From(err)
	}
	n := keyedID("job", c.Owner, r.Key)
	c.ID, c.KeyHash = n.String(), keyHash(r.Key, spec)
	if len(r.Sent) > 0 { // a job of the time before Sent has the other hash
		c.KeyHash, c.OldHash = keyHash(r.Key, r.Sent), c.KeyHash
	}
	c.Spec = numbered(c.Spec, r.Numbered, n)
	if err := a.keep(ctx, n, named(c.Spec, r.Secrets)); err != nil {
		return jobsapi.Job{}, err
	}
	// The command's id holds the description too: a repeat with another one
	// must be decided on, not mistaken for a lost acknowledgement.
	at := a.Now()
	out, err := a.handle(ctx, c.Owner, n, "key-"+c.KeyHash, at, c)
	switch {
	case errors.Is(err, job.ErrGone):
		return jobsapi.Job{}, keyGone()
	case err != nil:
		return jobsapi.Job{}, faultOf(ctx, err)
	}
	return a.submitted(ctx, n, at, out)
}

// keyedID is the id of what a key stands for; 0 without a key.
func keyedID(what, owner, key string) id.ID {
	if key == "" {
		return 0
	}
	return id.FromKey(what, owner, key)
}

// keyHash ties a key to the request that it came with.
func keyHash(key string, request []byte) string {
	sum := sha256.Sum256(append(append([]byte(key), 0), request...))
	return hex.EncodeToString(sum[:])
}

// first returns the job that a key stands for, as it is by now.
func (a *App) first(ctx context.Context, n id.ID) (jobsapi.Job, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return jobsapi.Job{}, err
	}
	j, ok, err := a.View.Get(ctx, n)
	switch {
	case err != nil:
		return jobsapi.Job{}, readFault(ctx, err)
	case !ok || j.State == job.Destroyed:
		return jobsapi.Job{}, keyGone()
	default:
		return j, nil
	}
}

const codeGone = "idempotency.gone"

func keyGone() error {
	return fault.New(fault.Conflict, codeGone, "The job of this idempotency key was destroyed.")
}
