package cleanup

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// naming is what jobs name, and how often it was asked.
type naming struct {
	boxes map[string]bool
	err   error
	asked int
}

func (n *naming) Named(context.Context, string, []string) (map[string]bool, error) {
	n.asked++
	return n.boxes, n.err
}

// boxes is a disk with a sandbox of alice's for each text.
func boxes(t *testing.T, texts ...string) (d *storage.Disk, names []string, tree *storage.Tree) {
	t.Helper()
	base := t.TempDir()
	d, err := storage.NewDisk(base, filepath.Join(base, "jobs"))
	if err == nil {
		tree, err = d.Open(sandbox.Key("alice"), true)
	}
	for _, text := range texts {
		var name string
		if err == nil {
			name, err = sandbox.Keep(t.Context(), tree, strings.NewReader(text), "", sandbox.Limits{Bytes: 100})
		}
		names = append(names, name)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return d, names, tree
}

func there(tree *storage.Tree, name string) bool { _, err := tree.Stat(name); return err == nil }

func TestSandboxesGoThatNoJobNames(t *testing.T) {
	t.Parallel()
	const keep = 24 * time.Hour
	d, names, tree := boxes(t, "named", "not", "used lately")
	jobs := &naming{boxes: map[string]bool{names[0]: true}}
	s := NewSandboxes(d, jobs, keep, logx.Discard())
	now := time.Now().Add(keep - time.Minute)
	s.Look(t.Context(), now)
	if jobs.asked != 0 || !there(tree, names[0]) || !there(tree, names[1]) {
		t.Error("looked into before its time")
	}
	now = now.Add(time.Hour)
	if err := tree.Touch(names[2], now.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	jobs.err = errors.New("the journal is away")
	s.Look(t.Context(), now)
	if !there(tree, names[1]) {
		t.Error("removed without knowing")
	}
	jobs.err = nil
	s.Look(t.Context(), now)
	if !there(tree, names[0]) || there(tree, names[1]) || !there(tree, names[2]) {
		t.Errorf("named %v, not %v, used %v", there(tree, names[0]), there(tree, names[1]), there(tree, names[2]))
	}
	asked := jobs.asked
	s.Look(t.Context(), now.Add(keep/2)) // to be named was a use
	if jobs.asked != asked {
		t.Error("asked again too soon")
	}
	jobs.boxes = nil // the job is destroyed
	s.Look(t.Context(), now.Add(3*keep))
	if there(tree, names[0]) || there(tree, names[2]) {
		t.Error("outlives its last job")
	}
}

func TestSandboxesAreLookedAtAgainAndAgain(t *testing.T) {
	t.Parallel()
	d, names, tree := boxes(t, "x")
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		if err := tree.Touch(names[0], now); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- NewSandboxes(d, &naming{}, 100*time.Hour, logx.Discard()).Run(ctx) }()
		time.Sleep(99 * time.Hour)
		synctest.Wait()
		if !there(tree, names[0]) {
			t.Error("gone too early")
		}
		time.Sleep(20 * time.Hour)
		synctest.Wait()
		if there(tree, names[0]) {
			t.Error("not gone in time")
		}
		cancel()
		<-done
	})
}
