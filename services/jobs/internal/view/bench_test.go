package view_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// crowd writes n finished jobs, half of them one owner's, in a commit each,
// with a few that still wait.
func crowd(b *testing.B, w *world, n int) {
	code := 0
	for i := range n {
		owner, j := "big", id.ID(i+1)
		if i%2 == 1 {
			owner = "u" + strconv.Itoa(i%1000)
		}
		s := job.Spec{Name: "n" + strconv.Itoa(i%5000), Executable: "/bin/echo", Arguments: []string{"hello"}, Site: "s" + strconv.Itoa(i%5), Tags: []string{"t" + strconv.Itoa(i%300)}}
		events := []job.Event{job.JobSubmitted{ID: j.String(), Owner: owner, OwnerName: owner, Spec: s}, job.JobReady{}, job.JobQueued{}}
		if i%1000 != 0 {
			events = append(events, job.JobMatched{Runner: "r", Site: s.Site, Epoch: 1}, job.JobStarted{Epoch: 1}, job.JobExited{Epoch: 1, Code: &code}, job.JobSucceeded{})
			if i%10 == 0 {
				events[len(events)-1] = job.JobFailed{Reason: "no"}
			}
		}
		c := es.Commit{Command: "c" + strconv.Itoa(i)}
		for k, e := range events {
			data, err := json.Marshal(e)
			if err != nil {
				b.Fatal(err)
			}
			c.Events = append(c.Events, es.Event{ID: fmt.Sprint(i, ".", k), Type: e.Type(), Source: "/jobs", Subject: jobsapi.Subject(j), Time: began, Data: data})
		}
		if _, err := w.store.Append(b.Context(), jobsapi.Topic(owner, j), 0, c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkListOf20Among100000 reports the 99th percentile of each kind of
// list beside the mean.
func BenchmarkListOf20Among100000(b *testing.B) {
	w := newWorld(b)
	crowd(b, w, 100_000)
	v := w.open("")
	grown := time.Now()
	if err := v.Wait(b.Context(), 100_000); err != nil {
		b.Fatal(err)
	}
	b.Logf("grown in %v", time.Since(grown))
	states := func(s ...jobsapi.State) []jobsapi.State { return s }
	for _, kind := range []struct {
		name  string
		q     view.Query
		total bool
	}{
		{"owner", view.Query{Owners: []string{"big"}}, false},
		{"owner+total", view.Query{Owners: []string{"big"}}, true},
		{"state", view.Query{Owners: []string{"big"}, States: states(job.Queued)}, false},
		{"states", view.Query{Owners: []string{"big"}, States: states(job.Queued, job.Running, job.Failed, job.Succeeded)}, true},
		{"site", view.Query{Owners: []string{"big"}, Sites: []string{"s4"}}, true},
		{"sites+states", view.Query{Owners: []string{"big"}, Sites: []string{"s2", "s4"}, States: states(job.Failed, job.Queued)}, true},
		{"name", view.Query{Owners: []string{"big"}, Names: []string{"n42"}}, true},
		{"tag", view.Query{Owners: []string{"big"}, Tags: []string{"t42"}}, true},
		{"nothing", view.Query{Owners: []string{"big"}, States: states(job.Running), Names: []string{"n43"}}, true},
		{"everybody", view.Query{}, true},
		{"everybody's state", view.Query{States: states(job.Queued)}, true},
		{"offset 10000", view.Query{Owners: []string{"big"}, Offset: 10_000}, false},
	} {
		b.Run(kind.name, func(b *testing.B) {
			kind.q.Limit = 20
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := v.List(b.Context(), kind.q, kind.total); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
