package unicore

import (
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// covers: U4-170
func TestStatusWordsAreTotal(t *testing.T) {
	t.Parallel()
	known := []string{"UNDEFINED", "READY", "STAGINGIN", "QUEUED", "RUNNING", "STAGINGOUT", "SUCCESSFUL", "FAILED"}
	for _, s := range jobsapi.States() {
		if !slices.Contains(known, statusWords[s]) {
			t.Errorf("%s is %q", s, statusWords[s])
		}
	}
	if len(statusWords) != len(jobsapi.States()) {
		t.Errorf("%d words for %d states", len(statusWords), len(jobsapi.States()))
	}
}
