package e2e

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/test/stage"
)

const core = "/DEMO-SITE/rest/core"

// unicoreJob is what UNICORE's door shows of a job.
type unicoreJob struct {
	Status        string   `json:"status"`
	StatusMessage string   `json:"statusMessage"`
	ExitCode      *int     `json:"exitCode"`
	Log           []string `json:"log"`
}

// throughUNICORE submits a job there and waits for its end.
func throughUNICORE(t *testing.T, c *stage.Client, description any) (id string, shown unicoreJob) {
	t.Helper()
	at := do(t, c, "POST", core+"/jobs", description, nil)["Location"][0]
	id = at[strings.LastIndex(at, "/")+1:]
	awaitEnd(t, c, id)
	do(t, c, "GET", core+"/jobs/"+id, nil, &shown)
	return id, shown
}

// The directives of a raw job are for a batch system, which the demo's site
// does not have: it runs all the same, and its log says so.
func TestARawJob(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	raw := object{"Executable": "echo ran", "Job type": "raw", "BSS file": "job.sub"}
	id, shown := throughUNICORE(t, c, raw)
	if want := `there is no file "job.sub"`; shown.Status != "FAILED" || !strings.Contains(shown.StatusMessage, want) {
		t.Errorf("job %s without its file: %+v", id, shown)
	}
	raw["Imports"] = []object{{"To": "job.sub", "Data": "#!/bin/sh\n#SBATCH --nodes=2\n"}}
	id, shown = throughUNICORE(t, c, raw)
	if want := "no batch system"; shown.Status != "SUCCESSFUL" || !strings.Contains(strings.Join(shown.Log, "\n"), want) || !strings.Contains(strings.Join(shown.Log, "\n"), "--nodes=2") {
		t.Errorf("job %s: %+v", id, shown)
	}
	delete(raw, "BSS file")
	if _, err := c.Do(t.Context(), "POST", core+"/jobs", raw, nil); err == nil || !strings.Contains(err.Error(), "400") || !strings.Contains(err.Error(), "BSS file") {
		t.Errorf("without the name of the file: %v", err)
	}
}
