package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxKey bounds an idempotency key, in bytes.
const maxKey = 256

// Submit makes a job. Without a key it takes a free id; with one, the key is
// the id, so that a repeat meets the first job.
func (a *App) Submit(ctx context.Context, r jobsapi.SubmitRequest) (jobsapi.Job, error) {
	p := who.From(ctx)
	if err := maySubmit(p); err != nil {
		return jobsapi.Job{}, err
	}
	c := job.Submit{Owner: p.ID, OwnerName: p.Name, Spec: r.Spec, Expires: a.expiry()}
	var err error
	if c.Group, err = groupOf(p, r.Spec.Group); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.admit(r); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.admitSecrets(r); err != nil {
		return jobsapi.Job{}, err
	}
	if c.Problem, err = a.failed(ctx, r); err == nil && c.Problem == "" {
		err = a.welcome(ctx, c.Owner, []jobsapi.Spec{r.Spec}, keyedID("job", c.Owner, r.Key))
	}
	if err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.checkAwaits(ctx, []jobsapi.Spec{r.Spec}, c.Owner, 0); err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.checkWithin(ctx, []jobsapi.Spec{r.Spec}, single); err != nil {
		return jobsapi.Job{}, err
	}
	if r.Key != "" {
		return a.submitKeyed(ctx, r, c)
	}
	return a.submitFresh(ctx, c, r)
}

func maySubmit(p who.Principal) error {
	if !token(p.ID) {
		return fault.New(fault.Denied, "job.owner", "This user cannot own jobs.")
	}
	if p.Limited { // such proxies go with the jobs themselves, to fetch their files
		return fault.New(fault.Denied, jobsapi.CodeLimited, "A limited proxy certificate may not submit jobs.")
	}
	if p.VO != "" && !slices.Contains(p.Properties, normalUser) { // groups of no VO know no properties
		return fault.New(fault.Denied, jobsapi.CodeNoSubmit, "The group %s of the virtual organization %s may not submit jobs: it has not the property %s.",
			p.Group, p.VO, normalUser)
	}
	return nil
}

// expiry is when a job that is submitted now is destroyed; zero: never.
func (a *App) expiry() time.Time {
	if a.Keep <= 0 {
		return time.Time{}
	}
	return a.Now().Add(a.Keep).UTC().Truncate(time.Second)
}

func groupOf(p who.Principal, asked string) (string, error) {
	if asked == "" || asked == p.Group || slices.Contains(p.Groups, asked) {
		if asked == "" {
			asked = p.Group
		}
		return asked, nil
	}
	return "", fault.New(fault.Denied, "job.group", "You are not a member of that group.").WithField("group", "you are not a member")
}

func (a *App) admit(r jobsapi.SubmitRequest) error {
	f := fault.New(fault.Invalid, "job.invalid", "The job's description is not acceptable.")
	if len(r.Key) > maxKey || !utf8.ValidString(r.Key) {
		f = f.WithField("key", "must be at most %d bytes of UTF-8", maxKey)
	}
	for _, p := range a.Limits.Check(numbered(r.Spec, r.Numbered, math.MaxInt64)) {
		f = f.WithField(p.Field, "%s", p.Message)
	}
	if r.Spec.Parent != nil {
		f = f.WithField("parent", "is set by the service")
	}
	if len(r.Sent) > maxKey {
		f = f.WithField("sent", "must be a hash of at most %d bytes", maxKey)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// admitSecrets is admit for what comes beside the description.
func (a *App) admitSecrets(r jobsapi.SubmitRequest) error {
	f := fault.New(fault.Invalid, "job.invalid", "The job's description is not acceptable.")
	f = a.checkKept(checkSecrets(f, "", r.Spec, r.Secrets), r.Secrets)
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// freshTries bounds the search for a free id, which a journal that has got lost
// and come back may call for.
const freshTries = 16

func (a *App) submitFresh(ctx context.Context, c job.Submit, r jobsapi.SubmitRequest) (jobsapi.Job, error) {
	var err error
	spec, secrets := c.Spec, named(c.Spec, r.Secrets)
	for range freshTries {
		at := a.Now()
		n := a.ids.next(at, a.Replica())
		c.ID, c.Spec = n.String(), numbered(spec, r.Numbered, n)
		if err := a.keep(ctx, n, secrets); err != nil {
			return jobsapi.Job{}, err
		}
		a.memory.Expect(jobsapi.Topic(c.Owner, n))
		var out outcome
		if out, err = a.handle(ctx, c.Owner, n, "", at, c); err == nil {
			return a.submitted(ctx, n, at, out)
		}
		if !errors.Is(err, job.ErrTaken) {
			break
		}
	}
	return jobsapi.Job{}, faultOf(ctx, err)
}

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

// submitted answers a submit from the events themselves, without waiting for
// the view. Without events an earlier try, or an earlier request with the
// same key, has made the job.
func (a *App) submitted(ctx context.Context, n id.ID, at time.Time, out outcome) (jobsapi.Job, error) {
	if len(out.Events) == 0 {
		return a.first(ctx, n)
	}
	var j jobsapi.Job
	for _, e := range out.Events {
		j = view.Fold(j, e, at.UTC(), out.Seq)
	}
	switch j.State {
	case job.Queued:
		a.Waiting.hint(j, out.Seq)
	case job.StagingIn:
		a.staging.take(j)
	case job.Blocked:
		a.blocked.take(j)
	}
	return j, nil
}
