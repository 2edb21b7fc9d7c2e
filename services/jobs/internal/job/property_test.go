package job

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// draw makes any command, most of them plausible for a job with the given
// past: reports name one of two runners and an epoch up to two too late or
// one too early.
func draw(t *rapid.T, j Job) Command {
	runner := rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "runner")
	epoch := max(0, j.Epoch+rapid.IntRange(-2, 1).Draw(t, "epoch"))
	switch rapid.IntRange(0, 24).Draw(t, "command") {
	case 0:
		return Submit{ID: "1", Owner: "u", KeyHash: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "key"), Spec: drawSpec(t)}
	case 1:
		return FinishStageIn{Problem: rapid.SampledFrom([]string{"", "no space"}).Draw(t, "problem")}
	case 2:
		return Start{}
	case 3, 4:
		return Match{Runner: runner, Site: "s"}
	case 5, 6:
		return Begin{Runner: runner, Epoch: epoch}
	case 7:
		return Begin{Runner: j.Runner, Epoch: j.Epoch}
	case 8:
		return Release{Runner: runner, Epoch: epoch, Reason: "full"}
	case 9:
		return drawFinish(t, runner, epoch)
	case 10:
		return drawFinish(t, j.Runner, j.Epoch)
	case 11:
		return Lose{Runner: runner, Epoch: epoch}
	case 12:
		return Abort{Reason: "enough"}
	case 13:
		return rapid.SampledFrom([]Command{Restart{}, Resubmit{As: "another"}}).Draw(t, "anew")
	case 14, 15, 16, 17, 18, 19, 20, 21, 22, 23:
		return drawWish(t, j)
	default:
		if rapid.IntRange(0, 5).Draw(t, "destroy") == 0 {
			return rapid.SampledFrom([]Command{Destroy{}, Expire{Now: time.Unix(1<<32, 0)}, Expire{}}).Draw(t, "removal")
		}
		return Match{Runner: runner, Site: "s"}
	}
}

// drawWish makes one of the commands beyond the plain course of a job.
func drawWish(t *rapid.T, j Job) Command {
	problem := rapid.SampledFrom([]string{"", "", "", "it broke"}).Draw(t, "problem")
	switch rapid.IntRange(0, 10).Draw(t, "wish") {
	case 0:
		return Hold{Reason: "wait"}
	case 1:
		return Unhold{}
	case 2:
		return Unblock{From: Dependencies, Problem: problem}
	case 3:
		return Unblock{From: TooEarly, Problem: problem}
	case 4:
		return NoteStaged{Path: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "path"), Out: rapid.Bool().Draw(t, "out"), Transfer: rapid.IntRange(0, 2).Draw(t, "transfer"), Input: rapid.IntRange(0, 2).Draw(t, "input"), Problem: problem}
	case 5:
		return FinishStageOut{Problem: problem}
	case 6:
		return Reschedule{Most: 2, Reset: rapid.IntRange(0, 9).Draw(t, "reset") == 0}
	case 7:
		return SetTags{Tags: []string{rapid.SampledFrom([]string{"x", "y"}).Draw(t, "tag")}}
	case 8:
		return SetExpiry{At: time.Unix(int64(rapid.IntRange(1, 5).Draw(t, "at")), 0).UTC(), Now: time.Unix(3, 0)}
	default:
		return EndChild{
			Index: rapid.IntRange(-1, 4).Draw(t, "index"), Round: max(0, j.Children.Round-rapid.IntRange(0, 1).Draw(t, "round")), Job: "c",
			State: rapid.SampledFrom([]State{Succeeded, Succeeded, Failed, Aborted}).Draw(t, "state"),
		}
	}
}

func drawSpec(t *rapid.T) Spec {
	s := Spec{
		Executable:     rapid.SampledFrom([]string{"", "/bin/true"}).Draw(t, "executable"),
		ClientStageIn:  rapid.Bool().Draw(t, "client stage-in"),
		IgnoreExitCode: rapid.Bool().Draw(t, "ignore"),
	}
	if rapid.Bool().Draw(t, "inputs") {
		s.Inputs = []Input{{Path: "a", Data: "b"}}
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1:
		s.Sweep = []Axis{{Kind: SweepArgument, Values: []string{"1", "2"}}, {Kind: SweepParameter, Name: "X", Values: []string{"3", "4"}}}
		s.Arguments = []string{""}
	case 2, 3, 4:
		s.Exports = []Transfer{{From: "a", To: "https://x.example/a"}}
	}
	if rapid.IntRange(0, 3).Draw(t, "kept back") == 0 {
		s.Hold = rapid.Bool().Draw(t, "hold")
		if rapid.Bool().Draw(t, "awaits") {
			s.Awaits = []Dependency{{Job: "2"}}
		}
		if rapid.Bool().Draw(t, "not before") {
			s.NotBefore = time.Unix(9, 0).UTC()
		}
	}
	return s
}

