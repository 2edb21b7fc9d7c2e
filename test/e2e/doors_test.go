package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/test/stage"
)

// decimal is an id as DIRAC spells it.
func decimal(t *testing.T, s string) string {
	t.Helper()
	v, err := id.Parse(s)
	if err != nil {
		t.Fatalf("%q is no id", s)
	}
	return v.Decimal()
}

// seen is one job as the doors show it.
type seen struct{ native, dirac, unicore string }

func look(t *testing.T, c *stage.Client, jobID string) seen {
	t.Helper()
	var s seen
	var n job
	do(t, c, "GET", "/api/v1/jobs/"+jobID, nil, &n)
	s.native = n.State
	var d struct {
		Status string `json:"status"`
	}
	do(t, c, "GET", "/jobs/"+decimal(t, jobID), nil, &d)
	s.dirac = d.Status
	var u struct {
		Status string `json:"status"`
	}
	do(t, c, "GET", "/DEMO-SITE/rest/core/jobs/"+jobID, nil, &u)
	s.unicore = u.Status
	return s
}

// The same job is the same job through every door, at every moment.
//
// covers: U4-157 U4-167
func TestOneJobThroughEveryDoor(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	held := object{"executable": "/bin/cat", "stdin": "go", "client_stage_in": true, "name": "doors"}
	doors := map[string]func(t *testing.T) string{
		"native": func(t *testing.T) string { return submit(t, c, held).ID },
		"unicore": func(t *testing.T) string {
			h := do(t, c, "POST", "/DEMO-SITE/rest/core/jobs", object{"Executable": "/bin/cat", "Stdin": "go", "haveClientStageIn": "true"}, nil)
			at := h["Location"][0]
			return at[strings.LastIndex(at, "/")+1:]
		},
	}
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jobID := door(t)
			if got, want := look(t, c, jobID), (seen{"ready", "Checking", "READY"}); got.native != want.native || got.unicore != want.unicore {
				t.Errorf("waiting for its files: %+v, want %+v", got, want)
			}
			put(t, c, "/api/v1/storages/"+jobID+"-uspace/files/go", "on we go\n")
			do(t, c, "POST", "/DEMO-SITE/rest/core/jobs/"+jobID+"/actions/start", object{}, nil)
			if j := awaitEnd(t, c, jobID); j.State != "succeeded" || j.ExitCode == nil || *j.ExitCode != 0 {
				t.Fatalf("%+v", j)
			}
			if got, want := look(t, c, jobID), (seen{"succeeded", "Done", "SUCCESSFUL"}); got != want {
				t.Errorf("at its end: %+v, want %+v", got, want)
			}
			if out := get(t, c, "/api/v1/jobs/"+jobID+"/stdout"); out != "on we go\n" {
				t.Errorf("stdout %q", out)
			}
			if out, err := heddle(t, "job", jobID, "-o", "json"); err != nil || !strings.Contains(out, `"state": "succeeded"`) {
				t.Errorf("heddle job: %v\n%s", err, out)
			}
		})
	}
}

