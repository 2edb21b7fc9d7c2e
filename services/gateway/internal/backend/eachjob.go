package backend

import (
	"context"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// pageSize is the most jobs asked for at once: a page of them, with their
// descriptions, has to fit one message.
const pageSize = 200

// EachJob calls see with up to n jobs of a list, in its order, and returns
// how many match in all. It is for dialects whose pages are larger than the
// service's, or that have to look at every job.
func (b Backend) EachJob(ctx context.Context, req jobsapi.ListRequest, n int, see func(jobsapi.Job)) (total int, err error) {
	req.Total = true
	for {
		req.Limit = max(1, min(n, pageSize))
		page, err := b.Jobs.List(ctx, req)
		if err != nil {
			return 0, err
		}
		if req.Total {
			total = page.Total
		}
		for _, j := range page.Jobs[:min(n, len(page.Jobs))] {
			see(j)
			n--
		}
		if n == 0 || page.Next == "" {
			return total, nil
		}
		req.Cursor, req.Offset, req.Total = page.Next, 0, false
	}
}
