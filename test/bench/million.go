package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
	"github.com/heddle-dev/heddle/test/stage"
)

// What the jobs service may need with a long history behind it.
const (
	historyMemory  = 400.0 // MB
	historyPage    = 20.0  // ms, the 99th percentile
	historyRestart = 10.0  // s
)

// million measures a jobs service of its own, beside NATS, that has n jobs in
// its history: how long it takes to grow its read model, what it keeps in
// memory, how soon it is back, and how long pages of lists take.
func million(ctx context.Context, r *report, bin, dir string, n int) error {
	split, err := stage.NewSplit(bin, dir)
	if err != nil {
		return err
	}
	defer split.Stop()
	if err := split.Start("nats"); err != nil {
		return err
	}
	if _, err := split.Part("nats").Line("Server is ready", 20*time.Second); err != nil {
		return err
	}
	nc, err := nats.Connect(split.NATS())
	if err != nil {
		return err
	}
	defer nc.Close()
	if err := seed(ctx, nc, n); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	took, err := begin(split, 30*time.Minute)
	if err != nil {
		return err
	}
	r.figure(figure{Name: fmt.Sprintf("read model of %d jobs grown from nothing", n), Value: took, Unit: "s"})
	if err := memory(r, split, "after it has grown"); err != nil {
		return err
	}
	if err := pages(ctx, r, jobsapi.NewClient(nc), 2000); err != nil {
		return err
	}
	if err := memory(r, split, "after 2000 pages"); err != nil {
		return err
	}
	split.Part("jobs-1").Kill()
	if took, err = begin(split, 5*time.Minute); err != nil {
		return err
	}
	r.figure(figure{Name: "killed, started again, ready", Value: took, Unit: "s", Target: historyRestart, Below: true})
	if err := pages(ctx, r, jobsapi.NewClient(nc), 2000); err != nil {
		return err
	}
	return memory(r, split, "then")
}

// begin starts the jobs service and returns after how many seconds it is ready.
func begin(s *stage.Split, limit time.Duration) (float64, error) {
	start := time.Now()
	if err := s.Start("jobs-1"); err != nil {
		return 0, err
	}
	err := s.Ready("jobs-1", limit)
	return time.Since(start).Seconds(), err
}

// memory reports what the service keeps, and the most that it ever took.
func memory(r *report, s *stage.Split, when string) error {
	pid := s.Part("jobs-1").PID()
	now, err := status(pid, "VmRSS:")
	if err != nil {
		return err
	}
	most, err := status(pid, "VmHWM:")
	if err != nil {
		return err
	}
	r.figure(figure{Name: "jobs service, resident " + when, Value: now, Unit: "MB", Target: historyMemory, Below: true})
	r.figure(figure{Name: "… at most so far", Value: most, Unit: "MB", Target: historyMemory, Below: true})
	return nil
}

// status is a size, in MB, that the kernel tells of a process.
func status(pid int, name string) (float64, error) {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no %s", name)
}

// pages asks for pages of 20 with conditions of several kinds, as an owner of
// many jobs, as one of few, and as an operator.
func pages(ctx context.Context, r *report, c *jobsapi.Client, n int) error {
	filters := []jobsapi.ListRequest{
		{}, {States: []jobsapi.State{jobsapi.Queued}}, {States: []jobsapi.State{jobsapi.Failed, jobsapi.Queued}},
		{Names: []string{"n42"}}, {Tags: []string{"t42"}}, {Sites: []string{"s2"}, Tags: []string{"t7"}},
		{Sites: []string{"s1"}, States: []jobsapi.State{jobsapi.Failed}}, {Names: []string{"n42"}, States: []jobsapi.State{jobsapi.Running}},
		{From: seeded.Add(time.Hour), To: seeded.Add(2 * time.Hour)},
	}
	people := []who.Principal{
		{ID: seededOwner(0), Name: "big", Group: "users", Groups: []string{"users"}},
		{ID: seededOwner(1), Name: "small", Group: "users", Groups: []string{"users"}},
		{ID: "operator", Name: "operator", Roles: []string{who.RoleOperator}},
	}
	took := make([]float64, 0, n)
	slowest, which := 0.0, ""
	for i := range n {
		p, q := people[i%len(people)], filters[i/len(people)%len(filters)]
		q.Limit, q.All = 20, p.Operator()
		start := time.Now()
		if _, err := c.List(who.With(ctx, p), q); err != nil {
			return fmt.Errorf("list %+v: %w", q, err)
		}
		ms := float64(time.Since(start).Microseconds()) / 1000
		if took = append(took, ms); ms > slowest {
			slowest, which = ms, fmt.Sprintf("%s %+v", p.Name, q)
		}
	}
	r.figure(figure{Name: "page of 20, filtered, p50", Value: quantile(took, 0.5), Unit: "ms"})
	r.figure(figure{Name: "page of 20, filtered, p99", Value: quantile(took, 0.99), Unit: "ms", Target: historyPage, Below: true})
	fmt.Fprintf(os.Stderr, "  the slowest took %.1f ms: %s\n", slowest, which)
	return nil
}

// seeded is when the first of the seeded jobs was submitted; one follows each
// millisecond.
var seeded = time.Now().Add(-24 * time.Hour).UTC().Truncate(time.Second)

// seededOwner is the owner of the i-th job: every other is one person's, the
// rest is shared by 500.
func seededOwner(i int) string {
	if i%2 == 0 {
		return "big"
	}
	return "u" + strconv.Itoa(i%1000)
}

func seededID(i int) id.ID { return id.New(seeded.Add(time.Duration(i) * time.Millisecond)) }
