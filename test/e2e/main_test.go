// Package e2e tells stories from the outside: the real binary, real HTTP, real
// jobs. One `heddle up --demo` serves all stories of a run; stories that stop
// or change it start their own.
package e2e

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

var (
	binary string
	up     *stage.Heddle
)

func TestMain(m *testing.M) { os.Exit(stage.Tell(m, &binary, &up)) }

type object = map[string]any

// as returns a client that is signed in.
func as(t *testing.T, name, password string) *stage.Client {
	t.Helper()
	c := stage.NewClient(up.URL, 8)
	if err := c.Login(t.Context(), name, password); err != nil {
		t.Fatalf("login: %v", err)
	}
	return c
}

func demouser(t *testing.T) *stage.Client { t.Helper(); return as(t, "demouser", "test123") }

// do is one request that must succeed.
func do(t *testing.T, c *stage.Client, method, path string, in, out any, headers ...string) map[string][]string {
	t.Helper()
	h, err := c.Do(t.Context(), method, path, in, out, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return h
}

type job struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	ExitCode *int   `json:"exit_code"`
	Reason   string `json:"reason"`
	Version  uint64 `json:"version"`
	Owner    string `json:"owner"`
}

// submit submits through the native door.
func submit(t *testing.T, c *stage.Client, spec object) job {
	t.Helper()
	var j job
	do(t, c, "POST", "/api/v1/jobs", spec, &j)
	return j
}

// awaitEnd waits for the end of a job.
func awaitEnd(t *testing.T, c *stage.Client, id string) job {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		var j job
		if _, err := c.Do(ctx, "GET", "/api/v1/jobs/"+id+"?wait=20s&until=end", nil, &j); err != nil {
			t.Fatalf("job %s: %v", id, err)
		}
		switch j.State {
		case "succeeded", "failed", "aborted":
			return j
		}
	}
}
