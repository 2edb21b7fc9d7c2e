package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// unicoreJob is a job as UNICORE's clients see it.
type unicoreJob struct {
	Status, StatusMessage string
	ExitCode              *int
	Log                   []string
	Links                 map[string]struct{ Href string } `json:"_links"`
}

// order is how far a job has come, in the client's eyes.
var order = []string{"UNDEFINED", "READY", "STAGINGIN", "QUEUED", "RUNNING", "STAGINGOUT", "SUCCESSFUL", "FAILED"}

// unicore submits a job and waits for its end.
func (c *client) unicore(description string) (path string, j unicoreJob) {
	c.t.Helper()
	path = c.unicoreAt(unicoreJobs, description)
	return path, c.comes(path, "SUCCESSFUL")
}

// unicoreAt submits a job at an address.
func (c *client) unicoreAt(address, description string) (path string) {
	c.t.Helper()
	_, path, _ = strings.Cut(c.ok(nil, "POST", address, description).Header.Get("Location"), "/DEMO-SITE")
	return "/DEMO-SITE" + path
}

// comes waits until a job has come as far as a status, as PyUNICORE's poll.
func (c *client) comes(path, status string) (j unicoreJob) {
	c.t.Helper()
	for last, deadline := 0, time.Now().Add(time.Minute); ; {
		c.ok(&j, "GET", path, "")
		at := slices.Index(order, j.Status)
		if at < last || time.Now().After(deadline) {
			c.t.Fatalf("%s came after %s: %+v", j.Status, order[last], j)
		}
		if last = at; at >= slices.Index(order, status) {
			return j
		}
		<-time.After(20 * time.Millisecond)
	}
}

// file reads a file of a job's working directory.
func (c *client) file(j unicoreJob, name string) string {
	c.t.Helper()
	_, path, _ := strings.Cut(j.Links["workingDirectory"].Href, "/DEMO-SITE")
	return c.ok(nil, "GET", "/DEMO-SITE"+path+"/files/"+name, "", "Accept: application/octet-stream").body
}

func TestUNICOREJobs(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, f := range map[string]func(*testing.T, *client){
		"as they are described":       unicoreDescribed,
		"what the site does not have": unicoreUnknown,
		"sweeps":                      unicoreSweep,
		"a child that fails":          unicoreFailingChild,
		"what a sweep shares":         unicoreSweepShares,
		"a hook that fails":           unicoreFailingHook,
		"of other doors":              unicoreElsewhere,
		"properties":                  unicoreProperties,
		"an allocation":               unicoreAllocation,
		"an empty one":                unicoreEmpty,
		"started for nothing":         unicoreStarts,
		"by their tags":               unicoreTags,
		"shared by a name":            func(t *testing.T, c *client) { unicoreShared(t, c, h.as("alice", "alice123")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *h.client
			c.t = t
			f(t, &c)
		})
	}
}

// covers: C4-378 C4-416 C4-417 C4-419 C4-420 C4-421 C4-422 C4-424 C4-425
func unicoreDescribed(t *testing.T, c *client) {
	_, j := c.unicore(`{
		"Executable": "tool.sh $WORD 'a  b'", "Arguments": ["$OTHER", 5], "Stdin": "in", "Stdout": "out.txt", "Umask": "027",
		"Parameters": {"WORD": "w", "EMPTY": ""}, "Environment": ["OTHER=o-$WORD", "BARE"],
		"User precommand": ["cd /", "echo pre"], "User postcommand": "echo post; umask",
		"Imports": [{"To": "in", "Data": ["input"]}, {"To": "tool.sh", "Data": "#!/bin/sh\ncat; printf '%s|' \"$@\" \"$KEPT\"; touch made", "Permissions": "rwx"}]}`)
	if j.Status != "SUCCESSFUL" || j.ExitCode == nil || *j.ExitCode != 0 {
		t.Fatalf("%+v", j)
	}
	if got, want := c.file(j, "out.txt"), "pre\ninput\nw|a  b|o-w|5||post\n0027\n"; got != want {
		t.Errorf("it wrote %q, want %q", got, want)
	}
	if got := c.file(j, "UNICORE_SCRIPT_EXIT_CODE"); got != "0\n" {
		t.Errorf("its exit code is %q", got)
	}
	_, j = c.unicore(`{"Executable": "ls -l f | cut -c1-10", "Imports": [{"To": "f", "Data": "x", "Permissions": "r-xr-----"}]}`)
	if got := c.file(j, "stdout"); got != "-r-xr-----\n" {
		t.Errorf("permissions: %q", got)
	}
	_, j = c.unicore(`{"Executable": "echo $KEPT", "User precommand": "KEPT=kept", "RunUserPrecommandOnLoginNode": false}`)
	if got := c.file(j, "stdout"); got != "kept\n" {
		t.Errorf("a precommand in the job: %q", got)
	}
	_, j = c.unicore(`{"ApplicationName": "Date", "ApplicationVersion": "latest", "Arguments": ["-u", "-d", "@0", "$FORMAT"], "Parameters": {"FORMAT": "+%Y"}}`)
	if got := c.file(j, "stdout"); j.Status != "SUCCESSFUL" || got != "1970\n" {
		t.Errorf("an application: %+v %q", j, got)
	}
}

