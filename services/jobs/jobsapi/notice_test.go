package jobsapi

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

// journal is what a job's commands leave behind, one commit each.
func journal(t *testing.T, commands ...job.Command) (all []es.Recorded) {
	t.Helper()
	var j job.Job
	for i, c := range commands {
		events, err := job.Decide(j, c)
		if err != nil {
			t.Fatal(err)
		}
		commit := es.Commit{Command: "c" + strconv.Itoa(i)}
		for k, e := range events {
			j = job.Evolve(j, e)
			data, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			commit.Events = append(commit.Events, es.Event{ID: commit.Command + "." + strconv.Itoa(k), Type: e.Type(), Data: data})
		}
		all = append(all, commit.At("evt.jobs.job.u.x", uint64(10*(i+1)), time.Time{}))
	}
	return all
}

func TestNotices(t *testing.T) {
	t.Parallel()
	code := 3
	all := journal(t,
		job.Submit{ID: "00000000001", Owner: "u-1", OwnerName: "alice", Spec: Spec{Name: "n", Executable: "x",
			Notify: &Notification{URL: "https://x.example/", States: []State{Ready, Queued, Running, Failed}}}},
		job.Match{Runner: "r", Site: "s"}, job.Begin{Runner: "r", Epoch: 1},
		job.Finish{Runner: "r", Epoch: 1, Code: &code, Evidence: "wait"}, job.Restart{})
	all[1].Events = append(all[1].Events, es.Event{Type: "of.tomorrow.v1", Data: []byte("{}")}, es.Event{Type: EventStarted, Data: []byte("no")})
	for position, want := range map[uint64][]Notice{
		9: nil, 10: {{ID: "c0.2", State: Ready, Event: "jobs.job.ready.v1"}, {ID: "c0.4", State: Queued, Event: "jobs.job.queued.v1"}},
		20: nil, 30: {{ID: "c2.1", State: Running, Event: EventStarted}}, 40: {{ID: "c3.2", State: Failed, Event: EventFailed}},
		50: {{ID: "c4.2", State: Queued, Event: "jobs.job.queued.v1"}},
	} {
		got := Notices(all, position)
		if len(got) != len(want) {
			t.Errorf("at %d: %+v", position, got)
			continue
		}
		for i, n := range got {
			if n.ID != want[i].ID || n.State != want[i].State || n.Event != want[i].Event || n.Seq != position || n.Job.State != n.State || n.Job.Spec.Name != "n" {
				t.Errorf("at %d: %+v", position, n)
			}
		}
	}
	if end := Notices(all, 40)[0].Job; end.ExitCode == nil || *end.ExitCode != 3 || end.Reason != "The job exited with code 3." || end.Owner != "u-1" {
		t.Errorf("its end: %+v", end)
	}
	if n := Notices(all[:1], 10); len(n) != 2 {
		t.Errorf("without what came later: %+v", n)
	}
}
