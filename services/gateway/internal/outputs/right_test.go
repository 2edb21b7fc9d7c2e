package outputs

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Who may not read a job gets nothing of its output, though a reader has it
// already for others.
func TestStrangersGetNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.write("secret")
		h := w.hub(100)
		_, over := w.follow(t, h, Position{})
		time.Sleep(time.Second)
		bob, g := as(t, "bob"), &got{}
		if _, err := h.Follow(bob, w.now(), "out.txt", Position{}, g); !fault.Is(err, fault.Denied) || g.String() != "" {
			t.Errorf("following: %q, %v", g, err)
		}
		if at, err := h.Tail(bob, w.now(), "out.txt", 1); !fault.Is(err, fault.Denied) || at != 0 {
			t.Errorf("the tail: %d, %v", at, err)
		}
		v := h.View(w.now(), "out.txt")
		defer v.Close()
		if text, err := v.Bytes(bob, 0, false); !fault.Is(err, fault.Denied) || len(text) > 0 {
			t.Errorf("a view: %q, %v", text, err)
		}
		w.set(func(j *jobsapi.Job) { j.State = jobsapi.Succeeded })
		<-over
		if n := w.asked.Load(); n != 3 {
			t.Errorf("asked %d times who may read", n)
		}
	})
}

// With whom a job is shared follows it, until it is shared no longer; what comes
// then they do not get.
func TestFollowersOfASharedJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.job.ACL = []string{"bob"}
		w.write("for both|")
		h := w.hub(100)
		_, over := w.follow(t, h, Position{})
		g, ended := &got{}, make(chan error)
		go func() {
			_, err := h.Follow(as(t, "bob"), w.now(), "out.txt", Position{}, g)
			ended <- err
		}()
		v := h.View(w.now(), "out.txt")
		defer v.Close()
		time.Sleep(5 * time.Second)
		if text, err := v.Bytes(as(t, "bob"), 0, false); err != nil || string(text) != "for both|" {
			t.Errorf("a view: %q, %v", text, err)
		}
		if n := w.asked.Load(); n != 2 {
			t.Errorf("asked %d times who may read", n)
		}
		w.set(func(j *jobsapi.Job) { j.ACL = nil })
		synctest.Wait()
		w.write("for its owner")
		select {
		case err := <-ended:
			if !fault.Is(err, fault.Denied) || g.String() != "for both|" {
				t.Errorf("%q, %v", g, err)
			}
		case <-time.After(time.Minute):
			t.Error("it is followed on")
			defer func() { <-ended }()
		}
		if text, err := v.Bytes(as(t, "bob"), 0, false); !fault.Is(err, fault.Denied) {
			t.Errorf("a view: %q, %v", text, err)
		}
		w.set(func(j *jobsapi.Job) { j.State = jobsapi.Succeeded })
		<-over
	})
}
