package jobs_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/jobs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const before = `
properties: {place: cellar}
tags: [quiet]
queues:
  - name: day
    ranges:
      runtime: {max: 3600, default: "600"}
`

const after = before + `
applications:
  - name: Greeting
    version: 1.0
    description: Greets somebody.
    executable: /bin/sh
    arguments: [-c, 'echo "$0 $WORD" "$@" > greeting', Hello]
    environment: {WORD: dear}
    options:
      - {name: NAME, type: string, argument: "--name={}", default: world}
      - {name: LOUD, type: boolean, argument: "--loud"}
`

// runnerOf starts a runner that runs until the test ends.
func runnerOf(t *testing.T, srv *natstest.Server, cfg jobs.RunnerConfig) {
	t.Helper()
	r := jobs.NewRunner(cfg, jobs.RunnerDeps{NATS: srv.Conn(t), Log: logx.Discard()})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the runner ended with %v", err)
		}
	})
	select {
	case <-r.Ready():
	case err := <-done:
		t.Fatalf("the runner ended with %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the runner is not ready")
	}
}

// site polls until the site is as wanted: its runners tell in their own time.
func site(t *testing.T, c *jobsapi.Client, name string, wanted func(jobsapi.Site) bool) jobsapi.Site {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		all, err := c.Sites(alice(t.Context()), jobsapi.Empty{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all.Sites, func(s jobsapi.Site) bool { return s.Name == name })
		if i >= 0 && wanted(all.Sites[i]) {
			return all.Sites[i]
		}
		if time.Now().After(deadline) {
			t.Fatalf("the sites stay %+v", all)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func ended(t *testing.T, c *jobsapi.Client, j jobsapi.Job) jobsapi.Job {
	t.Helper()
	ctx, cancel := context.WithTimeout(alice(t.Context()), time.Minute)
	defer cancel()
	for {
		got, err := c.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: 20 * time.Second, UntilEnd: true})
		if err != nil || got.State.Ended() {
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
	}
}

// TestASiteIsAsItsFileSays: queues, properties, tags and programs come from
// the runner's site file, and a change of it needs no restart.
// covers: U4-077
func TestASiteIsAsItsFileSays(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	d := start(t, srv, jobs.Config{DataDir: t.TempDir(), Lease: time.Second}, nil)
	d.await(t)
	c := jobsapi.NewClient(srv.Conn(t))
	data := t.TempDir()
	file := filepath.Join(data, "site.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(before)
	runnerOf(t, srv, jobs.RunnerConfig{Site: "HERE", Data: data, Slots: 2, SiteFile: file, Memory: 1 << 30, Tags: []string{"big"}, Shell: "/bin/sh"})
	s := site(t, c, "HERE", func(s jobsapi.Site) bool { return s.Runners == 1 })
	if s.Properties["place"] != "cellar" || !slices.Equal(s.Tags, []string{"big", "quiet"}) ||
		s.Capacity != (jobsapi.Capacity{Slots: 2, CPUs: 2, Nodes: 1, Memory: 1 << 30}) || len(s.Limits) == 0 {
		t.Errorf("the site is %+v", s)
	}
	if len(s.Queues) != 1 || s.Queues[0].Name != "day" || s.Queues[0].Ranges["runtime"].Max != 3600 || s.Queues[0].Ranges["cpus"].Max != 2 {
		t.Errorf("its queues are %+v", s.Queues)
	}
	write("queues: nonsense") // must not hurt
	write(after)
	site(t, c, "HERE", func(s jobsapi.Site) bool { return len(s.Applications) == 2 })
	spec := jobsapi.Spec{Application: &jobsapi.Application{Name: "Greeting"}, Parameters: map[string]string{"LOUD": "true"}, Arguments: []string{"there"}}
	j, err := c.Submit(alice(t.Context()), jobsapi.SubmitRequest{Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	if got := ended(t, c, j); got.State != jobsapi.Succeeded {
		t.Fatalf("the job is %s: %s", got.State, got.Reason)
	}
	said, err := os.ReadFile(filepath.Join(data, "workdirs", j.ID.String(), "greeting"))
	if want := "Hello dear --name=world --loud there"; err != nil || strings.TrimSpace(string(said)) != want {
		t.Errorf("it said %q, %v; want %q", said, err, want)
	}
}

// TestTwoSites: each job runs at a site that it may run at, with as many cores
// as it asks for; one that no site can run is refused.
func TestTwoSites(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	d := start(t, srv, jobs.Config{DataDir: t.TempDir(), Sites: []string{"ONE", "TWO"}}, nil)
	d.await(t)
	c, ctx := jobsapi.NewClient(srv.Conn(t)), alice(t.Context())
	runnerOf(t, srv, jobs.RunnerConfig{Site: "ONE", Data: t.TempDir(), Slots: 2, Shell: "/bin/sh"})
	runnerOf(t, srv, jobs.RunnerConfig{Site: "TWO", Data: t.TempDir(), Slots: 4, Shell: "/bin/sh", Tags: []string{"big"}})
	site(t, c, "ONE", func(s jobsapi.Site) bool { return s.Runners == 1 })
	site(t, c, "TWO", func(s jobsapi.Site) bool { return s.Runners == 1 })
	var all []jobsapi.Job
	want := map[string]string{}
	alone := filepath.Join(t.TempDir(), "alone") // two at once would find it there
	for range 3 {
		for name, s := range map[string]jobsapi.Spec{
			"ONE": {BannedSites: []string{"TWO"}, Limits: jobsapi.Resources{CPUs: 2}, Script: "mkdir " + alone + " && sleep 0.1 && rmdir " + alone},
			"TWO": {Sites: []string{"ONE", "TWO"}, Limits: jobsapi.Resources{CPUs: 3}, Script: "true"},
			"big": {Requires: []string{"big"}, Script: "true"},
		} {
			j, err := c.Submit(ctx, jobsapi.SubmitRequest{Spec: s})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, j)
			if want[j.ID.String()] = name; name == "big" {
				want[j.ID.String()] = "TWO"
			}
		}
	}
	for _, j := range all {
		if got := ended(t, c, j); got.State != jobsapi.Succeeded || got.Site != want[j.ID.String()] {
			t.Errorf("a job for %s ran at %s and is %s: %s", want[j.ID.String()], got.Site, got.State, got.Reason)
		}
	}
	if _, err := c.Submit(ctx, jobsapi.SubmitRequest{Spec: jobsapi.Spec{Script: "true", Queue: "nope"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("no such queue: %v", err)
	}
}

// TestJobsInAnAllocation: an allocation that has all of its machine, cores and
// slots, leaves it to the jobs in it, and to no others.
func TestJobsInAnAllocation(t *testing.T) {
	t.Parallel()
	for _, slots := range []int{1, 2} {
		t.Run(strconv.Itoa(slots), func(t *testing.T) { t.Parallel(); insideAnAllocation(t, slots) })
	}
}

func insideAnAllocation(t *testing.T, slots int) {
	srv := natstest.Start(t)
	d := start(t, srv, jobs.Config{DataDir: t.TempDir()}, nil)
	d.await(t)
	c, ctx := jobsapi.NewClient(srv.Conn(t)), alice(t.Context())
	runnerOf(t, srv, jobs.RunnerConfig{Site: "ONE", Data: t.TempDir(), Slots: slots, Shell: "/bin/sh"})
	site(t, c, "ONE", func(s jobsapi.Site) bool { return s.Runners == 1 })
	submit := func(s jobsapi.Spec) jobsapi.Job {
		t.Helper()
		j, err := c.Submit(ctx, jobsapi.SubmitRequest{Spec: s})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	cores := jobsapi.Resources{CPUs: slots}
	place := submit(jobsapi.Spec{Kind: jobsapi.Allocation, Limits: cores})
	for after := uint64(0); ; {
		got, err := c.Get(ctx, jobsapi.GetRequest{ID: place.ID, Wait: 20 * time.Second, After: after})
		if err != nil {
			t.Fatal(err)
		}
		if after = got.Version; got.State == jobsapi.Running {
			break
		}
	}
	outside := submit(jobsapi.Spec{Script: "true"})
	alone := filepath.Join(t.TempDir(), "alone") // two at once would find it there
	var within []jobsapi.Job
	for range 3 {
		within = append(within, submit(jobsapi.Spec{Script: "mkdir " + alone + " && sleep 0.1 && rmdir " + alone, Within: place.ID.String(), Limits: cores}))
	}
	for _, j := range within {
		if got := ended(t, c, j); got.State != jobsapi.Succeeded {
			t.Errorf("a job in it is %s: %s", got.State, got.Reason)
		}
	}
	if got, err := c.Get(ctx, jobsapi.GetRequest{ID: outside.ID}); err != nil || !got.Started.IsZero() { // taken ahead it may be
		t.Errorf("the job outside is %s, %v", got.State, err)
	}
	last := submit(jobsapi.Spec{Script: "sleep 600", Within: place.ID.String()})
	if _, err := c.Abort(ctx, jobsapi.ActRequest{ID: place.ID}); err != nil {
		t.Fatal(err)
	}
	if got := ended(t, c, last); got.State != jobsapi.Aborted {
		t.Errorf("the last job in it is %s: %s", got.State, got.Reason)
	}
	if got := ended(t, c, outside); got.State != jobsapi.Succeeded {
		t.Errorf("afterwards it is %s: %s", got.State, got.Reason)
	}
	small := submit(jobsapi.Spec{Kind: jobsapi.Allocation, Limits: jobsapi.Resources{CPUs: 1}})
	too := jobsapi.Spec{Script: "true", Within: small.ID.String(), Limits: jobsapi.Resources{CPUs: 2}}
	if j, err := c.Submit(ctx, jobsapi.SubmitRequest{Spec: too}); !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != "resources.cpus" {
		t.Errorf("a job that is larger than its allocation: %+v, %v", j, err)
	}
	if _, err := c.Abort(ctx, jobsapi.ActRequest{ID: small.ID}); err != nil { // its process would outlive the runner
		t.Fatal(err)
	}
	ended(t, c, small)
}
