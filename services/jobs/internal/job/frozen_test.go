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
		JobRestarted{}, JobDestroyed{},
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

func TestEveryFrozenFileIsStillRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(frozen, "*.json"))
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
