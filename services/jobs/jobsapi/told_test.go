package jobsapi

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
)

// A glance at a job says what reading all of it says, or nothing.
func TestAGlanceAtAJobIsEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", `,"version":9}`, `"parent":`, `\`, `{"id":"`, "x"})
		j := Job{
			ID: id.ID(rapid.Uint64Range(1, 1<<53-1).Draw(t, "id")), Version: rapid.Uint64().Draw(t, "version"), Owner: text.Draw(t, "owner"),
			Spec: Spec{Name: text.Draw(t, "name"), Environment: map[string]string{"version": text.Draw(t, "variable")}},
		}
		if rapid.Bool().Draw(t, "child") {
			j.Spec.Parent = &Parent{Job: "0f3k2m9qxya", Dir: "1"}
		}
		b, err := json.Marshal(j)
		if err != nil {
			t.Fatal(err)
		}
		got, err := told(b)
		if err != nil || got.ID != j.ID || got.Version != j.Version || got.Storage != j.Storage() {
			t.Fatalf("%+v, %v of %s", got, err, b)
		}
		if _, ok := glance(b); ok != (j.Spec.Parent == nil) {
			t.Fatalf("a glance was enough: %v, for %s", ok, b)
		}
	})
	for _, strange := range []string{`{}`, ``, `{"id":"0f3k2m9qxya"`, `{"id":"0f3k2m9qxya","spec":{"version":1}}`, `{"id":"0f3k2m9qxya","version":-1}`, `{"id":"0f3k2m9qxya","version":1`} {
		if got, ok := glance(natsrpc.Encoded(strange)); ok {
			t.Errorf("%q: %+v", strange, got)
		}
	}
}
