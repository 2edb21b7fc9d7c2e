package crash

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// slots is how many jobs the runners of these tests run at once; see beRunner.
const slots = 4

// relay is the real service as runners reach it here: through a gate that can
// be held at one step of a job's life.
type relay struct {
	jobsapi.Dispatch
	mu      sync.Mutex
	step    string
	done    bool          // once the step has had its effect
	reached chan struct{} // closed at the first who comes there
	opened  chan struct{}
}

// holdAt holds the gate at a step; whoever is held at another goes on.
func (r *relay) holdAt(step string, done bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.step != "" {
		close(r.opened)
	}
	r.step, r.done, r.reached, r.opened = step, done, make(chan struct{}), make(chan struct{})
}

func (r *relay) open() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.opened)
	r.step = ""
}

func (r *relay) pass(ctx context.Context, step string, done bool) error {
	r.mu.Lock()
	held, opened := r.step == step && r.done == done, r.opened
	if held {
		select {
		case <-r.reached:
		default:
			close(r.reached)
		}
	}
	r.mu.Unlock()
	if !held {
		return nil
	}
	select {
	case <-opened:
	case <-ctx.Done():
	}
	return errors.New("nobody hears the answer")
}

// through lets a call have its effect between two passes of the gate.
func through[Q, A any](ctx context.Context, r *relay, steps []string, q Q, call func(context.Context, Q) (A, error)) (a A, err error) {
	for _, step := range steps {
		if err := r.pass(ctx, step, false); err != nil {
			return a, err
		}
	}
	if a, err = call(ctx, q); err != nil {
		return a, err
	}
	for _, step := range steps {
		if err := r.pass(ctx, step, true); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (r *relay) Register(ctx context.Context, q jobsapi.RegisterRequest) (jobsapi.Held, error) {
	return through(ctx, r, []string{"register"}, q, r.Dispatch.Register)
}

// at reports whether the gate is held at a step.
func (r *relay) at(step string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.step == step
}

// Offer is a step only if it brings jobs.
func (r *relay) Offer(ctx context.Context, q jobsapi.OfferRequest) (jobsapi.Assignments, error) {
	if err := r.pass(ctx, "offer", false); err != nil {
		return jobsapi.Assignments{}, err
	}
	if r.at(jobsapi.Begin) {
		q.Begin = 0 // who is to be met when it asks for leave gets none before
	}
	a, err := r.Dispatch.Offer(ctx, q)
	if err == nil && len(a.Jobs) > 0 {
		err = r.pass(ctx, "offer", true)
	}
	return a, err
}

func (r *relay) Report(ctx context.Context, q jobsapi.ReportRequest) (jobsapi.Verdicts, error) {
	var steps []string
	for _, report := range q.Reports {
		steps = append(steps, report.What)
	}
	return through(ctx, r, steps, q, r.Dispatch.Report)
}

// real is a site whose jobs service is the real one.
type real struct {
	*site
	relay *relay
	api   *jobsapi.Client
}

func newReal(t *testing.T) *real {
	srv, front := natstest.Start(t), natstest.Start(t)
	service := jobs.New(jobs.Config{DataDir: t.TempDir(), Sites: []string{"TEST"}}, jobs.Deps{NATS: srv.Conn(t), Log: logx.Discard()})
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- service.Run(ctx) }()
	t.Cleanup(func() { stop(); <-over })
	api := jobsapi.NewClient(srv.Conn(t))
	r := &real{relay: &relay{Dispatch: api}, api: api, site: &site{t: t, d: fake.NewDispatch(time.Second), nc: front.Conn(t), url: front.URL(), data: t.TempDir()}}
	r.log = filepath.Join(r.data, "log")
	server, err := natsrpc.Serve(t.Context(), r.nc, natsrpc.Config{Name: "jobs", Log: logx.Discard()}, jobsapi.Endpoints(people{}, r.relay))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Stop(ctx)
	})
	select {
	case <-service.Ready():
	case err := <-over:
		t.Fatalf("the service ended with %v", err)
	}
	return r
}

