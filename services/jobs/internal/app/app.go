// Package app is the jobs service behind its doorway: it implements
// jobsapi.Service and jobsapi.Dispatch with the write loop and the view, and
// knows neither HTTP nor NATS. Domain errors become faults here and nowhere
// else.
package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/turns"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Config says how the service behaves.
type Config struct {
	Limits job.Limits
	// Lease is how long a runner that is not heard of keeps its jobs.
	Lease time.Duration
	// Sites are shown even while they have no runner.
	Sites []string
	// Keep is how long after its submit a job is destroyed, unless its owner
	// sets another time; not positive: never.
	Keep time.Duration
	// Reschedules is how often a job can be rescheduled.
	Reschedules int
	Fair
	Carrying
}

// Carrying bounds the transfers of imports and exports.
type Carrying struct {
	Transfers     int           // jobs whose files are carried at once
	TransfersUser int           // jobs of one user
	GiveUp        time.Duration // how long a stage is tried again that makes no progress
}

// Fair says how jobs of different people share the sites.
type Fair struct {
	HalfLife        time.Duration      // until only half of what somebody used counts; 0: all of it counts for ever
	Weights         map[string]float64 // of groups; 1 where there is none
	MaxRunning      int                // jobs of a user that runners have at once; 0: no limit
	MaxRunningGroup int                // jobs of a group
	MaxWaiting      int                // jobs of a user that have not begun
	Hopeless        time.Duration      // how long a job waits that no site can run; 0: for ever
}

// Ports are what the service needs of the world.
type Ports struct {
	Journal es.Store
	View    *view.View
	Waiting *Waiting // hears from the view of queued jobs
	Calls   *Calls   // hears from the view of jobs that may want something
	Leases  Leases
	Notices Notices
	Stager  policy.Stager
	Carrier filesapi.Carrier
	Claims  Claims
	Vault   Vault
	// Stop tells a runner, at best effort, to beat now.
	Stop func(runner string)
	// Outages counts the times that the connection was lost so far.
	Outages func() uint64
	// Replica is a number below Replicas that no other replica has now.
	Replica func() int
	Now     func() time.Time
	Log     *slog.Logger
}

// remembered bounds the jobs whose state is kept in memory: those that are
// moving now, not all that wait.
const remembered = 10_000

// patience bounds one write.
const patience = 3 * time.Second

// App is the service.
type App struct {
	Config
	Ports
	memory   *es.Memory[job.Job]
	staging  *dutiful
	carrying *dutiful
	turns    *turns.Turns
	underway underway
	blocked  *dutiful
	alarms   alarms
	sweeps   *dutiful
	inside   *dutiful
	expired  *dutiful
	marked   marked
	recently recently
	offers   standing
	ids      ids
	demands  demands
	hopeful  *dutiful
	closing  chan struct{}
	close    sync.Once
}

var (
	_ jobsapi.Service  = (*App)(nil)
	_ jobsapi.Dispatch = (*App)(nil)
)

// New returns the service; Run makes it do what nobody asks for.
func New(cfg Config, p Ports) *App {
	a := &App{Config: cfg, Ports: p, memory: es.NewMemory[job.Job](remembered), closing: make(chan struct{})}
	a.staging = newDutiful(a.stagingIn())
	a.carrying = newDutiful(a.carryingFiles())
	a.turns = turns.New(cfg.Transfers, cfg.TransfersUser, dutyQueue)
	a.blocked = newDutiful(a.unblocking())
	a.sweeps = newDutiful(a.sweeping())
	a.hopeful = newDutiful(a.givingUp())
	p.Waiting.Patient = cfg.MaxRunning > 0 || cfg.MaxRunningGroup > 0
	a.inside = newDutiful(a.evicting())
	a.expired = newDutiful(a.expiring())
	return a
}

// Run does the service's duties and takes jobs from lost runners until ctx ends.
func (a *App) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { a.reap(ctx) })
	all.Go(func() { a.attend(ctx) })
	all.Go(func() { a.finishBatches(ctx) })
	all.Go(func() { a.forget(ctx) })
	for _, d := range []*dutiful{a.staging, a.carrying, a.blocked, a.sweeps, a.hopeful, a.inside, a.expired} {
		all.Go(func() { d.run(ctx, a) })
	}
	all.Wait()
}

// Close ends all long polls with what is known, so that the doorway can drain.
func (a *App) Close() { a.close.Do(func() { close(a.closing) }) }

type outcome = es.Outcome[job.Job, job.Event]

var decider = es.NewDecider(job.Decide, job.Evolve, job.Events())

// handle passes a command to a job, within patience. An empty command id
// means a fresh one.
func (a *App) handle(ctx context.Context, owner string, n id.ID, command string, at time.Time, c job.Command) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if command == "" {
		command = rand.Text()
	}
	trace := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, trace)
	return es.Handle(ctx, a.Journal, a.memory, decider, jobsapi.Topic(owner, n), es.Meta{
		Command: command, At: at.UTC(), Actor: who.From(ctx).ID, Correlation: logx.Request(ctx),
		Traceparent: trace["traceparent"], Source: jobsapi.Source, Subject: jobsapi.Subject(n),
	}, c)
}
