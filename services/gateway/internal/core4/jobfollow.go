package core4

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// How a log record came to a client: it was there before, or was written
// meanwhile, or was found after the end.
const (
	prelog   = "prelog"
	watchlog = "watchlog"
	postlog  = "postlog"
)

// following is one client's look at one job.
type following struct {
	d      *door
	sse    *sse
	logs   *jobLogs
	after  string // the last record that the client has
	states bool   // wanted, too
	sent   map[string]int
}

// followJob streams a job until its end: each state that it is in, if wanted,
// and each record of its log once.
func (d *door) followJob(c *app.Call, j jobsapi.Job, states bool) error {
	if head, err := d.headOnly(c); head {
		return err
	}
	ctx, cancel := d.lasting(c)
	defer cancel()
	f := &following{d: d, sse: d.stream(c), logs: &jobLogs{d: d, views: new([2]*outputs.View)}, states: states,
		after: c.Request().Header.Get("Last-Event-ID"), sent: map[string]int{}}
	defer f.logs.close()
	err := f.run(asCaller(c, ctx), j)
	if ctx.Err() == nil && err != nil {
		c.Log().WarnContext(ctx, "a job is no longer followed", "err", err) // the client comes back
	}
	return f.close(err)
}

// close ends what ended as it should.
func (f *following) close(err error) error {
	select {
	case <-f.d.Closing:
		err = nil
	default:
	}
	if err == nil {
		_ = f.sse.event("close", "", map[string]int{"state": f.sent["state"], "log": f.sent["log"]}) // the client may be gone
	}
	return nil // the answer has begun
}

func (f *following) run(ctx context.Context, j jobsapi.Job) error {
	seen := uint64(0)
	for first := true; ; first = false {
		if f.states && j.Version != seen {
			seen = j.Version
			if err := f.send("state", "", jobDocument(j, f.d.Now())); err != nil {
				return err
			}
		}
		ended := j.State.Ended()
		mode := watchlog
		if first {
			mode = prelog
		} else if ended {
			mode = postlog
		}
		if err := f.records(ctx, j, mode); err != nil || ended {
			return err
		}
		if err := f.sse.ping(); err != nil {
			return err
		}
		var err error
		if j, err = f.d.Backend.Jobs.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: pause(j), After: j.Version}); err != nil {
			return err
		}
	}
}

// pause is how long a job may stay as it is before its output is looked at:
// one that has not started has none.
func pause(j jobsapi.Job) time.Duration {
	if j.State == jobsapi.Running {
		return time.Second
	}
	return silence
}

func (f *following) records(ctx context.Context, j jobsapi.Job, mode string) error {
	list, err := f.logs.more(ctx, j)
	if err != nil {
		return err
	}
	for _, doc := range list {
		id := doc["_id"].(string)
		if id <= f.after {
			continue
		}
		doc["mode"] = mode
		if err := f.send("log", id, doc); err != nil {
			return err
		}
	}
	return nil
}

func (f *following) send(name, id string, doc document) error {
	f.sent[name]++
	return f.sse.event(name, id, doc)
}

// jobLog is a page of a job's log, or what of it there is and comes.
func (d *door) jobLog(c *app.Call, text string) (any, error) {
	j, err := d.job(c, text, mayRead)
	if err != nil {
		return nil, err
	}
	follow, err := arg.Get(c.Args, "follow", false)
	if err != nil {
		return nil, err
	}
	if follow {
		return nil, d.followJob(c, j, false)
	}
	list, err := (&jobLogs{d: d}).more(asCaller(c, c.Context()), j)
	if err != nil {
		return nil, err
	}
	return pageOf(c.Args, list)
}
