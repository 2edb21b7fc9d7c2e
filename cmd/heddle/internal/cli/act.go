package cli

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

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

// act makes a command that does one thing to jobs.
func (e *env) act(do, use, short string) *cobra.Command {
	var flags matchFlags
	var reason string
	c := &cobra.Command{
		Use: use + " ID... | -", Short: short, ValidArgsFunction: e.completeJobs,
		Example: "  heddle " + use + " 0f3k9m2p1qs\n  heddle jobs --state running -o name | heddle " + use + " -\n  heddle " + use + " --tag nightly --state queued",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			match := flags.match()
			if (len(args) == 0) == (match == nil) {
				return usagef("say which jobs, by their ids or by --state, --site, --name, --tag or --mine, and not by both")
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			if match != nil {
				return e.actMatching(cmd.Context(), cl, api.Many{Do: do, Match: match, Reason: reason})
			}
			ids, err := e.ids(args)
			if err != nil {
				return err
			}
			if len(ids) == 1 && do != jobsapi.ActDestroy { // whose answer says what is wrong
				return patiently(cmd.Context(), func() error {
					_, err := cl.Act(cmd.Context(), ids[0], do)
					return err
				})
			}
			if len(ids) == 1 {
				return patiently(cmd.Context(), func() error { return cl.Delete(cmd.Context(), ids[0]) })
			}
			ids, failed := e.known(ids)
			for part := range slices.Chunk(ids, jobsapi.MaxBatch) {
				r, err := e.actOnce(cmd.Context(), cl, api.Many{Do: do, IDs: part, Reason: reason})
				if err == nil {
					err = e.told(r)
				}
				if err != nil && failed == nil {
					failed = err
				}
			}
			return failed
		},
	}
	flags.add(c)
	c.Flags().StringVar(&reason, "reason", "", "why, for the history of jobs that are stopped")
	return c
}

// ids are those of the arguments, "-" standing for those on standard input.
func (e *env) ids(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		if arg != "-" {
			out = append(out, arg)
			continue
		}
		sc := bufio.NewScanner(e.in)
		for sc.Scan() {
			if text := strings.TrimSpace(sc.Text()); text != "" {
				out = append(out, text)
			}
		}
		if err := sc.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
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
			e.note("%d jobs", len(seen))
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

// summary is the command that counts jobs.
func (e *env) summary() *cobra.Command {
	q := url.Values{}
	c := &cobra.Command{
		Use: "summary", Short: "Count jobs by what they are",
		Example: "  heddle summary\n  heddle summary --by site --by state --tag nightly",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			s, err := cl.Summary(cmd.Context(), q)
			if err != nil {
				return err
			}
			if e.isJSON() {
				return e.json(s)
			}
			for _, row := range s.Rows {
				if _, err := fmt.Fprintf(e.out, "%8d  %s\n", row.Jobs, clean(strings.Join(row.Values, "  "))); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for flag, help := range map[string]string{
		"by":    "state, site, owner, group, name, job_group or job_type (repeatable; default: state)",
		"state": "only in this state (repeatable)", "site": "only at this site (repeatable)", "name": "only with this name (repeatable)",
		"group": "only of this group (repeatable)", "tag": "only with this tag (repeatable: all of them)",
	} {
		c.Flags().Var(queryFlag{q, flag}, flag, help)
	}
	return c
}
