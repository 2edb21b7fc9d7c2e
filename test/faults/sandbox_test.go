//go:build faults

package faults

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/test/stage"
)

// TestSandboxesOutliveTheirServices submits jobs with files of their own while
// the files service and both jobs services are killed in turn: before the
// upload has ended, after it, and while the files are brought to the job.
// Each job comes to be once, and reads what was sent with it.
func TestSandboxesOutliveTheirServices(t *testing.T) {
	const jobs, workers, size = 120, 4, 256 << 10
	s := split(t)
	var mu sync.Mutex
	sums := map[string]string{} // by job
	var next, progress atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() {
				c := patient(t, s.Gateway(1+w%2))
				for n := next.Add(1); n <= jobs; n = next.Add(1) {
					noise := make([]byte, size)
					_, _ = rand.NewChaCha8([32]byte{byte(n)}).Read(noise)
					job := c.submitWith(t, fmt.Sprintf("sandbox-%d", n), noise)
					mu.Lock()
					sums[job] = fmt.Sprintf("%x", sha256.Sum256(noise))
					mu.Unlock()
					progress.Add(1)
				}
			})
		}
		all.Wait()
	}()
	kills := strikeOften(t, s, []string{"files", "jobs-1", "files", "jobs-2"}, &progress, done)
	<-done
	if kills < 3 || len(sums) != jobs {
		t.Fatalf("%d kills, %d jobs", kills, len(sums))
	}
	c := patient(t, s.Gateway(1))
	for job, sum := range sums {
		if j := c.ended(t, job); j.State != "succeeded" || j.ends() != 1 {
			t.Errorf("job %s %s: %s", job, j.State, j.Reason)
			continue
		}
		var out string
		c.retry(t, "stdout", func(ctx context.Context) error {
			resp, body, err := c.Send(ctx, "GET", "/api/v1/jobs/"+job+"/stdout", nil)
			if out = body; err == nil && resp.StatusCode != 200 {
				err = &stage.StatusError{Status: resp.StatusCode, Header: resp.Header, Body: body}
			}
			return err
		})
		if !strings.HasPrefix(out, sum) {
			t.Errorf("job %s read %q, was sent %s", job, out, sum)
		}
	}
	t.Logf("%d kills", kills)
}

// strikeOften kills the victims in turn, every dozen or so jobs, and starts
// them again.
func strikeOften(t *testing.T, s *stage.Split, victims []string, progress *atomic.Int64, done <-chan struct{}) (kills int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	for next := int64(10); ; {
		select {
		case <-done:
			return kills
		case <-time.After(2 * time.Millisecond):
		}
		if progress.Load() < next {
			continue
		}
		pause(time.Duration(rng.IntN(20)) * time.Millisecond)
		victim := victims[kills%len(victims)]
		kills++
		s.Part(victim).Kill()
		err := s.Start(victim)
		if err == nil {
			err = s.Ready(victim, 30*time.Second)
		}
		if err != nil {
			t.Errorf("restart of %s: %v", victim, err)
			return kills
		}
		next = progress.Load() + 8 + int64(rng.IntN(10))
	}
}

// submitWith submits a job that reads a file which is sent with it.
func (c *patientClient) submitWith(t *testing.T, key string, content []byte) string {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("manifest", `{"Executable": "/usr/bin/sha256sum", "Arguments": "noise.bin"}`)
	f, _ := w.CreateFormFile("f", "noise.bin")
	_, _ = f.Write(content)
	_ = w.Close()
	var r struct {
		JIDs []uint64 `json:"jids"`
	}
	c.retry(t, key, func(ctx context.Context) error {
		resp, body, err := c.Send(ctx, "POST", "/jobs", bytes.NewReader(b.Bytes()), "Content-Type: "+w.FormDataContentType(), "Idempotency-Key: "+key)
		if err == nil && resp.StatusCode != 200 {
			err = &stage.StatusError{Status: resp.StatusCode, Header: resp.Header, Body: body}
		}
		if err == nil {
			err = json.Unmarshal([]byte(body), &r)
		}
		return err
	})
	if len(r.JIDs) != 1 {
		t.Fatalf("%s: %v", key, r.JIDs)
	}
	return id.ID(r.JIDs[0]).String()
}
