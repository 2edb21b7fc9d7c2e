package app_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// cart is a Carrier. It tells of each Carry, fails as told, by URL, and waits
// before those that are to wait.
type cart struct {
	mu    sync.Mutex
	asked []filesapi.Carry
	fails map[string][]error // the next answers; none left: it goes well
	waits map[string]chan struct{}
	began chan string
	ended chan string // those that were cancelled
}

func newCart() *cart {
	return &cart{fails: map[string][]error{}, waits: map[string]chan struct{}{}, began: make(chan string, 100), ended: make(chan string, 100)}
}

func (c *cart) Carry(ctx context.Context, r filesapi.Carry, arrived func(filesapi.Carried)) error {
	c.mu.Lock()
	c.asked = append(c.asked, r)
	var err error
	if left := c.fails[r.URL]; len(left) > 0 {
		err, c.fails[r.URL] = left[0], left[1:]
	}
	wait := c.waits[r.URL]
	c.mu.Unlock()
	c.began <- r.URL
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			c.ended <- r.URL
			return ctx.Err()
		}
	}
	if err == nil {
		arrived(filesapi.Carried{Path: r.Path.Path, Bytes: 7})
	}
	return err
}

// urls are those of the carries so far.
func (c *cart) urls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, r := range c.asked {
		all = append(all, r.URL)
	}
	return all
}

func (c *cart) fail(url string, errs ...error) { c.fails[url] = errs }

func (c *cart) hold(url string) chan struct{} {
	ch := make(chan struct{})
	c.waits[url] = ch
	return ch
}

const (
	here  = "https://x.example/a"
	there = "https://x.example/b"
)

var (
	away     = fault.New(fault.Unavailable, "x", "https://x.example/a: no answer.")
	notFound = fault.New(fault.Missing, "x", "https://x.example/a: answered 404 Not Found.")
	fetching = jobsapi.Spec{Executable: "cat", Inputs: []jobsapi.Input{{Path: "in", Data: "1"}},
		Imports: []jobsapi.Transfer{{From: here, To: "in", Mode: jobsapi.Append}, {From: there, To: "d/b", Mode: jobsapi.NoOverwrite, Permissions: "r-x"}}}
	sending = jobsapi.Spec{Executable: "cat", Exports: []jobsapi.Transfer{{From: "out", To: here}, {From: "*.log", To: there}}}
)

