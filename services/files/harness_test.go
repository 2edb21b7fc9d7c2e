package files_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// site is the service as others meet it: over NATS and HTTP, on a real disk.
type site struct {
	nats    *natstest.Server
	journal es.Store // of jobs
	base    string
	change  []func(*files.Config)
	log     *slog.Logger // of the replicas that are started next
	client  *filesapi.Client
	mover   *filesapi.Mover
}

// start runs so many replicas on one disk and one NATS.
func start(t *testing.T, replicas int) *site {
	t.Helper()
	return startWith(t, replicas)
}

// startWith runs replicas that are configured otherwise.
func startWith(t *testing.T, replicas int, change ...func(*files.Config)) *site {
	t.Helper()
	s := &site{nats: natstest.Start(t), base: t.TempDir(), change: change, log: logx.Discard()}
	var err error
	s.journal, err = esnats.Open(t.Context(), s.nats.Conn(t), esnats.Config{Stream: jobsapi.Stream, Subject: jobsapi.EventsAll})
	must(t, err)
	for range replicas {
		s.replica(t)
	}
	s.client = filesapi.NewClient(s.nats.Conn(t))
	s.mover = filesapi.NewMover(s.client, nil)
	return s
}

// private is a jobs service that lets only owners use their jobs.
type private struct{}

func (private) Access(context.Context, jobsapi.AccessRequest) (jobsapi.Access, error) {
	return jobsapi.Access{}, nil
}

// replica starts one more replica and returns what ends it.
func (s *site) replica(t *testing.T) (stop func()) {
	t.Helper()
	cfg := files.Config{Root: filepath.Join(s.base, "files"), WorkDirs: filepath.Join(s.base, "jobs"), DataDir: t.TempDir()}
	for _, f := range s.change {
		f(&cfg)
	}
	r := files.New(cfg, files.Deps{NATS: s.nats.Conn(t), Log: s.log, Jobs: private{}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	ended := false
	stop = func() {
		if cancel(); !ended {
			ended = true
			must(t, <-done)
		}
	}
	t.Cleanup(stop)
	select {
	case <-r.Ready():
	case err := <-done:
		t.Fatalf("ended: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("not ready within 20 s")
	}
	return stop
}

// tell appends an event of a job to the journal, as the jobs service would.
func (s *site) tell(t *testing.T, owner string, job id.ID, eventType string) {
	t.Helper()
	s.say(t, owner, job, eventType, `{}`)
}

// say is tell with what the event says.
func (s *site) say(t *testing.T, owner string, job id.ID, eventType, data string) {
	t.Helper()
	topic := jobsapi.Topic(owner, job)
	before, err := s.journal.Load(t.Context(), topic, 0)
	must(t, err)
	var expect uint64
	for _, c := range before {
		expect = c.Seq
	}
	command := job.String() + eventType
	_, err = s.journal.Append(t.Context(), topic, expect, es.Commit{Command: command, Events: []es.Event{{
		ID: command + ".0", Type: eventType, Source: jobsapi.Source, Subject: jobsapi.Subject(job), Time: time.Now(), Data: []byte(data),
	}}})
	must(t, err)
}

// submit makes a job and returns its storage's id.
func (s *site) submit(t *testing.T, owner string, job id.ID) string {
	t.Helper()
	s.tell(t, owner, job, jobsapi.EventSubmitted)
	return jobsapi.WorkDir(job)
}

func as(t *testing.T, user string, roles ...string) context.Context {
	return who.With(t.Context(), who.Principal{ID: user, Name: user, Roles: roles})
}

func at(storage, path string) filesapi.Path { return filesapi.Path{Storage: storage, Path: path} }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// code returns the code of a fault, "" for none.
func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}

// until waits for a condition outside the program, which nobody can signal.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}
