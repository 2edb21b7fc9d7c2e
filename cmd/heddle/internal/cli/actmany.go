package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// matchFlags say which jobs are meant, in place of their ids.
type matchFlags struct {
	lists map[string]*[]string // by the conditions' names
	mine  bool
}

func (m *matchFlags) add(c *cobra.Command) {
	m.lists = map[string]*[]string{}
	for name, help := range map[string]string{
		"state": "all in this state (repeatable)", "site": "all at this site (repeatable)", "name": "all with this name (repeatable)",
		"tag": "all with this tag (repeatable: all of them)",
	} {
		m.lists[name] = new([]string)
		c.Flags().StringArrayVar(m.lists[name], name, nil, help)
	}
	c.Flags().BoolVar(&m.mine, "mine", false, "all that you have")
}

// match is the conditions; nil: there are none.
func (m *matchFlags) match() map[string]any {
	out := map[string]any{}
	for name, values := range m.lists {
		if len(*values) > 0 {
			out[name] = *values
		}
	}
	if len(out) == 0 && !m.mine {
		return nil
	}
	return out
}

// actOnEach does one thing to the jobs of some ids, as many at once as there may be.
func (e *env) actOnEach(ctx context.Context, cl *api.Client, m api.Many) error {
	ids, failed := e.known(m.IDs)
	for part := range slices.Chunk(ids, jobsapi.MaxBatch) {
		m.IDs = part
		r, err := e.actOnce(ctx, cl, m)
		if err == nil {
			err = e.told(r)
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// known leaves out what cannot be a job's id, and says so.
func (e *env) known(ids []string) (good []string, err error) {
	for _, text := range ids {
		if _, bad := id.Parse(text); bad != nil {
			e.note("heddle: the job %s does not exist", clean(text))
			err = &exit{exitNotFound}
			continue
		}
		good = append(good, text)
	}
	return good, err
}

// actMatching acts until no more jobs match, or those that do are no longer
// changed by it.
func (e *env) actMatching(ctx context.Context, cl *api.Client, m api.Many) error {
	seen := map[id.ID]bool{}
	for {
		r, err := e.actOnce(ctx, cl, m)
		if err != nil {
			return err
		}
		fresh := false
		for _, n := range slices.Concat(r.Done, r.Denied, r.Missing, r.Refused, r.Failed) {
			fresh = fresh || !seen[n]
			seen[n] = true
		}
		if err := e.told(r); err != nil || !r.More || !fresh {
			e.note("%s", counted(len(seen)))
			return err
		}
	}
}

func (e *env) actOnce(ctx context.Context, cl *api.Client, m api.Many) (r jobsapi.ManyResult, err error) {
	err = patiently(ctx, func() (err error) {
		r, err = cl.ActMany(ctx, m)
		return err
	})
	return r, err
}

// told says what became of jobs; those that are not as asked are an error.
func (e *env) told(r jobsapi.ManyResult) error {
	if e.isJSON() {
		if err := e.json(r); err != nil {
			return err
		}
	}
	code := 0
	for _, bad := range []struct {
		ids  []id.ID
		text string
		code int
	}{
		{r.Denied, "is not yours", exitAuth}, {r.Missing, "does not exist", exitNotFound},
		{r.Refused, "is in a state that does not allow it", exitConflict}, {r.Failed, "could not be changed now; try again", exitTemporary},
	} {
		for _, n := range bad.ids {
			e.note("heddle: the job %s %s", n, bad.text)
			code = bad.code
		}
	}
	if code != 0 {
		return &exit{code}
	}
	return nil
}

func counted(n int) string {
	if n == 1 {
		return "1 job"
	}
	return fmt.Sprintf("%d jobs", n)
}
