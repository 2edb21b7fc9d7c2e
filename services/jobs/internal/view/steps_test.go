package view

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestStepsAreWrittenAsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := make([]jobsapi.Step, rapid.IntRange(0, 4).Draw(t, "steps"))
		for i := range steps {
			at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
			if rapid.Bool().Draw(t, "utc") {
				at = at.UTC()
			}
			steps[i] = jobsapi.Step{At: at, Event: rapid.String().Draw(t, "event"), State: jobsapi.State(rapid.String().Draw(t, "state")),
				Text: rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,40}`)).Draw(t, "text")}
		}
		want, err := json.Marshal(steps)
		if err != nil {
			t.Skip(err)
		}
		if got, err := appendSteps(nil, steps); err != nil || string(got) != string(want) {
			t.Fatalf("%s\nnot\n%s\n%v", got, want, err)
		}
	})
}
