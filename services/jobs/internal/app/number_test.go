package app_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A description can hold the number of its own job, in a batch, under a key
// and without one; what a dialect received stays as it was.
func TestAJobKnowsItsNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	s := jobsapi.Spec{Name: "job %j", Executable: "/bin/echo", Arguments: []string{`"%j"`, "%jj%"}, Environment: map[string]string{"ME": "%j"},
		Origin: &jobsapi.Origin{Dialect: "dirac", Document: []byte(`{"JobName":"%j"}`)}}
	fresh, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: s, Numbered: true})
	if err != nil {
		t.Fatal(err)
	}
	keyed, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: s, Numbered: true, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: s, Numbered: true, Key: "k"})
	if err != nil || again.ID != keyed.ID {
		t.Errorf("a repeat gives %v, %v, not %v", again.ID, err, keyed.ID)
	}
	batch, err := r.SubmitMany(ctx, jobsapi.BatchRequest{Specs: []jobsapi.Spec{s, s}, Numbered: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range append(batch.Jobs, fresh, keyed) {
		j, err := r.Get(ctx, jobsapi.GetRequest{ID: made.ID})
		n := j.ID.Decimal()
		if err != nil || j.Spec.Name != "job "+n || j.Spec.Arguments[0] != `"`+n+`"` || j.Spec.Arguments[1] != n+"j%" || j.Spec.Environment["ME"] != n ||
			!strings.Contains(string(j.Spec.Origin.Document), "%j") {
			t.Errorf("%s: %+v, %v", n, j.Spec, err)
		}
	}
	if plain := w.submit(r, "alice", s); plain.Spec.Name != "job %j" {
		t.Errorf("nobody asked for it: %q", plain.Spec.Name)
	}
	s.Name = strings.Repeat("%j", 100) // fits only as long as it is a mark
	if _, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: s, Numbered: true}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a name that would be too long gives %v", err)
	}
}
