// Package runner is the site agent: it pulls jobs from the jobs service, has
// an executor run them, and accounts for each. It is separate from the
// service because it runs where the jobs run, and outlives restarts of
// everything else.
//
// The rules it keeps: nothing is started before the service has given leave
// for this epoch, with the job or when asked (Begin), so that a job can be
// begun once only; every end is
// said again until it is taken; what the service does not grant any more is
// stopped and forgotten. When the agent is told to end, jobs run on: the next
// agent with the same state directory adopts them.
package runner

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Config says who the agent is and how much it takes.
type Config struct {
	Runner string // stable id
	Site   string
	Slots  int // processes at once

	Drain time.Duration // how long a stopping agent delivers its last reports; default 3 s
	Call  time.Duration // how long a call other than an offer may take; default 10 s
	Pause time.Duration // first pause after a failed call; doubled up to 100 times; default 50 ms
}

// Deps are what the agent works with.
type Deps struct {
	Dispatch jobsapi.Dispatch
	Executor executor.Executor
	Place    Place
	Wake     <-chan struct{} // asks for a beat now; may be nil
	Log      *slog.Logger
	Now      func() time.Time
}

// Place is what the agent knows of its site; nil: nothing.
type Place interface {
	// Report is the site as it is now.
	Report() jobsapi.SiteReport
	// Resolve makes of a description what can be started here, or says in
	// words why it cannot be.
	Resolve(jobsapi.Spec) (jobsapi.Spec, string)
	// Need is what a job takes while it runs.
	Need(jobsapi.Spec) jobsapi.Capacity
}

type nowhere struct{}

func (nowhere) Need(jobsapi.Spec) jobsapi.Capacity                   { return jobsapi.Capacity{} }
func (nowhere) Report() jobsapi.SiteReport                           { return jobsapi.SiteReport{} }
func (nowhere) Resolve(s jobsapi.Spec) (out jobsapi.Spec, no string) { return s, "" }

// Agent is the site agent.
type Agent struct {
	cfg     Config
	dep     Deps
	holds   *holds // on the machine, outside of allocations
	all     registry
	inside  inside
	reports *reporter
	lease   atomic.Int64 // time.Duration
	ready   chan struct{}
	work    sync.WaitGroup
	told    atomic.Pointer[jobsapi.SiteReport] // what the service was last told
	trouble pause                              // of the site: keeps a broken one from burning through jobs
	woken   atomic.Uint64                      // times that a beat was asked for
	rebeat  chan struct{}                      // holds one token if another is to follow
}

// New makes an agent; Run does the work.
func New(cfg Config, dep Deps) *Agent {
	cfg.Slots = max(cfg.Slots, 1)
	cfg.Drain = positive(cfg.Drain, 3*time.Second)
	cfg.Call = positive(cfg.Call, 10*time.Second)
	cfg.Pause = positive(cfg.Pause, 50*time.Millisecond)
	if dep.Now == nil {
		dep.Now = time.Now
	}
	if dep.Place == nil {
		dep.Place = nowhere{}
	}
	a := &Agent{cfg: cfg, dep: dep, holds: newHolds(cfg.Slots, func() jobsapi.Capacity { return dep.Place.Report().Capacity }, dep.Now), ready: make(chan struct{}), rebeat: make(chan struct{}, 1)}
	a.reports = newReporter(a)
	a.trouble = a.newPause()
	return a
}

func positive(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// Ready is closed when the agent is registered and takes jobs.
func (a *Agent) Ready() <-chan struct{} { return a.ready }

// Run works until the context ends; running jobs are then left running.
func (a *Agent) Run(ctx context.Context) error {
	left, err := a.dep.Executor.Recover()
	if err != nil {
		return err
	}
	// Reports outlive the context by the drain time.
	reporting, stopReporting := context.WithCancel(context.WithoutCancel(ctx))
	defer stopReporting()
	var loops sync.WaitGroup
	loops.Go(func() { a.reports.run(reporting) })
	if held, ok := a.register(ctx); ok {
		a.account(ctx, left, held)
		close(a.ready)
		loops.Go(func() { a.beats(ctx) })
		a.offers(ctx, place{holds: a.holds, take: func(as jobsapi.Assignment) { a.take(ctx, as) }})
	}
	a.drain()
	stopReporting()
	loops.Wait()
	return nil
}

// drain waits for the jobs' goroutines to see that the agent is ending, so
// that their last reports are delivered if the service can be reached.
func (a *Agent) drain() {
	idle := make(chan struct{})
	go func() { a.work.Wait(); close(idle) }()
	limit := time.NewTimer(a.cfg.Drain)
	defer limit.Stop()
	select {
	case <-idle:
	case <-limit.C:
		a.dep.Log.Warn("the last reports could not be delivered; they will be at the next start")
	}
}

// register announces the runner until it is heard; false if ctx ended.
func (a *Agent) register(ctx context.Context) (jobsapi.Held, bool) {
	wait := a.newPause()
	for {
		held, err := a.callRegister(ctx)
		if err == nil {
			return held, true
		}
		if ctx.Err() != nil {
			return held, false
		}
		a.dep.Log.WarnContext(ctx, "registering failed", "err", err)
		if !wait.after(ctx) {
			return held, false
		}
	}
}

func (a *Agent) callRegister(ctx context.Context) (jobsapi.Held, error) {
	ctx, cancel := context.WithTimeout(ctx, a.cfg.Call)
	defer cancel()
	about := a.dep.Place.Report()
	held, err := a.dep.Dispatch.Register(ctx, jobsapi.RegisterRequest{
		Runner: a.cfg.Runner, Site: a.cfg.Site, Slots: a.cfg.Slots, About: about})
	if err == nil {
		a.told.Store(&about)
		a.lease.Store(int64(positive(held.Lease, time.Minute)))
	}
	return held, err
}
