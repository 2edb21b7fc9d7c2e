package view

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var begin = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// say appends events of these types to a job's topic.
func say(t *testing.T, st es.Store, owner string, job id.ID, at time.Time, types ...string) {
	t.Helper()
	topic := jobsapi.Topic(owner, job)
	before, err := st.Load(t.Context(), topic, 0)
	if err != nil {
		t.Fatal(err)
	}
	var expect uint64
	if len(before) > 0 {
		expect = before[len(before)-1].Seq
	}
	c := es.Commit{Command: topic + at.String() + types[0]}
	for i, typ := range types {
		c.Events = append(c.Events, es.Event{
			ID: c.Command + string(rune('0'+i)), Type: typ, Source: jobsapi.Source, Subject: jobsapi.Subject(job), Time: at, Data: []byte(`{}`),
		})
	}
	if _, err := st.Append(t.Context(), topic, expect, c); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, st es.Store, rung func()) *View {
	t.Helper()
	v, err := Open(filepath.Join(t.TempDir(), "files.db"), st, logx.Discard(), rung)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = v.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = v.Close() })
	return v
}

// A part of a sweep has its directory in the sweep's, and no storage.
func TestPartsHaveNoStorage(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	v := start(t, st, func() {})
	for n, command := range map[id.ID]string{1: "key-x", 2: jobsapi.PartCommand + "x"} {
		c := es.Commit{Command: command, Events: []es.Event{{ID: command + ".0", Type: jobsapi.EventSubmitted, Source: jobsapi.Source, Time: begin, Data: []byte(`{}`)}}}
		if _, err := st.Append(t.Context(), jobsapi.Topic("alice", n), 0, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, total, err := v.Jobs(t.Context(), "alice", 10, 0); total != 1 || err != nil {
		t.Errorf("%d storages, %v", total, err)
	}
	if _, ok, err := v.Job(t.Context(), 2); ok || err != nil {
		t.Errorf("a part has one: %v, %v", ok, err)
	}
}

func TestWhoseJobsAre(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	rung := make(chan struct{}, 10)
	v := start(t, st, func() { rung <- struct{}{} })
	for i := range id.ID(5) {
		say(t, st, "alice", 10+i, begin.Add(time.Duration(i)*time.Second), jobsapi.EventSubmitted, "jobs.job.ready.v1")
	}
	say(t, st, "bob", 20, begin, jobsapi.EventSubmitted)
	say(t, st, "alice", 12, begin.Add(time.Minute), jobsapi.EventDestroyed)
	say(t, st, "alice", 11, begin.Add(time.Minute), "jobs.job.failed.v1", jobsapi.EventDestroyed)
	if err := v.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-rung

	if job, ok, err := v.Job(t.Context(), 10); !ok || err != nil || job.Owner != "alice" {
		t.Errorf("job 10: %+v %v %v", job, ok, err)
	}
	for _, n := range []id.ID{11, 12, 99} {
		if job, ok, err := v.Job(t.Context(), n); ok || err != nil {
			t.Errorf("job %d: %+v %v %v", n, job, ok, err)
		}
	}
	page, total, err := v.Jobs(t.Context(), "alice", 2, 1)
	if err != nil || total != 3 || !slices.Equal(page, []Job{{13, "alice"}, {10, "alice"}}) {
		t.Errorf("page %v of %d, %v", page, total, err)
	}
	gone, upTo, err := v.Destroyed(t.Context(), 0, 1)
	if err != nil || !slices.Equal(gone, []id.ID{12}) {
		t.Errorf("destroyed %v, %v", gone, err)
	}
	if gone, _, err = v.Destroyed(t.Context(), upTo, 10); err != nil || !slices.Equal(gone, []id.ID{11}) {
		t.Errorf("destroyed after %d: %v, %v", upTo, gone, err)
	}
	if gone, err = v.WhichDestroyed(t.Context(), []id.ID{10, 11, 99}); err != nil || !slices.Equal(gone, []id.ID{11}) {
		t.Errorf("which are destroyed: %v, %v", gone, err)
	}
}

func TestViewThatCannotCatchUpSaysSo(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	say(t, st, "alice", 1, begin, jobsapi.EventSubmitted)
	v, err := Open(filepath.Join(t.TempDir(), "files.db"), st, logx.Discard(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := v.Fresh(ctx); !fault.Is(err, fault.Unavailable) || fault.From(err).RetryAfter <= 0 {
		t.Errorf("a view that does not run: %v", err)
	}
}
