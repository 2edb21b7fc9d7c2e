package jobs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// writes is a files service that only takes writes, and tells of them.
type writes struct {
	filesapi.Service
	made chan string
}

func (w writes) Write(ctx context.Context, r filesapi.WriteRequest) (filesapi.File, error) {
	w.made <- fmt.Sprintf("%s %s:%s %s", who.From(ctx).ID, r.Storage, r.Path.Path, r.Data)
	return filesapi.File{}, nil
}

// daemon is a running replica.
type daemon struct {
	*jobs.Service
	stop context.CancelFunc
	done chan error
}

func start(t *testing.T, srv *natstest.Server, cfg jobs.Config, files filesapi.Service) *daemon {
	t.Helper()
	d := &daemon{Service: jobs.New(cfg, jobs.Deps{NATS: srv.Conn(t), Log: logx.Discard(), Files: files}), done: make(chan error, 1)}
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	go func() { d.done <- d.Run(ctx) }()
	t.Cleanup(stop)
	return d
}

func (d *daemon) await(t *testing.T) {
	t.Helper()
	select {
	case <-d.Ready():
	case err := <-d.done:
		t.Fatalf("ended before it was ready: %v", err)
	case <-time.After(30 * time.Second):
		t.Fatal("not ready within 30 s")
	}
}

func (d *daemon) end(t *testing.T) {
	t.Helper()
	d.stop()
	select {
	case err := <-d.done:
		if err != nil {
			t.Fatalf("ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("not ended within 30 s")
	}
}

func alice(ctx context.Context) context.Context {
	return who.With(ctx, who.Principal{ID: "u-1", Name: "alice", Group: "users", Groups: []string{"users"}})
}

func TestAJobGoesThroughTheDoorway(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	nc := srv.Conn(t)
	files := writes{made: make(chan string, 1)}
	d := start(t, srv, jobs.Config{DataDir: t.TempDir(), Sites: []string{"here"}}, files)
	d.await(t)
	c, ctx := jobsapi.NewClient(nc), alice(t.Context())
	runner := who.With(t.Context(), who.Component("runner-r1"))
	told, err := nc.SubscribeSync(jobsapi.StopSignal("r1"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := c.Submit(ctx, jobsapi.SubmitRequest{Spec: jobsapi.Spec{Executable: "cat", Inputs: []jobsapi.Input{{Path: "a", Data: "1"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := <-files.made, "u-1 "+j.Storage()+":a 1"; got != want {
		t.Errorf("wrote %q, not %q", got, want)
	}
	if _, err := c.Register(runner, jobsapi.RegisterRequest{Runner: "r1", Site: "here", Slots: 1}); err != nil {
		t.Fatal(err)
	}
	got, err := c.Offer(runner, jobsapi.OfferRequest{Runner: "r1", Site: "here", Free: 1, Wait: 20 * time.Second})
	if err != nil || len(got.Jobs) != 1 || got.Jobs[0].ID != j.ID {
		t.Fatalf("offered %+v, %v", got, err)
	}
	if _, err := c.Abort(ctx, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := told.NextMsg(10 * time.Second); err != nil {
		t.Errorf("the runner was not told: %v", err)
	}
	orders, err := c.Beat(runner, jobsapi.BeatRequest{Runner: "r1", Site: "here", Slots: 1, Jobs: []jobsapi.Lease{{ID: j.ID, Owner: j.Owner, Epoch: 1}}})
	if err != nil || len(orders.Stop) != 1 {
		t.Errorf("orders %+v, %v", orders, err)
	}
	if _, err := c.Offer(ctx, jobsapi.OfferRequest{Runner: "r1", Site: "here", Free: 1}); !fault.Is(err, fault.Denied) {
		t.Errorf("a user offers slots: %v", err)
	}
	if _, err := c.List(t.Context(), jobsapi.ListRequest{}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("nobody lists: %v", err)
	}
	d.end(t)
}

func TestItWaitsForNATSAndDrains(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	nc := srv.Conn(t)
	d := &daemon{Service: jobs.New(jobs.Config{DataDir: t.TempDir()}, jobs.Deps{NATS: srv.Conn(t), Log: logx.Discard()}), done: make(chan error, 1)}
	srv.Stop()
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	go func() { d.done <- d.Run(ctx) }()
	srv.Begin(t)
	d.await(t)
	natstest.Connected(t, nc)
	c := jobsapi.NewClient(nc)
	j, err := c.Submit(alice(t.Context()), jobsapi.SubmitRequest{Spec: jobsapi.Spec{Executable: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error)
	begun := make(chan struct{})
	go func() {
		close(begun)
		_, err := c.Get(alice(t.Context()), jobsapi.GetRequest{ID: j.ID, Wait: 25 * time.Second, UntilEnd: true})
		answered <- err
	}()
	<-begun
	// The replica has the request as soon as it answers a later one.
	if _, err := c.Get(alice(t.Context()), jobsapi.GetRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	d.end(t)
	if err := <-answered; err != nil && !fault.Is(err, fault.Unavailable) {
		t.Errorf("the long poll was answered with %v", err)
	}
}

// TestTheViewGrowsAgain: a replica whose file was deleted shows the same jobs.
func TestTheViewGrowsAgain(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	c, ctx := jobsapi.NewClient(srv.Conn(t)), alice(t.Context())
	dir := t.TempDir()
	look := func(change func()) string {
		d := start(t, srv, jobs.Config{DataDir: dir}, nil)
		d.await(t)
		change()
		page, err := c.List(ctx, jobsapi.ListRequest{Limit: 1000, Total: true})
		if err != nil || page.Total != len(page.Jobs) {
			t.Fatalf("%d of %d, %v", len(page.Jobs), page.Total, err)
		}
		var b strings.Builder
		for _, j := range page.Jobs {
			whole, err := c.Get(ctx, jobsapi.GetRequest{ID: j.ID})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%+v\n", whole)
		}
		d.end(t)
		return b.String()
	}
	before := look(func() {
		for n := range 30 {
			j, err := c.Submit(ctx, jobsapi.SubmitRequest{Spec: jobsapi.Spec{Name: fmt.Sprint("j", n), Executable: "x"}})
			if err != nil {
				t.Fatal(err)
			}
			for _, act := range []func(context.Context, jobsapi.ActRequest) (jobsapi.Job, error){c.Abort, c.Restart, c.Destroy}[:n%4] {
				if _, err := act(ctx, jobsapi.ActRequest{ID: j.ID}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	if err := os.RemoveAll(filepath.Join(dir, "views")); err != nil {
		t.Fatal(err)
	}
	if after := look(func() {}); after != before || before == "" {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func TestABadConfigurationIsNamed(t *testing.T) {
	t.Parallel()
	for want, cfg := range map[string]jobs.Config{
		"lease": {Lease: time.Millisecond}, "workers": {Workers: -1}, "max-": {Limits: jobs.Limits{Spec: 1}},
	} {
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
	if err := (jobs.Config{}).Validate(); err != nil {
		t.Errorf("the zero configuration: %v", err)
	}
}
