//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/test/stage"
)

// cuts is how many submits lose their connection at each door.
const cuts = 500

// cutter is a way to a gateway that breaks each connection: as soon as the
// first byte of an answer comes, which the client never sees, or a moment
// after the request has gone through.
type cutter struct {
	net.Listener
	to       string       // host:port
	answered atomic.Int64 // requests that the gateway had answered
	rng      func() time.Duration
}

func newCutter(t *testing.T, gateway string) *cutter {
	t.Helper()
	u, err := url.Parse(gateway)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", listentest.Host()+":8080")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, 5))
	c := &cutter{Listener: l, to: u.Host, rng: func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		if rng.IntN(3) > 0 {
			return time.Hour // wait for the answer
		}
		return time.Duration(rng.IntN(6_000)) * time.Microsecond
	}}
	go c.serve()
	return c
}

func (c *cutter) serve() {
	for {
		client, err := c.Accept()
		if err != nil {
			return
		}
		go c.cut(client.(*net.TCPConn))
	}
}

func (c *cutter) cut(client *net.TCPConn) {
	defer client.Close()
	_ = client.SetLinger(0) // a reset, not an end
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer server.Close()
	sent := make(chan struct{})
	go func() {
		b := make([]byte, 64<<10) // more than a request has
		if n, err := client.Read(b); err == nil {
			_, _ = server.Write(b[:n])
		}
		close(sent)
		_, _ = io.Copy(server, client)
	}()
	<-sent
	_ = server.SetReadDeadline(time.Now().Add(c.rng()))
	if n, _ := server.Read(make([]byte, 1)); n > 0 {
		c.answered.Add(1)
	}
}

// doors are the ways to submit a job of a name.
var doors = map[string]struct {
	path string
	job  func(name string) object
}{
	"native":  {"/api/v1/jobs", func(name string) object { return object{"name": name, "executable": "/bin/true"} }},
	"UNICORE": {"/DEMO-SITE/rest/core/jobs", func(name string) object { return object{"Name": name, "Executable": "true"} }},
	"DIRAC":   {"/jobs", func(name string) object { return object{"JobName": name, "Executable": "/bin/true"} }},
}

// TestCuts: whose connection is cut right after a job was accepted repeats the
// request under the same key, at another gateway. There is one job for each.
func TestCuts(t *testing.T) {
	s := split(t)
	way := newCutter(t, s.Gateway(1))
	want := map[string]bool{}
	for door := range doors {
		for i := range cuts {
			want[fmt.Sprintf("%s-%03d", door, i)] = true
		}
		submitCut(t, s, way, door)
	}
	t.Logf("%d of %d connections were cut when the answer had come", way.answered.Load(), 3*cuts)
	if way.answered.Load() < cuts {
		t.Error("most were cut before the job was accepted: the test shows little")
	}
	c := patient(t, s.Gateway(1))
	var last string
	for name, jobs := range named(t, c) {
		if !want[name] || len(jobs) != 1 {
			t.Errorf("%d jobs %q", len(jobs), name)
		}
		delete(want, name)
		last = max(last, jobs[0])
	}
	for name := range want {
		t.Errorf("the job %q is lost", name)
	}
	if j := c.ended(t, last); j.State != "succeeded" {
		t.Errorf("job %s %s: %s", j.ID, j.State, j.Reason)
	}
}

// submitCut submits jobs, each first through the cutter and then as long as it
// takes.
func submitCut(t *testing.T, s *stage.Split, way *cutter, door string) {
	t.Helper()
	d := doors[door]
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			good := patient(t, s.Gateway(2))
			for i := next.Add(1) - 1; i < cuts; i = next.Add(1) - 1 {
				name := fmt.Sprintf("%s-%03d", door, i)
				key := "Idempotency-Key: " + name
				bad := stage.NewClient("http://"+way.Addr().String(), 1) // a connection of its own
				bad.Token = good.Token
				_, err := bad.Do(t.Context(), "POST", d.path, d.job(name), nil, key)
				if status := (*stage.StatusError)(nil); err == nil || errors.As(err, &status) {
					t.Errorf("%s was answered: %v", name, err)
				}
				good.retry(t, name, func(ctx context.Context) error {
					_, err := good.Do(ctx, "POST", d.path, d.job(name), nil, key)
					return err
				})
			}
		})
	}
	wg.Wait()
}

// named are the ids of all jobs by their names.
func named(t *testing.T, c *patientClient) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for path := "/api/v1/jobs?limit=1000"; path != ""; {
		var page struct {
			Jobs []struct {
				ID   string `json:"id"`
				Spec struct {
					Name string `json:"name"`
				} `json:"spec"`
			} `json:"jobs"`
			Next string `json:"next"`
		}
		c.retry(t, "list", func(ctx context.Context) error {
			_, err := c.Do(ctx, "GET", path, nil, &page)
			return err
		})
		for _, j := range page.Jobs {
			all[j.Spec.Name] = append(all[j.Spec.Name], j.ID)
		}
		if path = ""; page.Next != "" {
			path = "/api/v1/jobs?limit=1000&cursor=" + strings.ReplaceAll(url.QueryEscape(page.Next), "+", "%20")
		}
	}
	return all
}
