package view_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var echo = job.Spec{Name: "echo", Executable: "/bin/echo", Arguments: []string{"hi"}, Site: "here", Tags: []string{"t"}}

func TestGetTellsTheWholeStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	code := 0
	w.do("u", 7, submit("u", 7, echo), job.Match{Runner: "r1", Site: "here"}, job.Begin{Runner: "r1", Epoch: 1},
		job.Finish{Runner: "r1", Epoch: 1, Code: &code, Evidence: "wait"})
	fresh(t, v)
	j, ok, err := v.Get(t.Context(), 7)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if j.State != job.Succeeded || j.Owner != "u" || j.OwnerName != "U" || j.Site != "here" || j.Runner != "r1" || *j.ExitCode != 0 || j.Version != 4 {
		t.Errorf("got %+v", j)
	}
	if j.Spec.Arguments[0] != "hi" {
		t.Errorf("the spec is %+v", j.Spec)
	}
	for name, times := range map[string][2]time.Time{
		"submitted": {j.Submitted, began.Add(1 * time.Second)}, "started": {j.Started, began.Add(3 * time.Second)},
		"ended": {j.Ended, began.Add(4 * time.Second)}, "updated": {j.Updated, began.Add(4 * time.Second)},
	} {
		if !times[0].Equal(times[1]) {
			t.Errorf("%s at %v, want %v", name, times[0], times[1])
		}
	}
	var steps []string
	for _, s := range j.History {
		steps = append(steps, string(s.State)+": "+s.Text)
	}
	want := `submitted: Submitted: U
ready: Everything it needs is there.
queued: It waits for a runner.
matched: It was given to the runner r1 at here.
running: Its process was started.
running: Its process exited with code 0 (known by: wait).
succeeded: It has succeeded.`
	if got := strings.Join(steps, "\n"); got != want {
		t.Errorf("history:\n%s\nwant:\n%s", got, want)
	}
}

func TestARestartedJobForgetsItsFirstTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	w.do("u", 7, submit("u", 7, echo), job.Match{Runner: "r1", Site: "there"}, job.Begin{Runner: "r1", Epoch: 1},
		job.Lose{Runner: "r1", Epoch: 1}, job.Restart{})
	fresh(t, v)
	j, _, err := v.Get(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	if j.State != job.Queued || !j.Started.IsZero() || !j.Ended.IsZero() || j.Reason != "" || j.Runner != "" || j.Epoch != 1 {
		t.Errorf("got %+v", j)
	}
}

func TestAnEndlessHistoryIsCut(t *testing.T) {
	t.Parallel()
	j := view.Fold(jobsapi.Job{}, job.JobSubmitted{ID: id.ID(7).String()}, began, 1)
	for n := range 2000 {
		j = view.Fold(j, job.JobRestarted{}, began.Add(time.Duration(n)), uint64(n+2))
	}
	if len(j.History) != 500 || j.History[499].Event != "jobs.job.restarted.v1" || !j.History[499].At.Equal(began.Add(1999)) {
		t.Errorf("%d steps", len(j.History))
	}
}

func TestDestroyedJobsVanishFromListsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	w.do("u", 7, submit("u", 7, echo), job.Destroy{})
	fresh(t, v)
	for name, q := range map[string]view.Query{
		"all": {}, "owner": {Owners: []string{"u"}}, "tag": {Tags: []string{"t"}}, "name": {Names: []string{"echo"}}, "site": {Sites: []string{"here"}},
	} {
		q.Limit = 10
		if page, err := v.List(t.Context(), q, true); err != nil || len(page.Jobs) != 0 || page.Total != 0 {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
		q.States = []jobsapi.State{jobsapi.Destroyed}
		if page, err := v.List(t.Context(), q, true); err != nil || len(page.Jobs) != 1 || page.Total != 1 {
			t.Errorf("%s, destroyed: %+v, %v", name, page, err)
		}
	}
	if j, ok, err := v.Get(t.Context(), 7); !ok || err != nil || j.State != job.Destroyed {
		t.Errorf("got %v, %v, %v", j.State, ok, err)
	}
}

func TestListsAreLight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	heavy := job.Spec{Name: "n", Script: "true", Inputs: []job.Input{{Path: "a", Data: strings.Repeat("x", 1<<18)}}, Tags: []string{"t"}}
	w.do("u", 7, submit("u", 7, heavy))
	fresh(t, v)
	page, err := v.List(t.Context(), view.Query{Limit: 10}, false)
	if err != nil {
		t.Fatal(err)
	}
	if j := page.Jobs[0]; j.Spec.Name != "n" || j.Spec.Tags[0] != "t" || j.Spec.Inputs != nil || j.Spec.Script != "" || j.History != nil {
		t.Errorf("listed as %+v", j)
	}
	if j, _, _ := v.Get(t.Context(), 7); len(j.Spec.Inputs) != 1 || j.Spec.Script != "true" {
		t.Error("the whole description is lost")
	}
}

func TestACursorFitsItsQueryOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	for n := range id.ID(5) {
		w.do("u", n+1, submit("u", n+1, echo))
	}
	fresh(t, v)
	q := view.Query{Owners: []string{"u"}, Limit: 2}
	page, err := v.List(t.Context(), q, false)
	if err != nil || page.Next == "" {
		t.Fatal(page.Next, err)
	}
	if _, err := q.After(page.Next); err != nil {
		t.Errorf("its own cursor: %v", err)
	}
	other := view.Query{Owners: []string{"v"}, Limit: 2}
	for name, tried := range map[string]struct {
		q      view.Query
		cursor string
	}{
		"other query": {other, page.Next}, "empty": {q, ""}, "cut": {q, page.Next[:4]}, "noise": {q, "!!"},
		"changed": {q, "B" + page.Next[1:]}, "longer": {q, page.Next + "AA"},
	} {
		if _, err := tried.q.After(tried.cursor); !errors.Is(err, view.ErrCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPagesStayPutWhileJobsCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	for n := range id.ID(50) {
		w.do("u", n+1, submit("u", n+1, echo))
	}
	q := view.Query{Owners: []string{"u"}, Limit: 7}
	var seen []id.ID
	for next := id.ID(100); ; next++ {
		fresh(t, v)
		page, err := v.List(t.Context(), q, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range page.Jobs {
			seen = append(seen, j.ID)
		}
		if page.Next == "" {
			break
		}
		w.do("u", next, submit("u", next, echo)) // one comes,
		w.do("u", seen[0], job.Abort{})          // and one that was shown changes
		if q, err = q.After(page.Next); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 50 {
		t.Fatalf("saw %d of 50: %v", len(seen), seen)
	}
	for i, n := range seen {
		if n != id.ID(50-i) {
			t.Fatalf("position %d is job %d", i, n)
		}
	}
}

func TestAPageFitsAMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	tags := make([]string, 100)
	for i := range tags {
		tags[i] = strings.Repeat("t", 200) + string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	for n := range id.ID(60) {
		w.do("u", n+1, submit("u", n+1, job.Spec{Executable: "x", Tags: tags}))
	}
	fresh(t, v)
	q, seen := view.Query{Limit: 1000}, 0
	for pages := 1; ; pages++ {
		page, err := v.List(t.Context(), q, false)
		if err != nil || len(page.Jobs) == 0 {
			t.Fatal(len(page.Jobs), err)
		}
		seen += len(page.Jobs)
		if page.Next == "" {
			if pages < 2 {
				t.Error("all jobs came in one page of more than 1 MiB")
			}
			break
		}
		if q, err = q.After(page.Next); err != nil {
			t.Fatal(err)
		}
	}
	if seen != 60 {
		t.Errorf("saw %d of 60", seen)
	}
}

func TestWatchersHearOfTheirJobOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	mine, end := v.Watch(7, false)
	defer end()
	other, endOther := v.Watch(8, false)
	defer endOther()
	w.do("u", 7, submit("u", 7, echo))
	select {
	case <-mine:
	case <-t.Context().Done():
		t.Fatal("not heard")
	}
	select {
	case <-other:
		t.Error("heard of somebody else's job")
	default:
	}
}

func TestWatchersUntilTheEndHearNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.open("")
	w.do("u", 7, submit("u", 7, echo))
	fresh(t, v)
	end, stop := v.Watch(7, true)
	defer stop()
	w.do("u", 7, job.Match{Runner: "r", Site: "here"}, job.Begin{Runner: "r", Epoch: 1})
	fresh(t, v)
	select {
	case <-end:
		t.Error("a start is no end")
	default:
	}
	w.do("u", 7, job.Finish{Runner: "r", Epoch: 1, Code: new(int), Evidence: "wait"})
	select {
	case <-end:
	case <-t.Context().Done():
		t.Fatal("the end was not heard")
	}
	if g, ok, err := v.Peek(t.Context(), 7); err != nil || !ok || g.State != job.Succeeded || g.Owner != "u" || g.Version == 0 {
		t.Errorf("%+v, %v, %v", g, ok, err)
	}
}
