package app

import (
	"context"
	"errors"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var _ jobsapi.Notes = (*App)(nil)

// Note writes into a job's history.
func (a *App) Note(ctx context.Context, r jobsapi.NoteRequest) (jobsapi.Empty, error) {
	if r.Key == "" || len(r.Key) > maxKey {
		return jobsapi.Empty{}, invalid("key", "must be 1 to %d bytes", maxKey)
	}
	if err := a.View.Fresh(ctx); err != nil {
		return jobsapi.Empty{}, err
	}
	g, ok, err := a.View.Peek(ctx, r.ID)
	switch {
	case err != nil:
		return jobsapi.Empty{}, readFault(ctx, err)
	case !ok:
		return jobsapi.Empty{}, unknown()
	}
	_, err = a.handle(ctx, g.Owner, r.ID, "note-"+r.Key, a.Now(), job.Note{Text: shorten(r.Text)})
	if errors.Is(err, job.ErrGone) { // nobody reads it any more
		err = nil
	}
	return jobsapi.Empty{}, faultOf(ctx, err)
}
