package dirac

import (
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestTheInputSandboxHasEachFileOnce(t *testing.T) {
	t.Parallel()
	got := files([]jobsapi.Input{
		{Path: "a", Data: "3", Mode: jobsapi.Append, After: 1}, {Path: "a", Data: "0"}, {Path: "./a", Data: "1"},
		{Path: "b", Data: "kept"}, {Path: "b", Data: "lost", Mode: jobsapi.NoOverwrite}, {Path: "a", Data: "2", Mode: jobsapi.Append},
	})
	if len(got) != 2 || got[0].Data != "123" || got[1].Data != "kept" {
		t.Errorf("it has %+v", got)
	}
}
