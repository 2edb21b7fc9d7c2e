package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/batch"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxBatchBytes bounds the descriptions of a batch together: they are one
// message, and NATS takes none of more than 1 MiB.
const maxBatchBytes = 768 << 10

var batches = es.NewDecider(batch.Decide, batch.Evolve, batch.Events())

// SubmitMany makes all jobs of a batch, or none. Once the batch is in the
// journal its jobs come to be, whatever happens to this replica.
func (a *App) SubmitMany(ctx context.Context, r jobsapi.BatchRequest) (jobsapi.Batch, error) {
	c, err := a.checkBatch(ctx, r)
	if err != nil {
		return jobsapi.Batch{}, err
	}
	if err := a.welcome(ctx, c.Owner, r.Specs, firstMember(c.Owner, r.Key)); err != nil {
		return jobsapi.Batch{}, err
	}
	at := a.Now()
	n := a.ids.next(at, a.Replica())
	if r.Key != "" {
		n = id.FromKey("batch", c.Owner, r.Key)
	}
	c.ID = n.String()
	for i, s := range c.Specs {
		c.Specs[i] = numbered(s, r.Numbered, memberID(c.Owner, n, i))
	}
	if err := resolve(c.Specs, c.Owner, n); err != nil {
		return jobsapi.Batch{}, err
	}
	if err := a.checkAwaits(ctx, c.Specs, c.Owner, n); err != nil {
		return jobsapi.Batch{}, err
	}
	if err := a.checkWithin(ctx, c.Specs, listed); err != nil {
		return jobsapi.Batch{}, err
	}
	if err := a.mark(ctx, c.Specs...); err != nil {
		return jobsapi.Batch{}, err
	}
	if err := a.keepAll(ctx, c.Specs, c.Owner, n, r.Secrets); err != nil {
		return jobsapi.Batch{}, err
	}
	command := rand.Text()
	if r.Key != "" {
		command = "key-" + c.KeyHash
	}
	out, err := a.handleBatch(ctx, c.Owner, n, command, at, c)
	if err != nil {
		return jobsapi.Batch{}, faultOf(ctx, err)
	}
	jobs, err := a.makeAll(ctx, n, out.State)
	return jobsapi.Batch{Jobs: jobs}, faultOf(ctx, err)
}

func (a *App) handleBatch(ctx context.Context, owner string, n id.ID, command string, at time.Time, c batch.Command) (es.Outcome[batch.State, batch.Event], error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if command == "" {
		command = rand.Text()
	}
	return es.Handle(ctx, a.Journal, nil, batches, jobsapi.BatchTopic(owner, n), es.Meta{
		Command: command, At: at.UTC(), Actor: who.From(ctx).ID, Correlation: logx.Request(ctx),
		Source: jobsapi.Source, Subject: jobsapi.BatchSubject(n),
	}, c)
}

// checkBatch finds all that is wrong with any of the jobs.
func (a *App) checkBatch(ctx context.Context, r jobsapi.BatchRequest) (batch.Submit, error) {
	p := who.From(ctx)
	c := batch.Submit{Submitted: batch.Submitted{Owner: p.ID, OwnerName: p.Name, Specs: r.Specs, Expires: a.expiry(), VO: p.VO}}
	if err := maySubmit(p); err != nil {
		return c, err
	}
	if len(r.Specs) == 0 || len(r.Specs) > jobsapi.MaxBatch {
		return c, invalid("specs", "must be 1 to %d jobs, not %d", jobsapi.MaxBatch, len(r.Specs))
	}
	f := fault.New(fault.Invalid, "job.invalid", "The jobs' descriptions are not acceptable.")
	for i, s := range r.Specs {
		group, err := groupOf(p, s.Group)
		if err == nil {
			err = a.admit(jobsapi.SubmitRequest{Spec: s, Key: r.Key, Sent: r.Sent, Secrets: r.Secrets, Numbered: r.Numbered})
		}
		if other := within(&f, fmt.Sprintf("specs[%d].", i), err); other != nil {
			return c, other
		}
		c.Groups = append(c.Groups, group)
		f = checkSecrets(f, fmt.Sprintf("specs[%d].", i), s, r.Secrets)
	}
	f = a.checkKept(f, r.Secrets)
	if len(f.Fields) > 0 {
		return c, f
	}
	specs, err := json.Marshal(r.Specs)
	if err != nil {
		return c, fault.From(err)
	}
	size := len(specs)
	if r.Numbered {
		size += bytes.Count(specs, []byte(jobsapi.NumberMark)) * len(id.ID(math.MaxInt64).Decimal())
	}
	if size > maxBatchBytes {
		return c, fault.New(fault.Exhausted, "jobs.batch_too_large",
			"The descriptions have %d bytes together; at most %d are allowed. Submit fewer at once.", size, maxBatchBytes).WithStatus(413)
	}
	switch {
	case r.Key == "":
	case len(r.Sent) > 0:
		c.KeyHash = keyHash(r.Key, r.Sent)
	default:
		c.KeyHash = keyHash(r.Key, specs)
	}
	return c, nil
}

// within adds what is wrong with a part to what is wrong with the whole. What
// is no matter of fields comes back.
func within(f **fault.Error, prefix string, err error) error {
	if err == nil {
		return nil
	}
	part := fault.From(err)
	if part.Kind != fault.Invalid || len(part.Fields) == 0 {
		for i := range part.Fields {
			part.Fields[i].Name = prefix + part.Fields[i].Name
		}
		return part
	}
	for _, p := range part.Fields {
		*f = (*f).WithField(prefix+p.Name, "%s", p.Message)
	}
	return nil
}

// firstMember is the first job of the batch that a key stands for; 0 without
// a key.
func firstMember(owner, key string) id.ID {
	if key == "" {
		return 0
	}
	return memberID(owner, id.FromKey("batch", owner, key), 0)
}

// resolve puts ids in place of "#N", the batch's job of index N.
func resolve(specs []jobsapi.Spec, owner string, n id.ID) error {
	for i := range specs {
		for k := range specs[i].Awaits {
			d := &specs[i].Awaits[k]
			index, ok := strings.CutPrefix(d.Job, "#")
			if !ok {
				continue
			}
			m, err := strconv.Atoi(index)
			if err != nil || m < 0 || m >= len(specs) || m == i {
				return invalid(fmt.Sprintf("specs[%d].awaits[%d].job", i, k), "must be #0 to #%d and not the job itself", len(specs)-1)
			}
			d.Job = memberID(owner, n, m).String()
		}
	}
	return nil
}
