//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

type object = map[string]any

// load is people who submit jobs, and repeat under the same key whatever was
// not acknowledged. Each job leaves one line in a file of its own when it
// starts and one when it ends.
type load struct {
	marks string // directory of the jobs' marks
	mu    sync.Mutex
	acked map[string]string // key -> job id
}

// job is what the load submits: it takes a moment, so that some are running
// at any time.
func (l *load) job(key string) object {
	file := filepath.Join(l.marks, key)
	return object{"name": key, "script": fmt.Sprintf("echo started >> %s; sleep 0.05; echo ended >> %s", file, file)}
}

// run submits n jobs from workers clients; progress counts the acknowledged.
func (l *load) run(t *testing.T, urls []string, n, workers int, progress *atomic.Int64) {
	t.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			c := patient(t, urls[w%len(urls)])
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				key := fmt.Sprintf("key-%04d", i)
				id := c.submit(t, key, l.job(key))
				l.mu.Lock()
				l.acked[key] = id
				l.mu.Unlock()
				progress.Add(1)
			}
		})
	}
	wg.Wait()
}

// patientClient repeats what failed for a passing reason.
type patientClient struct{ *stage.Client }

func patient(t *testing.T, url string) *patientClient {
	t.Helper()
	c := &patientClient{stage.NewClient(url, 2)}
	c.HTTP.Timeout = 15 * time.Second
	c.retry(t, "login", func(ctx context.Context) error { return c.Login(ctx, "demouser", "test123") })
	return c
}

// retry gives a call a minute. Whatever the server answers in trouble must be
// a 503 with Retry-After, or no answer at all because the gateway is gone; and
// it must come within ten seconds.
func (c *patientClient) retry(t *testing.T, what string, call func(context.Context) error) {
	t.Helper()
	end := time.Now().Add(2 * time.Minute)
	for time.Now().Before(end) {
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		start := time.Now()
		err := call(ctx)
		cancel()
		if err == nil {
			return
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: answered only after %v: %v", what, took, err)
		}
		var se *stage.StatusError
		if errors.As(err, &se) && (se.Status != 503 || se.Header.Get("Retry-After") == "") {
			t.Fatalf("%s: a passing trouble was answered with %d, Retry-After %q: %s", what, se.Status, se.Header.Get("Retry-After"), se.Body)
		}
		pause(50 * time.Millisecond)
	}
	t.Fatalf("%s: no success in two minutes", what)
}

// pause keeps a client that has been turned away from spinning; no result
// depends on its length.
func pause(d time.Duration) { <-time.After(d) }

func (c *patientClient) submit(t *testing.T, key string, spec object) string {
	t.Helper()
	var j struct {
		ID string `json:"id"`
	}
	c.retry(t, "submit "+key, func(ctx context.Context) error {
		_, err := c.Do(ctx, "POST", "/api/v1/jobs", spec, &j, "Idempotency-Key: "+key)
		return err
	})
	return j.ID
}

type job struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Reason  string `json:"reason"`
	History []struct {
		Event string `json:"event"`
	} `json:"history"`
}

// ended waits for the end of a job and returns it.
func (c *patientClient) ended(t *testing.T, id string) job {
	t.Helper()
	end := time.Now().Add(3 * time.Minute)
	for {
		var j job
		c.retry(t, "get "+id, func(ctx context.Context) error {
			_, err := c.Do(ctx, "GET", "/api/v1/jobs/"+id+"?wait=5s&until=end", nil, &j)
			return err
		})
		if j.State == "succeeded" || j.State == "failed" || j.State == "aborted" {
			return j
		}
		if time.Now().After(end) {
			t.Fatalf("job %s is still %s after three minutes: %+v", id, j.State, j.History)
		}
	}
}

// check holds the promises for n jobs: every acknowledged job has succeeded, once, and
// its process has run once, from the beginning to the end. That holds where
// the runner was killed too: processes outlive it.
func (l *load) check(t *testing.T, url string, n int) {
	t.Helper()
	c := patient(t, url)
	if len(l.acked) != n {
		t.Errorf("%d of %d jobs were acknowledged", len(l.acked), n)
	}
	for key, id := range l.acked {
		j := c.ended(t, id)
		if j.State != "succeeded" {
			t.Errorf("job %s %s: %s", id, j.State, j.Reason)
		}
		if n := j.ends(); n != 1 {
			t.Errorf("job %s ended %d times: %+v", id, n, j.History)
		}
		if starts, ends := l.marksOf(t, key); starts != 1 || ends != 1 {
			t.Errorf("the process of job %s started %d and ended %d times: %+v", id, starts, ends, j.History)
		}
	}
}

// ends counts the ends in the job's history.
func (j job) ends() (n int) {
	for _, s := range j.History {
		for _, end := range []string{".succeeded.v1", ".failed.v1", ".aborted.v1"} {
			if strings.HasSuffix(s.Event, end) {
				n++
			}
		}
	}
	return n
}

func (l *load) marksOf(t *testing.T, key string) (starts, ends int) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(l.marks, key))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(b), "started"), strings.Count(string(b), "ended")
}
