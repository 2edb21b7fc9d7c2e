package core4

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Limits of one request for the log.
const (
	maxLogJobs = 100 // whose logs are read, the newest that match
	maxLogNew  = 200 // newest jobs that are looked through each time for more
)

func (d *door) logRules() []app.Rule {
	h := &app.Handler{
		Qual: "core4.api.v1.request.standard.log.LogHandler", Title: "Log of jobs", Author: author,
		Methods: app.Methods{http.MethodGet: d.getLog, http.MethodPost: d.getLog},
		Docs:    map[string]rest.Doc{http.MethodGet: docOf("log"), http.MethodPost: docOf("log")},
	}
	return []app.Rule{{Pattern: "/log/?", Handler: h}}
}

// logStream is one client's look at the logs of the jobs that it may read.
type logStream struct {
	d     *door
	c     *app.Call
	sse   *sse
	query logQuery
	alive time.Time // when the client was last told so
	open  []*openLog
	ended map[id.ID]*openLog // what was read to its end, so that it is not sent again
}

// openLog is how far the log of a job was read.
type openLog struct {
	id       id.ID
	version  uint64 // of the job
	restarts int
	logs     *jobLogs
}

func (d *door) getLog(c *app.Call) (any, error) {
	query, err := logQueryOf(c.Args, d.Now())
	if err != nil {
		return nil, err
	}
	follow, err := arg.Get(c.Args, "follow", false)
	if err != nil {
		return nil, err
	}
	if head, err := d.headOnly(c); head {
		return nil, err
	}
	ctx, cancel := d.lasting(c)
	defer cancel()
	l := &logStream{d: d, c: c, sse: d.stream(c), query: query, ended: map[id.ID]*openLog{}}
	err = l.run(ctx, follow)
	select {
	case <-d.Closing:
		err = nil
	default:
	}
	if err == nil {
		_ = l.sse.event("close", "", document{}) // the client may be gone
	} else if ctx.Err() == nil {
		c.Log().WarnContext(ctx, "the log is no longer followed", "err", err) // the client comes back
	}
	return nil, nil // the answer has begun
}

// run sends what there is, and with follow what comes, until the client or the
// span that was asked for is at its end.
func (l *logStream) run(ctx context.Context, follow bool) error {
	for n := maxSeen; ; n = maxLogNew {
		if err := l.find(ctx, n); err != nil {
			return err
		}
		if err := l.send(ctx); err != nil || !follow || l.d.Now().After(l.query.to) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// find opens the logs of the jobs that match, out of the newest n, and opens
// those again that have changed since their end.
func (l *logStream) find(ctx context.Context, n int) error {
	known, ended := map[id.ID]bool{}, map[id.ID]*openLog{}
	for _, o := range l.open {
		known[o.id] = true
	}
	var found []*openLog
	_, err := l.d.Backend.EachJob(overlooking(l.c, ctx), jobsapi.ListRequest{All: true}, n, func(j jobsapi.Job) {
		o := l.ended[j.ID]
		switch {
		case o != nil && o.version == j.Version:
			ended[j.ID] = o
		case known[j.ID] || rightTo(l.c, j) < mayRead || !l.query.job(j) || len(l.open)+len(found) >= maxLogJobs:
		case o != nil:
			found = append(found, o)
		default:
			found = append(found, &openLog{id: j.ID, logs: &jobLogs{d: l.d}})
		}
	})
	slices.Reverse(found) // the oldest first
	l.open = append(l.open, found...)
	if len(l.ended) > maxSeen { // those that no list shows any more need not be known
		l.ended = ended
	}
	return err
}

// send sends what is new in each log. One whose job has ended is done with.
func (l *logStream) send(ctx context.Context) error {
	var open []*openLog
	for _, o := range l.open {
		j, err := l.d.Backend.Jobs.Get(asCaller(l.c, ctx), jobsapi.GetRequest{ID: o.id})
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err == nil {
			err = l.records(ctx, o, j)
		}
		if err != nil {
			return err
		}
		if j.State.Ended() {
			l.ended[o.id] = o
		} else {
			open = append(open, o)
		}
	}
	l.open = open
	return l.tell()
}

func (l *logStream) records(ctx context.Context, o *openLog, j jobsapi.Job) error {
	if n := restarts(j.History); n != o.restarts {
		o.restarts, o.logs = n, &jobLogs{d: l.d}
	}
	o.version = j.Version
	list, err := o.logs.more(asCaller(l.c, ctx), j)
	if err != nil {
		return err
	}
	for _, doc := range list {
		if !l.query.record(j, doc) {
			continue
		}
		if err := l.sse.event("log", "", doc); err != nil {
			return err
		}
	}
	return l.tell()
}

func restarts(steps []jobsapi.Step) (n int) {
	for _, s := range steps {
		if s.Event == eventRestarted {
			n++
		}
	}
	return n
}

// tell says once a second that the answer goes on.
func (l *logStream) tell() error {
	now := l.d.Now()
	if now.Sub(l.alive) < time.Second {
		return nil
	}
	l.alive = now
	return l.sse.event("alive", "", document{"request_id": l.c.ID})
}
