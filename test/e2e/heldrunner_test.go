package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// heldSite is where jobs are taken and never begun. Only those that ask for its
// queue get there: who asks for none would need more than it has.
const (
	heldSite  = "HELD-SITE"
	heldQueue = "held"
)

func heldReport() jobsapi.SiteReport {
	more := jobsapi.Range{Min: heldSlots + 1, Default: strconv.Itoa(heldSlots + 1)}
	return jobsapi.SiteReport{
		Capacity: jobsapi.Capacity{Slots: heldSlots, CPUs: heldSlots},
		Queues:   []jobsapi.Queue{{Name: "closed", Ranges: map[string]jobsapi.Range{"cpus": more}}, {Name: heldQueue}},
	}
}

const heldSlots = 8

// heldRunner is a runner like any other, but that it begins no job that it gets:
// it stands still at that step until the test ends.
func heldRunner(t *testing.T) {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(up.Dir, "service.token"))
	if err != nil {
		t.Fatal(err)
	}
	nc, err := nats.Connect(up.NATS, nats.UserInfo("service", strings.TrimSpace(string(token))))
	if err != nil {
		t.Fatal(err)
	}
	const name, slots = "held-1", heldSlots
	ctx, stop := context.WithCancel(who.With(context.Background(), who.Component("runner-"+name)))
	c := jobsapi.NewClient(nc)
	if _, err := c.Register(ctx, jobsapi.RegisterRequest{Runner: name, Site: heldSite, Slots: slots, About: heldReport()}); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	t.Cleanup(func() { stop(); <-over; nc.Close() })
	go func() {
		defer close(over)
		held := map[jobsapi.Lease]bool{}
		for ctx.Err() == nil {
			got, err := c.Offer(ctx, jobsapi.OfferRequest{Runner: name, Site: heldSite, Free: slots - len(held),
				Room: jobsapi.Capacity{Slots: slots - len(held), CPUs: slots - len(held)}, Wait: 2 * time.Second})
			if err != nil {
				continue
			}
			for _, j := range got.Jobs {
				held[jobsapi.Lease{ID: j.ID, Owner: j.Owner, Epoch: j.Epoch}] = true
			}
			beat := jobsapi.BeatRequest{Runner: name, Site: heldSite, Slots: slots}
			for lease := range held {
				beat.Jobs = append(beat.Jobs, lease)
			}
			orders, err := c.Beat(ctx, beat)
			if err != nil {
				continue
			}
			for _, lease := range orders.Stop {
				delete(held, lease)
				_, _ = c.Report(ctx, jobsapi.ReportRequest{Runner: name, Reports: []jobsapi.Report{
					{ID: lease.ID, Owner: lease.Owner, Epoch: lease.Epoch, What: jobsapi.Release, At: time.Now(), Problem: "it is held"}}})
			}
		}
	}()
}
