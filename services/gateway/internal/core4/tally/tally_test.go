package tally_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/tally"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// journal is a list of events that is followed once.
type journal struct {
	list []es.Event
	err  error
	read int // events that were handed out
}

func (j *journal) add(seconds int, n id.ID, words ...string) {
	for _, w := range words {
		j.list = append(j.list, es.Event{Type: "jobs.job." + w + ".v1", Topic: jobsapi.Topic("u", n), Time: start.Add(time.Duration(seconds) * time.Second)})
	}
}

func (j *journal) Follow(_ context.Context, q follow.Query, s follow.Sink) error {
	if !q.All || !q.Once {
		return errors.New("not everything")
	}
	for i, e := range j.list {
		if at := uint64(i + 1); at > q.After.Seq {
			j.read++
			if err := s.Event(follow.Cursor{Seq: at}, e); err != nil {
				return err
			}
		}
	}
	return errors.Join(j.err, s.Pause(follow.Cursor{Seq: uint64(len(j.list))}))
}

func check(t *testing.T, what string, got, want tally.Counts) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

func TestJobsAreCountedByTheirStates(t *testing.T) {
	t.Parallel()
	j := &journal{}
	all := tally.New(j)
	now := func(what string, want tally.Counts) {
		t.Helper()
		if err := all.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, got := all.Now()
		check(t, what, got, want)
	}
	j.add(0, 1, "submitted", "ready", "queued")
	j.add(0, 2, "submitted", "stage_in_started")
	now("two wait", tally.Counts{Pending: 2})
	j.add(1, 1, "matched", "started", "abort_requested")
	now("one runs", tally.Counts{Pending: 1, Running: 1})
	j.add(2, 1, "exited", "aborted")
	j.add(2, 2, "ready", "queued", "matched", "started", "exited", "failed")
	now("both have ended", tally.Counts{Error: 1, Killed: 1})
	j.add(3, 2, "restarted", "queued", "matched", "started", "exited", "succeeded")
	j.add(4, 1, "destroyed")
	now("none is in the queue", tally.Counts{})
	j.add(5, 2, "restarted")
	j.add(5, 3, "unheard_of", "destroyed")
	now("what was complete runs again", tally.Counts{Pending: 1})
	if j.read != len(j.list) {
		t.Errorf("%d of %d events were read", j.read, len(j.list))
	}
	samples := all.Between(start, start.Add(5*time.Second))
	if len(samples) != 10 {
		t.Fatalf("%+v", samples)
	}
	check(t, "the first", samples[0].Counts, tally.Counts{Pending: 1})
	check(t, "the last", samples[9].Counts, tally.Counts{})
}

func TestNothingIsCountedTwice(t *testing.T) {
	t.Parallel()
	all := tally.New(&journal{})
	submitted := es.Event{Type: jobsapi.EventSubmitted, Topic: jobsapi.Topic("u", 1), Time: start}
	other := submitted
	other.Topic = jobsapi.Topic("u", 2)
	for _, at := range []follow.Cursor{{Seq: 4, Part: 1}, {Seq: 4, Part: 1}, {Seq: 3}} {
		_ = all.Event(at, submitted)
	}
	for _, at := range []follow.Cursor{{Seq: 4, Part: 2}, {Seq: 4}, {Seq: 4, Part: 3}} {
		_ = all.Event(at, other)
	}
	if at, counts := all.Now(); at != (follow.Cursor{Seq: 4}) || counts.Pending != 2 {
		t.Errorf("%v %+v", at, counts)
	}
	_ = all.Gap(follow.Cursor{Seq: 9})
	if at, counts := all.Now(); at.Seq != 9 || counts.Total() != 0 {
		t.Errorf("behind a gap: %v %+v", at, counts)
	}
}

func TestTimesDoNotGoBack(t *testing.T) {
	t.Parallel()
	j := &journal{}
	j.add(9, 1, "submitted")
	j.add(2, 2, "submitted")
	all := tally.New(j)
	if err := all.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := all.Between(start, start.Add(time.Minute)); len(got) != 2 || got[1].Pending != 2 || !got[1].At.Equal(start.Add(9*time.Second)) {
		t.Errorf("%+v", got)
	}
	j.err = errors.New("silent")
	if err := all.CatchUp(t.Context()); err == nil {
		t.Error("the journal's error is not told")
	}
}

func TestSamplesAreBounded(t *testing.T) {
	t.Parallel()
	all := tally.New(&journal{})
	for i := range tally.MaxSamples + 10 {
		e := es.Event{Type: jobsapi.EventSubmitted, Topic: jobsapi.Topic("u", id.ID(i+1)), Time: start.Add(time.Duration(i) * time.Second)}
		_ = all.Event(follow.Cursor{Seq: uint64(i + 1)}, e)
	}
	got := all.Between(start, start.AddDate(1, 0, 0))
	if len(got) > tally.MaxSamples || len(got) < tally.MaxSamples/2 || got[len(got)-1].Pending != tally.MaxSamples+10 {
		t.Errorf("%d samples", len(got))
	}
	if early := got[0].At.Sub(start); early > time.Minute {
		t.Errorf("the oldest is forgotten up to %s", early)
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	for to, want := range map[time.Time]time.Duration{
		start.AddDate(1, 0, 0): 24 * time.Hour, start.AddDate(0, 11, 0): time.Hour, start.AddDate(0, 1, 0): time.Hour,
		start.AddDate(0, 0, 7): time.Minute, start.Add(23 * time.Hour): time.Second, start.Add(time.Minute): time.Second,
		start.Add(time.Second): time.Millisecond, start: time.Millisecond,
	} {
		if got := tally.Precision(start, to); got != want {
			t.Errorf("to %s: %s", to, got)
		}
	}
	at := func(seconds, n int) tally.Sample {
		return tally.Sample{At: start.Add(time.Duration(seconds) * time.Second), Counts: tally.Counts{Running: n}}
	}
	got := tally.Fullest([]tally.Sample{at(0, 1), at(10, 3), at(20, 3), at(59, 2), at(60, 1)}, time.Minute)
	if len(got) != 2 || got[0] != at(10, 3) || got[1] != at(60, 1) {
		t.Errorf("%+v", got)
	}
	if tally.Fullest(nil, time.Minute) != nil {
		t.Error("of nothing")
	}
}
