package core4

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/tally"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
)

// counting are the rules of how many jobs there are, and were.
func (d *door) counting() []app.Rule {
	const under = "core4.api.v1.request.queue."
	state := &app.Handler{Qual: under + "state.QueueHandler", Title: "State of the queue", Author: author,
		Methods: app.Methods{http.MethodGet: d.followQueue}, Docs: map[string]rest.Doc{http.MethodGet: docOf("queue")}}
	jobs := &app.Handler{Qual: under + "history.JobHistoryHandler", Title: "Changes of the queue", Author: author,
		Methods: app.Methods{http.MethodGet: d.jobHistory, http.MethodPost: d.jobHistory},
		Docs:    map[string]rest.Doc{http.MethodGet: docOf("jobs.history"), http.MethodPost: docOf("jobs.history")}}
	history := &app.Handler{Qual: under + "history.QueueHistoryHandler", Title: "History of the queue", Author: author,
		Methods: app.Methods{http.MethodGet: d.queueHistory, http.MethodPost: d.queueHistory},
		Docs:    map[string]rest.Doc{http.MethodGet: docOf("queue.history"), http.MethodPost: docOf("queue.history")}}
	return []app.Rule{
		{Pattern: "/jobs/history", Handler: jobs}, {Pattern: "/queue/history(.*)", Handler: history}, {Pattern: "/queue", Handler: state},
	}
}

// countsDocument leaves out states that no job is in.
func countsDocument(doc document, c tally.Counts) document {
	for word, n := range map[string]int{pending: c.Pending, running: c.Running, errored: c.Error, killed: c.Killed} {
		if n > 0 {
			doc[word] = n
		}
	}
	return doc
}

// queueStream tells a client how many jobs are in the queue, at first and
// whenever that changes.
type queueStream struct {
	tally *tally.Tally
	sse   *sse
	told  bool
	last  tally.Counts
}

func (q *queueStream) Event(at follow.Cursor, e es.Event) error { return q.tally.Event(at, e) }
func (q *queueStream) Gap(at follow.Cursor) error               { return q.tally.Gap(at) }

func (q *queueStream) Pause(follow.Cursor) error {
	at, now := q.tally.Now()
	if q.told && now == q.last {
		return q.sse.ping()
	}
	q.told, q.last = true, now
	doc := countsDocument(document{"timestamp": float64(q.sse.now().UnixMicro()) / 1e6}, now)
	return q.sse.event("queue", at.String(), doc)
}

// followQueue is GET /queue.
func (d *door) followQueue(c *app.Call) (any, error) {
	if head, err := d.headOnly(c); head {
		return nil, err
	}
	if err := d.caughtUp(c); err != nil {
		return nil, err
	}
	ctx, cancel := d.lasting(c)
	defer cancel()
	q := &queueStream{tally: d.tally, sse: d.stream(c)}
	if err := q.Pause(follow.Cursor{}); err != nil {
		return nil, nil //nolint:nilerr // the client is gone
	}
	at, _ := d.tally.Now()
	err := d.Events.Follow(ctx, follow.Query{All: true, After: &at}, q)
	select {
	case <-d.Closing:
		_ = q.sse.event("close", "", document{}) // the client may be gone
	default:
		c.Log().DebugContext(ctx, "the queue is no longer followed", "reason", err)
	}
	return nil, nil
}

// catchUp bounds the reading of the journal for one request. What was read
// stays read, so that the next goes on from there.
const catchUp = 30 * time.Second

// caughtUp brings the counts up to the present.
func (d *door) caughtUp(c *app.Call) error {
	ctx, cancel := context.WithTimeout(c.Lasting(), catchUp)
	defer cancel()
	err := d.tally.CatchUp(ctx)
	if errors.Is(err, follow.ErrClosed) || errors.Is(err, follow.ErrLost) || errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Unavailable, "events.unavailable", "The journal of jobs is not read to its end; try again shortly.").WithRetry(2 * time.Second)
	}
	return err
}
