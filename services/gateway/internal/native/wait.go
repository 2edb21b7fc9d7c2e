package native

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

type getRequest struct {
	ID    string        `path:"id" doc:"the job's id"`
	Wait  time.Duration `query:"wait" doc:"how long to wait at most, e.g. 20s; no more than 30s"`
	Until string        `query:"until" default:"change" doc:"what to wait for: change (the version rises above after) or end"`
	After *uint64       `query:"after" doc:"a version that the caller has seen; default: the present one"`
	Seen  string        `header:"If-None-Match" doc:"ETags; if the job still has one of them the answer is 304, without a body"`
}

func (d *door) get(ctx context.Context, q getRequest) (rest.Reply, error) {
	ask, err := q.question()
	if err != nil {
		return rest.Reply{}, err
	}
	j, err := d.await(ctx, ask, q.After == nil && q.Until == "change")
	if err != nil {
		return rest.Reply{}, err
	}
	reply := rest.Reply{Header: http.Header{"Etag": {etag(j)}, "Cache-Control": {"private, no-cache"}}}
	if rest.NotModified(q.Seen, etag(j)) {
		reply.Status = http.StatusNotModified
		return reply, nil
	}
	reply.Body = show(j)
	return reply, nil
}

// question is the request to the service, or what is wrong with ours.
func (q getRequest) question() (jobsapi.GetRequest, error) {
	var ask jobsapi.GetRequest
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if q.Wait < 0 {
		bad = bad.WithField("wait", "is negative")
	}
	if q.Until != "change" && q.Until != "end" {
		bad = bad.WithField("until", "is %q; it may be change or end", q.Until)
	}
	if len(bad.Fields) > 0 {
		return ask, bad
	}
	v, err := jobID(q.ID)
	ask = jobsapi.GetRequest{ID: v, Wait: min(q.Wait, jobsapi.MaxWait), UntilEnd: q.Until == "end"}
	if q.After != nil {
		ask.After = *q.After
	}
	return ask, err
}

// await gets the job, or waits for it; fromNow means until it is no longer as
// it is now. When the gateway is about to go, the job is shown as it is.
func (d *door) await(ctx context.Context, ask jobsapi.GetRequest, fromNow bool) (jobsapi.Job, error) {
	now := jobsapi.GetRequest{ID: ask.ID}
	if ask.Wait == 0 {
		return d.Backend.Jobs.Get(ctx, now)
	}
	if fromNow {
		j, err := d.Backend.Jobs.Get(ctx, now)
		if err != nil {
			return j, err
		}
		ask.After = j.Version
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-d.Closing:
			cancel()
		case <-waiting.Done():
		}
	}()
	j, err := d.Backend.Jobs.Get(waiting, ask)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return d.Backend.Jobs.Get(ctx, now)
	}
	return j, err
}

func quoted(version uint64) string { return `"` + strconv.FormatUint(version, 10) + `"` }
