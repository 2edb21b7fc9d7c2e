package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// acts are the commands that do one thing to jobs: how each is called, what it
// does, and which jobs it is good for.
var acts = map[string]struct{ do, short, state string }{
	"start":      {jobsapi.ActStart, "Start jobs that wait for their files", "ready"},
	"abort":      {jobsapi.ActAbort, "Stop jobs and all their processes", "running"},
	"restart":    {jobsapi.ActRestart, "Run ended jobs again in their directories", "failed"},
	"hold":       {jobsapi.ActHold, "Keep jobs back that no runner has yet", "queued"},
	"release":    {jobsapi.ActUnhold, "Let jobs go that were kept back", "blocked"},
	"reschedule": {jobsapi.ActReschedule, "Run jobs again as if they were new, but for those that have succeeded; those under way are stopped first", "failed"},
	"rm":         {jobsapi.ActDestroy, "Remove jobs and their directories", "succeeded"},
}

// act makes a command that does one thing to jobs.
func (e *env) act(use string) *cobra.Command {
	var flags matchFlags
	var reason string
	what := acts[use]
	c := &cobra.Command{
		Use: use + " ID... | -", Short: what.short, ValidArgsFunction: e.completeJobs,
		Example: fmt.Sprintf("  heddle %[1]s 0f3k9m2p1qs\n  heddle jobs --state %[2]s -o name | heddle %[1]s -\n  heddle %[1]s --tag nightly --state %[2]s", use, what.state),
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			match := flags.match()
			if (len(args) == 0) == (match == nil) {
				return usagef("say which jobs: by their ids, or by --state, --site, --name, --tag or --mine")
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			if match != nil {
				return e.actMatching(cmd.Context(), cl, api.Many{Do: what.do, Match: match, Reason: reason})
			}
			ids, err := e.ids(args)
			if err != nil {
				return err
			}
			if len(ids) == 1 {
				return actOn(cmd.Context(), cl, what.do, ids[0], reason)
			}
			return e.actOnEach(cmd.Context(), cl, api.Many{Do: what.do, IDs: ids, Reason: reason})
		},
	}
	flags.add(c)
	c.Flags().StringVar(&reason, "reason", "", "why, for the history of the jobs")
	return c
}

// actOn does one thing to one job, whose answer says what is wrong.
func actOn(ctx context.Context, cl *api.Client, do, job, reason string) error {
	return patiently(ctx, func() error {
		if do == jobsapi.ActDestroy {
			return cl.Delete(ctx, job)
		}
		_, err := cl.Act(ctx, job, do, reason)
		return err
	})
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
