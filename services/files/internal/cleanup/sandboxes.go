package cleanup

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// References says which sandboxes jobs name.
type References interface {
	Named(ctx context.Context, owner string, boxes []string) (map[string]bool, error)
}

// Sandboxes removes the sandboxes that no living job names, some time after
// their last use. To be found named by a job is a use: so a sandbox is asked
// about once in that time, and stays that long after its last job.
type Sandboxes struct {
	disk *storage.Disk
	refs References
	keep time.Duration
	gate *disk.Gate
	log  *slog.Logger
}

// NewSandboxes returns one that keeps what was used within a time.
func NewSandboxes(d *storage.Disk, refs References, keep time.Duration, log *slog.Logger) *Sandboxes {
	return &Sandboxes{disk: d, refs: refs, keep: keep, gate: disk.NewGate(atOnce, mayTake), log: log}
}

// Run looks now, and every so often, until ctx ends.
func (s *Sandboxes) Run(ctx context.Context) error {
	tick := time.NewTicker(min(daily, max(minRest, s.keep/8)))
	defer tick.Stop()
	for {
		s.Look(ctx, time.Now())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Look removes what was not used for so long, as of now.
func (s *Sandboxes) Look(ctx context.Context, now time.Time) {
	var owners []string
	_, err := disk.Do(ctx, s.gate, func(context.Context) (struct{}, error) {
		return struct{}{}, s.disk.Names(storage.Sandboxes, func(names []string) error {
			owners = append(owners, names...)
			return nil
		})
	})
	for _, owner := range owners {
		if err != nil || ctx.Err() != nil {
			break
		}
		err = s.of(ctx, owner, now)
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("sandboxes that nobody needs stay for now", "err", err)
	}
}

// of looks at the sandboxes of one owner.
func (s *Sandboxes) of(ctx context.Context, owner string, now time.Time) error {
	since := now.Add(-s.keep)
	old, err := disk.Do(ctx, s.gate, func(context.Context) ([]string, error) { return s.unused(owner, since) })
	for boxes := range slices.Chunk(old, batch) {
		if err != nil {
			break
		}
		var named map[string]bool
		if named, err = s.refs.Named(ctx, owner, boxes); err == nil {
			_, err = disk.Do(ctx, s.gate, func(context.Context) (struct{}, error) {
				return struct{}{}, s.settle(owner, boxes, named, since, now)
			})
		}
	}
	return err
}

// unused are the owner's sandboxes that were not used since a time.
func (s *Sandboxes) unused(owner string, since time.Time) (old []string, err error) {
	t, err := s.disk.Open(sandbox.Key(owner), false)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	defer t.Close()
	for after := ""; ; {
		l, err := t.List(sandbox.Dir, after, batch)
		if err != nil {
			return old, ignoreMissing(err)
		}
		for _, f := range l.Entries {
			if !f.Dir && f.Modified.Before(since) {
				old = append(old, sandbox.Dir+"/"+f.Name)
			}
		}
		if after = l.Next; after == "" {
			return old, nil
		}
	}
}

// settle removes those that no job names, and notes that the others are used.
func (s *Sandboxes) settle(owner string, boxes []string, named map[string]bool, since, now time.Time) error {
	t, err := s.disk.Open(sandbox.Key(owner), false)
	if err != nil {
		return ignoreMissing(err)
	}
	defer t.Close()
	for _, box := range boxes {
		if named[box] {
			err = ignoreMissing(t.Touch(box, now))
		} else {
			_, err = t.RemoveUnused(box, since)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}
