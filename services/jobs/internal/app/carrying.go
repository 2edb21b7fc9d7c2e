package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Claims keep two replicas from carrying the same files at once, which would
// do no harm but work.
type Claims interface {
	// Claim takes the key until release, unless another has it.
	Claim(ctx context.Context, key string) (release func(), ok bool)
}

// carryingFiles is the duty to bring what imports name, and to send what
// exports name.
func (a *App) carryingFiles() duty {
	return duty{name: "carry", find: inTurns(a.View.StagingOut), do: a.carry}
}

// The pauses between tries grow from the one to the other.
const (
	soonest = 500 * time.Millisecond
	latest  = 30 * time.Second
)

// carry goes on with a job's transfers until they are done, or it is clear
// that they never will be, or the job has left its stage. Each try waits for
// its turn, so that a server which does not answer keeps nobody else waiting.
func (a *App) carry(ctx context.Context, j jobsapi.Job) {
	ctx, end := a.underway.begin(ctx, j.ID)
	defer end()
	c := &carriage{App: a, job: j}
	for pause := soonest; ; pause = min(2*pause, latest) {
		if done := c.turn(ctx); done || ctx.Err() != nil {
			return
		}
		if c.moved {
			pause, c.moved = soonest, false
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// carriage is one stage of a job whose files are carried.
type carriage struct {
	*App
	job   jobsapi.Job
	since time.Time // of the first failure since the last progress; zero: there was none
	moved bool      // there was progress in the last try
}

// turn makes one try, when its turn has come.
func (c *carriage) turn(ctx context.Context) (done bool) {
	leave, err := c.turns.Take(ctx, c.job.Owner)
	if err != nil {
		return true // the sweep finds the job
	}
	defer leave()
	release, ok := c.Claims.Claim(ctx, c.job.ID.String())
	if !ok {
		return true // another does it; if that one dies, the sweep finds the job
	}
	defer release()
	return c.try(ctx)
}

// try brings or sends all that is left. done is false if it should be tried
// again.
func (c *carriage) try(ctx context.Context) (done bool) {
	if err := c.View.Fresh(ctx); err != nil {
		return false
	}
	j, ok, err := c.View.Get(ctx, c.job.ID)
	if err != nil {
		return false
	}
	if c.job = j; !ok || !carries(j) {
		return true
	}
	problem, done := c.all(ctx)
	switch {
	case ctx.Err() != nil:
	case !done:
		return !carries(c.job)
	case c.job.State == job.StagingOut:
		c.record(ctx, job.FinishStageOut{Problem: problem})
	default:
		c.record(ctx, job.FinishStageIn{Problem: problem})
	}
	return true
}

// all does all steps that are left, one by one.
func (c *carriage) all(ctx context.Context) (problem string, done bool) {
	if c.job.State == job.StagingIn {
		if err := c.Stager.There(ctx, c.job); err != nil {
			return c.failed("The working directory cannot be used: ", policy.Unready(err), err)
		}
	}
	secrets, err := c.secrets(ctx)
	if err != nil {
		return c.failed("Its secrets could not be read: ", true, err)
	}
	for {
		s, ok := policy.Next(c.job)
		if !ok {
			return "", true
		}
		note, err := c.step(ctx, s, secrets)
		if err != nil {
			why, done := c.failed("", s.Passing(err), err)
			switch {
			case !done || ctx.Err() != nil:
				return "", false
			case !s.Optional():
				return s.Failed(why), true
			}
			note.Bytes, note.Files, note.Problem = 0, 0, s.Failed(why)
		}
		if c.record(ctx, note); !carries(c.job) {
			return "", false
		}
	}
}

// step writes an input, or makes a transfer.
func (c *carriage) step(ctx context.Context, s policy.Step, secrets map[string]jobsapi.Secret) (job.NoteStaged, error) {
	if in := s.Input; in.Number > 0 {
		return job.NoteStaged{Path: in.Path, Bytes: int64(len(in.Data)), Input: in.Number}, c.Stager.Stage(ctx, c.job, in.Input)
	}
	return c.one(ctx, s.Transfer, secrets)
}

// one makes one transfer.
func (c *carriage) one(ctx context.Context, t policy.Transfer, secrets map[string]jobsapi.Secret) (job.NoteStaged, error) {
	note := job.NoteStaged{Path: t.Inside(), Out: t.Out, Transfer: t.Number}
	secret, ok := secrets[t.Secret]
	if t.Secret != "" && !ok {
		return note, fault.New(fault.Missing, "job.secret", "The secret %s that opens the URL is not known any more.", t.Secret)
	}
	files := 0
	err := c.Carrier.Carry(ctx, t.Carry(c.job, secret), func(f filesapi.Carried) {
		files++
		note.Bytes += f.Bytes
		c.progress()
	})
	if files != 1 {
		note.Files = files
	}
	return note, err
}

func (c *carriage) progress() { c.since, c.moved = time.Time{}, true }

// stuck notes a failure, if it is the first one.
func (c *carriage) stuck() {
	if c.since.IsZero() {
		c.since = c.Now()
	}
}

// trying is for how long there have been only failures.
func (c *carriage) trying() time.Duration {
	if c.since.IsZero() {
		return 0
	}
	return c.Now().Sub(c.since)
}

// failed says why something will never work, if that is so.
func (c *carriage) failed(what string, passing bool, err error) (problem string, done bool) {
	if c.stuck(); passing && c.trying() < c.GiveUp {
		return "", false
	}
	return what + fault.From(err).Message, true
}

// record says what was done, and looks how far the job is then. If that cannot
// be said now, the job is left to the sweep.
func (c *carriage) record(ctx context.Context, said job.Command) {
	out, err := c.handle(ctx, c.job.Owner, c.job.ID, "", c.Now(), said)
	if err != nil {
		if !refused(err) && ctx.Err() == nil {
			c.Log.WarnContext(ctx, "cannot record how far a job's files are; will do it again", "job", c.job.ID, "err", err)
		}
		c.job.State = job.None
		return
	}
	c.job.State, c.job.Moved, c.job.Carried, c.job.Written = out.State.State, out.State.Moved, out.State.Carried, out.State.Written
	c.progress()
}

// secrets are those that the transfers of the stage want.
func (c *carriage) secrets(ctx context.Context) (map[string]jobsapi.Secret, error) {
	if len(policy.Named(c.job)) == 0 {
		return nil, nil
	}
	return c.secretsOf(ctx, c.job)
}
