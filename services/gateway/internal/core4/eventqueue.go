package core4

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	delay "github.com/heddle-dev/heddle/pkg/pause"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/remember"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/channel"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// queueNames are core4's names of what happens to jobs. Of its other names
// (defer_job, flag_zombie, …) nothing ever happens here.
var queueNames = map[string]string{
	jobsapi.EventSubmitted: "enqueue_job", jobsapi.EventMatched: "request_start_job", jobsapi.EventRequeued: "failed_start",
	jobsapi.EventStarted: "start_job", jobsapi.EventSucceeded: "complete_job", jobsapi.EventFailed: "failed_job",
	jobsapi.EventAbortRequested: "request_kill_job", jobsapi.EventAborted: "kill_job", jobsapi.EventRestarted: "restart_stopped", jobsapi.EventResubmitted: "restart_stopped",
	jobsapi.EventDestroyed: "remove_job",
}

// queueEvents tells those who listen to the channel queue what happens to jobs
// that they may see. It follows the journal from when the first websocket of
// this gateway is there.
type queueEvents struct {
	d     *door
	once  sync.Once
	ready chan struct{} // closed when nothing is missed any more
	open  func()        // closes it
	names *remember.Memory[id.ID, string]

	ctx     context.Context
	at      *follow.Cursor // behind what was told
	counted bool           // the tally was brought up to where this began
}

// The bounds of what is remembered of jobs' names.
const (
	namesFor = time.Hour
	maxNames = 10_000
)

func newQueueEvents(d *door) *queueEvents {
	q := &queueEvents{d: d, ready: make(chan struct{}), names: remember.New[id.ID, string](maxNames, d.Now)}
	q.open = sync.OnceFunc(func() { close(q.ready) })
	return q
}

// joining bounds the wait of a client for jobs to be followed.
const joining = 5 * time.Second

// begun returns when no event is missed any more.
func (q *queueEvents) begun(ctx context.Context) error {
	if q.d.Events == nil {
		return nil
	}
	q.once.Do(func() { go q.run() })
	ctx, cancel := context.WithTimeout(ctx, joining)
	defer cancel()
	select {
	case <-q.ready:
		return nil
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unavailable, "core4.queue_events", "The journal of jobs cannot be followed now; try again shortly.").WithRetry(2 * time.Second)
	}
}

// run follows the journal until the gateway closes. Where it is cut off it goes
// on behind what it has told.
func (q *queueEvents) run() {
	gateway := who.Component("gateway")
	gateway.Roles = append(gateway.Roles, who.RoleOperator)
	ctx, cancel := context.WithCancel(who.With(context.Background(), gateway))
	defer cancel()
	go func() {
		select {
		case <-q.d.Closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	for q.ctx = ctx; ctx.Err() == nil; {
		err := q.d.Events.Follow(ctx, follow.Query{All: true, After: q.at}, q)
		q.d.Log.DebugContext(ctx, "the journal of jobs is no longer followed for websockets; will try again", "reason", err)
		_ = delay.For(ctx, time.Second) // ctx ends the loop
	}
}

// Pause is when everything so far was told. At first the tally is read up to
// there, so that from then on it can be fed with what comes.
func (q *queueEvents) Pause(at follow.Cursor) error {
	q.at = &at
	q.open()
	if q.counted {
		return nil
	}
	ctx, cancel := context.WithTimeout(q.ctx, catchUp)
	defer cancel()
	err := q.d.tally.CatchUp(ctx)
	q.counted = err == nil
	return err
}

// Gap is nothing to those who are told of what comes.
func (q *queueEvents) Gap(at follow.Cursor) error {
	q.at = &at
	if !q.counted {
		return nil
	}
	return q.d.tally.Gap(at)
}

// Event tells of one. One that cannot be read is none of ours.
func (q *queueEvents) Event(at follow.Cursor, e es.Event) error {
	q.at = &at
	if q.counted {
		if err := q.d.tally.Event(at, e); err != nil {
			return err
		}
	}
	owner, n, ok := jobsapi.ParseTopic(e.Topic)
	name := queueNames[e.Type]
	if !ok || name == "" {
		return nil
	}
	if e.Type == jobsapi.EventSubmitted {
		q.learn(n, e.Data)
	}
	if !q.d.channels.Heard(channel.Queue) {
		return nil
	}
	_, counts := q.d.tally.Now()
	doc := document{"_id": eventID(at, e), "name": name, "author": "heddle", "channel": channel.Queue, "created": app.Stamp(e.Time),
		"data": document{"_id": objectID(n.String()), "queue": countsDocument(document{}, counts)}}
	q.d.channels.Tell(channel.Queue, bytes.TrimSpace(app.AsJSON(doc)), func(c channel.Client) bool {
		return c.Sees != nil && c.Sees(owner, func() string { return q.name(n) })
	})
	return nil
}

// eventID is the same at every gateway.
func eventID(at follow.Cursor, e es.Event) string {
	return fmt.Sprintf("%08x%012x%04x", uint32(e.Time.Unix()), at.Seq&(1<<48-1), at.Part&(1<<16-1))
}

// learn takes a job's name from its first event.
func (q *queueEvents) learn(n id.ID, data []byte) {
	var first struct {
		Spec jobsapi.Spec `json:"spec"`
	}
	if json.Unmarshal(data, &first) == nil {
		q.names.Put(n, jobdef.NameOf(jobsapi.Job{Spec: first.Spec}), q.d.Now().Add(namesFor))
	}
}

// name is a job's; one whose name is not to be had has none that anybody may
// see.
func (q *queueEvents) name(n id.ID) string {
	if known, ok := q.names.Get(n); ok {
		return known
	}
	j, err := q.d.Backend.Jobs.Get(q.ctx, jobsapi.GetRequest{ID: n})
	if err != nil {
		return ""
	}
	name := jobdef.NameOf(j)
	q.names.Put(n, name, q.d.Now().Add(namesFor))
	return name
}
