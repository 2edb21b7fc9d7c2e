package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (e *env) adminSlots() *cobra.Command {
	return e.remote(&cobra.Command{
		Use: "slots", Short: "Compare what runners hold with what they say; fails if they differ", Args: cobra.NoArgs,
		Example: "  heddle admin slots",
	}, func(ctx context.Context, cl *api.Client, _ []string) error {
		audit, err := cl.Slots(ctx)
		if err != nil {
			return err
		}
		number := func(head string, of func(jobsapi.RunnerSlots) int) column[jobsapi.RunnerSlots] {
			return column[jobsapi.RunnerSlots]{head, func(r jobsapi.RunnerSlots) string { return strconv.Itoa(of(r)) }}
		}
		err = showList(e, audit.Runners,
			column[jobsapi.RunnerSlots]{"runner", func(r jobsapi.RunnerSlots) string { return r.Runner }},
			column[jobsapi.RunnerSlots]{"site", func(r jobsapi.RunnerSlots) string { return r.Site }},
			number("slots", func(r jobsapi.RunnerSlots) int { return r.Slots }),
			number("held", func(r jobsapi.RunnerSlots) int { return r.Held }),
			number("said", func(r jobsapi.RunnerSlots) int { return r.Said }),
			number("unknown", func(r jobsapi.RunnerSlots) int { return len(r.Unknown) }),
			number("leaked", func(r jobsapi.RunnerSlots) int { return len(r.Leaked) }))
		e.note("drift %d", audit.Drift)
		if err == nil && audit.Drift != 0 {
			return &exit{exitFailed}
		}
		return err
	})
}
