// Package files is the files service: a home for each user and every job's
// working directory, as trees of files. This package only assembles it, for
// the daemon and for the all-in-one alike; what others may call is in filesapi.
package files

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/listen"
	"github.com/heddle-dev/heddle/services/files/internal/cleanup"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
	"github.com/heddle-dev/heddle/services/files/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	diskCalls    = 64              // that may hang at once
	diskPatience = 3 * time.Second // shorter than a caller's own
)

// Service is one replica.
type Service struct {
	cfg   Config
	deps  Deps
	ready chan struct{}
}

// New returns a service that is not running yet.
func New(cfg Config, deps Deps) *Service {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.Jobs == nil && deps.NATS != nil {
		deps.Jobs = jobsapi.NewClient(deps.NATS)
	}
	return &Service{cfg: cfg.filled(), deps: deps, ready: make(chan struct{})}
}

// Ready is closed when the replica answers requests.
func (s *Service) Ready() <-chan struct{} { return s.ready }

// Run serves until ctx ends, and then returns nil once the requests under way
// are answered. It waits for NATS and for the disk, however late they come. It
// must be called once.
func (s *Service) Run(ctx context.Context) error {
	err := s.run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *Service) run(ctx context.Context) error {
	if err := s.cfg.Validate(); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	listener, err := listen.TCP(ctx, s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	defer listener.Close()
	p, err := s.parts(ctx)
	if err != nil {
		return err
	}
	defer p.view.Close()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { _ = p.view.Run(working) }) // it ends with its context alone
	select {
	case <-p.view.Ready():
	case <-ctx.Done():
		return ctx.Err()
	}
	running.Go(func() { _ = p.janitor.Run(working) }) // as the view
	running.Go(func() { _ = p.sandboxes.Run(working) })
	return s.serve(ctx, listener, p)
}

// parts is what the doors stand before.
type parts struct {
	disk      *storage.Disk
	gate      *disk.Gate
	signer    *ticket.Signer
	view      *view.View
	janitor   *cleanup.Janitor
	named     sandbox.References
	sandboxes *cleanup.Sandboxes
}

// parts opens all that the replica needs, waiting for what is not there yet.
func (s *Service) parts(ctx context.Context) (parts, error) {
	p := parts{gate: disk.NewGate(diskCalls, diskPatience)}
	journal, err := esnats.Open(ctx, s.deps.NATS, esnats.Config{
		Stream: jobsapi.Stream, Subject: jobsapi.EventsAll, Replicas: s.cfg.Replicas, TypesOnly: true})
	if err != nil {
		return p, fmt.Errorf("files: the journal of jobs: %w", err)
	}
	err = s.persist(ctx, "the key of the tickets", func(ctx context.Context) error {
		key, err := ticket.SharedKey(ctx, s.deps.NATS, s.cfg.Replicas)
		p.signer = ticket.NewSigner(key)
		return err
	})
	if err != nil {
		return p, err
	}
	err = s.persist(ctx, "the disk", func(context.Context) (err error) {
		p.disk, err = storage.NewDisk(s.cfg.Root, s.cfg.WorkDirs)
		return err
	})
	if err != nil {
		return p, err
	}
	path := filepath.Join(s.cfg.DataDir, "views", s.cfg.ViewFile)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return p, fmt.Errorf("files: %w", err)
	}
	p.view, err = view.Open(path, journal, s.deps.Log, func() { p.janitor.Ring() })
	if err != nil {
		return p, fmt.Errorf("files: %w", err)
	}
	p.janitor = cleanup.New(p.view, p.disk, s.deps.Log)
	p.named = sandbox.References{Jobs: p.view, Journal: journal}
	p.sandboxes = cleanup.NewSandboxes(p.disk, p.named, s.cfg.SandboxKeep, s.deps.Log)
	return p, nil
}

// persist tries f again until it succeeds or ctx ends.
func (s *Service) persist(ctx context.Context, what string, f func(context.Context) error) error {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		bounded, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := f(bounded)
		cancel()
		if err == nil {
			return nil
		}
		s.deps.Log.WarnContext(ctx, "waiting for "+what, "reason", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
