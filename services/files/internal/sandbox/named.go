package sandbox

import (
	"bytes"
	"context"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Jobs says which jobs an owner has.
type Jobs interface {
	Fresh(context.Context) error
	Living(ctx context.Context, owner string, after id.ID, limit int) ([]id.ID, error)
}

// Journal is the events of the jobs.
type Journal interface {
	Load(ctx context.Context, topic string, after uint64) ([]es.Recorded, error)
}

// References finds out which sandboxes jobs name. It reads the journal of
// jobs, the only truth, and only when something is about to be removed: jobs
// are submitted all the time, and few name a sandbox. A new field of a
// description that names one in any other way needs nothing here, since it
// looks for the name and not for the field.
type References struct {
	Jobs    Jobs
	Journal Journal
}

const page = 500 // jobs

// Named returns which of the sandboxes an owner's jobs name, of all jobs that
// were acknowledged before the call and are not destroyed.
func (r References) Named(ctx context.Context, owner string, boxes []string) (map[string]bool, error) {
	if err := r.Jobs.Fresh(ctx); err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for after := id.ID(0); len(named) < len(boxes); {
		jobs, err := r.Jobs.Living(ctx, owner, after, page)
		if err != nil {
			return nil, fmt.Errorf("sandbox: jobs of %s: %w", owner, err)
		}
		for _, n := range jobs {
			if err := r.read(ctx, jobsapi.Topic(owner, n), boxes, named); err != nil {
				return nil, err
			}
		}
		if len(jobs) < page {
			break
		}
		after = jobs[len(jobs)-1]
	}
	return named, nil
}

// Names reports whether a job of the owner's names a sandbox.
func (r References) Names(ctx context.Context, owner string, job id.ID, box string) (bool, error) {
	named := map[string]bool{}
	err := r.read(ctx, jobsapi.Topic(owner, job), []string{box}, named)
	return named[box], err
}

// read looks into the events of one job.
func (r References) read(ctx context.Context, topic string, boxes []string, named map[string]bool) error {
	commits, err := r.Journal.Load(ctx, topic, 0)
	if err != nil {
		return fmt.Errorf("sandbox: read %s: %w", topic, err)
	}
	for _, c := range commits {
		for _, e := range c.Events {
			if !bytes.Contains(e.Data, []byte(filesapi.SandboxURL(Dir))) {
				continue
			}
			for _, box := range boxes {
				if bytes.Contains(e.Data, []byte(filesapi.SandboxURL(box))) {
					named[box] = true
				}
			}
		}
	}
	return nil
}
