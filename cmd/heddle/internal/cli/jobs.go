package cli

import (
	"bufio"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (e *env) jobs() *cobra.Command {
	q := url.Values{}
	var limit int
	var all, watch bool
	c := &cobra.Command{
		Use: "jobs", Short: "List jobs, newest first",
		Example: `  heddle jobs
  heddle jobs --state running --state queued
  heddle jobs --tag nightly --limit 200 -o jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			if all {
				q.Set("all", "true")
			}
			for {
				jobs, err := listJobs(cmd.Context(), cl, q, limit)
				if err != nil {
					return err
				}
				if watch && terminal(e.out) {
					_, _ = e.out.Write([]byte("\x1b[H\x1b[2J"))
				}
				if err := e.printJobs(jobs); err != nil || !watch {
					return err
				}
				select {
				case <-cmd.Context().Done():
					return cmd.Context().Err()
				case <-time.After(2 * time.Second):
				}
			}
		},
	}
	for flag, help := range map[string]string{
		"state": "only in this state (repeatable)", "site": "only at this site (repeatable)",
		"name": "only with this name (repeatable)", "group": "only of this group (repeatable)", "tag": "only with this tag (repeatable: all of them)",
	} {
		c.Flags().Var(queryFlag{q, flag}, flag, help)
	}
	c.Flags().IntVar(&limit, "limit", 50, "at most so many")
	c.Flags().BoolVar(&all, "all", false, "everybody's jobs (operators)")
	c.Flags().BoolVarP(&watch, "watch", "w", false, "show the list again every two seconds")
	return c
}

// queryFlag is a repeatable flag that becomes a query parameter.
type queryFlag struct {
	q    url.Values
	name string
}

func (f queryFlag) String() string     { return strings.Join(f.q[f.name], ",") }
func (f queryFlag) Set(v string) error { f.q.Add(f.name, v); return nil }
func (f queryFlag) Type() string       { return "text" }

func listJobs(ctx context.Context, cl *api.Client, filter url.Values, limit int) ([]jobsapi.Job, error) {
	var jobs []jobsapi.Job
	q := url.Values{}
	for k, v := range filter {
		q[k] = v
	}
	for len(jobs) < limit {
		q.Set("limit", strconv.Itoa(min(limit-len(jobs), 500)))
		page, err := cl.Jobs(ctx, q)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, page.Jobs...)
		if page.Next == "" {
			break
		}
		q.Set("cursor", page.Next)
	}
	return jobs, nil
}

func (e *env) job() *cobra.Command {
	var watch bool
	c := &cobra.Command{
		Use: "job ID...", Short: "Show jobs and their story",
		Example: "  heddle job 0f3k9m2p1qs\n  heddle job 0f3k9m2p1qs --watch\n  heddle job 0f3k9m2p1qs -o json",
		Args:    cobra.MinimumNArgs(1), ValidArgsFunction: e.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.each(cmd.Context(), args, func(cl *api.Client, id string) error {
				if watch {
					return e.watch(cmd.Context(), cl, []string{id})
				}
				j, err := cl.Job(cmd.Context(), id)
				if err != nil {
					return err
				}
				return e.printJob(j)
			})
		},
	}
	c.Flags().BoolVarP(&watch, "watch", "w", false, "show the transitions until it has ended")
	return c
}

// each does f to every id, "-" standing for the ids on standard input. It
// goes on after an error and returns the first.
func (e *env) each(ctx context.Context, args []string, f func(*api.Client, string) error) error {
	cl, err := e.client()
	if err != nil {
		return err
	}
	var first error
	one := func(id string) {
		if err := f(cl, id); err != nil {
			if first == nil {
				first = err
			} else {
				e.note("heddle: %v", err)
			}
		}
	}
	for _, arg := range args {
		if arg != "-" {
			one(arg)
			continue
		}
		for sc := bufio.NewScanner(e.in); sc.Scan() && ctx.Err() == nil; {
			if id := strings.TrimSpace(sc.Text()); id != "" {
				one(id)
			}
		}
	}
	return first
}

// completeJobs offers the ids of the newest jobs.
func (e *env) completeJobs(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	cl, err := e.client()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	jobs, err := listJobs(cmd.Context(), cl, nil, 50)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var ids []string
	for _, j := range jobs {
		ids = append(ids, j.ID.String()+"\t"+string(j.State)+" "+clean(j.Spec.Name))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
