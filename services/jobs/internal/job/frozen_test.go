package job

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

const frozen = "../../jobsapi/testdata/events"

var codec = es.NewCodec(Events())

// samples has one value of the newest version of every event. Its file, once
// written, never changes: a change of the event's form is a new version.
func samples() []Event {
	code := 3
	return []Event{
		JobSubmitted{ID: "00h4v2zr8pk", Owner: "u-1", OwnerName: "alice", Group: "users", KeyHash: "5f70bf18",
			Spec: Spec{
				Name: "mean", Executable: "/bin/sh", Arguments: []string{"-c", "cat a > b"}, Environment: map[string]string{"LANG": "C"},
				Stdin: "in", Stdout: "out", Stderr: "err", Inputs: []Input{{Path: "a", Data: "1 2\n"}}, Outputs: []string{"b", "*.log"},
				ClientStageIn: true, IgnoreExitCode: true, Site: "DEMO-SITE", Group: "users", Project: "p1", Queue: "fast", Priority: 3,
				Tags: []string{"t1"}, Limits: Resources{CPUs: 2, Memory: 1 << 30, Runtime: 60, Nodes: 1},
				Origin: &Origin{Dialect: "unicore", Document: json.RawMessage(`{"Executable":"/bin/sh"}`)},
			}},
		StageInStarted{}, StartRequested{}, JobReady{}, JobQueued{},
		JobMatched{Runner: "r1", Site: "DEMO-SITE", Epoch: 2},
		JobRequeued{Reason: "The runner stops."},
		JobStarted{Epoch: 2},
		JobExited{Epoch: 2, Code: &code, Signal: "TERM", Evidence: "exit record"},
		JobSucceeded{},
		JobFailed{Reason: "The job exited with code 3."},
		AbortRequested{Reason: "enough"},
		JobAborted{Reason: "enough"},
		JobRestarted{}, JobResubmitted{As: "00h4v2zr8pm"}, JobDestroyed{},
		InputStaged{Path: "in/a.dat", Bytes: 4},
		JobBlocked{On: []string{"hold", "time"}}, JobUnblocked{From: "time"},
		HoldPlaced{Reason: "not now"}, HoldReleased{},
		StageOutStarted{Epoch: 2}, OutputStaged{Path: "b.dat", Bytes: 8}, TransferSkipped{Transfer: 2, Out: true, Path: "log/*", Reason: "The output log/* could not be sent: https://x.example/log/: answered 403 Forbidden."},
		RescheduleRequested{Reason: "again", Counter: 1}, JobRescheduled{Counter: 1},
		SweepStarted{Round: 1, Children: 2}, ChildEnded{Index: 1, Round: 1, Job: "00h4v2zr8pm", State: Failed, Code: &code},
		TagsChanged{Tags: []string{"a", "b"}}, ExpirySet{At: time.Date(2026, 12, 21, 8, 0, 0, 0, time.UTC)},
		ACLChanged{Entries: []string{"read:UID:bob"}}, NotificationDue{State: Succeeded}, JobNoted{Text: "The notification was not taken: 404 Not Found."},
	}
}

func TestEveryEventReadsAndWritesItsFrozenForm(t *testing.T) {
	t.Parallel()
	current := map[string]bool{}
	for _, e := range samples() {
		current[e.Type()] = true
		t.Run(e.Type(), func(t *testing.T) { t.Parallel(); compare(t, e) })
	}
	for _, e := range Events() {
		if !current[e.Type()] {
			t.Errorf("%s has no sample", e.Type())
		}
	}
}