// A job submitted in the DIRAC form is seen by all.
//
// covers: D1-040 D1-057 D1-058
func TestDIRACSubmit(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	var r struct {
		JIDs []uint64 `json:"jids"`
	}
	manifest := object{"Executable": "/bin/echo", "Arguments": "hello DIRAC", "JobName": "d1", "StdOutput": "std.out"}
	do(t, c, "POST", "/jobs", manifest, &r)
	if len(r.JIDs) != 1 {
		t.Fatalf("%+v", r)
	}
	jobID := id.ID(r.JIDs[0]).String()
	awaitEnd(t, c, jobID)
	if got, want := look(t, c, jobID), (seen{"succeeded", "Done", "SUCCESSFUL"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if out := get(t, c, "/api/v1/jobs/"+jobID+"/stdout"); out != "hello DIRAC\n" {
		t.Errorf("stdout %q", out)
	}
}

// A parametric manifest is a job for each of its values, at one of its sites.
//
// covers: D1-062 D1-063
func TestDIRACParametricJobs(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	var r struct {
		JIDs []uint64 `json:"jids"`
	}
	do(t, c, "POST", "/jobs", object{"Executable": "/bin/echo", "Arguments": "%s %n %j", "Parameters": []string{"red", "blue"},
		"Sites": []string{"ELSEWHERE", "DEMO-SITE"}, "StdOutput": "std.out"}, &r, "Idempotency-Key: parametric")
	first := r.JIDs
	if len(first) != 2 {
		t.Fatalf("%+v", r)
	}
	for i, colour := range []string{"red", "blue"} {
		jobID := id.ID(first[i]).String()
		awaitEnd(t, c, jobID)
		if out, want := get(t, c, "/api/v1/jobs/"+jobID+"/stdout"), fmt.Sprintf("%s %d %d\n", colour, i, first[i]); out != want {
			t.Errorf("stdout %q, want %q", out, want)
		}
	}
	var counts map[string]int
	do(t, c, "GET", "/jobs/summary?group=Owner&group=Status", nil, &counts)
	if counts["demouser|Done"] < 2 {
		t.Errorf("%v", counts)
	}
	var killed struct {
		JIDs    []uint64 `json:"jids"`
		Invalid []uint64 `json:"InvalidJobIDs"`
	}
	do(t, c, "POST", "/jobs/delete", append(first, 1), &killed)
	if len(killed.JIDs) != 2 || len(killed.Invalid) != 1 {
		t.Errorf("%+v", killed)
	}
}

// Every transition is an event on the job's own subject, in order, for any
// NATS client that logs in as the job's owner; nobody else hears it.
func TestEventsOnNATS(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	var me struct {
		ID string `json:"id"`
	}
	do(t, c, "GET", "/api/v1/me", nil, &me)
	mine, stranger := subscribe(t, "demouser", "test123", "evt.jobs.job."+me.ID+".>"), ""
	nc := connect(t, "alice", "alice123")
	refused := make(chan error, 4)
	nc.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err })
	if _, err := nc.SubscribeSync("evt.jobs.job." + me.ID + ".>"); err != nil {
		stranger = err.Error()
	}
	_ = nc.Flush()
	select {
	case err := <-refused:
		stranger = err.Error()
	case <-time.After(5 * time.Second):
	}
	if !strings.Contains(strings.ToLower(stranger), "permissions violation") {
		t.Errorf("alice may listen to demouser's events: %q", stranger)
	}

	j := submit(t, c, object{"executable": "/bin/true"})
	awaitEnd(t, c, j.ID)
	var types []string
	for len(types) == 0 || !strings.HasSuffix(types[len(types)-1], "succeeded.v1") {
		m, err := mine.NextMsg(10 * time.Second)
		if err != nil {
			t.Fatalf("after %v: %v", types, err)
		}
		if strings.HasSuffix(m.Subject, "."+j.ID) {
			types = append(types, eventTypes(t, m)...)
		}
	}
	want := "submitted ready queued matched started exited succeeded"
	for i := range types {
		types[i] = strings.TrimSuffix(strings.TrimPrefix(types[i], "jobs.job."), ".v1")
	}
	if got := strings.Join(types, " "); got != want {
		t.Errorf("events %q, want %q", got, want)
	}
}

func eventTypes(t *testing.T, m *nats.Msg) []string {
	t.Helper()
	if typ := m.Header.Get("ce-type"); typ != "" && !strings.HasPrefix(m.Header.Get("content-type"), "application/cloudevents-batch") {
		return []string{typ}
	}
	var batch []struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(m.Data, &batch); err != nil {
		t.Fatalf("%v: %s", err, m.Data)
	}
	var types []string
	for _, e := range batch {
		types = append(types, e.Type)
	}
	return types
}

func connect(t *testing.T, name, password string) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(up.NATS, nats.UserInfo(name, password))
	if err != nil {
		t.Fatalf("NATS as %s: %v", name, err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func subscribe(t *testing.T, name, password, subject string) *nats.Subscription {
	t.Helper()
	nc := connect(t, name, password)
	sub, err := nc.SubscribeSync(subject)
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	return sub
}

// heddle runs the command line, signed in as demouser.
func heddle(t *testing.T, args ...string) (string, error) {
	t.Helper()
	c := demouser(t)
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "HEDDLE_URL="+up.URL, "HEDDLE_TOKEN="+c.Token, "HEDDLE_CONFIG="+t.TempDir()+"/none.json")
	out, err := cmd.Output()
	if ee, ok := err.(*exec.ExitError); ok {
		t.Logf("heddle %v: %s", args, ee.Stderr)
	}
	return string(out), err
}
