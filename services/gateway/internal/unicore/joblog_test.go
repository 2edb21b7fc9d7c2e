package unicore

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// past is a history in which each state is entered a second after the one before.
func past(events ...string) (steps []jobsapi.Step) {
	for i, e := range events {
		event, state, _ := strings.Cut(e, " ")
		steps = append(steps, jobsapi.Step{At: noon.Add(time.Duration(i) * time.Second), Event: event, State: jobsapi.State(state), Text: "step"})
	}
	return steps
}

// Each child of a sweep is told of with its values, in each round.
func TestTheLogOfASweepNamesItsChildren(t *testing.T) {
	t.Parallel()
	j := jobsapi.Job{ID: 7, Owner: "u1", Children: &jobsapi.Children{Round: 3, Total: 2}, History: past("a", jobsapi.EventSweepStarted, "b", jobsapi.EventSweepStarted),
		Spec: jobsapi.Spec{Imports: []jobsapi.Transfer{{To: "in"}}, Sweep: []jobsapi.Axis{
			{Kind: jobsapi.SweepParameter, Name: "X", Values: []string{"1", "two\nlines"}},
			{Kind: jobsapi.SweepArgument, At: 2, Values: []string{"v"}}, {Kind: jobsapi.SweepImport, Values: []string{"https://a"}},
		}}}
	var want []string
	for round, at := range map[int]string{2: "2026-11-22T12:00:01+0000", 3: "2026-11-22T12:00:03+0000"} {
		for i, x := range []string{"1", "two lines"} {
			want = append(want, at+": "+jobsapi.ChildID(j, round, i).String()+" : param:'X'='"+x+"' arg:'2'='v' file:'in'='https://a'")
		}
	}
	lines := logLines(j)
	if len(lines) != 8 {
		t.Errorf("%q", lines)
	}
	for _, line := range want {
		if !slices.Contains(lines, line) {
			t.Errorf("%q is missing in %q", line, lines)
		}
	}
}

func TestTheLogTellsOfRestarts(t *testing.T) {
	t.Parallel()
	lines := logLines(jobsapi.Job{History: past("a failed", jobsapi.EventRestarted+" submitted")})
	if len(lines) != 2 || lines[1] != "2026-11-22T12:00:01+0000: RESTARTING. step" {
		t.Errorf("%q", lines)
	}
}

func TestTheTimeInEachStage(t *testing.T) {
	t.Parallel()
	j := jobsapi.Job{Submitted: noon, Started: noon.Add(7 * time.Second), Ended: noon.Add(12 * time.Second),
		History: past("a submitted", "b staging_in", "c staging_in", "d ready", "e queued", "f matched", "g matched", "h running", "i running", "j running", "k staging_out", "l staging_out", "m succeeded")}
	got := consumed(j)
	for stage, want := range map[string]string{"total": "12", "stage-in": "2", "queued": "3", "main": "3", "stage-out": "2", "preCommand": "N/A"} {
		if got[stage] != want {
			t.Errorf("%s: %q, want %q", stage, got[stage], want)
		}
	}
	for stage, got := range consumed(jobsapi.Job{Submitted: noon, History: past("a submitted", "b queued")}) {
		if got != "N/A" {
			t.Errorf("%s of a job that waits: %q", stage, got)
		}
	}
}