func owner(ctx context.Context) context.Context {
	return who.With(ctx, who.Principal{ID: "u1", Name: "demouser", Group: "users", Groups: []string{"users"}})
}

// submit queues a job that notes each run, and then runs script.
func (r *real) submit(script string) id.ID {
	r.t.Helper()
	j, err := r.api.Submit(owner(r.t.Context()), jobsapi.SubmitRequest{
		Spec: jobsapi.Spec{Script: "echo \"$HEDDLE_JOB_ID\" >> '" + r.log + "'\n" + script}})
	if err != nil {
		r.t.Fatal(err)
	}
	return j.ID
}

// succeeded waits for a job's end, and for its process to have run once.
func (r *real) succeeded(job id.ID) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(owner(r.t.Context()), 2*executortest.Patience)
	defer cancel()
	j, err := r.api.Get(ctx, jobsapi.GetRequest{ID: job, Wait: jobsapi.MaxWait, UntilEnd: true})
	if err != nil || j.State != jobsapi.Succeeded {
		r.t.Errorf("job %s: %s %q, %v", job, j.State, j.Reason, err)
	}
	if n := r.runs(job); n != 1 {
		r.t.Errorf("job %s ran %d times: %+v", job, n, j.History)
	}
}

// noneLeaked runs as many jobs as there are slots, each of which waits for all.
func (r *real) noneLeaked() {
	r.t.Helper()
	barrier := filepath.Join(r.data, "barrier")
	var all []id.ID
	for range slots {
		all = append(all, r.submit(fmt.Sprintf("echo up >> '%s'; until [ $(wc -l < '%s') -ge %d ]; do sleep 0.01; done", barrier, barrier, slots)))
	}
	for _, job := range all {
		r.succeeded(job)
	}
	operator := who.With(r.t.Context(), who.Principal{ID: "u9", Name: "admin", Roles: []string{who.RoleOperator}})
	audit, err := r.api.Slots(operator, jobsapi.Empty{})
	if err != nil || audit.Drift != 0 || len(audit.Runners) != 1 || audit.Runners[0].Held != 0 {
		r.t.Errorf("the audit: %+v, %v", audit, err)
	}
}

// TestKilledAtEachStep kills the runner at each step on the way from a free
// slot to a slot that is free again, just before the real service takes the
// step and when it has, without the runner's hearing of it.
func TestKilledAtEachStep(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"register", "offer", jobsapi.Begin, jobsapi.Finish, jobsapi.Release} {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, taken %v", step, done), func(t *testing.T) {
				t.Parallel()
				r := newReal(t)
				var all []id.ID
				for range slots + 2 {
					all = append(all, r.submit(""))
				}
				repair := func() {}
				if step != jobsapi.Release {
					r.relay.holdAt(step, done)
				} else {
					r.relay.holdAt("offer", false)
				}
				cmd := r.runner("")
				r.awaitReached(r.relay.reached)
				if step == jobsapi.Release {
					repair = r.breakSite()
					r.relay.holdAt(step, done)
					r.awaitReached(r.relay.reached)
				}
				kill(cmd)
				repair()
				r.relay.open()
				r.runner("")
				for _, job := range all {
					r.succeeded(job)
				}
				r.noneLeaked()
			})
		}
	}
}

// breakSite takes the directory of working directories away from a runner that
// is up, so that it cannot start jobs and gives them back.
func (r *real) breakSite() (repair func()) {
	r.t.Helper()
	dirs := filepath.Join(r.data, "workdirs")
	if err := errors.Join(os.Rename(dirs, dirs+".away"), os.WriteFile(dirs, nil, 0o600)); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		if err := errors.Join(os.Remove(dirs), os.Rename(dirs+".away", dirs)); err != nil {
			r.t.Fatal(err)
		}
	}
}
