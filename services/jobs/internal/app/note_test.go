package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A note stands in the history once, and changes nothing.
func TestNotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j, gone := w.submit(r, "alice", work), w.submit(r, "alice", work)
	w.do(r.Destroy, gone)
	ctx := who.With(t.Context(), who.Component("gateway"))
	for range 2 {
		if _, err := r.Note(ctx, jobsapi.NoteRequest{ID: j.ID, Key: "k", Text: "Something happened." + strings.Repeat("x", 5000)}); err != nil {
			t.Fatal(err)
		}
	}
	got := w.get(r, j)
	n := slices.IndexFunc(got.History, func(s jobsapi.Step) bool { return strings.HasPrefix(s.Text, "Something happened.") })
	if n != len(got.History)-1 || len(got.History) != len(j.History)+1 || got.State != j.State || len(got.History[n].Text) > 1024 {
		t.Errorf("%+v", got)
	}
	for name, tc := range map[string]struct {
		req  jobsapi.NoteRequest
		kind fault.Kind
	}{
		"of none":     {jobsapi.NoteRequest{ID: 7, Key: "k"}, fault.Missing},
		"without key": {jobsapi.NoteRequest{ID: j.ID}, fault.Invalid},
	} {
		if _, err := r.Note(ctx, tc.req); !fault.Is(err, tc.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Note(ctx, jobsapi.NoteRequest{ID: gone.ID, Key: "k"}); err != nil {
		t.Errorf("of one that is gone: %v", err)
	}
}
