package app_test

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/internal/app"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/lease"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
	"github.com/heddle-dev/heddle/services/jobs/internal/vault"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// world is a NATS server and the replicas that share it.
type world struct {
	testing.TB
	server *natstest.Server
	lease  time.Duration
	leases app.Leases // of all replicas; nil: those that end by themselves
	stager policy.Stager
	carry  filesapi.Carrier
	wrap   func(es.Store) es.Store // around the journal of the next replica
	number atomic.Int64            // of the next replica
	ahead  atomic.Int64            // of the clock, in nanoseconds
	fair   app.Fair

	carrying app.Carrying
	refused  chan string // claims that another replica had

	mu       sync.Mutex
	stops    []string // runners that were told to beat
	marks    []uint64 // positions from which on somebody is to be told
	unmarked error    // what marking gives
}

func newWorld(t testing.TB) *world {
	return &world{TB: t, server: natstest.Start(t), lease: time.Minute, stager: nowhere{}, carry: nowhere{}, fair: app.Fair{HalfLife: time.Hour},
		carrying: app.Carrying{Transfers: 4, TransfersUser: 4, GiveUp: time.Minute}, refused: make(chan string, 100)}
}

// nowhere is a place that takes every input.
type nowhere struct{}

func (nowhere) There(context.Context, jobsapi.Job) error { return nil }

func (nowhere) Stage(context.Context, jobsapi.Job, jobsapi.Input) error { return nil }

func (nowhere) Carry(context.Context, filesapi.Carry, func(filesapi.Carried)) error { return nil }

// refusing are claims that tell which of them were refused.
type refusing struct {
	app.Claims
	refused chan string
}

func (r refusing) Claim(ctx context.Context, key string) (func(), bool) {
	release, ok := r.Claims.Claim(ctx, key)
	if !ok {
		r.refused <- key
	}
	return release, ok
}

// replica is one instance of the service, without its doorway.
type replica struct {
	*app.App
	view *view.View
	nc   *nats.Conn
	path string
	halt func() // ends it before the test does
}

// replica starts an instance that runs until the test ends.
func (w *world) replica() *replica {
	w.Helper()
	r := &replica{nc: w.server.Conn(w), path: filepath.Join(w.TempDir(), "jobs.db")}
	journal, err := esnats.Open(w.Context(), r.nc, esnats.Config{Stream: jobsapi.Stream, Subject: jobsapi.EventsAll})
	if err != nil {
		w.Fatal(err)
	}
	var store es.Store = journal
	if w.wrap != nil {
		store, w.wrap = w.wrap(journal), nil
	}
	leases := w.leases
	if leases == nil {
		if leases, err = lease.Open(w.Context(), r.nc, w.lease, 1); err != nil {
			w.Fatal(err)
		}
	}
	claims, err := lease.OpenClaims(w.Context(), r.nc, time.Second, 1)
	if err != nil {
		w.Fatal(err)
	}
	secrets, err := vault.Open(w.Context(), r.nc, 1)
	if err != nil {
		w.Fatal(err)
	}
	number := int(w.number.Add(1) - 1)
	waiting, calls := app.NewWaiting(), app.NewCalls()
	if r.view, err = view.Open(r.path, journal, w.fair.HalfLife, logx.Discard(), view.Heard{Queued: waiting.Queued, Moved: func(jobs []id.ID) { waiting.Moved(); calls.Moved(jobs) }}); err != nil {
		w.Fatal(err)
	}
	r.App = app.New(app.Config{Limits: job.DefaultLimits(), Lease: w.lease, Sites: []string{"empty"}, Fair: w.fair, Keep: time.Hour, Reschedules: 2, Carrying: w.carrying}, app.Ports{
		Journal: store, View: r.view, Waiting: waiting, Calls: calls, Leases: leases, Notices: w, Stager: w.stager, Carrier: w.carry, Claims: refusing{claims, w.refused}, Vault: secrets, Stop: w.stopped,
		Replica: func() int { return number }, Outages: func() uint64 { return r.nc.Stats().Reconnects }, Now: w.now, Log: logx.Discard(),
	})
	w.run(r)
	return r
}

