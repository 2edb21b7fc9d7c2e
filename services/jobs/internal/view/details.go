package view

import (
	"slices"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// tag writes the job's tags.
func (w *writer) tag(r *row) error {
	for _, t := range r.job.Spec.Tags {
		if err := w.exec(insertTag, r.job.Owner, t, r.seq); err != nil {
			return err
		}
	}
	return nil
}

// retell writes a description that was changed.
func (w *writer) retell(r *row) error {
	short, whole, err := cutSpec(r.job.Spec)
	if err != nil {
		return err
	}
	if err := w.exec(updateSpec, short, whole, r.seq); err != nil {
		return err
	}
	for _, t := range r.tags {
		if err := w.exec(deleteTag, r.job.Owner, t, r.seq); err != nil {
			return err
		}
	}
	return w.tag(r)
}

// awaits reports whether the job waits for the end of others.
func awaits(j jobsapi.Job) bool { return slices.Contains(j.BlockedOn, jobsapi.Dependencies) }

// await writes for whom the job waits, or that it does no more.
func (w *writer) await(r *row) error {
	now := awaits(r.job)
	if now == r.awaits {
		return nil
	}
	statement := deleteAwait
	if now {
		statement = insertAwait
	}
	for _, d := range r.job.Spec.Awaits {
		if err := w.exec(statement, idOf(d.Job), r.seq); err != nil {
			return err
		}
	}
	return nil
}
