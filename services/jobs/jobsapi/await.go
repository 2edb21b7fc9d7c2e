package jobsapi

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// slice is how long one request of a long wait lasts, so that a replica that
// dies with it keeps the caller waiting no longer than this and one try.
const slice = 3 * time.Second

// await asks again and again until the job is as wanted or the wait is over.
// One request that nobody answered is forgiven, two in a row are not.
func (c *Client) await(ctx context.Context, r GetRequest) (Job, error) {
	over, forgiven := time.Now().Add(min(r.Wait, MaxWait)), false
	for {
		ask := r
		ask.Wait = max(0, min(time.Until(over), slice))
		j, err := c.poll(ctx, ask)
		lost := fault.Is(err, fault.Unavailable) && !forgiven
		if err == nil && r.Met(j) || err != nil && !lost || !time.Now().Before(over) {
			return j, err
		}
		forgiven = lost
	}
}

// Met reports whether the job is what the request waits for.
func (r GetRequest) Met(j Job) bool {
	if r.UntilEnd {
		return j.State.Ended()
	}
	return j.Version > r.After
}
