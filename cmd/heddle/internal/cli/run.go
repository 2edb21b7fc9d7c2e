package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (e *env) run() *cobra.Command {
	var flags specFlags
	var propagate bool
	c := &cobra.Command{
		Use: "run [flags] [--] PROGRAM [ARGUMENT...]", Short: "Submit a command, wait for it and print its output",
		Example: `  heddle run echo hello
  heddle run --time 10m -e N=3 -- sh -c 'seq $N'
  heddle run --import storage:home/data.csv=data.csv -- wc -l data.csv
  heddle run --propagate -- false; echo $?`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			spec := jobsapi.Spec{Executable: args[0], Arguments: args[1:]}
			if err := flags.load(e); err != nil {
				return err
			}
			if err := flags.apply(&spec); err != nil {
				return err
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			return e.runJob(cmd.Context(), cl, &flags, spec, propagate)
		},
	}
	flags.add(c)
	c.Flags().SetInterspersed(false)
	c.Flags().BoolVar(&propagate, "propagate", false, "exit with the job's own exit code")
	return c
}

func (e *env) runJob(ctx context.Context, cl *api.Client, flags *specFlags, spec jobsapi.Spec, propagate bool) error {
	j, err := flags.submit(ctx, cl, spec)
	if err != nil {
		return err
	}
	e.note("job %s", j.ID)
	id := j.ID.String()
	if err := e.show(ctx, cl, id, output{name: "stdout", tail: -1, live: true}, e.out); err != nil {
		return err
	}
	if err := e.show(ctx, cl, id, output{name: "stderr", tail: -1}, e.err); err != nil {
		return err
	}
	if j, err = cl.Job(ctx, id); err != nil {
		return err
	}
	if e.isJSON() {
		if err := e.json(j); err != nil {
			return err
		}
	}
	return e.outcome(j, propagate)
}

// outcome is the exit of a command that waited for a job.
func (e *env) outcome(j jobsapi.Job, propagate bool) error {
	if j.State == jobsapi.Succeeded {
		return nil
	}
	e.note("job %s %s: %s", j.ID, j.State, clean(j.Reason))
	if propagate && j.ExitCode != nil && *j.ExitCode != 0 {
		return &exit{*j.ExitCode}
	}
	return &exit{exitFailed}
}
