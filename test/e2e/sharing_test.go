package e2e

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/test/stage"
)

// reading is one way to what a job has written, and what a status of 200 gives.
type reading struct {
	name, path string
	accept     string
	want       string // in the answer; "": anything
}

func readings(t *testing.T, jobID string) []reading {
	return []reading{
		{"the native door's storage", "/api/v1/storages/" + jobID + "-uspace/files/result", "", "result\n"},
		{"the native door's listing", "/api/v1/storages/" + jobID + "-uspace/files/?limit=10", "", "result"},
		{"the native door's output", "/api/v1/jobs/" + jobID + "/stdout", "", "written\n"},
		{"the native door's follower", "/api/v1/jobs/" + jobID + "/stdout?follow=true", "", "written\n"},
		{"the native door's events", "/api/v1/jobs/" + jobID + "/stdout?follow=true", "text/event-stream", "written"},
		{"the native door's tail", "/api/v1/jobs/" + jobID + "/stdout?tail=1", "", "written\n"},
		{"UNICORE's storage", "/DEMO-SITE/rest/core/storages/" + jobID + "-uspace", "application/json", ""},
		{"UNICORE's listing", "/DEMO-SITE/rest/core/storages/" + jobID + "-uspace/files", "application/json", "result"},
		{"UNICORE's file", "/DEMO-SITE/rest/core/storages/" + jobID + "-uspace/files/result", "application/octet-stream", "result\n"},
		{"DIRAC's sandbox", "/jobs/" + decimal(t, jobID) + "/outputsandbox", "", ""},
	}
}

// Whoever may read a job may read its files, through every door; whoever may act
// on it may change them; a stranger may do neither, nor may those with whom it is
// shared no longer.
func TestFilesOfASharedJob(t *testing.T) {
	t.Parallel()
	owner, alice := demouser(t), as(t, "alice", "alice123")
	jobID := submit(t, owner, object{"executable": "/bin/sh", "arguments": []string{"-c", "echo written; echo result > result"}, "outputs": []string{"result"}}).ID
	awaitEnd(t, owner, jobID)
	share := func(entries ...string) {
		do(t, owner, "PATCH", "/api/v1/jobs/"+jobID, object{"acl": append([]string{}, entries...)}, nil)
	}
	changes := func() map[string]int {
		got := map[string]int{}
		for name, c := range map[string]struct{ method, path, body string }{
			"native PUT":    {"PUT", "/api/v1/storages/" + jobID + "-uspace/files/more", "x"},
			"UNICORE PUT":   {"PUT", "/DEMO-SITE/rest/core/storages/" + jobID + "-uspace/files/again", "x"},
			"UNICORE mkdir": {"POST", "/DEMO-SITE/rest/core/storages/" + jobID + "-uspace/files/dir", ""},
			"native DELETE": {"DELETE", "/api/v1/storages/" + jobID + "-uspace/files/nothing", ""},
		} {
			resp, _ := raw(t, alice, c.method, c.path, strings.NewReader(c.body), "Content-Type: application/octet-stream")
			got[name] = resp.StatusCode
		}
		return got
	}
	for _, step := range []struct {
		name        string
		acl         []string
		read, write bool
	}{
		{"a stranger", nil, false, false},
		{"who may read", []string{"read:UID:alice"}, true, false},
		{"who may act", []string{"modify:UID:alice"}, true, true},
		{"shared with another", []string{"modify:UID:nobody"}, false, false},
		{"no longer", nil, false, false},
	} {
		share(step.acl...)
		for _, r := range readings(t, jobID) {
			var headers []string
			if r.accept != "" {
				headers = append(headers, "Accept: "+r.accept)
			}
			resp, body := raw(t, alice, "GET", r.path, nil, headers...)
			switch {
			case step.read && (resp.StatusCode != http.StatusOK || !strings.Contains(body, r.want)):
				t.Errorf("%s, %s: %d %s", step.name, r.name, resp.StatusCode, body)
			case !step.read && resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusUnauthorized:
				t.Errorf("%s, %s: %d %s", step.name, r.name, resp.StatusCode, body)
			case !step.read && (strings.Contains(body, "written") || strings.Contains(body, "result\n")):
				t.Errorf("%s, %s: it is told all the same: %s", step.name, r.name, body)
			}
		}
		if out, err := heddleAs(t, alice, "logs", jobID); (err == nil) != step.read || step.read && out != "written\n" {
			t.Errorf("%s, heddle logs: %q, %v", step.name, out, err)
		}
		for name, status := range changes() {
			if ok := status/100 == 2 || name == "native DELETE" && status == http.StatusNotFound; ok != step.write || !ok && status != http.StatusForbidden {
				t.Errorf("%s, %s: %d", step.name, name, status)
			}
		}
	}
}