func drawFinish(t *rapid.T, runner string, epoch int) Finish {
	f := Finish{Runner: runner, Epoch: epoch, Evidence: "wait"}
	if code := rapid.IntRange(-1, 2).Draw(t, "code"); code >= 0 {
		f.Code = &code
	}
	f.Problem = rapid.SampledFrom([]string{"", "", "too long"}).Draw(t, "problem")
	return f
}

// law is what must hold between any two neighbours in a job's history.
type law struct {
	epoch   int
	started map[int]bool
	open    bool // started, and neither requeued nor restarted since
	met     map[string]bool
}

func (l *law) check(t *rapid.T, before Job, c Command, e Event, after Job) {
	if before.State.Ended() && after.State != before.State {
		if _, ok := e.(JobDestroyed); !ok {
			switch c.(type) {
			case Restart, Reschedule:
			default:
				t.Fatalf("%T led from %s to %s by %T", c, before.State, after.State, e)
			}
		}
	}
	switch e := e.(type) {
	case JobMatched:
		if e.Epoch != l.epoch+1 {
			t.Fatalf("epoch %d after %d", e.Epoch, l.epoch)
		}
		l.epoch = e.Epoch
	case JobStarted:
		if l.started[e.Epoch] || l.open {
			t.Fatalf("epoch %d was started twice, or while another ran", e.Epoch)
		}
		if e.Epoch != l.epoch {
			t.Fatalf("started epoch %d, not the current %d", e.Epoch, l.epoch)
		}
		l.started[e.Epoch], l.open = true, true
	case JobRequeued, JobRestarted:
		l.open = false
	case JobRescheduled:
		if before.Held() && !before.Aborting {
			t.Fatal("rescheduled under the hands of its runner")
		}
		l.open = false
	case JobUnblocked:
		l.met[e.From] = true
	case JobQueued, SweepStarted:
		l.free(t, before)
	case JobSucceeded:
		if n := before.Children; n.Total > 0 && n.Succeeded != n.Total {
			t.Fatalf("succeeded with %+v", n)
		}
	}
}

// free: nothing keeps the job back that sets out to run.
func (l *law) free(t *rapid.T, j Job) {
	if j.OnHold {
		t.Fatal("it runs on hold")
	}
	if len(j.Spec.Awaits) > 0 && !l.met[Dependencies] || !j.Spec.NotBefore.IsZero() && !l.met[TooEarly] {
		t.Fatalf("it runs although it waits: met %v", l.met)
	}
}

func TestAnyHistoryKeepsTheLaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := Job{}
		l := &law{started: map[int]bool{}, met: map[string]bool{}}
		var all []Event
		var last Command
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			c := draw(t, j)
			if last != nil && rapid.IntRange(0, 4).Draw(t, "again") == 0 {
				c = last // a repeated, perhaps late, message
			}
			last = c
			events, err := Decide(j, c)
			if err != nil && len(events) > 0 {
				t.Fatalf("%T gave both events and %v", c, err)
			}
			for _, e := range events {
				after := Evolve(j, e)
				l.check(t, j, c, e, after)
				j = after
			}
			all = append(all, events...)
		}
		replay(t, j, all)
	})
}

// replay folds the events as they come back from the journal.
func replay(t *rapid.T, want Job, events []Event) {
	var got Job
	for _, e := range events {
		typ, payload := codec.Encode(e)
		data, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		back, ok, err := codec.Decode(typ, data)
		if !ok || err != nil {
			t.Fatalf("decode %s: %v, %v", typ, ok, err)
		}
		got = Evolve(got, back)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("replayed to\n%+v, not\n%+v", got, want)
	}
}

func TestARepeatedCommandChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := Job{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			c := draw(t, j)
			events, _ := Decide(j, c)
			for _, e := range events {
				j = Evolve(j, e)
			}
			switch c.(type) {
			case Restart, Reschedule: // of a job that ends at once, or waits again
				continue
			}
			if len(events) == 0 {
				continue
			}
			if again, _ := Decide(j, c); len(again) > 0 {
				t.Fatalf("%#v, said twice, gave %#v in state %s", c, again, j.State)
			}
		}
	})
}

func FuzzDecodeAndEvolve(f *testing.F) {
	for _, e := range Events() {
		f.Add(e.Type(), []byte(`{}`))
	}
	f.Add(JobMatched{}.Type(), []byte(`{"runner":"r","site":"s","epoch":3}`))
	f.Fuzz(func(t *testing.T, typ string, data []byte) {
		e, ok, err := codec.Decode(typ, data)
		if !ok {
			return
		}
		if err != nil {
			t.Fatalf("readable and yet %v", err)
		}
		for _, s := range append(States(), None) {
			j := Evolve(Job{State: s}, e)
			for _, c := range []Command{Start{}, Abort{}, Restart{}, Resubmit{}, Destroy{}, Lose{}, FinishStageIn{}} {
				if events, err := Decide(j, c); err != nil && len(events) > 0 {
					t.Fatalf("%T: events and %v", c, err)
				}
			}
		}
	})
}
