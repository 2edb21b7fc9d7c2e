package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Submit submits a job. The key makes it safe to repeat; the secrets open the
// URLs of its transfers.
func (c *Client) Submit(ctx context.Context, spec jobsapi.Spec, secrets map[string]jobsapi.Secret, key string) (j jobsapi.Job, err error) {
	h := http.Header{"Idempotency-Key": {key}}
	body := struct {
		jobsapi.Spec
		Secrets map[string]jobsapi.Secret `json:"secrets,omitempty"`
	}{spec, secrets}
	err = c.call(ctx, request{method: "POST", path: "/jobs", header: h}, body, &j)
	return j, err
}

// SubmitMany submits all jobs, or none. The key makes it safe to repeat.
func (c *Client) SubmitMany(ctx context.Context, specs []jobsapi.Spec, secrets map[string]jobsapi.Secret, key string) (b jobsapi.Batch, err error) {
	h := http.Header{"Idempotency-Key": {key}}
	err = c.call(ctx, request{method: "POST", path: "/jobs/batch", header: h}, map[string]any{"jobs": specs, "secrets": secrets}, &b)
	return b, err
}

// Many asks for the same thing to be done to many jobs.
type Many struct {
	Do     string         `json:"do"`
	IDs    []string       `json:"ids,omitempty"`
	Match  map[string]any `json:"match,omitzero"` // the conditions of a list; empty: all jobs
	Reason string         `json:"reason,omitempty"`
}

// ActMany does the same to many jobs, and says what became of each.
func (c *Client) ActMany(ctx context.Context, m Many) (r jobsapi.ManyResult, err error) {
	err = c.call(ctx, request{method: "POST", path: "/jobs/act"}, m, &r)
	return r, err
}

// Summary counts jobs; q holds what by, and the filters of a list.
func (c *Client) Summary(ctx context.Context, q url.Values) (s jobsapi.Summary, err error) {
	err = c.call(ctx, request{method: "GET", path: "/jobs/summary", query: q}, nil, &s)
	return s, err
}

// Job gets one job.
func (c *Client) Job(ctx context.Context, id string) (j jobsapi.Job, err error) {
	err = c.call(ctx, request{method: "GET", path: jobPath(id)}, nil, &j)
	return j, err
}

// Await gets the job once its version is above after (until "change") or it
// has ended (until "end"), or as it is after a while.
func (c *Client) Await(ctx context.Context, id, until string, after uint64) (j jobsapi.Job, err error) {
	q := url.Values{"wait": {"25s"}, "until": {until}, "after": {strconv.FormatUint(after, 10)}}
	err = c.call(ctx, request{method: "GET", path: jobPath(id), query: q}, nil, &j)
	return j, err
}

// Jobs gets a page of jobs; q holds the filters.
func (c *Client) Jobs(ctx context.Context, q url.Values) (p jobsapi.Page, err error) {
	err = c.call(ctx, request{method: "GET", path: "/jobs", query: q}, nil, &p)
	return p, err
}

// Act does "start", "abort", "restart", "hold", "unhold" or "reschedule" to a job; the
// reason, if there is one, is for its history.
func (c *Client) Act(ctx context.Context, id, verb, reason string) (j jobsapi.Job, err error) {
	err = c.call(ctx, request{method: "POST", path: jobPath(id) + "/" + verb}, map[string]string{"reason": reason}, &j)
	return j, err
}

// ChangeJob changes what can be changed of a job: tags, expires and acl.
func (c *Client) ChangeJob(ctx context.Context, id string, change Change) (j jobsapi.Job, err error) {
	err = c.call(ctx, request{method: "PATCH", path: jobPath(id)}, change, &j)
	return j, err
}

// Place is where an output is read from: a byte of what one run of the job
// writes. Tail, if it is not less than 0 and no byte is named, asks for so many
// lines of its end instead.
type Place struct {
	Epoch  int
	Offset int64
	Tail   int
}

func (p Place) query() url.Values {
	q := url.Values{}
	switch {
	case p.Epoch > 0 || p.Offset > 0:
		q.Set("epoch", strconv.Itoa(p.Epoch))
		q.Set("offset", strconv.FormatInt(p.Offset, 10))
	case p.Tail >= 0:
		q.Set("tail", strconv.Itoa(p.Tail))
	}
	return q
}

// Output opens a job's "stdout" or "stderr" as it is now. The reader is nil if
// there is nothing.
func (c *Client) Output(ctx context.Context, id, name string, from Place) (io.ReadCloser, error) {
	resp, err := c.do(ctx, request{method: "GET", path: jobPath(id) + "/" + name, query: from.query()})
	var p *Problem
	if asProblem(err, &p) && (p.Status == http.StatusRequestedRangeNotSatisfiable || p.Status == http.StatusNotFound && p.Code != "job.unknown") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// Follow opens a job's output as it comes; at is the place where it begins.
// The reader ends without an error only when the job has.
func (c *Client) Follow(ctx context.Context, id, name string, from Place) (r io.ReadCloser, at Place, err error) {
	q := from.query()
	q.Set("follow", "true")
	resp, err := c.do(ctx, request{method: "GET", path: jobPath(id) + "/" + name, query: q})
	if err != nil {
		return nil, from, err
	}
	epoch, err1 := strconv.Atoi(resp.Header.Get("Heddle-Output-Epoch"))
	offset, err2 := strconv.ParseInt(resp.Header.Get("Heddle-Output-Offset"), 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		resp.Body.Close()
		return nil, from, fmt.Errorf("%s is no server that outputs can be followed of: %w", c.base, err)
	}
	return resp.Body, Place{Epoch: epoch, Offset: offset}, nil
}

func jobPath(id string) string { return "/jobs/" + url.PathEscape(id) }

// Delete removes a job and its working directory.
func (c *Client) Delete(ctx context.Context, id string) error {
	return c.call(ctx, request{method: "DELETE", path: jobPath(id)}, nil, nil)
}