func history(j jobsapi.Job) string {
	var b strings.Builder
	for _, s := range j.History {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}

// covers: U4-153 U4-171
func TestImportsAreBroughtAfterTheInputs(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	s := &shelf{files: map[string]string{}}
	w.carry, w.stager = c, s
	r := w.replica()
	j := w.submit(r, "alice", fetching)
	if j.State != job.StagingIn {
		t.Errorf("submitted as %s", j.State)
	}
	j = w.await(r, j, job.Queued)
	want := []filesapi.Carry{
		{Path: filesapi.Path{Storage: j.Storage(), Path: "in"}, URL: here, As: "u-alice", Mode: "append"},
		{Path: filesapi.Path{Storage: j.Storage(), Path: "d/b"}, URL: there, As: "u-alice", Mode: "nooverwrite", Permissions: "r-x"},
	}
	if len(c.asked) != 2 || c.asked[0].URL != want[0].URL || c.asked[0].Path != want[0].Path || c.asked[0].As != want[0].As ||
		c.asked[0].Mode != want[0].Mode || c.asked[1].Permissions != want[1].Permissions || c.asked[1].Mode != want[1].Mode {
		t.Errorf("carried %+v, not %+v", c.asked, want)
	}
	if s.files[j.Storage()+":in"] != "1" {
		t.Errorf("the inputs are %v", s.files)
	}
	if text := history(j); !strings.Contains(text, "The input d/b is there (7 bytes).") {
		t.Errorf("its history does not tell:\n%s", text)
	}
}

func TestAnImportThatFailsNamesTheFileAndTheReason(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	c.fail(here, away, notFound)
	w.carry = c
	r := w.replica()
	j := w.await(r, w.submit(r, "alice", fetching), job.Failed)
	if want := "The input in could not be brought: https://x.example/a: answered 404 Not Found."; j.Reason != want {
		t.Errorf("because %q, not %q", j.Reason, want)
	}
	if got := c.urls(); !slices.Equal(got, []string{here, here}) {
		t.Errorf("tried %v", got)
	}
	restarted, err := r.Restart(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.await(r, restarted, job.Queued)
}

func TestAJobGoesOnWithoutAnOptionalImport(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	c.fail(here, notFound)
	w.carry = c
	r := w.replica()
	s := fetching
	s.Imports = slices.Clone(s.Imports)
	s.Imports[0].Optional = true
	j := w.await(r, w.submit(r, "alice", s), job.Queued)
	if text := history(j); !strings.Contains(text, "It goes on without: The input in could not be brought: https://x.example/a: answered 404") {
		t.Errorf("its history does not tell:\n%s", text)
	}
}

func TestWhatPassesIsTriedUntilItIsGivenUp(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	c.fail(here, away, away, away, away, away, away)
	w.carry = c
	w.carrying.GiveUp = time.Nanosecond
	r := w.replica()
	j := w.await(r, w.submit(r, "alice", fetching), job.Failed)
	if got := c.urls(); len(got) > 2 || !strings.Contains(j.Reason, "no answer") {
		t.Errorf("tried %v, and it failed because %q", got, j.Reason)
	}
}

// TestAnAbortEndsACarryAtOnce covers: U4-168
func TestAnAbortEndsACarryAtOnce(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	c.hold(there)
	w.carry = c
	r := w.replica()
	j := w.submit(r, "alice", fetching)
	<-c.began
	<-c.began
	if _, err := r.Abort(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if url := <-c.ended; url != there {
		t.Errorf("ended %s", url)
	}
	w.await(r, j, job.Aborted)
}

// TestTwoReplicasCarryOnce: the one that has not begun leaves it to the other.
func TestTwoReplicasCarryOnce(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	ch := c.hold(there)
	w.carry = c
	a, b := w.replica(), w.replica()
	j := w.submit(a, "alice", fetching)
	<-c.began
	<-c.began
	w.advance(time.Minute) // so that the other finds it left behind
	if key := <-w.refused; key != j.ID.String() {
		t.Errorf("the other replica was refused %s", key)
	}
	close(ch)
	w.await(b, j, job.Queued)
	if got := c.urls(); !slices.Equal(got, []string{here, there}) {
		t.Errorf("carried %v", got)
	}
}

func TestARestartBringsNothingAndARescheduleAll(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	w.carry = c
	r := w.replica()
	j := w.await(r, w.submit(r, "alice", fetching), job.Queued)
	me := as(t.Context(), "alice")
	if _, err := r.Abort(me, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	restarted, err := r.Restart(me, jobsapi.ActRequest{ID: j.ID})
	if err != nil || restarted.State != job.Queued || len(c.urls()) != 2 {
		t.Fatal(restarted.State, err, c.urls())
	}
	again, err := r.Reschedule(me, jobsapi.ActRequest{ID: j.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.await(r, again, job.Queued)
	if got := c.asked; len(got) != 4 || got[3].Mode != filesapi.CarryOverwrite {
		t.Errorf("carried %+v", got)
	}
}

// finish runs the job to its end.
func (w *world) finish(r *replica, j jobsapi.Job, code int) {
	w.Helper()
	as := w.take(r, "r1", 1)[0]
	w.report(r, "r1", as, jobsapi.Begin, nil)
	w.report(r, "r1", as, jobsapi.Finish, &code)
}

// covers: U4-154 U4-175
func TestExportsAreSentWhenTheJobHasSucceeded(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	ch := c.hold(there)
	c.fail(here, away)
	w.carry = c
	r := w.replica()
	j := w.submit(r, "alice", sending)
	w.finish(r, j, 0)
	w.await(r, j, job.StagingOut)
	for range 3 {
		<-c.began
	}
	close(ch)
	w.await(r, j, job.Succeeded)
	got := c.asked
	if len(got) != 3 || !got[2].Out || got[2].URL != there || got[2].Path != (filesapi.Path{Storage: j.Storage(), Path: "*.log"}) || got[2].As != "u-alice" {
		t.Errorf("carried %+v", got)
	}
}

func TestAFailedJobSendsNothingAndAFailedExportFailsTheJob(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	c.fail(there, fault.New(fault.Denied, "x", "https://x.example/b: answered 403 Forbidden."))
	w.carry = c
	r := w.replica()
	j := w.submit(r, "alice", sending)
	w.finish(r, j, 3)
	w.await(r, j, job.Failed)
	if got := c.urls(); len(got) != 0 {
		t.Errorf("a failed job sent %v", got)
	}
	j = w.submit(r, "alice", sending)
	w.finish(r, j, 0)
	if j = w.await(r, j, job.Failed); j.Reason != "The output *.log could not be sent: https://x.example/b: answered 403 Forbidden." {
		t.Errorf("because %q", j.Reason)
	}
}
