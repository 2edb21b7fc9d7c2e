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
//
// covers: C4-431 C4-433
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

// A sweep has one working directory, with what its parts share; its log tells
// of each with its values. Its parts have no storages of their own.
//
// covers: C4-420
func TestASweepOfUNICORE(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	id, shown := throughUNICORE(t, c, object{"Executable": "../show $X", "Parameters": object{"X": object{"Values": []string{"1", "2"}}},
		"Imports": []object{{"To": "show", "Data": "#!/bin/sh\necho $1 > got\n", "Permissions": "r-x"}}})
	if shown.Status != "SUCCESSFUL" {
		t.Fatalf("job %s: %+v", id, shown)
	}
	var children []string
	for _, line := range shown.Log {
		if head, values, told := strings.Cut(line, " : param:'X'="); told {
			_, child, _ := strings.Cut(head, ": ")
			children = append(children, child)
			if want := []string{"'1'", "'2'"}[len(children)-1]; values != want {
				t.Errorf("%q, want %s", line, want)
			}
		}
	}
	if len(children) != 2 {
		t.Fatalf("its log: %q", shown.Log)
	}
	for i, child := range children {
		if j := awaitEnd(t, c, child); j.State != "succeeded" {
			t.Errorf("its part %d: %+v", i, j)
		}
		_, got, err := c.Send(t.Context(), "GET", core+"/storages/"+id+"-uspace/files/"+string(rune('0'+i))+"/got", nil, "Accept: application/octet-stream")
		if want := string(rune('1'+i)) + "\n"; err != nil || got != want {
			t.Errorf("its part %d wrote %q, %v; want %q", i, got, err, want)
		}
		if _, err := c.Do(t.Context(), "GET", core+"/storages/"+child+"-uspace", nil, nil); err == nil || !strings.HasPrefix(err.Error(), "404") {
			t.Errorf("its part %d has a storage of its own: %v", i, err)
		}
	}
}

// What a job asked for is what it may have, and it hears why it was ended.
func TestLimitsOfAJob(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	for reason, spec := range map[string]object{
		"memory limit":         {"script": "(while :; do head -c 4000000 /dev/zero; sleep 0.1; done) | tail", "resources": object{"memory": 24_000_000}},
		"processor-time limit": {"script": "for i in 1 2 3; do (while :; do :; done) & done; wait", "resources": object{"cpu_time": 1}},
	} {
		if j := awaitEnd(t, c, submit(t, c, spec).ID); j.State != "failed" || !strings.Contains(j.Reason, reason) {
			t.Errorf("%s: %+v", reason, j)
		}
	}
}

// A job that is run again finds its directory as it left it, but for the file
// with its exit code; its log and its account of time are of both runs. It
// knows where it is, what it is and whose it is.
//
// covers: U4-160 U4-169
func TestARestartedJobOfUNICORE(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	const code = "UNICORE_SCRIPT_EXIT_CODE"
	command := "test ! -e " + code + " && echo run >> runs && env | grep ^UC_ | sort && exit 3"
	id, shown := throughUNICORE(t, c, object{"Executable": command})
	file := func(name string) string {
		t.Helper()
		_, text, err := c.Send(t.Context(), "GET", core+"/storages/"+id+"-uspace/files/"+name, nil, "Accept: application/octet-stream")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if shown.ExitCode == nil || *shown.ExitCode != 3 || file(code) != "3\n" {
		t.Fatalf("first %+v, code %q", shown, file(code))
	}
	do(t, c, "POST", core+"/jobs/"+id+"/actions/restart", object{}, nil)
	awaitEnd(t, c, id)
	var again struct {
		unicoreJob
		ConsumedTime map[string]string `json:"consumedTime"`
	}
	do(t, c, "GET", core+"/jobs/"+id, nil, &again)
	if again.ExitCode == nil || *again.ExitCode != 3 || file(code) != "3\n" || file("runs") != "run\nrun\n" {
		t.Errorf("again %+v, code %q, runs %q", again, file(code), file("runs"))
	}
	if !strings.Contains(strings.Join(again.Log, "\n"), "RESTARTING") {
		t.Errorf("its log: %q", again.Log)
	}
	for _, stage := range []string{"total", "queued", "stage-in", "preCommand", "main", "postCommand", "stage-out"} {
		if again.ConsumedTime[stage] == "" {
			t.Errorf("it does not tell how long %s took: %q", stage, again.ConsumedTime)
		}
	}
	env := file("stdout")
	for _, want := range []string{"UC_EXECUTABLE=" + command, "UC_OUTPUT_DIRECTORY=/", "UC_USERDN=CN=demouser", "UC_WORKING_DIRECTORY=/"} {
		if !strings.Contains(env, want) {
			t.Errorf("it sees %q, not %s", env, want)
		}
	}
}
