package app_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// desk is a Stager and a Carrier that writes down what is brought, in order.
// A failure is for one try.
type desk struct {
	mu    sync.Mutex
	lines []string
	fails map[string]error // by the line
}

func (d *desk) There(context.Context, jobsapi.Job) error { return nil }

func (d *desk) Stage(_ context.Context, _ jobsapi.Job, in jobsapi.Input) error {
	return d.take(in.Path + "=" + in.Data + " " + in.Mode)
}

func (d *desk) Carry(_ context.Context, c filesapi.Carry, arrived func(filesapi.Carried)) error {
	err := d.take(c.Path.Path + "=" + c.URL + " " + c.Mode)
	if err == nil {
		arrived(filesapi.Carried{Path: c.Path.Path, Bytes: 7})
	}
	return err
}

func (d *desk) take(line string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.fails[line]
	if delete(d.fails, line); err == nil {
		d.lines = append(d.lines, line)
	}
	return err
}

func (d *desk) brought() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

func deskWorld(t *testing.T) (*world, *desk) {
	w, d := newWorld(t), &desk{fails: map[string]error{}}
	w.stager, w.carry = d, d
	return w, d
}

var mixed = jobsapi.Spec{Executable: "cat",
	Inputs: []jobsapi.Input{{Path: "in", Data: "2", Mode: jobsapi.Append, After: 1}, {Path: "in", Data: "0"}, {Path: "in", Data: "3", Mode: jobsapi.Append, After: 1},
		{Path: "d", Data: "4", Mode: jobsapi.NoOverwrite, After: 2}},
	Imports: []jobsapi.Transfer{{From: here, To: "in", Mode: jobsapi.Append}, {From: there, To: "b"}}}

var inOrder = []string{"in=0 ", "in=" + here + " append", "in=2 append", "in=3 append", "b=" + there + " ", "d=4 nooverwrite"}

// What is brought comes in the order of the description, each once, though a
// step in the midst has to be tried again.
//
// covers: U4-153
func TestInputsAreWrittenInTheirPlaceAmongTheImports(t *testing.T) {
	t.Parallel()
	w, d := deskWorld(t)
	d.fails["in=3 append"], d.fails["b="+there+" "] = away, away
	r := w.replica()
	j := w.await(r, w.submit(r, "alice", mixed), job.Queued)
	if got := d.brought(); !slices.Equal(got, inOrder) {
		t.Errorf("brought %q, not %q", got, inOrder)
	}
	if text := history(j); strings.Count(text, "The input in is there") != 4 {
		t.Errorf("its history does not tell of each:\n%s", text)
	}
}

// Without imports too, what is added to a file is added once.
func TestAnInputIsNotAddedTwice(t *testing.T) {
	t.Parallel()
	w, d := deskWorld(t)
	d.fails["b=3 "] = away
	r := w.replica()
	s := jobsapi.Spec{Executable: "cat", Inputs: []jobsapi.Input{{Path: "a", Data: "1"}, {Path: "a", Data: "2", Mode: jobsapi.Append}, {Path: "b", Data: "3"}}}
	w.await(r, w.submit(r, "alice", s), job.Queued)
	if got := d.brought(); !slices.Equal(got, []string{"a=1 ", "a=2 append", "b=3 "}) {
		t.Errorf("brought %q", got)
	}
}

// covers: U4-153
func TestAJobGoesOnWithoutAnOptionalInput(t *testing.T) {
	t.Parallel()
	there := fault.New(fault.Conflict, "files.exists", "It is there already.")
	for _, optional := range []bool{true, false} {
		w, d := deskWorld(t)
		d.fails["a=1 nooverwrite"] = there
		r := w.replica()
		s := jobsapi.Spec{Executable: "cat", Inputs: []jobsapi.Input{{Path: "a", Data: "1", Mode: jobsapi.NoOverwrite, Optional: optional}, {Path: "b", Data: "2"}}}
		const want = "The input a could not be written: It is there already."
		if !optional {
			if j := w.await(r, w.submit(r, "alice", s), job.Failed); j.Reason != want {
				t.Errorf("because %q", j.Reason)
			}
			continue
		}
		j := w.await(r, w.submit(r, "alice", s), job.Queued)
		if text := history(j); !strings.Contains(text, "It goes on without: "+want) || !slices.Equal(d.brought(), []string{"b=2 "}) {
			t.Errorf("brought %q; its history:\n%s", d.brought(), text)
		}
	}
}
