package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	_ "github.com/heddle-dev/heddle/pkg/es/estest" // has the flag -update
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

var codec = es.NewCodec(Events())

func sample() Submitted {
	return Submitted{
		ID: "00h4v2zr8pk", Owner: "u-1", OwnerName: "alice", Groups: []string{"users"}, Specs: []job.Spec{{Executable: "/bin/true"}},
		KeyHash: "5f70bf18", Expires: time.Date(2026, 12, 21, 8, 0, 0, 0, time.UTC),
	}
}

func TestEveryEventReadsAndWritesItsFrozenForm(t *testing.T) {
	t.Parallel()
	for _, e := range []Event{sample(), Made{}} {
		path := filepath.Join("../../jobsapi/testdata/events", e.Type()+".json")
		written, err := json.MarshalIndent(e, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); os.IsNotExist(err) && flag.Lookup("update").Value.String() == "true" {
			if err := os.WriteFile(path, append(written, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		stored, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(stored, append(written, '\n')) {
			t.Fatalf("%s is written as\n%s, not as frozen:\n%s (%v)", e.Type(), written, stored, err)
		}
		back, ok, err := codec.Decode(e.Type(), stored)
		if !ok || err != nil || !reflect.DeepEqual(back, e) {
			t.Errorf("%s was read as %#v, %v", e.Type(), back, err)
		}
	}
}

func TestABatchIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	var s State
	do := func(c Command) ([]Event, error) {
		events, err := Decide(s, c)
		for _, e := range events {
			s = Evolve(s, e)
		}
		return events, err
	}
	if _, err := do(Finish{}); !errors.Is(err, job.ErrUnknown) {
		t.Errorf("finishing nothing: %v", err)
	}
	for i, want := range []int{1, 0} {
		if events, err := do(Submit{sample()}); err != nil || len(events) != want {
			t.Errorf("submit %d: %v, %v", i, events, err)
		}
	}
	other := sample()
	other.KeyHash = "other"
	if _, err := do(Submit{other}); !errors.Is(err, job.ErrMismatch) {
		t.Errorf("another batch of the key: %v", err)
	}
	other.KeyHash = ""
	if _, err := do(Submit{other}); !errors.Is(err, job.ErrTaken) {
		t.Errorf("another batch of the id: %v", err)
	}
	for i, want := range []int{1, 0} {
		if events, err := do(Finish{}); err != nil || len(events) != want || !s.Made {
			t.Errorf("finish %d: %v, %v", i, events, err)
		}
	}
	if events, err := do(Look{}); err != nil || len(events) > 0 || len(s.Specs) != 1 {
		t.Errorf("a look: %v, %v", events, err)
	}
}
