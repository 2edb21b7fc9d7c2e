//go:build faults

package faults

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// TestFullDiskOfAllInOne fills the data directory of `heddle up` and makes
// room again; nobody restarts anything.
func TestFullDiskOfAllInOne(t *testing.T) {
	dir := t.TempDir()
	d := smallDisk(t, dir, 64)
	h, err := stage.Up(bin+"/heddle", dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Kill)
	c := patient(t, h.URL)
	fullAndBack(t, c, d, func() {
		if err := c.upload(t); !unavailable(err) {
			t.Errorf("a file for a full disk: %v", err)
		}
	})
	eventually(t, "files are taken again", func() bool { return c.upload(t) == nil })
}

// TestFullDiskOfNATS fills the disk of a NATS server. Its keeper is what the
// compose set-up has: the health check and the restart policy.
func TestFullDiskOfNATS(t *testing.T) {
	s := prepared(t)
	d := smallDisk(t, s.Data("nats"), 64)
	if err := s.StartAll(stage.Parts(), time.Minute); err != nil {
		t.Fatal(err)
	}
	keepNATS(t, s)
	fullAndBack(t, patient(t, s.Gateway(1)), d, func() {})
}

// fullAndBack fills the disk below the journals: submits are turned away and,
// when there is room, taken again. What was acknowledged before, meanwhile and
// afterwards comes to its end.
func fullAndBack(t *testing.T, c *patientClient, d disk, meanwhile func()) {
	t.Helper()
	acked := []string{c.submit(t, "before", object{"executable": "/bin/true"})}
	c.ended(t, acked[0])
	d.fill(t)
	n := 0
	eventually(t, "submits are turned away", func() bool {
		n++
		id, err := c.trySubmit(t, fmt.Sprintf("while-it-filled-%d", n))
		if err == nil {
			acked = append(acked, id)
		}
		return unavailable(err)
	})
	if _, err := c.trySubmit(t, "full"); !unavailable(err) {
		t.Errorf("the disk is full, and a submit was answered with %v", err)
	}
	meanwhile()
	d.clear(t)
	acked = append(acked, c.submit(t, "full", object{"executable": "/bin/true"}))
	for _, id := range acked {
		if j := c.ended(t, id); j.State != "succeeded" || j.ends() != 1 {
			t.Errorf("job %s %s: %s, %+v", id, j.State, j.Reason, j.History)
		}
	}
}

// trySubmit submits once; nothing may take longer than ten seconds.
func (c *patientClient) trySubmit(t *testing.T, key string) (id string, err error) {
	t.Helper()
	var j job
	err = c.soon(t, "submit", func(ctx context.Context) error {
		_, err := c.Do(ctx, "POST", "/api/v1/jobs", object{"executable": "/bin/true"}, &j, "Idempotency-Key: "+key)
		return err
	})
	return j.ID, err
}

// upload puts a file into the home.
func (c *patientClient) upload(t *testing.T) error {
	t.Helper()
	return c.soon(t, "upload", func(ctx context.Context) error {
		_, err := c.Do(ctx, "PUT", "/api/v1/storages/home/files/note", "a few words", nil)
		return err
	})
}

// soon makes a call that must not take longer than ten seconds.
func (c *patientClient) soon(t *testing.T, what string, call func(context.Context) error) error {
	t.Helper()
	begin := time.Now()
	err := call(t.Context())
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("%s: answered only after %v: %v", what, took, err)
	}
	return err
}

// keepNATS plays Docker: it runs the container's health check and starts NATS
// again when it has ended.
func keepNATS(t *testing.T, s *stage.Split) {
	t.Helper()
	root, err := stage.Root()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	t.Cleanup(func() { stop(); <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-s.Part("nats").Exited():
				if err := s.Start("nats"); err != nil {
					t.Error(err)
					return
				}
			case <-time.After(time.Second):
				check := exec.CommandContext(ctx, "sh", filepath.Join(root, "deploy/compose/nats-alive"),
					s.NATSMonitor(), s.Data("nats"), strconv.Itoa(s.Part("nats").PID()))
				_ = check.Run() // whether it was well does not matter here
			}
		}
	}()
}
