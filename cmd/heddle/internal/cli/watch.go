package cli

import (
	"context"
	"fmt"
	"sync"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// watch shows the transitions of jobs until all have ended.
func (e *env) watch(ctx context.Context, cl *api.Client, ids []string) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	for _, id := range ids {
		wg.Go(func() {
			err := e.watchOne(ctx, cl, id, &mu)
			mu.Lock()
			defer mu.Unlock()
			if err != nil && failed == nil {
				failed = err
			}
		})
	}
	wg.Wait()
	return failed
}

func (e *env) watchOne(ctx context.Context, cl *api.Client, id string, mu *sync.Mutex) error {
	shown := 0
	var version uint64
	for {
		var j jobsapi.Job
		err := patiently(ctx, func() (err error) {
			j, err = cl.Await(ctx, id, "change", version)
			return err
		})
		if err != nil {
			return err
		}
		mu.Lock()
		err = e.printSteps(j, shown)
		mu.Unlock()
		if err != nil {
			return err
		}
		shown, version = len(j.History), j.Version
		if j.State.Ended() {
			return e.outcome(j, false)
		}
	}
}

func (e *env) printSteps(j jobsapi.Job, from int) error {
	if e.isJSON() {
		return e.json(j)
	}
	for _, s := range j.History[min(from, len(j.History)):] {
		if _, err := fmt.Fprintf(e.out, "%s  %s  %-11s %s\n", s.At.Local().Format("15:04:05.000"), j.ID, s.State, clean(s.Text)); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) wait() *cobra.Command {
	var timeout string
	var propagate bool
	c := &cobra.Command{
		Use: "wait ID... | -", Short: "Wait until jobs have ended; fails if one of them failed",
		Example: `  heddle wait 0f3k9m2p1qs
  heddle submit *.json -o name | heddle wait - --timeout 1h`,
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: e.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if timeout != "" {
				d, err := parseDuration(timeout)
				if err != nil {
					return usagef("--timeout: %v", err)
				}
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, d)
				defer cancel()
			}
			return e.each(ctx, args, func(cl *api.Client, id string) error { return e.await(ctx, cl, id, propagate) })
		},
	}
	c.Flags().StringVar(&timeout, "timeout", "", "give up after this time (exit code 8)")
	c.Flags().BoolVar(&propagate, "propagate", false, "exit with the job's own exit code")
	return c
}

func (e *env) await(ctx context.Context, cl *api.Client, id string, propagate bool) error {
	for {
		var j jobsapi.Job
		err := patiently(ctx, func() (err error) {
			j, err = cl.Await(ctx, id, "end", 0)
			return err
		})
		if err != nil {
			return err
		}
		if j.State.Ended() {
			if err := e.printJobs([]jobsapi.Job{j}); err != nil {
				return err
			}
			return e.outcome(j, propagate)
		}
	}
}
