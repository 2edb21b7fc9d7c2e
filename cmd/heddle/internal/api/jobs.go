package api

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Submit submits a job. The key makes it safe to repeat.
func (c *Client) Submit(ctx context.Context, spec jobsapi.Spec, key string) (j jobsapi.Job, err error) {
	h := http.Header{"Idempotency-Key": {key}}
	err = c.call(ctx, request{method: "POST", path: "/jobs", header: h}, spec, &j)
	return j, err
}

// Job gets one job.
func (c *Client) Job(ctx context.Context, id string) (j jobsapi.Job, err error) {
	err = c.call(ctx, request{method: "GET", path: jobPath(id)}, nil, &j)
	return j, err
}

// Await gets the job once its version is above after (until "change") or it
// has ended (until "end"), or as it is after a while.
func (c *Client) Await(ctx context.Context, id, until string, after uint64) (j jobsapi.Job, err error) {
	return c.AwaitFor(ctx, id, until, after, 25*time.Second)
}

// Jobs gets a page of jobs; q holds the filters.
func (c *Client) Jobs(ctx context.Context, q url.Values) (p jobsapi.Page, err error) {
	err = c.call(ctx, request{method: "GET", path: "/jobs", query: q}, nil, &p)
	return p, err
}

// Act does "start", "abort" or "restart" to a job.
func (c *Client) Act(ctx context.Context, id, verb string) (j jobsapi.Job, err error) {
	err = c.call(ctx, request{method: "POST", path: jobPath(id) + "/" + verb}, nil, &j)
	return j, err
}

// Output opens a job's "stdout" or "stderr" from a byte offset. The reader is
// nil if there is nothing at or behind the offset.
func (c *Client) Output(ctx context.Context, id, name string, offset int64) (io.ReadCloser, error) {
	r := request{method: "GET", path: jobPath(id) + "/" + name}
	if offset > 0 {
		r.header = http.Header{"Range": {"bytes=" + strconv.FormatInt(offset, 10) + "-"}}
	}
	resp, err := c.do(ctx, r)
	var p *Problem
	if asProblem(err, &p) && (p.Status == http.StatusRequestedRangeNotSatisfiable || p.Status == http.StatusNotFound && p.Code != "job.unknown") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

func jobPath(id string) string { return "/jobs/" + url.PathEscape(id) }

// AwaitFor is Await with a time limit of its own.
func (c *Client) AwaitFor(ctx context.Context, id, until string, after uint64, limit time.Duration) (j jobsapi.Job, err error) {
	q := url.Values{"wait": {limit.String()}, "until": {until}, "after": {strconv.FormatUint(after, 10)}}
	err = c.call(ctx, request{method: "GET", path: jobPath(id), query: q}, nil, &j)
	return j, err
}

// Delete removes a job and its working directory.
func (c *Client) Delete(ctx context.Context, id string) error {
	return c.call(ctx, request{method: "DELETE", path: jobPath(id)}, nil, nil)
}
