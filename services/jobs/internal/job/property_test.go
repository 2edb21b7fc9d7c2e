package job

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// draw makes any command, most of them plausible for a job with the given
// past: reports name one of two runners and an epoch up to two too late or
// one too early.
func draw(t *rapid.T, j Job) Command {
	runner := rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "runner")
	epoch := max(0, j.Epoch+rapid.IntRange(-2, 1).Draw(t, "epoch"))
	switch rapid.IntRange(0, 14).Draw(t, "command") {
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
		return Restart{}
	default:
		if rapid.IntRange(0, 5).Draw(t, "destroy") == 0 {
			return Destroy{}
		}
		return Match{Runner: runner, Site: "s"}
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
}

func (l *law) check(t *rapid.T, before Job, c Command, e Event, after Job) {
	if before.State.Ended() && after.State != before.State {
		if _, ok := e.(JobDestroyed); !ok {
			if _, ok := c.(Restart); !ok {
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
	}
}

func TestAnyHistoryKeepsTheLaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := Job{}
		l := &law{started: map[int]bool{}}
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
			if _, ok := c.(Restart); ok || len(events) == 0 {
				continue // an empty job ends at once and may be restarted again
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
			for _, c := range []Command{Start{}, Abort{}, Restart{}, Destroy{}, Lose{}, FinishStageIn{}} {
				if events, err := Decide(j, c); err != nil && len(events) > 0 {
					t.Fatalf("%T: events and %v", c, err)
				}
			}
		}
	})
}