func (w *world) run(r *replica) {
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = r.view.Run(ctx) })
	all.Go(func() { r.App.Run(ctx) })
	r.halt = sync.OnceFunc(func() { stop(); all.Wait(); r.view.Close() })
	w.Cleanup(r.halt)
	select {
	case <-r.view.Ready():
	case <-w.Context().Done():
		w.Fatal("the view did not catch up")
	}
}

// Mark notes that somebody is to be told of jobs.
func (w *world) Mark(_ context.Context, position uint64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.marks = append(w.marks, position)
	return w.unmarked
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func (w *world) advance(d time.Duration) { w.ahead.Add(int64(d)) }

func (w *world) stopped(runner string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stops = append(w.stops, runner)
}

func as(ctx context.Context, user string, roles ...string) context.Context {
	return who.With(ctx, who.Principal{ID: "u-" + user, Name: user, Group: "users", Groups: []string{"users", "physics"}, Roles: roles})
}

func runnerCtx(ctx context.Context, name string) context.Context {
	return who.With(ctx, who.Component("runner-"+name))
}

var work = jobsapi.Spec{Name: "work", Executable: "/bin/true"}

// submit makes a job of the user and fails the test if it cannot.
func (w *world) submit(r *replica, user string, s jobsapi.Spec) jobsapi.Job {
	w.Helper()
	j, err := r.Submit(as(w.Context(), user), jobsapi.SubmitRequest{Spec: s})
	if err != nil {
		w.Fatal(err)
	}
	return j
}

func (w *world) get(r *replica, j jobsapi.Job) jobsapi.Job {
	w.Helper()
	got, err := r.Get(as(w.Context(), j.OwnerName), jobsapi.GetRequest{ID: j.ID})
	if err != nil {
		w.Fatal(err)
	}
	return got
}

// await waits, by long polls, until the job is in the state.
func (w *world) await(r *replica, j jobsapi.Job, state jobsapi.State) jobsapi.Job {
	w.Helper()
	ctx, cancel := context.WithTimeout(as(w.Context(), j.OwnerName), 20*time.Second)
	defer cancel()
	for after := uint64(0); ; {
		got, err := r.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: 20 * time.Second, After: after})
		if err != nil {
			w.Fatalf("waiting for %s: %v", state, err)
		}
		if got.State == state {
			return got
		}
		after = got.Version
	}
}

// offer returns what the runner gets within the time.
func (w *world) offer(r *replica, runner string, free int, wait time.Duration) []jobsapi.Assignment {
	w.Helper()
	got, err := r.Offer(runnerCtx(w.Context(), runner), jobsapi.OfferRequest{Runner: runner, Site: "here", Free: free, Wait: wait})
	if err != nil {
		w.Error(err) // it may run beside the test
	}
	return got.Jobs
}

// take offers until the runner has got so many jobs.
func (w *world) take(r *replica, runner string, n int) []jobsapi.Assignment {
	w.Helper()
	var got []jobsapi.Assignment
	for len(got) < n {
		more := w.offer(r, runner, n-len(got), 20*time.Second)
		if len(more) == 0 {
			w.Fatalf("got %d of %d jobs", len(got), n)
		}
		got = append(got, more...)
	}
	return got
}

// report says one thing of one assignment.
func (w *world) report(r *replica, runner string, a jobsapi.Assignment, what string, code *int) jobsapi.Verdict {
	w.Helper()
	got, err := r.Report(runnerCtx(w.Context(), runner), jobsapi.ReportRequest{Runner: runner, Reports: []jobsapi.Report{
		{ID: a.ID, Owner: a.Owner, Epoch: a.Epoch, What: what, Code: code, Evidence: "wait"},
	}})
	if err != nil {
		w.Error(err)
		return jobsapi.Verdict{}
	}
	return got.Verdicts[0]
}