// What only the site can know is accepted, and fails there, with its name.
//
// covers: C4-427
func unicoreUnknown(t *testing.T, c *client) {
	for description, names := range map[string]string{
		`{"ApplicationName": "Nope"}`:                              "Nope",
		`{"ApplicationName": "Date", "ApplicationVersion": "99"}`:  "99",
		`{"Executable": "date", "Resources": {"Queue": "fast"}}`:   "Resources.Queue: there is no queue \"fast\"",
		`{"Executable": "date", "Resources": {"TotalCPUs": 4000}}`: "Resources.TotalCPUs: ",
		`{"Executable": "date", "Resources": {"Colour": "red"}}`:   "Resources.Colour: ",
	} {
		if _, j := c.unicore(description); j.Status != "FAILED" || !strings.Contains(j.StatusMessage, names) {
			t.Errorf("%s: %s, %q", description, j.Status, j.StatusMessage)
		}
	}
}

// covers: C4-418 C4-420
func unicoreSweep(t *testing.T, c *client) {
	path, j := c.unicore(`{"Executable": "echo", "Arguments": ["$P", {"From": 1, "To": 3}], "Parameters": {"P": {"Values": ["a", "b c"]}},
		"Imports": [{"To": "shared", "Data": "x"}]}`)
	if j.Status != "SUCCESSFUL" {
		t.Fatalf("%+v", j)
	}
	got := map[string]int{}
	for n := range 6 {
		got[c.file(j, fmt.Sprintf("%d/stdout", n))]++
	}
	for _, want := range []string{"a 1\n", "a 2\n", "a 3\n", "b c 1\n", "b c 2\n", "b c 3\n"} {
		if got[want] != 1 {
			t.Errorf("%q in %v", want, got)
		}
	}
	var listed struct{ Jobs []string }
	c.ok(&listed, "GET", unicoreJobs+"?num=1000", "")
	if n := len(slices.DeleteFunc(listed.Jobs, func(url string) bool { return !strings.HasSuffix(url, path) })); n != 1 {
		t.Errorf("the job is listed %d times", n)
	}
	if ended := slices.DeleteFunc(slices.Clone(j.Log), func(line string) bool { return !strings.Contains(line, "Its child ") }); len(ended) != 6 {
		t.Errorf("the log has %q", j.Log)
	}
}

func unicoreFailingChild(t *testing.T, c *client) {
	_, j := c.unicore(`{"Executable": "test", "Arguments": [{"Values": ["x", "''"]}]}`)
	if j.Status != "FAILED" || !strings.Contains(j.StatusMessage, "1 of 2 children failed") {
		t.Errorf("%+v", j)
	}
}

// What the parent has brought is in the directory of each child by its own
// name, and what is taken from there has each file once.
//
// covers: C4-418 C4-420
func unicoreSweepShares(t *testing.T, c *client) {
	_, j := c.unicore(`{"Executable": "script.sh", "Arguments": [{"From": 1, "To": 2}],
		"Imports": [{"To": "in.txt", "Data": "shared\n"}, {"To": "script.sh", "Data": "#!/bin/sh\ncat in.txt; echo $1"}]}`)
	if j.Status != "SUCCESSFUL" {
		t.Fatalf("%+v", j)
	}
	for n := range 2 {
		if got, want := c.file(j, fmt.Sprintf("%d/stdout", n)), fmt.Sprintf("shared\n%d\n", n+1); got != want {
			t.Errorf("child %d wrote %q, want %q", n, got, want)
		}
	}
	for _, program := range []string{`"executable": "run.sh", "stdin": "in.txt"`, `"command": "run.sh < in.txt"`} {
		job := c.submit(`{` + program + `, "parameters": {"P": ""}, "sweep": [{"kind": "parameter", "name": "P", "values": ["a", "b"]}],
			"inputs": [{"path": "in.txt", "data": "shared\n"}, {"path": "run.sh", "data": "#!/bin/sh\ncat"}]}`)
		if ended := c.ended(job.ID.String()); ended.State != "succeeded" {
			t.Errorf("%s: %s", program, ended.Reason)
		}
	}
}

