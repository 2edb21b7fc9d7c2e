//go:build faults

package faults

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// Policy of the site of TestHostileJobs.
const (
	mostProcesses = 24
	mostBytes     = 16 << 20
)

// hostile are jobs that mean harm: how each ends, and what its owner reads.
var hostile = map[string]struct {
	job           object
	state, reason string
	abort         bool // its owner gives up
}{
	"fork bomb": {object{"script": "i=0; while [ $i -lt 200 ]; do i=$((i+1)); env -i setsid sleep 600 & done; wait"}, "failed", "", false},
	"fork bomb without an end": {object{"script": "f() { f | f & }; f; while :; do sleep 1; done", "resources": object{"runtime": 2}},
		"failed", "", false},
	"flood":          {object{"executable": "/bin/cat", "arguments": []string{"/dev/zero"}}, "failed", "SIGXFSZ", false},
	"escape":         {object{"script": "env -i setsid sleep 600 & setsid sleep 600 & exit 0"}, "succeeded", "", false},
	"deaf":           {object{"script": "trap '' TERM HUP INT; while :; do sleep 1; done", "resources": object{"runtime": 1}}, "failed", "wall-time limit", false},
	"deaf, aborted":  {object{"script": "trap '' TERM; echo up; while :; do sleep 1; done"}, "aborted", "", true},
	"memory":         {object{"script": "(while :; do head -c 4000000 /dev/zero; sleep 0.1; done) | tail", "resources": object{"memory": 24_000_000}}, "failed", "memory limit", false},
	"processor time": {object{"script": "for i in 1 2 3; do (while :; do :; done) & done; wait", "resources": object{"cpu_time": 2}}, "failed", "processor-time limit", false},
	"many files":     {object{"script": "mkdir d; cd d; seq 20000 | xargs touch"}, "succeeded", "", false},
	"shell in names": {object{"name": "'\"$(touch gone)`x`", "executable": "printf", "arguments": []string{"%s|", "'", `"`, "$(touch gone)", "a\nb", "`id`"}, "stdout": "o'u\"t $(x)"}, "succeeded", "", false},
	"exit code 143":  {object{"script": "exit 143", "ignore_exit_code": true}, "succeeded", "", false},
}

// TestHostileJobs runs them all at once, while somebody else's jobs go on.
func TestHostileJobs(t *testing.T) {
	h, err := stage.Up(bin+"/heddle", t.TempDir(), "HEDDLE_SLOTS=12",
		fmt.Sprintf("HEDDLE_MAX_PROCESSES=%d", mostProcesses), fmt.Sprintf("HEDDLE_MAX_FILE_SIZE=%d", mostBytes))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Kill() })
	l := &load{marks: t.TempDir(), acked: map[string]string{}}
	var progress atomic.Int64
	done := make(chan struct{})
	go func() { defer close(done); l.run(t, []string{h.URL}, 100, 4, &progress) }()
	c := patient(t, h.URL)
	for _, bad := range []object{{"executable": "a\x00b"}, {"executable": "/bin/true", "arguments": []string{"\x00"}}, {"script": "true", "stdout": "a\nb\x00"}} {
		if _, err := c.Do(t.Context(), "POST", "/api/v1/jobs", bad, nil); err == nil || !strings.HasPrefix(err.Error(), "400") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	ids := map[string]string{}
	for name, e := range hostile {
		ids[name] = c.submit(t, name, e.job)
	}
	for name, e := range hostile {
		if e.abort {
			c.abort(t, ids[name])
		}
		j := c.ended(t, ids[name])
		if j.State != e.state || !strings.Contains(j.Reason, e.reason) {
			t.Errorf("%s: %s %q, want %s, %q", name, j.State, j.Reason, e.state, e.reason)
		}
	}
	<-done
	l.check(t, h.URL, 100)
	c.wellSpelled(t, ids["shell in names"])
	for _, id := range ids {
		c.retry(t, "delete", func(ctx context.Context) error {
			_, err := c.Do(ctx, "DELETE", "/api/v1/jobs/"+id, nil, nil)
			return err
		})
	}
	if err := h.Terminate(20 * time.Second); err != nil {
		t.Error(err)
	}
}

// abort stops a job once it has written something.
func (c *patientClient) abort(t *testing.T, id string) {
	t.Helper()
	eventually(t, "the job writes", func() bool {
		resp, _, err := c.Send(t.Context(), "GET", "/api/v1/jobs/"+id+"/stdout", nil)
		return err == nil && resp.StatusCode == 200
	})
	if _, err := c.Do(t.Context(), "POST", "/api/v1/jobs/"+id+"/abort", nil, nil); err != nil {
		t.Error(err)
	}
}

// wellSpelled: no shell has read what the job's description holds.
func (c *patientClient) wellSpelled(t *testing.T, id string) {
	t.Helper()
	_, out, err := c.Send(t.Context(), "GET", "/api/v1/jobs/"+id+"/stdout", nil)
	if want := "'|\"|$(touch gone)|a\nb|`id`|"; err != nil || out != want {
		t.Errorf("%q, want %q; %v", out, want, err)
	}
	resp, _, err := c.Send(t.Context(), "GET", "/api/v1/storages/"+id+"-uspace/files/gone", nil)
	if err != nil || resp.StatusCode != 404 {
		t.Errorf("the file that only a shell makes: %v, %v", resp.Status, err)
	}
}