// A follower's answer is cut when the job is shared with them no longer.
func TestFollowerOfAJobThatIsSharedNoLonger(t *testing.T) {
	t.Parallel()
	owner, alice := demouser(t), as(t, "alice", "alice123")
	jobID := submit(t, owner, object{"executable": "/bin/sh", "arguments": []string{"-c", program(0)}}).ID
	do(t, owner, "PATCH", "/api/v1/jobs/"+jobID, object{"acl": []string{"read:UID:alice"}}, nil)
	(&everyDoor{owner}).arrives(t, jobID, "running", true)
	req, err := http.NewRequestWithContext(t.Context(), "GET", alice.Base+"/api/v1/jobs/"+jobID+"/stdout?follow=true", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+alice.Token)
	req.Header.Set("Accept", "text/event-stream")
	resp, err := alice.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	sees := lines(t, resp.Body)
	sees("here")
	do(t, owner, "PATCH", "/api/v1/jobs/"+jobID, object{"acl": []string{}}, nil)
	sees(`"reason":"denied"`)
	put(t, owner, "/api/v1/storages/"+jobID+"-uspace/files/go", "")
	awaitEnd(t, owner, jobID)
}

// heddleAs runs the command line with somebody's token.
func heddleAs(t *testing.T, c *stage.Client, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "HEDDLE_URL="+up.URL, "HEDDLE_TOKEN="+c.Token, "HEDDLE_CONFIG="+t.TempDir()+"/none.json")
	out, err := cmd.Output()
	return string(out), err
}

// lines reads a stream, line by line, until one has a text.
func lines(t *testing.T, r io.Reader) (sees func(text string)) {
	in := bufio.NewScanner(r)
	return func(text string) {
		t.Helper()
		for in.Scan() {
			if strings.Contains(in.Text(), text) {
				return
			}
		}
		t.Fatalf("it ended without %q: %v", text, in.Err())
	}
}

// Jobs are shared on the command line; its words for whom become entries of the
// access list.
func TestSharingOnTheCommandLine(t *testing.T) {
	t.Parallel()
	owner, alice := demouser(t), as(t, "alice", "alice123")
	jobID := submit(t, owner, object{"executable": "/bin/echo", "arguments": []string{"for alice"}}).ID
	awaitEnd(t, owner, jobID)
	for _, step := range []struct {
		args  []string
		shown string
		reads bool
	}{
		{[]string{"--read", "alice"}, "read:UID:alice", true},
		{[]string{"--read", "bob", "--write", "GROUP:none"}, "read:UID:bob write:GROUP:none", false},
		{[]string{"--write", "UID:alice", "--read", "DN:/O=x/CN=y: z"}, "read:DN:/O=x/CN=y: z write:UID:alice", true},
		{[]string{"--nobody"}, "", false},
	} {
		if out, err := heddleAs(t, owner, append([]string{"share", jobID}, step.args...)...); err != nil {
			t.Fatalf("%v: %v %s", step.args, err, out)
		}
		if out, err := heddleAs(t, owner, "job", jobID); err != nil || strings.Contains(out, "shared") != (step.shown != "") || !strings.Contains(out, step.shown) {
			t.Errorf("%v: it shows %s, %v", step.args, out, err)
		}
		if out, err := heddleAs(t, alice, "logs", jobID); (err == nil) != step.reads || step.reads && out != "for alice\n" {
			t.Errorf("%v: she reads %q, %v", step.args, out, err)
		}
	}
	for _, wrong := range [][]string{{jobID}, {jobID, "--nobody", "--read", "alice"}, {"--nobody"}, {jobID, "--read", "GRUOP:physics"}} {
		if out, err := heddleAs(t, owner, append([]string{"share"}, wrong...)...); err == nil || err.Error() != "exit status 2" {
			t.Errorf("%v: %s, %v", wrong, out, err)
		}
	}
	if _, err := heddleAs(t, alice, "share", jobID, "--read", "alice"); err == nil || err.Error() != "exit status 5" {
		t.Errorf("she shares what is not hers: %v", err)
	}
}