func compare(t *testing.T, e Event) {
	typ, payload := codec.Encode(e)
	path := filepath.Join(frozen, typ+".json")
	written, err := json.MarshalIndent(payload, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); os.IsNotExist(err) && flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, append(written, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := append(written, '\n'); !bytes.Equal(got, stored) {
		t.Errorf("%s is written as\n%s, not as frozen:\n%s", typ, got, stored)
	}
	back, ok, err := codec.Decode(typ, stored)
	if !ok || err != nil {
		t.Fatalf("decode: %v, %v", ok, err)
	}
	// The frozen files are indented, and a document is kept as it is written.
	if plain(t, back) != plain(t, e) || reflect.TypeOf(back) != reflect.TypeOf(e) {
		t.Errorf("%s was read as %#v, not as %#v", typ, back, e)
	}
}

func plain(t *testing.T, e Event) string {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// An input has a number in what is noted of it; in old records the path says
// which it was.
func TestInputsAreNotedByTheirNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file string
		e    Event
	}{
		{"input_noted.json", InputStaged{Path: "a", Bytes: 4, Input: 3}},
		{"input_skipped.json", TransferSkipped{Input: 3, Path: "a", Reason: "The input a could not be written: It is there already."}},
	} {
		stored, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		back, ok, err := codec.Decode(c.e.Type(), stored)
		if !ok || err != nil || !reflect.DeepEqual(back, c.e) || plain(t, c.e) != strings.TrimSpace(string(stored)) {
			t.Errorf("%s: %+v, written %s; %v", c.file, back, plain(t, c.e), err)
		}
	}
	j := Job{State: StagingIn, Spec: Spec{Inputs: []Input{{Path: "b"}, {Path: "a"}, {Path: "a", Mode: Append}}}}
	for _, e := range []Event{InputStaged{Path: "a"}, InputStaged{Path: "a", Input: 3}, InputStaged{Path: "b", Transfer: 1}, TransferSkipped{Input: 1, Path: "b"}} {
		j = Evolve(j, e)
	}
	if !reflect.DeepEqual(j.Written, []int{2, 3, 1}) || !reflect.DeepEqual(j.Carried, []int{1}) {
		t.Errorf("done with inputs %v and imports %v", j.Written, j.Carried)
	}
}

// whole has every field of a description, so that its form is frozen too.
func whole() Spec {
	return Spec{
		Sites: []string{"A", "B"}, BannedSites: []string{"C"}, Requires: []string{"gpu"},
		Application: &Application{Name: "Date", Version: "1.0"}, Parameters: map[string]string{"X": "1"}, Command: "date -u",
		Pre: &Hook{Script: "mkdir d", IgnoreExitCode: true, InJob: true}, Post: &Hook{Script: "rm -r d"},
		Umask: "077", OnLogin: true, LoginNode: "login*", UserEmail: "a@b.example", Directives: "bss",
		Inputs: []Input{{Path: "a", Data: "1", Permissions: "r--", Mode: Append, Optional: true, After: 1}},
		Imports: []Transfer{{From: "https://x.example/a", To: "a", Mode: Append, Permissions: "r-x", Optional: true, ReadOnly: true,
			Secret: "s", Extra: map[string]string{"commit": "1"}}},
		Exports: []Transfer{{From: "b", To: "https://x.example/b"}},
		Sweep:   []Axis{{Kind: SweepArgument, At: 1, Values: []string{"1", "2"}}, {Kind: SweepParameter, Name: "X", Values: []string{"3"}}},
		Awaits:  []Dependency{{Job: "00h4v2zr8pk", On: OnEnd}}, NotBefore: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Hold: true,
		Notify: &Notification{URL: "https://x.example/n", States: []State{Running}, Batch: []string{"R"}},
		Kind:   Allocation, Within: "00h4v2zr8pm", Parent: &Parent{Job: "00h4v2zr8pn", Index: 1, Round: 2, Dir: "1"},
		JobGroup: "g", JobType: "User",
		Limits: Resources{CPUsPerNode: 4, GPUs: 1, Processes: 64, CPUTime: 60, Exclusive: true, Other: map[string]string{"QoS": "fast"}},
	}
}

func TestADescriptionReadsAndWritesItsFrozenForm(t *testing.T) {
	t.Parallel()
	written, err := json.MarshalIndent(whole(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := os.ReadFile("testdata/whole.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := append(written, '\n'); !bytes.Equal(got, stored) {
		t.Errorf("it is written as\n%s, not as frozen:\n%s", got, stored)
	}
	var back Spec
	if err := json.Unmarshal(stored, &back); err != nil || !reflect.DeepEqual(back, whole()) {
		t.Errorf("it was read as %+v, %v", back, err)
	}
}

func TestEveryFrozenFileIsStillRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(frozen, "jobs.job.*.json"))
	if err != nil || len(files) < len(Events()) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok, err := codec.Decode(strings.TrimSuffix(filepath.Base(f), ".json"), data); !ok || err != nil {
			t.Errorf("%s: %v, %v", f, ok, err)
		}
	}
}
