package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

type object = map[string]any

type job struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

// idleMemory is the resident size, in MB, five seconds after the start.
func idleMemory(ctx context.Context, h *stage.Heddle) (float64, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(5 * time.Second):
	}
	return resident(h)
}

// resident is the size, in MB, as it is now.
func resident(h *stage.Heddle) (float64, error) {
	return status(h.PID(), "VmRSS:")
}

// turnaround submits /bin/true n times, one after the other, and measures
// until a client that waits for the end has seen it.
func turnaround(ctx context.Context, c *stage.Client, n int) (p50, p99 float64, err error) {
	var took []float64
	for range n {
		start := time.Now()
		var j job
		if _, err := c.Do(ctx, "POST", "/api/v1/jobs", object{"executable": "/bin/true"}, &j); err != nil {
			return 0, 0, err
		}
		if err := ended(ctx, c, j.ID); err != nil {
			return 0, 0, err
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
	}
	return quantile(took, 0.5), quantile(took, 0.99), nil
}

func ended(ctx context.Context, c *stage.Client, id string) error {
	var j job
	if _, err := c.Do(ctx, "GET", "/api/v1/jobs/"+id+"?wait=30s&until=end", nil, &j); err != nil {
		return err
	}
	if j.State != "succeeded" {
		return fmt.Errorf("job %s is %s", id, j.State)
	}
	return nil
}

// drain submits n jobs over 64 connections and looks, now and then, whether
// any has not ended; the rate counts from the first submit to the look that
// finds none. The looks cost what they measure, so there are few of them until
// the end is near.
func drain(ctx context.Context, c *stage.Client, n int) (perSecond float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	before, err := count(ctx, c, "state=succeeded")
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := submitAll(c, n, func(int) []byte { return []byte(`{"executable":"/bin/true"}`) }); err != nil {
		return 0, err
	}
	for left := n; left > 0; {
		select {
		case <-time.After(untilLook(time.Since(start), n, left)):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		if left, err = count(ctx, c, "state=queued&state=matched&state=running&state=staging_out"); err != nil {
			return 0, err
		}
	}
	took := time.Since(start)
	after, err := count(ctx, c, "state=succeeded")
	if err == nil && after-before != n {
		err = fmt.Errorf("%d of %d jobs succeeded", after-before, n)
	}
	return float64(n) / took.Seconds(), err
}

// untilLook is half of the time that the jobs left will take, if they go on
// as those before them have.
func untilLook(took time.Duration, n, left int) time.Duration {
	if left == n {
		return 20 * time.Millisecond
	}
	return min(max(took*time.Duration(left)/time.Duration(2*(n-left)), 2*time.Millisecond), 100*time.Millisecond)
}

// count is how many jobs match.
func count(ctx context.Context, c *stage.Client, filter string) (int, error) {
	var page struct {
		Total int `json:"total"`
	}
	_, err := c.Do(ctx, "GET", "/api/v1/jobs?limit=1&total=true&"+filter, nil, &page)
	return page.Total, err
}

// submitAll submits n jobs over 64 connections.
func submitAll(c *stage.Client, n int, body func(i int) []byte) error {
	const connections = 64
	lines := make(chan *lean, connections)
	for range connections {
		l, err := dialLean(c, "/api/v1/jobs")
		if err != nil {
			return err
		}
		defer l.conn.Close()
		lines <- l
	}
	return parallel(connections, n, func(i int) error {
		l := <-lines
		defer func() { lines <- l }()
		return l.post(body(i))
	})
}

// submits submits n jobs to a site that has no runner, so that only the
// submit is measured. They differ in name and tag, for the lists.
func submits(c *stage.Client, n int) (perSecond float64, err error) {
	start := time.Now()
	err = submitAll(c, n, func(i int) []byte {
		return fmt.Appendf(nil, `{"executable":"/bin/true","arguments":["%d"],"site":"NOWHERE","name":"sim-%d","tags":["batch-%d"]}`, i, i%100, i%10)
	})
	return float64(n) / time.Since(start).Seconds(), err
}

// lists asks for pages of 20 with filters of several kinds.
func lists(ctx context.Context, c *stage.Client, n int) (p50, p99 float64, err error) {
	filters := []string{"state=queued", "state=succeeded", "name=sim-42", "tag=batch-7", "site=NOWHERE&tag=batch-3", "state=queued&name=sim-1"}
	took := make([]float64, n)
	for i := range n {
		start := time.Now()
		if _, err := c.Do(ctx, "GET", "/api/v1/jobs?limit=20&"+filters[i%len(filters)], nil, nil); err != nil {
			return 0, 0, err
		}
		took[i] = float64(time.Since(start).Microseconds()) / 1000
	}
	return quantile(took, 0.5), quantile(took, 0.99), nil
}

// parallel calls do for 0..n-1 from workers goroutines until one fails.
func parallel(workers, n int, do func(i int) error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for failed.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func quantile(v []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}