// Whoever reads how a job has failed learns that it was a hook.
func unicoreFailingHook(t *testing.T, c *client) {
	for hook, want := range map[string]string{
		`"User precommand": "exit 3"`:                                                      "The pre-command exited with code 3; the program was not run.",
		`"User precommand": "exit 3", "RunUserPrecommandOnLoginNode": false`:               "The pre-command exited with code 3; the program was not run.",
		`"User postcommand": "exit 3"`:                                                     "The post-command exited with code 3.",
		`"User precommand": "exit 3", "IgnoreNonZeroExitCode": true`:                       "The pre-command exited with code 3; the program was not run.",
		`"User precommand": "true", "User postcommand": "true", "Arguments": ["; exit 3"]`: "The job exited with code 3.",
	} {
		path, j := c.unicore(`{"Executable": "true", ` + hook + `}`)
		if j.Status != "FAILED" || j.StatusMessage != want {
			t.Errorf("%s: %s, %q", hook, j.Status, j.StatusMessage)
		}
		if !strings.Contains(strings.Join(j.Log, "\n"), want) {
			t.Errorf("%s: the log has %q", hook, j.Log)
		}
		var native struct{ Reason string }
		if c.ok(&native, "GET", "/api/v1/jobs/"+path[strings.LastIndex(path, "/")+1:], ""); native.Reason != want {
			t.Errorf("%s: the reason is %q", hook, native.Reason)
		}
	}
}

// A job of another door is described in UNICORE's words, and runs again so.
func unicoreElsewhere(t *testing.T, c *client) {
	job := c.submit(`{"executable": "/usr/bin/printf", "arguments": ["%s|", "$HOME", "it's"], "environment": {"A": "b"}}`)
	c.ended(job.ID.String())
	var submitted json.RawMessage
	c.ok(&submitted, "GET", unicoreJobs+"/"+job.ID.String()+"/submitted", "")
	_, again := c.unicore(string(submitted))
	if got := c.file(again, "stdout"); got != "$HOME|it's|" {
		t.Errorf("%s makes a job that writes %q", submitted, got)
	}
}

// covers: U4-054 U4-055 U4-184 U4-188
func unicoreProperties(t *testing.T, c *client) {
	path, _ := c.unicore(`{"Executable": "true", "Tags": ["old"]}`)
	var said map[string]string
	c.ok(&said, "PUT", path, `{"tags": ["new", "er"], "terminationTime": "2099-12-31 12:00", "acl": ["read:UID:alice"], "name": "x"}`)
	if said["tags"] != "OK" || said["terminationTime"] != "OK" || said["acl"] != "OK" || said["name"] == "OK" {
		t.Errorf("%v", said)
	}
	c.ok(&said, "PUT", path, `{"terminationTime": "2001-12-31 12:00", "acl": ["everything"]}`)
	if said["terminationTime"] == "OK" || said["acl"] == "OK" {
		t.Errorf("%v", said)
	}
	var shown struct {
		Tags, ACL       []string
		TerminationTime string
	}
	c.ok(&shown, "GET", path, "")
	if !slices.Equal(shown.Tags, []string{"new", "er"}) || !slices.Equal(shown.ACL, []string{"read:UID:alice"}) || shown.TerminationTime != "2099-12-31T12:00:00+0000" {
		t.Errorf("%+v", shown)
	}
	var listed struct{ Jobs []string }
	c.ok(&listed, "GET", unicoreJobs+"?tags=new+er", "")
	if len(listed.Jobs) != 1 || !strings.HasSuffix(listed.Jobs[0], path) {
		t.Errorf("%v", listed)
	}
	c.as("alice", "alice123").ok(nil, "GET", path, "")
}

// covers: C4-190 C4-331 C4-431
func unicoreAllocation(t *testing.T, c *client) {
	place := c.unicoreAt(unicoreJobs, `{"Job type": "ALLOCATE", "Resources": {"Runtime": "10m"}}`)
	if j := c.comes(place, "RUNNING"); j.Status != "RUNNING" {
		t.Fatalf("%+v", j)
	}
	task := c.comes(c.unicoreAt(place, `{"Executable": "echo here"}`), "SUCCESSFUL")
	if got := c.file(task, "stdout"); task.Status != "SUCCESSFUL" || got != "here\n" {
		t.Errorf("%+v %q", task, got)
	}
	c.ok(nil, "POST", place+"/actions/abort", "{}")
	c.comes(place, "FAILED")
}

// A distinguished name that this door shows can be written into an access
// list, and means whose it is.
func unicoreShared(t *testing.T, c, alice *client) {
	path, _ := c.unicore(`{"Executable": "true"}`)
	var base struct{ Client struct{ DN string } }
	alice.ok(&base, "GET", "/DEMO-SITE/rest/core", "")
	for _, step := range []struct {
		acl  string
		want int
	}{{"[]", 403}, {`["read:DN:CN=bob,O=Heddle"]`, 403}, {`["read:DN:` + base.Client.DN + `"]`, 200},
		{`["read:ROLE:user"]`, 200}, {`["read:ROLE:admin"]`, 403}, {"[]", 403}} {
		var said map[string]string
		if c.ok(&said, "PUT", path, `{"acl": `+step.acl+`}`); said["acl"] != "OK" {
			t.Errorf("%s: %v", step.acl, said)
		}
		if a := alice.send("GET", path, ""); a.StatusCode != step.want {
			t.Errorf("%s: %d, want %d", step.acl, a.StatusCode, step.want)
		}
	}
	var said map[string]string
	if c.ok(&said, "PUT", path, `{"acl": ["read:ROLE:chef"]}`); !strings.Contains(said["acl"], "user or admin") {
		t.Errorf("a role that there is not: %v", said)
	}
}
