package core4

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// heap is how many jobs of a name and an owner are in a state; with owner
// empty, how many a client sees so.
type heap struct {
	owner, name, state string
	killed             bool // it was asked for
}

// queueSummary is what is in the queue, for the clients of the channel queue.
// It is read for all of them at once: when somebody asks, at most twice an
// interval, and not if the journal says that nothing has changed.
type queueSummary struct {
	d        *door
	interval time.Duration
	turn     chan struct{} // of whoever reads
	read     time.Time
	at       follow.Cursor
	known    bool
	heaps    map[heap]int // replaced as a whole
}

func newQueueSummary(d *door, interval time.Duration) *queueSummary {
	return &queueSummary{d: d, interval: interval, turn: make(chan struct{}, 1)}
}

// inQueue are the states of jobs that are in core4's queue.
var inQueue = slices.DeleteFunc(jobsapi.States(), func(s jobsapi.State) bool {
	return s == jobsapi.Succeeded || s == jobsapi.Destroyed
})

// now is what is in the queue.
func (q *queueSummary) now(ctx context.Context) (map[heap]int, error) {
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if q.known && q.d.Now().Sub(q.read) < q.interval/2 {
		return q.heaps, nil
	}
	ctx, cancel := context.WithTimeout(ctx, catchUp)
	defer cancel()
	if err := q.d.tally.CatchUp(ctx); err != nil {
		return nil, err
	}
	at, _ := q.d.tally.Now()
	if q.known && at == q.at {
		q.read = q.d.Now()
		return q.heaps, nil
	}
	heaps := map[heap]int{}
	gateway := who.Component("gateway")
	gateway.Roles = append(gateway.Roles, who.RoleOperator)
	_, err := q.d.Backend.EachJob(who.With(ctx, gateway), jobsapi.ListRequest{All: true, States: inQueue}, maxSeen, func(j jobsapi.Job) {
		if j.RestartedAs != 0 {
			return // its successor is in the queue, or was
		}
		state := stateWords[j.State]
		heaps[heap{j.Owner, jobdef.NameOf(j), state, j.Aborting || state == killed}]++
	})
	if err != nil {
		return nil, err
	}
	q.read, q.at, q.known, q.heaps = q.d.Now(), at, true, heaps
	return heaps, nil
}

// seenBy is the summary as a caller may see it, as JSON. What others may not
// see is counted under one name.
func (q *queueSummary) seenBy(c *app.Call, ctx context.Context) ([]byte, error) {
	all, err := q.now(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[heap]int{}
	for h, n := range all {
		if h.owner != c.User().ID && !c.Perms.Job(h.name, false) {
			h.name = unauthorized
		}
		h.owner = ""
		seen[h] += n
	}
	rows := []document{}
	for h, n := range seen {
		rows = append(rows, document{"name": h.name, "state": h.state, "n": n, "progress": ended(h.state),
			"zombie": false, "wall": false, "removed": false, "killed": h.killed})
	}
	slices.SortFunc(rows, func(a, b document) int {
		return cmp.Or(strings.Compare(a["name"].(string), b["name"].(string)), strings.Compare(a["state"].(string), b["state"].(string)), compare(a["killed"], b["killed"]))
	})
	return app.AsJSON(rows), nil
}

// ended is the progress of jobs in a state, as in their documents.
func ended(state string) float64 {
	if state == errored || state == killed {
		return 1
	}
	return 0
}
