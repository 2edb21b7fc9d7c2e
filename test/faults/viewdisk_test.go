//go:build faults

package faults

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// TestFullDisksOfViews fills the disks on which both replicas of jobs keep
// their read models: submits go on, for the journal has room; reads that would
// miss one are turned away, and heal.
func TestFullDisksOfViews(t *testing.T) {
	s := prepared(t)
	disks := []disk{smallDisk(t, s.Data("jobs-1"), 16), smallDisk(t, s.Data("jobs-2"), 16)}
	if err := s.StartAll(stage.Parts(), time.Minute); err != nil {
		t.Fatal(err)
	}
	c := patient(t, s.Gateway(1))
	for _, d := range disks {
		d.fill(t)
	}
	var acked []string // while full
	read := func(id string) error {
		_, err := c.Do(t.Context(), "GET", "/api/v1/jobs/"+id, nil, nil)
		return err
	}
	eventually(t, "reads are turned away", func() bool {
		id, err := c.trySubmit(t, text(len(acked)))
		if err != nil {
			t.Fatalf("a submit while the journal has room: %v", err)
		}
		acked = append(acked, id)
		err = read(id)
		if err != nil && !unavailable(err) {
			t.Errorf("a read that a full disk keeps from being true: %v", err)
		}
		return err != nil
	})
	for _, d := range disks {
		d.clear(t)
	}
	for _, id := range acked {
		if j := c.ended(t, id); j.State != "succeeded" {
			t.Errorf("job %s %s: %s", id, j.State, j.Reason)
		}
	}
}
